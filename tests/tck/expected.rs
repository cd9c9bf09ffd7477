//! Expected values: read from the cells of a table, and compared with what a query gave.

use kadai::model::{Node, Path, Relationship, Value};

/// A value as a table writes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expected {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
    Node(Vec<String>, Vec<(String, Self)>),
    Rel(String, Vec<(String, Self)>),
    /// The nodes, and the relationships between them; the flag says whether the arrow points forward.
    Path(Vec<Self>, Vec<(Self, bool)>),
}

/// Reads a cell.
///
/// Errors: what is left over, or wrong.
pub(crate) fn parse(cell: &str) -> Result<Expected, String> {
    let mut reader = Reader { rest: cell };
    let value = reader.value()?;
    reader.space();
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(format!("`{}` is left of `{cell}`", reader.rest))
    }
}

struct Reader<'c> {
    rest: &'c str,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Whether the next token is this one; if so, it is taken.
    fn takes(&mut self, token: &str) -> bool {
        self.space();
        self.rest.strip_prefix(token).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    fn needs(&mut self, token: &str) -> Result<(), String> {
        if self.takes(token) {
            Ok(())
        } else {
            Err(format!("`{token}` is missing at `{}`", self.rest))
        }
    }

    fn value(&mut self) -> Result<Expected, String> {
        self.space();
        match self.rest.chars().next() {
            Some('\'') => self.string().map(Expected::String),
            Some('[') if self.rest[1..].trim_start().starts_with(':') => self.relationship(),
            Some('[') => {
                self.needs("[")?;
                let mut items = Vec::new();
                while !self.takes("]") {
                    items.push(self.value()?);
                    self.takes(",");
                }
                Ok(Expected::List(items))
            }
            Some('{') => self.map().map(Expected::Map),
            Some('(') => self.node(),
            Some('<') => self.path(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Expected, String> {
        let end = self.rest.find([',', ']', '}', ')', '|', ' ']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(match word {
            "null" => Expected::Null,
            "true" => Expected::Bool(true),
            "false" => Expected::Bool(false),
            "NaN" => Expected::Float(f64::NAN),
            "Inf" => Expected::Float(f64::INFINITY),
            "-Inf" => Expected::Float(f64::NEG_INFINITY),
            word => match (word.parse(), word.parse()) {
                (Ok(int), _) => Expected::Int(int),
                (_, Ok(float)) => Expected::Float(float),
                _ => return Err(format!("`{word}` is no value")),
            },
        })
    }

    fn string(&mut self) -> Result<String, String> {
        self.needs("'")?;
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, c @ ('\'' | '\\'))) => text.push(c),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => text.push('\\'),
                },
                c => text.push(c),
            }
        }
        Err("an open string".to_owned())
    }

    fn name(&mut self) -> Result<String, String> {
        self.space();
        let other = |c: char| !(c.is_alphanumeric() || c == '_');
        let end = self.rest.find(other).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        if name.is_empty() {
            Err(format!("a name is missing at `{rest}`"))
        } else {
            Ok(name.to_owned())
        }
    }

    fn map(&mut self) -> Result<Vec<(String, Expected)>, String> {
        self.needs("{")?;
        let mut entries = Vec::new();
        while !self.takes("}") {
            let key = self.name()?;
            self.needs(":")?;
            entries.push((key, self.value()?));
            self.takes(",");
        }
        Ok(entries)
    }

    fn node(&mut self) -> Result<Expected, String> {
        self.needs("(")?;
        let mut labels = Vec::new();
        while self.takes(":") {
            labels.push(self.name()?);
        }
        self.space();
        let properties = if self.rest.starts_with('{') { self.map()? } else { Vec::new() };
        self.needs(")")?;
        labels.sort();
        Ok(Expected::Node(labels, properties))
    }

    fn relationship(&mut self) -> Result<Expected, String> {
        self.needs("[")?;
        self.needs(":")?;
        let kind = self.name()?;
        self.space();
        let properties = if self.rest.starts_with('{') { self.map()? } else { Vec::new() };
        self.needs("]")?;
        Ok(Expected::Rel(kind, properties))
    }

    fn path(&mut self) -> Result<Expected, String> {
        self.needs("<")?;
        let (mut nodes, mut rels) = (vec![self.node()?], Vec::new());
        while !self.takes(">") {
            let backward = self.takes("<-");
            if !backward {
                self.needs("-")?;
            }
            let rel = self.relationship()?;
            self.needs(if backward { "-" } else { "->" })?;
            rels.push((rel, !backward));
            nodes.push(self.node()?);
        }
        Ok(Expected::Path(nodes, rels))
    }
}

