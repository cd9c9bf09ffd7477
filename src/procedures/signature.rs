//! What a procedure takes and gives: `name(param :: TYPE = default, …) :: (column :: TYPE, …)`.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a type names the values it takes; every other one, new ones too, is refused alike"
)]

use std::fmt;

use crate::error::{Code, Error, Result, Standard, Text, text};
use crate::functions::as_float;
use crate::model::temporal::Kind;
use crate::model::{Datum, DatumMap, nfc, quote_string};

/// The type of an argument or column.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the name of a type")]
pub enum ValueType {
    Any,
    Boolean,
    Integer,
    Float,
    /// An integer or a float.
    Number,
    String,
    /// A list whose items are all of one type.
    List(Box<Self>),
    Map,
    Node,
    Relationship,
    Path,
    /// A date, a time, a moment or a duration.
    Temporal(Kind),
}

/// What a type is called: in signatures, then in messages in English and Japanese.
type TypeName = (ValueType, &'static str, &'static str, &'static str);

const TYPES: [TypeName; 16] = [
    (ValueType::Any, "ANY", "a value", "値"),
    (ValueType::Boolean, "BOOLEAN", "a boolean", "真偽値"),
    (ValueType::Integer, "INTEGER", "an integer", "整数"),
    (ValueType::Float, "FLOAT", "a number", "数値"),
    (ValueType::Number, "NUMBER", "a number", "数値"),
    (ValueType::String, "STRING", "a string", "文字列"),
    (ValueType::Map, "MAP", "a map", "マップ"),
    (ValueType::Node, "NODE", "a node", "ノード"),
    (ValueType::Relationship, "RELATIONSHIP", "a relationship", "関係"),
    (ValueType::Path, "PATH", "a path", "パス"),
    (ValueType::Temporal(Kind::Date), "DATE", "a date", "日付"),
    (ValueType::Temporal(Kind::LocalTime), "LOCALTIME", "a local time", "ローカル時刻"),
    (ValueType::Temporal(Kind::Time), "TIME", "a time", "時刻"),
    (ValueType::Temporal(Kind::LocalDateTime), "LOCALDATETIME", "a local datetime", "ローカル日時"),
    (ValueType::Temporal(Kind::DateTime), "DATETIME", "a datetime", "日時"),
    (ValueType::Temporal(Kind::Duration), "DURATION", "a duration", "期間"),
];

impl ValueType {
    /// The type of this name, `?` apart.
    fn read(name: &str) -> Option<Self> {
        let upper = name.trim().to_ascii_uppercase();
        if let Some(items) = upper.strip_prefix("LIST<").and_then(|rest| rest.strip_suffix('>')) {
            return Some(Self::List(Box::new(Self::read(items.trim_end_matches('?'))?)));
        }
        TYPES.iter().find(|entry| entry.1 == upper).map(|entry| entry.0.clone())
    }

    fn named(&self) -> Option<&'static TypeName> {
        TYPES.iter().find(|entry| entry.0 == *self)
    }

    /// What a value of this type is called in a message.
    #[must_use]
    pub fn words(&self) -> Text {
        match (self, self.named()) {
            (Self::List(items), _) => match items.named() {
                Some((Self::Any, ..)) | None => text!("a list", "リスト"),
                Some((_, _, _, ja)) => {
                    let en = items.to_string().to_lowercase();
                    text!("a list of {en}s", "{ja}のリスト")
                }
            },
            (_, Some((_, _, en, ja))) => Text::new(*en, *ja),
            (_, None) => text!("a value", "値"),
        }
    }

    /// The value as one of this type: an integer becomes a float where one is wanted. `None` where it is of another type.
    #[must_use]
    pub fn accept(&self, value: &Datum) -> Option<Datum> {
        match (self, value) {
            (Self::Float, Datum::Int(int)) => Some(Datum::Float(as_float(*int))),
            (Self::List(of), Datum::List(items)) => {
                let accepted = items.iter().map(|item| of.accept(item));
                Some(Datum::List(accepted.collect::<Option<_>>()?))
            }
            (Self::Any, _)
            | (Self::Boolean, Datum::Bool(_))
            | (Self::Integer, Datum::Int(_))
            | (Self::Float, Datum::Float(_))
            | (Self::Number, Datum::Int(_) | Datum::Float(_))
            | (Self::String, Datum::Str(_))
            | (Self::Map, Datum::Map(_))
            | (Self::Node, Datum::Node(_))
            | (Self::Relationship, Datum::Rel(_))
            | (Self::Path, Datum::Path(_)) => Some(value.clone()),
            (Self::Temporal(kind), Datum::Temporal(temporal)) if temporal.kind() == *kind => {
                Some(value.clone())
            }
            _ => None,
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(items) => write!(f, "LIST<{items}>"),
            named => f.write_str(named.named().map_or("ANY", |entry| entry.1)),
        }
    }
}

