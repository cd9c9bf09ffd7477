//! Knowledge files as people write them, whole and broken, and what the loader says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up should stop")]

#[path = "knowledge/faults.rs"]
mod faults;
#[path = "knowledge/loading.rs"]
mod loading;
#[path = "knowledge/saved.rs"]
mod saved;

use std::path::{Path, PathBuf};

use kadai::error::{Error, Lang, Style, render};
use kadai::knowledge::{CheckReport, KnowledgeBase, check};

/// The schema most tests use.
const SCHEMA: &str = include_str!("knowledge/schema.toml");

/// A folder of files that is deleted when dropped.
struct Folder(tempfile::TempDir);

impl Folder {
    fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A base under the common schema with one more file.
    fn base(text: impl AsRef<[u8]>) -> Self {
        Self::empty().with("schema.toml", SCHEMA).with("a.toml", text)
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn check(&self) -> CheckReport {
        check(&[self.path().to_path_buf()], None).unwrap_or_else(|error| panic!("{error}"))
    }

    fn open(&self) -> KnowledgeBase {
        KnowledgeBase::open(self.path()).unwrap_or_else(|errors| panic!("{errors}"))
    }

    /// The codes of what a check finds, with line and column.
    fn found(&self) -> Vec<String> {
        self.check().faults.iter().map(place).collect()
    }

    /// What a reader of either language sees.
    fn drawn(&self) -> String {
        let faults = self.check().faults;
        self.draw(&faults)
    }

    fn draw(&self, faults: &[Error]) -> String {
        let [english, japanese] =
            [Lang::En, Lang::Ja].map(|lang| render(faults, Style { lang, color: false }));
        let folder = self.path().display().to_string();
        format!("{english}{japanese}").replace(&folder, "kb")
    }
}

fn place(fault: &Error) -> String {
    let parts = fault.parts();
    let place = parts.labels.first().and_then(|label| {
        let source = label.source.as_ref()?;
        let file = PathBuf::from(&source.name).file_name()?.to_str()?.to_owned();
        let (line, column) = source.position(label.span.start);
        Some(format!(" {file}:{line}:{column}"))
    });
    let sort = if fault.is_warning() { " (warning)" } else { "" };
    format!("{}{}{sort}", parts.code.as_str(), place.unwrap_or_default())
}
