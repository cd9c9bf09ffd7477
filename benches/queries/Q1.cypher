MATCH (i:Issue)
WHERE NOT (i)-[:ADDRESSED_BY]->(:Program)
RETURN count(i) AS n
