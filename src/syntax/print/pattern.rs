//! Patterns.

use std::fmt::{self, Display, Formatter};

use super::super::ast::{
    HopRange, LabelExpr, NodePattern, PathPattern, RelDirection, RelPattern, Selector,
};
use super::name::{Kind, Variable, Word};
use super::{after, separated};

impl Display for PathPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(variable) = &self.variable {
            write!(f, "{} = ", Variable(&variable.text))?;
        }
        let close = match self.selector {
            Selector::All => "",
            Selector::Shortest(count) => {
                write!(f, "SHORTEST {count} ")?;
                ""
            }
            Selector::ShortestPath => {
                f.write_str("shortestPath(")?;
                ")"
            }
            Selector::AllShortestPaths => {
                f.write_str("allShortestPaths(")?;
                ")"
            }
        };
        write!(f, "{}", self.start)?;
        for (rel, node) in &self.steps {
            write!(f, "{rel}{node}")?;
        }
        f.write_str(close)
    }
}

impl Display for NodePattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        after(f, "", self.variable.as_ref().map(|variable| Variable(&variable.text)))?;
        after(f, ":", self.labels.as_ref())?;
        let empty = self.variable.is_none() && self.labels.is_none();
        after(f, if empty { "" } else { " " }, self.properties.as_ref())?;
        f.write_str(")")
    }
}

impl Display for RelPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { variable, types, direction, range, properties, span: _ } = self;
        f.write_str(if *direction == RelDirection::Left { "<-" } else { "-" })?;
        let named = variable.is_some() || !types.is_empty() || range.is_some();
        if named || properties.is_some() {
            f.write_str("[")?;
            after(f, "", variable.as_ref().map(|variable| Variable(&variable.text)))?;
            if !types.is_empty() {
                f.write_str(":")?;
                let kinds: Vec<_> = types.iter().map(|kind| Kind(&kind.text)).collect();
                separated(f, &kinds, "|")?;
            }
            after(f, "", range.as_ref())?;
            after(f, if named { " " } else { "" }, properties.as_ref())?;
            f.write_str("]")?;
        }
        f.write_str(if *direction == RelDirection::Right { "->" } else { "-" })
    }
}

impl Display for HopRange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (None, None) => f.write_str("*"),
            (Some(min), Some(max)) if min == max => write!(f, "*{min}"),
            (min, max) => {
                f.write_str("*")?;
                after(f, "", min)?;
                f.write_str("..")?;
                after(f, "", max)
            }
        }
    }
}

/// Prints `A&B`, `A|B`, `!A`, without the colon.
impl Display for LabelExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "{}", Word(&name.text)),
            Self::And(all) => separated(f, &grouped(all, |part| !part.is_joined()), "&"),
            Self::Or(all) => separated(f, &grouped(all, |part| !matches!(part, Self::Or(_))), "|"),
            Self::Not(inner) => write!(f, "!{}", Group(inner, !inner.is_joined())),
        }
    }
}

impl LabelExpr {
    fn is_joined(&self) -> bool {
        matches!(self, Self::And(_) | Self::Or(_))
    }
}

/// A label expression, in parentheses unless it may stand bare.
pub(super) struct Group<'e>(pub(super) &'e LabelExpr, pub(super) bool);

impl Display for Group<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(inner, bare) = self;
        if *bare { write!(f, "{inner}") } else { write!(f, "({inner})") }
    }
}

fn grouped(all: &[LabelExpr], bare: fn(&LabelExpr) -> bool) -> Vec<Group<'_>> {
    all.iter().map(|part| Group(part, bare(part))).collect()
}
