//! Random queries: the pieces. `idioms` puts them together in the shapes people write.

use crate::dice::Dice;
use crate::graph::{KEYS, KINDS, LABELS, NUMBER, REL_KEYS, TEXTS, any};
use crate::query::{
    Clause, Expr, Inner, Logic, Match, Name, NodePattern, Op, Path, Projection, RelPattern, Search,
    TextOp, Way,
};
use crate::value::Val;

const NAMES: [Name; 40] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "l", "m", "n", "o", "p", "q", "r", "s", "t",
    "v", "a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1", "i1", "j1", "l1", "m1", "n1", "o1", "p1",
    "q1", "r1", "s1", "t1", "v1",
];

/// What a name in scope stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sort {
    Node,
    Rel,
    Rels,
    Path,
    Int,
    /// A property, of whatever type.
    Any,
}

pub(crate) struct Generator<'d> {
    pub(crate) dice: &'d mut Dice,
    pub(crate) scope: Vec<(Name, Sort)>,
    /// The relationships of clauses before this one, which it may name once more.
    rels_before: Vec<Name>,
    /// How many names are taken.
    taken: usize,
    /// How many nodes the graph has had.
    nodes: usize,
    /// Whether the graph is large, and the query must be cheap.
    pub(crate) large: bool,
}

pub(crate) fn compare(a: Expr, op: Op, b: Expr) -> Expr {
    Expr::Compare(Box::new(a), op, Box::new(b))
}

/// The same, seen from its right side.
pub(crate) fn turned(a: Expr, op: Op, b: Expr) -> Expr {
    let op = match op {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        Op::Eq | Op::Ne => op,
    };
    compare(b, op, a)
}

pub(crate) fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}

pub(crate) fn int(number: usize) -> Expr {
    Expr::Const(Val::int(number))
}

pub(crate) fn both(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Expr::Join(Box::new(a), Logic::And, Box::new(b))),
        (a, b) => a.or(b),
    }
}

pub(crate) fn find(path: Path, cond: Option<Expr>) -> Match {
    Match { optional: false, paths: vec![path], cond }
}

pub(crate) fn named(name: Name) -> NodePattern {
    NodePattern { name: Some(name), ..NodePattern::default() }
}

impl<'d> Generator<'d> {
    pub(crate) fn new(dice: &'d mut Dice, nodes: usize, large: bool) -> Self {
        Self { dice, scope: Vec::new(), rels_before: Vec::new(), taken: 0, nodes, large }
    }

    pub(crate) fn fresh(&mut self) -> Name {
        let name = NAMES[self.taken % NAMES.len()];
        self.taken += 1;
        name
    }

    /// Whether every name was used for one thing only.
    pub(crate) fn has_names(&self) -> bool {
        self.taken <= NAMES.len()
    }

    /// A new name in scope.
    pub(crate) fn add(&mut self, sort: Sort) -> Name {
        let name = self.fresh();
        self.scope.push((name, sort));
        name
    }

    pub(crate) fn all(&self, sort: Sort) -> Vec<Name> {
        self.scope.iter().filter(|entry| entry.1 == sort).map(|entry| entry.0).collect()
    }

    pub(crate) fn known(&mut self, sort: Sort) -> Option<Name> {
        let all = self.all(sort);
        (!all.is_empty()).then(|| all[self.dice.below(all.len())])
    }

    pub(crate) fn label(&mut self) -> Name {
        if self.dice.one_in(40) { "Z" } else { LABELS[self.dice.below(5) / 2] }
    }

    pub(crate) fn kind(&mut self) -> Name {
        if self.dice.one_in(60) { "Z" } else { KINDS[self.dice.below(5) / 2] }
    }

    pub(crate) fn way(&mut self) -> Way {
        [Way::Right, Way::Right, Way::Left, Way::Left, Way::Either][self.dice.below(5)]
    }

