//! Diagnostics as a terminal shows them: carets under the right characters, nothing of the quoted text let loose.

use std::sync::Arc;

use kadai::error::{Code, Error, Errors, Lang, Source, Span, Style, Text, render};
use snapbox::{assert_data_eq, str};

fn span(source: &Source, word: &str) -> Span {
    let start = source.text.find(word).expect("the word is in the text");
    Span::new(start, start + word.len())
}

fn fault(message: &str) -> Error {
    Error::new(Code::SeedKey, Text::same(message))
}

fn draw(error: Error, source: &Arc<Source>) -> String {
    render(&[error.in_source(source)], Style { lang: Lang::En, color: false })
}

#[test]
fn carets_stand_under_wide_characters() {
    let source = Source::new("kb/会議.toml", "id = \"x\"\nname = \"家族のケア負担\"\n");
    let error = fault("here").label(span(&source, "ケア"), Text::same("care"));
    assert_data_eq!(
        draw(error, &source),
        str![[r#"
error[seed.key]: here
 --> kb/会議.toml:2:12
  |
2 | name = "家族のケア負担"
  |               ^^^^ care


"#]]
    );
}

#[test]
fn tabs_line_endings_and_byte_order_mark_move_no_caret() {
    let text = "\u{feff}id = 1\r\n\tname = \"ﾊﾝｶｸ\"\t# 注\r\n";
    let source = Source::new("a.toml", text);
    assert_data_eq!(
        draw(fault("first").at(span(&source, "id")), &source),
        str![[r#"
error[seed.key]: first
 --> a.toml:1:1
  |
1 | id = 1
  | ^^


"#]]
    );
    assert_data_eq!(
        draw(fault("second").at(span(&source, "注")), &source),
        str![[r#"
error[seed.key]: second
 --> a.toml:2:18
  |
2 |     name = "ﾊﾝｶｸ"    # 注
  |                        ^^


"#]]
    );
}

#[test]
fn the_end_of_the_text_is_a_place() {
    let source = Source::new("a.toml", "id = 1\n");
    let error = fault("end").at(Span::new(7, 7));
    let [line_1, line_2] = ["id = 1", "id = 1\n"].map(|text| {
        let source = Source::new("a.toml", text);
        draw(fault("end").at(Span::new(text.len(), text.len())), &source)
    });
    assert!(line_1.contains("a.toml:1:7\n  |\n1 | id = 1\n  |       ^\n"), "{line_1}");
    assert!(line_2.contains("a.toml:2:1\n  |\n2 |  \n  | ^\n"), "{line_2}");
    assert_eq!(draw(error, &source), line_2);
    let empty = Source::new("empty.toml", "");
    let drawn = draw(fault("nothing").at(Span::new(0, 0)), &empty);
    assert!(drawn.contains("empty.toml:1:1\n  |\n1 |  \n  | ^\n"), "{drawn}");
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = format!("name = \"{}目印{}\"\n", "長".repeat(40_000), "い".repeat(90_000));
    let source = Source::new("long.toml", text);
    assert_data_eq!(
        draw(fault("far").label(span(&source, "目印"), Text::same("this")), &source),
        str![[r#"
error[seed.key]: far
 --> long.toml:1:40009
  |
1 | …長長長長長長長長長長長長長長長長長長長長長長長長目印いいいいいいいいいいいいいいいいいいいいいいいいいいいいいいいいいい…
  |                                                  ^^^^ this


"#]]
    );
}

#[test]
fn quoted_text_reaches_the_terminal_harmless() {
    let text = "name = \"\u{1b}[31m赤\u{202e}逆\u{7f}\u{9b}\u{200b}終\"\n";
    let source = Source::new("evil\u{1b}.toml", text);
    let error = fault("odd `\u{1b}[2J\n\u{2066}`")
        .label(span(&source, "終"), Text::same("\u{202e}label"))
        .note(Text::same("\u{1b}note"))
        .help(Text::same("\u{9b}help"));
    assert_data_eq!(
        draw(error, &source),
        str![[r#"
error[seed.key]: odd `␛[2J␊<U+2066>`
 --> evil␛.toml:1:20
  |
1 | name = "␛[31m赤<U+202E>逆␡<U+009B><U+200B>終"
  |                                           ^^ <U+202E>label
  |
  = note: ␛note
  = help: <U+009B>help


"#]]
    );
}

#[test]
fn two_places_of_one_file_share_a_picture() {
    let source = Source::new("a.toml", "id = \"甲\"\n\n\n\n\n\nid = \"甲\"\n");
    let first = span(&source, "\"甲\"");
    let second = Span::new(first.start as usize + 16, first.end as usize + 16);
    let error = fault("twice")
        .label(second, Text::same("again here"))
        .label(first, Text::same("first here"));
    assert_data_eq!(
        draw(error, &source),
        str![[r#"
error[seed.key]: twice
 --> a.toml:7:6
  |
1 | id = "甲"
  |      ---- first here
...
7 | id = "甲"
  |      ^^^^ again here


"#]]
    );
}

#[test]
fn places_far_apart_or_in_two_files_are_drawn_apart() {
    let far = Source::new("far.toml", format!("a = 1\n{}b = 2\n", "\n".repeat(5_000)));
    let other = Source::new("other.toml", "c = 3\n");
    let error = fault("three")
        .label(span(&far, "b"), Text::same("here"))
        .label_in(&other, span(&other, "c"), Some(Text::same("and there")))
        .label(span(&far, "a"), Text::same("and far above"));
    assert_data_eq!(
        draw(error, &far),
        str![[r#"
error[seed.key]: three
    --> far.toml:5002:1
     |
5002 | b = 2
     | ^ here
     |
    ::: other.toml:1:1
     |
   1 | c = 3
     | - and there
     |
    ::: far.toml:1:1
     |
   1 | a = 1
     | - and far above


"#]]
    );
}

#[test]
fn japanese_names_its_levels() {
    let source = Source::new("a.toml", "id = 1\n");
    let error = Error::warning(Code::SeedLookalike, Text::new("odd", "変です"))
        .at(span(&source, "id"))
        .note(Text::new("note", "補います"))
        .help(Text::new("help", "直します"))
        .in_source(&source);
    assert_data_eq!(
        render(
            &[error, Error::new(Code::Io, Text::same("x"))],
            Style { lang: Lang::Ja, color: false }
        ),
        str![[r#"
警告[seed.lookalike]: 変です
 --> a.toml:1:1
  |
1 | id = 1
  | ^^
  |
  = 補足: 補います
  = 対処: 直します

エラー[io]: x


"#]]
    );
}

#[test]
fn colour_is_the_only_escape_and_only_on_demand() {
    let source = Source::new("a.toml", "id = \"\u{1b}[5m\"\n");
    let error = fault("x").at(span(&source, "id")).in_source(&source);
    let drawn = |color| render(std::slice::from_ref(&error), Style { lang: Lang::En, color });
    assert!(!drawn(false).contains('\u{1b}'));
    assert!(drawn(true).contains("\u{1b}[1m"));
    assert!(!drawn(true).contains("\u{1b}[5m"));
    assert!(drawn(true).contains("a.toml:1:1\n"));
}

#[test]
fn past_twenty_the_rest_is_counted() {
    let errors: Vec<Error> = (0..202).map(|n| fault(&format!("number {n}"))).collect();
    let drawn = render(&errors, Style::default());
    assert!(drawn.contains("number 19\n") && !drawn.contains("number 20\n"));
    assert!(drawn.ends_with("… and 182 more\n"), "{drawn}");
    let japanese = render(&errors, Style { lang: Lang::Ja, color: false });
    assert!(japanese.ends_with("…ほか 182 件\n"));
}

#[test]
fn very_long_names_are_cut_in_messages() {
    let name = format!("{}終わり", "長".repeat(60_000));
    let english = render(&[fault(&format!("no `{name}` here"))], Style::default());
    assert!(english.contains("長…長") && english.contains("終わり` here"));
    assert!(english.chars().count() < 120, "{english}");
    let japanese = render(&[fault(&format!("「{name}」はありません"))], Style::default());
    assert!(japanese.contains("終わり」はありません") && japanese.chars().count() < 120);
}

#[test]
fn a_place_outside_the_text_is_drawn_at_its_end() {
    let source = Source::new("a.toml", "あ");
    for place in [Span::new(1, 2), Span::new(2, 900), Span::new(900, 901)] {
        assert!(draw(fault("off").at(place), &source).contains("a.toml:1:"));
    }
}

#[test]
fn one_line_form_names_the_place() {
    let source = Source::new("a.toml", "\u{feff}あ = 1");
    let error = fault("odd").at(span(&source, "=")).in_source(&source);
    assert_eq!(Errors(vec![error.clone(), error]).to_string(), "a.toml:1:3: odd\na.toml:1:3: odd");
}
