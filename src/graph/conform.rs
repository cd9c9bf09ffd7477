//! What a schema asks of nodes and relationships that a statement has written; knowledge files are held to the same.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a type names the values it takes; every other one, new ones too, is refused alike"
)]

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    Acyclic, Direction, Entity, Graph, LookUp, Names, Properties, PropertySpec, PropertyType,
    Schema,
};
use crate::error::{Code, Error, Result, Text, did_you_mean, nearest, one_of, text};
use crate::model::{Datum, KeyId, KindId, NodeId, RelId, type_words};

/// How many nodes of a cycle a message names.
const STEPS_MAX: usize = 8;

impl Graph {
    /// Holds a node or relationship to the schema, and gives it the properties it has by default. What is deleted is left alone.
    ///
    /// # Errors
    /// `run.schema`, without a place.
    pub fn conform(&mut self, entity: Entity) -> Result<()> {
        if self.schema.is_open() || !self.has(entity) {
            return Ok(());
        }
        let whole = match entity {
            Entity::Node(node) => self.conforming_node(node)?,
            Entity::Rel(rel) => self.conforming_rel(rel)?,
        };
        self.set_properties(entity, whole);
        Ok(())
    }

    /// Refuses a cycle over a relationship type that allows none. Cost: linear in the relationships of the type.
    ///
    /// # Errors
    /// `run.schema`, without a place.
    pub fn conform_cycles(&self, kind: KindId) -> Result<()> {
        let name = self.names.kind(kind);
        if self.schema.types.get(name).is_none_or(|spec| spec.acyclic != Acyclic::Deny) {
            return Ok(());
        }
        let Some(cycle) = self.cycle(kind) else { return Ok(()) };
        let mut walk: Vec<Arc<str>> =
            cycle.iter().take(STEPS_MAX).map(|node| self.id_of(*node)).collect();
        if cycle.len() > STEPS_MAX {
            walk.push("…".into());
        }
        walk.extend(cycle.first().map(|node| self.id_of(*node)));
        let (walk, words) = (walk.join(" → "), kind_words(&self.schema, name));
        Err(fault(
            format!("{} would run in a circle: {walk}", words.en),
            format!("{}が循環することになります：{walk}", words.ja),
        ))
    }

    /// The nodes of some cycle over a type.
    fn cycle(&self, kind: KindId) -> Option<Vec<NodeId>> {
        let next = |node: NodeId| self.hop(node, kind, Direction::Outgoing).nodes();
        // False while a node is on the walk, true when everything behind it is known to hold no cycle.
        let mut done: FxHashMap<NodeId, bool> = FxHashMap::default();
        for start in self.nodes() {
            if done.contains_key(&start) {
                continue;
            }
            done.insert(start, false);
            let mut walk = vec![(start, next(start))];
            while let Some((node, ways)) = walk.last_mut() {
                let Some(to) = ways.next() else {
                    done.insert(*node, true);
                    walk.pop();
                    continue;
                };
                match done.get(&to) {
                    Some(true) => {}
                    Some(false) => {
                        let nodes = walk.iter().map(|step| step.0);
                        return Some(nodes.skip_while(|node| *node != to).collect());
                    }
                    None => {
                        done.insert(to, false);
                        walk.push((to, next(to)));
                    }
                }
            }
        }
        None
    }

    fn id_of(&self, node: NodeId) -> Arc<str> {
        let id = self.node_property(node, Names::ID);
        id.as_ref().and_then(Datum::as_str).map_or_else(|| "?".into(), Arc::clone)
    }

    /// The properties of a node as the schema wants them.
    fn conforming_node(&self, node: NodeId) -> Result<Properties> {
        let [label] = *self.labels(node) else {
            let count = self.labels(node).len();
            return Err(fault(
                format!("a node of this base has one label, not {count}"),
                format!("このナレッジベースのノードのラベルは一つです（ここでは {count} 個）"),
            ));
        };
        let label = self.names.label(label);
        let id = self.conforming_id(node, label)?;
        let words = label_words(&self.schema, label);
        let words = Text::new(format!("{} `{id}`", words.en), format!("{}の `{id}` ", words.ja));
        self.conforming_keys(node, label, &words)?;
        let own = self.schema.labels.get(label).map(|spec| &spec.properties);
        let specs = specs(own, &self.schema.node_properties);
        self.complete(&words, &self.node_properties(node), &specs, None)
    }

