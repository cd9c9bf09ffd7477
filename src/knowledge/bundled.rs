//! The base and the saved queries that are part of the program.

use super::files::{RawFile, SCHEMA_FILE};
use super::load::{self, Loaded};

/// The named files of a folder of the repository, with their texts.
macro_rules! files {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../", $folder, "/", $name)))),*]
    };
}

/// What messages call the folder of files that are on no disk.
pub(super) const FOLDER: &str = "<bundled>";

/// The files of `seeds/`, by path.
const SEEDS: &[(&str, &str)] = files!("seeds":
    "actors.toml",
    "domains.toml",
    "issues.toml",
    "levels.toml",
    "meetings.toml",
    "programs.toml",
    "schema.toml",
);

/// The files of `queries/`, by name.
pub(super) const QUERIES: &[(&str, &str)] = files!("queries":
    "coverage-matrix.cypher",
    "escalation-path.cypher",
    "issues-by-meeting.cypher",
    "issues-without-existing-program.cypher",
    "issues-without-program-at-level.cypher",
    "issues-without-program.cypher",
    "marks-that-disagree.cypher",
    "programs-answering-several.cypher",
    "recurring-issues.cypher",
);

/// Reads the bundled base.
pub(super) fn load() -> Loaded {
    let file = |(name, text): &(&str, &str)| RawFile {
        name: format!("{FOLDER}/seeds/{name}"),
        schema: *name == SCHEMA_FILE,
        bytes: Ok(text.as_bytes().to_vec()),
    };
    load::load(FOLDER, SEEDS.iter().map(file).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_tables_hold_the_folders() {
        for (folder, ending, table) in [("seeds", "toml", SEEDS), ("queries", "cypher", QUERIES)] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            let found = super::super::files::find(&folder, ending, true).unwrap_or_default();
            let names: Vec<String> = found
                .iter()
                .map(|path| path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned())
                .collect();
            assert_eq!(names, table.iter().map(|(name, _)| *name).collect::<Vec<_>>());
            for ((_, text), path) in table.iter().zip(&found) {
                assert_eq!(*text, std::fs::read_to_string(path).unwrap(), "{}", path.display());
            }
        }
    }
}
