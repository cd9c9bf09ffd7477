//! Trees made at random, printed and parsed again.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use super::super::ast::*;
use super::super::parse;
use crate::error::Span;

const NOWHERE: Span = Span { start: 0, end: 0 };

fn at(kind: ExprKind) -> Expr {
    Expr { kind: Box::new(kind), span: NOWHERE }
}

/// Names that can stand bare, that need backticks, and that only sometimes do.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("n".to_owned()),
        Just("課題".to_owned()),
        Just("_1".to_owned()),
        Just("count".to_owned()),
        Just("any".to_owned()),
        Just("shortestPath".to_owned()),
        Just("offset".to_owned()),
        Just("match".to_owned()),
        Just("in".to_owned()),
        Just("raised-at".to_owned()),
        Just("a`b c".to_owned()),
        Just("1a".to_owned()),
        "[a-c`' -]{1,3}",
    ]
}

fn name() -> impl Strategy<Value = Name> {
    text().prop_map(|text| Name { text, span: NOWHERE })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        prop_oneof![any::<i64>(), -2..3_i64, Just(i64::MIN), Just(i64::MAX)].prop_map(Literal::Int),
        prop_oneof![any::<f64>(), Just(-0.0), Just(1.5)]
            .prop_filter("no spelling", |x| x.is_finite())
            .prop_map(Literal::Float),
        prop_oneof![".{0,4}", "[\\\\'\"\n\u{0}\u{1b}`]{0,4}"].prop_map(Literal::String),
    ]
}

fn labels() -> impl Strategy<Value = LabelExpr> {
    name().prop_map(LabelExpr::Name).prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(LabelExpr::And),
            vec(inner.clone(), 2..4).prop_map(LabelExpr::Or),
            inner.prop_map(|inner| LabelExpr::Not(Box::new(inner))),
        ]
    })
}

