//! Where the base and the saved queries come from.

use std::path::{Path, PathBuf};

use crate::error::Errors;
use crate::knowledge::{KnowledgeBase, SavedQuery, saved_queries};

/// The folder of a base, where nobody names one.
const BASE_FOLDER: &str = "seeds";
/// The folder of saved queries, beside a base or in the working folder.
const QUERIES_FOLDER: &str = "queries";

/// Which base and which saved queries to work with.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The folder of the base, where one is named.
    pub base: Option<PathBuf>,
    /// The folder of the saved queries, where one is named.
    pub queries: Option<PathBuf>,
}

impl Sources {
    /// The folder of the base: the one that is named, else `seeds` where there is one; `None` for the bundled base.
    #[must_use]
    pub fn base_folder(&self) -> Option<PathBuf> {
        self.base.clone().or_else(|| folder(Path::new(BASE_FOLDER)))
    }

    /// Opens the base.
    ///
    /// # Errors
    /// Every fault of its files, see [`KnowledgeBase::open`].
    pub fn open(&self) -> Result<KnowledgeBase, Errors> {
        match self.base_folder() {
            Some(folder) => KnowledgeBase::open(&folder),
            None => KnowledgeBase::bundled(),
        }
    }

    /// The folder of the saved queries: the one that is named, else `queries` in the base, else `queries`; `None` for the
    /// bundled ones.
    #[must_use]
    pub fn queries_folder(&self) -> Option<PathBuf> {
        let beside = || folder(&self.base_folder()?.join(QUERIES_FOLDER));
        let here = || folder(Path::new(QUERIES_FOLDER));
        self.queries.clone().or_else(beside).or_else(here)
    }

    /// Reads the saved queries.
    ///
    /// # Errors
    /// `io` where their folder cannot be read, see [`saved_queries`].
    pub fn saved_queries(&self) -> Result<Vec<SavedQuery>, Errors> {
        saved_queries(self.queries_folder().as_deref())
    }
}

fn folder(path: &Path) -> Option<PathBuf> {
    path.is_dir().then(|| path.to_path_buf())
}
