//! A plan as text: one operator a line, variables by their names and other slots as `#n`, expressions in the words of the query.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use std::fmt::Write as _;

use super::outline::LineKind;
use super::{
    Assign, Course, Creation, Expand, ExpandMany, Expr, ExprKind, Invoke, Key, Kinds, Leg, Merge,
    NewProperties, Op, Part, PathMode, Plan, Reach, Search, Slot, Stop, Write,
};
use crate::graph::Names;
use crate::model::Written;
use crate::syntax::ast::RelDirection;

impl Plan {
    /// The operators, one a line; `text` is the query, `names` those of the graph it was planned for.
    #[must_use]
    pub fn explain(&self, text: &str, names: &Names) -> String {
        self.lines(text, names).into_iter().map(|line| line + "\n").collect()
    }

    /// The lines of [`Self::outline`] in words, indented.
    #[must_use]
    pub fn lines(&self, text: &str, names: &Names) -> Vec<String> {
        let printer = Printer { plan: self, text, names };
        let outline = self.outline();
        let line = |line: &super::Line<'_>| "  ".repeat(line.depth) + &printer.line(line.kind);
        outline.lines.iter().map(line).collect()
    }
}

struct Printer<'p> {
    plan: &'p Plan,
    text: &'p str,
    names: &'p Names,
}

