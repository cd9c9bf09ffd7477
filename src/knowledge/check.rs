//! `check`: everything that is wrong with a base and with saved queries, in one run.

use std::path::{Path, PathBuf};

use super::bundled;
use super::content::Content;
use super::files::{self, ENDING as KNOWLEDGE_ENDING, RawFile, SCHEMA_FILE};
use super::load::{Loaded, load};
use super::saved::{ENDING as QUERY_ENDING, SavedQuery, saved_queries};
use crate::error::{Code, Error, Text, text};
use crate::graph::Graph;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckReport {
    /// Faults and warnings, by file and place.
    pub faults: Vec<Error>,
    /// How many more there were than are kept.
    pub more: usize,
    /// How many files were read.
    pub files: usize,
    /// How many nodes they declare.
    pub nodes: usize,
    /// How many relationships they declare.
    pub relationships: usize,
    /// How many saved queries were read.
    pub queries: usize,
}

impl CheckReport {
    /// Whether there is nothing to report, not even a warning.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty() && self.more == 0
    }

    /// Takes in what came of a base, and gives its graph. Of faults, those that touch the file `only` count.
    fn add(&mut self, loaded: Loaded, only: Option<&str>) -> Option<Graph> {
        let of_file = |fault: &Error| {
            let mut sources = fault.parts().labels.iter().filter_map(|label| label.source.as_ref());
            only.is_none_or(|name| sources.any(|source| source.name == name))
        };
        self.faults.extend(loaded.faults.list.into_iter().filter(of_file));
        self.more = self.more.saturating_add(loaded.faults.more);
        self.files = self.files.saturating_add(loaded.files);
        self.nodes = self.nodes.saturating_add(loaded.nodes);
        self.relationships = self.relationships.saturating_add(loaded.rels);
        loaded.graph
    }

    /// Takes in the base in a folder, or the bundled one; gives its graph.
    fn base(&mut self, folder: Option<&Path>) -> Option<Graph> {
        let Some(folder) = folder else { return self.add(bundled::load(), None) };
        match Content::of(folder) {
            Ok(content) => self.add(content.load(folder, None), None),
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    /// Takes in saved queries, judged by the graph they will ask; without one, their names are not judged.
    fn queries(&mut self, queries: &[SavedQuery], graph: Option<&Graph>) {
        self.queries = self.queries.saturating_add(queries.len());
        self.faults.extend(queries.iter().flat_map(|query| query.check(graph)));
    }

    /// The same of a folder.
    fn queries_in(&mut self, folder: Option<&Path>, graph: Option<&Graph>) {
        match saved_queries(folder) {
            Ok(queries) => self.queries(&queries, graph),
            Err(errors) => self.faults.extend(errors.0),
        }
    }
}

/// What a path leads to.
enum Target<'p> {
    /// The folder of a base.
    Base(&'p Path),
    /// A file of the base in the folder.
    File(&'p Path, PathBuf),
    /// A folder of saved queries.
    Queries(&'p Path),
    /// A saved query.
    Query(&'p Path),
}

/// Checks the base in a folder and the saved queries of another. Without a base it is the bundled one, with the bundled
/// queries where no others are named.
#[must_use]
pub fn check_all(base: Option<&Path>, queries: Option<&Path>) -> CheckReport {
    let mut report = CheckReport::default();
    let graph = report.base(base);
    // The bundled queries need not fit a base that is not bundled.
    if queries.is_some() || base.is_none() {
        report.queries_in(queries, graph.as_ref());
    }
    report
}

/// Checks what is at `paths`.
///
/// Shape: a folder is a base, or holds saved queries where it has no other file; a file is a saved query, or one of a base,
/// which is read, and what touches the file is reported. Saved queries are judged by the first base among the paths, else
/// by `base`, else by the bundled one.
///
/// # Errors
/// `usage` for a file that is neither.
pub fn check(paths: &[PathBuf], base: Option<&Path>) -> Result<CheckReport, Error> {
    let mut report = CheckReport::default();
    let mut graph = None;
    let targets = paths.iter().map(|path| target(path)).collect::<Result<Vec<_>, _>>()?;
    for target in &targets {
        let of_base = match target {
            Target::Base(folder) => report.base(Some(folder)),
            Target::File(file, folder) => match base_files(folder) {
                Ok(files) => {
                    let name = name_in(&files, file).ok_or_else(|| no_file_of_a_base(file))?;
                    report.add(load(&folder.display().to_string(), files), Some(&name))
                }
                Err(fault) => {
                    report.faults.push(fault);
                    None
                }
            },
            Target::Queries(_) | Target::Query(_) => continue,
        };
        graph.get_or_insert(of_base);
    }
    if targets.iter().all(|target| matches!(target, Target::Base(_) | Target::File(..))) {
        return Ok(report);
    }
    let graph = graph.unwrap_or_else(|| graph_of(base, &mut report));
    for target in &targets {
        match target {
            Target::Queries(folder) => report.queries_in(Some(folder), graph.as_ref()),
            Target::Query(file) => report.queries(&[SavedQuery::read(file)], graph.as_ref()),
            Target::Base(_) | Target::File(..) => {}
        }
    }
    Ok(report)
}

/// The graph of a base that is not itself checked.
fn graph_of(base: Option<&Path>, report: &mut CheckReport) -> Option<Graph> {
    let graph = CheckReport::default().base(base);
    if graph.is_none() {
        let name = base.unwrap_or(Path::new(bundled::FOLDER)).display();
        let message = text!(
            "the knowledge base `{name}` cannot be opened: names in saved queries are not checked",
            "ナレッジベース「{name}」を開けないため、保存済みクエリの中の名前は調べていません"
        );
        report.faults.push(Error::warning(Code::SeedMissing, message).help(text!(
            "`kadai check {name}` tells why.",
            "理由は `kadai check {name}` で確認できます。"
        )));
    }
    graph
}

fn target(path: &Path) -> Result<Target<'_>, Error> {
    let ends_in =
        |ending: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    if path.is_dir() {
        let has = |ending, below| files::find(path, ending, below).is_ok_and(|f| !f.is_empty());
        let queries = !has(KNOWLEDGE_ENDING, true) && has(QUERY_ENDING, false);
        return Ok(if queries { Target::Queries(path) } else { Target::Base(path) });
    }
    if ends_in(QUERY_ENDING) {
        return Ok(Target::Query(path));
    }
    // Reading says that there is nothing.
    if !path.exists() {
        return Ok(Target::Base(path));
    }
    let base = ends_in(KNOWLEDGE_ENDING).then(|| base_of(path)).flatten();
    base.map(|base| Target::File(path, base)).ok_or_else(|| no_file_of_a_base(path))
}

/// The fault for a file that there is nothing to check by.
fn no_file_of_a_base(path: &Path) -> Error {
    let name = path.display();
    let message = text!(
        "`{name}` is neither a file of a knowledge base nor a saved query",
        "「{name}」はナレッジベースのファイルでも保存済みクエリでもありません"
    );
    Error::new(Code::Usage, message).help(text!(
        "A knowledge file ends in `.toml` and has `{SCHEMA_FILE}` beside or above it; a saved query ends in `.cypher`.",
        "ナレッジファイルは末尾が `.toml` で、同じフォルダーか上のフォルダーに「{SCHEMA_FILE}」があるもの、保存済みクエリは末尾が `.cypher` のものです。"
    ))
}

/// The files of the base in a folder.
///
/// # Errors
/// `io` where it cannot be read, `seed.missing` where the path is that of a file.
pub(super) fn base_files(folder: &Path) -> Result<Vec<RawFile>, Error> {
    if folder.is_file() {
        let name = folder.display();
        let message =
            text!("`{name}` is a file, not a folder", "「{name}」はフォルダーではなくファイルです");
        return Err(Error::new(Code::SeedMissing, message).help(which_folder()));
    }
    let missing = !folder.exists();
    files::knowledge_files(folder).map_err(|fault| fault.help_if(missing.then(which_folder)))
}

fn which_folder() -> Text {
    text!(
        "Give the folder that holds `{SCHEMA_FILE}`.",
        "「{SCHEMA_FILE}」のあるフォルダーを指定してください。"
    )
}

/// The nearest folder above `file` that holds a schema.
fn base_of(file: &Path) -> Option<PathBuf> {
    let own = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let own = own.unwrap_or(Path::new("."));
    let mut above = own.ancestors().filter(|folder| !folder.as_os_str().is_empty());
    above.find(|folder| folder.join(SCHEMA_FILE).is_file()).map(Path::to_path_buf)
}

/// What messages call the file at `path`, where it is among `files`: names are compared as the files they lead to.
fn name_in(files: &[RawFile], path: &Path) -> Option<String> {
    let real = path.canonicalize().ok();
    let same = |file: &&RawFile| Path::new(&file.name).canonicalize().ok() == real;
    files.iter().find(same).map(|file| file.name.clone())
}
