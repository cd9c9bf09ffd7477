// title.ja: 既存の施策が対応していない課題
// title.en: Issues without an existing program
// description.ja: 都の既存施策・制度のどれも対応していない課題です。現場や地域に期待される取組だけがある課題も含み、その件数を示します。
// description.en: Issues that no existing measure answers; efforts only expected of providers or municipalities do not count,
//   but are shown.
MATCH (i:Issue)-[:in-domain]->(d:Domain)
WHERE NOT EXISTS { MATCH (i)-[:addressed-by]->(p:Program) WHERE p.status = 'existing' }
OPTIONAL MATCH (i)-[:addressed-by]->(e:Program)
WITH d, i, count(e) AS expected
RETURN d.name AS 分野, i.stage AS 段階, i.number AS 番号, i.name AS 課題, expected AS 期待される取組, i.id AS id
ORDER BY d.order, i.stage, i.id
