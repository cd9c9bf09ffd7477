MATCH (f:Issue {level: 1})-[:ESCALATES_TO*]->(n:Issue {level: 6})
WITH DISTINCT f, n
RETURN count(*) AS c
