//! What can be judged only when every file is read: where relationships lead, what is there twice, what looks alike.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::draft::{Draft, Faults, NodeDraft, Place, RelDraft};
use super::{encoding, naming};
use crate::error::{Code, Error, Span, Text, did_you_mean, nearest, text};
use crate::graph::LookUp;
use crate::model::{GroupKey, nfc};

/// For how many references without a node the nearest id is looked up: each costs a walk over all ids.
const SUGGESTIONS_MAX: usize = 50;

/// A relationship whose ends are both known, as indexes of the draft's nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The relationship, as an index of the draft's.
    pub(super) rel: usize,
    /// Where it starts.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

/// Finds the end of every relationship, and notes those that lead nowhere, to the wrong kind of node, or stand twice.
/// The second part of the answer is whether some end is unknown only because a file could not be read whole.
pub(super) fn links(draft: &Draft, faults: &mut Faults) -> (Vec<Link>, bool) {
    let mut links = Vec::with_capacity(draft.rels.len());
    let mut seen: HashMap<_, &RelDraft> = HashMap::with_capacity(draft.rels.len());
    let mut suggestions = SUGGESTIONS_MAX;
    let mut unjudged = false;
    for (index, rel) in draft.rels.iter().enumerate() {
        let Some((&end, node)) =
            draft.ids.get(&rel.to).and_then(|end| Some((end, draft.nodes.get(*end)?)))
        else {
            if draft.partial {
                unjudged = true;
            } else if !draft.unread.contains(rel.to.as_ref()) {
                let suggest = suggestions > 0;
                suggestions = suggestions.saturating_sub(1);
                faults.push(dangling(draft, rel, suggest));
            }
            continue;
        };
        if let Some(fault) = wrong_end(draft, rel, node) {
            faults.push(fault);
        }
        match seen.get(&(rel.kind, rel.start, end)) {
            Some(first) => faults.push(twice(draft, rel, first)),
            None => {
                seen.insert((rel.kind, rel.start, end), rel);
            }
        }
        links.push(Link { rel: index, start: rel.start, end });
    }
    (links, unjudged)
}

fn at(error: Error, place: &Place, words: Option<Text>) -> Error {
    error.label_in(&place.source, place.span, words)
}

/// The fault for a reference to an id that no node has.
fn dangling(draft: &Draft, rel: &RelDraft, suggest: bool) -> Error {
    let to = &rel.to;
    let message = text!("no node has the id `{to}`", "id が `{to}` のノードはありません");
    let fault = at(Error::new(Code::SeedReference, message), &rel.place, None);
    if !suggest {
        return fault;
    }
    let spec = draft.schema.types.get(draft.names.kind(rel.kind));
    let allowed = |node: &&NodeDraft| {
        spec.is_none_or(|spec| {
            spec.to.is_empty() || spec.to.iter().any(|label| label == draft.names.label(node.label))
        })
    };
    let near = nearest(to, draft.nodes.iter().filter(allowed).map(|node| node.id.as_ref()))
        .or_else(|| nearest(to, draft.nodes.iter().map(|node| node.id.as_ref())));
    let named = draft.nodes.iter().find(|node| node.name.as_ref().is_some_and(|(n, _)| n == to));
    fault.help_if(match (named, near) {
        (Some(node), _) if !node.id.is_empty() => {
            let id = &node.id;
            Some(text!(
                "`{to}` is the name of `{id}`; write the id.",
                "「{to}」は `{id}` の名称です。id を書いてください。"
            ))
        }
        (_, near) => near.map(did_you_mean),
    })
}

/// The fault for a relationship that leads to a node it may not lead to.
fn wrong_end(draft: &Draft, rel: &RelDraft, end: &NodeDraft) -> Option<Error> {
    let kind = draft.names.kind(rel.kind);
    let spec = draft.schema.types.get(kind)?;
    let label = draft.names.label(end.label);
    if spec.to.is_empty() || spec.to.iter().any(|allowed| allowed == label) {
        return None;
    }
    let (kind, label) =
        (naming::kind_words(&draft.schema, kind), naming::label_words(&draft.schema, label));
    let message = Text::new(
        format!("{} cannot lead to {}", kind.en, label.en),
        format!("{}の行き先を {}にはできません", kind.ja, label.ja),
    );
    let allowed = naming::labels_words(&draft.schema, &spec.to);
    let fault = at(Error::new(Code::SeedEnds, message), &rel.place, None);
    let declared =
        Text::new(format!("{} declared here", label.en), format!("{}として定義", label.ja));
    Some(at(fault, &end.place, Some(declared)).help(Text::new(
        format!("It may lead to {}.", allowed.en),
        format!("行き先にできるのは {}です。", allowed.ja),
    )))
}

/// The fault for a relationship of the same type between the same nodes as another.
fn twice(draft: &Draft, rel: &RelDraft, first: &RelDraft) -> Error {
    let owner = naming::rel_words(&draft.schema, draft.names.kind(rel.kind), &rel.to);
    let message =
        Text::new(format!("{} is given twice", owner.en), format!("{}が重複しています", owner.ja));
    let fault = Error::new(Code::SeedDuplicate, message);
    let fault = at(fault, &rel.place, Some(text!("again here", "ここで再び記述")));
    at(fault, &first.place, Some(text!("first here", "最初の記述")))
        .help(text!("Keep one of the two.", "どちらか一方だけを残してください。"))
}

