//! The gap report: what it counts, that it is whole, and that data never become markup.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use jiff::civil::date;
use kadai::error::Lang;
use kadai::knowledge::KnowledgeBase;
use kadai::report::{Form, Gaps, Picture, render};

fn gaps() -> Gaps {
    Gaps::of(&KnowledgeBase::bundled().unwrap(), date(2026, 11, 22)).unwrap()
}

#[test]
fn every_issue_is_counted_once() {
    let gaps = gaps();
    let totals = gaps.totals;
    assert_eq!((totals.issues, totals.none + totals.expected + totals.existing), (39, 39));
    assert_eq!(gaps.domains.iter().map(|domain| domain.issues.len()).sum::<usize>(), 39);
    assert_eq!(gaps.programs.iter().map(|entry| entry.programs).sum::<usize>(), 52);
    let cells = gaps.domains.iter().flat_map(|domain| domain.cells.iter().flatten());
    let (marks, programs) = cells.fold((0, 0), |sum, cell| {
        (sum.0 + usize::from(cell.mark.is_some()), sum.1 + cell.programs)
    });
    assert_eq!((marks, programs), (16, 52));
    let links: usize =
        gaps.domains.iter().flat_map(|domain| &domain.issues).map(|issue| issue.links.len()).sum();
    let inferred = gaps.inferred.iter().find(|entry| entry.kind == "addressed-by").unwrap();
    assert_eq!((links, inferred.inferred), (inferred.total, inferred.total));
}

#[test]
fn waiting_is_counted_from_the_first_session_in_fiscal_years() {
    let gaps = gaps();
    let mut issues = gaps.domains.iter().flat_map(|domain| &domain.issues);
    let siblings = issues.find(|issue| issue.name == "きょうだい児支援").unwrap();
    assert_eq!(siblings.sessions, ["31-1", "31-3"]);
    assert_eq!((siblings.first, siblings.waited, siblings.answer), (Some(2019), Some(7), "none"));
    let adults = issues.find(|issue| issue.name.starts_with("18歳以降")).unwrap();
    assert_eq!(adults.sessions, ["29", "31-1"], "a year without a session stays what it is");
    let earlier = Gaps::of(&KnowledgeBase::bundled().unwrap(), date(2026, 3, 31)).unwrap();
    assert_eq!(earlier.fiscal_year, 2025);
}

#[test]
fn every_form_in_both_languages_names_every_gap() {
    let gaps = gaps();
    for (form, lang) in [Form::Markdown, Form::Html]
        .into_iter()
        .flat_map(|form| [(form, Lang::En), (form, Lang::Ja)])
    {
        let page = render(&gaps, form, lang, Picture::None).unwrap();
        let issues = gaps.domains.iter().flat_map(|domain| &domain.issues);
        for issue in issues.filter(|issue| issue.answer != "existing") {
            assert!(page.contains(&issue.name), "{form:?} {lang:?} lacks {}", issue.name);
        }
        for words in ["2026-11-22", "2026.11", "本人同意と情報管理の徹底"] {
            assert!(page.contains(words), "{form:?} {lang:?} lacks {words}");
        }
        assert!(!page.contains("{{") && !page.contains("{%"));
    }
}

#[test]
fn the_page_needs_nothing_from_outside() {
    let page = render(&gaps(), Form::Html, Lang::Ja, Picture::Inline("<svg></svg>")).unwrap();
    assert!(page.contains("<svg></svg>"));
    for outside in ["http:", "https:", "src=", "<script", "<link", "@import", "url("] {
        assert!(!page.contains(outside), "the page holds `{outside}`");
    }
}

/// A small base of the shape the report needs, with names that look like markup.
fn hostile() -> KnowledgeBase {
    let folder = tempfile::tempdir().unwrap();
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/schema.toml");
    std::fs::copy(seeds, folder.path().join("schema.toml")).unwrap();
    let nodes = "
[[Domain]]
id = 'd'
name = '<script>alert(1)</script>'
order = 1
[[Level]]
id = 'l'
name = '現場'
order = 1
[[Program]]
id = 'p'
name = 'a | b </td> `c` [x](y)'
status = 'existing'
in-domain = { to = 'd', source = 'x' }
at-level = { to = 'l', source = 'x' }
[[Issue]]
id = 'i'
name = '\"><img src=x onerror=alert(1)>'
stage = '検討課題'
in-domain = { to = 'd', source = 'x' }
[[Issue]]
id = 'homeless'
name = '分野のない課題'
stage = '要検討'
[[Domain]]
id = 'e'
name = '別の分野'
order = 2
[[Issue]]
id = 'both'
name = '二つの分野の課題'
stage = '要検討'
in-domain = [{ to = 'd', source = 'x' }, { to = 'e', source = 'x' }]
addressed-by = { to = 'p', source = 'x' }
[[Issue]]
id = 'j'
name = '対応あり'
stage = '検討課題'
in-domain = { to = 'd', source = 'x' }
addressed-by = { to = 'p', basis = 'inferred', why = '<b>' }
";
    std::fs::write(folder.path().join("nodes.toml"), nodes).unwrap();
    KnowledgeBase::open(folder.path()).unwrap()
}

#[test]
fn data_never_become_markup() {
    let gaps = Gaps::of(&hostile(), date(2026, 11, 22)).unwrap();
    let page = render(&gaps, Form::Html, Lang::En, Picture::None).unwrap();
    for markup in ["<script", "<img", "<b>&lt;", "a | b </td>"] {
        assert!(!page.contains(markup), "the page holds `{markup}`");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;"));
    let page = render(&gaps, Form::Markdown, Lang::En, Picture::None).unwrap();
    assert!(page.contains(r"a \| b \</td\> \`c\` \[x\](y)"));
    assert!(!page.replace(r"\<", "").contains("<img"), "an unescaped tag");
}

#[test]
fn no_issue_is_lost_for_want_of_a_domain_or_counted_twice_for_having_two() {
    let gaps = Gaps::of(&hostile(), date(2016, 2, 28)).unwrap();
    let counts: Vec<_> =
        gaps.domains.iter().map(|domain| (domain.name.as_str(), domain.issues.len())).collect();
    assert_eq!(counts, [("<script>alert(1)</script>", 3), ("別の分野", 1), ("", 1)]);
    assert_eq!((gaps.totals.issues, gaps.totals.none, gaps.overlaps), (4, 2, 1));
    let page = render(&gaps, Form::Markdown, Lang::Ja, Picture::None).unwrap();
    assert!(page.contains("（分野なし）") && page.contains("分野のない課題"));
    assert!(page.contains("出典に記載"), "a link the source states has no reason to show");
    assert!(page.contains("複数の分野に属する課題（1 件）"));
}

#[test]
fn waiting_is_not_negative() {
    let gaps = Gaps::of(&KnowledgeBase::bundled().unwrap(), date(2016, 2, 28)).unwrap();
    let issues = gaps.domains.iter().flat_map(|domain| &domain.issues);
    assert!(issues.into_iter().all(|issue| issue.waited.is_none()));
}

#[test]
fn a_base_without_issues_is_told_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let schema = "format = 1\n[base]\nversion = '1'\nname = 'x'\nsource = 'x'\n[labels.Thing]\ndescription = 'x'\n";
    std::fs::write(folder.path().join("schema.toml"), schema).unwrap();
    std::fs::write(folder.path().join("things.toml"), "[[Thing]]\nid = 't'\n").unwrap();
    let base = KnowledgeBase::open(folder.path()).unwrap();
    let error = Gaps::of(&base, date(2026, 11, 22)).unwrap_err();
    assert_eq!(error.code().as_str(), "name.label");
}
