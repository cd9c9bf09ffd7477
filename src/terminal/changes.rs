//! What a statement has changed, in words.

use crate::error::Text;
use crate::session::Changes;

/// Says what was changed, or would be; `None` where that is nothing.
#[must_use]
pub fn changes_words(changes: &Changes) -> Option<Text> {
    let counts = [
        (changes.nodes_created, ("node", "nodes", "created"), ("ノード", "件作成")),
        (changes.nodes_deleted, ("node", "nodes", "deleted"), ("ノード", "件削除")),
        (changes.rels_created, ("relationship", "relationships", "created"), ("関係", "件作成")),
        (changes.rels_deleted, ("relationship", "relationships", "deleted"), ("関係", "件削除")),
        (changes.properties_set, ("property", "properties", "set"), ("プロパティ", "個設定")),
        (changes.labels_added, ("label", "labels", "added"), ("ラベル", "個追加")),
        (changes.labels_removed, ("label", "labels", "removed"), ("ラベル", "個削除")),
    ];
    let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
    let words = counts.map(|(count, (one, many, done), (ja, done_ja))| {
        let what = if count == 1 { one } else { many };
        Text::new(format!("{count} {what} {done}"), format!("{ja}を {count} {done_ja}"))
    });
    let words: Vec<Text> = words.collect();
    if words.is_empty() {
        return None;
    }
    let each = |pick: fn(&Text) -> &str, joint: &str| {
        words.iter().map(pick).collect::<Vec<_>>().join(joint)
    };
    Some(Text::new(each(|words| &words.en, ", "), each(|words| &words.ja, "、")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_where_there_are_some() {
        let changes =
            Changes { nodes_created: 1, rels_deleted: 2, properties_set: 3, ..Changes::default() };
        let words = changes_words(&changes).unwrap();
        assert_eq!(words.en, "1 node created, 2 relationships deleted, 3 properties set");
        assert_eq!(words.ja, "ノードを 1 件作成、関係を 2 件削除、プロパティを 3 個設定");
        assert!(changes_words(&Changes::default()).is_none());
    }
}
