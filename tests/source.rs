//! Reads the printed table once more and finds every item of it in the bundled base.
//!
//! The table is not part of this repository. `OVERVIEW_TABLE=<file>` names it, or it lies in `../shared/source`. Where it is absent, the
//! tests count as ignored; with `KADAI_REQUIRE_SHARED=1` that is a failure.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and says on standard error what it lacks"
)]

use std::path::{Path, PathBuf};

use kadai::knowledge::KnowledgeBase;
use kadai::model::Value;
use kadai::session::Params;
use libtest_mimic::{Arguments, Failed, Trial};

const DOMAINS: [&str; 6] =
    ["当事者支援", "人材育成", "事業者支援", "仕組みづくり", "医療・福祉・教育連携", "情報収集"];

/// The rows of the table, as ontology and print have them.
struct Table {
    lines: Vec<Vec<String>>,
}

/// One ★ item.
#[derive(Debug, PartialEq)]
struct Program {
    level: &'static str,
    domain: &'static str,
    name: String,
    effects: String,
}

/// One numbered item.
#[derive(Debug, PartialEq)]
struct Issue {
    stage: &'static str,
    domain: &'static str,
    number: String,
    name: String,
    meetings: Vec<String>,
}

impl Table {
    fn read(text: &str) -> Self {
        let cells = |line: &str| line.split('\t').map(|cell| cell.trim().to_owned()).collect();
        Self { lines: text.lines().filter(|line| !line.trim().is_empty()).map(cells).collect() }
    }

    /// The line whose first cell is `label`, `skip` of them passed over, and the line after it.
    fn labelled(&self, label: &str, skip: usize) -> (&[String], &[String]) {
        let at = |line: &&Vec<String>| line[0] == label;
        let found = self.lines.iter().filter(at).nth(skip).expect("a row of this label");
        let i = self.lines.iter().position(|line| std::ptr::eq(line, found)).unwrap();
        (found, &self.lines[i + 1])
    }

    fn issues(&self) -> Vec<Issue> {
        let raised = self.labelled("検討課題", 0).1[1..].to_vec();
        let open = self.labelled("要検討", 0).0[1..].to_vec();
        let stages = [("検討課題", raised), ("要検討", open)];
        let mut issues = Vec::new();
        for (stage, cells) in stages {
            for (domain, cell) in DOMAINS.into_iter().zip(cells) {
                for (number, words) in numbered(&cell) {
                    let (name, meetings) = match words.rfind('（') {
                        Some(at) if stage == "検討課題" => {
                            (&words[..at], sessions(&words[at..]))
                        }
                        _ => (words.as_str(), Vec::new()),
                    };
                    let name = name.trim().to_owned();
                    issues.push(Issue { stage, domain, number, name, meetings });
                }
            }
        }
        issues
    }

    /// The cells of each level's block in the order of the domains: marks, then content.
    fn blocks(&self) -> Vec<(&'static str, Vec<String>, Vec<String>)> {
        let rows = [
            ("現場", "期待される取組・効果", 0),
            ("地域", "期待される取組・効果", 1),
            ("都", "既存施策・制度", 0),
        ];
        let block = |(level, label, skip)| {
            let (marks, content) = self.labelled(label, skip);
            let content = content.iter().filter(|cell| *cell != "都への意見要望・課題提起");
            (level, marks[1..].to_vec(), content.cloned().collect())
        };
        rows.into_iter().map(block).collect()
    }

    fn programs(&self) -> Vec<Program> {
        let mut programs = Vec::new();
        for (level, _, content) in self.blocks() {
            for (domain, cell) in DOMAINS.into_iter().zip(content) {
                for item in cell.split('★').skip(1) {
                    let (name, effects) = item.split_once('→').unwrap_or((item, ""));
                    let (name, effects) = (name.trim().to_owned(), effects.trim().to_owned());
                    programs.push(Program { level, domain, name, effects });
                }
            }
        }
        programs
    }
}

/// Splits a cell at its circled numbers.
fn numbered(cell: &str) -> Vec<(String, String)> {
    let starts: Vec<usize> =
        cell.char_indices().filter(|(_, c)| ('①'..='⑳').contains(c)).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([cell.len()]);
    let item = |(from, to): (usize, usize)| {
        let number: String = cell[from..].chars().take(1).collect();
        (number.clone(), cell[from + number.len()..to].trim().to_owned())
    };
    starts.iter().copied().zip(ends).map(item).collect()
}

/// Reads `（29-1、3、30-1）`: a number alone repeats the year, and a year may stand without a session.
fn sessions(brackets: &str) -> Vec<String> {
    let mut year = "";
    let mut sessions = Vec::new();
    for part in brackets.trim_matches(['（', '）']).split('、') {
        match part.split_once('-') {
            Some((of, _)) => {
                year = of;
                sessions.push(part.to_owned());
            }
            None if year.is_empty() => sessions.push(part.to_owned()),
            None => sessions.push(format!("{year}-{part}")),
        }
    }
    sessions
}

fn rows(query: &str) -> Vec<Vec<String>> {
    let base = KnowledgeBase::bundled().expect("the bundled base opens");
    let words = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let rows = base.query(query, &Params::new()).expect("the query runs").rows;
    rows.iter().map(|row| row.iter().map(words).collect()).collect()
}

fn same<T: std::fmt::Debug + PartialEq>(printed: &[T], stored: &[T]) -> Result<(), Failed> {
    for item in printed {
        let (a, b) = (printed.iter(), stored.iter());
        let counts = (a.filter(|x| *x == item).count(), b.filter(|x| *x == item).count());
        if counts.0 != counts.1 {
            return Err(format!("printed {} times, stored {}: {item:?}", counts.0, counts.1).into());
        }
    }
    if printed.len() != stored.len() {
        return Err(format!("printed {}, stored {}", printed.len(), stored.len()).into());
    }
    Ok(())
}

