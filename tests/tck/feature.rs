//! Reads feature files: the subset of Gherkin that the conformance suite uses, outlines expanded.

/// One case: a scenario, or one example of an outline.
#[derive(Debug)]
pub(crate) struct Case {
    /// Its feature, its number there, and which example it is: `clauses/match/Match1 [3] #2`.
    pub(crate) key: String,
    /// The folder of its feature below `features`.
    pub(crate) folder: String,
    /// What is done, in order.
    pub(crate) steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    /// The words after Given, When, Then, And or But.
    pub(crate) words: String,
    /// The text between triple quotes.
    pub(crate) text: Option<String>,
    /// The rows of the table.
    pub(crate) table: Vec<Vec<String>>,
    /// Where it stands.
    pub(crate) line: usize,
}

/// A scenario or outline while it is read.
#[derive(Default)]
struct Draft {
    name: String,
    steps: Vec<Step>,
    /// The tables under `Examples:`, header first.
    examples: Vec<Vec<Vec<String>>>,
}

const STEP_WORDS: [&str; 5] = ["Given ", "When ", "Then ", "And ", "But "];

/// Reads a feature.
///
/// Errors: a line that is none of the forms, with its number.
pub(crate) fn read(feature: &str, folder: &str, text: &str) -> Result<Vec<Case>, String> {
    let mut background = Vec::new();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut in_background = false;
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line)).peekable();
    while let Some((number, raw)) = lines.next() {
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', '@']) || line.starts_with("Feature:") {
            continue;
        }
        if line.starts_with("Background:") {
            in_background = true;
        } else if let Some(name) =
            line.strip_prefix("Scenario Outline:").or_else(|| line.strip_prefix("Scenario:"))
        {
            in_background = false;
            drafts.push(Draft { name: name.trim().to_owned(), ..Draft::default() });
        } else if line.starts_with("Examples:") {
            drafts.last_mut().ok_or("examples without an outline")?.examples.push(Vec::new());
        } else if line.starts_with('|') {
            let draft = drafts.last_mut();
            let rows = match draft {
                _ if in_background => background.last_mut().map(|step: &mut Step| &mut step.table),
                Some(Draft { examples, .. }) if !examples.is_empty() => examples.last_mut(),
                Some(Draft { steps, .. }) => steps.last_mut().map(|step| &mut step.table),
                None => None,
            };
            rows.ok_or_else(|| format!("line {number}: a table without a step"))?.push(cells(line));
        } else if line == "\"\"\"" {
            let indent = raw.len() - raw.trim_start().len();
            let mut body = Vec::new();
            for (_, raw) in lines.by_ref() {
                if raw.trim() == "\"\"\"" {
                    break;
                }
                body.push(raw.get(indent..).unwrap_or_else(|| raw.trim_start()));
            }
            let steps = if in_background {
                Some(&mut background)
            } else {
                drafts.last_mut().map(|d| &mut d.steps)
            };
            let step = steps.and_then(|steps| steps.last_mut());
            step.ok_or_else(|| format!("line {number}: a text without a step"))?.text =
                Some(body.join("\n"));
        } else if let Some(words) = STEP_WORDS.iter().find_map(|word| line.strip_prefix(word)) {
            let step = Step { words: words.trim().to_owned(), line: number, ..Step::default() };
            match drafts.last_mut() {
                _ if in_background => background.push(step),
                Some(draft) => draft.steps.push(step),
                None => return Err(format!("line {number}: a step outside a scenario")),
            }
        } else {
            return Err(format!("line {number}: `{line}` is none of the forms"));
        }
    }
    Ok(drafts
        .into_iter()
        .enumerate()
        .flat_map(|(at, draft)| {
            let number = draft.name.strip_prefix('[').and_then(|rest| rest.split(']').next());
            let number = number.map_or_else(|| (at + 1).to_string(), str::to_owned);
            expand(draft, &background, &format!("{folder}/{feature} [{number}]"), folder)
        })
        .collect())
}

/// One case for each example, or one where there are none.
fn expand(draft: Draft, background: &[Step], key: &str, folder: &str) -> Vec<Case> {
    let steps: Vec<Step> = background.iter().chain(&draft.steps).cloned().collect();
    let case = |key: String, steps| Case { key, folder: folder.to_owned(), steps };
    if draft.examples.is_empty() {
        return vec![case(key.to_owned(), steps)];
    }
    let mut cases = Vec::new();
    for table in &draft.examples {
        let Some((header, rows)) = table.split_first() else { continue };
        for row in rows {
            let fill = |text: &str| {
                header.iter().zip(row).fold(text.to_owned(), |text, (name, value)| {
                    text.replace(&format!("<{name}>"), value)
                })
            };
            let filled = steps.iter().map(|step| Step {
                words: fill(&step.words),
                text: step.text.as_deref().map(fill),
                table: step
                    .table
                    .iter()
                    .map(|row| row.iter().map(|cell| fill(cell)).collect())
                    .collect(),
                line: step.line,
            });
            cases.push(case(format!("{key} #{}", cases.len() + 1), filled.collect()));
        }
    }
    cases
}

/// The cells of a table row; `\|` is a bar, `\\` a backslash, `\n` a line break.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut chars = line.trim().trim_start_matches('|').chars();
    while let Some(c) = chars.next() {
        let Some(cell) = cells.last_mut() else { break };
        match c {
            '|' => cells.push(String::new()),
            '\\' => match chars.next() {
                Some('|') => cell.push('|'),
                Some('n') => cell.push('\n'),
                Some('\\') => cell.push('\\'),
                Some(other) => cell.extend(['\\', other]),
                None => cell.push('\\'),
            },
            c => cell.push(c),
        }
    }
    cells.pop();
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}
