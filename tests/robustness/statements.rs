//! Statements made at random that mostly bind: variables in scope, names the graph knows, arguments of the types that are asked for.

use kadai::functions;

use crate::dice::Dice;

/// What a variable or an expression most likely is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Node,
    Rel,
    Path,
    Int,
    Float,
    Str,
    Bool,
    List,
    Map,
    Temporal,
    Duration,
    Any,
}

const VALUES: &[Kind] = &[
    Kind::Int,
    Kind::Int,
    Kind::Str,
    Kind::Bool,
    Kind::List,
    Kind::Map,
    Kind::Float,
    Kind::Temporal,
    Kind::Duration,
    Kind::Any,
    Kind::Node,
    Kind::Rel,
    Kind::Path,
];

const LABELS: &[&str] = &["A", "B", "C", "A", "B", "New"];
const KINDS: &[&str] = &["R", "S", "R", "S", "Fresh"];
const KEYS: &[&str] = &["id", "k", "w", "k", "other"];

/// A statement while it is made.
pub(crate) struct Maker<'d> {
    dice: &'d mut Dice,
    scope: Vec<(String, Kind)>,
    names: usize,
    /// How deep expressions and queries may still nest.
    depth: usize,
    writes: bool,
}

/// A statement of the whole language.
pub(crate) fn statement(dice: &mut Dice) -> String {
    let writes = dice.one_in(2);
    let mut maker = Maker { dice, scope: Vec::new(), names: 0, depth: 3, writes };
    if maker.dice.one_in(12) {
        let (a, b) = (maker.single("x", true), maker.single("x", true));
        let all = maker.dice.pick(&["", " ALL"]);
        return format!("{a} UNION{all} {b}");
    }
    let must_return = !maker.writes;
    maker.single("", must_return)
}

