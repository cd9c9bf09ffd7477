//! Makes a case smaller, as long as it still shows what it shows.

use crate::Case;
use crate::keys::Keyed;
use crate::query::{Clause, Expr, Inner, Match, NodePattern, Part, Path, Projection, Query};

/// The smallest case that greedy removal finds.
pub(crate) fn smallest(mut case: Case, shows: impl Fn(&Case) -> bool) -> Case {
    let mut plain = case.clone();
    plain.base = plain.build().0;
    plain.changes.clear();
    if shows(&plain) {
        case = plain;
    }
    loop {
        let size = size(&case);
        case = first(case, &shows, |case| {
            let queries = queries(&case.query);
            queries.into_iter().map(|query| Case { query, ..case.clone() }).collect()
        });
        case = smaller_graph(case, &shows);
        if self::size(&case) >= size {
            return case;
        }
    }
}

fn size(case: &Case) -> usize {
    let rels = case.base.rel_numbers().count();
    let nodes = case.base.node_numbers();
    let nodes =
        nodes.map(|n| case.base.node(n).map_or(0, |n| 1 + n.labels.len() + n.properties.len()));
    case.query.to_string().len() + rels + nodes.sum::<usize>() + case.changes.len()
}

/// Takes the first candidate that still shows it, and again, until there is none.
fn first(
    mut case: Case,
    shows: &impl Fn(&Case) -> bool,
    candidates: impl Fn(&Case) -> Vec<Case>,
) -> Case {
    while let Some(next) = candidates(&case).into_iter().find(shows) {
        case = next;
    }
    case
}

fn smaller_graph(mut case: Case, shows: &impl Fn(&Case) -> bool) -> Case {
    let mut attempt = |case: &mut Case, edit: &dyn Fn(&mut Case)| {
        let mut next = case.clone();
        edit(&mut next);
        if shows(&next) {
            *case = next;
        }
    };
    for at in (0..case.changes.len()).rev() {
        attempt(&mut case, &|case| drop(case.changes.remove(at)));
    }
    // In large graphs by halves, then one by one.
    let mut block = case.base.nodes.len().max(case.base.rels.len()).max(1);
    while block > 0 {
        for from in (0..case.base.nodes.len()).step_by(block) {
            attempt(&mut case, &|case| {
                for node in from..from + block {
                    case.base.change(&crate::Change::DeleteNode(node));
                }
            });
        }
        for from in (0..case.base.rels.len()).step_by(block) {
            attempt(&mut case, &|case| {
                for rel in from..from + block {
                    case.base.change(&crate::Change::DeleteRel(rel));
                }
            });
        }
        block /= 2;
    }
    let nodes: Vec<usize> = case.base.node_numbers().collect();
    if nodes.len() < 100 {
        for node in nodes {
            plainer_node(&mut case, node, &mut attempt);
        }
    }
    case
}

fn plainer_node(
    case: &mut Case,
    node: usize,
    attempt: &mut impl FnMut(&mut Case, &dyn Fn(&mut Case)),
) {
    let Some(sketch) = case.base.node(node).cloned() else { return };
    let bound = case.base.keyed == Keyed::Labels;
    for key in sketch.properties.keys().filter(|key| !bound || **key != "id") {
        attempt(case, &|case| {
            case.base.change(&crate::Change::NodeProperty(node, key, crate::Val::Null));
        });
    }
    for label in sketch.labels.iter().filter(|_| !bound) {
        attempt(case, &|case| case.base.change(&crate::Change::Label(node, label, false)));
    }
}

/// Every item replaced by each of its smaller forms, one at a time.
fn each<T: Clone>(items: &[T], smaller: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut all = Vec::new();
    for (at, item) in items.iter().enumerate() {
        for item in smaller(item) {
            let mut items = items.to_vec();
            items[at] = item;
            all.push(items);
        }
    }
    all
}

/// All items but one.
fn fewer<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let without = |at| {
        let mut items = items.to_vec();
        items.remove(at);
        items
    };
    (0..items.len()).map(without).collect()
}

fn queries(query: &Query) -> Vec<Query> {
    let mut all: Vec<Query> = Vec::new();
    if query.parts.len() > 1 {
        all.extend(
            query.parts.iter().map(|part| Query { parts: vec![part.clone()], all: query.all }),
        );
    }
    let parts = each(&query.parts, |part| {
        let clauses = fewer(&part.clauses).into_iter().chain(each(&part.clauses, clauses));
        let mut parts: Vec<Part> =
            clauses.map(|clauses| Part { clauses, gives: part.gives.clone() }).collect();
        let single = query.parts.len() == 1;
        let gives = projections(&part.gives).into_iter();
        let gives = gives.filter(|gives| single || gives.items.len() == part.gives.items.len());
        parts.extend(gives.map(|gives| Part { gives, clauses: part.clauses.clone() }));
        parts
    });
    all.extend(parts.into_iter().map(|parts| Query { parts, all: query.all }));
    all
}

fn clauses(clause: &Clause) -> Vec<Clause> {
    match clause {
        Clause::Match(found) => matches(found).into_iter().map(Clause::Match).collect(),
        Clause::With(with) => projections(with).into_iter().map(Clause::With).collect(),
        Clause::Unwind(Expr::List(items), name) => {
            let lists = fewer(items).into_iter().map(Expr::List);
            lists.map(|list| Clause::Unwind(list, name)).collect()
        }
        Clause::Unwind(..) => Vec::new(),
    }
}

