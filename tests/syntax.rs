//! What a person sees who makes a mistake in a query.

use kadai::error::{Lang, Source, Style, render};
use kadai::syntax::parse;

/// A mistake each; the drawn messages are in `tests/syntax/mistakes.txt`.
const MISTAKES: &[&str] = &[
    // Words.
    "",
    "  // nothing but a comment\n",
    "MACTH (n) RETURN n",
    "MATCH (n) RETRUN n",
    "MATCH (n) WEHRE n.x = 1 RETURN n",
    "OPTINAL MATCH (n) RETURN n",
    "MATCH (n) RETURN n ODER BY n.name",
    "MATCH (n) RETURN n ORDER BY n.name DSEC",
    "MATCH (n) WHERE n.name STRATS WITH '医療' RETURN n",
    "MATCH (n) RETURN DISTICT n.name",
    "MATCH (n) WHERE EXSITS { (n)-->() } RETURN n",
    "RETURN CASE x WEN 1 THEN 2 END",
    "MATCH p = shortestPaths((a)-[*]-(b)) RETURN p",
    // What a Japanese keyboard gives.
    "MATCH (i:課題)ー[:提起]ー>(m:会議) RETURN i",
    "MATCH (i:課題) WHERE i.段階＝「要検討」 RETURN i",
    // Colons, commas, names.
    "MATCH (i Issue) RETURN i",
    "MATCH (i)-[r raised-at]->(m) RETURN i",
    "MATCH (i)-[raised-at]->(m) RETURN i",
    "MATCH (i:Issue {stage '検討課題'}) RETURN i",
    "MATCH (a:Issue) (b:Program) RETURN a, b",
    "MATCH (n) RETURN n.id n.name",
    "RETURN [1 2]",
    "RETURN {a: 1 b: 2}",
    "RETURN coalesce(1 2)",
    "MATCH (n), RETURN n",
    "MATCH (n) RETURN n,",
    "MATCH (p:addressed-by) RETURN p",
    "MATCH (n {raised-at: 1}) RETURN n",
    "MATCH (n) RETURN n.name AS '名称'",
    "MATCH (n:'Issue') RETURN n",
    "MATCH (n) RETURN count(*) AS order",
    "MATCH (match:Issue) RETURN 1",
    "MATCH (1a:Issue) RETURN 1",
    "MATCH (``:Issue) RETURN 1",
    // Patterns.
    "MATCH n RETURN n",
    "MATCH n:Issue RETURN n",
    "MATCH (a)-->b RETURN a",
    "MATCH (a)-[:T]>(b) RETURN a",
    "MATCH (a)-:T->(b) RETURN a",
    "MATCH (a)->(b) RETURN a",
    "MATCH (a)<-(b) RETURN a",
    "MATCH (a)->[:T]-(b) RETURN a",
    "MATCH (a)-[:T](b) RETURN a",
    "MATCH (a)-(b) RETURN a",
    "MATCH (a)=>(b) RETURN a",
    "MATCH (a) WHERE (a)->(b) RETURN a",
    "MATCH (a) WHERE (a)-[:T]>(b) RETURN a",
    "MATCH (a)-[:LIKES..]->(b) RETURN a",
    "MATCH (a)-[:LIKES*-2]->(b) RETURN a",
    "MATCH (a)-[*1..99999999999999999999]->(b) RETURN a",
    // Operators and other languages.
    "MATCH (n) WHERE n.x == 1 RETURN n",
    "MATCH (児童:こども)-[:通告]->(所:児童相談所) WHERE 所.名前 === '東京' RETURN 児童",
    "MATCH (n) WHERE n.x = 1 && n.y = 2 RETURN n",
    "MATCH (n) WHERE n.x = 1 || n.y = 2 RETURN n",
    "RETURN \"a\" || \"b\"",
    "MATCH (n) WHERE !n.x RETURN n",
    "SELECT * FROM issues",
    "MATCH (n) RETURN n.x, count(*) GROUP BY n.x",
    "MATCH (n) WHERE n.name LIKE '%支援%' RETURN n",
    "MATCH (n) WHERE n.x BETWEEN 1 AND 2 RETURN n",
    "MATCH (n) WHERE n.x IN (1, 2) RETURN n",
    "MATCH (n) RETURN n WHERE n.x = 1",
    "MATCH (n) RETURN n LIMIT 1 SKIP 2",
    "MATCH (n) LIMIT 1",
    "-- a comment\nMATCH (n) RETURN n",
    "# a comment\nMATCH (n) RETURN n",
    "MATCH (n) WHERE n.x = ? RETURN n",
    "RETURN 1; RETURN 2",
    // Brackets, quotes, comments.
    "MATCH (n RETURN n",
    "MATCH (n) RETURN size([1, 2)",
    "RETURN 1)",
    "MATCH (n) /* never closed\nRETURN n\n",
    "MATCH (n) WHERE n.name = '東京 RETURN n",
    "MATCH (n) WHERE n.name = \"東京' RETURN n",
    "MATCH (`n) RETURN n",
    "RETURN 'it''s'",
    // Characters.
    "ＭＡＴＣＨ（ｎ）　ＲＥＴＵＲＮ　ｎ",
    "ＭＡＴＣＨ (n) RETURN n",
    "MATCH (n：Issue) RETURN n",
    "MATCH (n) RETURN n.id， n.name",
    "MATCH (n) WHERE n.x ＝ 1 RETURN n",
    "MATCH (n) WHERE n.name = “児童発達支援事業所” RETURN n",
    "MATCH (n) WHERE n.name = ‘東京’ RETURN n",
    "MATCH (n) WHERE n.name = 「東京」 RETURN n",
    "MATCH (n) RETURN n.id、n.name",
    "RETURN 42 — 41",
    "MATCH (a)−[:T]→(b) RETURN a",
    "MATCH (n) RETURN n\0 LIMIT 1",
    "RETURN \u{1b}]0;pwned\u{7}\u{1b}[2J x",
    "MATCH (n)\u{200b} RETURN n",
    // Literals.
    "RETURN 99999999999999999999999999",
    "RETURN 9223372036854775808",
    "RETURN -9223372036854775809",
    "RETURN 0x8000000000000000",
    "RETURN 9223372h54775808",
    "RETURN 0x",
    "MATCH (n {code: 01100}) RETURN n",
    "RETURN 1.34E999",
    "RETURN 'a\\qb'",
    "RETURN '\\uH'",
    "RETURN '東京\\uD800'",
    "RETURN $",
    // Ends and leftovers.
    "MATCH (n)\r\nRETURN\r\n  n.name +\r\n",
    "\u{feff}MATCH (n)\r\n\r\nRETURN n.name +\r\n",
    "MATCH (n) RETURN",
    "MATCH",
    "RETURN CASE WHEN 1 THEN 2",
    "RETURN CASE 1 END",
    "MATCH (n) RETURN n FOO BAR",
    "MATCH (n) WHERE RETURN n",
    "UNWIND [1, 2] RETURN 1",
    "RETURN [, ]",
    "RETURN {1}",
    "RETURN {k1.k: 1}",
    "RETURN [1, 2 | 3]",
    "RETURN any(x IN [1])",
    "MATCH (n) RETURN n.",
    "MATCH (n) ORDER n",
    "hello",
    "MATCH (n) WHERE n.name startswith 'a' RETURN n",
    "MATCH (n) WHERE n.name STARTS 'a' RETURN n",
    "MATCH (n) WHERE n.name NOT IN ['a'] RETURN n",
    "MATCH (n) WHERE n.x > 5 AND < 10 RETURN n",
    "MATCH (a)-[:addressed by]->(b) RETURN a",
    "MATCH (n:課題 {段階='要検討'}) RETURN n",
    "MATCH (n:課題, {段階: '要検討'}) RETURN n",
    "MATCH (a)-[:T*1-3]-(b) RETURN a",
    "RETURN CASE WHEN 1 THEN 2 ELSE IF 3 END",
    "MATCH (n) RETURN n LIMIT 5, 10",
    "MATCH (n) RETURN exists{}",
    // Forms that are not there yet.
    "MATCH (n) RETURN n.*",
    "LOAD CSV FROM 'file:///etc/passwd' AS r RETURN r",
    "FOREACH (x IN [1] | SET x.y = 1)",
    "MATCH (n) WHERE exists(n.name) RETURN n",
    "MATCH (n:$($label)) RETURN n",
    "MATCH (a), (b) RETURN shortestPath((a)-[*]-(b))",
];

#[test]
fn mistakes_are_explained() {
    let mut drawn = String::new();
    for query in MISTAKES {
        let Err(error) = parse(query) else { panic!("{query:?} is accepted") };
        let error = error.in_source(&Source::new("<query>", *query));
        drawn.push_str(&render(
            std::slice::from_ref(&error),
            Style { lang: Lang::En, color: false },
        ));
        let parts = error.parts();
        for words in std::iter::once(&parts.message).chain(&parts.help) {
            drawn.push_str(&format!("  {}\n", words.ja));
        }
        drawn.push('\n');
    }
    assert!(!drawn.contains(['\u{1b}', '\u{7}', '\0']), "control characters reach the terminal");
    snapbox::assert_data_eq!(drawn, snapbox::file!["syntax/mistakes.txt"].raw());
}
