// title.ja: 分野×階層の対応状況
// title.en: Coverage by domain and level
// description.ja: 分野と階層ごとの施策の数、そのうち課題に対応しているものの数、印字された印、分野の課題の数です。凡例がないため、印の意味は定めません。
// description.en: For each domain and level the number of programs, of those that answer an issue, the printed mark, and the
//   domain's issues. The source prints no legend, so no meaning is claimed for the marks.
MATCH (d:Domain), (l:Level)
OPTIONAL MATCH (l)-[r:rated]->(d)
OPTIONAL MATCH (d)<-[:in-domain]-(p:Program)-[:at-level]->(l)
WITH d, l, r.mark AS mark, count(p) AS programs, collect(p) AS listed
WHERE mark IS NOT NULL OR programs > 0
WITH d, l, mark, programs, size([p IN listed WHERE (:Issue)-[:addressed-by]->(p)]) AS answering
OPTIONAL MATCH (i:Issue)-[:in-domain]->(d)
WITH d, l, mark, programs, answering, count(i) AS issues
RETURN d.name AS 分野, l.name AS 階層, mark AS 印, programs AS 施策, answering AS 課題に対応, issues AS 分野の課題
ORDER BY d.order, l.order
