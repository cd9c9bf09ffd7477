//! Tables: which files of a folder are one, and what their names say.
//!
//! Nothing here opens a file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::files::{named, read_error};

/// The most files of one folder.
const FILES_MAX: usize = 100_000;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Fields between this byte, lines of text, which may be compressed by gzip.
    Text {
        /// What stands between fields.
        delimiter: u8,
        /// Whether the file is compressed.
        gzip: bool,
    },
    /// Apache Parquet.
    Parquet,
}

/// A file that holds a table, or the header of some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its name without the endings.
    pub(super) stem: String,
    /// How it is written.
    pub(super) format: Format,
}

impl File {
    fn of(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        if name.starts_with('.') {
            return None;
        }
        let lower = name.to_ascii_lowercase();
        let text = |delimiter, gzip| Format::Text { delimiter, gzip };
        let endings = [
            (".csv", text(b',', false)),
            (".csv.gz", text(b',', true)),
            (".tsv", text(b'\t', false)),
            (".tsv.gz", text(b'\t', true)),
            (".parquet", Format::Parquet),
        ];
        let (ending, format) = endings.into_iter().find(|(ending, _)| lower.ends_with(ending))?;
        let stem =
            name.get(..name.len() - ending.len()).filter(|stem| !stem.is_empty())?.to_owned();
        Some(Self { path, stem, format })
    }

    /// The name of the tables whose header this file is.
    pub(super) fn header_of(&self) -> Option<&str> {
        let ends = ["-header", "_header", ".header"];
        ends.into_iter().find_map(|end| self.stem.strip_suffix(end))
    }

    /// The name of the table that this file is a part of: `actors` of `actors-001` and `actors_part2`.
    pub(super) fn whole(&self) -> &str {
        let stem = self.stem.as_str();
        let front = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let front = if front.len() == stem.len() { return stem } else { front };
        let front = front.strip_suffix("part").unwrap_or(front);
        match front.strip_suffix(['-', '_', '.']) {
            Some(front) if !front.is_empty() => front,
            _ => stem,
        }
    }

    /// The label or type of a table that has no column for it: its name without `nodes_` and its like in front.
    pub(super) fn default_name(&self) -> &str {
        let whole = self.whole();
        let fronts =
            ["nodes", "node", "edges", "edge", "relationships", "relationship", "rels", "rel"];
        let rest = fronts.into_iter().find_map(|front| {
            let head = whole.get(..front.len())?;
            let rest = whole.get(front.len()..)?.strip_prefix(['-', '_', '.'])?;
            (head.eq_ignore_ascii_case(front) && !rest.is_empty()).then_some(rest)
        });
        rest.unwrap_or(whole)
    }
}

/// The tables of a folder and of those below it, by path; hidden files are left out, and links to folders are not followed.
///
/// # Errors
/// `io` where a folder cannot be read.
pub(super) fn find(folder: &Path) -> Result<Vec<File>, Error> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let failed = |error: std::io::Error| read_error(&named(&folder), &error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if entry.file_type().map_err(failed)?.is_dir() {
                open.push(entry.path());
            } else if let Some(file) = File::of(entry.path()) {
                found.push(file);
            }
            if found.len() > FILES_MAX || open.len() > FILES_MAX {
                return Err(read_error(&named(&folder), &std::io::Error::other("too many files")));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_labels_and_headers() {
        let file = |name: &str| File::of(PathBuf::from(name)).unwrap();
        let default = |name: &str| file(name).default_name().to_owned();
        assert_eq!(default("a/nodes_Issue.csv"), "Issue");
        assert_eq!(default("Issue-001.csv.gz"), "Issue");
        assert_eq!(default("Edges.RAISED_AT_part12.TSV"), "RAISED_AT");
        assert_eq!(default("nodes.csv"), "nodes");
        assert_eq!(default("会議.csv"), "会議");
        assert_eq!(default("2024.csv"), "2024");
        assert_eq!(file("actors-header.csv").header_of(), Some("actors"));
        assert_eq!(file("actors_2.csv.gz").whole(), "actors");
        assert_eq!(file("fy2024.csv").whole(), "fy2024");
        assert_eq!(File::of(PathBuf::from("notes.txt")), None);
    }
}
