MATCH (s:Issue {id: '{start}'})-[:ESCALATES_TO*1..6]->(x:Issue)
RETURN count(DISTINCT x) AS n
