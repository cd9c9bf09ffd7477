MATCH (p:Program)<-[:ADDRESSED_BY]-(i:Issue)-[:ADDRESSED_BY]->(q:Program)
WHERE p.id < q.id
RETURN p.id AS pid, q.id AS qid, count(i) AS n ORDER BY n DESC, pid, qid LIMIT 10
