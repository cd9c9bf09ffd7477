//! In which order the parts of a MATCH are matched: that with the fewest rows on the way.
//!
//! ```text
//! MATCH (i:Issue)-[:in-domain]->(d:Domain {id: 'x'}), (i)-[:at]->(l:Level)
//! find d · walk d<-i · walk i->l
//! ```
//!
//! Every order is a way through states, which say what is matched; the cost of a step is what [`Estimator`] expects it to emit. The
//! cheapest way is found as in a graph (Dijkstra), since what is cheapest from a state on does not depend on how it was reached. Equal
//! ways go as the pattern is written. Where there is nothing to choose nothing is estimated.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::emit::{course, hop};
use super::lookup::{LookUp, best, equations, nodes_of};
use super::{Bound, BoundLink, BoundNode, entangled, is_ready};
use crate::error::Result;
use crate::graph::Graph;
use crate::plan::estimate::{Estimator, Facts};
use crate::plan::filters::Filters;
use crate::plan::{ExpandMany, Op, Repeat, Slot};

/// With so many links at most every order is weighed; with more, only the next step.
const WEIGHED_MAX: usize = 8;
/// With so many patterns and links at most the next step is weighed; with more it is the next one as written.
const LOOKED_AT_MAX: usize = 32;

/// What is matched next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Step {
    /// A node of a pattern is found.
    Find(usize, usize),
    /// A link of a pattern is walked: from its left node, or where this is true against the pattern.
    Walk(usize, bool, usize),
    /// The paths of a pattern are searched, to one of its nodes.
    Search(usize, usize),
}

/// What is to be ordered.
pub(super) struct Orderer<'o> {
    pub(super) graph: &'o Graph,
    pub(super) bound: &'o [Bound],
    pub(super) filters: &'o Filters,
    /// Whether counts of the graph may be asked for.
    pub(super) by_cost: bool,
    /// The slots that are read later; `None` where all may be. The others are counted at most.
    pub(super) read: Option<FxHashSet<Slot>>,
}

/// What is matched.
#[derive(Clone, Default)]
struct State {
    cost: f64,
    rows: f64,
    steps: Vec<Step>,
    set: FxHashSet<Slot>,
    facts: Facts,
    /// The conditions that are judged, by their places.
    judged: FxHashSet<usize>,
}

impl State {
    /// First the cheapest, among equals the one that goes as written. Costs are compared roughly: sums depend on the order of their
    /// parts.
    fn compare(&self, other: &Self) -> Ordering {
        #[expect(clippy::cast_possible_truncation, reason = "it is to be rough")]
        let rough = |cost: f64| cost as f32;
        rough(self.cost).total_cmp(&rough(other.cost)).then_with(|| self.steps.cmp(&other.steps))
    }

    /// What tells it from states in which something else is matched.
    fn key(&self) -> (BTreeSet<Step>, BTreeSet<Slot>) {
        let walked = self.steps.iter().filter_map(|step| match step {
            Step::Find(..) => None,
            Step::Walk(pattern, _, link) => Some(Step::Walk(*pattern, false, *link)),
            Step::Search(pattern, _) => Some(Step::Search(*pattern, 0)),
        });
        (walked.collect(), self.set.iter().copied().collect())
    }

    fn has_walked(&self, pattern: usize, link: usize) -> bool {
        let walks = |way| self.steps.contains(&Step::Walk(pattern, way, link));
        walks(false) || walks(true)
    }

    fn has_searched(&self, pattern: usize) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Search(at, _) if *at == pattern))
    }
}

