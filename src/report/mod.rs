//! Reports: what a base says, as a page for a committee.
//!
//! A report asks its questions in the query language, gathers the answers in plain data, and a template turns those into Markdown or
//! HTML. Nothing here computes what a query could.

mod ask;
mod gaps;

use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};

pub use gaps::{Gaps, Issue, Link};

use crate::error::{Code, Error, Lang, Result, Text};

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// CommonMark with tables.
    Markdown,
    /// One self-contained page that prints on A4.
    Html,
}

impl Form {
    /// The form that a file's ending asks for.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }

    fn template(self) -> &'static str {
        match self {
            Self::Markdown => "gaps.md",
            Self::Html => "gaps.html",
        }
    }
}

/// The escalation diagram of a report.
#[derive(Clone, Copy, Debug)]
pub enum Picture<'p> {
    /// None: the escalations are listed in words only.
    None,
    /// An SVG document, to be set into the page.
    Inline(&'p str),
    /// The name of an image file beside the page.
    File(&'p str),
}

/// Renders the gap report.
///
/// # Errors
/// None, as long as the tests pass: the templates are part of the program.
pub fn render(gaps: &Gaps, form: Form, lang: Lang, picture: Picture<'_>) -> Result<String> {
    let (svg, image) = match picture {
        Picture::None => (None, None),
        Picture::Inline(svg) => (Some(Value::from_safe_string(svg.to_owned())), None),
        Picture::File(name) => (None, Some(name)),
    };
    let ja = lang == Lang::Ja;
    let data = context! { r => Value::from(Serde(gaps)), ja, svg, image };
    let template = environment().get_template(form.template()).map_err(|error| fault(&error))?;
    template.render(data).map_err(|error| fault(&error))
}

fn fault(error: &minijinja::Error) -> Error {
    Error::new(Code::Io, Text::same(format!("{error:#}")))
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|name| {
            if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
        });
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true);
        environment.set_syntax(syntax.build().expect("the usual delimiters differ"));
        environment.add_filter("cell", markdown_cell);
        let templates = [
            ("gaps.md", include_str!("templates/gaps.md")),
            ("gaps.html", include_str!("templates/gaps.html")),
        ];
        for (name, text) in templates {
            environment.add_template(name, text).expect("a test renders every template");
        }
        environment
    })
}

/// Text as a cell of a Markdown table: nothing in it can end the cell, start a row or become markup.
fn markdown_cell(text: String) -> String {
    let mut cell = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => cell.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' => {
                cell.push('\\');
                cell.push(c);
            }
            c if c.is_control() => {}
            c => cell.push(c),
        }
    }
    cell
}