fn matches(found: &Match) -> Vec<Match> {
    let mut all: Vec<Match> = Vec::new();
    if found.optional {
        all.push(Match { optional: false, ..found.clone() });
    }
    if found.paths.len() > 1 {
        all.extend(fewer(&found.paths).into_iter().map(|paths| Match { paths, ..found.clone() }));
    }
    all.extend(each(&found.paths, paths).into_iter().map(|paths| Match { paths, ..found.clone() }));
    if let Some(cond) = &found.cond {
        all.push(Match { cond: None, ..found.clone() });
        all.extend(conds(cond).into_iter().map(|cond| Match { cond: Some(cond), ..found.clone() }));
    }
    all
}

fn paths(path: &Path) -> Vec<Path> {
    let mut all = Vec::new();
    let mut edit = |edit: &dyn Fn(&mut Path)| {
        let mut next = path.clone();
        edit(&mut next);
        all.push(next);
    };
    if path.search == crate::query::Search::Every && !path.hops.is_empty() {
        edit(&|path| drop(path.hops.pop()));
        edit(&|path| path.start = path.hops.remove(0).1);
    }
    if path.name.is_some() {
        edit(&|path| path.name = None);
    }
    for (at, (rel, _)) in path.hops.iter().enumerate() {
        if rel.name.is_some() {
            edit(&|path| path.hops[at].0.name = None);
        }
        if rel.range.is_some() && path.search == crate::query::Search::Every {
            edit(&|path| path.hops[at].0.range = None);
        }
        if !rel.properties.is_empty() {
            edit(&|path| path.hops[at].0.properties.clear());
        }
        if !rel.kinds.is_empty() {
            edit(&|path| path.hops[at].0.kinds.truncate(rel.kinds.len() - 1));
        }
    }
    for node in nodes(&path.start) {
        edit(&|path| path.start = node.clone());
    }
    for (at, hop) in path.hops.iter().enumerate() {
        for node in nodes(&hop.1) {
            edit(&|path| path.hops[at].1 = node.clone());
        }
    }
    all
}

fn nodes(node: &NodePattern) -> Vec<NodePattern> {
    let mut all = Vec::new();
    if node.name.is_some() {
        all.push(NodePattern { name: None, ..node.clone() });
    }
    all.extend(
        fewer(&node.labels).into_iter().map(|labels| NodePattern { labels, ..node.clone() }),
    );
    let properties = fewer(&node.properties).into_iter();
    all.extend(properties.map(|properties| NodePattern { properties, ..node.clone() }));
    all
}

fn projections(projection: &Projection) -> Vec<Projection> {
    let mut all = Vec::new();
    let same = || projection.clone();
    if projection.limit.is_some() || projection.skip.is_some() {
        all.push(Projection { limit: None, skip: None, ..same() });
    } else if !projection.order.is_empty() {
        all.push(Projection { order: Vec::new(), ..same() });
    } else if projection.items.len() > 1 {
        all.extend(
            fewer(&projection.items).into_iter().map(|items| Projection { items, ..same() }),
        );
    }
    if projection.distinct {
        all.push(Projection { distinct: false, ..same() });
    }
    if let Some(cond) = &projection.cond {
        all.push(Projection { cond: None, ..same() });
        all.extend(conds(cond).into_iter().map(|cond| Projection { cond: Some(cond), ..same() }));
    }
    all
}

fn conds(cond: &Expr) -> Vec<Expr> {
    match cond {
        Expr::Join(a, logic, b) => {
            let mut all = vec![(**a).clone(), (**b).clone()];
            all.extend(conds(a).into_iter().map(|a| Expr::Join(Box::new(a), *logic, b.clone())));
            all.extend(conds(b).into_iter().map(|b| Expr::Join(a.clone(), *logic, Box::new(b))));
            all
        }
        Expr::Not(a) => {
            let mut all = vec![(**a).clone()];
            all.extend(conds(a).into_iter().map(|a| Expr::Not(Box::new(a))));
            all
        }
        Expr::Compare(a, op, b) => {
            conds(a).into_iter().map(|a| Expr::Compare(Box::new(a), *op, b.clone())).collect()
        }
        Expr::Pattern(path) => {
            let kept = paths(path).into_iter().filter(|path| !path.hops.is_empty());
            kept.map(|path| Expr::Pattern(Box::new(path))).collect()
        }
        Expr::Exists(inner) => {
            inners(inner).into_iter().map(|i| Expr::Exists(Box::new(i))).collect()
        }
        Expr::Count(inner) => inners(inner).into_iter().map(|i| Expr::Count(Box::new(i))).collect(),
        _ => Vec::new(),
    }
}

fn inners(inner: &Inner) -> Vec<Inner> {
    let mut all = Vec::new();
    if inner.gives.is_some() {
        all.push(Inner { gives: None, ..inner.clone() });
    }
    if inner.matches.len() > 1 {
        all.extend(
            fewer(&inner.matches).into_iter().map(|matches| Inner { matches, ..inner.clone() }),
        );
    }
    all.extend(
        each(&inner.matches, matches).into_iter().map(|matches| Inner { matches, ..inner.clone() }),
    );
    all
}
