//! What binds tighter, what a spelling is worth, and that the language is all there.

use super::super::ast::*;
use super::super::parse;

fn expr(text: &str) -> Expr {
    let query = parse(&format!("RETURN {text}")).unwrap_or_else(|error| panic!("{text}: {error}"));
    let ClauseKind::Return(returned) = &query.parts[0].clauses[0].kind else { panic!("{text}") };
    returned.items[0].expr.clone()
}

/// The text with all its parentheses: an operator and its operands each in brackets of their own.
fn grouped(expr: &Expr) -> String {
    match &*expr.kind {
        ExprKind::Binary(op, _, a, b) => format!("({} {op} {})", grouped(a), grouped(b)),
        ExprKind::Unary(op, a) => format!("({op:?} {})", grouped(a)),
        ExprKind::Compare(a, rest) => {
            let rest = rest.iter().map(|(op, _, b)| format!(" {op} {}", grouped(b)));
            format!("({}{})", grouped(a), rest.collect::<String>())
        }
        ExprKind::IsNull(a, false) => format!("({} IS NULL)", grouped(a)),
        ExprKind::IsNull(a, true) => format!("({} IS NOT NULL)", grouped(a)),
        ExprKind::Property(a, key) => format!("({}.{})", grouped(a), key.text),
        ExprKind::Index(a, b) => format!("({}[{}])", grouped(a), grouped(b)),
        ExprKind::HasLabels(a, labels) => format!("({}:{labels})", grouped(a)),
        _ => expr.to_string(),
    }
}

#[test]
fn operators_bind_as_in_open_cypher() {
    let table = [
        ("a OR b XOR c AND NOT d = e", "(a OR (b XOR (c AND (Not (d = e)))))"),
        ("NOT a AND b", "((Not a) AND b)"),
        ("NOT NOT a = b", "(Not (Not (a = b)))"),
        ("a < b <= c AND d", "((a < b <= c) AND d)"),
        ("(a < b) <= c", "((a < b) <= c)"),
        ("a = b IN c", "(a = (b IN c))"),
        ("a + b IN c + d", "((a + b) IN (c + d))"),
        ("a + b IS NULL", "((a + b) IS NULL)"),
        ("a = b IS NOT NULL", "(a = (b IS NOT NULL))"),
        ("a STARTS WITH b + c", "(a STARTS WITH (b + c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a + b * c % d", "(a + ((b * c) % d))"),
        ("a ^ b ^ c", "((a ^ b) ^ c)"),
        ("a * b ^ c", "(a * (b ^ c))"),
        ("-a ^ b", "((Negate a) ^ b)"),
        ("-2 ^ 2", "(-2 ^ 2)"),
        ("a - -b", "(a - (Negate b))"),
        ("a -1", "(a - 1)"),
        ("-a.b[0].c", "(Negate (((a.b)[0]).c))"),
        ("n.a:B", "((n.a):B)"),
        ("NOT n:A|B AND c", "((Not (n:A|B)) AND c)"),
        ("(a)-(b)", "(a - b)"),
        ("(a) - -(b.c)", "(a - (Negate (b.c)))"),
        ("(a)<-(b)", "(a < (Negate b))"),
        ("a OR b OR c", "((a OR b) OR c)"),
    ];
    for (text, expected) in table {
        assert_eq!(grouped(&expr(text)), expected, "{text}");
    }
}

