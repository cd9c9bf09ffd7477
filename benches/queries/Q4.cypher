MATCH (a:Actor)<-[:CONCERNS]-(i:Issue)-[:ADDRESSED_BY]->(p:Program)-[:RUN_BY]->(b:Actor)
RETURN a.kind AS ak, b.kind AS bk, count(*) AS n ORDER BY ak, bk
