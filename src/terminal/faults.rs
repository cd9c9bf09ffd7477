//! Faults of reading and writing, in words.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::error::{Code, Error, Errors, Source, text};
use crate::files::{self, read_error, write_error};
use crate::knowledge;

/// How large a query text may be; past that it is no query.
const TEXT_BYTES_MAX: u64 = 16 << 20;

/// Why a command ends before its work is done.
#[derive(Debug)]
pub enum Stop {
    /// Something is wrong, and the reader should know.
    Faults(Errors),
    /// Standard output does not take any more.
    Output(io::Error),
}

/// What commands return.
pub type Outcome<T> = Result<T, Stop>;

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Faults(error.into())
    }
}

impl From<Errors> for Stop {
    fn from(errors: Errors) -> Self {
        Self::Faults(errors)
    }
}

/// Only writing to standard output fails with a bare error; files have a name, see [`io_error`].
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// A file that could not be read (`reading`) or written.
#[must_use]
pub fn io_error(path: &Path, reading: bool, error: &io::Error) -> Error {
    let name = files::named(path);
    if reading { read_error(&name, error) } else { write_error(&name, error) }
}

/// Reads a query text to its end; `name` is what messages call it.
///
/// # Errors
/// `io` where it cannot be read, `usage` where it is larger than 16 MiB, `seed.encoding` where it is not UTF-8.
pub fn read_source(name: &str, reader: &mut dyn Read) -> Result<Arc<Source>, Error> {
    let mut bytes = Vec::new();
    let mut limited = reader.take(TEXT_BYTES_MAX.saturating_add(1));
    limited
        .read_to_end(&mut bytes)
        .map_err(|error| read_error(&text!("`{name}`", "「{name}」"), &error))?;
    if bytes.len() as u64 > TEXT_BYTES_MAX {
        let message = text!("`{name}` is larger than 16 MiB", "「{name}」が 16 MiB を超えています");
        return Err(Error::new(Code::Usage, message));
    }
    knowledge::decode(name, &bytes)
}

/// Reads the query text of a file.
///
/// # Errors
/// As [`read_source`].
pub fn read_file(path: &Path) -> Result<Arc<Source>, Error> {
    let mut file = File::open(path).map_err(|error| io_error(path, true, &error))?;
    read_source(&path.display().to_string(), &mut file)
}