    pub(crate) fn op(&mut self) -> Op {
        [Op::Eq, Op::Ne, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge][self.dice.below(7)]
    }

    /// A key of nodes.
    pub(crate) fn key(&mut self) -> Name {
        match self.dice.below(40) {
            0 => "zz",
            1..3 => NUMBER,
            3..15 => "k",
            _ => KEYS[self.dice.below(KEYS.len())],
        }
    }

    /// A value that a key may well have.
    pub(crate) fn constant(&mut self, key: Name) -> Val {
        if self.dice.one_in(25) {
            return any(self.dice);
        }
        let nodes = self.nodes + 1;
        match key {
            NUMBER => Val::int(self.dice.below(nodes)),
            "id" => Val::Text(format!("n{}", self.dice.below(nodes))),
            "q" => Val::Text(format!("課題{}", self.dice.below(nodes))),
            "k" | "w" => Val::int(self.dice.below(5)),
            "t" => Val::Text(self.dice.pick(&TEXTS).to_owned()),
            "f" => Val::Float(self.dice.below(7) as f64 / 2.0 - 1.0),
            "b" => Val::Bool(self.dice.one_in(2)),
            _ => any(self.dice),
        }
    }

    /// A constant, or a parameter.
    pub(crate) fn given(&mut self, key: Name) -> Expr {
        if self.dice.below(8) > 0 {
            return Expr::Const(self.constant(key));
        }
        Expr::Param(match (key, self.dice.one_in(12)) {
            (_, true) => "nothing",
            ("id", _) => ["first", "second"][self.dice.below(2)],
            ("t" | "q", _) => "text",
            _ => ["one", "two"][self.dice.below(2)],
        })
    }

    pub(crate) fn rel(&mut self) -> RelPattern {
        let kinds = match self.dice.below(8) {
            0..2 => Vec::new(),
            2..4 => vec![self.kind(), self.kind()],
            _ => vec![self.kind()],
        };
        RelPattern { name: None, kinds, way: self.way(), range: None, properties: Vec::new() }
    }

    /// A relationship of any form; its name comes into scope.
    fn any_rel(&mut self) -> RelPattern {
        let mut rel = self.rel();
        if self.dice.one_in(8) {
            let key = REL_KEYS[self.dice.below(2)];
            rel.properties.push((key, Expr::Const(self.constant(key))));
        }
        if self.dice.one_in(7) {
            rel.range = Some(self.range());
        }
        if self.dice.one_in(4) {
            let sort = if rel.range.is_some() { Sort::Rels } else { Sort::Rel };
            let again = sort == Sort::Rel && self.dice.one_in(8);
            let old = if again { self.rels_before.pop() } else { None };
            rel.name = Some(old.unwrap_or_else(|| self.add(sort)));
        }
        rel
    }

    pub(crate) fn range(&mut self) -> (Option<usize>, Option<usize>) {
        let min = self.dice.below(4);
        let more = self.dice.below(4);
        match self.dice.below(6) {
            0 if !self.large => (None, None),
            1 if !self.large => (Some(min), None),
            2 => (None, Some(1 + more)),
            3 => (Some(min), Some(min)),
            4 => (Some(0), Some(more)),
            _ => (Some(min.min(1)), Some(min + more)),
        }
    }

    /// A node: one that is known, a new one, or one without a name.
    fn node(&mut self, known: usize) -> NodePattern {
        let mut node = NodePattern::default();
        let old = self.known(Sort::Node).filter(|_| self.dice.below(10) < known);
        node.name = match old {
            Some(old) => Some(old),
            None if self.dice.one_in(4) => None,
            None => Some(self.add(Sort::Node)),
        };
        self.tests(&mut node, 4);
        node
    }

    /// Labels and properties, one time in so many.
    pub(crate) fn tests(&mut self, node: &mut NodePattern, rare: usize) {
        if self.dice.one_in(rare) {
            node.labels.push(self.label());
            if self.dice.one_in(6) {
                node.labels.push(self.label());
            }
        }
        if self.dice.one_in(3 * rare) {
            let key = self.key();
            node.properties.push((key, self.given(key)));
        }
    }

