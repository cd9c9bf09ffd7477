//! Blocks: a file in pieces that end where a record ends.
//!
//! Turns files into blocks that can be read apart from each other. No block ends inside of quotes, and no file is in memory whole.

use std::fs;
use std::io::{self, BufReader, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use memchr::{memchr, memrchr};

use super::files::{File, Format};
use crate::error::Error;
use crate::files::{named, read_error};

/// How many bytes a block has, but for a record that is longer, and the last one.
const BLOCK: usize = 512 * 1024;

/// A record this long is one whose quote was never closed.
const RECORD_MAX: usize = 64 * 1024 * 1024;

/// A piece of a file.
#[derive(Debug)]
pub(super) struct Block {
    /// Whole records; ends with a line break.
    pub(super) bytes: Vec<u8>,
    /// Its place among all blocks.
    pub(super) number: usize,
    /// The table, as an index of those that are read.
    pub(super) table: usize,
}

/// A file to be read, and how many bytes at its start are no rows.
#[derive(Debug)]
pub(super) struct Input<'f> {
    /// The file.
    pub(super) file: &'f File,
    /// Its table, as an index of those that are read.
    pub(super) table: usize,
    /// What comes before the first row: a byte order mark, the header.
    pub(super) skip: usize,
}

/// The blocks of some files, one behind the other.
pub(super) struct Feed<'f> {
    inputs: &'f [Input<'f>],
    read: &'f AtomicU64,
    next_file: usize,
    next_block: usize,
    open: Option<Open<'f>>,
    /// Files that could not be read to their end.
    pub(super) faults: Vec<Error>,
}

struct Open<'f> {
    reader: Box<dyn Read + Send + 'f>,
    delimiter: u8,
    index: usize,
    /// What was read behind the last block.
    rest: Vec<u8>,
    ended: bool,
}

impl<'f> Feed<'f> {
    /// The blocks of `inputs`; `read` counts the bytes that were read of them.
    pub(super) fn new(inputs: &'f [Input<'f>], read: &'f AtomicU64) -> Self {
        Self { inputs, read, next_file: 0, next_block: 0, open: None, faults: Vec::new() }
    }

    /// The next block, in a buffer that is used again; `None` behind the last one.
    pub(super) fn next(&mut self, mut bytes: Vec<u8>) -> Option<Block> {
        loop {
            let Some(open) = &mut self.open else {
                self.open_next()?;
                continue;
            };
            let file = open.index;
            let filled = open.fill(&mut bytes);
            if open.ended && open.rest.is_empty() || filled.is_err() {
                self.open = None;
            }
            if let Err(error) = filled {
                self.failed(file, &error);
            } else if !bytes.is_empty() {
                let number = self.next_block;
                self.next_block += 1;
                let table = self.inputs.get(file).map_or(0, |input| input.table);
                return Some(Block { bytes, number, table });
            }
        }
    }

    /// Opens the next file that can be opened; `None` behind the last one.
    fn open_next(&mut self) -> Option<()> {
        let index = self.next_file;
        let input = self.inputs.get(index)?;
        self.next_file += 1;
        let Format::Text { delimiter, .. } = input.file.format else { return Some(()) };
        let opened = open(input.file, Some(self.read)).and_then(|mut reader| {
            io::copy(&mut reader.by_ref().take(input.skip as u64), &mut io::sink())?;
            Ok(reader)
        });
        match opened {
            Ok(reader) => {
                let rest = Vec::new();
                self.open = Some(Open { reader, delimiter, index, rest, ended: false });
            }
            Err(error) => self.failed(index, &error),
        }
        Some(())
    }

    fn failed(&mut self, file: usize, error: &io::Error) {
        if let Some(input) = self.inputs.get(file) {
            self.faults.push(read_error(&named(&input.file.path), error));
        }
    }
}

impl Open<'_> {
    /// Puts the next whole records into `bytes`; none at the end of the file.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.clear();
        bytes.append(&mut self.rest);
        loop {
            let wanted = BLOCK.max(bytes.len());
            let read = (&mut self.reader).take(wanted as u64).read_to_end(bytes)?;
            self.ended = read < wanted;
            if self.ended {
                if bytes.last().is_some_and(|last| *last != b'\n') {
                    bytes.push(b'\n');
                }
                return Ok(());
            }
            let end = records_end(bytes, self.delimiter);
            if end > 0 {
                self.rest.extend_from_slice(bytes.get(end..).unwrap_or_default());
                bytes.truncate(end);
                return Ok(());
            }
            if bytes.len() > RECORD_MAX {
                self.ended = true;
                bytes.push(b'\n');
                return Ok(());
            }
        }
    }
}

/// A reader of what is in a file, uncompressed; `read` counts its bytes.
///
/// # Errors
/// Where it cannot be opened.
pub(super) fn open<'f>(
    file: &File,
    read: Option<&'f AtomicU64>,
) -> io::Result<Box<dyn Read + Send + 'f>> {
    // Asked before the file is opened: opening a pipe waits for its other end.
    if !fs::metadata(&file.path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let counted = Counted { inner: fs::File::open(&file.path)?, read };
    Ok(match file.format {
        Format::Text { gzip: true, .. } => {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(BLOCK, counted)))
        }
        Format::Text { .. } | Format::Parquet => Box::new(counted),
    })
}

struct Counted<'f> {
    inner: fs::File,
    read: Option<&'f AtomicU64>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        if let Some(read) = self.read {
            read.fetch_add(length as u64, Ordering::Relaxed);
        }
        Ok(length)
    }
}

/// Where the last whole record of `bytes` ends, which begin with one; 0 where none does.
pub(super) fn records_end(bytes: &[u8], delimiter: u8) -> usize {
    let mut end = 0;
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let quote = memchr(b'"', rest).map(|found| at + found);
        let plain = bytes.get(at..quote.unwrap_or(bytes.len())).unwrap_or_default();
        end = memrchr(b'\n', plain).map_or(end, |found| at + found + 1);
        let Some(quote) = quote else { break };
        let before = quote.checked_sub(1).and_then(|before| bytes.get(before));
        at = if before.is_none_or(|byte| *byte == delimiter || *byte == b'\n') {
            let Some(closed) = quote_end(bytes, quote) else { break };
            closed
        } else {
            quote + 1
        };
    }
    end
}

/// Where the quotes end that open at `start`: behind the closing one; `None` where there is none.
pub(super) fn quote_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr(b'"', bytes.get(at..)?)? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_behind_records_not_inside_of_quotes() {
        let end = |text: &str| records_end(text.as_bytes(), b',');
        assert_eq!(end("a,b\nc,"), 4);
        assert_eq!(end("a,\"b\nc\"\nd"), 8);
        assert_eq!(end("a,\"b\nc"), 0);
        assert_eq!(end("a\n\"b\"\"\nc"), 2);
        assert_eq!(end("5\" disk\nb"), 8);
        assert_eq!(end("a,5\" disk\n\"x\n"), 10);
        assert_eq!(end("a,\"\"\nb"), 5);
    }
}
