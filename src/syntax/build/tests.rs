//! What binds tighter, what a spelling is worth, and that the language is all there.

use super::super::ast::*;
use super::super::parse;

fn expr(text: &str) -> Expr {
    let statement = parse(&format!("RETURN {text}"));
    let query = statement.unwrap_or_else(|error| panic!("{text}: {error}")).query;
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
    prints(&table);
}

fn prints(table: &[(&str, &str)]) {
    for (text, expected) in table {
        let statement = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(statement.to_string(), *expected, "{text}");
    }
}

#[test]
fn clauses_that_write_are_all_there() {
    prints(&[
        ("explain RETURN 1", "EXPLAIN RETURN 1"),
        ("\u{feff}Profile MATCH (n) RETURN n;", "PROFILE MATCH (n) RETURN n"),
        (
            "create (a:A {k: 1})-[:raised-at]->(b), (c)",
            "CREATE (a:A {k: 1})-[:raised-at]->(b), (c)",
        ),
        (
            "MERGE p = (a:A) on match set a.x = 1, a:B:C On Create Set a = {}, a += $p",
            "MERGE p = (a:A) ON MATCH SET a.x = 1, a:B:C ON CREATE SET a = {}, a += $p",
        ),
        (
            "MATCH (n) SET (n).x = 1, n.a.b = 2, n.xs[0].k = 3, n IS Label, n:`A b`",
            "MATCH (n) SET n.x = 1, n.a.b = 2, n.xs[0].k = 3, n:Label, n:`A b`",
        ),
        (
            "MATCH (n) SET (CASE WHEN n.a THEN n END).x = 1, nodes(p)[0].k = 2, head(ns).k = null",
            "MATCH (n) SET CASE WHEN n.a THEN n END.x = 1, nodes(p)[0].k = 2, head(ns).k = null",
        ),
        ("MATCH (n) REMOVE n.x, n:A:B, (n).a.b, n IS C", "MATCH (n) REMOVE n.x, n:A:B, n.a.b, n:C"),
        (
            "MATCH (n) DELETE n, n.x DETACH DELETE ns[0]",
            "MATCH (n) DELETE n, n.x DETACH DELETE ns[0]",
        ),
        ("CALL db.labels", "CALL db.labels"),
        ("CALL db.labels() YIELD *", "CALL db.labels() YIELD *"),
        (
            "CALL test.my.proc ( 1 , x ) yield a as b, c WHERE c > 1 RETURN b",
            "CALL test.my.proc(1, x) YIELD a AS b, c WHERE c > 1 RETURN b",
        ),
        ("CALL p YIELD a CALL q() RETURN a", "CALL p YIELD a CALL q() RETURN a"),
        (
            "CALL { RETURN 1 AS x UNION RETURN 2 AS x } RETURN x",
            "CALL { RETURN 1 AS x UNION RETURN 2 AS x } RETURN x",
        ),
        (
            "WITH 1 AS a CALL ( a , b ) {RETURN 1 AS x} RETURN x",
            "WITH 1 AS a CALL (a, b) { RETURN 1 AS x } RETURN x",
        ),
        (
            "CALL(*){CREATE ()} CALL () {RETURN 1 AS x} RETURN x",
            "CALL (*) { CREATE () } CALL () { RETURN 1 AS x } RETURN x",
        ),
    ]);
}

#[test]
fn expressions_are_all_there() {
    prints(&[
        ("RETURN REDUCE(s = 0, x IN xs | s + x)", "RETURN reduce(s = 0, x IN xs | s + x)"),
        (
            "RETURN reduce(s = a = b, x IN xs | x:A|B)",
            "RETURN reduce(s = a = b, x IN xs | x:(A|B))",
        ),
        (
            "RETURN [(a)-->(b) | b.name], [p = (a)-[:T*]->(:B) WHERE a.x:C | p]",
            "RETURN [(a)-->(b) | b.name], [p = (a)-[:T*]->(:B) WHERE a.x:C | p]",
        ),
        ("RETURN [p = (a)-->(b)], [(a)-->(b), 1]", "RETURN [p = (a)-->(b)], [(a)-->(b), 1]"),
        ("RETURN n {.a, .*, b: 1, c}, n{}", "RETURN n {.a, .*, b: 1, c}, n {}"),
        (
            "RETURN `count` {.a}, `collect`{.*, a: `Count` {c}}",
            "RETURN `count` {.a}, `collect` {.*, a: `Count` {c}}",
        ),
        ("RETURN a =~ 'b' AND a!=b", "RETURN a =~ 'b' AND a <> b"),
        (
            "RETURN count { (a)-->(b) WHERE b.x } + 1",
            "RETURN COUNT { MATCH (a)-->(b) WHERE b.x } + 1",
        ),
        ("RETURN COUNT{MATCH (a) RETURN a}", "RETURN COUNT { MATCH (a) RETURN a }"),
        ("RETURN collect { MATCH (a) RETURN a.x }", "RETURN COLLECT { MATCH (a) RETURN a.x }"),
        (
            "RETURN n IS A, n is A&!B, n IS NULL, n.a IS NOT NULL",
            "RETURN n:A, n:A&!B, n IS NULL, n.a IS NOT NULL",
        ),
        ("RETURN n IS %, n:%&!A % 2", "RETURN n:%, n:%&!A % 2"),
        ("RETURN [x IN xs WHERE x IS A | x]", "RETURN [x IN xs WHERE x:A | x]"),
        (
            "RETURN count, collect, reduce, call, yield, any, shortest, paths, explain, profile",
            "RETURN count, collect, reduce, call, yield, any, shortest, paths, explain, profile",
        ),
        (
            "RETURN (a)-->+(b), (a)--{2}(b), (a)-[r WHERE r.x IN [1]]->(b)",
            "RETURN (a)-->+(b), (a)--{2}(b), (a)-[r WHERE r.x IN [1]]->(b)",
        ),
        ("RETURN ((a)-->(b)){2}, ((a) - (b)) * (c)", "RETURN ()((a)-->(b)){2}(), (a - b) * c"),
        ("RETURN ((a)-->(b)), ((a)-->(b) OR x)", "RETURN (a)-->(b), (a)-->(b) OR x"),
        ("RETURN (a) ((x)--(y) WHERE x.k)* (b)", "RETURN (a)((x)--(y) WHERE x.k)*(b)"),
        ("RETURN (a:A WHERE a.x = ')')-->(b IS B)", "RETURN (a:A WHERE a.x = ')')-->(b:B)"),
        ("RETURN (a IS NULL)-(b), (a % b)-(c)", "RETURN (a IS NULL) - b, a % b - c"),
    ]);
}

