//! Cycles over the types that allow none: each once, from its first node, with the place of every step.

use std::collections::{HashMap, HashSet, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::draft::{Draft, Faults, NodeDraft, RelDraft};
use super::naming;
use super::resolve::Link;
use crate::error::{Code, Error, Text, text};
use crate::graph::Acyclic;
use crate::model::KindId;

/// How many steps of a cycle are spelt out.
const STEPS_MAX: usize = 12;

/// The relationships of one type between the nodes they touch; weights are indexes of the draft.
type Steps = DiGraph<usize, usize>;

/// Notes one cycle, a shortest one, for each knot of nodes that reach each other.
///
/// Source: Kosaraju's algorithm as petgraph has it, which does not recurse.
pub(super) fn check(draft: &Draft, links: &[Link], faults: &mut Faults) {
    for (kind, spec) in &draft.schema.types {
        let Some(id) = draft.names.find_kind(kind).filter(|_| spec.acyclic != Acyclic::Allow)
        else {
            continue;
        };
        let steps = steps(draft, links, id);
        let mut cycles: Vec<Vec<usize>> =
            kosaraju_scc(&steps).iter().filter_map(|knot| shortest(&steps, knot)).collect();
        cycles.sort_unstable();
        for cycle in cycles {
            faults.push(fault(draft, kind, spec.acyclic, &cycle));
        }
    }
}

/// The graph of one type. Nodes are numbered in the order of the files.
fn steps(draft: &Draft, links: &[Link], kind: KindId) -> Steps {
    let of_kind = |link: &&Link| draft.rels.get(link.rel).is_some_and(|rel| rel.kind == kind);
    let links: Vec<&Link> = links.iter().filter(of_kind).collect();
    let mut touched: Vec<usize> = links.iter().flat_map(|link| [link.start, link.end]).collect();
    touched.sort_unstable();
    touched.dedup();
    let mut graph = Steps::with_capacity(touched.len(), links.len());
    let nodes: HashMap<usize, NodeIndex> =
        touched.into_iter().map(|node| (node, graph.add_node(node))).collect();
    for link in links {
        if let (Some(start), Some(end)) = (nodes.get(&link.start), nodes.get(&link.end)) {
            graph.add_edge(*start, *end, link.rel);
        }
    }
    graph
}

/// A shortest cycle through the first node of a knot, as relationships in walking order; `None` for a lone node.
fn shortest(steps: &Steps, knot: &[NodeIndex]) -> Option<Vec<usize>> {
    let first = *knot.iter().min()?;
    let inside: HashSet<NodeIndex> = knot.iter().copied().collect();
    let mut came: HashMap<NodeIndex, (NodeIndex, usize)> = HashMap::new();
    let mut queue = VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        let mut next: Vec<_> =
            steps.edges(node).filter(|edge| inside.contains(&edge.target())).collect();
        next.sort_by_key(|edge| *edge.weight());
        for edge in next {
            if edge.target() == first {
                let mut walk = vec![*edge.weight()];
                let mut at = node;
                while let Some((from, rel)) = came.get(&at) {
                    walk.push(*rel);
                    at = *from;
                }
                walk.reverse();
                return Some(walk);
            }
            if let std::collections::hash_map::Entry::Vacant(new) = came.entry(edge.target()) {
                new.insert((node, *edge.weight()));
                queue.push_back(edge.target());
            }
        }
    }
    None
}

/// The fault, or warning, for a cycle.
fn fault(draft: &Draft, kind: &str, acyclic: Acyclic, cycle: &[usize]) -> Error {
    let rels: Vec<&RelDraft> = cycle.iter().filter_map(|rel| draft.rels.get(*rel)).collect();
    let start = |rel: &RelDraft| draft.nodes.get(rel.start).map_or("", |node: &NodeDraft| &node.id);
    let mut walk: Vec<&str> = rels.iter().take(STEPS_MAX).map(|rel| start(rel)).collect();
    if rels.len() > STEPS_MAX {
        walk.push("…");
    }
    walk.extend(rels.first().map(|rel| start(rel)));
    let walk = walk.join(" → ");
    let words = naming::kind_words(&draft.schema, kind);
    let message = Text::new(
        format!("{} runs in a circle: {walk}", words.en),
        format!("{}が循環しています：{walk}", words.ja),
    );
    let fault = match acyclic {
        Acyclic::Deny => Error::new(Code::SeedCycle, message),
        Acyclic::Warn | Acyclic::Allow => Error::warning(Code::SeedCycle, message),
    };
    let fault = rels.iter().take(STEPS_MAX).fold(fault, |fault, rel| {
        let (from, to) = (start(rel), &rel.to);
        let step = Text::same(format!("{from} → {to}"));
        fault.label_in(&rel.place.source, rel.place.span, Some(step))
    });
    let length = rels.len();
    let fault = if length > STEPS_MAX {
        fault.note(text!("It has {length} steps.", "全部で {length} 段あります。"))
    } else {
        fault
    };
    fault.help(text!("Take out the step that is wrong.", "誤っている関係を取り除いてください。"))
}
