//! Warnings of comparisons that can never hold, because the schema says what values a property has.

use super::clauses::Binder;
use super::scope::Scope;
use super::types::{Base, Type, type_of};
use crate::error::{Code, Error, Text, did_you_mean, nearest, one_of, text};
use crate::graph::{PropertySpec, PropertyType};
use crate::model::type_words;
use crate::syntax::ast::{Expr, ExprKind, Literal, Name};

impl Binder<'_> {
    /// As [`Self::warn_of_value`], for `property = value` and `value = property`.
    pub(super) fn warn_of_comparison(&mut self, left: &Expr, right: &Expr, scope: &Scope) {
        for (property, value) in [(left, right), (right, left)] {
            if let ExprKind::Property(of, key) = &*property.kind {
                self.warn_of_value(key, type_of(of, scope), value);
            }
        }
    }

    /// Warns where a property is compared with a literal that it can never equal: not among the values the schema allows, or of
    /// another type. `of` is what the property's subject is known to be.
    pub(super) fn warn_of_value(&mut self, key: &Name, of: Type, value: &Expr) {
        let (Base::Node(Some(label)), ExprKind::Literal(literal)) = (of.base, &*value.kind) else {
            return;
        };
        let names = self.graph.names();
        let Some(id) = names.find_key(&key.text) else { return };
        let name = names.key(id);
        let spec = self.graph.schema().node_property(names.label(label), name);
        let warning = spec.and_then(|spec| never_equal(name, spec, literal));
        self.warnings.extend(warning.map(|warning| warning.at(value.span)));
    }
}

fn never_equal(name: &str, spec: &PropertySpec, literal: &Literal) -> Option<Error> {
    let found = match literal {
        Literal::Null => return None,
        Literal::Bool(_) => PropertyType::Boolean,
        Literal::Int(_) => PropertyType::Integer,
        Literal::Float(_) => PropertyType::Float,
        Literal::String(text) => {
            if !spec.values.is_empty() && !spec.values.contains(text) {
                return Some(no_such_value(name, spec, text));
            }
            PropertyType::String
        }
    };
    let is_number =
        |kind: &PropertyType| matches!(kind, PropertyType::Integer | PropertyType::Float);
    let fits = spec.kind == found
        || spec.kind == PropertyType::Any
        || (is_number(&spec.kind) && is_number(&found));
    if fits {
        return None;
    }
    let (wanted, found) = (words(&spec.kind), words(&found));
    let warning = Error::warning(
        Code::TypeMismatch,
        Text::new(
            format!(
                "`{name}` is never equal to this: it is of type {}, not {}",
                wanted.en, found.en
            ),
            format!(
                "`{name}` の値の型は{}なので、{}と等しくなることはありません",
                wanted.ja, found.ja
            ),
        ),
    );
    let number = is_number(&spec.kind)
        .then(|| text!("Write a number without quotes.", "数値は引用符を付けずに書いてください。"));
    Some(warning.help_if(number))
}

fn no_such_value(name: &str, spec: &PropertySpec, text: &str) -> Error {
    let warning = Error::warning(
        Code::TypeMismatch,
        text!(
            "`{name}` never has this value, so nothing equals it",
            "`{name}` がこの値になることはないため、何も一致しません"
        ),
    );
    let values: Vec<&str> = spec.values.iter().map(String::as_str).collect();
    warning.help(match nearest(text, values.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => one_of(&values),
    })
}

fn words(kind: &PropertyType) -> Text {
    type_words(match kind {
        PropertyType::List(_) => "list",
        PropertyType::String
        | PropertyType::Integer
        | PropertyType::Float
        | PropertyType::Boolean
        | PropertyType::Map
        | PropertyType::Any => return type_words(&kind.to_string()),
    })
}