    /// Refuses a node that has a value of another where it is to tell them apart.
    fn conforming_keys(&self, node: NodeId, label: &str, words: &Text) -> Result<()> {
        let unique = self.schema.indexes().filter(|index| index.2 == LookUp::Unique);
        for (of, name, _) in unique.filter(|index| index.0.is_none_or(|of| of == label)) {
            let (of, key) =
                (of.and_then(|of| self.names.find_label(of)), self.names.find_key(name));
            let Some(key) = key else { continue };
            let Some(value) = self.node_property(node, key) else { continue };
            let Some(found) = self.nodes_by(of, key, &value) else { continue };
            let Some(other) = found.iter().find(|other| **other != node) else { continue };
            let other = self.id_of(*other);
            return Err(fault(
                format!("{} would have the `{name}` of `{other}`", words.en),
                format!("{}の `{name}` が `{other}` と重複します", words.ja),
            )
            .help(text!(
                "`{name}` is `unique` in the schema: give it another value.",
                "スキーマで `{name}` は `unique` です。別の値にしてください。"
            )));
        }
        Ok(())
    }

    fn conforming_id(&self, node: NodeId, label: &str) -> Result<Arc<str>> {
        let words = label_words(&self.schema, label);
        let Some(id) = self.node_property(node, Names::ID) else {
            return Err(fault(
                format!("this {} has no `id`", words.en),
                format!("この {}に `id` がありません", words.ja),
            )
            .help(text!(
                "Give it one that no other node has: `{{id: '…'}}`.",
                "ほかのノードと重ならない id を `{{id: '…'}}` と書いてください。"
            )));
        };
        let Datum::Str(id) = id else {
            let Text { en, ja } = id.type_words();
            return Err(fault(
                format!("an id is a string, not a value of type {en}"),
                format!("id は文字列です（値の型：{ja}）"),
            ));
        };
        if id.is_empty() || id.chars().any(char::is_whitespace) {
            return Err(fault(
                format!("the id `{id}` is empty or holds a space"),
                format!("id `{id}` が空か、空白を含んでいます"),
            ));
        }
        if self.nodes_by_id(&id).len() > 1 {
            return Err(fault(
                format!("the id `{id}` stands for two nodes"),
                format!("id `{id}` が重複しています"),
            )
            .help(text!("Give one of the two another id.", "どちらかの id を変えてください。")));
        }
        Ok(id)
    }

    /// The properties of a relationship as the schema wants them.
    fn conforming_rel(&self, rel: RelId) -> Result<Properties> {
        let (Some(kind), Some((start, end))) = (self.kind(rel), self.ends(rel)) else {
            return Ok(Properties::new());
        };
        let name = self.names.kind(kind);
        let Some(spec) = self.schema.types.get(name) else { return Ok(Properties::new()) };
        let words = kind_words(&self.schema, name);
        self.conforming_end(start, &spec.from, |label, allowed| {
            fault(
                format!("{} cannot start at {}", words.en, label.en),
                format!("{}の始点を {}にはできません", words.ja, label.ja),
            )
            .help(Text::new(
                format!("It may start at {}.", allowed.en),
                format!("始点にできるのは {}です。", allowed.ja),
            ))
        })?;
        self.conforming_end(end, &spec.to, |label, allowed| {
            fault(
                format!("{} cannot lead to {}", words.en, label.en),
                format!("{}の行き先を {}にはできません", words.ja, label.ja),
            )
            .help(Text::new(
                format!("It may lead to {}.", allowed.en),
                format!("行き先にできるのは {}です。", allowed.ja),
            ))
        })?;
        let to = self.id_of(end);
        let words =
            Text::new(format!("{} to `{to}`", words.en), format!("`{to}` への {}", words.ja));
        if self.hop(start, kind, Direction::Outgoing).to(end).rels.len() > 1 {
            return Err(fault(
                format!("{} is given twice", words.en),
                format!("{}が重複しています", words.ja),
            )
            .help(text!(
                "`MERGE` creates it only where there is none.",
                "`MERGE` を使えば、まだないときだけ作成できます。"
            )));
        }
        let specs = specs(Some(&spec.properties), &self.schema.rel_properties);
        let above = self.node_properties(start);
        self.complete(&words, &self.rel_properties(rel), &specs, Some(&above))
    }

