//! The map of options that an algorithm takes: `{types: ['raised-at'], direction: 'both', damping: 0.85}`.

use super::Context;
use crate::error::{Code, Error, Result, Standard, Text, did_you_mean, nearest, one_of, text};
use crate::functions::as_float;
use crate::graph::Direction;
use crate::model::{Datum, DatumMap, KeyId, KindId, LabelId};

/// Options as given, the names among them known to be options.
pub(super) struct Options<'c> {
    context: &'c Context<'c>,
    given: Option<&'c DatumMap>,
}

/// Which way relationships are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// One way.
    One(Direction),
    /// From either end.
    Both,
}

const WAYS: [(&str, Way); 3] = [
    ("outgoing", Way::One(Direction::Outgoing)),
    ("incoming", Way::One(Direction::Incoming)),
    ("both", Way::Both),
];

impl<'c> Options<'c> {
    /// Reads the map; null gives every default.
    ///
    /// # Errors
    /// `run.argument` where a key is none of `known`.
    pub(super) fn of(
        context: &'c Context<'c>,
        given: Option<&'c Datum>,
        known: &[&str],
    ) -> Result<Self> {
        let given = match given {
            Some(Datum::Map(map)) => Some(&**map),
            _ => None,
        };
        let odd = given.and_then(|map| map.keys().find(|key| !known.contains(&key.as_ref())));
        let Some(odd) = odd else { return Ok(Self { context, given }) };
        let name = context.name;
        let near = nearest(odd, known.iter().copied()).map(did_you_mean);
        let fault =
            text!("`{name}` has no option `{odd}`", "`{name}` にオプション `{odd}` はありません");
        Err(Error::new(Code::RunArgument, fault)
            .known_as(Standard::runtime("ArgumentError", "InvalidArgumentValue"))
            .help(near.unwrap_or_else(|| one_of(known))))
    }

