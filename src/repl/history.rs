//! Where the shell keeps what was typed, for the next time.

use std::fs;
use std::io;
use std::path::PathBuf;

use etcetera::BaseStrategy;

/// How many entries are kept.
pub(super) const ENTRIES_MAX: usize = 5_000;

/// The file of the history, in a folder only its owner can look into; `None` where the system has no place for it.
pub(super) fn file() -> io::Result<Option<PathBuf>> {
    let Ok(places) = etcetera::choose_base_strategy() else { return Ok(None) };
    let folder = places.state_dir().unwrap_or_else(|| places.data_dir()).join("kadai");
    if !folder.is_dir() {
        make_private(&folder)?;
    }
    Ok(Some(folder.join("history")))
}

#[cfg(unix)]
fn make_private(folder: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &std::path::Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).create(folder)
}