#[test]
fn literals_have_the_value_of_their_spelling() {
    let literal = |text| match *expr(text).kind {
        ExprKind::Literal(literal) => literal,
        other => panic!("{text}: {other:?}"),
    };
    let int = Literal::Int;
    let float = Literal::Float;
    let string = |text: &str| Literal::String(text.to_owned());
    assert_eq!(literal("9223372036854775807"), int(i64::MAX));
    assert_eq!(literal("-9223372036854775808"), int(i64::MIN));
    assert_eq!(literal("-0x8000000000000000"), int(i64::MIN));
    assert_eq!(literal("0x1F"), int(31));
    assert_eq!(literal("0o17"), int(15));
    assert_eq!(literal("- 5"), int(-5));
    assert_eq!(literal(".5"), float(0.5));
    assert_eq!(literal("1.5E-3"), float(0.0015));
    assert_eq!(literal("1e9"), float(1e9));
    assert_eq!(literal("NULL"), Literal::Null);
    assert_eq!(literal("True"), Literal::Bool(true));
    assert_eq!(literal(r#"'a\'"\\\n\u3042\U0001F600'"#), string("a'\"\\\nあ😀"));
    assert_eq!(literal(r#""it's // no /* comment""#), string("it's // no /* comment"));
}

/// Each parses, and prints as it stands on the right.
#[test]
fn spellings_of_the_same_are_the_same() {
    let table = [
        ("match (n) return n;", "MATCH (n) RETURN n"),
        ("MATCH (課題:Issue) RETURN 課題", "MATCH (課題:Issue) RETURN 課題"),
        ("MATCH (か\u{3099}:`A b`)  RETURN `が`", "MATCH (が:`A b`) RETURN が"),
        ("MATCH　(n)\u{3000}RETURN n", "MATCH (n) RETURN n"),
        ("\u{feff}MATCH (n) // c\r\n /* d */ RETURN n", "MATCH (n) RETURN n"),
        ("MATCH (n:A:B) RETURN n", "MATCH (n:A&B) RETURN n"),
        ("MATCH (n:!(A|B)&C|D:E) RETURN n", "MATCH (n:(!(A|B)&C|D)&E) RETURN n"),
        ("MATCH (n:Match:WHERE) RETURN n.return", "MATCH (n:Match&WHERE) RETURN n.return"),
        ("MATCH (a)-[:A|:B]-(b) RETURN *", "MATCH (a)-[:A|B]-(b) RETURN *"),
        ("MATCH (a)<-[]->(b) RETURN *", "MATCH (a)--(b) RETURN *"),
        ("MATCH (a)<-->(b)<--(c)-->(d) RETURN *", "MATCH (a)--(b)<--(c)-->(d) RETURN *"),
        (
            "MATCH (a) - [r:raised-at|escalates-to * 1 .. 3 {k: 1}] -> (b) RETURN r",
            "MATCH (a)-[r:raised-at|escalates-to*1..3 {k: 1}]->(b) RETURN r",
        ),
        ("MATCH (a)<-[:raised-at]-(b) RETURN a", "MATCH (a)<-[:raised-at]-(b) RETURN a"),
        ("MATCH ()-[*]-()-[*2]-()-[*2..2]-() RETURN 1", "MATCH ()-[*]-()-[*2]-()-[*2]-() RETURN 1"),
        (
            "MATCH ()-[*..3]-()-[*2..]-()-[*..]-() RETURN 1",
            "MATCH ()-[*..3]-()-[*2..]-()-[*]-() RETURN 1",
        ),
        ("MATCH (n $p)-[$`q r`]-({a: 1}) RETURN $1", "MATCH (n $p)-[$`q r`]-({a: 1}) RETURN $1"),
        (
            "MATCH p = SHORTESTPATH((a)-[*]-(b)), q = shortest 2 (a)-->(b) RETURN p",
            "MATCH p = shortestPath((a)-[*]-(b)), q = SHORTEST 2 (a)-->(b) RETURN p",
        ),
        (
            "RETURN 1 ORDER BY 2 descending, 3 ASC OFFSET 4 LIMIT 5",
            "RETURN 1 ORDER BY 2 DESC, 3 SKIP 4 LIMIT 5",
        ),
        ("WITH DISTINCT *, 1 AS x WHERE x RETURN x", "WITH DISTINCT *, 1 AS x WHERE x RETURN x"),
        ("RETURN 1 AS x UNION all RETURN 2 AS x", "RETURN 1 AS x UNION ALL RETURN 2 AS x"),
        ("RETURN COUNT(*), Count ( DISTINCT n )", "RETURN count(*), Count(DISTINCT n)"),
        ("RETURN [x IN xs WHERE x:A | x.name]", "RETURN [x IN xs WHERE x:A | x.name]"),
        (
            "RETURN [x IN xs], [x IN xs, y], [(x IN xs)]",
            "RETURN [x IN xs], [x IN xs, y], [(x IN xs)]",
        ),
        (
            "RETURN xs[1..2], xs[..2], xs[1..], xs[..], xs[.5...5]",
            "RETURN xs[1..2], xs[..2], xs[1..], xs[..], xs[0.5..0.5]",
        ),
        ("RETURN ANY (x IN xs WHERE x) AS any", "RETURN any(x IN xs WHERE x) AS any"),
        ("RETURN (a)-[:T]->(:B {k: '}'}) AND (n)", "RETURN (a)-[:T]->(:B {k: '}'}) AND n"),
        ("RETURN exists { (a)-->(b) where b.x }", "RETURN EXISTS { MATCH (a)-->(b) WHERE b.x }"),
        (
            "RETURN EXISTS { MATCH (a) RETURN a UNION RETURN 1 }",
            "RETURN EXISTS { MATCH (a) RETURN a UNION RETURN 1 }",
        ),
        ("RETURN case a when 1 then 2 else 3 end", "RETURN CASE a WHEN 1 THEN 2 ELSE 3 END"),
        ("RETURN {match: 1, `a b`: $limit}", "RETURN {match: 1, `a b`: $limit}"),
        ("RETURN date . truncate", "RETURN date.truncate"),
        ("RETURN date.truncate('year', x)", "RETURN date.truncate('year', x)"),
    ];
    for (text, expected) in table {
        let query = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(query.to_string(), expected, "{text}");
    }
}

#[test]
fn exists_without_match_is_one_match_without_return() {
    let ExprKind::Exists(query) = *expr("EXISTS { (a)-->(b), (c) WHERE a.x }").kind else {
        panic!()
    };
    let [part] = query.parts.as_slice() else { panic!("{query}") };
    let [Clause { kind: ClauseKind::Match(found), .. }] = part.clauses.as_slice() else { panic!() };
    assert!(!found.optional && found.patterns.len() == 2 && found.filter.is_some());
}
