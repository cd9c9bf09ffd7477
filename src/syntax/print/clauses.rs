//! Clauses that write, and CALL.

use std::fmt::{self, Display, Formatter};

use super::super::ast::{
    Expr, ExprKind, Imports, Merge, MergeEvent, Name, ProcedureCall, RemoveItem, SetItem, Subquery,
    Yield, YieldItem,
};
use super::name::{Variable, Word};
use super::{after, separated};

impl Display for Merge {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "MERGE {}", self.pattern)?;
        for (event, items) in &self.actions {
            f.write_str(match event {
                MergeEvent::Create => " ON CREATE SET ",
                MergeEvent::Match => " ON MATCH SET ",
            })?;
            separated(f, items, ", ")?;
        }
        Ok(())
    }
}

impl Display for SetItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property { subject, key, value } => {
                write_target(f, subject, key)?;
                write!(f, " = {value}")
            }
            Self::Replace { variable, value } => {
                write!(f, "{} = {value}", Variable(&variable.text))
            }
            Self::Merge { variable, value } => write!(f, "{} += {value}", Variable(&variable.text)),
            Self::Labels { variable, labels } => write_labels(f, variable, labels),
        }
    }
}

impl Display for RemoveItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property { subject, key } => write_target(f, subject, key),
            Self::Labels { variable, labels } => write_labels(f, variable, labels),
        }
    }
}

/// `expr.key`: what stands before the dot is one operand, without a sign or an operator.
fn write_target(f: &mut Formatter<'_>, subject: &Expr, key: &Name) -> fmt::Result {
    let property = ExprKind::Property(subject.clone(), key.clone());
    write!(f, "{}", Expr { kind: Box::new(property), span: subject.span })
}

fn write_labels(f: &mut Formatter<'_>, variable: &Name, labels: &[Name]) -> fmt::Result {
    write!(f, "{}", Variable(&variable.text))?;
    labels.iter().try_for_each(|label| write!(f, ":{}", Word(&label.text)))
}

impl Display for ProcedureCall {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.procedure.text)?;
        if let Some(args) = &self.args {
            f.write_str("(")?;
            separated(f, args, ", ")?;
            f.write_str(")")?;
        }
        match &self.yields {
            Yield::Absent => Ok(()),
            Yield::All => f.write_str(" YIELD *"),
            Yield::Items { items, filter } => {
                f.write_str(" YIELD ")?;
                separated(f, items, ", ")?;
                after(f, " WHERE ", filter.as_ref())
            }
        }
    }
}

impl Display for YieldItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Variable(&self.column.text))?;
        after(f, " AS ", self.alias.as_ref().map(|alias| Variable(&alias.text)))
    }
}

impl Display for Subquery {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.imports {
            None => {}
            Some(Imports::All) => f.write_str("(*) ")?,
            Some(Imports::These(names)) => {
                let names: Vec<_> = names.iter().map(|name| Variable(&name.text)).collect();
                f.write_str("(")?;
                separated(f, &names, ", ")?;
                f.write_str(") ")?;
            }
        }
        write!(f, "{{ {} }}", self.query)
    }
}
