//! Tables: files with their headers.
//!
//! Turns the files of a folder into tables whose columns are known, or into every fault of their headers. No row is read here.

use std::collections::HashMap;
use std::io::Read;

use super::blocks;
use super::faults::Kind;
use super::files::{File, Format};
use super::header::{self, Header};
use super::rows::record;
use crate::error::{Code, Error, Source, text};
use crate::files::{named, read_error};

/// The longest header.
const HEADER_MAX: u64 = 4 * 1024 * 1024;

/// A file whose columns are known.
#[derive(Debug)]
pub(super) struct Table<'f> {
    /// The file.
    pub(super) file: &'f File,
    /// What messages call it.
    pub(super) name: String,
    /// Its columns.
    pub(super) header: Header,
    /// How many bytes come before the first row.
    pub(super) skip: usize,
    /// How many lines those are.
    pub(super) lines: usize,
    /// What stands between fields.
    pub(super) delimiter: u8,
    /// How many bytes the file has.
    pub(super) size: u64,
}

impl Table<'_> {
    /// The label or type of its rows where no column gives one, as a column would give it.
    pub(super) fn default_name(&self) -> Vec<u8> {
        self.file.default_name().as_bytes().to_vec()
    }
}

/// The first record of a file, read as a header.
struct Head {
    header: Result<Header, Vec<Error>>,
    skip: usize,
    lines: usize,
}

/// Reads the headers of `files`.
pub(super) fn survey<'f>(files: &'f [File], faults: &mut Vec<Error>) -> Vec<Table<'f>> {
    let mut separate: HashMap<&str, Option<Header>> = HashMap::new();
    for file in files {
        let Some(of) = file.header_of() else { continue };
        let header = head(file).and_then(|head| head.header).map_err(|found| faults.extend(found));
        separate.insert(of, header.ok());
    }
    let mut tables = Vec::new();
    for file in files.iter().filter(|file| file.header_of().is_none()) {
        let shared = separate.get(file.whole()).or_else(|| separate.get(file.stem.as_str()));
        match table(file, shared) {
            Ok(table) => tables.extend(table),
            Err(found) => faults.extend(found),
        }
    }
    tables
}

/// A table; `None` where the header it shares has faults, which are told already.
fn table<'f>(
    file: &'f File,
    shared: Option<&Option<Header>>,
) -> Result<Option<Table<'f>>, Vec<Error>> {
    let name = file.path.display().to_string();
    let delimiter = match file.format {
        Format::Text { delimiter, .. } => delimiter,
        Format::Parquet => b',',
    };
    let (header, skip, lines) = match shared {
        Some(None) => return Ok(None),
        Some(Some(header)) => (header.clone(), mark(file)?, 0),
        None => {
            let head = head(file)?;
            (head.header?, head.skip, head.lines)
        }
    };
    let size = std::fs::metadata(&file.path).map_or(0, |found| found.len());
    Ok(Some(Table { file, name, header, skip, lines, delimiter, size }))
}

/// The first bytes of a file.
fn beginning(file: &File, length: u64) -> Result<Vec<u8>, Vec<Error>> {
    let mut bytes = Vec::new();
    let read =
        blocks::open(file, None).and_then(|reader| reader.take(length).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(vec![read_error(&named(&file.path), &error)]),
    }
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// The length of the byte order mark of a file.
fn mark(file: &File) -> Result<usize, Vec<Error>> {
    let bytes = beginning(file, MARK.len() as u64)?;
    Ok(if bytes == MARK { MARK.len() } else { 0 })
}

fn head(file: &File) -> Result<Head, Vec<Error>> {
    let Format::Text { delimiter, .. } = file.format else { return parquet(file) };
    let name = file.path.display().to_string();
    let mut bytes = beginning(file, 64 * 1024)?;
    if !bytes.contains(&b'\n') {
        bytes = beginning(file, HEADER_MAX)?;
    }
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = bytes.as_slice() {
        let message = text!(
            "`{name}` is not UTF-8; it looks like UTF-16",
            "「{name}」は UTF-8 ではありません（UTF-16 のようです）"
        );
        return Err(vec![Error::new(Code::SeedEncoding, message).help(text!(
            "Save the file as UTF-8, or convert it: `iconv -f utf-16 -t utf-8`.",
            "UTF-8 で保存し直すか、`iconv -f utf-16 -t utf-8` で変換してください。"
        ))]);
    }
    let start = if bytes.starts_with(MARK) { MARK.len() } else { 0 };
    let (fields, end) = record(&bytes, start, delimiter);
    let line = bytes.get(start..end).unwrap_or_default();
    if line.trim_ascii().is_empty() {
        let message = text!(
            "`{name}` is empty: the first line names the columns",
            "「{name}」が空です。最初の行に列の名前を書きます"
        );
        return Err(vec![Error::new(Code::SeedSchema, message)]);
    }
    let lines = memchr::memchr_iter(b'\n', line).count();
    let shown = String::from_utf8_lossy(line);
    let source = Source::new(name.as_str(), shown.trim_end());
    if let Err(error) = std::str::from_utf8(line) {
        let at = error.valid_up_to();
        return Err(vec![Kind::encoding(line, at).alone(&name, line, at)]);
    }
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(range, text)| (range.start - start..range.end - start, text))
        .collect();
    Ok(Head { header: header::parse(&source, &fields), skip: end, lines })
}

#[cfg(feature = "parquet")]
fn parquet(file: &File) -> Result<Head, Vec<Error>> {
    Ok(Head { header: super::parquet::header(file), skip: 0, lines: 0 })
}

#[cfg(not(feature = "parquet"))]
fn parquet(file: &File) -> Result<Head, Vec<Error>> {
    let name = file.path.display();
    let message = text!(
        "`{name}`: this kadai reads no Parquet",
        "「{name}」：この kadai は Parquet を読めません"
    );
    Err(vec![Error::new(Code::Missing, message).help(text!(
        "Build it with the feature `parquet`: `cargo install --path . --features parquet`; or convert the file to CSV.",
        "機能 `parquet` を付けてビルドするか（`cargo install --path . --features parquet`）、ファイルを CSV に変換してください。"
    ))])
}
