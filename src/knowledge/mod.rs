//! Knowledge files: a folder of TOML becomes a schema and a graph, every fault with its place.
//!
//! The way of a base: `files` finds them, `encoding` makes text of bytes, `table` a table of text; `schema` reads the one
//! that says what the others may say, `nodes` the others; `resolve` and `cycles` judge the whole, `load` fills the graph.
//! Nothing is read through an untyped value, and no fault hides another.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod bundled;
mod cache;
mod check;
mod content;
mod cycles;
mod describe;
mod draft;
mod encoding;
mod files;
mod load;
mod naming;
mod nodes;
mod properties;
mod reader;
mod resolve;
mod saved;
mod saved_header;
mod schema;
mod schema_names;
mod table;
mod table_words;
mod value;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use cache::Entry;
pub use cache::{Cache, Reading};
pub use check::{CheckReport, check, check_all};
pub use describe::{Description, LabelDescription, PropertyDescription, TypeDescription, describe};
pub use encoding::decode;
pub use saved::{SavedParam, SavedQuery, SavedValues, saved_queries};

use crate::error::{Code, Error, Errors, Text, text};
use crate::files as file;
use crate::graph::{Graph, OpenError};
use crate::import::Watch;
use crate::session::{self, Params, Rows};
use content::Content;
use load::Loaded;

/// A base that is open: its graph, and where it came from.
#[derive(Debug)]
pub struct KnowledgeBase {
    graph: Graph,
    origin: Text,
    warnings: Vec<Error>,
}

impl KnowledgeBase {
    /// Opens the base in a folder: of knowledge files, or of tables as [`crate::import`] reads them.
    ///
    /// # Errors
    /// Every fault of every file (`seed.*`), or `io` where the folder cannot be read.
    pub fn open(path: &Path) -> Result<Self, Errors> {
        Self::open_watched(path, None)
    }

    /// Opens the base in a folder; `watch` is told how far that is where it may take a while.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`].
    pub fn open_watched(path: &Path, watch: Option<Watch<'_>>) -> Result<Self, Errors> {
        Self::of(Content::of(path)?.load(path, watch), named(path))
    }

    /// Opens the base that is part of the program.
    ///
    /// # Errors
    /// None, as long as the tests pass.
    pub fn bundled() -> Result<Self, Errors> {
        Self::of(bundled::load(), bundled_origin())
    }

    /// Opens the base in a folder, or the bundled one, from its image where one is kept, and keeps one where none is.
    ///
    /// Only images of bases without warnings are kept.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`].
    pub fn open_cached(
        folder: Option<&Path>,
        cache: &Cache,
        reading: Reading,
        watch: Option<Watch<'_>>,
    ) -> Result<Opened, Errors> {
        let content = folder.map(Content::of).transpose()?;
        let origin = folder.map_or_else(bundled_origin, named);
        let entry = cache.entry(folder, content.as_ref());
        let kept = match (&entry, reading) {
            (None, _) | (_, Reading::Anew) => Ok(None),
            (Some(entry), _) => entry.open(reading == Reading::Whole),
        };
        let notice = kept.as_ref().is_err().then(damaged_cache);
        if let Ok(Some(graph)) = kept {
            let base = Self { graph, origin, warnings: Vec::new() };
            return Ok(Opened { base, notice, kept: None });
        }
        let tables = matches!(content, Some(Content::Tables));
        let loaded = match folder.zip(content) {
            Some((folder, content)) => content.load(folder, watch),
            None => bundled::load(),
        };
        let mut base = Self::of(loaded, origin)?;
        // Tables are not in memory: what was loaded is what the entry is of only where they are still the same.
        let same = |entry: &Entry| {
            !tables || cache.entry(folder, Some(&Content::Tables)).as_ref() == Some(entry)
        };
        let entry = entry.filter(|entry| base.warnings.is_empty() && same(entry));
        let kept = entry.map(|entry| entry.keep(&mut base.graph));
        Ok(Opened { base, notice, kept })
    }