fn map(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> + use<> {
    vec((name(), expr.clone()), 0..3).prop_map(|entries| at(ExprKind::Map(entries)))
}

fn parameter() -> impl Strategy<Value = Expr> {
    text().prop_map(|name| at(ExprKind::Parameter(name)))
}

fn node(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = NodePattern> + use<> {
    let properties = option::of(prop_oneof![map(expr), parameter()]);
    (option::of(name()), option::of(labels()), properties).prop_map(
        |(variable, labels, properties)| NodePattern {
            variable,
            labels,
            properties,
            span: NOWHERE,
        },
    )
}

fn rel(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = RelPattern> + use<> {
    let direction =
        prop::sample::select(vec![RelDirection::Left, RelDirection::Right, RelDirection::Either]);
    let range = (option::of(0..4_u64), option::of(0..4_u64)).prop_map(|(min, max)| HopRange {
        min,
        max,
        span: NOWHERE,
    });
    let properties = option::of(prop_oneof![map(expr), parameter()]);
    (option::of(name()), vec(name(), 0..3), direction, option::of(range), properties).prop_map(
        |(variable, types, direction, range, properties)| RelPattern {
            variable,
            types,
            direction,
            range,
            properties,
            span: NOWHERE,
        },
    )
}

fn path(expr: &BoxedStrategy<Expr>, steps: usize) -> impl Strategy<Value = PathPattern> + use<> {
    (node(expr), vec((rel(expr), node(expr)), steps..3)).prop_map(|(start, steps)| PathPattern {
        variable: None,
        selector: Selector::All,
        start,
        steps,
        span: NOWHERE,
    })
}

fn path_in_match(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = PathPattern> + use<> {
    let selector = prop_oneof![
        Just(Selector::All),
        (0..9_u64).prop_map(Selector::Shortest),
        Just(Selector::ShortestPath),
        Just(Selector::AllShortestPaths),
    ];
    (option::of(name()), selector, path(expr, 0))
        .prop_map(|(variable, selector, path)| PathPattern { variable, selector, ..path })
}

fn projection(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = Projection> + use<> {
    let item = (expr.clone(), option::of(name()))
        .prop_map(|(expr, alias)| Item { expr, alias, span: NOWHERE })
        .boxed();
    let sort =
        (expr.clone(), any::<bool>()).prop_map(|(expr, descending)| SortItem { expr, descending });
    let limits = (option::of(expr.clone()), option::of(expr.clone()));
    (any::<bool>(), any::<bool>(), vec(item.clone(), 0..3), item, vec(sort, 0..2), limits).prop_map(
        |(distinct, star, mut items, item, order, (skip, limit))| {
            if !star {
                items.push(item);
            }
            Projection { distinct, star, items, order, skip, limit, filter: None }
        },
    )
}

fn clause(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = Clause> + use<> {
    let found = (any::<bool>(), vec(path_in_match(expr), 1..3), option::of(expr.clone())).prop_map(
        |(optional, patterns, filter)| ClauseKind::Match(Match { optional, patterns, filter }),
    );
    let unwind =
        (expr.clone(), name()).prop_map(|(list, variable)| ClauseKind::Unwind { list, variable });
    let with = (projection(expr), option::of(expr.clone()))
        .prop_map(|(projection, filter)| ClauseKind::With(Projection { filter, ..projection }));
    let returned = projection(expr).prop_map(ClauseKind::Return);
    prop_oneof![found, unwind, with, returned].prop_map(|kind| Clause { kind, span: NOWHERE })
}

fn query(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = Query> + use<> {
    let part =
        vec(clause(expr), 1..3).prop_map(|clauses| SingleQuery { clauses, span: NOWHERE }).boxed();
    let more = vec((any::<bool>(), part.clone()), 0..2);
    (part, more).prop_map(|(first, more)| {
        let mut query = Query { parts: vec![first], unions: Vec::new() };
        for (all, part) in more {
            query.unions.push(Union { all, span: NOWHERE });
            query.parts.push(part);
        }
        query
    })
}

fn operators(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = ExprKind> + use<> {
    let unary = prop::sample::select(vec![UnaryOp::Negate, UnaryOp::Plus, UnaryOp::Not]);
    let binary = prop::sample::select(vec![
        BinaryOp::Or,
        BinaryOp::Xor,
        BinaryOp::And,
        BinaryOp::Add,
        BinaryOp::Subtract,
        BinaryOp::Multiply,
        BinaryOp::Divide,
        BinaryOp::Modulo,
        BinaryOp::Power,
        BinaryOp::In,
        BinaryOp::StartsWith,
        BinaryOp::EndsWith,
        BinaryOp::Contains,
    ]);
    let compare = prop::sample::select(vec![
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::Less,
        CompareOp::LessOrEqual,
        CompareOp::Greater,
        CompareOp::GreaterOrEqual,
    ]);
    let (a, b) = (expr.clone(), expr.clone());
    prop_oneof![
        (unary, a.clone()).prop_map(|(op, a)| ExprKind::Unary(op, a)),
        (binary, a.clone(), b.clone()).prop_map(|(op, a, b)| ExprKind::Binary(op, NOWHERE, a, b)),
        (a.clone(), vec((compare, Just(NOWHERE), b.clone()), 1..3))
            .prop_map(|(first, rest)| ExprKind::Compare(first, rest)),
        (a.clone(), any::<bool>()).prop_map(|(a, negated)| ExprKind::IsNull(a, negated)),
        (a.clone(), name()).prop_map(|(a, key)| ExprKind::Property(a, key)),
        (a.clone(), b.clone()).prop_map(|(a, b)| ExprKind::Index(a, b)),
        (a.clone(), option::of(b.clone()), option::of(b))
            .prop_map(|(a, from, to)| ExprKind::Slice(a, from, to)),
        (a, labels()).prop_map(|(a, labels)| ExprKind::HasLabels(a, labels)),
    ]
}

fn compounds(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = ExprKind> + use<> {
    let quantifier = prop::sample::select(vec![
        QuantifierKind::All,
        QuantifierKind::Any,
        QuantifierKind::None,
        QuantifierKind::Single,
    ]);
    let function = prop::sample::select(vec!["size", "count", "date.truncate", "toInteger"])
        .prop_map(|text| Name { text: text.to_owned(), span: NOWHERE });
    let args = prop_oneof![
        vec(expr.clone(), 0..3).prop_map(|args| (false, args)),
        vec(expr.clone(), 1..3).prop_map(|args| (true, args)),
    ];
    let (e, o) = (expr.clone(), option::of(expr.clone()));
    prop_oneof![
        vec(e.clone(), 0..3).prop_map(ExprKind::List),
        map(expr).prop_map(|map| *map.kind),
        (function, args).prop_map(|(name, (distinct, args))| ExprKind::Call {
            name,
            distinct,
            args
        }),
        (o.clone(), vec((e.clone(), e.clone()), 1..3), o.clone())
            .prop_map(|(subject, branches, default)| ExprKind::Case { subject, branches, default }),
        (name(), e.clone(), o.clone(), o).prop_map(|(variable, list, filter, map)| {
            ExprKind::ListComprehension { variable, list, filter, map }
        }),
        (quantifier, name(), e.clone(), e).prop_map(|(kind, variable, list, filter)| {
            ExprKind::Quantifier { kind, variable, list, filter }
        }),
        query(expr).prop_map(|query| ExprKind::Exists(Box::new(query))),
        path(expr, 1).prop_map(|path| ExprKind::Pattern(Box::new(path))),
    ]
}

fn expr() -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        literal().prop_map(ExprKind::Literal),
        text().prop_map(ExprKind::Variable),
        text().prop_map(ExprKind::Parameter),
        Just(ExprKind::CountStar),
    ];
    let leaf = leaf.prop_map(at).boxed();
    leaf.prop_recursive(4, 24, 3, |inner| {
        let inner = inner.boxed();
        prop_oneof![3 => operators(&inner), 2 => compounds(&inner)].prop_map(at)
    })
    .boxed()
}

/// The tree as text, with every place at zero.
fn without_places(query: &Query) -> String {
    let mut shape = String::new();
    let debug = format!("{query:?}");
    for (i, part) in debug.split("Span { ").enumerate() {
        let part = if i == 0 { part } else { part.split_once(" }").map_or("", |(_, rest)| rest) };
        shape.push_str(part);
    }
    shape
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_122),
        ..ProptestConfig::default()
    }
}

/// Making the trees takes more stack than parsing them.
#[test]
fn parsing_what_was_printed_gives_the_same_tree() {
    let check = || {
        let mut runner = TestRunner::new(config(400));
        let outcome = runner.run(&query(&expr()), |query| {
            let printed = query.to_string();
            let parsed = parse(&printed).map(|parsed| without_places(&parsed));
            prop_assert_eq!(parsed, Ok(without_places(&query)), "{}", printed);
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    };
    std::thread::Builder::new().stack_size(64 << 20).spawn(check).unwrap().join().unwrap();
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn no_text_makes_the_parser_panic(text in "[\\PC ()\\[\\]{}:,.'\"`$|&!<>=*/+-]{0,40}") {
        if let Ok(query) = parse(&text) {
            let again = parse(&query.to_string());
            prop_assert!(again.is_ok(), "{text}\n{query}\n{again:?}");
        }
    }

    #[test]
    fn no_shuffled_query_makes_the_parser_panic(words in vec(prop::sample::select(WORDS), 0..14)) {
        let text = words.join(" ");
        if let Ok(query) = parse(&text) {
            let again = parse(&query.to_string());
            prop_assert!(again.is_ok(), "{text}\n{query}\n{again:?}");
        }
    }
}

const WORDS: &[&str] = &[
    "MATCH",
    "(n)",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "-",
    "->",
    "<-",
    "--",
    "-->",
    ":",
    "A",
    "RETURN",
    "WITH",
    "WHERE",
    "n",
    "x",
    "1",
    "'s'",
    "=",
    "<",
    "NOT",
    "IN",
    "|",
    ",",
    "..",
    ".",
    "*",
    "CASE",
    "WHEN",
    "THEN",
    "END",
    "EXISTS",
    "AS",
    "ORDER",
    "BY",
    "IS",
    "NULL",
    "$p",
    "any",
    "count",
    ";",
    "ＭＡＴＣＨ",
    "（",
    "==",
    "/*",
    "//",
    "`",
    "'",
    "é",
    "UNION",
    "LIMIT",
    "+",
    "all",
    "AND",
    "a-b",
];

#[test]
fn places_are_those_of_the_text() {
    let text = "MATCH (i:Issue) WHERE (i.a) + 1 = 2 RETURN (i.a + 1) , `i`.b AS c ; ";
    let query = parse(text).unwrap();
    let clauses: Vec<_> = query.parts[0].clauses.iter().map(|c| c.span.of(text)).collect();
    assert_eq!(
        clauses,
        ["MATCH (i:Issue) WHERE (i.a) + 1 = 2", "RETURN (i.a + 1) , `i`.b AS c"],
        "no white space at the ends"
    );
    let ClauseKind::Return(returned) = &query.parts[0].clauses[1].kind else { panic!() };
    let items: Vec<_> =
        returned.items.iter().map(|i| (i.span.of(text), i.expr.span.of(text))).collect();
    assert_eq!(items, [("(i.a + 1)", "i.a + 1"), ("`i`.b", "`i`.b")]);
    let ClauseKind::Match(found) = &query.parts[0].clauses[0].kind else { panic!() };
    assert_eq!(found.patterns[0].span.of(text), "(i:Issue)");
    assert_eq!(found.filter.as_ref().unwrap().span.of(text), "(i.a) + 1 = 2");
}
