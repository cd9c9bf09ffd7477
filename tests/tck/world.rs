//! Does what the steps of a case say, and judges what comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kadai::error::{Error, Source, Style, render};
use kadai::graph::Graph;
use kadai::model::Value;
use kadai::procedures::Procedures;
use kadai::session::{self, Options, Params, Rows};
use kadai::syntax;

use crate::expected::{self, Expected, same_in_any_order};
use crate::feature::{Case, Step};
use crate::procedure;

/// The state of one case.
pub(crate) struct World {
    graph: Graph,
    params: Params,
    procedures: Procedures,
    /// What the last query gave.
    last: Option<Result<Rows, Error>>,
    /// What the graph held before the query under test.
    before: Contents,
}

/// What side effects are counted on: node and relationship ids, property triples, labels.
#[derive(Default)]
struct Contents {
    nodes: BTreeSet<u32>,
    rels: BTreeSet<u32>,
    properties: BTreeSet<(char, u32, String, String)>,
    labels: BTreeSet<String>,
}

impl Contents {
    fn of(graph: &Graph) -> Self {
        let mut contents = Self::default();
        for id in graph.nodes() {
            let node = graph.node_value(id);
            contents.nodes.insert(id.0);
            contents.labels.extend(node.labels);
            let triple = |(key, value): (String, Value)| ('n', id.0, key, value.to_string());
            contents.properties.extend(node.properties.into_iter().map(triple));
        }
        for id in graph.rels() {
            contents.rels.insert(id.0);
            let triple = |(key, value): (String, Value)| ('r', id.0, key, value.to_string());
            contents.properties.extend(graph.rel_value(id).properties.into_iter().map(triple));
        }
        contents
    }

    /// The side effects that lead from `before` to here, by the names of the suite; those that are none are absent.
    fn effects(&self, before: &Self) -> BTreeMap<String, usize> {
        fn count<T: Ord>(name: &str, old: &BTreeSet<T>, new: &BTreeSet<T>) -> [(String, usize); 2] {
            [
                (format!("+{name}"), new.difference(old).count()),
                (format!("-{name}"), old.difference(new).count()),
            ]
        }
        let counts = [
            count("nodes", &before.nodes, &self.nodes),
            count("relationships", &before.rels, &self.rels),
            count("properties", &before.properties, &self.properties),
            count("labels", &before.labels, &self.labels),
        ];
        counts.into_iter().flatten().filter(|(_, count)| *count > 0).collect()
    }
}

impl World {
    /// Runs a case to its first step that fails.
    pub(crate) fn run(suite: &Path, case: &Case) -> Result<(), String> {
        let mut world = Self {
            graph: Graph::default(),
            params: Params::new(),
            procedures: Procedures::default(),
            last: None,
            before: Contents::default(),
        };
        for step in &case.steps {
            world.step(suite, step)?;
        }
        Ok(())
    }

    fn step(&mut self, suite: &Path, step: &Step) -> Result<(), String> {
        let words = step.words.trim_end_matches(':');
        match words {
            "an empty graph" | "any graph" => Ok(()),
            "having executed" => self.prepare(text(step)?),
            words if words.starts_with("there exists a procedure ") => {
                let procedure = procedure::given(words, &step.table)?;
                self.procedures = std::mem::take(&mut self.procedures).with(procedure);
                Ok(())
            }
            "parameters are" => self.set_params(&step.table),
            "executing query" | "executing control query" => {
                self.before = Contents::of(&self.graph);
                self.last = Some(self.query(text(step)?));
                Ok(())
            }
            "the result should be, in any order" => self.rows(step, false, false),
            "the result should be, in order" => self.rows(step, true, false),
            "the result should be (ignoring element order for lists)" => {
                self.rows(step, false, true)
            }
            "the result should be, in order (ignoring element order for lists)" => {
                self.rows(step, true, true)
            }
            "the result should be empty" => self.empty(),
            "no side effects" => self.effects(&[]),
            "the side effects should be" => self.effects(&step.table),
            words => self.other(suite, words),
        }
    }

    fn other(&mut self, suite: &Path, words: &str) -> Result<(), String> {
        if let Some(name) = words.strip_prefix("the ").and_then(|rest| rest.strip_suffix(" graph"))
        {
            let path = suite.join("graphs").join(name).join(format!("{name}.cypher"));
            let script =
                std::fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
            return self.prepare(&script);
        }
        match words.split_once(" should be raised at ") {
            Some((kind, rest)) => {
                let kind = kind.trim_start_matches("a ").trim_start_matches("an ");
                let (phase, detail) = rest.split_once(": ").ok_or("an error without a detail")?;
                self.fault(kind, phase, detail)
            }
            None => Err(format!("`{words}` is no step of the suite")),
        }
    }

    fn query(&mut self, text: &str) -> Result<Rows, Error> {
        let source = Source::new("<query>", text);
        let procedures = self.procedures.clone();
        let options = Options { procedures, ..Options::default() };
        session::execute(&mut self.graph, &source, &self.params, &options)
    }