/// Notes nodes that have the same value of a property that is to tell them apart.
pub(super) fn unique(draft: &Draft, faults: &mut Faults) {
    let unique = draft.schema.indexes().filter(|index| index.2 == LookUp::Unique);
    let unique = unique.filter_map(|(label, key, _)| {
        let label = label.map(|label| draft.names.find_label(label));
        Some((label, key, draft.names.find_key(key)?))
    });
    for (label, key, id) in unique {
        let mut seen: HashMap<GroupKey, &NodeDraft> = HashMap::new();
        let nodes = draft.nodes.iter();
        for node in nodes.filter(|node| label.is_none_or(|label| label == Some(node.label))) {
            let Some((_, value)) = node.properties.iter().find(|own| own.0 == id) else { continue };
            match seen.get(&GroupKey(value.clone())) {
                Some(first) => faults.push(same_value(draft, key, (node, first))),
                None => {
                    seen.insert(GroupKey(value.clone()), node);
                }
            }
        }
    }
}

/// The fault for a node with the value of another.
fn same_value(draft: &Draft, key: &str, (node, first): (&NodeDraft, &NodeDraft)) -> Error {
    let owner = naming::node_words(&draft.schema, draft.names.label(node.label), &node.id);
    let other = naming::node_words(&draft.schema, draft.names.label(first.label), &first.id);
    let message = Text::new(
        format!("{} has the same `{key}` as {}", owner.en, other.en),
        format!("{}の `{key}` が {}と重複しています", owner.ja, other.ja),
    );
    let fault = at(
        Error::new(Code::SeedDuplicate, message),
        &node.place,
        Some(text!("this node", "このノード")),
    );
    at(fault, &first.place, Some(text!("the other node", "もう一方のノード"))).help(text!(
        "`{key}` is `unique` in the schema: give one of the two another value.",
        "スキーマで `{key}` は `unique` です。どちらかの値を変えてください。"
    ))
}

/// Warns of ids, and of names under one label, that a reader cannot tell apart though they differ, and of names that are
/// not in the usual form of Unicode.
pub(super) fn lookalikes(draft: &Draft, faults: &mut Faults) {
    let mut ids: HashMap<String, &NodeDraft> = HashMap::new();
    let mut names = HashMap::new();
    for node in &draft.nodes {
        let first = *ids.entry(fold(&node.id)).or_insert(node);
        if first.id != node.id {
            let place = (&node.place, node.place.span);
            faults.push(alike(&node.id, &first.id, place, (&first.place, first.place.span)));
        }
        let Some((name, span)) = &node.name else { continue };
        if composed(name) {
            let message = text!(
                "`{name}` is written with marks apart from their letters",
                "「{name}」の濁点などが、文字と別の符号で書かれています"
            );
            let warning = Error::warning(Code::SeedLookalike, message);
            let warning = warning.label_in(&node.place.source, *span, None);
            faults.push(warning.help(text!(
                "Type it anew: searches for the usual form will not find it.",
                "入力し直してください。このままでは通常の文字での検索に一致しません。"
            )));
        }
        let (first, first_name, first_span) =
            *names.entry((node.label, fold(name))).or_insert((node, name, *span));
        if first_name != name {
            faults.push(alike(name, first_name, (&node.place, *span), (&first.place, first_span)));
        }
    }
}

/// What is left of a text when width, compatibility forms and invisible characters are taken away.
fn fold(text: &str) -> String {
    text.chars().filter(|c| !encoding::is_invisible(*c)).nfkc().collect()
}

/// Whether marks stand apart from the letters they belong to. Compatibility ideographs (神 U+FA19) are left alone:
/// their usual form is another glyph, which a name may not want.
fn composed(text: &str) -> bool {
    let ideograph = |c: char| matches!(c, '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}');
    let plain: String = text.chars().map(|c| if ideograph(c) { '一' } else { c }).collect();
    nfc(&plain) != plain
}

fn alike(name: &str, other: &str, place: (&Place, Span), first: (&Place, Span)) -> Error {
    let message = text!(
        "`{name}` and `{other}` look alike but are not the same",
        "「{name}」と「{other}」は見た目が似ていますが、別の文字列です"
    );
    Error::warning(Code::SeedLookalike, message)
        .label_in(&place.0.source, place.1, Some(text!("this one", "こちら")))
        .label_in(&first.0.source, first.1, Some(text!("and this one", "もう一方")))
        .note(difference(name, other))
        .help(text!(
            "Write both in the same way, or make the difference plain.",
            "表記をそろえるか、違いが分かる名前にしてください。"
        ))
}

/// The first characters in which two texts differ, with their numbers.
fn difference(name: &str, other: &str) -> Text {
    let pair = name.chars().zip(other.chars()).find(|(a, b)| a != b);
    match pair {
        Some((a, b)) => {
            let (na, nb) = (u32::from(a), u32::from(b));
            text!(
                "They differ in `{a}` (U+{na:04X}) and `{b}` (U+{nb:04X}).",
                "「{a}」（U+{na:04X}）と「{b}」（U+{nb:04X}）が違います。"
            )
        }
        None => text!("One of them is longer.", "一方のほうが長い文字列です。"),
    }
}
