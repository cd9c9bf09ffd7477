//! The variables that patterns define.

use super::super::clauses::{Binder, redefined};
use super::super::scope::{Scope, Var, shorten};
use super::super::types::{Base, Type};
use crate::error::{Code, Error, Result, Span, Standard, text};
use crate::syntax::ast::{
    Link, Name, NodePattern, PathPattern, RelPattern, RepeatedPath, Selector,
};

/// Every variable of a pattern, apart from that of the path.
pub(super) fn variables(pattern: &PathPattern) -> Vec<&Name> {
    let mut names: Vec<&Name> = pattern.start.variable.iter().collect();
    for (link, node) in &pattern.steps {
        match link {
            Link::Rel(rel) => names.extend(&rel.variable),
            Link::Repeat(path) => {
                names.extend(&path.start.variable);
                for (rel, node) in &path.steps {
                    names.extend(rel.variable.iter().chain(&node.variable));
                }
            }
        }
        names.extend(&node.variable);
    }
    names
}

impl Binder<'_> {
    /// Defines the variables of one pattern, so that its property maps may use those of the others.
    pub(super) fn declare(
        &mut self,
        pattern: &PathPattern,
        scope: &mut Scope,
        rel_names: &mut Vec<Name>,
    ) -> Result<()> {
        self.declare_node(&pattern.start, scope)?;
        for (_, node) in &pattern.steps {
            self.declare_node(node, scope)?;
        }
        for (link, _) in &pattern.steps {
            match link {
                Link::Rel(rel) => {
                    let searched = pattern.selector != Selector::All;
                    self.declare_rel(rel, searched, scope, rel_names)?;
                }
                Link::Repeat(path) => self.declare_lists(path, scope, rel_names)?,
            }
        }
        if let Some(name) = &pattern.variable {
            if let Some(var) = scope.get(&name.text) {
                return Err(redefined(name, var.span));
            }
            self.define(name, Base::Path.into(), scope);
        }
        Ok(())
    }

    fn declare_node(&mut self, node: &NodePattern, scope: &mut Scope) -> Result<()> {
        let Some(name) = &node.variable else { return Ok(()) };
        let label = node.labels.as_ref().and_then(|labels| self.only_label(labels));
        match scope.expect_kind(&name.text, name.span, Base::Node(None).into())? {
            Some(Var { kind: Type { base: Base::Node(Some(_)), .. }, .. }) => {}
            Some(var) => {
                scope.insert(&name.text, Var { kind: Base::Node(label).into(), ..var });
            }
            None => self.define(name, Base::Node(label).into(), scope),
        }
        Ok(())
    }

    fn declare_rel(
        &mut self,
        rel: &RelPattern,
        searched: bool,
        scope: &mut Scope,
        rel_names: &mut Vec<Name>,
    ) -> Result<()> {
        let Some(name) = &rel.variable else { return Ok(()) };
        once(name, rel_names)?;
        let kind = if rel.range.is_some() { Type::RELS } else { Base::Rel.into() };
        let repeats = rel.range.is_some_and(|range| range.quantifier);
        match scope.expect_kind(&name.text, name.span, kind)? {
            Some(var) if searched || repeats => Err(redefined(name, var.span)),
            Some(_) => Ok(()),
            None => {
                self.define(name, kind, scope);
                Ok(())
            }
        }
    }

    /// Outside a repeated path its variables are lists, with an item for each time it was walked.
    fn declare_lists(
        &mut self,
        path: &RepeatedPath,
        scope: &mut Scope,
        rel_names: &mut Vec<Name>,
    ) -> Result<()> {
        let mut own: Vec<&str> = Vec::new();
        let nodes = std::iter::once(&path.start).chain(path.steps.iter().map(|step| &step.1));
        for node in nodes {
            let Some(name) = &node.variable else { continue };
            if own.contains(&name.text.as_str()) {
                continue;
            }
            if let Some(var) = scope.get(&name.text) {
                return Err(redefined(name, var.span));
            }
            let label = node.labels.as_ref().and_then(|labels| self.only_label(labels));
            self.define(name, Type::list_of(Base::Node(label)), scope);
            own.push(&name.text);
        }
        for name in path.steps.iter().filter_map(|step| step.0.variable.as_ref()) {
            once(name, rel_names)?;
            if let Some(var) = scope.get(&name.text) {
                return Err(redefined(name, var.span));
            }
            self.define(name, Type::RELS, scope);
        }
        Ok(())
    }

    pub(super) fn define(&mut self, name: &Name, kind: Type, scope: &mut Scope) {
        let slot = self.named(&name.text);
        scope.insert(&name.text, Var { slot, kind, span: name.span });
    }
}

/// Notes the variable of a relationship, which may stand but once in a MATCH.
fn once(name: &Name, rel_names: &mut Vec<Name>) -> Result<()> {
    if let Some(first) = rel_names.iter().find(|first| first.text == name.text) {
        return Err(repeated_rel(name, first.span));
    }
    rel_names.push(name.clone());
    Ok(())
}

fn repeated_rel(name: &Name, first: Span) -> Error {
    let shown = shorten(&name.text);
    Error::new(
        Code::NameDuplicate,
        text!(
            "relationship variable `{shown}` stands twice in one clause",
            "関係の変数 `{shown}` が一つの句に二度使われています"
        ),
    )
    .label(name.span, text!("again here", "二度目"))
    .label(first, text!("first here", "一度目"))
    .known_as(Standard::syntax("RelationshipUniquenessViolation"))
    .note(text!(
        "Relationships of one clause are always different, so this could never match.",
        "一つの句の中の関係は必ず互いに異なるため、一致することがありません。"
    ))
    .help(text!("Give the second one another name.", "二度目は別の名前にしてください。"))
}