    /// Opens a base that [`KnowledgeBase::save`] wrote. Its image is verified now where it shall be `whole`, else where it is touched, see
    /// [`Graph::is_damaged`].
    ///
    /// # Errors
    /// `io` where the file cannot be read, `io.snapshot` where it is no snapshot that this program can use.
    pub fn open_snapshot(path: &Path, whole: bool) -> Result<Self, Errors> {
        let opened = File::open(path).map_err(OpenError::Io).and_then(|file| Graph::open(&file));
        let sound = opened.and_then(|graph| match whole && !graph.verify() {
            true => Err(OpenError::Damaged),
            false => Ok(graph),
        });
        let graph = sound.map_err(|error| unusable(path, &error))?;
        Ok(Self { graph, origin: named(path), warnings: Vec::new() })
    }

    /// Writes the base to a file that [`KnowledgeBase::open_snapshot`] opens, replacing it whole.
    ///
    /// # Errors
    /// Those of writing.
    pub fn save(&mut self, path: &Path) -> io::Result<()> {
        file::replace(path, |out| self.graph.save(out))
    }

    fn of(loaded: Loaded, origin: Text) -> Result<Self, Errors> {
        match loaded.graph {
            Some(graph) => Ok(Self { graph, origin, warnings: loaded.faults.list }),
            None => Err(Errors(loaded.faults.list)),
        }
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The graph, to be changed in memory; nothing of it reaches the knowledge files.
    pub fn graph_mut(&mut self) -> &mut Graph {
        &mut self.graph
    }

    /// Where the base came from: its path, or that it is the bundled one.
    #[must_use]
    pub fn origin(&self) -> &Text {
        &self.origin
    }

    /// What a reader of the files should look at, though the base could be opened.
    #[must_use]
    pub fn warnings(&self) -> &[Error] {
        &self.warnings
    }

    /// Runs a query; see [`session::query`].
    ///
    /// # Errors
    /// As [`session::query`].
    pub fn query(&self, text: &str, params: &Params) -> crate::error::Result<Rows> {
        session::query(&self.graph, "<query>", text, params)
    }
}

/// What came of opening a base of which an image may be kept.
#[derive(Debug)]
pub struct Opened {
    /// The base.
    pub base: KnowledgeBase,
    /// What a reader should know: that the image was damaged, and made again.
    pub notice: Option<Error>,
    /// The image that is kept from now on, or why it could not be; `None` where there is no need to keep one.
    pub kept: Option<io::Result<PathBuf>>,
}

fn named(path: &Path) -> Text {
    Text::same(path.display().to_string())
}

fn bundled_origin() -> Text {
    text!("the bundled base", "内蔵のナレッジベース")
}

/// The warning that what was kept of a base cannot be used.
#[must_use]
pub fn damaged_cache() -> Error {
    let message = text!(
        "what the cache kept of the knowledge base is damaged; it is built again",
        "ナレッジベースのキャッシュが壊れていたため、作り直しました"
    );
    Error::warning(Code::Snapshot, message)
}

/// The fault of a snapshot that is not what was written.
#[must_use]
pub fn damaged_snapshot(path: &Path) -> Error {
    unusable(path, &OpenError::Damaged)
}

/// Why a file cannot be opened as a snapshot.
fn unusable(path: &Path, error: &OpenError) -> Error {
    let name = path.display();
    let message = match error {
        OpenError::Io(error) => return files::io_fault(path, error),
        OpenError::Foreign => {
            text!("`{name}` is not a snapshot", "「{name}」はスナップショットではありません")
        }
        OpenError::Format => text!(
            "another version of kadai, or one on another kind of machine, wrote `{name}`",
            "「{name}」は別のバージョンの kadai、または別の種類のコンピューターで作られています"
        ),
        OpenError::Damaged => {
            text!("the snapshot `{name}` is damaged", "スナップショット「{name}」が壊れています")
        }
    };
    Error::new(Code::Snapshot, message).help(text!(
        "Build it again: `kadai build --kb FOLDER --snapshot {name}`.",
        "`kadai build --kb フォルダー --snapshot {name}` で作り直してください。"
    ))
}
