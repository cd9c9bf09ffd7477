//! Pictures into files: the ending of the name says which kind.

use std::path::Path;

use crate::error::{Code, Error, Result, Text, text};
use crate::files;

use super::draw;
use super::graphviz::Graphviz;
use super::model::Diagram;

/// Writes a diagram to a file ending in `.dot` (or `.gv`), `.svg` or `.png`; what the person who asked should know.
///
/// The file is replaced as a whole or not at all: it keeps its permissions, and a symbolic link stays one.
///
/// # Errors
/// `usage` for another ending; `io.missing` as [`super::png`]; `io` where the file cannot be written or is no plain file.
pub fn write(diagram: &Diagram, path: &Path, graphviz: Option<&Graphviz>) -> Result<Vec<Text>> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
    let (bytes, notes) = match ending.to_ascii_lowercase().as_str() {
        "dot" | "gv" => (diagram.to_dot().into_bytes(), diagram.notes.clone()),
        "svg" => {
            let drawing = draw::svg(diagram, graphviz)?;
            (drawing.svg.into_bytes(), drawing.notes)
        }
        "png" => {
            let painting = draw::png(diagram, graphviz)?;
            (painting.png, painting.notes)
        }
        _ => return Err(unknown_ending(path)),
    };
    files::replace(path, |out| out.write_all(&bytes))
        .map_err(|error| files::write_error(&files::named(path), &error))?;
    Ok(notes)
}

fn unknown_ending(path: &Path) -> Error {
    let path = path.display();
    let message = text!(
        "the ending of `{path}` does not say which kind of picture to write",
        "「{path}」の拡張子からは、出力する形式が分かりません"
    );
    Error::new(Code::Usage, message).help(text!(
        "Name a file that ends in `.svg`, `.png` or `.dot`.",
        "`.svg`、`.png`、`.dot` のいずれかで終わるファイル名を指定してください。"
    ))
}
