MATCH (i:Issue)-[:CONCERNS]->(a:Actor)
WHERE NOT (i)-[:ADDRESSED_BY]->(:Program)
RETURN a.id AS aid, count(i) AS n ORDER BY n DESC, aid LIMIT 10
