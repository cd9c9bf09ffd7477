MATCH (a:Issue)-[:ESCALATES_TO]->(b:Issue)-[:ESCALATES_TO]->(c:Issue)-[:ESCALATES_TO]->(a)
RETURN count(*) AS n