/// One argument.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ValueType,
    /// Whether the procedure sees null; where it does not, a call with null gives no rows.
    pub nullable: bool,
    /// What stands for it where it is left out.
    pub default: Option<Datum>,
}

/// One column of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ValueType,
    /// Whether it may be null.
    pub nullable: bool,
}

/// What a procedure takes and gives.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The name, with its dots.
    pub name: String,
    /// The arguments; those with a default stand last.
    pub params: Vec<Param>,
    /// The columns; where there are none, a call passes the row it was called for.
    pub columns: Vec<Column>,
}

impl Signature {
    /// Reads `name(param :: TYPE? = default, …) :: (column :: TYPE?, …)`.
    ///
    /// # Errors
    /// `name.procedure` where it is not of that form, names a type that does not exist, or one name twice.
    pub fn parse(signature: &str) -> Result<Self> {
        let fault = || {
            Error::new(
                Code::NameProcedure,
                text!(
                    "`{signature}` is no signature of a procedure",
                    "`{signature}` はプロシージャの形式ではありません"
                ),
            )
            .help(text!(
                "Write `name(param :: STRING, …) :: (column :: INTEGER, …)`.",
                "`名前(引数 :: STRING, …) :: (列 :: INTEGER, …)` の形で書いてください。"
            ))
        };
        let parts = || {
            let (name, rest) = signature.trim().split_once('(')?;
            let (params, columns) = rest.trim_end().strip_suffix(')')?.split_once(')')?;
            let columns = columns.trim().strip_prefix("::")?.trim().strip_prefix('(')?;
            let params: Vec<Param> = fields(params).map(Param::read).collect::<Option<_>>()?;
            let columns: Vec<Column> = fields(columns).map(Column::read).collect::<Option<_>>()?;
            let names = name.trim().split('.').all(|part| !part.is_empty());
            let last = params.iter().position(|param| param.default.is_some());
            let required =
                params.iter().skip(last.unwrap_or(params.len())).any(|p| p.default.is_none());
            let repeated = repeats(params.iter().map(|param| &param.name))
                || repeats(columns.iter().map(|column| &column.name));
            let whole = names && !required && !repeated;
            whole.then(|| Self { name: nfc(name.trim()).into_owned(), params, columns })
        };
        parts().ok_or_else(fault)
    }

    /// How it is called, types apart: `algo.shortestPath(source, target, options = {})`.
    #[must_use]
    pub fn form(&self) -> String {
        let param = |param: &Param| match &param.default {
            Some(default) => format!("{} = {}", param.name, literal(default)),
            None => param.name.clone(),
        };
        let params: Vec<String> = self.params.iter().map(param).collect();
        format!("{}({})", self.name, params.join(", "))
    }

    /// How many arguments must be given.
    #[must_use]
    pub fn required(&self) -> usize {
        self.params.iter().filter(|param| param.default.is_none()).count()
    }

    /// The arguments as the procedure gets them: of the types it wants, and with defaults for those left out. `None` where one is null
    /// that may not be: there are no rows then.
    ///
    /// # Errors
    /// `type.mismatch` where an argument is of another type, without a place.
    pub fn accept(&self, args: &[Datum]) -> Result<Option<Vec<Datum>>> {
        let mut accepted = Vec::with_capacity(self.params.len());
        for (i, param) in self.params.iter().enumerate() {
            let Some(arg) = args.get(i) else {
                accepted.push(param.default.clone().unwrap_or_default());
                continue;
            };
            if arg.is_null() {
                if !param.nullable {
                    return Ok(None);
                }
                accepted.push(Datum::Null);
                continue;
            }
            let fault = || {
                self.misfit(param, arg.type_name())
                    .known_as(Standard::runtime("TypeError", "InvalidArgumentType"))
            };
            accepted.push(param.kind.accept(arg).ok_or_else(fault)?);
        }
        Ok(Some(accepted))
    }

    /// The fault of an argument of a type that is not wanted; `found` is the name of its type.
    pub(crate) fn misfit(&self, param: &Param, found: &str) -> Error {
        let (name, arg, wanted) = (&self.name, &param.name, param.kind.words());
        let (en, ja, found) = (&wanted.en, &wanted.ja, crate::model::type_words(found));
        let (found_en, found_ja) = (&found.en, &found.ja);
        let fault = text!(
            "`{name}` takes {en} as `{arg}`, not a value of type {found_en}",
            "`{name}` の引数 `{arg}` には{ja}が必要です（値の型：{found_ja}）"
        );
        Error::new(Code::TypeMismatch, fault)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (i, param) in self.params.iter().enumerate() {
            f.write_str(if i > 0 { ", " } else { "" })?;
            write!(f, "{} :: {}{}", param.name, param.kind, mark(param.nullable))?;
            if let Some(default) = &param.default {
                write!(f, " = {}", literal(default))?;
            }
        }
        f.write_str(") :: (")?;
        for (i, column) in self.columns.iter().enumerate() {
            f.write_str(if i > 0 { ", " } else { "" })?;
            write!(f, "{} :: {}{}", column.name, column.kind, mark(column.nullable))?;
        }
        f.write_str(")")
    }
}

