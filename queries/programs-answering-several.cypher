// title.ja: 複数の課題に対応する施策
// title.en: Programs that answer several issues
// description.ja: 指定した数以上の課題に対応している施策です。
// description.en: Programs that answer no fewer issues than given.
// param.n = 2
// param.n.ja: 最少の課題数
// param.n.en: least number of issues
MATCH (p:Program)<-[:addressed-by]-(i:Issue)
WITH p, count(i) AS issues, collect(i.name) AS names
WHERE issues >= $n
MATCH (p)-[:at-level]->(l:Level), (p)-[:in-domain]->(d:Domain)
RETURN p.name AS 施策, l.name AS 階層, d.name AS 分野, p.status AS 状態, issues AS 課題数, names AS 課題, p.id AS id
ORDER BY issues DESC, l.order, d.order, p.id
