// title.ja: 指定した階層に施策がない課題
// title.en: Issues without a program at a level
// description.ja: 指定した階層（現場・地域・都）の施策が対応していない課題と、ほかの階層で対応している施策です。
// description.en: Issues that no program of the given level answers, with the programs of other levels that do.
// param.level = '都'
// param.level.values: MATCH (l:Level) RETURN l.name ORDER BY l.order
// param.level.ja: 階層の名称（現場、地域、都）
// param.level.en: name of the level (現場, 地域, 都)
MATCH (i:Issue)-[:in-domain]->(d:Domain)
WHERE NOT EXISTS { MATCH (i)-[:addressed-by]->(:Program)-[:at-level]->(:Level {name: $level}) }
OPTIONAL MATCH (i)-[:addressed-by]->(p:Program)-[:at-level]->(l:Level)
WITH d, i, collect(l.name + '：' + p.name) AS elsewhere
RETURN d.name AS 分野, i.stage AS 段階, i.number AS 番号, i.name AS 課題, elsewhere AS 他の階層の施策, i.id AS id
ORDER BY d.order, i.stage, i.id