fn issues(table: &Table) -> Result<(), Failed> {
    // Numbers without text are recorded on their domain; they are no issues.
    let (blank, printed): (Vec<Issue>, Vec<Issue>) =
        table.issues().into_iter().partition(|issue| issue.name.is_empty());
    let stored = rows(
        "MATCH (i:Issue)-[:in-domain]->(d:Domain) OPTIONAL MATCH (i)-[:raised-at]->(m:Meeting)
         WITH i, d, m ORDER BY m.fiscal_year, m.session
         WITH i, d, collect(m.printed) AS ms
         RETURN i.stage, d.name, i.number, i.name, ms",
    );
    let known = |name: &str, all: &[&'static str]| *all.iter().find(|x| **x == name).unwrap();
    let mut stored: Vec<Issue> = stored
        .into_iter()
        .map(|row| Issue {
            stage: known(&row[0], &["検討課題", "要検討"]),
            domain: known(&row[1], &DOMAINS),
            number: row[2].clone(),
            name: row[3].clone(),
            meetings: list(&row[4]),
        })
        .collect();
    let mut printed = printed;
    printed.iter_mut().chain(&mut stored).for_each(|issue| issue.meetings.sort());
    same(&printed, &stored)?;
    let blanks: Vec<String> =
        blank.iter().map(|b| format!("{}/{}/{}", b.stage, b.domain, b.number)).collect();
    let recorded = rows("MATCH (d:Domain) UNWIND d.printed_without_text AS gap RETURN gap");
    same(&blanks, &recorded.concat())
}

/// The items of a list of texts, as a value prints it.
fn list(printed: &str) -> Vec<String> {
    let inner = printed.trim_start_matches('[').trim_end_matches(']');
    inner
        .split(", ")
        .filter(|item| !item.is_empty())
        .map(|item| item.trim_matches('\'').to_owned())
        .collect()
}

fn programs(table: &Table) -> Result<(), Failed> {
    let stored = rows(
        "MATCH (l:Level)<-[:at-level]-(p:Program)-[:in-domain]->(d:Domain)
         RETURN l.name, d.name, p.name, p.effects, p.status",
    );
    let mut read = Vec::new();
    for row in stored {
        let level = *["現場", "地域", "都"].iter().find(|level| **level == row[0]).unwrap();
        let domain = *DOMAINS.iter().find(|domain| **domain == row[1]).unwrap();
        let status = if level == "都" { "existing" } else { "expected" };
        if row[4] != status {
            return Err(format!("{} is {}, not {status}", row[2], row[4]).into());
        }
        let effects = list(&row[3]).join(" ");
        read.push(Program { level, domain, name: row[2].clone(), effects });
    }
    same(&table.programs(), &read)
}

fn marks(table: &Table) -> Result<(), Failed> {
    let mut printed = Vec::new();
    for (level, marks, _) in table.blocks() {
        for (domain, mark) in DOMAINS.into_iter().zip(marks).filter(|(_, mark)| !mark.is_empty()) {
            printed.push(vec![level.to_owned(), domain.to_owned(), mark]);
        }
    }
    same(&printed, &rows("MATCH (l:Level)-[r:rated]->(d:Domain) RETURN l.name, d.name, r.mark"))
}

fn raised(table: &Table) -> Result<(), Failed> {
    let printed: usize = table.issues().iter().map(|issue| issue.meetings.len()).sum();
    let stored = rows("MATCH (:Issue)-[r:raised-at]->(:Meeting) RETURN count(r)");
    same(&[printed.to_string()], &stored.concat())
}

fn domains(table: &Table) -> Result<(), Failed> {
    let about = &table.labelled("検討課題", 0).0[1..];
    let printed: Vec<Vec<String>> = DOMAINS
        .iter()
        .zip(about)
        .map(|(domain, about)| vec![(*domain).to_owned(), about.clone()])
        .collect();
    same(&printed, &rows("MATCH (d:Domain) RETURN d.name, d.about"))
}

fn wording(text: &str) -> Result<(), Failed> {
    let quoted = rows(
        "MATCH ()-[r:escalates-to]->() RETURN DISTINCT r.how UNION MATCH (f:Meeting {kind: 'forum'}) RETURN f.name AS `r.how`",
    );
    match quoted.concat().iter().find(|words| !text.contains(words.as_str())) {
        Some(words) => Err(format!("not printed: {words}").into()),
        None => Ok(()),
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/source/overview-table.txt");
    let path = std::env::var_os("OVERVIEW_TABLE").map_or(folder, PathBuf::from);
    let text = std::fs::read_to_string(&path).ok();
    let required = std::env::var_os("KADAI_REQUIRE_SHARED").is_some();
    if text.is_none() {
        let path = path.display();
        eprintln!("the source table is not at {path}; OVERVIEW_TABLE=<file> names it");
    }
    let absent = text.is_none() && !required;
    let trial = |name: &str, test: fn(&str) -> Result<(), Failed>| {
        let text = text.clone();
        let run = move || test(&text.ok_or("the source table is needed, and absent")?);
        Trial::test(name, run).with_ignored_flag(absent)
    };
    let trials = vec![
        trial("every_issue_with_its_meetings", |text| issues(&Table::read(text))),
        trial("every_program_with_its_effects", |text| programs(&Table::read(text))),
        trial("every_mark", |text| marks(&Table::read(text))),
        trial("as_many_raised_at_as_printed", |text| raised(&Table::read(text))),
        trial("every_domain_and_its_subject", |text| domains(&Table::read(text))),
        trial("escalations_and_forums_in_the_words_of_the_table", wording),
    ];
    libtest_mimic::run(&arguments, trials).exit();
}
