//! Where the base and the saved queries come from.

use std::path::{Path, PathBuf};

use super::Terminal;
use crate::error::{Error, Errors};
use crate::knowledge::{
    Cache, KnowledgeBase, Opened, Reading, SavedQuery, damaged_cache, damaged_snapshot,
    saved_queries,
};

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
    /// The snapshot that stands for the base, where one is named.
    pub snapshot: Option<PathBuf>,
    /// Where images of bases are kept.
    pub cache: Cache,
}

impl Sources {
    /// The folder of the base: the one that is named, else `seeds` where there is one; `None` for the bundled base, and for a snapshot.
    #[must_use]
    pub fn base_folder(&self) -> Option<PathBuf> {
        if self.snapshot.is_some() {
            return None;
        }
        self.base.clone().or_else(|| folder(Path::new(BASE_FOLDER)))
    }

    /// Opens the base, for all sorts of work.
    ///
    /// # Errors
    /// Every fault of its files, see [`KnowledgeBase::open`] and [`KnowledgeBase::open_snapshot`].
    pub fn open(&self, terminal: &mut Terminal<'_>) -> Result<KnowledgeBase, Errors> {
        match &self.snapshot {
            Some(path) => KnowledgeBase::open_snapshot(path, true),
            None => self.open_cached(terminal, Reading::Whole),
        }
    }

    /// Opens the base and asks it one thing. Where the image of the base turns out to be damaged on the way, asks again on one that is
    /// made from its text.
    ///
    /// # Errors
    /// As [`Sources::open`]; those of the work.
    pub fn ask<T>(
        &self,
        terminal: &mut Terminal<'_>,
        mut work: impl FnMut(&KnowledgeBase) -> Result<T, Error>,
    ) -> Result<T, Errors> {
        let base = match &self.snapshot {
            Some(path) => KnowledgeBase::open_snapshot(path, false)?,
            None => self.open_cached(terminal, Reading::Lazy)?,
        };
        let done = work(&base);
        // Whatever came of damaged data is void, be it rows or a fault.
        if !base.graph().is_damaged() {
            return Ok(done?);
        }
        if let Some(path) = &self.snapshot {
            return Err(damaged_snapshot(path).into());
        }
        terminal.show(&[damaged_cache()]);
        Ok(work(&self.open_cached(terminal, Reading::Anew)?)?)
    }

    /// Opens the base by way of the cache; says where that was damaged.
    fn open_cached(
        &self,
        terminal: &mut Terminal<'_>,
        reading: Reading,
    ) -> Result<KnowledgeBase, Errors> {
        let folder = self.base_folder();
        let Opened { base, notice, .. } = terminal.watched(|watch| {
            KnowledgeBase::open_cached(folder.as_deref(), &self.cache, reading, watch)
        })?;
        terminal.show(notice.as_slice());
        Ok(base)
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
