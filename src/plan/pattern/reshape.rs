//! Patterns in fewer forms: parentheses that repeat nothing are taken off, and a repeated path of one relationship between bare nodes
//! becomes a relationship of variable length.

use crate::error::{Code, Error, Result, text};
use crate::syntax::ast::{
    BinaryOp, Expr, ExprKind, Link, NodePattern, PathPattern, RelPattern, RepeatedPath,
};

/// A pattern in fewer forms.
pub(super) struct Shape {
    pub(super) pattern: PathPattern,
    /// Conditions on the whole, from inside parentheses that were taken off.
    pub(super) filters: Vec<Expr>,
}

/// Brings a pattern into fewer forms.
///
/// # Errors
/// `syntax.unsupported` for a repetition inside another, and for two node patterns side by side.
pub(super) fn reshape(pattern: &PathPattern) -> Result<Shape> {
    let mut shape = PathPattern { steps: Vec::new(), filter: None, ..pattern.clone() };
    let mut filters: Vec<Expr> = pattern.filter.iter().cloned().collect();
    for (link, node) in &pattern.steps {
        let path = match link {
            Link::Rel(_) => {
                shape.steps.push((link.clone(), node.clone()));
                continue;
            }
            Link::Repeat(path) => path,
        };
        not_nested(path)?;
        if path.times.is_some() {
            let link = as_rel(path).map_or_else(|| link.clone(), Link::Rel);
            shape.steps.push((link, node.clone()));
            continue;
        }
        filters.extend(path.filter.clone());
        let before = shape.steps.last_mut().map_or(&mut shape.start, |step| &mut step.1);
        *before = join(before, &path.start)?;
        for (rel, next) in &path.steps {
            shape.steps.push((Link::Rel(rel.clone()), next.clone()));
        }
        if let Some((_, last)) = shape.steps.last_mut() {
            *last = join(last, node)?;
        }
    }
    Ok(Shape { pattern: shape, filters })
}

/// The relationship of variable length that stands for a repeated path.
fn as_rel(path: &RepeatedPath) -> Option<RelPattern> {
    let [(rel, end)] = path.steps.as_slice() else { return None };
    if !is_bare(&path.start) || !is_bare(end) {
        return None;
    }
    let both = rel.filter.iter().chain(&path.filter).cloned();
    let filter = both.reduce(|left, right| {
        let span = left.span.to(right.span);
        Expr { kind: Box::new(ExprKind::Binary(BinaryOp::And, span, left, right)), span }
    });
    Some(RelPattern { range: path.times, filter, ..rel.clone() })
}

fn is_bare(node: &NodePattern) -> bool {
    let NodePattern { variable, labels, properties, filter, span: _ } = node;
    variable.is_none() && labels.is_none() && properties.is_none() && filter.is_none()
}

/// The one node pattern that two side by side stand for.
fn join(left: &NodePattern, right: &NodePattern) -> Result<NodePattern> {
    if is_bare(left) {
        return Ok(right.clone());
    }
    if is_bare(right) {
        return Ok(left.clone());
    }
    Err(Error::new(
        Code::SyntaxUnsupported,
        text!("two node patterns stand side by side", "ノードのパターンが二つ並んでいます"),
    )
    .at(right.span)
    .help(text!(
        "Both mean the same node: write it once.",
        "どちらも同じノードを指します。一つにまとめてください。"
    )))
}

fn not_nested(path: &RepeatedPath) -> Result<()> {
    let Some(range) = path.steps.iter().find_map(|(rel, _)| rel.range) else { return Ok(()) };
    if path.times.is_none() {
        return Ok(());
    }
    Err(Error::new(
        Code::SyntaxUnsupported,
        text!(
            "a repeated path holds another repetition",
            "繰り返すパスの中に、さらに繰り返しがあります"
        ),
    )
    .at(range.span)
    .help(text!(
        "Write the inner relationships one by one, or repeat only one of the two.",
        "内側の関係を一つずつ書くか、どちらか一方だけを繰り返してください。"
    )))
}
