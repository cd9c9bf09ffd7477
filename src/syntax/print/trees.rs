//! Trees of the whole language, made at random.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::string::string_regex;

use super::super::ast::*;
use crate::error::Span;

const NOWHERE: Span = Span { start: 0, end: 0 };

fn at(kind: ExprKind) -> Expr {
    Expr { kind: Box::new(kind), span: NOWHERE }
}

/// Texts of a pattern, which is read once: a `&str` as a strategy reads it anew for each text.
fn letters(pattern: &str) -> impl Strategy<Value = String> + use<> {
    string_regex(pattern).expect("the pattern is one of ours")
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
        Just("call".to_owned()),
        Just("collect".to_owned()),
        Just("reduce".to_owned()),
        Just("yield".to_owned()),
        Just("a`b c".to_owned()),
        Just("1a".to_owned()),
        letters("[a-c`' -]{1,3}"),
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

fn labels() -> BoxedStrategy<LabelExpr> {
    let leaf =
        prop_oneof![5 => name().prop_map(LabelExpr::Name), 1 => Just(LabelExpr::Any)].boxed();
    (0..2).fold(leaf.clone(), |inner, _| {
        let negated = inner.clone().prop_map(|inner| LabelExpr::Not(Box::new(inner)));
        prop_oneof![
            3 => leaf.clone(),
            1 => vec(inner.clone(), 2..4).prop_map(LabelExpr::And),
            1 => vec(inner, 2..4).prop_map(LabelExpr::Or),
            1 => negated,
        ]
        .boxed()
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
    (option::of(name()), option::of(labels()), properties, rarely(expr)).prop_map(
        |(variable, labels, properties, filter)| NodePattern {
            variable,
            labels,
            properties,
            filter,
            span: NOWHERE,
        },
    )
}

fn rarely(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = Option<Expr>> + use<> {
    option::weighted(0.2, expr.clone())
}

fn in_brackets() -> impl Strategy<Value = HopRange> {
    (option::of(0..4_u64), option::of(0..4_u64)).prop_map(|(min, max)| HopRange {
        min,
        max,
        quantifier: false,
        span: NOWHERE,
    })
}

fn behind() -> impl Strategy<Value = HopRange> {
    (option::of(0..4_u64), option::of(0..4_u64)).prop_map(|(min, above)| HopRange {
        min,
        max: above.map(|above| min.unwrap_or(0).saturating_add(above).max(1)),
        quantifier: true,
        span: NOWHERE,
    })
}

fn rel(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = RelPattern> + use<> {
    let direction =
        prop::sample::select(vec![RelDirection::Left, RelDirection::Right, RelDirection::Either]);
    let range = option::of(prop_oneof![in_brackets(), behind()]);
    let properties = option::of(prop_oneof![map(expr), parameter()]);
    (option::of(name()), option::of(labels()), direction, range, properties, rarely(expr)).prop_map(
        |(variable, types, direction, range, properties, filter)| RelPattern {
            variable,
            types,
            direction,
            range,
            properties,
            filter,
            span: NOWHERE,
        },
    )
}

fn repeated(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = RepeatedPath> + use<> {
    let steps = vec((rel(expr), node(expr)), 1..3);
    (node(expr), steps, rarely(expr), option::of(behind())).prop_map(
        |(start, steps, filter, times)| RepeatedPath { start, steps, filter, times, span: NOWHERE },
    )
}

fn path(expr: &BoxedStrategy<Expr>, steps: usize) -> impl Strategy<Value = PathPattern> + use<> {
    let link = prop_oneof![
        4 => rel(expr).prop_map(Link::Rel),
        1 => repeated(expr).prop_map(|path| Link::Repeat(Box::new(path))),
    ];
    (node(expr), vec((link, node(expr)), steps..3)).prop_map(|(start, steps)| PathPattern {
        variable: None,
        selector: Selector::All,
        start,
        steps,
        filter: None,
        span: NOWHERE,
    })
}

fn path_in_match(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = PathPattern> + use<> {
    let selector = prop_oneof![
        3 => Just(Selector::All),
        1 => (1..9_u64).prop_map(Selector::Any),
        1 => (1..9_u64).prop_map(Selector::Shortest),
        1 => (1..9_u64).prop_map(Selector::ShortestGroups),
    ];
    let found = (option::of(name()), selector, path(expr, 0), rarely(expr)).prop_map(
        |(variable, selector, path, filter)| PathPattern { variable, selector, filter, ..path },
    );
    let selector = prop::sample::select(vec![Selector::ShortestPath, Selector::AllShortestPaths]);
    let shortest = (option::of(name()), selector, node(expr), vec((rel(expr), node(expr)), 0..3));
    let shortest = shortest.prop_map(|(variable, selector, start, steps)| PathPattern {
        variable,
        selector,
        start,
        steps: steps.into_iter().map(|(rel, node)| (Link::Rel(rel), node)).collect(),
        filter: None,
        span: NOWHERE,
    });
    prop_oneof![4 => found, 1 => shortest]
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
    prop_oneof![
        found,
        unwind,
        with,
        returned,
        vec(path_in_match(expr), 1..3).prop_map(ClauseKind::Create),
        merge(expr).prop_map(ClauseKind::Merge),
        vec(set_item(expr), 1..3).prop_map(ClauseKind::Set),
        vec(remove_item(expr), 1..3).prop_map(ClauseKind::Remove),
        (any::<bool>(), vec(expr.clone(), 1..3))
            .prop_map(|(detach, exprs)| ClauseKind::Delete { detach, exprs }),
        procedure_call(expr).prop_map(ClauseKind::Call),
    ]
    .prop_map(|kind| Clause { kind, span: NOWHERE })
}

fn merge(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = Merge> + use<> {
    let event = prop::sample::select(vec![MergeEvent::Create, MergeEvent::Match]);
    let actions = vec((event, vec(set_item(expr), 1..3)), 0..3);
    (path_in_match(expr), actions).prop_map(|(pattern, actions)| Merge { pattern, actions })
}

fn set_item(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = SetItem> + use<> {
    let e = expr.clone();
    prop_oneof![
        (e.clone(), name(), e.clone()).prop_map(|(subject, key, value)| SetItem::Property {
            subject,
            key,
            value
        }),
        (name(), e.clone()).prop_map(|(variable, value)| SetItem::Replace { variable, value }),
        (name(), e).prop_map(|(variable, value)| SetItem::Merge { variable, value }),
        (name(), vec(name(), 1..3))
            .prop_map(|(variable, labels)| SetItem::Labels { variable, labels }),
    ]
}

fn remove_item(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = RemoveItem> + use<> {
    prop_oneof![
        (expr.clone(), name()).prop_map(|(subject, key)| RemoveItem::Property { subject, key }),
        (name(), vec(name(), 1..3))
            .prop_map(|(variable, labels)| RemoveItem::Labels { variable, labels }),
    ]
}

fn procedure_call(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = ProcedureCall> + use<> {
    let procedure = prop::sample::select(vec!["p", "test.my.proc", "db.labels"])
        .prop_map(|text| Name { text: text.to_owned(), span: NOWHERE });
    let item = (name(), option::of(name())).prop_map(|(column, alias)| YieldItem { column, alias });
    let yields = prop_oneof![
        Just(Yield::Absent),
        Just(Yield::All),
        (vec(item, 1..3), option::of(expr.clone()))
            .prop_map(|(items, filter)| Yield::Items { items, filter }),
    ];
    (procedure, option::of(vec(expr.clone(), 0..3)), yields)
        .prop_map(|(procedure, args, yields)| ProcedureCall { procedure, args, yields })
}

/// A query with a subquery clause here and there.
fn outer_query(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = Query> + use<> {
    let imports =
        option::of(prop_oneof![Just(Imports::All), vec(name(), 0..3).prop_map(Imports::These),]);
    let subquery = (imports, query(expr))
        .prop_map(|(imports, query)| Subquery { imports, query: Box::new(query) });
    (query(expr), option::weighted(0.3, subquery)).prop_map(|(mut query, subquery)| {
        if let Some(subquery) = subquery {
            let clause = Clause { kind: ClauseKind::Subquery(subquery), span: NOWHERE };
            query.parts[0].clauses.insert(0, clause);
        }
        query
    })
}

/// A statement of any kind.
pub(super) fn statement() -> impl Strategy<Value = Statement> {
    let mode = prop::sample::select(vec![Mode::Run, Mode::Explain, Mode::Profile]);
    (mode, outer_query(&expr())).prop_map(|(mode, query)| Statement { mode, query })
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
        BinaryOp::Matches,
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
        (quantifier, name(), e.clone(), e.clone()).prop_map(|(kind, variable, list, filter)| {
            ExprKind::Quantifier { kind, variable, list, filter }
        }),
        subqueries(expr),
        (name(), e.clone(), name(), e.clone(), e.clone()).prop_map(
            |(accumulator, init, variable, list, step)| ExprKind::Reduce {
                accumulator,
                init,
                variable,
                list,
                step
            }
        ),
        (option::of(name()), path(expr, 1), option::of(e.clone()), e.clone()).prop_map(
            |(variable, path, filter, map)| ExprKind::PatternComprehension {
                pattern: Box::new(PathPattern { variable, ..path }),
                filter,
                map
            }
        ),
        (name(), vec(map_item(expr), 0..3))
            .prop_map(|(of, items)| ExprKind::MapProjection(of, items)),
        path(expr, 1).prop_map(|path| ExprKind::Pattern(Box::new(path))),
    ]
}

fn subqueries(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = ExprKind> + use<> {
    let wrap: [fn(Box<Query>) -> ExprKind; 3] =
        [ExprKind::Exists, ExprKind::Count, ExprKind::Collect];
    (0..3_usize, query(expr)).prop_map(move |(which, query)| wrap[which](Box::new(query)))
}

fn map_item(expr: &BoxedStrategy<Expr>) -> impl Strategy<Value = MapItem> + use<> {
    prop_oneof![
        name().prop_map(MapItem::Property),
        Just(MapItem::All),
        (name(), expr.clone()).prop_map(|(key, value)| MapItem::Entry(key, value)),
        name().prop_map(MapItem::Variable),
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
    // Level by level: `prop_recursive` would build all of this anew for each tree.
    (0..3).fold(leaf.clone(), |inner, _| {
        prop_oneof![
            5 => leaf.clone(),
            3 => operators(&inner).prop_map(at),
            3 => compounds(&inner).prop_map(at),
        ]
        .boxed()
    })
}
