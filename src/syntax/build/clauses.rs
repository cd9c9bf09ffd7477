//! Clauses that write, and CALL.

use super::super::ast::{
    ClauseKind, Expr, ExprKind, Imports, Merge, MergeEvent, Name, ProcedureCall, RemoveItem,
    SetItem, Subquery, Yield, YieldItem,
};
use super::super::parser::{Pair, Rule, parts};
use super::{Builder, presume};
use crate::error::Result;

impl Builder {
    /// `MERGE pattern [ON CREATE SET …] [ON MATCH SET …]`.
    pub(super) fn merge(&self, pair: Pair<'_>) -> Result<ClauseKind> {
        let mut parts = parts(pair);
        let pattern = self.path_pattern(presume(parts.next()))?;
        let actions = parts.map(|action| self.merge_action(action)).collect::<Result<_>>()?;
        Ok(ClauseKind::Merge(Merge { pattern, actions }))
    }

    fn merge_action(&self, pair: Pair<'_>) -> Result<(MergeEvent, Vec<SetItem>)> {
        let created = pair.clone().into_inner().any(|word| word.as_rule() == Rule::kw_create);
        let event = if created { MergeEvent::Create } else { MergeEvent::Match };
        Ok((event, self.set(presume(parts(pair).next_back()))?))
    }

    /// The items of SET.
    pub(super) fn set(&self, pair: Pair<'_>) -> Result<Vec<SetItem>> {
        parts(pair).map(|item| self.set_item(item)).collect()
    }

    fn set_item(&self, pair: Pair<'_>) -> Result<SetItem> {
        Ok(match pair.as_rule() {
            Rule::set_labels => {
                let (variable, labels) = self.labelled(pair);
                SetItem::Labels { variable, labels }
            }
            Rule::set_variable => {
                let adds = pair.clone().into_inner().any(|sign| sign.as_rule() == Rule::add_equals);
                let mut parts = parts(pair);
                let variable = self.name(&presume(parts.next()));
                let value = self.expr(presume(parts.next_back()))?;
                if adds {
                    SetItem::Merge { variable, value }
                } else {
                    SetItem::Replace { variable, value }
                }
            }
            _ => {
                let mut parts = parts(pair);
                let (subject, key) = self.target(presume(parts.next()))?;
                SetItem::Property { subject, key, value: self.expr(presume(parts.next()))? }
            }
        })
    }

    /// The items of REMOVE.
    pub(super) fn remove(&self, pair: Pair<'_>) -> Result<Vec<RemoveItem>> {
        let item = |pair: Pair<'_>| match pair.as_rule() {
            Rule::set_labels => {
                let (variable, labels) = self.labelled(pair);
                Ok(RemoveItem::Labels { variable, labels })
            }
            _ => {
                let (subject, key) = self.target(pair)?;
                Ok(RemoveItem::Property { subject, key })
            }
        };
        parts(pair).map(item).collect()
    }

    /// `variable:Label:Label`.
    fn labelled(&self, pair: Pair<'_>) -> (Name, Vec<Name>) {
        let mut parts = parts(pair);
        let variable = self.name(&presume(parts.next()));
        (variable, parts.map(|label| self.name(&label)).collect())
    }

    /// `expr.key`.
    fn target(&self, pair: Pair<'_>) -> Result<(Expr, Name)> {
        match *self.expr(pair)?.kind {
            ExprKind::Property(subject, key) => Ok((subject, key)),
            _ => presume(None),
        }
    }

    /// `[DETACH] DELETE …`.
    pub(super) fn delete(&self, pair: Pair<'_>) -> Result<ClauseKind> {
        let mut parts = parts(pair).peekable();
        let detach = parts.next_if(|part| part.as_rule() == Rule::kw_detach).is_some();
        let exprs = parts.map(|expr| self.expr(expr)).collect::<Result<_>>()?;
        Ok(ClauseKind::Delete { detach, exprs })
    }

    /// CALL, of a procedure or a subquery.
    pub(super) fn call_clause(&self, pair: Pair<'_>) -> Result<ClauseKind> {
        let called = presume(parts(pair).next());
        match called.as_rule() {
            Rule::subquery => self.subquery(called).map(ClauseKind::Subquery),
            _ => self.procedure_call(called).map(ClauseKind::Call),
        }
    }

    fn subquery(&self, pair: Pair<'_>) -> Result<Subquery> {
        let mut parts = parts(pair).peekable();
        let imports = parts.next_if(|part| part.as_rule() == Rule::imports);
        let imports = imports.map(|pair| self.imports(pair));
        Ok(Subquery { imports, query: Box::new(self.query(presume(parts.next()))?) })
    }

    fn imports(&self, pair: Pair<'_>) -> Imports {
        let mut parts = parts(pair).peekable();
        if parts.next_if(|part| part.as_rule() == Rule::star).is_some() {
            return Imports::All;
        }
        Imports::These(parts.map(|name| self.name(&name)).collect())
    }

    fn procedure_call(&self, pair: Pair<'_>) -> Result<ProcedureCall> {
        let mut parts = parts(pair).peekable();
        let procedure = self.name(&presume(parts.next()));
        let args = parts.next_if(|part| part.as_rule() == Rule::arguments);
        let args = args.map(|args| self.exprs(args)).transpose()?;
        let yields = parts.next().map_or(Ok(Yield::Absent), |part| self.yields(part))?;
        Ok(ProcedureCall { procedure, args, yields })
    }

    fn yields(&self, pair: Pair<'_>) -> Result<Yield> {
        let (mut items, mut filter) = (Vec::new(), None);
        for part in parts(pair) {
            match part.as_rule() {
                Rule::star => return Ok(Yield::All),
                Rule::condition => filter = Some(self.only_expr(part)?),
                _ => {
                    let mut parts = parts(part);
                    let column = self.name(&presume(parts.next()));
                    items.push(YieldItem {
                        column,
                        alias: parts.next().map(|name| self.name(&name)),
                    });
                }
            }
        }
        Ok(Yield::Items { items, filter })
    }
}
