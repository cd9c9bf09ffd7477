//! The gap report: which issues lack programs, since when, and how much of that is inferred.

use jiff::civil::Date;
use serde::Serialize;

use super::ask::ask;
use crate::error::{Code, Error, Result, Text, text};
use crate::knowledge::KnowledgeBase;

/// Everything the report says.
#[derive(Debug, Serialize)]
pub struct Gaps {
    /// Name, version and source of the base, and where it was read from.
    pub base: Base,
    /// The day of the report.
    pub date: String,
    /// Its fiscal year (April to March), CE.
    pub fiscal_year: i64,
    /// Issues by what answers them.
    pub totals: Totals,
    /// How many issues stand in several domains, and so in several of their rows.
    pub overlaps: usize,
    /// The domains in their order, each with its issues; last, without a name, the issues that are in none.
    pub domains: Vec<Domain>,
    /// The names of the levels that have cells in the matrix.
    pub levels: Vec<String>,
    /// Programs by level and status.
    pub programs: Vec<ProgramCount>,
    /// Who passes what on to whom.
    pub escalations: Vec<Escalation>,
    /// How much rests on inference, by relationship type.
    pub inferred: Vec<Inferred>,
    /// What the schema says of the marks, and of the links from issues to programs.
    pub said: Said,
    /// Over all types: inferred relationships, and all.
    pub inferred_total: (usize, usize),
}

/// What a base says about itself.
#[derive(Debug, Serialize)]
pub struct Base {
    pub name: Text,
    pub version: String,
    pub source: Text,
    pub origin: Text,
}

/// What the schema says of relationship types, for the reader of the figures.
#[derive(Debug, Serialize)]
pub struct Said {
    /// Of `rated`.
    pub rated: Text,
    /// Of `addressed-by`.
    pub addressed: Text,
}

/// Numbers of issues by what answers them.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Totals {
    /// All.
    pub issues: usize,
    /// Those that no program answers.
    pub none: usize,
    /// Those that only expected programs answer.
    pub expected: usize,
    /// Those that an existing program answers.
    pub existing: usize,
}

/// One domain.
#[derive(Debug, Default, Serialize)]
pub struct Domain {
    /// Its name.
    pub name: String,
    /// Its issues, in the order of the source.
    pub issues: Vec<Issue>,
    /// Their numbers.
    pub totals: Totals,
    /// One cell for each of the report's levels; `None` where the source has none.
    pub cells: Vec<Option<Cell>>,
    /// Numbers the source prints without text.
    pub blanks: Vec<String>,
}

/// One issue.
#[derive(Clone, Debug, Serialize)]
pub struct Issue {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its stage.
    pub stage: String,
    /// Its number, as printed.
    pub number: String,
    /// The sessions that raised it, as printed, in their order.
    pub sessions: Vec<String>,
    /// The fiscal year that first raised it.
    pub first: Option<i64>,
    /// Fiscal years from then to the day of the report.
    pub waited: Option<i64>,
    /// What answers it: `none`, `expected` or `existing`.
    pub answer: &'static str,
    /// The programs that answer it.
    pub links: Vec<Link>,
}

/// One program that answers an issue.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// Its name.
    pub program: String,
    /// The name of its level.
    pub level: String,
    /// `existing` or `expected`.
    pub status: String,
    /// `source` or `inferred`.
    pub basis: String,
    /// Why it is taken to answer the issue.
    pub why: String,
}

/// One cell of the coverage matrix.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// The printed mark.
    pub mark: Option<String>,
    /// Programs of the domain at the level.
    pub programs: usize,
    /// Those among them that answer an issue, of any domain.
    pub answering: usize,
}

/// Programs of one level and status.
#[derive(Debug, Serialize)]
pub struct ProgramCount {
    pub level: String,
    pub status: String,
    pub programs: usize,
    pub answering: usize,
}

/// One escalation.
#[derive(Debug, Serialize)]
pub struct Escalation {
    pub from: String,
    pub to: String,
    pub how: String,
    pub basis: String,
}

/// How many relationships of a type are inferred.
#[derive(Debug, Serialize)]
pub struct Inferred {
    pub kind: String,
    pub alias: String,
    pub inferred: usize,
    pub total: usize,
}

/// What the report is made of; a base without these has no gap report.
const LABELS: &[&str] = &["Issue", "Program", "Meeting", "Domain", "Level"];
const TYPES: &[&str] =
    &["raised-at", "addressed-by", "in-domain", "at-level", "rated", "escalates-to"];