impl Param {
    fn read(field: &str) -> Option<Self> {
        let (name, kind) = field.split_once("::")?;
        let (kind, default) = match kind.split_once('=') {
            Some((kind, default)) => (kind, Some(value(default.trim())?)),
            None => (kind, None),
        };
        let Column { name, kind, nullable } = Column::of(name, kind)?;
        Some(Self { name, kind, nullable, default })
    }
}

impl Column {
    fn read(field: &str) -> Option<Self> {
        let (name, kind) = field.split_once("::")?;
        Self::of(name, kind)
    }

    fn of(name: &str, kind: &str) -> Option<Self> {
        let (name, kind) = (nfc(name.trim().trim_matches('`')), kind.trim());
        let nullable = kind.ends_with('?');
        let kind = ValueType::read(kind.trim_end_matches('?'))?;
        (!name.is_empty()).then(|| Self { name: name.into_owned(), kind, nullable })
    }
}

fn fields(list: &str) -> impl Iterator<Item = &str> {
    let list = list.trim();
    list.split(',').filter(move |_| !list.is_empty())
}

fn repeats<'n>(names: impl Iterator<Item = &'n String>) -> bool {
    let mut names: Vec<&String> = names.collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() < count
}

fn mark(nullable: bool) -> &'static str {
    if nullable { "?" } else { "" }
}

/// Reads a default: a literal without parts.
fn value(text: &str) -> Option<Datum> {
    Some(match text {
        "null" => Datum::Null,
        "true" => Datum::Bool(true),
        "false" => Datum::Bool(false),
        "{}" => Datum::map(DatumMap::new()),
        "[]" => Datum::list(Vec::new()),
        _ => match text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            Some(inside) if inside.contains(['\'', '\\']) => return None,
            Some(inside) => Datum::str(inside),
            None => match text.parse() {
                Ok(int) => Datum::Int(int),
                Err(_) => Datum::Float(text.parse().ok()?),
            },
        },
    })
}

fn literal(default: &Datum) -> String {
    match default {
        Datum::Bool(b) => b.to_string(),
        Datum::Int(int) => int.to_string(),
        Datum::Float(float) => format!("{float:?}"),
        Datum::Str(text) => quote_string(text),
        Datum::List(_) => "[]".to_owned(),
        Datum::Map(_) => "{}".to_owned(),
        _ => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Signature, ValueType};
    use crate::model::Datum;

    #[test]
    fn signatures_print_as_they_are_read() {
        for signature in [
            "a.b.c() :: ()",
            "p(from :: DATE, for :: DURATION?) :: (days :: LIST<LOCALDATETIME>)",
            "p(name :: STRING?, n :: INTEGER = 3, of :: LIST<NODE> = []) :: (x :: FLOAT?, 列 :: ANY)",
            "p(a :: MAP = {}, b :: STRING = 'x', c :: FLOAT = 0.5, d :: ANY? = null) :: (y :: PATH)",
        ] {
            assert_eq!(Signature::parse(signature).unwrap().to_string(), signature);
        }
        let spaced = Signature::parse(" p ( a::string? ) ::  ( b :: Integer )").unwrap();
        assert_eq!(spaced.to_string(), "p(a :: STRING?) :: (b :: INTEGER)");
    }

    #[test]
    fn other_texts_are_no_signatures() {
        for text in [
            "",
            "p",
            "p()",
            "p() :: x",
            "() :: ()",
            "a..b() :: ()",
            "p(a) :: ()",
            "p(a :: TEXT) :: ()",
            "p(a :: ANY, a :: ANY) :: ()",
            "p() :: (b :: ANY, b :: ANY)",
            "p(a :: ANY = null, b :: ANY) :: ()",
            "p(a :: INTEGER = x) :: ()",
        ] {
            let fault = Signature::parse(text).unwrap_err();
            assert_eq!(fault.code().as_str(), "name.procedure", "{text}");
        }
    }

    #[test]
    fn arguments_become_what_is_wanted() {
        let signature = Signature::parse("p(x :: FLOAT, of :: LIST<FLOAT>? = []) :: ()").unwrap();
        let accepted = signature.accept(&[Datum::Int(2)]).unwrap().unwrap();
        assert!(matches!(&accepted[..], [Datum::Float(2.0), Datum::List(of)] if of.is_empty()));
        assert!(signature.accept(&[Datum::Null]).unwrap().is_none());
        assert!(signature.accept(&[Datum::Int(1), Datum::Null]).unwrap().is_some());
        let fault = signature.accept(&[Datum::str("2")]).unwrap_err();
        assert_eq!(fault.to_string(), "`p` takes a number as `x`, not a value of type string");
        assert_eq!(ValueType::List(Box::new(ValueType::Node)).words().en, "a list of nodes");
    }
}
