//! Headers: what each column of a table stands for.
//!
//! Turns the names of columns (`id:ID(Person)`, `age:int`, `:LABEL`) into roles and typed properties. Nothing here reads a row.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::error::{Code, Error, Source, Span, Text, did_you_mean, nearest, one_of, text};
use crate::model::temporal::Kind;

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Nodes, with ids of a space.
    Nodes(String),
    /// Relationships, from ids of one space to ids of another.
    Rels(String, String),
}

/// What a column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    Skip,
    /// The id of a node.
    Id,
    /// The id of the node where a relationship starts.
    Start,
    /// The id of the node where a relationship ends.
    End,
    /// The labels of a node, or the type of a relationship.
    Names,
    /// The property of this index.
    Property(usize),
}

/// The type of a property, or of the items of its lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Int,
    Float,
    Bool,
    Text,
    Char,
    Temporal(Kind),
}

/// A property that a table gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// Its key.
    pub(super) name: String,
    /// Its type; `None` where the file itself knows it, or else it is a text.
    pub(super) of: Option<Type>,
    /// What stands between the items where each value is a list of such values.
    pub(super) list: Option<char>,
}

/// What the columns of a table stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// What the table holds.
    pub(super) sort: Sort,
    /// By column.
    pub(super) roles: Vec<Role>,
    /// In the order of their columns.
    pub(super) properties: Vec<Property>,
    /// The property that is the id itself.
    pub(super) id: Option<usize>,
    /// Whether a column gives labels or types.
    pub(super) named: bool,
}

/// What stands between the items of a list.
const ITEMS: char = ';';

/// The types of properties by their names.
const TYPES: [(&str, Type); 16] = [
    ("int", Type::Int),
    ("long", Type::Int),
    ("short", Type::Int),
    ("byte", Type::Int),
    ("integer", Type::Int),
    ("float", Type::Float),
    ("double", Type::Float),
    ("boolean", Type::Bool),
    ("string", Type::Text),
    ("char", Type::Char),
    ("date", Type::Temporal(Kind::Date)),
    ("time", Type::Temporal(Kind::Time)),
    ("localtime", Type::Temporal(Kind::LocalTime)),
    ("datetime", Type::Temporal(Kind::DateTime)),
    ("localdatetime", Type::Temporal(Kind::LocalDateTime)),
    ("duration", Type::Temporal(Kind::Duration)),
];

/// The columns that are no properties.
const SPECIAL: [&str; 6] = ["ID", "LABEL", "START_ID", "END_ID", "TYPE", "IGNORE"];

/// One column's name, taken apart: `name:TYPE(space)`.
struct Column<'h> {
    name: &'h str,
    kind: &'h str,
    space: Option<&'h str>,
    list: bool,
}

/// Reads the names of the columns, each with its place in `source`.
///
/// # Errors
/// Every fault of the header.
pub(super) fn parse(
    source: &Arc<Source>,
    fields: &[(Range<usize>, String)],
) -> Result<Header, Vec<Error>> {
    let mut reading = Reading::default();
    for (range, field) in fields {
        let span = Span::new(range.start, range.end);
        let role = split(field).and_then(|column| reading.column(&column));
        reading.roles.push(role.unwrap_or_else(|fault| {
            reading.faults.push(fault.at(span));
            Role::Skip
        }));
    }
    let whole = fields.iter().map(|(range, _)| Span::new(range.start, range.end));
    let whole = whole.reduce(Span::to).unwrap_or_default();
    reading
        .finish(whole)
        .map_err(|faults| faults.into_iter().map(|fault| fault.in_source(source)).collect())
}

fn split(field: &str) -> Result<Column<'_>, Error> {
    let field = field.trim();
    if let Some((_, options)) = field.split_once('{').filter(|_| field.contains(':')) {
        let options = options.trim_end_matches('}');
        let message = text!(
            "options in braces, `{options}`, are not supported in a header",
            "見出しの波括弧のオプション「{options}」には対応していません"
        );
        return Err(fault(message)
            .help(text!("Leave the braces out.", "波括弧の部分を取り除いてください。")));
    }
    let (front, space) = match field.strip_suffix(')').and_then(|rest| rest.split_once('(')) {
        Some((front, space)) if front.contains(':') => (front, Some(space.trim())),
        _ => (field, None),
    };
    let (name, kind) = front.rsplit_once(':').unwrap_or((front, ""));
    let (kind, list) = kind.strip_suffix("[]").map_or((kind, false), |kind| (kind, true));
    Ok(Column { name: name.trim(), kind: kind.trim(), space, list })
}

#[derive(Default)]
struct Reading {
    roles: Vec<Role>,
    properties: Vec<Property>,
    keys: HashSet<String>,
    id: Option<String>,
    id_property: Option<usize>,
    start: Option<String>,
    end: Option<String>,
    labels: bool,
    kinds: bool,
    faults: Vec<Error>,
}

