// title.ja: 印と施策の数が食い違う欄
// title.en: Marks that disagree with the programs listed
// description.ja: ×の欄に施策が挙がっている、または×以外の印の欄に施策がない組合せです。凡例がないため、食い違いは確認を促すもので、誤りとは限りません。
// description.en: Cells marked × that list programs, and cells with another mark that list none. The source prints no legend: a
//   disagreement is something to ask about, not an error.
MATCH (l:Level)-[r:rated]->(d:Domain)
OPTIONAL MATCH (d)<-[:in-domain]-(p:Program)-[:at-level]->(l)
WITH l, d, r.mark AS mark, count(p) AS programs, collect(p.name) AS names
WHERE (mark = '×' AND programs > 0) OR (mark <> '×' AND programs = 0)
RETURN l.name AS 階層, d.name AS 分野, mark AS 印, programs AS 施策数, names AS 施策
ORDER BY l.order, d.order
