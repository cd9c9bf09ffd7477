//! What the clauses of a query are for, in a line each.

/// A clause or form of the language.
#[derive(Debug)]
pub(super) struct Clause {
    /// Its keywords.
    pub(super) name: &'static str,
    /// What it does: English, Japanese.
    pub(super) doc: (&'static str, &'static str),
    /// A whole query with it.
    pub(super) example: &'static str,
}

/// The clauses, in the order in which people learn them.
pub(super) const CLAUSES: &[Clause] = &[
    Clause {
        name: "MATCH",
        doc: ("find nodes and paths of a pattern", "パターンに合うノードやパスを探す"),
        example: "MATCH (i:Issue)-[:addressed-by]->(p:Program) RETURN i.name, p.name",
    },
    Clause {
        name: "OPTIONAL MATCH",
        doc: ("as MATCH, with null where nothing is found", "MATCH と同じ。なければ null とする"),
        example: "MATCH (i:Issue) OPTIONAL MATCH (i)-[:addressed-by]->(p) RETURN i.name, p.name",
    },
    Clause {
        name: "WHERE",
        doc: ("keep what meets a condition", "条件を満たすものだけを残す"),
        example: "MATCH (i:Issue) WHERE i.name CONTAINS '介護' RETURN i.name",
    },
    Clause {
        name: "RETURN",
        doc: ("say what the rows hold", "結果の列を指定する"),
        example: "MATCH (i:Issue) RETURN i.name AS name, i.stage AS stage",
    },
    Clause {
        name: "CALL",
        doc: (
            "run a procedure; YIELD names the columns to take",
            "プロシージャを呼び出す。YIELD で列を指定する",
        ),
        example: "CALL algo.pageRank({types: ['escalates-to']}) YIELD node, score RETURN node.name, score",
    },
    Clause {
        name: "DISTINCT",
        doc: ("drop rows that repeat", "重複する行を除く"),
        example: "MATCH (i:Issue) RETURN DISTINCT i.stage",
    },
    Clause {
        name: "ORDER BY",
        doc: ("sort the rows; DESC for the largest first", "並べ替える。DESC は降順"),
        example: "MATCH (i:Issue) RETURN i.name ORDER BY i.name DESC",
    },
    Clause {
        name: "SKIP",
        doc: ("leave out the first rows", "最初の行を飛ばす"),
        example: "MATCH (i:Issue) RETURN i.name ORDER BY i.name SKIP 5",
    },
    Clause {
        name: "LIMIT",
        doc: ("keep only the first rows", "最初の行だけを残す"),
        example: "MATCH (i:Issue) RETURN i.name LIMIT 5",
    },
    Clause {
        name: "WITH",
        doc: ("hand rows on, as groups or filtered", "集計や絞り込みの結果を次へ渡す"),
        example: "MATCH (i:Issue) WITH i.stage AS stage, count(*) AS n WHERE n > 1 RETURN stage, n",
    },
    Clause {
        name: "UNWIND",
        doc: ("make a row of each item of a list", "リストの要素を 1 つずつ行にする"),
        example: "UNWIND [1, 2, 3] AS x RETURN x * x",
    },
    Clause {
        name: "UNION",
        doc: ("put the rows of two queries together", "2 つのクエリの結果を合わせる"),
        example: "MATCH (i:Issue) RETURN i.name AS name UNION MATCH (p:Program) RETURN p.name AS name",
    },
    Clause {
        name: "CASE",
        doc: ("choose a value by conditions", "条件によって値を選ぶ"),
        example: "MATCH (i:Issue) RETURN i.name, CASE WHEN i.stage IS NULL THEN '-' ELSE i.stage END AS stage",
    },
    Clause {
        name: "EXISTS",
        doc: ("whether a pattern is there", "パターンがあるかを調べる"),
        example: "MATCH (i:Issue) WHERE NOT EXISTS { (i)-[:addressed-by]->() } RETURN i.name",
    },
    Clause {
        name: "CALL",
        doc: ("run a query for each row", "行ごとにクエリを実行する"),
        example: "MATCH (i:Issue) CALL (i) { MATCH (i)-[:addressed-by]->(p) RETURN count(p) AS n } RETURN i.name, n",
    },
    Clause {
        name: "CREATE",
        doc: (
            "create nodes and relationships, in memory only",
            "ノードや関係を作成する（メモリ上のみ）",
        ),
        example: "CREATE (p:Program {id: 'p-new', name: '新しい施策', status: 'expected'}) RETURN p",
    },
    Clause {
        name: "MERGE",
        doc: ("find a pattern, or else create it", "パターンを探し、なければ作成する"),
        example: "MERGE (p:Program {id: 'p-to-joho-3'}) ON MATCH SET p.status = 'existing' RETURN p",
    },
    Clause {
        name: "SET",
        doc: ("change properties and labels", "プロパティやラベルを変更する"),
        example: "MATCH (i:Issue) SET i.source = '再確認' RETURN i.name, i.source",
    },
    Clause {
        name: "REMOVE",
        doc: ("take properties and labels away", "プロパティやラベルを取り除く"),
        example: "MATCH (i:Issue) REMOVE i.number RETURN i.name",
    },
    Clause {
        name: "DELETE",
        doc: (
            "delete nodes and relationships; DETACH DELETE takes relationships along",
            "ノードや関係を削除する。DETACH DELETE は関係ごと",
        ),
        example: "MATCH (i:Issue {stage: '要検討'}) DETACH DELETE i RETURN count(*) AS deleted",
    },
    Clause {
        name: "SHORTEST",
        doc: ("find the shortest paths", "最短のパスを探す"),
        example: "MATCH p = SHORTEST 1 (:Issue)-[*]->(:Program) RETURN p LIMIT 1",
    },
];

/// The clause of that name; one of its words is enough.
pub(super) fn clause(name: &str) -> Option<&'static Clause> {
    let whole = || CLAUSES.iter().find(|clause| clause.name.eq_ignore_ascii_case(name));
    let by_word =
        |clause: &&Clause| clause.name.split(' ').any(|word| word.eq_ignore_ascii_case(name));
    whole().or_else(|| CLAUSES.iter().find(by_word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Source;
    use crate::knowledge::KnowledgeBase;
    use crate::session::{Options, Params, execute};

    #[test]
    fn every_example_finds_something_in_the_bundled_base() {
        let mut base = KnowledgeBase::bundled().unwrap();
        for Clause { name, example, .. } in CLAUSES {
            let source = Source::new("example", *example);
            let rows = execute(base.graph_mut(), &source, &Params::new(), &Options::default());
            assert!(rows.is_ok_and(|rows| !rows.rows.is_empty()), "{name}: {example}");
        }
    }

    #[test]
    fn a_word_of_a_clause_finds_it() {
        assert_eq!(clause("match").unwrap().name, "MATCH");
        assert_eq!(clause("optional").unwrap().name, "OPTIONAL MATCH");
        assert_eq!(clause("order by").unwrap().name, "ORDER BY");
        assert!(clause("by the way").is_none());
    }
}