impl Printer<'_> {
    fn line(&self, kind: LineKind<'_>) -> String {
        match kind {
            LineKind::Op(op) => self.op(op),
            LineKind::Subquery(expr) => format!("Subquery {}", self.expr(expr)),
            LineKind::Return(slots) => format!("Return {}", self.slots(slots)),
            LineKind::Union(distinct) => if distinct { "Union" } else { "UnionAll" }.to_owned(),
        }
    }

    fn op(&self, op: &Op) -> String {
        match op {
            Op::NodeScan { slot, label: None } => format!("NodeScan {}", self.slot(*slot)),
            Op::NodeScan { slot, label: Some(label) } => {
                format!("NodeScan {}:{}", self.slot(*slot), self.names.label(*label))
            }
            Op::NodeById { slot, id } => {
                format!("NodeById {} = {}", self.slot(*slot), self.expr(id))
            }
            Op::NodeByKey { slot, label, key, value, any } => {
                let label =
                    label.map_or(String::new(), |label| format!(":{}", self.names.label(label)));
                let (slot, key, sign) =
                    (self.slot(*slot), self.names.key(*key), if *any { "IN" } else { "=" });
                format!("NodeByKey {slot}{label}.{key} {sign} {}", self.expr(value))
            }
            Op::NodeGiven { slot, .. } => format!("NodeGiven {}", self.slot(*slot)),
            Op::Expand(hop) => format!("Expand {}", self.hop(hop, "")),
            Op::ExpandMany(walk) => format!("ExpandMany {}", self.walk(walk)),
            Op::Reach(reach) => format!("Reach {}", self.reach(reach)),
            Op::CountReached(count) => {
                let call = self.item(count.slot, &words(count.call.span.0.of(self.text)));
                format!("CountReached {call} {}", self.reach(&count.reach))
            }
            Op::Repeat(repeat) => {
                let course = &repeat.course;
                format!("Repeat {}{}", self.repeated(course), self.conditions(course))
            }
            Op::Search(search) => {
                let Search { course, mode } = &**search;
                let mode = match mode {
                    PathMode::Count(count) => count.to_string(),
                    PathMode::Groups(1) => "all".to_owned(),
                    PathMode::Groups(count) => format!("{count} groups"),
                };
                format!("Shortest {mode} {}{}", self.searched(course), self.conditions(course))
            }
            Op::Filter(condition) => format!("Filter {}", self.expr(condition)),
            Op::BuildPath { slot, .. } => format!("BuildPath {}", self.slot(*slot)),
            Op::Unwind { list, slot } => {
                format!("Unwind {} = {}", self.slot(*slot), self.expr(list))
            }
            Op::Optional { .. } => "Optional".to_owned(),
            Op::Project(items) => format!("Project {}", self.items(items)),
            Op::Aggregate { keys, calls } => {
                let call = |(slot, call): &(Slot, super::AggregateCall)| {
                    self.item(*slot, &words(call.span.0.of(self.text)))
                };
                let calls = calls.iter().map(call).collect::<Vec<_>>().join(", ");
                let keys = self.items(keys);
                let joint = if keys.is_empty() || calls.is_empty() { "" } else { " " };
                let by = if keys.is_empty() { "" } else { "by " };
                format!("Aggregate {calls}{joint}{by}{keys}")
            }
            Op::Distinct(slots) => format!("Distinct {}", self.slots(slots)),
            Op::Sort { keys, .. } => {
                let key = |key: &super::SortKey| {
                    self.expr(&key.expr) + if key.descending { " DESC" } else { "" }
                };
                format!("Sort {}", keys.iter().map(key).collect::<Vec<_>>().join(", "))
            }
            Op::Skip(rows) => format!("Skip {}", self.expr(rows)),
            Op::Limit(rows) => format!("Limit {}", self.expr(rows)),
            Op::Invoke(call) => format!("Call {}", self.invoke(call)),
            Op::Call(_) => "Call".to_owned(),
            Op::Write { write, .. } => self.write(write),
        }
    }

    fn write(&self, write: &Write) -> String {
        match write {
            Write::Create(creations) => format!("Create {}", self.creations(creations)),
            Write::Merge(merge) => self.merge(merge),
            Write::Set(assigns) => self.assigns(assigns),
            Write::Delete { detach, exprs } => {
                let exprs: Vec<String> = exprs.iter().map(|expr| self.expr(expr)).collect();
                let keyword = if *detach { "DetachDelete" } else { "Delete" };
                format!("{keyword} {}", exprs.join(", "))
            }
            Write::Call(_) => "Call".to_owned(),
        }
    }

    fn merge(&self, merge: &Merge) -> String {
        let mut line = format!("Merge {}", self.creations(&merge.creation));
        for (when, assigns) in [("OnCreate", &merge.on_create), ("OnMatch", &merge.on_match)] {
            if !assigns.is_empty() {
                line += &format!(" {when} {}", self.assigns(assigns));
            }
        }
        line
    }

    fn creations(&self, creations: &[Creation]) -> String {
        let one = |creation: &Creation| match creation {
            Creation::Node { slot, labels, properties, .. } => {
                let labels =
                    labels.iter().fold(String::new(), |all, label| all + ":" + &label.text);
                format!("({}{labels}{})", self.slot(*slot), self.new_properties(properties))
            }
            Creation::Rel { slot, kind, start, end, properties, .. } => {
                let (slot, start, end) = (self.rel(*slot), self.slot(*start), self.slot(*end));
                let properties = self.new_properties(properties);
                format!("({start})-[{slot}:{}{properties}]->({end})", kind.text)
            }
            Creation::Path { slot, .. } => format!("{} = path", self.slot(*slot)),
        };
        creations.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn new_properties(&self, properties: &NewProperties) -> String {
        match properties {
            NewProperties::Keys(entries) if entries.is_empty() => String::new(),
            NewProperties::Keys(entries) => {
                let entry =
                    |(key, value): &(Key, Expr)| format!("{}: {}", key.text, self.expr(value));
                format!(" {{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            NewProperties::Map(map) => format!(" {}", self.expr(map)),
        }
    }

    fn assigns(&self, assigns: &[Assign]) -> String {
        let one = |assign: &Assign| match assign {
            Assign::Property { subject, key, value } => {
                let (subject, key) = (self.expr(subject), &key.text);
                match &*value.kind {
                    ExprKind::Constant(constant) if constant.0.is_null() => {
                        format!("Remove {subject}.{key}")
                    }
                    _ => format!("Set {subject}.{key} = {}", self.expr(value)),
                }
            }
            Assign::Properties { subject, value, replace } => {
                let sign = if *replace { "=" } else { "+=" };
                format!("Set {} {sign} {}", self.expr(subject), self.expr(value))
            }
            Assign::Labels { subject, labels, add } => {
                let labels =
                    labels.iter().fold(String::new(), |all, label| all + ":" + &label.text);
                let keyword = if *add { "Set" } else { "Remove" };
                format!("{keyword} {}{labels}", self.expr(subject))
            }
        };
        assigns.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn slot(&self, slot: Slot) -> String {
        self.plan.names.get(&slot).cloned().unwrap_or_else(|| format!("#{}", slot.0))
    }

    fn slots(&self, slots: &[Slot]) -> String {
        slots.iter().map(|slot| self.slot(*slot)).collect::<Vec<_>>().join(", ")
    }

    fn expr(&self, expr: &Expr) -> String {
        words(expr.span.0.of(self.text))
    }

    fn items(&self, items: &[(Slot, Expr)]) -> String {
        let item = |(slot, expr): &(Slot, Expr)| self.item(*slot, &self.expr(expr));
        items.iter().map(item).collect::<Vec<_>>().join(", ")
    }

    /// What fills a slot; a column that is named by its expression is not said twice.
    fn item(&self, slot: Slot, expr: &str) -> String {
        let name = self.slot(slot);
        if name == expr { name } else { format!("{name} = {expr}") }
    }

    fn invoke(&self, call: &Invoke) -> String {
        let signature = &call.procedure.procedure.signature;
        let args: Vec<String> = match &call.args {
            Some(args) => args.iter().map(|arg| self.expr(arg)).collect(),
            None => signature.params.iter().map(|param| format!("${}", param.name)).collect(),
        };
        let column = |(at, slot): &(usize, Slot)| {
            let name = signature.columns.get(*at).map_or("", |column| column.name.as_str());
            self.item(*slot, &Written::word(name).to_string())
        };
        let columns: Vec<String> = call.columns.iter().map(column).collect();
        let yields = if columns.is_empty() { "" } else { " yields " };
        format!("{}({}){yields}{}", signature.name, args.join(", "), columns.join(", "))
    }

    fn reach(&self, reach: &Reach) -> String {
        self.walk(&reach.walk) + &self.all(&reach.tests.iter().collect::<Vec<_>>())
    }

    fn walk(&self, walk: &ExpandMany) -> String {
        let max = walk.max.map(|max| max.to_string()).unwrap_or_default();
        self.hop(&walk.hop, &format!("*{}..{max}", walk.min))
    }

    fn hop(&self, hop: &Expand, range: &str) -> String {
        let (left, right) = arrow(hop.direction);
        let (from, rel, to) = (self.slot(hop.from), self.rel(hop.rel), self.slot(hop.to));
        let (kinds, known) = (self.kinds(&hop.kinds), if hop.to_bound { " (known)" } else { "" });
        format!("{from}{left}[{rel}{kinds}{range}]{right}{to}{known}")
    }

    /// A relationship without a name is never spoken of again.
    fn rel(&self, slot: Slot) -> &str {
        self.plan.names.get(&slot).map_or("", String::as_str)
    }

    fn kinds(&self, kinds: &Kinds) -> String {
        match kinds {
            Kinds::Any => String::new(),
            Kinds::Of(kinds) if kinds.is_empty() => ":!%".to_owned(),
            Kinds::Of(kinds) => {
                let names: Vec<&str> = kinds.iter().map(|kind| self.names.kind(*kind)).collect();
                format!(":{}", names.join("|"))
            }
        }
    }

    fn course(&self, course: &Course) -> String {
        let mut out = course.stops.first().map(|stop| self.slot(stop.slot)).unwrap_or_default();
        for (part, stop) in course.parts.iter().zip(course.stops.iter().skip(1)) {
            out.push_str(&self.part(part));
            out.push_str(&self.slot(stop.slot));
        }
        out
    }

    fn conditions(&self, course: &Course) -> String {
        self.all(&course.exprs())
    }

    /// Conditions, all of which hold.
    fn all(&self, conditions: &[&Expr]) -> String {
        let word = |at| if at == 0 { "where" } else { "and" };
        let conditions = conditions.iter().enumerate();
        conditions.map(|(at, one)| format!(" {} {}", word(at), self.expr(one))).collect()
    }

    /// A searched pattern as it is written, and which of its ends the search knows.
    fn searched(&self, course: &Course) -> String {
        let known = match (course.stops.first(), course.stops.last()) {
            (Some(first), Some(last)) if !first.given => format!(" from {}", self.slot(last.slot)),
            _ => " (known)".to_owned(),
        };
        let written = if course.reversed { course.clone().turned() } else { course.clone() };
        self.course(&written) + &known
    }

    /// A repeated path as it is walked.
    fn repeated(&self, course: &Course) -> String {
        let known = course.stops.last().is_some_and(|stop| stop.given);
        self.course(course) + if known { " (known)" } else { "" }
    }

    fn part(&self, part: &Part) -> String {
        let plain = |stop: &Stop| stop.list.is_none() && stop.tests.is_empty();
        let times = part.times.map(|(min, max)| {
            let max = max.map(|max| max.to_string()).unwrap_or_default();
            (min, max)
        });
        if let ([leg], true) = (part.legs.as_slice(), part.stops.iter().all(plain)) {
            let range = times.map(|(min, max)| format!("*{min}..{max}")).unwrap_or_default();
            return self.leg(leg, &range);
        }
        let mut out = String::from(" (");
        for (i, stop) in part.stops.iter().enumerate() {
            if let Some(leg) = i.checked_sub(1).and_then(|i| part.legs.get(i)) {
                out.push_str(&self.leg(leg, ""));
            }
            out.push_str(&self.slot(stop.slot));
        }
        out.push(')');
        if let Some((min, max)) = times {
            let _ = write!(out, "{{{min},{max}}}");
        }
        out.push(' ');
        out
    }

    fn leg(&self, leg: &Leg, range: &str) -> String {
        let (left, right) = arrow(leg.direction);
        let (rel, kinds) = (self.rel(leg.list.unwrap_or(leg.rel)), self.kinds(&leg.kinds));
        format!("{left}[{rel}{kinds}{range}]{right}")
    }
}

fn arrow(direction: RelDirection) -> (&'static str, &'static str) {
    match direction {
        RelDirection::Right => ("-", "->"),
        RelDirection::Left => ("<-", "-"),
        RelDirection::Either => ("-", "-"),
    }
}

/// A text in one line.
pub(super) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
