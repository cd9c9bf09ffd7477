// title.ja: 課題が国へ届くまでの経路
// title.en: Escalation path of an issue
// description.ja: 課題（idまたは名称）が、提起された会議から会議体を経て最上位の階層（orderが最大の階層。内蔵のナレッジベースでは国）へ上がるまでの経路です。会議で提起されていない課題には経路がありません。
// description.en: How an issue (by id or name) rises from the meetings that raised it, over the forums, to the topmost level (that
//   of the greatest order; the State in the bundled base). An issue that no meeting raised has no path.
// param.issue = 'i-tojisha-2'
// param.issue.values: MATCH (i:Issue) UNWIND [i.name, i.id] AS issue RETURN issue
// param.issue.ja: 課題のidまたは名称
// param.issue.en: id or name of the issue
MATCH (l:Level) WITH l ORDER BY l.order DESC LIMIT 1
MATCH (i:Issue) WHERE i.id = $issue OR i.name = $issue
MATCH p = (i)-[:raised-at]->(m:Meeting)-[:session-of]->(:Meeting)-[:escalates-to*1..5]->(top)
WHERE (top)-[:at-level]->(l)
RETURN i.name AS 課題, [n IN tail(nodes(p)) | n.name] AS 経路, size([r IN relationships(p) WHERE r.basis = 'inferred']) AS 推定
ORDER BY length(p), m.fiscal_year, m.session
