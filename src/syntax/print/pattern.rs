//! Patterns.

use std::fmt::{self, Display, Formatter};

use super::super::ast::{
    HopRange, LabelExpr, Link, NodePattern, PathPattern, RelDirection, RelPattern, RepeatedPath,
    Selector,
};
use super::name::{Kind, Variable, Word};
use super::{after, separated};

impl Display for PathPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(variable) = &self.variable {
            write!(f, "{} = ", Variable(&variable.text))?;
        }
        let (open, close) = match self.selector {
            Selector::ShortestPath => ("shortestPath(", ")"),
            Selector::AllShortestPaths => ("allShortestPaths(", ")"),
            Selector::All
            | Selector::Any(_)
            | Selector::Shortest(_)
            | Selector::ShortestGroups(_) => {
                write_selector(f, self.selector)?;
                if self.filter.is_some() { ("(", ")") } else { ("", "") }
            }
        };
        write!(f, "{open}{}", self.start)?;
        for (link, node) in &self.steps {
            write!(f, "{link}{node}")?;
        }
        after(f, " WHERE ", self.filter.as_ref())?;
        f.write_str(close)
    }
}

fn write_selector(f: &mut Formatter<'_>, selector: Selector) -> fmt::Result {
    match selector {
        Selector::All | Selector::ShortestPath | Selector::AllShortestPaths => Ok(()),
        Selector::Any(count) => write!(f, "ANY {count} "),
        Selector::Shortest(count) => write!(f, "SHORTEST {count} "),
        Selector::ShortestGroups(count) => write!(f, "SHORTEST {count} GROUPS "),
    }
}

impl Display for Link {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rel(rel) => write!(f, "{rel}"),
            Self::Repeat(path) => write!(f, "{path}"),
        }
    }
}

impl Display for RepeatedPath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "({}", self.start)?;
        self.steps.iter().try_for_each(|(rel, node)| write!(f, "{rel}{node}"))?;
        after(f, " WHERE ", self.filter.as_ref())?;
        f.write_str(")")?;
        after(f, "", self.times.as_ref())
    }
}

impl Display for NodePattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { variable, labels, properties, filter, span: _ } = self;
        f.write_str("(")?;
        after(f, "", variable.as_ref().map(|variable| Variable(&variable.text)))?;
        after(f, ":", labels.as_ref().map(|labels| Labels(labels, Spelling::Label)))?;
        let named = variable.is_some() || labels.is_some();
        after(f, if named { " " } else { "" }, properties.as_ref())?;
        let empty = !named && properties.is_none();
        after(f, if empty { "WHERE " } else { " WHERE " }, filter.as_ref())?;
        f.write_str(")")
    }
}

impl Display for RelPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { variable, types, direction, range, properties, filter, span: _ } = self;
        let (times, range) = match range {
            Some(times) if times.quantifier => (Some(times), None),
            range => (None, range.as_ref()),
        };
        f.write_str(if *direction == RelDirection::Left { "<-" } else { "-" })?;
        let named = variable.is_some() || types.is_some() || range.is_some();
        if named || properties.is_some() || filter.is_some() {
            f.write_str("[")?;
            after(f, "", variable.as_ref().map(|variable| Variable(&variable.text)))?;
            after(f, ":", types.as_ref().map(|types| Labels(types, Spelling::Kind)))?;
            after(f, "", range)?;
            after(f, if named { " " } else { "" }, properties.as_ref())?;
            let empty = !named && properties.is_none();
            after(f, if empty { "WHERE " } else { " WHERE " }, filter.as_ref())?;
            f.write_str("]")?;
        }
        f.write_str(if *direction == RelDirection::Right { "->" } else { "-" })?;
        after(f, "", times)
    }
}

impl Display for HopRange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (None, None) => f.write_str("*"),
            (Some(1), None) if self.quantifier => f.write_str("+"),
            (Some(min), Some(max)) if min == max && self.quantifier => write!(f, "{{{min}}}"),
            (Some(min), Some(max)) if min == max => write!(f, "*{min}"),
            (min, max) => {
                let (open, dots, close) =
                    if self.quantifier { ("{", ",", "}") } else { ("*", "..", "") };
                f.write_str(open)?;
                after(f, "", min)?;
                f.write_str(dots)?;
                after(f, "", max)?;
                f.write_str(close)
            }
        }
    }
}

/// Prints `A&B`, `A|B`, `!A`, without the colon, each name as a label.
impl Display for LabelExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Labels(self, Spelling::Label).fmt(f)
    }
}

impl LabelExpr {
    fn is_joined(&self) -> bool {
        matches!(self, Self::And(_) | Self::Or(_))
    }
}

/// What the names in a label expression are names of.
#[derive(Clone, Copy)]
enum Spelling {
    /// Labels.
    Label,
    /// Relationship types, which may have hyphens.
    Kind,
}

/// A label expression, and what it is made of.
struct Labels<'e>(&'e LabelExpr, Spelling);

impl Display for Labels<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(labels, spelling) = *self;
        let part = |inner, bare: bool| Part(Labels(inner, spelling), bare);
        match labels {
            LabelExpr::Name(name) => match spelling {
                Spelling::Label => write!(f, "{}", Word(&name.text)),
                Spelling::Kind => write!(f, "{}", Kind(&name.text)),
            },
            LabelExpr::Any => f.write_str("%"),
            LabelExpr::And(all) => {
                let all: Vec<_> = all.iter().map(|inner| part(inner, !inner.is_joined())).collect();
                separated(f, &all, "&")
            }
            LabelExpr::Or(all) => {
                let bare = |inner: &LabelExpr| !matches!(inner, LabelExpr::Or(_));
                let all: Vec<_> = all.iter().map(|inner| part(inner, bare(inner))).collect();
                separated(f, &all, "|")
            }
            LabelExpr::Not(inner) => write!(f, "!{}", part(inner, !inner.is_joined())),
        }
    }
}

/// Something, in parentheses unless it may stand bare.
struct Part<T>(T, bool);

impl<T: Display> Display for Part<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(inner, bare) = self;
        if *bare { write!(f, "{inner}") } else { write!(f, "({inner})") }
    }
}

/// The labels that an expression is asked for: where `|` may follow with another meaning, one of several needs parentheses.
pub(super) fn asked(labels: &LabelExpr) -> impl Display {
    Part(Labels(labels, Spelling::Label), !matches!(labels, LabelExpr::Or(_)))
}