    fn conforming_end(
        &self,
        node: NodeId,
        allowed: &[String],
        refuse: impl FnOnce(Text, Text) -> Error,
    ) -> Result<()> {
        let labels = self.labels(node);
        let fits = |name: &String| labels.iter().any(|label| self.names.label(*label) == name);
        if allowed.is_empty() || allowed.iter().any(fits) {
            return Ok(());
        }
        let label = labels.first().map_or("", |label| self.names.label(*label));
        let all: Vec<Text> = allowed.iter().map(|name| label_words(&self.schema, name)).collect();
        let each = |pick: fn(&Text) -> &str, joint: &str| {
            all.iter().map(pick).collect::<Vec<_>>().join(joint)
        };
        let allowed = Text::new(
            each(|words| &words.en, " or "),
            each(|words| &words.ja, "、").replace(" 、", "、"),
        );
        Err(refuse(label_words(&self.schema, label), allowed))
    }

    /// Adds what is inherited from `parent` or given by default, and refuses what is missing, out of place or of another type.
    fn complete(
        &self,
        owner: &Text,
        given: &[(KeyId, Datum)],
        specs: &[(&str, &PropertySpec)],
        parent: Option<&[(KeyId, Datum)]>,
    ) -> Result<Properties> {
        let find = |properties: &[(KeyId, Datum)], name: &str| {
            let mut all = properties.iter();
            all.find(|(key, _)| self.names.key(*key) == name).map(|(_, value)| value.clone())
        };
        let added = |name: &str, spec: &PropertySpec| {
            let above = parent.filter(|_| spec.inherit).and_then(|above| find(above, name));
            above.or_else(|| spec.default.clone())
        };
        let mut whole = Properties::new();
        for (key, value) in given {
            let name = self.names.key(*key);
            if *key == Names::ID && parent.is_none() {
                whole.push((*key, value.clone()));
                continue;
            }
            let Some((_, spec)) = specs.iter().find(|(known, _)| *known == name) else {
                return Err(unknown(owner, name, specs));
            };
            whole.push((*key, typed(name, spec, value)?));
        }
        for (name, spec) in specs {
            let own = find(given, name);
            if let Some((condition, wanted)) = &spec.when {
                let decided = find(given, condition).or_else(|| {
                    let deciding = specs.iter().find(|(name, _)| name == condition);
                    deciding.and_then(|(name, spec)| added(name, spec))
                });
                let holds = decided.as_ref().and_then(Datum::as_str);
                if holds.is_none_or(|value| **value != **wanted) {
                    match own {
                        Some(_) => return Err(out_of_place(owner, name, (condition, wanted))),
                        None => continue,
                    }
                }
            }
            if own.is_some() {
                continue;
            }
            match (added(name, spec), self.names.find_key(name)) {
                (Some(value), Some(key)) => whole.push((key, value)),
                _ if spec.required => return Err(missing(owner, name, spec)),
                _ => {}
            }
        }
        Ok(whole)
    }
}

/// The properties there may be: its own, then those of all.
fn specs<'s>(
    own: Option<&'s indexmap::IndexMap<String, PropertySpec>>,
    common: &'s indexmap::IndexMap<String, PropertySpec>,
) -> Vec<(&'s str, &'s PropertySpec)> {
    let common = common.iter().filter(|(key, _)| own.is_none_or(|own| !own.contains_key(*key)));
    own.into_iter().flatten().chain(common).map(|(key, spec)| (key.as_str(), spec)).collect()
}

/// A value in the type of its property; an integer is taken as a float.
fn typed(name: &str, spec: &PropertySpec, value: &Datum) -> Result<Datum> {
    let Some(datum) = cast(&spec.kind, value) else {
        let (wanted, found) = (kind_of_value(&spec.kind), value.type_words());
        return Err(fault(
            format!("`{name}` takes a value of type {}, found one of type {}", wanted.en, found.en),
            format!("`{name}` に書ける値の型は{}です（ここにあるのは{}）", wanted.ja, found.ja),
        ));
    };
    let words = match &datum {
        Datum::List(items) => items.iter().collect(),
        one => vec![one],
    };
    for word in words.into_iter().filter_map(Datum::as_str) {
        if !spec.values.is_empty() && !spec.values.iter().any(|allowed| **allowed == **word) {
            let near = nearest(word, spec.values.iter().map(String::as_str)).map(did_you_mean);
            return Err(fault(
                format!("`{name}` cannot be `{word}`"),
                format!("`{name}` に「{word}」は使えません"),
            )
            .help_if(near)
            .help(one_of(&spec.values)));
        }
    }
    Ok(datum)
}

