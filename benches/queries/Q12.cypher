MATCH (i:Issue)-[:RAISED_AT]->(m:Meeting)
WITH i, count(m) AS c WHERE c >= {k}
RETURN count(i) AS n
