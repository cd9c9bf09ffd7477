//! Graphs whose schema says by which properties nodes are found, and queries that find them so.

use indexmap::IndexMap;
use kadai::error::Text;
use kadai::graph::{LabelSpec, LookUp, PropertySpec, PropertyType, Schema, TypeSpec};

use crate::dice::Dice;
use crate::generate::{Generator, Sort, both, compare, find, named};
use crate::graph::{KEYS, KINDS, LABELS, NUMBER, REL_KEYS};
use crate::query::{Aggregate, Clause, Expr, Match, Name, Op, Path, Projection};

/// What the schema of a graph says of look-ups.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Keyed {
    /// There is no schema.
    #[default]
    No,
    /// Properties by which all nodes are found; every name is allowed.
    All,
    /// Properties by which the nodes of a label are found; a node has one label, and an `id` of its own.
    Labels,
}

impl Keyed {
    pub(crate) fn random(dice: &mut Dice) -> Self {
        [Self::No, Self::No, Self::All, Self::Labels][dice.below(4)]
    }

    /// How nodes are found by a key; `None` stands for all nodes.
    fn look_up(self, label: Option<Name>, key: Name) -> LookUp {
        match (self, label, key) {
            (Self::All, None, "k" | "t" | "x") => LookUp::Index,
            (Self::Labels, Some("A"), "k" | "t") | (Self::Labels, Some("B"), "k") => LookUp::Index,
            (Self::Labels, Some("A"), "q") => LookUp::Unique,
            (Self::Labels, None, "f") => LookUp::Index,
            _ => LookUp::None,
        }
    }

    fn properties(self, label: Option<Name>) -> IndexMap<String, PropertySpec> {
        let all = KEYS.into_iter().chain([NUMBER, "zz"]);
        let own = all.filter(|key| label.is_none() || self.look_up(label, key) != LookUp::None);
        own.map(|key| (key.to_owned(), property(self.look_up(label, key)))).collect()
    }

    pub(crate) fn schema(self) -> Schema {
        let mut schema = Schema::default();
        if self == Self::No {
            return schema;
        }
        schema.node_properties = self.properties(None);
        let rel_keys = REL_KEYS.into_iter().chain([NUMBER]);
        schema.rel_properties =
            rel_keys.map(|key| (key.to_owned(), property(LookUp::None))).collect();
        if self == Self::Labels {
            for label in LABELS.into_iter().chain(["Z"]) {
                let properties = self.properties(Some(label));
                let spec = LabelSpec { properties, ..LabelSpec::default() };
                schema.labels.insert(label.to_owned(), spec);
            }
            for kind in KINDS.into_iter().chain(["Z"]) {
                schema.types.insert(kind.to_owned(), TypeSpec::default());
            }
        }
        schema
    }
}

fn property(look_up: LookUp) -> PropertySpec {
    PropertySpec {
        kind: PropertyType::Any,
        aliases: Vec::new(),
        description: Text::default(),
        required: false,
        values: Vec::new(),
        default: None,
        when: None,
        look_up,
        inherit: false,
    }
}

impl Generator<'_> {
    /// A key by which nodes may be found.
    pub(crate) fn look_up_key(&mut self) -> Name {
        ["id", "id", "q", "k", "k", "t", "f", "x"][self.dice.below(8)]
    }

    /// Nodes found by what is known before: other nodes, rows, a list.
    pub(crate) fn by_key(&mut self) -> Vec<Clause> {
        let mut clauses = Vec::new();
        let key = self.look_up_key();
        let (value, any) = match self.dice.below(4) {
            0 => {
                let items: Vec<Expr> =
                    (0..1 + self.dice.below(4)).map(|_| self.given(key)).collect();
                let value = self.add(Sort::Any);
                clauses.push(Clause::Unwind(Expr::List(items), value));
                (Expr::Var(value), false)
            }
            1 => {
                let (from, list) = (self.fresh(), self.fresh());
                clauses.push(Clause::Match(find(self.start_of(from), None)));
                let other = if self.dice.one_in(4) { self.look_up_key() } else { key };
                let distinct = self.dice.one_in(2);
                let arg = Some(Box::new(Expr::Prop(from, other)));
                let all = Expr::Aggregate(Aggregate::Collect, distinct, arg);
                let items = vec![(all, list)];
                clauses.push(Clause::With(Projection { items, ..Projection::default() }));
                (Expr::Var(list), true)
            }
            2 => {
                let items = (0..self.dice.below(5)).map(|_| self.given(key)).collect();
                (Expr::List(items), true)
            }
            _ => {
                let from = self.add(Sort::Node);
                clauses.push(Clause::Match(find(self.start_of(from), None)));
                let other = if self.dice.one_in(6) { self.look_up_key() } else { key };
                (Expr::Prop(from, other), false)
            }
        };
        let found = self.found_by(key, value, any);
        // What is known and what is found in one MATCH, or one after the other.
        match clauses.last_mut() {
            Some(Clause::Match(before)) if self.dice.one_in(3) => {
                before.cond = both(before.cond.take(), found.cond);
                before.paths.extend(found.paths);
            }
            _ => clauses.push(Clause::Match(found)),
        }
        clauses
    }

    fn start_of(&mut self, name: Name) -> Path {
        let mut node = named(name);
        self.tests(&mut node, 2);
        Path::of(node)
    }

    /// A node by one of its keys, at the end of hops or alone.
    fn found_by(&mut self, key: Name, value: Expr, any: bool) -> Match {
        let name = self.add(Sort::Node);
        let mut path = self.start_of(name);
        let prop = Expr::Prop(name, key);
        let mut cond = if any {
            Some(Expr::In(Box::new(prop), Box::new(value)))
        } else if self.dice.one_in(2) {
            path.start.properties.push((key, value));
            None
        } else if self.dice.one_in(2) {
            Some(compare(value, Op::Eq, prop))
        } else {
            Some(compare(prop, Op::Eq, value))
        };
        if self.dice.one_in(3) {
            let label = self.label();
            cond = both(cond, Some(Expr::HasLabel(name, label)));
        }
        if self.dice.one_in(3) {
            let from = self.add(Sort::Node);
            let mut hop = self.hop(from, name);
            hop.hops[0].1 = path.start;
            path = hop;
        }
        Match { optional: self.dice.one_in(5), ..find(path, cond) }
    }
}