fn cast(kind: &PropertyType, value: &Datum) -> Option<Datum> {
    #[expect(clippy::cast_precision_loss, reason = "a number where the schema wants a float")]
    match (kind, value) {
        (PropertyType::Float, Datum::Int(int)) => Some(Datum::Float(*int as f64)),
        (PropertyType::Float, Datum::Float(float)) => float.is_finite().then(|| value.clone()),
        (PropertyType::String, Datum::Str(_))
        | (PropertyType::Integer, Datum::Int(_))
        | (PropertyType::Boolean, Datum::Bool(_))
        | (PropertyType::Map, Datum::Map(_)) => Some(value.clone()),
        // Knowledge files have no form for dates and times.
        (PropertyType::Any, value) => (!holds_temporal(value)).then(|| value.clone()),
        (PropertyType::List(item), Datum::List(items)) => {
            let items: Option<Vec<Datum>> = items.iter().map(|value| cast(item, value)).collect();
            items.map(Datum::list)
        }
        _ => None,
    }
}

fn holds_temporal(value: &Datum) -> bool {
    match value {
        Datum::Temporal(_) => true,
        Datum::List(items) => items.iter().any(holds_temporal),
        Datum::Map(map) => map.values().any(holds_temporal),
        _ => false,
    }
}

fn kind_of_value(kind: &PropertyType) -> Text {
    match kind {
        PropertyType::Any => text!("other than date or time", "日付・時刻以外"),
        PropertyType::List(item) => {
            let Text { en, ja } = kind_of_value(item);
            Text::new(format!("list of {en}"), format!("{ja}のリスト"))
        }
        kind => type_words(&kind.to_string()),
    }
}

/// A name with its first alias for Japanese readers; without one it ends in a space there.
fn named(name: &str, aliases: Option<&Vec<String>>) -> Text {
    let alias = aliases.and_then(|aliases| aliases.first());
    Text::new(
        format!("`{name}`"),
        alias.map_or_else(|| format!("`{name}` "), |alias| format!("`{name}`（{alias}）")),
    )
}

fn label_words(schema: &Schema, label: &str) -> Text {
    named(label, schema.labels.get(label).map(|spec| &spec.aliases))
}

fn kind_words(schema: &Schema, kind: &str) -> Text {
    named(kind, schema.types.get(kind).map(|spec| &spec.aliases))
}

fn fault(en: String, ja: String) -> Error {
    Error::new(Code::RunSchema, Text::new(en, ja))
}

fn unknown(owner: &Text, name: &str, specs: &[(&str, &PropertySpec)]) -> Error {
    let known: Vec<&str> = specs.iter().map(|spec| spec.0).collect();
    let near = nearest(name, known.iter().copied());
    fault(
        format!("{} has no property `{name}`", owner.en),
        format!("{}に `{name}` というプロパティはありません", owner.ja),
    )
    .help(near.map_or_else(|| one_of(&known), did_you_mean))
}

fn out_of_place(owner: &Text, name: &str, (condition, wanted): (&str, &str)) -> Error {
    fault(
        format!("{} has no place for `{name}`", owner.en),
        format!("{}に `{name}` は書けません", owner.ja),
    )
    .help(text!(
        "`{name}` goes with `{condition}: '{wanted}'` only: leave it out, or change `{condition}`.",
        "`{name}` は `{condition}: '{wanted}'` のときだけ書きます。省くか、`{condition}` を直してください。"
    ))
}

fn missing(owner: &Text, name: &str, spec: &PropertySpec) -> Error {
    let error = fault(
        format!("{} has no `{name}`", owner.en),
        format!("{}に `{name}` がありません", owner.ja),
    );
    let error = match &spec.when {
        Some((condition, value)) => error.note(text!(
            "`{name}` is required where `{condition}` is `{value}`.",
            "`{condition}` が「{value}」のときは `{name}` が必要です。"
        )),
        None => error,
    };
    let error = error.help(text!("Give it `{name}: …`.", "`{name}: …` を加えてください。"));
    if spec.values.is_empty() { error } else { error.help(one_of(&spec.values)) }
}
