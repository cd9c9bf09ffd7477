// title.ja: 繰り返し提起された課題
// title.en: Recurring issues
// description.ja: 指定した回数以上の会議で提起された課題と、その会議、対応する施策の数です。
// description.en: Issues raised at no fewer meetings than given, with the meetings and the number of programs that answer them.
// param.n = 3
// param.n.ja: 最少の提起回数
// param.n.en: least number of meetings
MATCH (i:Issue)-[:raised-at]->(m:Meeting)
WITH i, m ORDER BY m.fiscal_year, m.session
WITH i, count(m) AS times, collect(m.printed) AS meetings
WHERE times >= $n
MATCH (i)-[:in-domain]->(d:Domain)
OPTIONAL MATCH (i)-[:addressed-by]->(p:Program)
WITH d, i, times, meetings, count(p) AS programs
RETURN i.name AS 課題, d.name AS 分野, times AS 提起回数, meetings AS 会議, programs AS 施策, i.id AS id
ORDER BY times DESC, d.order, i.id