    pub(crate) fn path(&mut self, hops: usize) -> Path {
        let start = self.node(4);
        let hops = (0..hops).map(|_| (self.any_rel(), self.node(3))).collect();
        let name = self.dice.one_in(12).then(|| self.add(Sort::Path));
        Path { name, search: Search::Every, start, hops }
    }

    /// A pattern that sets nothing and starts at a known node.
    fn test(&mut self, from: Name) -> Path {
        let mut hops = Vec::new();
        for _ in 0..=usize::from(self.dice.one_in(3)) {
            let mut rel = self.rel();
            if self.dice.one_in(6) {
                rel.range = Some(self.range());
            }
            let mut node = NodePattern::default();
            if self.dice.one_in(5) {
                node.name = self.known(Sort::Node);
            }
            self.tests(&mut node, 3);
            hops.push((rel, node));
        }
        Path { name: None, search: Search::Every, start: named(from), hops }
    }

    pub(crate) fn matching(&mut self) -> Clause {
        let sizes: &[usize] = if self.large { &[0, 1, 1, 2] } else { &[0, 1, 1, 1, 2, 2, 3] };
        self.rels_before = self.all(Sort::Rel);
        let mut paths = Vec::new();
        for _ in 0..=usize::from(self.dice.one_in(4)) {
            let hops = sizes[self.dice.below(sizes.len())];
            let path = self.path(hops);
            paths.push(path);
        }
        let cond = self.dice.one_in(2).then(|| self.cond(2));
        Clause::Match(Match { optional: self.dice.one_in(4), paths, cond })
    }

    /// A property or a number in scope.
    pub(crate) fn scalar(&mut self) -> Expr {
        match self.dice.below(8) {
            0 => match self.known(Sort::Rel) {
                Some(rel) => Expr::Prop(rel, REL_KEYS[self.dice.below(2)]),
                None => self.scalar_of_node(),
            },
            1 => self.known(Sort::Int).map_or_else(|| self.scalar_of_node(), Expr::Var),
            2 => self.known(Sort::Any).map_or_else(|| self.scalar_of_node(), Expr::Var),
            _ => self.scalar_of_node(),
        }
    }

    fn scalar_of_node(&mut self) -> Expr {
        let key = self.key();
        match self.known(Sort::Node) {
            Some(node) => Expr::Prop(node, key),
            None => {
                self.known(Sort::Int).or_else(|| self.known(Sort::Any)).map_or(int(1), Expr::Var)
            }
        }
    }

    /// A comparison, from one side or the other.
    pub(crate) fn either(&mut self, a: Expr, op: Op, b: Expr) -> Expr {
        if self.dice.one_in(3) { turned(a, op, b) } else { compare(a, op, b) }
    }

    /// A condition on what is in scope.
    pub(crate) fn cond(&mut self, depth: usize) -> Expr {
        if depth > 0 && self.dice.one_in(3) {
            let a = self.cond(depth - 1);
            if self.dice.one_in(3) {
                return not(a);
            }
            let logic =
                [Logic::And, Logic::And, Logic::Or, Logic::Or, Logic::Xor][self.dice.below(5)];
            let b = self.cond(depth - 1);
            return Expr::Join(Box::new(a), logic, Box::new(b));
        }
        let nodes = self.all(Sort::Node);
        if nodes.is_empty() {
            return self.cond_on_value();
        }
        let node = nodes[self.dice.below(nodes.len())];
        let other = nodes[self.dice.below(nodes.len())];
        match self.dice.below(15) {
            0 => Expr::HasLabel(node, self.label()),
            1 => {
                let op = if self.dice.one_in(2) { Op::Eq } else { Op::Ne };
                compare(Expr::Var(node), op, Expr::Var(other))
            }
            2..4 => {
                let key = if self.dice.one_in(3) { NUMBER } else { self.key() };
                compare(Expr::Prop(node, key), self.op(), Expr::Prop(other, key))
            }
            4 => compare(self.scalar(), self.op(), self.scalar()),
            5 => Expr::Pattern(Box::new(self.test(node))),
            6 => not(Expr::Pattern(Box::new(self.test(node)))),
            7 => Expr::Exists(Box::new(self.inner(node, depth))),
            8 => not(Expr::Exists(Box::new(self.inner(node, depth)))),
            9 => {
                let count = Expr::Count(Box::new(self.inner(node, depth)));
                let (op, number) = (self.op(), int(self.dice.below(3)));
                self.either(count, op, number)
            }
            10 => Expr::IsNull(Box::new(Expr::Var(node)), self.dice.one_in(2)),
            _ => self.cond_on_value(),
        }
    }

