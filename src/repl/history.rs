//! Where the shell keeps what was typed, for the next time.

use std::io;
use std::path::PathBuf;

use etcetera::BaseStrategy;

/// How many entries are kept.
pub(super) const ENTRIES_MAX: usize = 5_000;

/// The file of the history, in a folder only its owner can look into; `None` where the system has no place for it.
pub(super) fn file() -> io::Result<Option<PathBuf>> {
    let Ok(places) = etcetera::choose_base_strategy() else { return Ok(None) };
    let folder = places.state_dir().unwrap_or_else(|| places.data_dir()).join("kadai");
    crate::files::private_folder(&folder)?;
    Ok(Some(folder.join("history")))
}
