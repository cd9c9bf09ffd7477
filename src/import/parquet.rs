//! Parquet: tables whose columns have types of their own.
//!
//! Turns the groups of rows of a file into blocks of text, each value as a row of a CSV file would say it, so that there is one way
//! from fields to columns. Nothing here reads more than one group at a time.

use std::fs;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type as Column;

use super::blocks::Block;
use super::files::File;
use super::header::{self, Header};
use super::tables::Table;
use crate::error::{Code, Error, Source, text};
use crate::files::{named, read_error};
use crate::model::temporal::{DateTime, Zone};

/// What stands between the items of a list, which may hold a `;` here.
const ITEMS: char = '\u{1f}';

/// Nanoseconds of a day.
const DAY: i128 = 86_400_000_000_000;

fn open(file: &File) -> Result<SerializedFileReader<fs::File>, Error> {
    let opened = fs::File::open(&file.path).map_err(|error| read_error(&named(&file.path), &error));
    SerializedFileReader::new(opened?).map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &File, error: &ParquetError) -> Error {
    let name = file.path.display();
    let message = text!("cannot read `{name}`: {error}", "「{name}」を読み込めません：{error}");
    Error::new(Code::Io, message)
}

/// What the columns of a file stand for: as their names say, else as their types do.
///
/// # Errors
/// `io` where the file cannot be read; every fault of the names.
pub(super) fn header(file: &File) -> Result<Header, Vec<Error>> {
    let reader = open(file).map_err(|fault| vec![fault])?;
    let schema = reader.metadata().file_metadata().schema();
    let names: Vec<String> = schema.get_fields().iter().map(|column| name(column)).collect();
    let mut at = 0;
    let place = |name: &String| {
        let start = at;
        at += name.len() + 1;
        (start..start + name.len(), name.clone())
    };
    let fields: Vec<_> = names.iter().map(place).collect();
    let source = Source::new(file.path.display().to_string(), names.join(","));
    let mut header = header::parse(&source, &fields)?;
    for (column, role) in schema.get_fields().iter().zip(&header.roles) {
        if let (true, header::Role::Property(at)) = (column.is_group(), role)
            && let Some(property) = header.properties.get_mut(*at)
        {
            property.list = Some(ITEMS);
        }
    }
    Ok(header)
}

/// The name of a column as a header would have it.
fn name(column: &Column) -> String {
    let name = column.name();
    if name.contains(':') {
        return name.to_owned();
    }
    match (column.is_group(), leaf(column).and_then(type_of)) {
        (true, Some(of)) => format!("{name}:{of}[]"),
        (false, Some(of)) => format!("{name}:{of}"),
        (true, None) => format!("{name}:string[]"),
        (false, None) => name.to_owned(),
    }
}

/// The items of a list; the column itself where it is none.
fn leaf(column: &Column) -> Option<&Column> {
    let mut column = column;
    while column.is_group() {
        column = column.get_fields().first()?;
    }
    Some(column)
}

fn type_of(column: &Column) -> Option<&'static str> {
    let info = column.get_basic_info();
    match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => return Some("date"),
        (Some(LogicalType::Timestamp(of)), _) if !of.is_adjusted_to_u_t_c => {
            return Some("localdatetime");
        }
        (Some(LogicalType::Timestamp(_)), _)
        | (_, ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS) => {
            return Some("datetime");
        }
        (_, ConvertedType::DECIMAL) => return Some("double"),
        _ => {}
    }
    match column.get_physical_type() {
        Physical::BOOLEAN => Some("boolean"),
        Physical::INT32 | Physical::INT64 => Some("int"),
        Physical::FLOAT | Physical::DOUBLE => Some("double"),
        Physical::INT96 => Some("datetime"),
        Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => None,
    }
}

/// How the numbers of a column are moments.
#[derive(Clone, Copy)]
struct Moment {
    /// Nanoseconds of one.
    unit: i128,
    utc: bool,
}

fn moment(column: &Column) -> Moment {
    let info = column.get_basic_info();
    let Some(LogicalType::Timestamp(of)) = info.logical_type_ref() else {
        return Moment { unit: 1, utc: true };
    };
    let unit = match of.unit {
        TimeUnit::MILLIS => 1_000_000,
        TimeUnit::MICROS => 1_000,
        TimeUnit::NANOS => 1,
    };
    Moment { unit, utc: of.is_adjusted_to_u_t_c }
}

/// Gives the rows of a table as blocks of text, numbered from 0, with the size of each in the file.
///
/// # Errors
/// `io` where the file cannot be read to its end.
pub(super) fn blocks(
    table: &Table<'_>,
    index: usize,
    mut each: impl FnMut(&Block),
) -> Result<(), Error> {
    let reader = open(table.file)?;
    let failed = |error: ParquetError| unreadable(table.file, &error);
    let schema = reader.metadata().file_metadata().schema_descr().root_schema_ptr();
    let moments: Vec<Option<Moment>> = schema
        .get_fields()
        .iter()
        .map(|column| leaf(column).filter(|leaf| is_moment(leaf)).map(moment))
        .collect();
    for number in 0..reader.num_row_groups() {
        let group = reader.get_row_group(number).map_err(failed)?;
        let mut text = String::new();
        for row in group.get_row_iter(None).map_err(failed)? {
            let row = row.map_err(failed)?;
            for (at, (_, field)) in row.get_column_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(&mut text, field, moments.get(at).copied().flatten());
            }
            text.push('\n');
        }
        each(&Block { bytes: text.into_bytes(), number, table: index });
    }
    Ok(())
}

fn is_moment(column: &Column) -> bool {
    type_of(column).is_some_and(|of| of.ends_with("datetime"))
}

/// Writes a field as a row has it: nothing for no value, else the value in quotes.
fn write(out: &mut String, field: &Field, moment: Option<Moment>) {
    if matches!(field, Field::Null) {
        return;
    }
    out.push('"');
    let one = std::slice::from_ref(field);
    let items = if let Field::ListInternal(list) = field { list.elements() } else { one };
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(ITEMS);
        }
        out.push_str(&value(item, moment).replace('"', "\"\""));
    }
    out.push('"');
}

fn value(field: &Field, moment: Option<Moment>) -> String {
    let at = |nanos: i128, utc: bool| {
        let found = DateTime::of_epoch_nanos(nanos, Zone::UTC);
        found.map_or_else(
            |_| nanos.to_string(),
            |found| if utc { found.to_string() } else { found.local().to_string() },
        )
    };
    match (field, moment) {
        (Field::Str(text), _) => text.clone(),
        (Field::Date(days), _) => {
            let found = at(i128::from(*days) * DAY, false);
            found.split('T').next().unwrap_or_default().to_owned()
        }
        (Field::Long(number), Some(moment)) => at(i128::from(*number) * moment.unit, moment.utc),
        (Field::TimestampMillis(number), moment) => {
            at(i128::from(*number) * 1_000_000, moment.is_none_or(|moment| moment.utc))
        }
        (Field::TimestampMicros(number), moment) => {
            at(i128::from(*number) * 1_000, moment.is_none_or(|moment| moment.utc))
        }
        (Field::Float(number), _) => number.to_string(),
        (Field::Double(number), _) => number.to_string(),
        (Field::Bytes(bytes), _) => String::from_utf8_lossy(bytes.data()).into_owned(),
        (other, _) => {
            let shown = other.to_string();
            shown.trim_matches('"').to_owned()
        }
    }
}
