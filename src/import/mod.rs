//! Import: folders of tables in CSV, as graph databases import them, become the columns of a graph.
//!
//! Turns files whose headers say what their columns mean (`id:ID`, `:START_ID`, `age:int`) into a [`Bulk`], or into every fault of
//! every file. Files are read in blocks by several threads; no file is in memory whole, and nothing is allocated for a row.

mod assemble;
mod blocks;
mod cells;
mod ends;
mod faults;
mod files;
mod header;
mod ids;
mod numbers;
#[cfg(feature = "parquet")]
mod parquet;
mod rows;
mod spaces;
mod tables;
mod twice;
mod work;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

pub use work::{Progress, Watch};

use self::assemble::{Assembly, Parts};
use self::blocks::{Block, Input};
use self::faults::Found;
use self::files::Format;
use self::header::Sort;
use self::rows::Chunk;
use self::spaces::AllSpaces;
use self::tables::Table;
use self::work::Meter;
use crate::error::{Code, Error, did_you_mean, nearest, text};
use crate::graph::{Bulk, Names, NodeTable};

/// What came of reading a folder of tables.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The graph in columns; `None` where there is a fault.
    pub bulk: Option<Bulk>,
    /// Faults, by file and place; of those of one kind in one file only the first.
    pub faults: Vec<Error>,
    /// How many faults more there were.
    pub more: usize,
    /// How many files were read.
    pub files: usize,
    /// How many nodes they have.
    pub nodes: usize,
    /// How many relationships they have.
    pub rels: usize,
}

/// Whether there are tables in a folder or in one below it.
#[must_use]
pub fn has_tables(folder: &Path) -> bool {
    files::find(folder).is_ok_and(|files| !files.is_empty())
}

/// The files of the tables in a folder and in those below it, by path.
///
/// # Errors
/// `io` where a folder cannot be read.
pub fn tables(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    Ok(files::find(folder)?.into_iter().map(|file| file.path).collect())
}

/// Reads the tables in a folder and in those below it; `watch` is told how far that is.
#[must_use]
pub fn load(folder: &Path, watch: Option<Watch<'_>>) -> Loaded {
    let found = match files::find(folder) {
        Ok(files) => files,
        Err(fault) => return Loaded { faults: vec![fault], ..Loaded::default() },
    };
    let mut loaded = Loaded { files: found.len(), ..Loaded::default() };
    let tables = tables::survey(&found, &mut loaded.faults);
    let is_nodes = |table: &Table<'_>| matches!(table.header.sort, Sort::Nodes(_));
    let (nodes, rels): (Vec<Table<'_>>, Vec<Table<'_>>) = tables.into_iter().partition(is_nodes);
    let total = nodes.iter().chain(&rels).map(|table| table.size).sum();
    let mut load = Load { loaded, read: AtomicU64::new(0), total, watch, partial: false };
    load.partial = !load.loaded.faults.is_empty();
    load.all(&nodes, &rels)
}

/// Gives the blocks of tables in Parquet, the first of which has an index; gives files that could not be read to their end.
#[cfg(feature = "parquet")]
fn read_parquet(first: usize, tables: &[Table<'_>], mut each: impl FnMut(&Block)) -> Vec<Error> {
    let read = |(index, table)| parquet::blocks(table, index, &mut each).err();
    (first..).zip(tables).filter_map(read).collect()
}

/// Without the feature no table is in Parquet.
#[cfg(not(feature = "parquet"))]
fn read_parquet(_: usize, _: &[Table<'_>], _: impl FnMut(&Block)) -> Vec<Error> {
    Vec::new()
}

/// A load under way.
struct Load<'w> {
    loaded: Loaded,
    read: AtomicU64,
    total: u64,
    watch: Option<Watch<'w>>,
    /// Whether ids may be missing because a file could not be read whole.
    partial: bool,
}

impl Load<'_> {
    fn all(mut self, node_tables: &[Table<'_>], rel_tables: &[Table<'_>]) -> Loaded {
        let mut names = Names::default();
        let mut nodes = Assembly::of_nodes(node_tables, &mut names);
        let parse = |block: &Block, table: &Table<'_>| rows::read(block, table, None);
        self.read(node_tables, parse, |chunk| nodes.take(chunk));
        let nodes = nodes.finish_nodes();
        self.loaded.nodes = nodes.rows();
        let (spaces, twice) = AllSpaces::of(&nodes.parts, node_tables);
        twice::tell(node_tables, &twice, &mut self.loaded);
        if self.partial && !rel_tables.is_empty() {
            self.note_unjudged();
        }
        self.unknown_spaces(rel_tables, &spaces);
        let judge = !self.partial;
        let mut rels = Assembly::of_rels(rel_tables, &mut names);
        let parse = |block: &Block, table: &Table<'_>| {
            rows::read(block, table, spaces.of_table(table, judge).as_ref())
        };
        self.read(rel_tables, parse, |chunk| rels.take(chunk));
        let rels = rels.finish();
        self.loaded.rels = rels.rows();
        if !self.loaded.faults.is_empty() {
            return self.loaded;
        }
        drop(spaces);
        self.loaded.bulk =
            self.bulk((nodes, node_tables), rels.tables(rel_tables, &mut names), names);
        self.loaded
    }
}

