//! Which files make a base, and their bytes.
//!
//! Nothing here waits: what is no regular file is never opened.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::encoding::FILE_BYTES_MAX;
use crate::error::{Code, Error, text};

/// The file that says what the others may say.
pub(super) const SCHEMA_FILE: &str = "schema.toml";

/// The ending of knowledge files.
pub(super) const ENDING: &str = "toml";

/// The most files of one base.
const FILES_MAX: usize = 10_000;

/// One file of a base.
#[derive(Debug)]
pub(super) struct RawFile {
    /// What messages call it.
    pub(super) name: String,
    /// Whether it is the schema.
    pub(super) schema: bool,
    /// What is in it, or why that could not be read.
    pub(super) bytes: Result<Vec<u8>, Error>,
}

/// Every knowledge file in `folder` and the folders below it: the schema, then the others by path.
///
/// # Errors
/// `io` where a folder cannot be read, `seed.missing` where there are too many files.
pub(super) fn knowledge_files(folder: &Path) -> Result<Vec<RawFile>, Error> {
    let found = find(folder, ENDING, true)?;
    let schema = folder.join(SCHEMA_FILE);
    let file = |path: PathBuf| RawFile {
        name: path.display().to_string(),
        schema: path == schema,
        bytes: read(&path),
    };
    let mut files: Vec<RawFile> = found.into_iter().map(file).collect();
    // The schema comes first: what is wrong with it makes other things look wrong.
    files.sort_by_key(|file| !file.schema);
    Ok(files)
}

/// The paths in `folder` whose names end in `.ending`, sorted; hidden ones are left out.
///
/// # Errors
/// As [`knowledge_files`].
pub(super) fn find(folder: &Path, ending: &str, below: bool) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let failed = |error: std::io::Error| io_fault(&folder, &error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            // Links to folders are not followed: they can lead in circles.
            if entry.file_type().map_err(failed)?.is_dir() {
                if below {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending)) {
                found.push(path);
            }
            if found.len() > FILES_MAX || open.len() > FILES_MAX {
                let path = folder.display();
                let message = text!(
                    "more than {FILES_MAX} files in `{path}`",
                    "「{path}」のファイルが {FILES_MAX} 件を超えています"
                );
                return Err(Error::new(Code::SeedMissing, message));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The bytes of a regular file.
///
/// # Errors
/// `io` where it cannot be read or is no regular file, `seed.encoding` where it is too large.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |error: std::io::Error| io_fault(path, &error);
    let name = path.display();
    // Asked before the file is opened: opening a pipe waits for its other end.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        let message =
            text!("`{name}` is not a regular file", "「{name}」は通常のファイルではありません");
        return Err(Error::new(Code::Io, message).help(text!(
            "Remove it, or give it a name that does not end in `.toml`.",
            "取り除くか、末尾が `.toml` でない名前に変えてください。"
        )));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
    let file = fs::File::open(path).map_err(failed)?;
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > FILE_BYTES_MAX {
        let megabytes = FILE_BYTES_MAX.checked_div(1024 * 1024).unwrap_or(0);
        let message = text!(
            "`{name}` is larger than {megabytes} MiB",
            "「{name}」が {megabytes} MiB を超えています"
        );
        return Err(Error::new(Code::SeedEncoding, message)
            .help(text!("Split it into several files.", "複数のファイルに分けてください。")));
    }
    Ok(bytes)
}

/// The fault for a path that cannot be read.
pub(super) fn io_fault(path: &Path, error: &std::io::Error) -> Error {
    let name = path.display();
    let message = if error.kind() == ErrorKind::NotFound {
        text!("there is no `{name}`", "「{name}」がありません")
    } else if error.kind() == ErrorKind::PermissionDenied {
        text!("no permission to read `{name}`", "「{name}」を読み込む権限がありません")
    } else {
        text!("cannot read `{name}`: {error}", "「{name}」を読み込めません：{error}")
    };
    Error::new(Code::Io, message)
}
