// title.ja: 会議ごとの課題
// title.en: Issues by meeting
// description.ja: 各回の会議で提起された課題です。年度だけが印字された回は「回の記載なし」とします。
// description.en: The issues raised at each session. Where the source prints only the year, the session is not known.
MATCH (m:Meeting {kind: 'session'})<-[:raised-at]-(i:Issue)-[:in-domain]->(d:Domain)
WITH m, i, d ORDER BY d.order, i.id
WITH m, count(i) AS issues, collect(i.name) AS names
RETURN m.name AS 会議, m.fiscal_year AS 年度, issues AS 課題数, names AS 課題
ORDER BY m.fiscal_year, m.session
