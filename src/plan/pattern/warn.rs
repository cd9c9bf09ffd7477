//! Warnings of patterns that can match nothing.

use super::super::clauses::Binder;
use super::bounds;
use crate::error::{Code, Error, Text, text};
use crate::model::LabelId;
use crate::syntax::ast::{self, RelDirection};

impl Binder<'_> {
    /// Warns of a range without a number in it, which matches nothing.
    pub(super) fn warn_of_range(&mut self, range: Option<ast::HopRange>) {
        let Some(range) = range else { return };
        let (min, Some(max)) = bounds(range) else { return };
        if min <= max {
            return;
        }
        let warning = Error::warning(
            Code::RunArgument,
            text!(
                "from {min} to {max} hops there is nothing, so this pattern matches nothing",
                "最小の段数 {min} が最大の段数 {max} を超えているため、何も一致しません"
            ),
        );
        let turned = text!("Write `*{max}..{min}`.", "`*{max}..{min}` と書いてください。");
        self.warnings.push(warning.at(range.span).help(turned));
    }

    /// Warns of a hop that can match nothing, because the schema joins other labels.
    pub(super) fn warn_of_ends(
        &mut self,
        rel: &ast::RelPattern,
        left: Option<LabelId>,
        right: Option<LabelId>,
    ) {
        let Some(ast::LabelExpr::Name(kind)) = &rel.types else { return };
        if rel.range.is_some() || rel.direction == RelDirection::Either {
            return;
        }
        let names = self.graph.names();
        let Some(id) = names.find_kind(&kind.text) else { return };
        let Some(spec) = self.graph.schema().types.get(names.kind(id)) else { return };
        let (start, end) = match rel.direction {
            RelDirection::Left => (right, left),
            RelDirection::Right | RelDirection::Either => (left, right),
        };
        let odd = |label: Option<LabelId>, allowed: &[String]| {
            let label = names.label(label?);
            let fits = allowed.is_empty() || allowed.iter().any(|name| name == label);
            (!fits).then_some(())
        };
        if odd(start, &spec.from).or_else(|| odd(end, &spec.to)).is_some() {
            let (kind, from, to) = (names.kind(id), labels(&spec.from), labels(&spec.to));
            let warning = Error::warning(
                Code::TypeMismatch,
                text!(
                    "`{kind}` does not join these labels, so this pattern matches nothing",
                    "`{kind}` はこの二つのラベルを結ばないため、このパターンには何も一致しません"
                ),
            )
            .at(rel.span)
            .help(Text::new(
                format!("It leads from {from} to {to}; check the direction of the arrow."),
                format!("{} から {} への関係です。矢印の向きを確かめてください。", from.ja, to.ja),
            ));
            self.warnings.push(warning);
        }
    }
}

/// The labels a type may join, as messages name them.
fn labels(names: &[String]) -> Text {
    if names.is_empty() {
        return text!("any node", "任意のノード");
    }
    let either = |joint: &str| {
        let each: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        each.join(joint)
    };
    Text::new(either(" or "), either("、"))
}