    fn cond_on_value(&mut self) -> Expr {
        if let (true, Some(number)) = (self.dice.one_in(3), self.known(Sort::Int)) {
            if self.dice.one_in(4) {
                let sum = Expr::Plus(Box::new(Expr::Var(number)), Box::new(int(1)));
                return compare(sum, self.op(), int(self.dice.below(4)));
            }
            return compare(Expr::Var(number), self.op(), int(self.dice.below(4)));
        }
        let Some(node) = self.known(Sort::Node) else {
            return Expr::IsNull(Box::new(self.scalar()), self.dice.one_in(2));
        };
        let key = self.key();
        let prop = Box::new(Expr::Prop(node, key));
        match self.dice.below(8) {
            0 => Expr::IsNull(prop, self.dice.one_in(2)),
            1 => {
                let mut items: Vec<Expr> =
                    (0..self.dice.below(4)).map(|_| self.given(key)).collect();
                if self.dice.one_in(6) {
                    items.push(Expr::Const(Val::Null));
                }
                Expr::In(prop, Box::new(Expr::List(items)))
            }
            2 => {
                let key = ["t", "q", "id", "x"][self.dice.below(4)];
                let op = [TextOp::Starts, TextOp::Ends, TextOp::Contains][self.dice.below(3)];
                let text = ["", "a", "b", "課", "題", "解決", "n1", "1"][self.dice.below(8)];
                let text = Expr::Const(Val::Text(text.to_owned()));
                Expr::Text(Box::new(Expr::Prop(node, key)), op, Box::new(text))
            }
            _ => compare(*prop, self.op(), self.given(key)),
        }
    }

    /// A query about a node, in an expression.
    fn inner(&mut self, from: Name, depth: usize) -> Inner {
        let outer = self.scope.clone();
        let mut path = self.test(from);
        // Sometimes the far ends get names, for a condition to speak of.
        for (rel, node) in &mut path.hops {
            if node.name.is_none() && self.dice.below(3) > 0 {
                node.name = Some(self.add(Sort::Node));
            }
            if rel.range.is_none() && self.dice.one_in(6) {
                rel.name = Some(self.add(Sort::Rel));
            }
        }
        let cond = (depth > 0 && self.dice.one_in(2)).then(|| self.cond(depth - 1));
        let mut matches = vec![find(path, cond)];
        if self.dice.one_in(8) {
            let from = self.known(Sort::Node).unwrap_or(from);
            let path = self.test(from);
            matches.push(find(path, None));
        }
        let new = self.scope[outer.len()..].iter().find(|entry| entry.1 == Sort::Node);
        let item = new.map(|entry| (Expr::Var(entry.0), "z"));
        let gives = item.filter(|_| self.dice.one_in(5)).map(|item| Projection {
            distinct: self.dice.one_in(2),
            items: vec![item],
            ..Projection::default()
        });
        self.scope = outer;
        let bare = matches.len() == 1 && gives.is_none() && self.dice.one_in(2);
        Inner { bare, matches, gives }
    }
}
