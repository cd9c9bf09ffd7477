//! From the files of a base to its graph, or to everything that is wrong with them.

use std::collections::HashMap;
use std::sync::Arc;

use super::draft::{Draft, Faults};
use super::files::{RawFile, SCHEMA_FILE};
use super::reader::Reader;
use super::resolve::Link;
use super::{cycles, encoding, nodes, resolve, schema, table};
use crate::error::{Code, Error, Source, text};
use crate::graph::{Builder, Graph};
use crate::model::NodeId;

/// What came of reading a base.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// The graph; `None` where there is a fault.
    pub(super) graph: Option<Graph>,
    /// Faults and warnings, by file and place.
    pub(super) faults: Faults,
    /// How many files were read.
    pub(super) files: usize,
    /// How many nodes they declare.
    pub(super) nodes: usize,
    /// How many relationships they declare.
    pub(super) rels: usize,
}

/// Reads the files of the base in `folder`, which is only named in messages.
pub(super) fn load(folder: &str, files: Vec<RawFile>) -> Loaded {
    let mut faults = Faults::default();
    let order: HashMap<String, usize> =
        files.iter().enumerate().map(|(index, file)| (file.name.clone(), index)).collect();
    let count = files.len();
    let (schemas, others): (Vec<RawFile>, Vec<RawFile>) =
        files.into_iter().partition(|file| file.schema);
    let (mut partial, mut unjudged) = (false, false);
    let mut draft = None;
    match schemas.into_iter().next() {
        None => faults.push(no_schema(folder, count)),
        Some(file) => {
            if let Some(source) = source_of(file, &mut faults) {
                draft = read_schema(&source, &mut faults).map(Draft::new);
            }
        }
    }
    for file in others {
        match source_of(file, &mut faults) {
            Some(source) => read_file(&source, draft.as_mut(), &mut faults),
            None => partial = true,
        }
    }
    let mut loaded = Loaded { files: count, ..Loaded::default() };
    if let Some(mut draft) = draft {
        draft.partial |= partial;
        let (links, skipped) = resolve::links(&draft, &mut faults);
        unjudged = skipped;
        cycles::check(&draft, &links, &mut faults);
        resolve::unique(&draft, &mut faults);
        resolve::lookalikes(&draft, &mut faults);
        (loaded.nodes, loaded.rels) = (draft.nodes.len(), draft.rels.len());
        if !faults.forbid() {
            loaded.graph = Some(build(draft, &links));
        }
    }
    sort(&mut faults.list, &order);
    if unjudged {
        note_unjudged(&mut faults.list);
    }
    loaded.faults = faults;
    loaded
}

fn source_of(file: RawFile, faults: &mut Faults) -> Option<Arc<Source>> {
    let source = file.bytes.and_then(|bytes| encoding::decode(&file.name, &bytes));
    source.map_err(|fault| faults.push(fault)).ok()
}

/// The schema; `None` where its text could not be read whole, as everything else would follow from that.
fn read_schema(source: &Arc<Source>, faults: &mut Faults) -> Option<crate::graph::Schema> {
    table::with_table(source, faults, |table, broken, faults| {
        let whole = broken.is_empty();
        whole.then(|| schema::read(table, &mut Reader::new(source, broken, faults)))
    })
}

fn read_file(source: &Arc<Source>, draft: Option<&mut Draft>, faults: &mut Faults) {
    let stray = std::path::Path::new(&source.name).file_name().is_some_and(|n| n == SCHEMA_FILE);
    if stray {
        let message = text!("a second `{SCHEMA_FILE}`", "「{SCHEMA_FILE}」が複数あります");
        let fault = Error::new(Code::SeedSchema, message).at(crate::error::Span::default());
        faults.push(fault.in_source(source).help(text!(
            "A knowledge base has one, at its top; give this file another name or folder.",
            "スキーマは最上位のフォルダーに一つだけ置きます。このファイルの名前か置き場所を変えてください。"
        )));
        return;
    }
    table::with_table(source, faults, |table, broken, faults| {
        if let Some(draft) = draft {
            draft.partial |= !broken.is_empty();
            nodes::read(table, &mut Reader::new(source, broken, faults), draft);
        }
    });
}

fn no_schema(folder: &str, files: usize) -> Error {
    let message = if files == 0 {
        text!("`{folder}` holds no knowledge files", "「{folder}」にナレッジファイルがありません")
    } else {
        text!("`{folder}` has no `{SCHEMA_FILE}`", "「{folder}」に「{SCHEMA_FILE}」がありません")
    };
    Error::new(Code::SeedMissing, message).help(text!(
        "A knowledge base is a folder with `{SCHEMA_FILE}` and other `.toml` files; give the path of such a folder.",
        "ナレッジベースは、「{SCHEMA_FILE}」とほかの `.toml` ファイルを収めたフォルダーです。その場所を指定してください。"
    ))
}

/// Fills the graph. Every reference is known to lead to a node.
fn build(draft: Draft, links: &[Link]) -> Graph {
    let mut builder = Builder::new(draft.schema);
    let nodes: Vec<NodeId> = draft
        .nodes
        .into_iter()
        .map(|node| builder.add_node(vec![node.label], node.properties))
        .collect();
    let mut rels: Vec<_> = draft.rels.into_iter().map(Some).collect();
    for link in links {
        let rel = rels.get_mut(link.rel).and_then(Option::take);
        if let (Some(rel), Some(start), Some(end)) =
            (rel, nodes.get(link.start), nodes.get(link.end))
        {
            builder.add_rel(rel.kind, *start, *end, rel.properties);
        }
    }
    builder.build()
}

/// Says at the last fault that kept a file from being read that references could not be judged.
fn note_unjudged(faults: &mut [Error]) {
    let unread = |fault: &&mut Error| {
        !fault.is_warning()
            && matches!(fault.code(), Code::SeedSyntax | Code::SeedEncoding | Code::Io)
    };
    if let Some(fault) = faults.iter_mut().rfind(unread) {
        *fault = fault.clone().note(text!(
            "References between nodes are checked once every file can be read.",
            "ノード間の参照は、すべてのファイルが読み込めるようになってから確認します。"
        ));
    }
}

/// Sorts by file, then place; what has no place comes first.
fn sort(faults: &mut [Error], order: &HashMap<String, usize>) {
    faults.sort_by_cached_key(|fault| {
        let label = fault.parts().labels.first();
        let place = label.and_then(|label| Some((label.source.as_ref()?, label.span.start)));
        place.map(|(source, start)| (order.get(&source.name).copied(), start))
    });
}
