//! CALL with a query: what the query sees of its surroundings, and what it gives back.

use super::clauses::{Binder, redefined};
use super::composition::{Role, returns};
use super::scope::{Scope, Var};
use super::types::Type;
use super::{Call, Op};
use crate::error::{Code, Error, Result, Span, Standard, text};
use crate::syntax::ast::{self, ClauseKind, Imports};

/// What a query sees of its surroundings.
#[derive(Clone, Copy, Debug)]
pub(super) enum View<'s> {
    /// These variables, from its beginning to its end.
    Throughout(&'s Scope),
    /// Of these variables the ones that its first WITH names; they go on as that WITH's own.
    Imported(&'s Scope),
}

impl Binder<'_> {
    /// Binds CALL with a query; it defines the columns as variables.
    pub(super) fn subquery(
        &mut self,
        call: &ast::Subquery,
        span: Span,
        scope: &mut Scope,
    ) -> Result<Call> {
        let query = &call.query;
        let imported = match &call.imports {
            None | Some(Imports::All) => scope.clone(),
            Some(Imports::These(names)) => only(scope, names)?,
        };
        let view = match &call.imports {
            None => View::Imported(&imported),
            Some(_) => View::Throughout(&imported),
        };
        let more = !scope.is_empty() && !matches!(call.imports, Some(Imports::All));
        self.called += 1;
        let bound = self.parts(query, view, Role::Statement);
        self.called -= 1;
        let (branches, names) = bound.map_err(|error| {
            if more && error.code() == Code::NameVariable { outside(error) } else { error }
        })?;
        let distinct = query.unions.iter().any(|union| !union.all);
        if !returns(query) {
            return Ok(Call { branches, distinct, columns: None });
        }
        judge_names(query)?;
        let mut columns = Vec::new();
        for name in names {
            let place = column_span(query, &name).unwrap_or(span);
            if let Some(var) = scope.get(&name) {
                return Err(redefined(&ast::Name { text: name, span: place }, var.span));
            }
            let slot = self.named(&name);
            scope.insert(&name, Var { slot, kind: Type::ANY, span: place });
            columns.push(slot);
        }
        Ok(Call { branches, distinct, columns: Some(columns) })
    }
}

impl Call {
    /// Whether the query writes.
    #[must_use]
    pub fn writes(&self) -> bool {
        let mut ops = self.branches.iter().flat_map(|branch| &branch.ops);
        ops.any(|op| matches!(op, Op::Write { .. }))
    }
}

/// What the first WITH of a query takes over, where it only names variables; all other queries of this form see nothing.
pub(super) fn imports(single: &ast::SingleQuery, scope: &Scope) -> Result<Option<Scope>> {
    let Some(ClauseKind::With(with)) = single.clauses.first().map(|clause| &clause.kind) else {
        return Ok(None);
    };
    let plain = !with.distinct
        && with.order.is_empty()
        && with.skip.is_none()
        && with.limit.is_none()
        && with.filter.is_none();
    let mut names = Vec::new();
    for item in &with.items {
        match (&*item.expr.kind, &item.alias) {
            (ast::ExprKind::Variable(name), None) => {
                names.push(ast::Name { text: name.clone(), span: item.span });
            }
            _ => return Ok(None),
        }
    }
    match plain {
        false => Ok(None),
        true if with.star => Ok(Some(scope.clone())),
        true => only(scope, &names).map(Some),
    }
}

fn only(scope: &Scope, names: &[ast::Name]) -> Result<Scope> {
    let mut some = Scope::default();
    for name in names {
        some.insert(&name.text, scope.expect(&name.text, name.span)?);
    }
    Ok(some)
}

/// The items that a query returns.
fn items(query: &ast::Query) -> impl Iterator<Item = &ast::Item> {
    let last = query.parts.iter().filter_map(|part| part.clauses.last());
    let returned = last.filter_map(|clause| {
        if let ClauseKind::Return(projection) = &clause.kind {
            Some(&projection.items)
        } else {
            None
        }
    });
    returned.flatten()
}

/// Refuses columns that have no name to go on by.
fn judge_names(query: &ast::Query) -> Result<()> {
    let nameless = items(query).find(|item| {
        item.alias.is_none() && !matches!(&*item.expr.kind, ast::ExprKind::Variable(_))
    });
    let Some(item) = nameless else { return Ok(()) };
    Err(Error::new(
        Code::SyntaxComposition,
        text!(
            "what a query in `CALL` returns needs a name",
            "`CALL` の中のクエリが返す項目には名前が必要です"
        ),
    )
    .at(item.span)
    .known_as(Standard::syntax("NoExpressionAlias"))
    .help(text!("Write it as in `… AS name`.", "`… AS 名前` のように書いてください。")))
}

fn column_span(query: &ast::Query, name: &str) -> Option<Span> {
    items(query).find_map(|item| match (&item.alias, &*item.expr.kind) {
        (Some(alias), _) => (alias.text == name).then_some(alias.span),
        (None, ast::ExprKind::Variable(known)) => (known == name).then_some(item.span),
        (None, _) => None,
    })
}

fn outside(error: Error) -> Error {
    error.help(text!(
        "A query in `CALL` sees the variables around it that are named in `CALL (a, b) {{ … }}`.",
        "`CALL` の中のクエリから見える外側の変数は、`CALL (a, b) {{ … }}` のように名前を挙げたものだけです。"
    ))
}
