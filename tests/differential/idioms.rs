//! Random queries in the shapes people write, and those an engine has shortcuts for.

use crate::generate::{Generator, Sort, both, compare, find, int, named, not};
use crate::query::{
    Aggregate, Clause, Expr, Inner, Match, Name, NodePattern, Op, Part, Path, Projection, Query,
    RelPattern, Search, Way,
};

impl Generator<'_> {
    /// A query; none where it would need more names than there are.
    pub(crate) fn query(&mut self) -> Option<Query> {
        let mut parts = vec![self.part()];
        if self.dice.one_in(12) {
            self.scope.clear();
            let mut other = self.part();
            // The columns of all parts have one name each.
            let columns = parts[0].gives.items.len();
            if other.gives.items.len() == columns {
                for (item, first) in other.gives.items.iter_mut().zip(&parts[0].gives.items) {
                    item.1 = first.1;
                }
                other.gives.order.clear();
                other.gives.limit = None;
                other.gives.skip = None;
                parts[0].gives.order.clear();
                parts[0].gives.limit = None;
                parts[0].gives.skip = None;
                parts.push(other);
            }
        }
        let all = self.dice.one_in(2);
        self.has_names().then_some(Query { parts, all })
    }

    fn part(&mut self) -> Part {
        let mut clauses = if self.dice.below(5) < 2 { self.free() } else { self.idiom() };
        let extra = if self.large { 12 } else { 4 };
        if self.dice.one_in(extra) {
            self.more(&mut clauses);
        }
        if self.dice.one_in(25) {
            self.capped(&mut clauses);
        }
        let gives = self.ending(&mut clauses);
        Part { clauses, gives }
    }

    fn free(&mut self) -> Vec<Clause> {
        let mut clauses = Vec::new();
        if self.dice.one_in(8) {
            clauses.push(self.unwound());
        }
        clauses.push(self.matching());
        for _ in 0..self.dice.below(3) {
            self.more(&mut clauses);
        }
        clauses
    }

    fn more(&mut self, clauses: &mut Vec<Clause>) {
        match self.dice.below(8) {
            0 => clauses.push(self.unwound()),
            1..3 => {
                let with = self.with();
                clauses.push(with);
            }
            _ => clauses.push(self.matching()),
        }
    }

    fn unwound(&mut self) -> Clause {
        let items = (0..self.dice.below(4)).map(|_| Expr::Const(self.constant("k"))).collect();
        Clause::Unwind(Expr::List(items), self.add(Sort::Any))
    }

    /// One hop between two names.
    pub(crate) fn hop(&mut self, from: Name, to: Name) -> Path {
        let rel = self.rel();
        let mut end = named(to);
        self.tests(&mut end, 3);
        Path { name: None, search: Search::Every, start: named(from), hops: vec![(rel, end)] }
    }

    /// A start: a node with a label, a condition or a look-up.
    fn start(&mut self) -> (Name, NodePattern, Option<Expr>) {
        let name = self.add(Sort::Node);
        let mut node = named(name);
        self.tests(&mut node, 3);
        let cond = self.dice.one_in(5).then(|| self.cond(0));
        (name, node, cond)
    }

    /// A node found by one of its keys.
    fn looked_up(&mut self) -> (Name, NodePattern, Option<Expr>) {
        let name = self.add(Sort::Node);
        let mut node = named(name);
        if self.dice.one_in(2) {
            node.labels.push(self.label());
        }
        let key = self.look_up_key();
        let value = self.given(key);
        let prop = Expr::Prop(name, key);
        let cond = match self.dice.below(4) {
            0 => Some(compare(prop, Op::Eq, value)),
            1 => {
                let other = self.given(key);
                Some(Expr::In(Box::new(prop), Box::new(Expr::List(vec![value, other]))))
            }
            _ => {
                node.properties.push((key, value));
                None
            }
        };
        (name, node, cond)
    }

    fn idiom(&mut self) -> Vec<Clause> {
        match self.dice.below(18) {
            0..4 => self.without(),
            4..6 => self.chain(),
            6..9 => self.reaching(),
            9 => self.shortest(),
            10 => self.cycle(),
            11 => self.fork(),
            12 => self.joined(),
            13 => self.optional(),
            14 => self.counted(),
            15..17 => self.by_key(),
            _ => self.by_rows(),
        }
    }

    /// Nodes without something, in one of the many ways to say it.
    fn without(&mut self) -> Vec<Clause> {
        let (node, start, cond) = self.start();
        let mut clauses = vec![Clause::Match(find(Path::of(start), cond))];
        if self.dice.one_in(4) {
            let to = self.fresh();
            let hop = self.hop(node, to);
            self.scope.push((to, Sort::Node));
            clauses = match clauses.pop() {
                Some(Clause::Match(mut found)) => {
                    found.paths[0].hops = hop.hops;
                    vec![Clause::Match(found)]
                }
                _ => Vec::new(),
            };
        }
        let far = self.fresh();
        let mut path = self.hop(node, far);
        let mut ends = vec![far];
        if self.dice.one_in(3) {
            let next = self.fresh();
            path.hops.extend(self.hop(far, next).hops);
            ends.push(next);
        } else if self.dice.one_in(5) {
            path.hops[0].0.range = Some(self.range());
        }
        let outer = self.scope.clone();
        self.scope.extend(ends.iter().map(|end| (*end, Sort::Node)));
        let inside = self.dice.one_in(2).then(|| self.cond(1));
        self.scope = outer;
        self.absent(&mut clauses, path, &ends, inside);
        clauses
    }

    fn absent(
        &mut self,
        clauses: &mut Vec<Clause>,
        path: Path,
        ends: &[Name],
        inside: Option<Expr>,
    ) {
        let inner = |bare, cond| {
            Box::new(Inner { bare, matches: vec![find(path.clone(), cond)], gives: None })
        };
        let cond = match self.dice.below(8) {
            0 => {
                let mut path = path.clone();
                path.hops.iter_mut().for_each(|hop| hop.1.name = None);
                not(Expr::Pattern(Box::new(path)))
            }
            1 => not(Expr::Exists(inner(true, inside))),
            2 => not(Expr::Exists(inner(false, inside))),
            3 => self.either(Expr::Count(inner(true, inside)), Op::Eq, int(0)),
            4 => {
                let list = Expr::Each(Box::new(path), inside.map(Box::new), Box::new(int(1)));
                let op = [Op::Eq, Op::Lt, Op::Gt][self.dice.below(3)];
                let number = int(usize::from(op == Op::Lt));
                self.either(Expr::Size(Box::new(list)), op, number)
            }
            5 => Expr::Exists(inner(false, inside)),
            _ => return self.absent_after_optional(clauses, path, ends, inside),
        };
        if let Some(Clause::Match(found)) = clauses.last_mut() {
            found.cond = both(found.cond.take(), Some(cond));
        }
    }

    /// OPTIONAL MATCH, and then only what it found nothing for.
    fn absent_after_optional(
        &mut self,
        clauses: &mut Vec<Clause>,
        path: Path,
        ends: &[Name],
        inside: Option<Expr>,
    ) {
        let from = path.start.name;
        clauses.push(Clause::Match(Match { optional: true, paths: vec![path], cond: inside }));
        let end = ends[ends.len() - 1];
        // Rows that differ only in what is left out come up several times.
        if self.dice.one_in(3) {
            self.scope.retain(|entry| Some(entry.0) == from);
        }
        let more = self.dice.one_in(3).then(|| self.cond(0));
        let mut items: Vec<_> =
            self.scope.iter().map(|entry| (Expr::Var(entry.0), entry.0)).collect();
        let cond = if self.dice.one_in(2) {
            items.push((Expr::Var(end), end));
            if self.dice.one_in(2) {
                self.scope.push((end, Sort::Node));
            }
            Expr::IsNull(Box::new(Expr::Var(end)), true)
        } else {
            let count = self.add(Sort::Int);
            let arg = Some(Box::new(Expr::Var(end)));
            items.push((Expr::Aggregate(Aggregate::Count, self.dice.one_in(3), arg), count));
            let op = if self.dice.one_in(4) { Op::Lt } else { Op::Eq };
            let number = int(self.dice.below(2));
            self.either(Expr::Var(count), op, number)
        };
        let with = Projection { items, cond: both(Some(cond), more), ..Projection::default() };
        clauses.push(Clause::With(with));
    }

    /// Hops in a row, or from one node in several directions.
    fn chain(&mut self) -> Vec<Clause> {
        let (first, start, cond) = self.start();
        let mut path = Path::of(start);
        let mut last = first;
        for _ in 0..1 + self.dice.below(3) {
            let next = self.fresh();
            path.hops.extend(self.hop(last, next).hops);
            if self.dice.one_in(5) {
                path.hops.iter_mut().last().into_iter().for_each(|hop| hop.1.name = None);
            } else {
                self.scope.push((next, Sort::Node));
            }
            last = next;
        }
        let mut found = find(path, cond);
        if self.dice.one_in(4) {
            let to = self.fresh();
            let branch = self.hop(first, to);
            found.paths.push(branch);
            self.scope.push((to, Sort::Node));
        }
        if self.dice.one_in(4) {
            found.cond = both(found.cond, Some(self.cond(1)));
        }
        vec![Clause::Match(found)]
    }

    /// What can be reached over any number of hops.
    fn reaching(&mut self) -> Vec<Clause> {
        let (from, start, cond) = if self.dice.one_in(2) { self.looked_up() } else { self.start() };
        let to = self.fresh();
        let mut path = self.hop(from, to);
        path.start = start;
        path.hops[0].0.range = Some(self.range());
        if self.dice.one_in(4) {
            let next = self.fresh();
            path.hops.extend(self.hop(to, next).hops);
            self.scope.push((next, Sort::Node));
        }
        let mut clauses = Vec::new();
        if self.dice.one_in(4) {
            // As a condition: some node that can be reached.
            path.start = named(from);
            let matches = vec![find(path, None)];
            let exists =
                Expr::Exists(Box::new(Inner { bare: self.dice.one_in(2), matches, gives: None }));
            let exists = if self.dice.one_in(3) { not(exists) } else { exists };
            self.scope = vec![(from, Sort::Node)];
            return vec![Clause::Match(find(Path::of(named(from)), both(cond, Some(exists))))];
        }
        self.scope.push((to, Sort::Node));
        let far = self.dice.one_in(3).then(|| self.cond(1));
        clauses.push(Clause::Match(find(path, both(cond, far))));
        if self.dice.one_in(2) {
            let items = if self.dice.one_in(2) { vec![from, to] } else { vec![to] };
            self.scope = items.iter().map(|name| (*name, Sort::Node)).collect();
            let items = items.into_iter().map(|name| (Expr::Var(name), name)).collect();
            clauses.push(Clause::With(Projection {
                distinct: true,
                items,
                ..Projection::default()
            }));
        }
        clauses
    }

    fn shortest(&mut self) -> Vec<Clause> {
        let look = self.dice.one_in(2);
        let (from, start, cond) = if look { self.looked_up() } else { self.start() };
        let (to, end, far) = if look { self.looked_up() } else { self.start() };
        let cond = both(cond, far);
        let mut rel: RelPattern = self.rel();
        let max = 1 + self.dice.below(4);
        let ranges = [(None, None), (Some(1), None), (None, Some(max)), (Some(1), Some(max))];
        rel.range =
            Some(ranges[if self.large { 2 + self.dice.below(2) } else { self.dice.below(4) }]);
        let search = if self.dice.one_in(2) { Search::Shortest } else { Search::AllShortest };
        let name = self.fresh();
        let path = |start, end| Path { name: Some(name), search, start, hops: vec![(rel, end)] };
        let clauses = if self.dice.one_in(2) {
            let ends = Match { optional: false, paths: vec![Path::of(start), Path::of(end)], cond };
            let path = path(named(from), named(to));
            let optional = self.dice.one_in(3);
            vec![
                Clause::Match(ends),
                Clause::Match(Match { optional, paths: vec![path], cond: None }),
            ]
        } else {
            vec![Clause::Match(find(path(start, end), cond))]
        };
        // Which of several shortest paths is found is open; how long it is, is not.
        let length = self.fresh();
        let items =
            vec![(Expr::Var(from), from), (Expr::Var(to), to), (Expr::Length(name), length)];
        self.scope = vec![(from, Sort::Node), (to, Sort::Node), (length, Sort::Int)];
        let with = Clause::With(Projection { items, ..Projection::default() });
        [clauses, vec![with]].concat()
    }

    /// Hops that come back to where they began, or meet.
    fn cycle(&mut self) -> Vec<Clause> {
        let (first, start, cond) = self.start();
        let mut path = Path::of(start);
        let hops = 2 + self.dice.below(3);
        let (kind, way) = (self.rel(), self.way());
        let same = self.dice.one_in(2);
        let mut last = first;
        let mut nodes = vec![first];
        for at in 1..=hops {
            let next = if at == hops { first } else { self.add(Sort::Node) };
            let mut hop = self.hop(last, next).hops.remove(0);
            if same {
                hop.0 = RelPattern { way, ..kind.clone() };
            }
            path.hops.push(hop);
            nodes.push(next);
            last = next;
        }
        let mut found = find(path, cond);
        if self.dice.one_in(3) {
            // The last hop as a pattern or a MATCH of its own.
            if let Some((rel, _)) = found.paths[0].hops.pop() {
                let before = nodes[nodes.len() - 2];
                let closing = Path {
                    name: None,
                    search: Search::Every,
                    start: named(before),
                    hops: vec![(rel, named(first))],
                };
                if self.dice.one_in(2) {
                    found.paths.push(closing);
                } else if self.dice.one_in(2) {
                    found.cond = both(found.cond, Some(Expr::Pattern(Box::new(closing))));
                } else {
                    return vec![Clause::Match(found), Clause::Match(find(closing, None))];
                }
            }
        }
        vec![Clause::Match(found)]
    }

    /// `(p)<-[:T]-(i)-[:T]->(q) WHERE p.id < q.id`
    fn fork(&mut self) -> Vec<Clause> {
        let (p, i, q) = (self.add(Sort::Node), self.add(Sort::Node), self.add(Sort::Node));
        let rel = self.rel();
        let ends = [
            [Way::Left, Way::Right],
            [Way::Right, Way::Left],
            [Way::Right, Way::Right],
            [Way::Either; 2],
        ];
        let ways = ends[self.dice.below(4)];
        let mut start = named(p);
        self.tests(&mut start, 3);
        let (mut middle, mut end) = (named(i), named(q));
        self.tests(&mut middle, 3);
        end.labels.clone_from(&start.labels);
        let path = Path {
            name: None,
            search: Search::Every,
            start,
            hops: vec![
                (RelPattern { way: ways[0], ..rel.clone() }, middle),
                (RelPattern { way: ways[1], ..rel }, end),
            ],
        };
        let key = if self.dice.one_in(2) { "id" } else { self.key() };
        let cond = match self.dice.below(5) {
            0 => Some(compare(Expr::Var(p), Op::Ne, Expr::Var(q))),
            1 => None,
            2 => Some(compare(Expr::Prop(p, key), self.op(), Expr::Prop(q, key))),
            _ => Some(compare(Expr::Prop(p, key), Op::Lt, Expr::Prop(q, key))),
        };
        vec![Clause::Match(find(path, cond))]
    }

    /// Two scans joined by a property, in one MATCH or two.
    fn joined(&mut self) -> Vec<Clause> {
        let (a, start, cond) = self.start();
        let (b, mut end, far) = self.start();
        let key = self.key();
        let meet = compare(Expr::Prop(a, key), self.op(), Expr::Prop(b, key));
        let cond = both(cond, far);
        if self.dice.one_in(3) {
            end.properties = vec![(key, Expr::Prop(a, key))];
            let first = find(Path::of(start), None);
            return vec![Clause::Match(first), Clause::Match(find(Path::of(end), cond))];
        }
        let paths = vec![Path::of(start), Path::of(end)];
        vec![Clause::Match(Match { optional: false, paths, cond: both(cond, Some(meet)) })]
    }

    /// OPTIONAL MATCH, one after the other.
    fn optional(&mut self) -> Vec<Clause> {
        let (_, start, cond) = self.start();
        let mut clauses = vec![Clause::Match(find(Path::of(start), cond))];
        for _ in 0..1 + self.dice.below(2) {
            let from = self.known(Sort::Node).unwrap_or("a");
            let to = self.fresh();
            let path = self.hop(from, to);
            self.scope.push((to, Sort::Node));
            let cond = self.dice.one_in(3).then(|| self.cond(1));
            clauses.push(Clause::Match(Match { optional: true, paths: vec![path], cond }));
        }
        clauses
    }

    /// Groups, and a condition on what was counted.
    fn counted(&mut self) -> Vec<Clause> {
        let mut clauses = self.chain();
        let node = self.known(Sort::Node).unwrap_or("a");
        let by = if self.dice.one_in(2) {
            (Expr::Var(node), node)
        } else {
            (self.scalar(), self.fresh())
        };
        let count = self.count();
        let name = self.fresh();
        let sort = if by.1 == node { Sort::Node } else { Sort::Any };
        self.scope = vec![(by.1, sort), (name, Sort::Int)];
        let cond = Some(compare(Expr::Var(name), self.op(), int(self.dice.below(4))));
        clauses.push(Clause::With(Projection {
            items: vec![by, (count, name)],
            cond,
            ..Projection::default()
        }));
        clauses
    }

    /// A MATCH for each of some rows, or of some collected nodes.
    fn by_rows(&mut self) -> Vec<Clause> {
        if self.dice.one_in(2) {
            let rows = self.unwound();
            let value = self.scope[self.scope.len() - 1].0;
            let name = self.add(Sort::Node);
            let mut node = named(name);
            node.properties.push(("k", Expr::Var(value)));
            return vec![
                rows,
                Clause::Match(Match {
                    optional: self.dice.one_in(3),
                    ..find(Path::of(node), None)
                }),
            ];
        }
        let (node, start, cond) = self.start();
        let (list, item) = (self.fresh(), self.fresh());
        let collected = Expr::Aggregate(
            Aggregate::Collect,
            self.dice.one_in(2),
            Some(Box::new(Expr::Var(node))),
        );
        self.scope = vec![(item, Sort::Node)];
        let with = Projection { items: vec![(collected, list)], ..Projection::default() };
        vec![
            Clause::Match(find(Path::of(start), cond)),
            Clause::With(with),
            Clause::Unwind(Expr::Var(list), item),
        ]
    }
}

impl Path {
    /// A node alone.
    pub(crate) fn of(start: NodePattern) -> Self {
        Self { name: None, search: Search::Every, start, hops: Vec::new() }
    }
}
