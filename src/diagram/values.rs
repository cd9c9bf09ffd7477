//! Pictures of query results.

use crate::error::{Code, Error, Lang, Result, Text, plural, text};
use crate::graph::{Direction, Graph};
use crate::model::{KindId, Value};

use super::model::{Body, Diagram, Flow};
use super::words::{Gathering, Words};

/// How deep lists and maps are searched for nodes.
const DEPTH_MAX: usize = 64;

impl Diagram {
    /// Draws every node, relationship and path of a result, also those within lists and maps; each once.
    ///
    /// A relationship brings its ends, which are looked up in `graph`. Where the result has nodes but neither relationships nor
    /// paths, the relationships that `graph` has between those nodes are drawn, and a note says so.
    ///
    /// # Errors
    /// `run.argument` where there is nothing to draw; `limit.memory` where there is more than a picture can hold.
    pub fn from_rows(graph: &Graph, rows: &[Vec<Value>], lang: Lang) -> Result<Self> {
        let words = Words { graph, lang };
        let mut search = Search { gathering: Gathering::new(words), found: 0, rels: 0, lost: 0 };
        for value in rows.iter().flatten() {
            search.take(value, 0)?;
        }
        if search.found == 0 {
            return Err(nothing(rows));
        }
        let mut notes = Vec::new();
        let lost = search.lost;
        if lost > 0 {
            let s = plural(lost == 1);
            notes.push(text!(
                "{lost} relationship{s} left out, because an end is not in this knowledge base",
                "始点か終点がこのナレッジベースにない関係 {lost} 件は描いていません"
            ));
        }
        let mut gathering = search.gathering;
        if search.rels == 0 && join(graph, &mut gathering)? {
            notes.push(text!(
                "the result has no relationships, so those that the knowledge base has between its nodes are drawn",
                "結果に関係が含まれないため、ノードどうしの間にある関係を補って描きました"
            ));
        }
        let mut network = gathering.finish();
        network.flow = Flow::Fit;
        let captions = words.origin().into_iter().collect();
        Ok(Self { title: String::new(), body: Body::Network(network), captions, lang, notes })
    }
}

/// The search for what can be drawn.
struct Search<'g> {
    gathering: Gathering<'g>,
    found: usize,
    rels: usize,
    lost: usize,
}

impl Search<'_> {
    fn take(&mut self, value: &Value, depth: usize) -> Result<()> {
        match value {
            Value::Node(node) => {
                self.found += 1;
                self.gathering.node(node)?;
            }
            Value::Relationship(rel) => self.rel(rel)?,
            Value::Path(path) => {
                self.found += 1;
                for node in &path.nodes {
                    self.gathering.node(node)?;
                }
                self.rels += 1;
                for rel in &path.relationships {
                    self.rel(rel)?;
                }
            }
            Value::List(items) if depth < DEPTH_MAX => {
                for item in items {
                    self.take(item, depth + 1)?;
                }
            }
            Value::Map(entries) if depth < DEPTH_MAX => {
                for item in entries.values() {
                    self.take(item, depth + 1)?;
                }
            }
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::String(_)
            | Value::Temporal(_)
            | Value::List(_)
            | Value::Map(_) => {}
        }
        Ok(())
    }

    fn rel(&mut self, rel: &crate::model::Relationship) -> Result<()> {
        if self.gathering.rel(rel)? {
            self.found += 1;
            self.rels += 1;
        } else {
            self.lost += 1;
        }
        Ok(())
    }
}

/// Adds the relationships between the nodes that were taken; whether there are any.
fn join(graph: &Graph, gathering: &mut Gathering<'_>) -> Result<bool> {
    let mut any = false;
    let kinds = (0..graph.names().kinds().len()).filter_map(|kind| u16::try_from(kind).ok());
    let kinds: Vec<KindId> = kinds.map(KindId).collect();
    for node in gathering.taken() {
        for &kind in &kinds {
            for (rel, other) in graph.hop(node, kind, Direction::Outgoing).pairs() {
                if gathering.place(other).is_some() {
                    gathering.rel_at(rel)?;
                    any = true;
                }
            }
        }
    }
    Ok(any)
}

fn nothing(rows: &[Vec<Value>]) -> Error {
    let message: Text = if rows.is_empty() {
        text!(
            "the query gave no rows, so there is nothing to draw",
            "クエリの結果が 0 行のため、描くものがありません"
        )
    } else {
        text!(
            "the result has no nodes, relationships or paths to draw",
            "結果にノード・関係・パスが含まれないため、図にできません"
        )
    };
    let help = text!(
        "Return nodes, relationships or paths, such as `MATCH p = (:Issue)-->() RETURN p`.",
        "`MATCH p = (:Issue)-->() RETURN p` のように、ノード・関係・パスを返してください。"
    );
    Error::new(Code::RunArgument, message).help(help)
}