/// Whether a value is the expected one; `any_order` lets the items of lists stand in any order.
pub(crate) fn matches(expected: &Expected, value: &Value, any_order: bool) -> bool {
    match (expected, value) {
        (Expected::Null, Value::Null) => true,
        (Expected::Bool(a), Value::Bool(b)) => a == b,
        (Expected::Int(a), Value::Int(b)) => a == b,
        (Expected::Float(a), Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
        (Expected::String(a), Value::String(b)) => a == b,
        (Expected::String(a), Value::Temporal(b)) => *a == b.to_string(),
        (Expected::List(a), Value::List(b)) if any_order => {
            same_in_any_order(a, b, |x, y| matches(x, y, any_order))
        }
        (Expected::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(x, y)| matches(x, y, any_order))
        }
        (Expected::Map(a), Value::Map(b)) => properties_match(a, b, any_order),
        (Expected::Node(..), Value::Node(node)) => node_matches(expected, node, any_order),
        (Expected::Rel(..), Value::Relationship(rel)) => rel_matches(expected, rel, any_order),
        (Expected::Path(nodes, rels), Value::Path(path)) => {
            path_matches(nodes, rels, path, any_order)
        }
        _ => false,
    }
}

fn properties_match<'v>(
    expected: &[(String, Expected)],
    found: impl IntoIterator<Item = (&'v String, &'v Value)>,
    any_order: bool,
) -> bool {
    let found: Vec<_> = found.into_iter().collect();
    let same = |(key, value): &(String, Expected)| {
        found.iter().any(|(name, found)| *name == key && matches(value, found, any_order))
    };
    expected.len() == found.len() && expected.iter().all(same)
}

fn node_matches(expected: &Expected, node: &Node, any_order: bool) -> bool {
    let Expected::Node(labels, properties) = expected else { return false };
    let mut found = node.labels.clone();
    found.sort();
    *labels == found && properties_match(properties, &node.properties, any_order)
}

fn rel_matches(expected: &Expected, rel: &Relationship, any_order: bool) -> bool {
    let Expected::Rel(kind, properties) = expected else { return false };
    *kind == rel.kind && properties_match(properties, &rel.properties, any_order)
}

fn path_matches(
    nodes: &[Expected],
    rels: &[(Expected, bool)],
    path: &Path,
    any_order: bool,
) -> bool {
    let lengths = (nodes.len(), rels.len()) == (path.nodes.len(), path.relationships.len());
    let same_nodes = || nodes.iter().zip(&path.nodes).all(|(a, b)| node_matches(a, b, any_order));
    let same_rels = || {
        let found = path.relationships.iter().zip(&path.nodes);
        rels.iter().zip(found).all(|((a, forward), (b, from))| {
            let loops = b.start == b.end;
            rel_matches(a, b, any_order) && (loops || *forward == (b.start == from.id))
        })
    };
    lengths && same_nodes() && same_rels()
}

/// Whether two lists pair up, whatever their order.
pub(crate) fn same_in_any_order<A, B>(a: &[A], b: &[B], same: impl Fn(&A, &B) -> bool) -> bool {
    let mut left: Vec<&B> = b.iter().collect();
    let paired = a.iter().all(|x| {
        let found = left.iter().position(|y| same(x, y));
        found.map(|at| left.swap_remove(at)).is_some()
    });
    paired && left.is_empty()
}
