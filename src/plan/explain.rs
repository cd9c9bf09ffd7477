//! A plan as text: one operator a line, slots as `#n`, expressions in the words of the query.

use std::fmt::Write as _;

use super::{Expand, ExpandMany, Expr, Kinds, Op, PathMode, Plan, Shortest, Slot};
use crate::graph::Names;
use crate::syntax::ast::RelDirection;

impl Plan {
    /// The operators, one a line; `text` is the query, `names` those of the graph it was planned for.
    #[must_use]
    pub fn explain(&self, text: &str, names: &Names) -> String {
        let mut out = String::new();
        for (i, branch) in self.branches.iter().enumerate() {
            if i > 0 {
                out.push_str(if self.distinct { "Union\n" } else { "UnionAll\n" });
            }
            let mut printer = Printer { text, names, out: &mut out };
            printer.ops(&branch.ops, 0);
            let columns: Vec<String> =
                branch.output.iter().map(|slot| printer.slot(*slot)).collect();
            let _ = writeln!(out, "Return {}", columns.join(", "));
        }
        out
    }
}

struct Printer<'p> {
    text: &'p str,
    names: &'p Names,
    out: &'p mut String,
}

impl Printer<'_> {
    fn ops(&mut self, ops: &[Op], depth: usize) {
        for op in ops {
            self.out.push_str(&"  ".repeat(depth));
            let line = self.op(op);
            self.out.push_str(&line);
            self.out.push('\n');
            if let Op::Optional { ops, .. } = op {
                self.ops(ops, depth + 1);
            }
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
            Op::Expand(hop) => format!("Expand {}", self.hop(hop, "")),
            Op::ExpandMany(walk) => format!("ExpandMany {}", self.walk(walk)),
            Op::Shortest(Shortest { walk, mode }) => {
                let mode = match mode {
                    PathMode::Count(count) => count.to_string(),
                    PathMode::AllOfLeast => "all".to_owned(),
                };
                format!("Shortest {mode} {}", self.walk(walk))
            }
            Op::Filter(condition) => format!("Filter {}", self.expr(condition)),
            Op::BuildPath { slot, .. } => format!("BuildPath {}", self.slot(*slot)),
            Op::Unwind { list, slot } => {
                format!("Unwind {} = {}", self.slot(*slot), self.expr(list))
            }
            Op::Optional { .. } => "Optional".to_owned(),
            Op::Project(items) => format!("Project {}", self.items(items)),
            Op::Aggregate { keys, calls } => {
                let calls: Vec<String> = calls
                    .iter()
                    .map(|(slot, call)| {
                        format!("{} = {}", self.slot(*slot), call.span.0.of(self.text))
                    })
                    .collect();
                format!("Aggregate {} by {}", calls.join(", "), self.items(keys))
            }
            Op::Distinct(slots) => {
                let slots: Vec<String> = slots.iter().map(|slot| self.slot(*slot)).collect();
                format!("Distinct {}", slots.join(", "))
            }
            Op::Sort { keys, .. } => {
                let key = |key: &super::SortKey| {
                    self.expr(&key.expr) + if key.descending { " DESC" } else { "" }
                };
                format!("Sort {}", keys.iter().map(key).collect::<Vec<_>>().join(", "))
            }
            Op::Skip(rows) => format!("Skip {}", self.expr(rows)),
            Op::Limit(rows) => format!("Limit {}", self.expr(rows)),
        }
    }

    fn slot(&self, slot: Slot) -> String {
        format!("#{}", slot.0)
    }

    fn expr(&self, expr: &Expr) -> String {
        expr.span.0.of(self.text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn items(&self, items: &[(Slot, Expr)]) -> String {
        let item =
            |(slot, expr): &(Slot, Expr)| format!("{} = {}", self.slot(*slot), self.expr(expr));
        items.iter().map(item).collect::<Vec<_>>().join(", ")
    }

    fn walk(&self, walk: &ExpandMany) -> String {
        let max = walk.max.map(|max| max.to_string()).unwrap_or_default();
        self.hop(&walk.hop, &format!("*{}..{max}", walk.min))
    }

    fn hop(&self, hop: &Expand, range: &str) -> String {
        let kinds = match &hop.kinds {
            Kinds::Any => String::new(),
            Kinds::Of(kinds) => {
                let names: Vec<&str> = kinds.iter().map(|kind| self.names.kind(*kind)).collect();
                format!(":{}", names.join("|"))
            }
        };
        let (left, right) = match hop.direction {
            RelDirection::Right => ("-", "->"),
            RelDirection::Left => ("<-", "-"),
            RelDirection::Either => ("-", "-"),
        };
        let (from, rel, to) = (self.slot(hop.from), self.slot(hop.rel), self.slot(hop.to));
        let known = if hop.to_bound { " (known)" } else { "" };
        format!("{from}{left}[{rel}{kinds}{range}]{right}{to}{known}")
    }
}
