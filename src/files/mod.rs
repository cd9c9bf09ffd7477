//! Files people keep: replaced whole or not at all.
//!
//! Every command that writes a file writes it here, and says in the same words why it could not. Nothing here knows what is in it.

mod encoding;
mod words;

pub use encoding::{encoding_names, foreign, japanese};
pub use words::{named, read_error, write_error};

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// How many links a path may go through; past that they run in a circle.
const LINKS_MAX: usize = 40;

/// Makes a folder that only its owner can look into, with those above it; one that is there already stays as it is.
///
/// # Errors
/// Those of making it.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Writes a file that can be made again, such that a reader sees the old content or the new, never a part. Unlike [`replace`] it
/// does not wait for the disk, and only the owner can read it.
///
/// # Errors
/// Where the folder of the file cannot be written to, or `write` fails.
pub fn replace_cached(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".kadai-").tempfile_in(folder)?;
    let mut buffer = BufWriter::new(file.as_file_mut());
    write(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file such that a reader sees the old content or the new, never a part.
///
/// A link stays a link and its target is replaced; an existing file keeps its mode. A device such as `/dev/null`, and a
/// pipe that is open under `/dev`, have nothing to replace: they are written to.
///
/// # Errors
/// Where the path names a folder or another thing that is no file, the file is read-only, its folder cannot be written to, or
/// `write` fails; the old content is untouched then. `Unsupported` for a file under the name of an open stream, such as
/// `/dev/stdout`: replaced, it would lose what the stream has written.
pub fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|found| takes_bytes(path, &found)) {
        let mut out = BufWriter::new(File::options().write(true).open(path)?);
        write(&mut out)?;
        return out.flush();
    }
    let target = target_of(path)?;
    let permissions = match fs::metadata(&target) {
        Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        Ok(found) if found.permissions().readonly() => {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(found) => Some(found.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kadai-");
    let new_file = fresh_permissions();
    if let Some(mode) = &new_file {
        builder.permissions(mode.clone());
    }
    // Its error names a file that nobody asked for.
    let unnamed = |error: io::Error| io::Error::from(error.kind());
    let mut file = builder.tempfile_in(folder).map_err(unnamed)?;
    let mut buffer = BufWriter::new(file.as_file_mut());
    write(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// The path behind the links; the last one may name nothing yet.
fn target_of(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_path_buf();
    for _ in 0..LINKS_MAX {
        if is_stream(&target) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let Ok(next) = fs::read_link(&target) else { return Ok(target) };
        target = match target.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "too many links"))
}

/// Whether a path is the name of a stream that a process has open: `/dev/fd/1`, `/proc/self/fd/1`.
fn is_stream(path: &Path) -> bool {
    let Some(folder) = path.parent() else { return false };
    folder == Path::new("/dev/fd") || (folder.starts_with("/proc") && folder.ends_with("fd"))
}

/// Whether this is a device or an open stream that takes bytes as they come.
///
/// A named pipe in a folder is none: to open it would wait for a reader that may never come.
#[cfg(unix)]
fn takes_bytes(path: &Path, found: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let is_stream = ["/dev", "/proc"].iter().any(|folder| path.starts_with(folder));
    found.file_type().is_char_device() || (is_stream && found.file_type().is_fifo())
}

/// Windows has no paths to such things that a file could be mistaken for.
#[cfg(not(unix))]
fn takes_bytes(_: &Path, _: &Metadata) -> bool {
    false
}

/// The mode of a new file before the user's mask; a temporary file alone would be private.
#[cfg(unix)]
fn fresh_permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

/// Windows takes the rights of the folder.
#[cfg(not(unix))]
fn fresh_permissions() -> Option<Permissions> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn put(path: &Path, text: &str) -> io::Result<()> {
        replace(path, |out| out.write_all(text.as_bytes()))
    }

    #[test]
    fn a_link_stays_and_its_target_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "old").unwrap();
        fs::set_permissions(&target, Permissions::from_mode(0o640)).unwrap();
        symlink("target", &link).unwrap();
        put(&link, "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn an_error_names_the_file_that_was_asked_for_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone").join("y.svg");
        let error = put(&path, "x").unwrap_err();
        assert!(!error.to_string().contains("kadai-"), "{error}");
        let shown = write_error(&named(Path::new("gone/y.svg")), &error);
        assert_eq!(
            shown.parts().message.ja,
            "「gone/y.svg」に書き込めません：ファイルまたはフォルダーがありません"
        );
    }

    #[test]
    fn what_is_no_plain_file_is_refused_and_what_fails_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(put(folder.path(), "x").unwrap_err().kind(), io::ErrorKind::IsADirectory);
        put(Path::new("/dev/null"), "x").unwrap();
        let circle = folder.path().join("circle");
        symlink("circle", &circle).unwrap();
        assert!(put(&circle, "x").is_err());
        let file = folder.path().join("file");
        fs::write(&file, "old").unwrap();
        replace(&file, |_| Err(io::Error::other("no"))).unwrap_err();
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
        assert_eq!(put(&file, "x").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        let stream = folder.path().join("stream");
        symlink("/proc/self/fd/99", &stream).unwrap();
        assert_eq!(put(&stream, "x").unwrap_err().kind(), io::ErrorKind::Unsupported);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
