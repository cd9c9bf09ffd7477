//! Procedures that a case brings with it: a signature, and a table of what goes in and what comes out.

use kadai::model::{Datum, GroupKey};
use kadai::procedures::{Procedure, Signature};

use crate::expected;
use crate::world::value_of;

/// The procedure of the step `there exists a procedure <signature>`.
pub(crate) fn given(words: &str, table: &[Vec<String>]) -> Result<Procedure, String> {
    let words = words.trim_start_matches("there exists a procedure ").trim().trim_end_matches(':');
    let words = words.trim();
    let signature = Signature::parse(words).map_err(|error| error.to_string())?;
    let mut rows: Vec<Vec<Datum>> = Vec::new();
    for row in table.iter().skip(1) {
        let cell = |cell: &String| {
            let value = value_of(&expected::parse(cell)?)?;
            Datum::of(&value).ok_or_else(|| format!("`{cell}` is no value"))
        };
        rows.push(row.iter().map(cell).collect::<Result<_, _>>()?);
    }
    let width = signature.params.len();
    let procedure = Procedure::new(words, move |_, args, emit| {
        let keys = |row: &[Datum]| row.iter().cloned().map(GroupKey).collect::<Vec<_>>();
        for row in rows.iter().filter(|row| keys(&row[..width]) == keys(args)) {
            if emit(row[width..].to_vec()).is_break() {
                break;
            }
        }
        Ok(())
    });
    procedure.map_err(|error| error.to_string())
}