impl Load<'_> {
    /// Reads the rows of `tables`, has them taken in the order of the files, and takes in what is wrong with them.
    fn read<'t>(
        &mut self,
        tables: &[Table<'t>],
        parse: impl Fn(&Block, &Table<'t>) -> Chunk + Sync,
        mut take: impl FnMut(Chunk) + Send,
    ) {
        let parse = |block: &Block| {
            tables.get(block.table).map_or_else(Chunk::default, |table| parse(block, table))
        };
        let mut lines: Vec<usize> = tables.iter().map(|table| table.lines).collect();
        let mut found: Vec<Found> = tables.iter().map(|_| Found::default()).collect();
        let mut take = |mut chunk: Chunk| {
            if let (Some(lines), Some(found)) =
                (lines.get_mut(chunk.table), found.get_mut(chunk.table))
            {
                found.append(std::mem::take(&mut chunk.found), *lines);
                *lines += chunk.lines;
                take(chunk);
            }
        };
        let is_text = |table: &Table<'_>| matches!(table.file.format, Format::Text { .. });
        let mut first = 0;
        // Tables of one kind that come one behind the other are read together.
        for alike in tables.chunk_by(|a, b| is_text(a) == is_text(b)) {
            let unread = if alike.first().is_some_and(is_text) {
                self.read_texts(first, alike, parse, &mut take)
            } else {
                read_parquet(first, alike, |block| take(parse(block)))
            };
            self.partial |= !unread.is_empty();
            self.loaded.faults.extend(unread);
            first += alike.len();
        }
        for (table, found) in tables.iter().zip(found) {
            self.partial |= found.lost;
            let (errors, more) = found.errors(&table.name);
            self.loaded.faults.extend(errors);
            self.loaded.more += more;
        }
    }

    /// Reads tables of text, the first of which has an index; gives files that could not be read to their end.
    fn read_texts(
        &mut self,
        first: usize,
        tables: &[Table<'_>],
        parse: impl Fn(&Block) -> Chunk + Sync,
        take: impl FnMut(Chunk) + Send,
    ) -> Vec<Error> {
        let inputs: Vec<Input<'_>> = (first..)
            .zip(tables)
            .map(|(index, table)| Input { file: table.file, table: index, skip: table.skip })
            .collect();
        let watch: Option<Watch<'_>> = match &mut self.watch {
            Some(watch) => Some(&mut **watch),
            None => None,
        };
        let meter = Meter { read: &self.read, total: self.total, watch };
        work::run(&inputs, meter, parse, take)
    }

    /// Says at the last fault that the ends of relationships were not judged.
    fn note_unjudged(&mut self) {
        if let Some(last) = self.loaded.faults.pop() {
            self.loaded.faults.push(last.note(text!(
                "Relationships are checked once every row of the nodes can be read.",
                "関係の両端は、ノードの行がすべて読み込めるようになってから確認します。"
            )));
        }
    }

    /// Says which id spaces of relationships no table of nodes has.
    fn unknown_spaces(&mut self, tables: &[Table<'_>], spaces: &AllSpaces<'_>) {
        if self.partial {
            return;
        }
        for table in tables {
            let Sort::Rels(start, end) = &table.header.sort else { continue };
            let mut both = vec![start, end];
            both.dedup();
            for space in both.into_iter().filter(|space| !spaces.has(space)) {
                let name = &table.name;
                let message = if space.is_empty() {
                    text!(
                        "`{name}`: no table of nodes has ids without an id space",
                        "「{name}」：ID 空間のない ID を持つノードのテーブルがありません"
                    )
                } else {
                    text!(
                        "`{name}`: no table of nodes has ids of the space `{space}`",
                        "「{name}」：ID 空間「{space}」の ID を持つノードのテーブルがありません"
                    )
                };
                let near = nearest(space, spaces.names()).map(did_you_mean);
                self.loaded.faults.push(Error::new(Code::SeedReference, message).help_if(near));
            }
        }
    }

    /// The graph in columns; a fault where it has more nodes or names than ids can tell apart.
    fn bulk(
        &mut self,
        (nodes, tables): (Parts<Vec<crate::model::LabelId>>, &[Table<'_>]),
        rels: Vec<crate::graph::RelTable>,
        mut names: Names,
    ) -> Option<Bulk> {
        let nodes: Vec<NodeTable> = nodes.tables(tables, &mut names);
        let ids_max = u32::MAX as usize - 1;
        let few = usize::from(u16::MAX);
        let limits = [
            (names.labels().len(), few, "labels", "ラベル"),
            (names.kinds().len(), few, "relationship types", "関係の種類"),
            (names.keys().len(), few, "properties", "プロパティ"),
            (self.loaded.nodes, ids_max, "nodes", "ノード"),
            (self.loaded.rels, ids_max, "relationships", "関係"),
        ];
        for (count, most, en, ja) in limits {
            if count > most {
                let (count, most) = (faults::grouped(count), faults::grouped(most));
                let message = text!(
                    "{count} {en}: there can be {most}",
                    "{ja}が {count} 件あります。上限は {most} 件です"
                );
                self.loaded.faults.push(Error::new(Code::SeedMissing, message));
                return None;
            }
        }
        Some(Bulk { names, nodes, rels, ..Bulk::default() })
    }
}