impl Reading {
    fn column(&mut self, column: &Column<'_>) -> Result<Role, Error> {
        let special = SPECIAL.into_iter().find(|name| name.eq_ignore_ascii_case(column.kind));
        let space = column.space.unwrap_or_default().to_owned();
        let takes_space = matches!(special, Some("ID" | "START_ID" | "END_ID"));
        if column.space.is_some() && !takes_space {
            let message = text!(
                "only `:ID`, `:START_ID` and `:END_ID` take an id space",
                "ID 空間を指定できるのは `:ID`・`:START_ID`・`:END_ID` だけです"
            );
            return Err(fault(message));
        }
        match special {
            Some("ID") => {
                once(self.id.replace(space).is_some(), "ID")?;
                if !column.name.is_empty() {
                    self.id_property = Some(self.properties.len());
                    self.property(column, Some(Type::Text))?;
                }
                Ok(Role::Id)
            }
            Some("START_ID") => {
                once(self.start.replace(space).is_some(), "START_ID")?;
                Ok(Role::Start)
            }
            Some("END_ID") => {
                once(self.end.replace(space).is_some(), "END_ID")?;
                Ok(Role::End)
            }
            Some("LABEL") => {
                once(std::mem::replace(&mut self.labels, true), "LABEL")?;
                Ok(Role::Names)
            }
            Some("TYPE") => {
                once(std::mem::replace(&mut self.kinds, true), "TYPE")?;
                Ok(Role::Names)
            }
            Some(_) => Ok(Role::Skip),
            None => self.property(column, type_of(column)?),
        }
    }

    fn property(&mut self, column: &Column<'_>, of: Option<Type>) -> Result<Role, Error> {
        if column.name.is_empty() {
            let message = text!("a column without a name", "名前のない列があります");
            return Err(fault(message).help(text!(
                "Name it, or write `:IGNORE` to leave it out.",
                "名前を付けるか、取り込まない列なら `:IGNORE` と書いてください。"
            )));
        }
        let name = crate::model::nfc(column.name).into_owned();
        if !self.keys.insert(name.clone()) {
            let message = text!("a second column `{name}`", "列「{name}」が複数あります");
            return Err(Error::new(Code::SeedDuplicate, message));
        }
        let list = column.list.then_some(ITEMS);
        self.properties.push(Property { name, of, list });
        Ok(Role::Property(self.properties.len() - 1))
    }

    fn finish(mut self, whole: Span) -> Result<Header, Vec<Error>> {
        let named = self.labels || self.kinds;
        let sort = match (self.id, self.start, self.end) {
            (Some(space), None, None) if !self.kinds => Ok(Sort::Nodes(space)),
            (None, Some(start), Some(end)) if !self.labels => Ok(Sort::Rels(start, end)),
            (Some(_), None, None) => Err(mixed("ID", "TYPE")),
            (None, Some(_), Some(_)) => Err(mixed("START_ID", "LABEL")),
            (Some(_), _, _) => Err(mixed("ID", "START_ID")),
            (None, Some(_), None) => Err(missing("`:END_ID`")),
            (None, None, Some(_)) => Err(missing("`:START_ID`")),
            (None, None, None) => Err(missing("`:ID`")),
        };
        match sort {
            // A column that is wrong may be the one that seems to be missing.
            Err(fault) if self.faults.is_empty() => self.faults.push(fault.at(whole)),
            Ok(sort) if self.faults.is_empty() => {
                let (roles, properties) = (self.roles, self.properties);
                return Ok(Header { sort, roles, properties, id: self.id_property, named });
            }
            Ok(_) | Err(_) => {}
        }
        Err(self.faults)
    }
}

fn type_of(column: &Column<'_>) -> Result<Option<Type>, Error> {
    let kind = column.kind;
    if kind.is_empty() && !column.list {
        return Ok(None);
    }
    if let Some((_, of)) = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind)) {
        return Ok(Some(*of));
    }
    if kind.eq_ignore_ascii_case("point") {
        let message = text!("points are not supported", "`point` 型には対応していません");
        return Err(fault(message).help(text!(
            "Give the coordinates in columns of their own, as `x:double,y:double`, or write `:IGNORE`.",
            "座標を `x:double,y:double` のような別々の列に分けるか、`:IGNORE` と書いてください。"
        )));
    }
    let message = text!("unknown type `{kind}` in the header", "見出しの型「{kind}」は使えません");
    let names = TYPES.iter().map(|(name, _)| *name);
    let near = nearest(kind, names.clone().chain(SPECIAL));
    let names: Vec<&str> = names.filter(|name| *name != "integer").take(12).collect();
    Err(fault(message).help(near.map_or_else(|| one_of(&names), did_you_mean)))
}

fn once(again: bool, name: &str) -> Result<(), Error> {
    let message = text!("a second column `:{name}`", "`:{name}` の列が複数あります");
    if again { Err(fault(message)) } else { Ok(()) }
}

fn mixed(one: &str, other: &str) -> Error {
    let message = text!(
        "the header has both `:{one}` and `:{other}`",
        "見出しに `:{one}` と `:{other}` の両方があります"
    );
    fault(message).help(text!(
        "A table of nodes has `:ID` and may have `:LABEL`; one of relationships has `:START_ID` and `:END_ID`, and may have `:TYPE`.",
        "ノードのテーブルには `:ID`（と `:LABEL`）、関係のテーブルには `:START_ID` と `:END_ID`（と `:TYPE`）を書きます。"
    ))
}

fn missing(name: &str) -> Error {
    let message = text!("the header has no column {name}", "見出しに {name} の列がありません");
    fault(message).help(text!(
        "The first line names the columns: `id:ID,name,:LABEL` for nodes, `:START_ID,:END_ID,:TYPE` for relationships.",
        "最初の行に列の名前を書きます。ノードは `id:ID,name,:LABEL`、関係は `:START_ID,:END_ID,:TYPE` のようにします。"
    ))
}

fn fault(message: Text) -> Error {
    Error::new(Code::SeedSchema, message)
}