const ISSUES: &str = "
    MATCH (i:Issue)
    OPTIONAL MATCH (i)-[:in-domain]->(d:Domain)
    WITH i, collect(d.name) AS domains
    OPTIONAL MATCH (i)-[:raised-at]->(m:Meeting)
    WITH i, domains, m ORDER BY m.fiscal_year, m.session
    WITH i, domains, collect(coalesce(m.printed, m.name)) AS sessions, min(m.fiscal_year) AS first
    OPTIONAL MATCH (i)-[r:addressed-by]->(p:Program)
    OPTIONAL MATCH (p)-[:at-level]->(l:Level)
    WITH i, domains, sessions, first, r, p, l ORDER BY l.order, p.id
    WITH i, domains, sessions, first,
         collect(CASE WHEN p IS NULL THEN null ELSE [p.name, l.name, p.status, r.basis, r.why] END) AS links
    RETURN domains, i.id, i.name, i.stage, i.number, sessions, first, links
    ORDER BY i.stage, i.id";

const DOMAINS: &str = "MATCH (d:Domain) RETURN d.name, d.printed_without_text ORDER BY d.order";

const CELLS: &str = "
    MATCH (d:Domain), (l:Level)
    OPTIONAL MATCH (l)-[r:rated]->(d)
    OPTIONAL MATCH (d)<-[:in-domain]-(p:Program)-[:at-level]->(l)
    WITH d, l, r.mark AS mark, collect(p) AS programs
    WHERE mark IS NOT NULL OR size(programs) > 0
    RETURN d.name, l.name, mark, size(programs),
           size([p IN programs WHERE (:Issue)-[:addressed-by]->(p)])
    ORDER BY d.order, l.order";

const LEVELS: &str = "
    MATCH (l:Level) WHERE (l)-[:rated]->() OR EXISTS { MATCH (l)<-[:at-level]-(:Program) }
    RETURN l.name ORDER BY l.order";

const PROGRAMS: &str = "
    MATCH (p:Program)-[:at-level]->(l:Level)
    WITH l, p.status AS status, collect(p) AS programs
    RETURN l.name, status, size(programs), size([p IN programs WHERE (:Issue)-[:addressed-by]->(p)])
    ORDER BY l.order, status";

const ESCALATIONS: &str = "
    MATCH (a)-[r:escalates-to]->(b)
    OPTIONAL MATCH (a)-[:at-level]->(l:Level)
    RETURN a.name, b.name, r.how, r.basis ORDER BY l.order, a.id, b.id";

const INFERRED: &str = "
    MATCH ()-[r]->()
    WITH type(r) AS kind, count(*) AS total, sum(CASE r.basis WHEN 'inferred' THEN 1 ELSE 0 END) AS inferred
    RETURN kind, inferred, total ORDER BY inferred DESC, kind";

impl Gaps {
    /// Asks a base for its gaps, as of a day.
    ///
    /// # Errors
    /// `name.*` where the base lacks what the report is made of.
    pub fn of(base: &KnowledgeBase, date: Date) -> Result<Self> {
        check(base)?;
        let fiscal_year = fiscal_year(date);
        let issues = ask(base, ISSUES, |row| (row.texts(), issue(row, fiscal_year)))?;
        let levels = ask(base, LEVELS, super::ask::Answer::text)?;
        let cells = ask(base, CELLS, |row| {
            let place = (row.text(), row.text());
            let mark = row.optional_text();
            (place, Cell { mark, programs: row.count(), answering: row.count() })
        })?;
        let mut domains = ask(base, DOMAINS, |row| Domain {
            name: row.text(),
            blanks: row.texts(),
            ..Domain::default()
        })?;
        let (totals, overlaps) = assign(issues, &mut domains);
        for domain in &mut domains {
            let cell = |level: &String| {
                let at =
                    cells.iter().find(|(place, _)| place.0 == domain.name && place.1 == *level);
                at.map(|(_, cell)| cell.clone())
            };
            domain.cells = levels.iter().map(cell).collect();
        }
        let inferred = inferred(base)?;
        let sum = |count: fn(&Inferred) -> usize| inferred.iter().map(count).sum();
        let schema = base.graph().schema();
        let said = |kind| schema.types.get(kind).map(|spec| spec.description.clone());
        let info = &schema.base;
        Ok(Self {
            base: Base {
                name: info.name.clone(),
                version: info.version.clone(),
                source: info.source.clone(),
                origin: base.origin().clone(),
            },
            date: date.to_string(),
            fiscal_year,
            totals,
            overlaps,
            domains,
            levels,
            programs: ask(base, PROGRAMS, |row| ProgramCount {
                level: row.text(),
                status: row.text(),
                programs: row.count(),
                answering: row.count(),
            })?,
            escalations: ask(base, ESCALATIONS, |row| Escalation {
                from: row.text(),
                to: row.text(),
                how: row.text(),
                basis: row.text(),
            })?,
            said: Said {
                rated: said("rated").unwrap_or_default(),
                addressed: said("addressed-by").unwrap_or_default(),
            },
            inferred_total: (sum(|entry| entry.inferred), sum(|entry| entry.total)),
            inferred,
        })
    }
}

