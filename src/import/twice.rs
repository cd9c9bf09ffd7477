//! Ids that stand twice: where they do.
//!
//! Reads the files of an id space once more, since nothing but the ids is kept of their rows.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use indexmap::IndexMap;

use super::Loaded;
use super::blocks::{Feed, Input};
use super::faults::grouped;
use super::files::Format;
use super::header::{Role, Sort};
use super::rows::record;
use super::spaces::Twice;
use super::tables::Table;
use crate::error::{Code, Error, Source, Span, text};

/// How many places of one id are shown.
const PLACES_MAX: usize = 4;

/// A place of an id.
type Place = (Arc<Source>, Span);

/// Tells of the ids that stand twice, by space.
pub(super) fn tell(tables: &[Table<'_>], twice: &HashMap<&str, Twice>, loaded: &mut Loaded) {
    let mut spaces: Vec<_> = twice.iter().collect();
    spaces.sort_unstable_by_key(|(space, _)| **space);
    for (space, twice) in spaces {
        let of_space = |table: &&Table<'_>| table.header.sort == Sort::Nodes((*space).to_owned());
        let tables: Vec<&Table<'_>> = tables.iter().filter(of_space).collect();
        let mut errors: Vec<Error> = places(&tables, &twice.ids)
            .iter()
            .map(|(id, places)| fault(&String::from_utf8_lossy(id), places, &tables))
            .collect();
        if twice.more > 0
            && let Some(last) = errors.pop()
        {
            let rest = grouped(twice.more);
            errors.push(last.note(text!(
                "… and {rest} more rows whose id is taken",
                "ID が重複している行がほかに {rest} 件あります"
            )));
            loaded.more += twice.more;
        }
        loaded.faults.extend(errors);
    }
}

fn fault(id: &str, places: &[Place], tables: &[&Table<'_>]) -> Error {
    let message = text!("the id `{id}` stands twice", "ID「{id}」が重複しています");
    let mut error = Error::new(Code::SeedDuplicate, message);
    let again = text!("again here", "ここにもあります");
    for (source, span) in places.iter().skip(1) {
        error = error.label_in(source, *span, Some(again.clone()));
    }
    if let Some((source, span)) = places.first() {
        error = error.label_in(source, *span, Some(text!("first here", "最初はここです")));
    }
    if places.len() > 1 {
        return error;
    }
    // Rows of Parquet have no lines that could be shown.
    let parquet = tables.iter().filter(|table| table.file.format == Format::Parquet);
    let names: Vec<String> = parquet.map(|table| format!("`{}`", table.name)).collect();
    let names = names.join(", ");
    error.note(text!("in {names}", "{names} にあります"))
}

/// Where each of `ids` stands, in the order of the files.
fn places(tables: &[&Table<'_>], ids: &[Vec<u8>]) -> IndexMap<Vec<u8>, Vec<Place>> {
    let mut places: IndexMap<Vec<u8>, Vec<Place>> =
        ids.iter().map(|id| (id.clone(), Vec::new())).collect();
    let inputs: Vec<Input<'_>> = (0..)
        .zip(tables)
        .map(|(index, table)| Input { file: table.file, table: index, skip: table.skip })
        .collect();
    let read = AtomicU64::new(0);
    let mut feed = Feed::new(&inputs, &read);
    let mut lines: Vec<usize> = tables.iter().map(|table| table.lines).collect();
    let mut buffer = Vec::new();
    while let Some(block) = feed.next(buffer) {
        let (Some(table), Some(line)) = (tables.get(block.table), lines.get_mut(block.table))
        else {
            break;
        };
        let column = table.header.roles.iter().position(|role| *role == Role::Id).unwrap_or(0);
        let mut at = 0;
        while at < block.bytes.len() {
            let (fields, end) = record(&block.bytes, at, table.delimiter);
            let row = block.bytes.get(at..end).unwrap_or_default();
            if let Some((range, id)) = fields.get(column)
                && let Some(places) = places.get_mut(id.as_bytes())
                && places.len() < PLACES_MAX
            {
                let text = String::from_utf8_lossy(row);
                let source = Source::part(table.name.as_str(), text.trim_end(), *line + 1);
                places.push((source, Span::new(range.start - at, range.end - at)));
            }
            *line += memchr::memchr_iter(b'\n', row).count();
            at = end;
        }
        buffer = block.bytes;
    }
    places
}
