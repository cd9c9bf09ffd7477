//! What a folder holds: knowledge files, or tables to be imported.
//!
//! Tables count only where there is no knowledge file: a base may keep the tables that it was written from beside it.

use std::path::Path;

use super::check::base_files;
use super::draft::Faults;
use super::files::RawFile;
use super::load::{self, Loaded};
use crate::error::Error;
use crate::graph::Bulk;
use crate::import::{self, Watch};

/// What a folder holds.
#[derive(Debug)]
pub(super) enum Content {
    /// Knowledge files, or nothing.
    Files(Vec<RawFile>),
    /// Tables.
    Tables,
}

impl Content {
    /// What the folder holds.
    ///
    /// # Errors
    /// As [`base_files`].
    pub(super) fn of(folder: &Path) -> Result<Self, Error> {
        let files = base_files(folder)?;
        let tables = files.is_empty() && import::has_tables(folder);
        Ok(if tables { Self::Tables } else { Self::Files(files) })
    }

    /// Reads it; `watch` is told how far that is where it may take a while.
    pub(super) fn load(self, folder: &Path, watch: Option<Watch<'_>>) -> Loaded {
        let read = match self {
            Self::Files(files) => return load::load(&folder.display().to_string(), files),
            Self::Tables => import::load(folder, watch),
        };
        Loaded {
            graph: read.bulk.map(Bulk::build),
            faults: Faults { list: read.faults, more: read.more },
            files: read.files,
            nodes: read.nodes,
            rels: read.rels,
        }
    }
}