/// Gives every issue to its domains, or to one without a name; the numbers of all, and how many have several domains.
fn assign(issues: Vec<(Vec<String>, Issue)>, domains: &mut Vec<Domain>) -> (Totals, usize) {
    let (mut totals, mut overlaps, mut homeless) = (Totals::default(), 0, Domain::default());
    for (names, issue) in issues {
        totals.add(&issue);
        overlaps += usize::from(names.len() > 1);
        let mut home = false;
        for domain in domains.iter_mut().filter(|domain| names.contains(&domain.name)) {
            domain.add(issue.clone());
            home = true;
        }
        if !home {
            homeless.add(issue);
        }
    }
    if !homeless.issues.is_empty() {
        domains.push(homeless);
    }
    (totals, overlaps)
}

impl Domain {
    fn add(&mut self, issue: Issue) {
        self.totals.add(&issue);
        self.issues.push(issue);
    }
}

impl Totals {
    fn add(&mut self, issue: &Issue) {
        self.issues += 1;
        match issue.answer {
            "none" => self.none += 1,
            "expected" => self.expected += 1,
            _ => self.existing += 1,
        }
    }
}

fn issue(row: &mut super::ask::Answer, fiscal_year: i64) -> Issue {
    let (id, name, stage, number) = (row.text(), row.text(), row.text(), row.text());
    let (sessions, first) = (row.texts(), row.int());
    let links = row.rows(|link| Link {
        program: link.text(),
        level: link.text(),
        status: link.text(),
        basis: link.text(),
        why: link.text(),
    });
    let answer = match links.as_slice() {
        [] => "none",
        links if links.iter().any(|link| link.status == "existing") => "existing",
        _ => "expected",
    };
    let waited = first.map(|first| fiscal_year.saturating_sub(first)).filter(|years| *years >= 0);
    Issue { id, name, stage, number, sessions, first, waited, answer, links }
}

fn inferred(base: &KnowledgeBase) -> Result<Vec<Inferred>> {
    let types = &base.graph().schema().types;
    ask(base, INFERRED, |row| {
        let kind = row.text();
        let alias = types.get(&kind).and_then(|spec| spec.aliases.first());
        let alias = alias.cloned().unwrap_or_else(|| kind.clone());
        Inferred { kind, alias, inferred: row.count(), total: row.count() }
    })
}

/// The fiscal year of Japan's offices: April to March.
fn fiscal_year(date: Date) -> i64 {
    i64::from(date.year()) - i64::from(date.month() < 4)
}

fn check(base: &KnowledgeBase) -> Result<()> {
    let names = base.graph().names();
    let label = LABELS.iter().find(|label| names.find_label(label).is_none());
    let missing = label.map(|label| (Code::NameLabel, *label)).or_else(|| {
        let kind = TYPES.iter().find(|kind| names.find_kind(kind).is_none())?;
        Some((Code::NameType, *kind))
    });
    let Some((code, name)) = missing else { return Ok(()) };
    let needed = [LABELS, TYPES].concat();
    Err(Error::new(
        code,
        text!(
            "the gap report needs `{name}`, which this knowledge base does not have",
            "ギャップ報告書に必要な `{name}` がこのナレッジベースにありません"
        ),
    )
    .help(Text::new(
        format!(
            "It is made of `{}`; other knowledge bases can use saved queries.",
            needed.join("`, `")
        ),
        format!(
            "この報告書は `{}` から作ります。ほかのナレッジベースでは保存済みクエリを使ってください。",
            needed.join("`、`")
        ),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn fiscal_years_start_in_april() {
        assert_eq!(fiscal_year(date(2026, 3, 31)), 2025);
        assert_eq!(fiscal_year(date(2026, 4, 1)), 2026);
    }
}
