// title.ja: 対応する施策がない課題
// title.en: Issues without any program
// description.ja: どの階層のどの施策も対応していない課題を、分野ごとに挙げます。対応（addressed-by）は文言からの推定です。
// description.en: Issues that no program of any level answers, by domain. The links (addressed-by) are inferred from the texts.
MATCH (i:Issue)-[:in-domain]->(d:Domain)
WHERE NOT (i)-[:addressed-by]->(:Program)
OPTIONAL MATCH (i)-[:raised-at]->(m:Meeting)
WITH d, i, count(m) AS raised
RETURN d.name AS 分野, i.stage AS 段階, i.number AS 番号, i.name AS 課題, raised AS 提起回数, i.id AS id
ORDER BY d.order, i.stage, i.id