impl Maker<'_> {
    fn name(&mut self, kind: Kind) -> String {
        self.names += 1;
        let name = format!("v{}", self.names);
        self.scope.push((name.clone(), kind));
        name
    }

    fn known(&mut self, kind: Kind) -> Option<String> {
        let fits = |(_, is): &&(String, Kind)| *is == kind || kind == Kind::Any;
        let all: Vec<&str> =
            self.scope.iter().filter(fits).map(|(name, _)| name.as_str()).collect();
        if all.is_empty() { None } else { Some(self.dice.pick(&all).to_owned()) }
    }

    /// A single query from an empty scope; `column` names its only column.
    fn single(&mut self, column: &str, must_return: bool) -> String {
        let kept = std::mem::take(&mut self.scope);
        let text = self.clauses(column, must_return, 1 + self.depth);
        self.scope = kept;
        text
    }

    fn clauses(&mut self, column: &str, must_return: bool, most: usize) -> String {
        let mut clauses = Vec::new();
        for _ in 0..=self.dice.below(most) {
            clauses.push(self.clause());
        }
        let wrote = clauses.last().is_some_and(|last| {
            ["CREATE", "MERGE", "SET", "REMOVE", "DELETE", "DETACH"]
                .iter()
                .any(|w| last.starts_with(w))
        });
        if must_return || !wrote || self.dice.one_in(2) {
            clauses.push(self.projection("RETURN", column));
        }
        clauses.join(" ")
    }

    fn clause(&mut self) -> String {
        let writes = self.writes && self.dice.one_in(2);
        match (writes, self.dice.below(12)) {
            (true, 0..=2) => {
                let patterns = self.creation();
                format!("CREATE {patterns}")
            }
            (true, 3..=5) => self.merge(),
            (true, 6..=8) => {
                let items: Vec<String> =
                    (0..=self.dice.below(3)).map(|_| self.set_item()).collect();
                format!("SET {}", items.join(", "))
            }
            (true, 9) => self.remove(),
            (true, _) => self.delete(),
            (false, 0..=3) => self.matching(),
            (false, 4 | 5) => {
                let list = self.expr(Kind::List);
                let name = self.name(Kind::Any);
                format!("UNWIND {list} AS {name}")
            }
            (false, 6..=8) => self.projection("WITH", ""),
            (false, 9) => self.procedure(),
            (false, _) => self.call(),
        }
    }

    fn matching(&mut self) -> String {
        let optional = if self.dice.one_in(4) { "OPTIONAL " } else { "" };
        let patterns: Vec<String> = (0..=self.dice.below(5) / 3).map(|_| self.path(true)).collect();
        let filter = self.filter(3);
        format!("{optional}MATCH {}{filter}", patterns.join(", "))
    }

    fn filter(&mut self, one_in: usize) -> String {
        if !self.dice.one_in(one_in) {
            return String::new();
        }
        format!(" WHERE {}", self.expr(Kind::Bool))
    }

    /// A pattern to be found; `named` where it may define variables.
    fn path(&mut self, named: bool) -> String {
        let search = if self.dice.one_in(8) {
            self.dice.pick(&[
                "ANY SHORTEST ",
                "ALL SHORTEST ",
                "SHORTEST 2 ",
                "SHORTEST 2 GROUPS ",
                "ANY 2 ",
            ])
        } else {
            ""
        };
        if named && self.dice.one_in(12) {
            let (a, b) = (self.node(named), self.node(named));
            let function = self.dice.pick(&["shortestPath", "allShortestPaths"]);
            let name = self.name(Kind::Path);
            return format!("{name} = {function}({a}-[:R|S*]-{b})");
        }
        let mut text = self.node(named);
        let hops = if search.is_empty() { self.dice.below(3) } else { 1 };
        for _ in 0..hops {
            text.push_str(&if !search.is_empty() || self.dice.one_in(6) {
                self.repeated(named)
            } else {
                self.hop(named)
            });
            text.push_str(&self.node(named));
        }
        let path = named && self.dice.one_in(4);
        let name = if path { format!("{} = ", self.name(Kind::Path)) } else { String::new() };
        format!("{name}{search}{text}")
    }

    fn repeated(&mut self, named: bool) -> String {
        let times = self.dice.pick(&["{1,2}", "{0,2}", "+", "*", "{2}", "{0}", "{,3}"]);
        if self.dice.one_in(2) {
            return format!(
                "{}{times}",
                self.dice.pick(&["-[:R]->", "<-[:S]-", "--", "-->", "-[:R|S]-"])
            );
        }
        let (a, b) = (self.fresh(named, Kind::List), self.fresh(named, Kind::List));
        let rel = self.fresh(named, Kind::List);
        let filter = if self.dice.one_in(3) && !a.is_empty() {
            format!(" WHERE {a}.k < 3")
        } else {
            String::new()
        };
        format!("(({a})-[{rel}]->({b}){filter}){times}")
    }

    /// A new name, or none.
    fn fresh(&mut self, named: bool, kind: Kind) -> String {
        if named && self.dice.one_in(2) { self.name(kind) } else { String::new() }
    }

    fn node(&mut self, named: bool) -> String {
        if self.dice.one_in(3)
            && let Some(name) = self.known(Kind::Node)
        {
            return format!("({name})");
        }
        let mut inner = String::new();
        if self.dice.one_in(2) {
            let label = self.dice.pick(LABELS);
            inner.push_str(&match self.dice.below(8) {
                0 => format!(":!{label}"),
                1 => format!(":{label}|B"),
                2 => format!(":{label}&B"),
                3 => ":%".to_owned(),
                _ => format!(":{label}"),
            });
        }
        if self.dice.one_in(4) {
            inner.push_str(&format!(" {}", self.entries()));
        }
        let name = self.fresh(named, Kind::Node);
        format!("({name}{inner})")
    }

    fn entries(&mut self) -> String {
        let key = self.dice.pick(KEYS);
        let kind = if key == "id" { Kind::Str } else { Kind::Int };
        let value = self.expr(kind);
        format!("{{{key}: {value}}}")
    }

    fn hop(&mut self, named: bool) -> String {
        let mut inner = self.fresh(named, Kind::Rel);
        if self.dice.one_in(2) {
            inner.push_str(&format!(":{}", self.dice.pick(KINDS)));
        }
        if self.dice.one_in(6) {
            if !inner.is_empty() && inner.starts_with('v') {
                self.retype(Kind::List);
            }
            inner.push_str(self.dice.pick(&["*", "*1..2", "*0..1", "*2", "*..3", "*0"]));
        } else if self.dice.one_in(6) {
            inner.push_str(&format!(" {}", self.entries()));
        }
        match self.dice.below(3) {
            0 => format!("<-[{inner}]-"),
            1 => format!("-[{inner}]-"),
            _ => format!("-[{inner}]->"),
        }
    }

    fn retype(&mut self, kind: Kind) {
        if let Some(last) = self.scope.last_mut() {
            last.1 = kind;
        }
    }

    fn created_node(&mut self) -> String {
        if self.dice.one_in(2)
            && let Some(name) = self.known(Kind::Node)
        {
            return format!("({name})");
        }
        let entries =
            if self.dice.one_in(2) { format!(" {}", self.entries()) } else { String::new() };
        let labels = if self.dice.one_in(2) {
            format!(":{}", self.dice.pick(LABELS))
        } else {
            String::new()
        };
        let name = self.fresh(true, Kind::Node);
        format!("({name}{labels}{entries})")
    }

    fn creation(&mut self) -> String {
        let mut text = self.created_node();
        let mut hops = self.dice.below(3);
        if hops == 0
            && !text.contains(':')
            && self.scope.iter().any(|(name, _)| text == format!("({name})"))
        {
            hops = 1;
        }
        for _ in 0..hops {
            let entries =
                if self.dice.one_in(3) { format!(" {}", self.entries()) } else { String::new() };
            let (kind, node) = (self.dice.pick(KINDS), self.created_node());
            let name = self.fresh(true, Kind::Rel);
            text.push_str(&match self.dice.below(2) {
                0 => format!("<-[{name}:{kind}{entries}]-{node}"),
                _ => format!("-[{name}:{kind}{entries}]->{node}"),
            });
        }
        text
    }

    fn merge(&mut self) -> String {
        let mut text = self.creation();
        if self.dice.one_in(3) {
            text.push_str(&format!(" ON CREATE SET {}", self.set_item()));
        }
        if self.dice.one_in(3) {
            text.push_str(&format!(" ON MATCH SET {}", self.set_item()));
        }
        format!("MERGE {text}")
    }

    fn entity(&mut self) -> String {
        let kind = if self.dice.one_in(3) { Kind::Rel } else { Kind::Node };
        self.known(kind).or_else(|| self.known(Kind::Node)).unwrap_or_else(|| "null".to_owned())
    }

    fn set_item(&mut self) -> String {
        let entity = self.entity();
        let entity = if entity == "null" { "(null)".to_owned() } else { entity };
        let key = self.dice.pick(KEYS);
        match self.dice.below(6) {
            0 if !entity.starts_with('(') => format!("{entity}:{}", self.dice.pick(LABELS)),
            1 if !entity.starts_with('(') => format!("{entity} += {}", self.expr(Kind::Map)),
            2 if !entity.starts_with('(') => {
                let map = if self.dice.one_in(2) { self.entity() } else { self.expr(Kind::Map) };
                format!("{entity} = {map}")
            }
            3 => format!("{entity}.{key} = null"),
            _ => {
                let kinds = [Kind::Int, Kind::Str, Kind::List, Kind::Temporal, Kind::Any];
                let kind = kinds[self.dice.below(kinds.len())];
                format!("{entity}.{key} = {}", self.expr(kind))
            }
        }
    }

    fn remove(&mut self) -> String {
        let Some(node) = self.known(Kind::Node) else { return self.matching() };
        let (label, key) = (self.dice.pick(LABELS), self.dice.pick(KEYS));
        match self.dice.below(3) {
            0 => format!("REMOVE {node}:{label}"),
            1 => format!("REMOVE {node}.{key}, {node}:{label}"),
            _ => format!("REMOVE {node}.{key}"),
        }
    }

    fn delete(&mut self) -> String {
        let detach = self.dice.pick(&["", "DETACH ", "DETACH "]);
        let first = match self.dice.below(5) {
            0 => self.expr(Kind::Path),
            1 => self.expr(Kind::Node),
            _ => self.entity(),
        };
        format!("{detach}DELETE {first}")
    }

    fn projection(&mut self, keyword: &str, column: &str) -> String {
        let distinct = if self.dice.one_in(6) { " DISTINCT" } else { "" };
        let before = self.scope.clone();
        let groups = self.dice.one_in(4);
        let mut items = Vec::new();
        let mut after = Vec::new();
        let count = if column.is_empty() { 1 + self.dice.below(3) } else { 1 };
        for _ in 0..count {
            let kind = VALUES[self.dice.below(VALUES.len())];
            let (text, kind) = match (groups && self.dice.one_in(2), column.is_empty()) {
                (true, _) => (self.aggregate(), Kind::Any),
                (false, true) if self.dice.one_in(2) => match self.known(Kind::Any) {
                    Some(name) => {
                        let kind = before.iter().find(|known| known.0 == name).map(|known| known.1);
                        (name, kind.unwrap_or(Kind::Any))
                    }
                    None => (self.expr(kind), kind),
                },
                (false, _) => (self.expr(kind), kind),
            };
            self.names += 1;
            let alias =
                if column.is_empty() { format!("v{}", self.names) } else { column.to_owned() };
            items.push(format!("{text} AS {alias}"));
            after.push((alias, kind));
        }
        let star = column.is_empty() && !before.is_empty() && !groups && self.dice.one_in(5);
        self.scope = if star { [before, after].concat() } else { after };
        let star = if star { "*, " } else { "" };
        let mut text = format!("{keyword}{distinct} {star}{}", items.join(", "));
        if self.dice.one_in(4) {
            let key = self.scope[self.dice.below(self.scope.len())].0.clone();
            let order = self.dice.pick(&["", " DESC"]);
            text.push_str(&format!(" ORDER BY {key}{order}"));
        }
        if self.dice.one_in(6) {
            text.push_str(&format!(" SKIP {}", self.dice.below(3)));
        }
        if self.dice.one_in(5) {
            text.push_str(&format!(" LIMIT {}", self.dice.below(5)));
        }
        if keyword == "WITH" {
            text.push_str(&self.filter(6));
        }
        text
    }

    fn aggregate(&mut self) -> String {
        let kind = [Kind::Int, Kind::Any, Kind::Float, Kind::Duration][self.dice.below(4)];
        let value = self.expr(kind);
        let distinct = self.dice.pick(&["", "", "DISTINCT "]);
        match self.dice.below(10) {
            0 | 1 => "count(*)".to_owned(),
            2 => format!("percentileDisc({value}, {})", self.dice.pick(&["0", "0.5", "1", "1.0"])),
            3 => format!("percentileCont({value}, {})", self.dice.pick(&["0.25", "0.5", "1.0"])),
            _ => {
                let name = self.dice.pick(&[
                    "count", "sum", "avg", "min", "max", "collect", "collect", "stDev", "stDevP",
                ]);
                format!("{name}({distinct}{value})")
            }
        }
    }

    fn procedure(&mut self) -> String {
        let calls: &[(&str, &[(&str, Kind)])] = &[
            ("algo.components()", &[("node", Kind::Node), ("component", Kind::Int)]),
            (
                "algo.stronglyConnectedComponents({types: ['R']})",
                &[("node", Kind::Node), ("component", Kind::Int)],
            ),
            (
                "algo.topologicalOrder({labels: ['A']})",
                &[("node", Kind::Node), ("position", Kind::Int)],
            ),
            ("algo.degree({direction: 'in'})", &[("node", Kind::Node), ("degree", Kind::Int)]),
            ("algo.closeness()", &[("node", Kind::Node), ("score", Kind::Float)]),
            ("algo.betweenness()", &[("node", Kind::Node), ("score", Kind::Float)]),
            ("algo.pageRank({iterations: 3})", &[("node", Kind::Node), ("score", Kind::Float)]),
            ("algo.bridges()", &[("relationship", Kind::Rel), ("source", Kind::Node)]),
        ];
        let (mut call, columns) = calls[self.dice.below(calls.len())];
        let text;
        let mut columns = columns;
        if self.dice.one_in(2)
            && let (Some(a), Some(b)) = (self.known(Kind::Node), self.known(Kind::Node))
        {
            text = match self.dice.below(2) {
                0 => format!("algo.shortestPath({a}, {b})"),
                _ => format!("algo.kShortestPaths({a}, {b}, 2)"),
            };
            (call, columns) = (&text, &[("path", Kind::Path), ("cost", Kind::Float)]);
        }
        let (column, kind) = columns[self.dice.below(columns.len())];
        let name = self.name(kind);
        format!("CALL {call} YIELD {column} AS {name}")
    }

    /// CALL with a query.
    fn call(&mut self) -> String {
        if self.depth == 0 {
            return self.matching();
        }
        self.depth -= 1;
        let outer = self.scope.clone();
        let imports = match self.dice.below(3) {
            0 => "(*) ".to_owned(),
            1 => {
                let some: Vec<_> = outer.iter().filter(|_| self.dice.one_in(2)).cloned().collect();
                let names: Vec<&str> = some.iter().map(|known| known.0.as_str()).collect();
                let text = format!("({}) ", names.join(", "));
                self.scope = some;
                text
            }
            _ => {
                self.scope.clear();
                String::new()
            }
        };
        let column = format!("v{}", self.names + 1);
        self.names += 1;
        let body = self.clauses(&column, true, 2);
        self.depth += 1;
        self.scope = outer;
        self.scope.push((column, Kind::Any));
        format!("CALL {imports}{{ {body} }}")
    }

    /// A query inside an expression.
    fn query(&mut self, column: &str) -> String {
        let (kept, writes) = (self.scope.clone(), std::mem::replace(&mut self.writes, false));
        let text = self.clauses(column, true, 2);
        (self.scope, self.writes) = (kept, writes);
        text
    }

    fn expr(&mut self, kind: Kind) -> String {
        if self.depth == 0 || self.dice.one_in(4) {
            return self.leaf(kind);
        }
        self.depth -= 1;
        let text = self.tall(kind);
        self.depth += 1;
        text
    }

    fn leaf(&mut self, kind: Kind) -> String {
        if !self.dice.one_in(3)
            && let Some(name) = self.known(kind)
        {
            return name;
        }
        if self.dice.one_in(25) {
            return "null".to_owned();
        }
        let fixed: &[&str] = match kind {
            Kind::Int => {
                &["0", "1", "2", "-1", "3", "9223372036854775807", "-9223372036854775808", "$n"]
            }
            Kind::Float => &["0.5", "-1.5", "1e300", "0.0 / 0.0", "1.0 / 0.0", "2.0"],
            Kind::Str => {
                &["'a'", "''", "'n1'", "'課題'", "'1'", "'2024-02-29'", "'P1Y'", "'k'", "$s"]
            }
            Kind::Bool => &["true", "false", "null"],
            Kind::List => &[
                "[1, 2, 3]",
                "[]",
                "range(0, 4)",
                "['a', null]",
                "[[1], [2, 3]]",
                "$list",
                "[1.5, 1]",
            ],
            Kind::Map => &["{k: 1}", "{}", "{id: 'n1', w: null}", "{k: 2, other: 'x'}", "$map"],
            Kind::Temporal => &[
                "date('2024-02-29')",
                "datetime('2024-03-31T02:30:00+09:00[Asia/Tokyo]')",
                "localdatetime('2016-12-31T23:59:59.999999999')",
                "time('23:59:59+18:00')",
                "localtime('00:00')",
                "date({year: 999999999, month: 12, day: 31})",
                "date({year: -999999999})",
            ],
            Kind::Duration => &[
                "duration('P1M')",
                "duration({days: 1, hours: -25})",
                "duration({seconds: 9223372036854775807})",
                "duration({months: -12, nanoseconds: 1})",
            ],
            Kind::Node | Kind::Rel | Kind::Path => &["null"],
            Kind::Any => {
                &["1", "'a'", "null", "true", "[1, 'a']", "{k: 1}", "1.5", "date('2024-01-31')"]
            }
        };
        self.dice.pick(fixed).to_owned()
    }

    fn tall(&mut self, kind: Kind) -> String {
        if self.dice.one_in(4)
            && let Some(call) = self.function(kind)
        {
            return call;
        }
        if self.dice.one_in(12) {
            let (when, a, b) = (self.expr(Kind::Bool), self.expr(kind), self.expr(kind));
            return format!("CASE WHEN {when} THEN {a} ELSE {b} END");
        }
        if self.dice.one_in(12) {
            let (list, at) = (self.expr(Kind::List), self.expr(Kind::Int));
            return format!("({list})[{at}]");
        }
        match kind {
            Kind::Int | Kind::Float => self.number(kind),
            Kind::Str => {
                let (a, b) = (self.expr(Kind::Str), self.expr(Kind::Any));
                format!("({a} + toString({b}))")
            }
            Kind::Bool => self.condition(),
            Kind::List => self.list(),
            Kind::Map => self.map(),
            Kind::Temporal | Kind::Duration => {
                let (a, b) = (self.expr(kind), self.expr(Kind::Duration));
                format!("({a} {} {b})", self.dice.pick(&["+", "-"]))
            }
            Kind::Node => match self.known(Kind::Rel) {
                Some(rel) => format!("{}({rel})", self.dice.pick(&["startNode", "endNode"])),
                None => self.leaf(kind),
            },
            Kind::Rel => match self.known(Kind::Path) {
                Some(path) => format!("head(relationships({path}))"),
                None => self.leaf(kind),
            },
            Kind::Path => self.leaf(kind),
            Kind::Any => {
                let kind = VALUES[self.dice.below(VALUES.len())];
                if kind == Kind::Any { self.leaf(kind) } else { self.expr(kind) }
            }
        }
    }

    fn property(&mut self) -> String {
        let entity = self.entity();
        let entity = if entity == "null" { "{k: 1, w: 2}".to_owned() } else { entity };
        format!("{entity}.{}", self.dice.pick(KEYS))
    }

    fn number(&mut self, kind: Kind) -> String {
        match self.dice.below(8) {
            0 => self.property(),
            1 => format!("COUNT {{ {} }}", self.query("x")),
            2 => {
                let path = self.path(false);
                format!("COUNT {{ {path} }}")
            }
            3 => {
                let (init, list) = (self.expr(kind), self.expr(Kind::List));
                let (sum, item) = (self.name(kind), self.name(Kind::Any));
                let step = self.expr(kind);
                self.scope.truncate(self.scope.len() - 2);
                format!("reduce({sum} = {init}, {item} IN {list} | {step})")
            }
            4 => format!("-({})", self.expr(kind)),
            _ => {
                let (a, b) = (self.expr(kind), self.expr(kind));
                format!("({a} {} {b})", self.dice.pick(&["+", "-", "*", "/", "%", "^"]))
            }
        }
    }

    fn condition(&mut self) -> String {
        match self.dice.below(16) {
            0 => format!("EXISTS {{ {} }}", self.query("x")),
            1 => format!("EXISTS {{ {} }}", self.path(true)),
            2 => match self.known(Kind::Node) {
                Some(node) => format!("({node}){}()", self.hop(false)),
                None => "true".to_owned(),
            },
            3 => {
                let list = self.expr(Kind::List);
                let item = self.name(Kind::Any);
                let test = self.expr(Kind::Bool);
                self.scope.pop();
                format!(
                    "{}({item} IN {list} WHERE {test})",
                    self.dice.pick(&["all", "any", "none", "single"])
                )
            }
            4 => match self.known(Kind::Node) {
                Some(node) => format!("{node}:{}", self.dice.pick(LABELS)),
                None => "false".to_owned(),
            },
            5 => {
                let (a, b) = (self.expr(Kind::Str), self.leaf(Kind::Str));
                format!(
                    "{a} {} {b}",
                    self.dice.pick(&["STARTS WITH", "ENDS WITH", "CONTAINS", "=~"])
                )
            }
            6 => format!("{} IS {}NULL", self.expr(Kind::Any), self.dice.pick(&["", "NOT "])),
            7 => format!("{} IN {}", self.expr(Kind::Any), self.expr(Kind::List)),
            8 => format!("NOT ({})", self.expr(Kind::Bool)),
            9 | 10 => {
                let (a, b) = (self.expr(Kind::Bool), self.expr(Kind::Bool));
                format!("({a} {} {b})", self.dice.pick(&["AND", "OR", "XOR"]))
            }
            _ => {
                let kind = VALUES[self.dice.below(VALUES.len())];
                let (a, b) = (self.expr(kind), self.expr(kind));
                format!("({a} {} {b})", self.dice.pick(&["=", "<>", "<", ">=", "<=", ">"]))
            }
        }
    }

    fn list(&mut self) -> String {
        match self.dice.below(8) {
            0 => {
                let list = self.expr(Kind::List);
                let item = self.name(Kind::Any);
                let (filter, map) = (self.filter(2), self.expr(Kind::Any));
                self.scope.pop();
                format!("[{item} IN {list}{filter} | {map}]")
            }
            1 => format!("COLLECT {{ {} }}", self.query("x")),
            2 => match self.known(Kind::Node) {
                Some(node) => {
                    let before = self.scope.len();
                    let hop = self.hop(true);
                    let (filter, map) = (self.filter(3), self.expr(Kind::Any));
                    self.scope.truncate(before);
                    format!("[({node}){hop}(){filter} | {map}]")
                }
                None => self.leaf(Kind::List),
            },
            3 => format!(
                "({})[{}..{}]",
                self.expr(Kind::List),
                self.leaf(Kind::Int),
                self.leaf(Kind::Int)
            ),
            4 => format!("({} + {})", self.expr(Kind::List), self.expr(Kind::Any)),
            5 => match self.known(Kind::Path) {
                Some(path) => format!("nodes({path})"),
                None => self.leaf(Kind::List),
            },
            _ => format!("[{}, {}]", self.expr(Kind::Any), self.expr(Kind::Any)),
        }
    }

    fn map(&mut self) -> String {
        match self.dice.below(4) {
            0 => match self.known(Kind::Node) {
                Some(node) => format!("{node} {{.k, .*, w: {}}}", self.expr(Kind::Any)),
                None => self.leaf(Kind::Map),
            },
            1 => format!("properties({})", self.entity()),
            _ => format!("{{k: {}, w: {}}}", self.expr(Kind::Int), self.expr(Kind::Any)),
        }
    }

    /// A call of a function that gives such a value.
    fn function(&mut self, kind: Kind) -> Option<String> {
        let same_each_time = |name: &str| {
            !["rand", "randomUUID", "timestamp"].contains(&name)
                && [".transaction", ".statement", ".realtime"]
                    .iter()
                    .all(|clock| !name.ends_with(clock))
        };
        let fits: Vec<&str> = functions::all()
            .filter(|function| same_each_time(function.name))
            .map(|function| function.signature)
            .filter(|signature| {
                let given = signature.rsplit(") :: ").next().unwrap_or("");
                kind == Kind::Any || kinds(given).contains(&kind)
            })
            .collect();
        if fits.is_empty() {
            return None;
        }
        let signature = self.dice.pick(&fits);
        let (name, rest) = signature.split_once('(')?;
        let (params, _) = rest.rsplit_once(") :: ")?;
        let mut args = Vec::new();
        for param in params.split(", ").filter(|param| !param.is_empty()) {
            let Some((name, wanted)) = param.split_once(" :: ") else { continue };
            // What may be left out stands for the time of day here and there.
            let clock = wanted.contains(" = now");
            if wanted.contains(" = ") && !clock && self.dice.one_in(2) {
                break;
            }
            if name == "unit" {
                args.push(format!(
                    "'{}'",
                    self.dice.pick(&[
                        "year",
                        "month",
                        "week",
                        "day",
                        "hour",
                        "decade",
                        "millennium",
                        "nanosecond"
                    ])
                ));
                continue;
            }
            let kinds = kinds(wanted);
            let kind = kinds[self.dice.below(kinds.len())];
            args.push(self.expr(kind));
        }
        Some(format!("{name}({})", args.join(", ")))
    }
}

/// What a type in a signature stands for.
fn kinds(words: &str) -> Vec<Kind> {
    let words = words.split(" = ").next().unwrap_or(words);
    let of = |word: &str| match word {
        "INTEGER" => Kind::Int,
        "FLOAT" | "NUMBER" => Kind::Float,
        "STRING" => Kind::Str,
        "BOOLEAN" => Kind::Bool,
        "MAP" => Kind::Map,
        "NODE" => Kind::Node,
        "RELATIONSHIP" => Kind::Rel,
        "PATH" => Kind::Path,
        "DURATION" => Kind::Duration,
        "DATE" | "TIME" | "LOCALTIME" | "DATETIME" | "LOCALDATETIME" => Kind::Temporal,
        list if list.starts_with("LIST") => Kind::List,
        _ => Kind::Any,
    };
    words.split(" | ").map(of).collect()
}
