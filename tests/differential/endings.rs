//! What random queries end with, and pass on: groups, aggregates, order, the first few.

use crate::generate::{Generator, Sort, int};
use crate::graph::NUMBER;
use crate::query::{Aggregate, Clause, Expr, Name, Projection};

impl Generator<'_> {
    /// WITH that keeps some names, some as properties or in groups.
    pub(crate) fn with(&mut self) -> Clause {
        let mut items = Vec::new();
        let mut scope = Vec::new();
        let kept = self.dice.below(3);
        for (name, sort) in self.scope.clone() {
            if self.dice.below(3) >= kept {
                items.push((Expr::Var(name), name));
                scope.push((name, sort));
            }
        }
        if self.dice.one_in(3) || items.is_empty() {
            let item = self.scalar();
            let name = self.fresh();
            items.push((item, name));
            scope.push((name, Sort::Any));
        }
        let mut with = Projection::default();
        match self.dice.below(6) {
            0..3 => {
                let count = self.count();
                let name = self.fresh();
                items.push((count, name));
                scope.push((name, Sort::Int));
            }
            3 => {
                let gathered = self.gathered();
                if !gathered.collects() {
                    let name = self.fresh();
                    items.push((gathered, name));
                    scope.push((name, Sort::Any));
                }
            }
            _ => with.distinct = self.dice.one_in(2),
        }
        with.items = items;
        self.scope = scope;
        if self.dice.one_in(4) {
            self.order(&mut with);
        }
        with.cond = self.dice.one_in(3).then(|| self.cond(1));
        Clause::With(with)
    }

    pub(crate) fn count(&mut self) -> Expr {
        let node = self.known(Sort::Node).or_else(|| self.known(Sort::Rel));
        let arg = node.filter(|_| self.dice.below(3) > 0).map(|node| Box::new(Expr::Var(node)));
        let distinct = arg.is_some() && self.dice.one_in(2);
        Expr::Aggregate(Aggregate::Count, distinct, arg)
    }

    fn aggregate(&mut self) -> Expr {
        let prop = |key: Name, this: &mut Self| {
            this.known(Sort::Node).map_or(int(1), |node| Expr::Prop(node, key))
        };
        let distinct = self.dice.one_in(4);
        let (function, arg) = match self.dice.below(12) {
            0 => (Aggregate::Sum, prop(NUMBER, self)),
            1 => (Aggregate::Sum, prop("k", self)),
            2 => (Aggregate::Avg, prop("f", self)),
            3 => (Aggregate::Min, self.scalar()),
            4 => (Aggregate::Max, self.scalar()),
            5 => (Aggregate::Collect, self.scalar()),
            6 => (Aggregate::Collect, self.known(Sort::Node).map_or(int(1), Expr::Var)),
            7 => (Aggregate::Count, self.scalar()),
            _ => return self.count(),
        };
        Expr::Aggregate(function, distinct, Some(Box::new(arg)))
    }

    /// What is gathered of nodes of the pattern, or of their properties.
    fn gathered(&mut self) -> Expr {
        let functions = [
            Aggregate::Count,
            Aggregate::Count,
            Aggregate::Sum,
            Aggregate::Avg,
            Aggregate::Min,
            Aggregate::Max,
            Aggregate::Collect,
        ];
        let function = functions[self.dice.below(functions.len())];
        let adds = matches!(function, Aggregate::Sum | Aggregate::Avg);
        let key = if adds && !self.dice.one_in(10) {
            [NUMBER, "k", "f"][self.dice.below(3)]
        } else {
            self.key()
        };
        // Which of several nodes is the least is open.
        let whole = matches!(function, Aggregate::Count | Aggregate::Collect);
        let arg = match self.known(Sort::Node) {
            Some(node) if whole && self.dice.one_in(2) => Expr::Var(node),
            Some(node) => Expr::Prop(node, key),
            None => int(1),
        };
        Expr::Aggregate(function, self.dice.one_in(2), Some(Box::new(arg)))
    }

    /// A node of the pattern, or a property of one.
    fn of_node(&mut self) -> Expr {
        let key = self.key();
        match self.known(Sort::Node) {
            Some(node) if self.dice.one_in(4) => Expr::Var(node),
            Some(node) => Expr::Prop(node, key),
            None => int(1),
        }
    }

    /// Something to group by or to return.
    fn column(&mut self) -> Expr {
        let sorts =
            [Sort::Node, Sort::Node, Sort::Rel, Sort::Int, Sort::Any, Sort::Rels, Sort::Path];
        let sort = sorts[self.dice.below(sorts.len())];
        match self.known(sort) {
            Some(name) if self.dice.one_in(2) => Expr::Var(name),
            _ => self.scalar(),
        }
    }

    pub(crate) fn ending(&mut self, clauses: &mut Vec<Clause>) -> Projection {
        if self.dice.one_in(8) {
            let nodes = self.all(Sort::Node);
            if !nodes.is_empty() {
                let from = self.dice.below(nodes.len());
                let items =
                    nodes[from..].iter().take(2).map(|name| (Expr::Var(name), *name)).collect();
                let with = Projection { distinct: true, items, ..Projection::default() };
                self.scope = with.items.iter().map(|item| (item.1, Sort::Node)).collect();
                clauses.push(Clause::With(with));
            }
        }
        let mut gives = Projection::default();
        let mut exprs = Vec::new();
        match self.dice.below(14) {
            10..13 => {
                for _ in 0..self.dice.below(3) {
                    exprs.push(self.of_node());
                }
                for _ in 0..1 + self.dice.below(3) {
                    exprs.push(self.gathered());
                }
            }
            13 => {
                for _ in 0..1 + self.dice.below(3) {
                    exprs.push(self.of_node());
                }
                gives.distinct = true;
            }
            0..2 => exprs.push(self.count()),
            2..7 => {
                for _ in 0..1 + self.dice.below(2) {
                    exprs.push(self.column());
                }
                for _ in 0..1 + usize::from(self.dice.one_in(3)) {
                    exprs.push(self.aggregate());
                }
            }
            7 => exprs.push(self.aggregate()),
            _ => {
                for _ in 0..1 + self.dice.below(3) {
                    exprs.push(self.column());
                }
                gives.distinct = self.dice.one_in(2);
            }
        }
        let around = self.known(Sort::Node).filter(|_| self.dice.one_in(20));
        if let Some(node) = around {
            exprs.push(self.inner_list(node));
        }
        gives.items = exprs.into_iter().map(|expr| (expr, self.fresh())).collect();
        let plain = !gives.distinct && !gives.items.iter().any(|item| item.0.aggregates());
        if plain && self.dice.one_in(3) {
            self.order_by_scope(&mut gives);
        } else if self.dice.one_in(2) {
            self.order(&mut gives);
        }
        gives
    }

    /// An order by what is in scope, returned or not, with everything that tells rows apart at its end.
    fn order_by_scope(&mut self, projection: &mut Projection) {
        if self.scope.iter().any(|entry| matches!(entry.1, Sort::Rels | Sort::Path)) {
            return;
        }
        let mut keys = vec![self.scalar()];
        keys.extend(self.scope.iter().map(|(name, sort)| match sort {
            Sort::Node | Sort::Rel => Expr::Prop(name, NUMBER),
            Sort::Rels | Sort::Path | Sort::Int | Sort::Any => Expr::Var(name),
        }));
        projection.order = keys.into_iter().map(|key| (key, self.dice.one_in(2))).collect();
        projection.limit = self.dice.one_in(2).then(|| 1 + self.dice.below(6));
    }

    /// Some of the rows, whichever: only how many there are can be told.
    pub(crate) fn capped(&mut self, clauses: &mut Vec<Clause>) {
        let Some((name, _)) = self.scope.first().copied() else { return };
        let with = Projection {
            distinct: self.dice.one_in(2),
            items: vec![(Expr::Var(name), name)],
            limit: Some(1 + self.dice.below(4)),
            ..Projection::default()
        };
        clauses.push(Clause::With(with));
        self.scope.clear();
    }

    fn inner_list(&mut self, from: Name) -> Expr {
        let node = self.fresh();
        let path = self.hop(from, node);
        let list = Expr::Each(Box::new(path), None, Box::new(Expr::Prop(node, NUMBER)));
        Expr::Size(Box::new(list))
    }

    /// An order that leaves no choice, by all columns; SKIP and LIMIT.
    fn order(&mut self, projection: &mut Projection) {
        let mut keys = Vec::new();
        for (expr, name) in &projection.items {
            if expr.collects() {
                continue;
            }
            let sort = match expr {
                Expr::Var(var) => {
                    self.scope.iter().find(|entry| entry.0 == *var || entry.0 == *name)
                }
                _ => None,
            };
            keys.push(match sort.map(|entry| entry.1) {
                Some(Sort::Node | Sort::Rel) => Expr::Prop(name, NUMBER),
                Some(Sort::Path | Sort::Rels) => return,
                _ => Expr::Var(name),
            });
        }
        // What is counted first, as in a list of the greatest.
        if self.dice.one_in(2) {
            keys.reverse();
        }
        projection.order = keys.into_iter().map(|key| (key, self.dice.one_in(2))).collect();
        if self.dice.one_in(2) {
            projection.limit = Some([0, 1, 2, 2, 3, 3, 5, 5, 10, 10][self.dice.below(10)]);
        }
        if self.dice.one_in(6) {
            projection.skip = Some(self.dice.below(3));
        }
        if projection.order.is_empty() {
            (projection.limit, projection.skip) = (None, None);
        }
    }
}