    /// The value of an option; `None` where it is absent or null.
    fn get(&self, name: &str) -> Option<&'c Datum> {
        self.given?.get(name).filter(|value| !value.is_null())
    }

    /// A number between two bounds.
    ///
    /// # Errors
    /// `type.mismatch`, `run.argument`.
    pub(super) fn number(
        &self,
        name: &str,
        default: f64,
        (least, most): (f64, f64),
    ) -> Result<f64> {
        let number = match self.get(name) {
            None => return Ok(default),
            Some(Datum::Int(int)) => as_float(*int),
            Some(Datum::Float(float)) => *float,
            Some(other) => return Err(self.misfit(name, &text!("a number", "数値"), other)),
        };
        if (least..=most).contains(&number) {
            return Ok(number);
        }
        Err(self.outside(name, &number.to_string(), &between(least, most)))
    }

    /// An integer from 1.
    ///
    /// # Errors
    /// `type.mismatch`, `run.argument`.
    pub(super) fn count(&self, name: &str, default: u64) -> Result<u64> {
        match self.get(name) {
            None => Ok(default),
            Some(Datum::Int(int)) => {
                let count = u64::try_from(*int).ok().filter(|count| *count > 0);
                let wanted = text!("an integer from 1", " 1 以上の整数");
                count.ok_or_else(|| self.outside(name, &int.to_string(), &wanted))
            }
            Some(other) => Err(self.misfit(name, &text!("an integer", "整数"), other)),
        }
    }

    /// Which way relationships are followed; out of their start where nothing is said.
    ///
    /// # Errors
    /// `type.mismatch`, `run.argument`.
    pub(super) fn way(&self) -> Result<Way> {
        let Some(value) = self.get("direction") else { return Ok(Way::One(Direction::Outgoing)) };
        let wanted = text!(
            "`'outgoing'`, `'incoming'` or `'both'`",
            " `'outgoing'`、`'incoming'`、`'both'` のいずれか"
        );
        let Some(text) = value.as_str() else {
            return Err(self.misfit("direction", &wanted, value));
        };
        let known = WAYS.iter().find(|way| way.0.eq_ignore_ascii_case(text)).map(|way| way.1);
        known.ok_or_else(|| self.outside("direction", &format!("'{text}'"), &wanted))
    }

    /// The relationship types; `None` for all.
    ///
    /// # Errors
    /// `type.mismatch`; `name.type` where the schema has no such type.
    pub(super) fn kinds(&self) -> Result<Option<Vec<KindId>>> {
        let names = self.context.graph.names();
        self.ids(
            "types",
            |name| names.find_kind(name),
            || {
                let unknown = |name: &str| {
                    text!("unknown relationship type `{name}`", "関係の種類 `{name}` はありません")
                };
                (Code::NameType, unknown, names.kind_spellings())
            },
        )
    }

    /// The labels of the nodes that take part; `None` for all nodes.
    ///
    /// # Errors
    /// `type.mismatch`; `name.label` where the schema has no such label.
    pub(super) fn labels(&self) -> Result<Option<Vec<LabelId>>> {
        let names = self.context.graph.names();
        self.ids(
            "labels",
            |name| names.find_label(name),
            || {
                let unknown =
                    |name: &str| text!("unknown label `{name}`", "ラベル `{name}` はありません");
                (Code::NameLabel, unknown, names.label_spellings())
            },
        )
    }

    /// The names under an option, one or a list of them, as ids; what an open schema does not know matches nothing.
    fn ids<'n, I: Ord>(
        &self,
        option: &str,
        find: impl Fn(&str) -> Option<I>,
        unknown: impl Fn() -> (Code, fn(&str) -> Text, Vec<&'n str>),
    ) -> Result<Option<Vec<I>>> {
        let Some(value) = self.get(option) else { return Ok(None) };
        let one = std::slice::from_ref(value);
        let items = if let Datum::List(items) = value { items } else { one };
        let mut ids = Vec::new();
        for item in items {
            let Some(name) = item.as_str() else {
                let wanted = text!("a list of strings", "文字列のリスト");
                return Err(self.misfit(option, &wanted, item));
            };
            match find(name) {
                Some(id) => ids.push(id),
                None if self.context.graph.schema().is_open() => {}
                None => {
                    let (code, words, spellings) = unknown();
                    let near = nearest(name, spellings.iter().copied()).map(did_you_mean);
                    let help = near.unwrap_or_else(|| one_of(&spellings));
                    return Err(Error::new(code, words(name)).help(help));
                }
            }
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(Some(ids))
    }

    /// What a relationship weighs.
    ///
    /// # Errors
    /// `type.mismatch`, `run.argument`; `name.property` where the schema has no such property.
    pub(super) fn weight(&self) -> Result<Weight<'c>> {
        let default = match self.get("defaultWeight") {
            None => None,
            Some(_) => Some(self.number("defaultWeight", 1.0, (0.0, f64::MAX))?),
        };
        let Some(value) = self.get("weight") else { return Ok(Weight::None) };
        let Some(name) = value.as_str() else {
            let wanted = text!("the name of a property", "プロパティの名前");
            return Err(self.misfit("weight", &wanted, value));
        };
        let (names, schema) = (self.context.graph.names(), self.context.graph.schema());
        let key = names.find_key(name);
        if key.is_some() || schema.is_open() {
            return Ok(Weight::Of { name, key, default });
        }
        let spellings = names.key_spellings();
        let fault = text!("unknown property `{name}`", "プロパティ `{name}` はありません");
        let near = nearest(name, spellings.iter().copied()).map(did_you_mean);
        Err(Error::new(Code::NameProperty, fault).help(near.unwrap_or_else(|| one_of(&spellings))))
    }

    fn misfit(&self, option: &str, wanted: &Text, found: &Datum) -> Error {
        let (name, found) = (self.context.name, found.type_words());
        let (en, ja, found_en, found_ja) = (&wanted.en, &wanted.ja, &found.en, &found.ja);
        let fault = text!(
            "option `{option}` of `{name}` takes {en}, not a value of type {found_en}",
            "`{name}` のオプション `{option}` に指定できるのは{ja}です（値の型：{found_ja}）"
        );
        Error::new(Code::TypeMismatch, fault)
            .known_as(Standard::runtime("TypeError", "InvalidArgumentType"))
    }

    fn outside(&self, option: &str, found: &str, wanted: &Text) -> Error {
        let (name, en, ja) = (self.context.name, &wanted.en, &wanted.ja);
        let fault = text!(
            "option `{option}` of `{name}` takes {en}, not {found}",
            "`{name}` のオプション `{option}` に指定できるのは{ja}です（値：{found}）"
        );
        Error::new(Code::RunArgument, fault)
            .known_as(Standard::runtime("ArgumentError", "InvalidArgumentValue"))
    }
}

/// What a relationship weighs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Weight<'c> {
    /// One, whichever it is.
    None,
    /// What a property says.
    Of {
        /// The name of the property, as given.
        name: &'c str,
        /// The property; `None` where no relationship has it.
        key: Option<KeyId>,
        /// What it weighs without the property; `None` where that is a fault.
        default: Option<f64>,
    },
}

fn between(least: f64, most: f64) -> Text {
    if most >= f64::MAX {
        text!("a number from {least}", " {least} 以上の数値")
    } else {
        text!("a number from {least} to {most}", " {least} 以上 {most} 以下の数値")
    }
}