#[test]
fn patterns_are_all_there() {
    prints(&[
        ("MATCH (n IS A|B WHERE n.x) RETURN n", "MATCH (n:A|B WHERE n.x) RETURN n"),
        (
            "MATCH (WHERE true)-[WHERE x]-({a: 1} WHERE y) RETURN 1",
            "MATCH (WHERE true)-[WHERE x]-({a: 1} WHERE y) RETURN 1",
        ),
        ("MATCH (:%)-[:%]->(:!%) RETURN 1", "MATCH (:%)-[:%]->(:!%) RETURN 1"),
        (
            "MATCH ()-[r IS A]-()-[:!A]-()-[:a-b&!c-d|%*2]-()-[:(A|:B)&C]-() RETURN 1",
            "MATCH ()-[r:A]-()-[:!A]-()-[:a-b&!c-d|%*2]-()-[:(A|B)&C]-() RETURN 1",
        ),
        (
            "MATCH ()-->*()<--+()--{2}()-[r]->{,3}()-[:T]-{1,}()-->{2,3}()-->{0,}()-->{,}() RETURN 1",
            "MATCH ()-->*()<--+()--{2}()-[r]->{,3}()-[:T]-+()-->{2,3}()-->{0,}()-->*() RETURN 1",
        ),
        (
            "MATCH ((a)-[r]->(b) WHERE a.x){1,3} RETURN 1",
            "MATCH ()((a)-[r]->(b) WHERE a.x){1,3}() RETURN 1",
        ),
        (
            "MATCH (x) ((a)-->(b))+ ((c)--(d))* (y)-->(z) RETURN 1",
            "MATCH (x)((a)-->(b))+()((c)--(d))*(y)-->(z) RETURN 1",
        ),
        (
            "MATCH ((a)-->(b)){2}-->(c)-->((d)--(e)){2} RETURN 1",
            "MATCH ()((a)-->(b)){2}()-->(c)-->()((d)--(e)){2}() RETURN 1",
        ),
        ("MATCH ((a)-->(b)) (c) RETURN 1", "MATCH ()((a)-->(b))(c) RETURN 1"),
        (
            "MATCH p = ((a)-->(b)), ((c) WHERE c.x) RETURN p",
            "MATCH p = (a)-->(b), ((c) WHERE c.x) RETURN p",
        ),
        (
            "MATCH ANY (a)-->(b), ANY 2 PATHS (a), ALL (b), ALL PATHS (c), any path (d) RETURN 1",
            "MATCH ANY 1 (a)-->(b), ANY 2 (a), (b), (c), ANY 1 (d) RETURN 1",
        ),
        (
            "MATCH ANY SHORTEST (a), any shortest path (b), SHORTEST 1 (c), SHORTEST 2 PATHS (d) RETURN 1",
            "MATCH SHORTEST 1 (a), SHORTEST 1 (b), SHORTEST 1 (c), SHORTEST 2 (d) RETURN 1",
        ),
        (
            "MATCH ALL SHORTEST (a), SHORTEST GROUP (b), SHORTEST 2 GROUPS (c), SHORTEST 3 PATH GROUPS (d), p = SHORTEST PATHS GROUP (e) RETURN 1",
            "MATCH SHORTEST 1 GROUPS (a), SHORTEST 1 GROUPS (b), SHORTEST 2 GROUPS (c), SHORTEST 3 GROUPS (d), p = SHORTEST 1 GROUPS (e) RETURN 1",
        ),
        (
            "MATCH p = SHORTEST 1 ((a)-->+(b) ((x)--(y)){2} WHERE b.k) RETURN p",
            "MATCH p = SHORTEST 1 ((a)-->+(b)((x)--(y)){2}() WHERE b.k) RETURN p",
        ),
        (
            "MATCH SHORTEST 1 (((x)--(y)){2} WHERE b.k) RETURN p",
            "MATCH SHORTEST 1 (()((x)--(y)){2}() WHERE b.k) RETURN p",
        ),
        (
            "MATCH any = (a), shortest = (b), group = (c) RETURN 1",
            "MATCH any = (a), shortest = (b), group = (c) RETURN 1",
        ),
    ]);
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
