//! Whether a query names only what it has: a query cut down must still make sense.

use crate::query::{Clause, Expr, Match, Name, NodePattern, Part, Path, Projection, Query};

/// Whether every name is set before it is read.
pub(crate) fn is_whole(query: &Query) -> bool {
    query.parts.iter().all(part)
}

fn part(part: &Part) -> bool {
    let mut scope = Vec::new();
    for clause in &part.clauses {
        let whole = match clause {
            Clause::Match(found) => matched(found, &mut scope),
            Clause::With(with) => projected(with, &mut scope),
            Clause::Unwind(list, name) => {
                let whole = expr(list, &scope);
                scope.push(name);
                whole
            }
        };
        if !whole {
            return false;
        }
    }
    projected(&part.gives, &mut scope)
}

fn projected(projection: &Projection, scope: &mut Vec<Name>) -> bool {
    let names = projection.items.iter().map(|item| item.1);
    let plain = !projection.distinct && !projection.items.iter().any(|item| item.0.aggregates());
    let mut sorted: Vec<Name> = names.clone().collect();
    if plain {
        sorted.extend(scope.iter());
    }
    let whole = projection.items.iter().all(|item| expr(&item.0, scope))
        && projection.order.iter().all(|key| expr(&key.0, &sorted));
    *scope = names.collect();
    whole && projection.cond.as_ref().is_none_or(|cond| expr(cond, scope))
}

fn matched(found: &Match, scope: &mut Vec<Name>) -> bool {
    let mut names: Vec<Name> = found.paths.iter().flat_map(names).collect();
    let rels = found.paths.iter().flat_map(|path| path.hops.iter().filter_map(|hop| hop.0.name));
    let mut rels: Vec<Name> = rels.collect();
    let count = rels.len();
    rels.sort_unstable();
    rels.dedup();
    names.extend(scope.iter());
    let whole = rels.len() == count && found.paths.iter().all(|path| properties(path, &names));
    *scope = names;
    whole && found.cond.as_ref().is_none_or(|cond| expr(cond, scope))
}

fn names(path: &Path) -> Vec<Name> {
    let hops = path.hops.iter().flat_map(|(rel, node)| [rel.name, node.name]);
    [path.name, path.start.name].into_iter().chain(hops).flatten().collect()
}

fn properties(path: &Path, scope: &[Name]) -> bool {
    let node = |node: &NodePattern| node.properties.iter().all(|entry| expr(&entry.1, scope));
    let hops = path.hops.iter();
    let mut hops =
        hops.map(|(rel, to)| rel.properties.iter().all(|entry| expr(&entry.1, scope)) && node(to));
    node(&path.start) && hops.all(|whole| whole)
}

fn expr(read: &Expr, scope: &[Name]) -> bool {
    let known = |name: &Name| scope.contains(name);
    let own = match read {
        Expr::Var(name) | Expr::Prop(name, _) | Expr::HasLabel(name, _) | Expr::Length(name) => {
            known(name)
        }
        Expr::Pattern(path) => properties(path, scope) && names(path).iter().all(known),
        Expr::Each(path, cond, item) => {
            let mut inside = names(path);
            inside.extend(scope);
            properties(path, &inside)
                && cond.as_ref().is_none_or(|cond| expr(cond, &inside))
                && expr(item, &inside)
        }
        Expr::Exists(inner) | Expr::Count(inner) => {
            let mut inside = scope.to_vec();
            inner.matches.iter().all(|found| matched(found, &mut inside))
                && inner.gives.as_ref().is_none_or(|gives| projected(gives, &mut inside))
        }
        _ => true,
    };
    own && read.children().iter().all(|child| expr(child, scope))
}