    /// Runs the statements that set the scene; none may fail.
    fn prepare(&mut self, text: &str) -> Result<(), String> {
        for range in syntax::statements(text).ranges {
            let statement = text.get(range).unwrap_or("");
            self.query(statement).map_err(|error| brief(&error))?;
        }
        Ok(())
    }

    fn set_params(&mut self, table: &[Vec<String>]) -> Result<(), String> {
        for row in table {
            let [name, value] = row.as_slice() else {
                return Err("a parameter needs two cells".to_owned());
            };
            self.params.insert(name.clone(), value_of(&expected::parse(value)?)?);
        }
        Ok(())
    }

    fn result(&self) -> Result<&Rows, String> {
        match &self.last {
            Some(Ok(rows)) => Ok(rows),
            Some(Err(error)) => Err(brief(error)),
            None => Err("no query has run".to_owned()),
        }
    }

    fn rows(&self, step: &Step, ordered: bool, any_order: bool) -> Result<(), String> {
        let rows = self.result()?;
        let (header, body) = step.table.split_first().ok_or("a result without a header")?;
        if *header != rows.columns {
            return Err(format!("columns {:?}, not {header:?}", rows.columns));
        }
        let mut wanted: Vec<Vec<Expected>> = Vec::new();
        for row in body {
            wanted.push(row.iter().map(|cell| expected::parse(cell)).collect::<Result<_, _>>()?);
        }
        let same = |want: &Vec<Expected>, row: &Vec<Value>| {
            want.len() == row.len()
                && want
                    .iter()
                    .zip(row)
                    .all(|(cell, value)| expected::matches(cell, value, any_order))
        };
        let equal = if ordered {
            wanted.len() == rows.rows.len()
                && wanted.iter().zip(&rows.rows).all(|(a, b)| same(a, b))
        } else {
            same_in_any_order(&wanted, &rows.rows, same)
        };
        if equal {
            return Ok(());
        }
        let found: Vec<String> = rows
            .rows
            .iter()
            .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "))
            .collect();
        Err(format!("wrong rows: {}", found.join(" // ")))
    }

    fn empty(&self) -> Result<(), String> {
        let rows = self.result()?;
        if rows.rows.is_empty() {
            Ok(())
        } else {
            Err(format!("{} rows, not none", rows.rows.len()))
        }
    }

    fn effects(&self, table: &[Vec<String>]) -> Result<(), String> {
        let mut wanted = BTreeMap::new();
        for row in table {
            let [name, count] = row.as_slice() else {
                return Err("a side effect needs two cells".to_owned());
            };
            wanted.insert(
                name.clone(),
                count.parse().map_err(|_| format!("`{count}` is no number"))?,
            );
        }
        wanted.retain(|_, count: &mut usize| *count > 0);
        let found = Contents::of(&self.graph).effects(&self.before);
        if wanted == found {
            Ok(())
        } else {
            Err(format!("side effects {found:?}, not {wanted:?}"))
        }
    }

    /// Judges an error by type, phase and detail, and that it left the graph as it was.
    fn fault(&self, kind: &str, phase: &str, detail: &str) -> Result<(), String> {
        let error = match &self.last {
            Some(Err(error)) => error,
            Some(Ok(_)) => return Err(format!("no error, but {kind} at {phase}: {detail}")),
            None => return Err("no query has run".to_owned()),
        };
        self.effects(&[])?;
        let Some(standard) = error.standard() else {
            return Err(format!("{}, not {kind}: {detail}", brief(error)));
        };
        let same = (kind == standard.kind)
            && (phase == "any time" || phase == standard.phase)
            && (detail == "*" || detail == standard.detail);
        if same { Ok(()) } else { Err(format!("{standard:?}, not {kind} at {phase}: {detail}")) }
    }
}

fn text(step: &Step) -> Result<&str, String> {
    step.text.as_deref().ok_or_else(|| "a query without a text".to_owned())
}

/// The first line of a diagnostic.
fn brief(error: &Error) -> String {
    render(std::slice::from_ref(error), Style::default()).lines().next().unwrap_or("").to_owned()
}

/// The value of a parameter or of a procedure's cell; entities cannot be given.
pub(crate) fn value_of(expected: &Expected) -> Result<Value, String> {
    let entries = |entries: &[(String, Expected)]| {
        entries
            .iter()
            .map(|(key, value)| Ok((key.clone(), value_of(value)?)))
            .collect::<Result<_, String>>()
    };
    Ok(match expected {
        Expected::Null => Value::Null,
        Expected::Bool(b) => Value::Bool(*b),
        Expected::Int(int) => Value::Int(*int),
        Expected::Float(float) => Value::Float(*float),
        Expected::String(text) => Value::String(text.clone()),
        Expected::List(items) => Value::List(items.iter().map(value_of).collect::<Result<_, _>>()?),
        Expected::Map(map) => Value::Map(entries(map)?),
        Expected::Node(..) | Expected::Rel(..) | Expected::Path(..) => {
            return Err("an entity as a parameter".to_owned());
        }
    })
}