impl Orderer<'_> {
    /// The steps that match all patterns, `set` being what holds something already and `facts` what is known of it.
    ///
    /// # Errors
    /// `syntax.unsupported` for searched paths that wait for each other.
    pub(super) fn order(&self, set: &FxHashSet<Slot>, facts: &Facts) -> Result<Vec<Step>> {
        let start = State { rows: 1.0, set: set.clone(), facts: facts.clone(), ..State::default() };
        let links: usize = self.bound.iter().map(|pattern| pattern.links.len()).sum();
        if !self.by_cost || links + self.bound.len() > LOOKED_AT_MAX {
            return self.as_written(start);
        }
        if let Some(steps) = self.forced(start.clone())? {
            return Ok(steps);
        }
        let (mut start, mut estimator) = (start, Estimator::new(self.graph));
        self.judge(&mut start, &mut estimator);
        if links <= WEIGHED_MAX {
            self.cheapest(start, &mut estimator)
        } else {
            self.greedy(start, &mut estimator)
        }
    }

    /// The steps where there is nothing to choose.
    fn forced(&self, mut state: State) -> Result<Option<Vec<Step>>> {
        loop {
            match self.options(&state).as_slice() {
                [] => return self.finished(state).map(Some),
                [step] => self.take(*step, &mut state),
                _ => return Ok(None),
            }
        }
    }

    /// One pattern after the other, each from what is set already, else from what a look-up finds, else from its smallest label: to its
    /// right end, then to its left.
    fn as_written(&self, mut state: State) -> Result<Vec<Step>> {
        let mut left: Vec<usize> = (0..self.bound.len()).collect();
        while !left.is_empty() {
            let start = self.start(&self.ready(&left, &state), &state);
            let Some((at, node)) = start else { return self.finished(state) };
            left.retain(|other| *other != at);
            let Some(pattern) = self.bound.get(at) else { continue };
            let set = pattern.nodes.get(node).is_some_and(|node| state.set.contains(&node.slot));
            let steps = if pattern.is_searched() {
                vec![Step::Search(at, node)]
            } else {
                let right = (node..pattern.links.len()).map(|link| Step::Walk(at, false, link));
                right.chain((0..node).rev().map(|link| Step::Walk(at, true, link))).collect()
            };
            let find = (!set).then_some(Step::Find(at, node));
            find.into_iter().chain(steps).for_each(|step| self.take(step, &mut state));
        }
        Ok(state.steps)
    }

    /// Where matching goes on as written: the pattern, and its node.
    fn start(&self, ready: &[usize], state: &State) -> Option<(usize, usize)> {
        let nodes = || {
            let patterns = ready.iter().filter_map(|at| Some((*at, self.bound.get(*at)?)));
            patterns.flat_map(|(at, pattern)| {
                let nodes = pattern.nodes.iter().enumerate();
                let outer = move |node: &(usize, &BoundNode)| {
                    !pattern.is_searched() || pattern.is_end(node.1.slot)
                };
                nodes.filter(outer).map(move |(i, node)| ((at, i), node))
            })
        };
        if let Some((at, _)) = nodes().find(|(_, node)| state.set.contains(&node.slot)) {
            return Some(at);
        }
        let equations = equations(self.graph, self.filters, &state.set);
        let named: FxHashSet<Slot> = equations.iter().map(|one| one.slot).collect();
        let mut named = nodes().filter(|(_, node)| named.contains(&node.slot));
        let found = |node: &BoundNode| best(self.graph, self.bound, node.slot, &equations);
        if let Some((at, _)) = named.find(|(_, node)| found(node).is_some()) {
            return Some(at);
        }
        nodes().map(|(at, _)| at).min_by_key(|(at, i)| self.size(Step::Find(*at, *i)))
    }

    fn cheapest(&self, start: State, estimator: &mut Estimator<'_>) -> Result<Vec<Step>> {
        let (mut open, mut closed) = (vec![start], FxHashSet::default());
        loop {
            let next = open.iter().enumerate().min_by(|a, b| a.1.compare(b.1));
            let Some(at) = next.map(|next| next.0) else { return Ok(Vec::new()) };
            let state = open.swap_remove(at);
            if !closed.insert(state.key()) {
                continue;
            }
            let options = self.options(&state);
            if options.is_empty() {
                return self.finished(state);
            }
            open.extend(options.into_iter().map(|step| self.after(&state, step, estimator)));
        }
    }

    fn greedy(&self, mut state: State, estimator: &mut Estimator<'_>) -> Result<Vec<Step>> {
        loop {
            let options = self.options(&state);
            let next = options.into_iter().map(|step| self.after(&state, step, estimator));
            match next.min_by(State::compare) {
                Some(next) => state = next,
                None => return self.finished(state),
            }
        }
    }

    /// The steps to a state from which none goes on: it matches everything, or searches wait for each other.
    fn finished(&self, state: State) -> Result<Vec<Step>> {
        let left = |at: &usize| self.is_left(*at, &state);
        match (0..self.bound.len()).find(left).and_then(|at| self.bound.get(at)) {
            Some(pattern) => Err(entangled(pattern.span)),
            None => Ok(state.steps),
        }
    }

    /// Whether something of a pattern is to be matched still.
    fn is_left(&self, at: usize, state: &State) -> bool {
        let Some(pattern) = self.bound.get(at) else { return false };
        if pattern.is_searched() {
            return !state.has_searched(at);
        }
        let unset = pattern.nodes.iter().any(|node| !state.set.contains(&node.slot));
        unset || (0..pattern.links.len()).any(|link| !state.has_walked(at, link))
    }

    /// The steps that are worth a thought in a state, as written. A look-up of one node is worth it before any other.
    fn options(&self, state: &State) -> Vec<Step> {
        let left: Vec<usize> =
            (0..self.bound.len()).filter(|at| self.is_left(*at, state)).collect();
        let ready = self.ready(&left, state);
        let (unset, equations) =
            (self.unset(&ready, state), equations(self.graph, self.filters, &state.set));
        let mut steps = Vec::new();
        for (pattern, node, slot) in &unset {
            match best(self.graph, self.bound, *slot, &equations) {
                Some(LookUp { unique: true, .. }) => return vec![Step::Find(*pattern, *node)],
                Some(_) => steps.push(Step::Find(*pattern, *node)),
                None => {}
            }
        }
        let walks = self.walks(&ready, state);
        if walks.is_empty() {
            return unset.into_iter().map(|(at, node, _)| Step::Find(at, node)).collect();
        }
        steps.extend(walks);
        steps
    }

    /// Of the patterns that are left those that can be matched.
    fn ready(&self, left: &[usize], state: &State) -> Vec<usize> {
        let patterns = || left.iter().filter_map(|at| self.bound.get(*at));
        if !patterns().any(Bound::is_searched) {
            return left.to_vec();
        }
        let plain = patterns().filter(|pattern| !pattern.is_searched());
        let waiting = plain.flat_map(|pattern| &pattern.nodes).map(|node| node.slot).collect();
        let ready = |at: &usize| {
            self.bound.get(*at).is_some_and(|path| is_ready(path, &waiting, &state.set))
        };
        left.iter().copied().filter(ready).collect()
    }

    /// The nodes that may be found, each once: where its smallest label stands.
    fn unset(&self, ready: &[usize], state: &State) -> Vec<(usize, usize, Slot)> {
        let (mut nodes, mut met) = (Vec::new(), FxHashSet::default());
        for at in ready {
            let Some(pattern) = self.bound.get(*at) else { continue };
            for (i, node) in pattern.nodes.iter().enumerate() {
                let inside = pattern.is_searched() && !pattern.is_end(node.slot);
                if inside || state.set.contains(&node.slot) || !met.insert(node.slot) {
                    continue;
                }
                let same = nodes_of(self.bound, node.slot).filter(|same| ready.contains(&same.0));
                let least = same.min_by_key(|(at, i, _)| self.size(Step::Find(*at, *i)));
                let (at, i) = least.map_or((*at, i), |(at, i, _)| (at, i));
                nodes.push((at, i, node.slot));
            }
        }
        nodes
    }

    /// How many nodes have the label by which a node is found.
    fn size(&self, step: Step) -> usize {
        let Step::Find(pattern, node) = step else { return 0 };
        let node = self.bound.get(pattern).and_then(|pattern| pattern.nodes.get(node));
        let label = node.and_then(|node| node.label);
        label.map_or(self.graph.node_count(), |label| self.graph.nodes_with(label).len())
    }

    /// The links that begin or end at a node that is set, and the searches that do.
    fn walks(&self, ready: &[usize], state: &State) -> Vec<Step> {
        let mut steps = Vec::new();
        for at in ready {
            let Some(pattern) = self.bound.get(*at) else { continue };
            let set = |node: usize| {
                pattern.nodes.get(node).is_some_and(|node| state.set.contains(&node.slot))
            };
            if pattern.is_searched() {
                let ends = [0, pattern.links.len()];
                steps.extend(
                    ends.into_iter().find(|end| set(*end)).map(|end| Step::Search(*at, end)),
                );
                continue;
            }
            for link in (0..pattern.links.len()).filter(|link| !state.has_walked(*at, *link)) {
                if set(link) {
                    steps.push(Step::Walk(*at, false, link));
                } else if set(link + 1) {
                    steps.push(Step::Walk(*at, true, link));
                }
            }
            steps.sort_unstable();
        }
        steps
    }

    /// Notes that a step is taken.
    fn take(&self, step: Step, state: &mut State) {
        state.steps.push(step);
        let (Step::Find(pattern, _) | Step::Walk(pattern, ..) | Step::Search(pattern, _)) = step;
        let Some(pattern) = self.bound.get(pattern) else { return };
        let nodes: &[_] = match step {
            Step::Find(_, node) => pattern.nodes.get(node..=node).unwrap_or(&[]),
            Step::Walk(_, _, link) => {
                if let Some(link) = pattern.links.get(link) {
                    link.sets(&mut state.set);
                }
                pattern.nodes.get(link..=link + 1).unwrap_or(&[])
            }
            Step::Search(..) => {
                state.set.extend(pattern.interior());
                &pattern.nodes
            }
        };
        state.set.extend(nodes.iter().map(|node| node.slot));
        let Some(path) = pattern.path else { return };
        let walked = |at: usize| {
            let walks = |step: &&Step| matches!(step, Step::Walk(other, ..) if *other == at);
            state.steps.iter().filter(walks).count()
        };
        let whole = match step {
            Step::Find(..) => pattern.links.is_empty(),
            Step::Walk(at, ..) => walked(at) == pattern.links.len(),
            Step::Search(..) => true,
        };
        state.set.extend(whole.then_some(path));
    }

    /// The state after a step.
    fn after(&self, state: &State, step: Step, estimator: &mut Estimator<'_>) -> State {
        let mut next = state.clone();
        let given = next.rows;
        let rows = match step {
            Step::Find(pattern, node) => self.find(pattern, node, &mut next, estimator),
            Step::Walk(pattern, reversed, link) => {
                self.walk((pattern, link, reversed), &mut next, estimator)
            }
            Step::Search(pattern, end) => self.search(pattern, end, &mut next, estimator),
        };
        next.rows = rows;
        self.take(step, &mut next);
        let judged = self.judge(&mut next, estimator);
        let counted = !judged && self.is_counted(step, state, &next);
        next.cost += given + if counted { 0.0 } else { rows };
        next
    }

    /// Whether a step is the last and all that it sets is counted at most: then how many relationships there are is enough.
    fn is_counted(&self, step: Step, before: &State, after: &State) -> bool {
        let (Step::Walk(at, reversed, link), Some(read)) = (step, &self.read) else { return false };
        let Some(pattern) = self.bound.get(at) else { return false };
        let end = pattern.nodes.get(if reversed { link } else { link + 1 });
        let (Some(BoundLink::Rel(rel)), Some(end)) = (pattern.links.get(link), end) else {
            return false;
        };
        let unread = !read.contains(&end.slot) && !read.contains(&rel.slot);
        let opens = !before.set.contains(&end.slot) && rel.range.is_none();
        let last = !(0..self.bound.len()).any(|at| self.is_left(at, after));
        unread && opens && last && pattern.path.is_none()
    }

    /// The rows after a node is found.
    fn find(
        &self,
        pattern: usize,
        node: usize,
        state: &mut State,
        estimator: &mut Estimator<'_>,
    ) -> f64 {
        let Some(node) = self.bound.get(pattern).and_then(|pattern| pattern.nodes.get(node)) else {
            return state.rows;
        };
        let equations = equations(self.graph, self.filters, &state.set);
        if let Some(found) = best(self.graph, self.bound, node.slot, &equations) {
            state.judged.insert(found.equation.at);
            let rows = estimator.op(&found.op(), &mut state.facts, state.rows);
            // An id that is not there today may be there tomorrow.
            return if found.unique { state.rows } else { rows };
        }
        let scan = Op::NodeScan { slot: node.slot, label: node.label };
        estimator.op(&scan, &mut state.facts, state.rows)
    }

    /// The rows after a link is walked.
    fn walk(
        &self,
        (pattern, link, reversed): (usize, usize, bool),
        state: &mut State,
        estimator: &mut Estimator<'_>,
    ) -> f64 {
        let Some(pattern) = self.bound.get(pattern) else { return state.rows };
        let ends = if reversed { (link + 1, link) } else { (link, link + 1) };
        let nodes = (pattern.nodes.get(ends.0), pattern.nodes.get(ends.1));
        let (Some(link), (Some(from), Some(to))) = (pattern.links.get(link), nodes) else {
            return state.rows;
        };
        let op = match link {
            BoundLink::Rel(rel) => {
                let hop = hop(rel, (from, to), reversed, &state.set);
                match rel.range {
                    None => Op::Expand(hop),
                    Some((min, max)) => {
                        Op::ExpandMany(ExpandMany { hop, min, max, reversed, each: None })
                    }
                }
            }
            BoundLink::Repeat(repeat) => {
                let course = course(repeat, (from, to), reversed, &state.set);
                Op::Repeat(Box::new(Repeat { course, differs: Vec::new() }))
            }
        };
        estimator.op(&op, &mut state.facts, state.rows)
    }

    /// The rows after paths are searched: one for each end that is not known, each found by a walk through the graph, which is shorter
    /// where it goes from both sides.
    fn search(
        &self,
        pattern: usize,
        end: usize,
        state: &mut State,
        estimator: &mut Estimator<'_>,
    ) -> f64 {
        let Some(pattern) = self.bound.get(pattern) else { return state.rows };
        let other = if end == 0 { pattern.nodes.last() } else { pattern.nodes.first() };
        let Some(other) = other else { return state.rows };
        let all = estimator.rels_in_all();
        if state.set.contains(&other.slot) {
            state.cost += state.rows * all.sqrt();
            return state.rows;
        }
        state.cost += state.rows * all;
        let scan = Op::NodeScan { slot: other.slot, label: other.label };
        estimator.op(&scan, &mut state.facts, state.rows)
    }

    /// Takes in the conditions that can be judged now; whether there are any but those that hold for certain.
    fn judge(&self, state: &mut State, estimator: &mut Estimator<'_>) -> bool {
        let mut any = false;
        for (at, (reads, condition)) in self.filters.waiting().iter().enumerate() {
            if state.judged.contains(&at) || !reads.iter().all(|slot| state.set.contains(slot)) {
                continue;
            }
            state.judged.insert(at);
            estimator.subqueries(condition, &state.facts, state.rows);
            any |= !estimator.is_certain(condition, &state.facts);
            state.rows *= estimator.share(condition, &state.facts);
            state.facts.learn(condition);
        }
        any
    }
}
