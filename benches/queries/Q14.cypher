MATCH (x:Issue)-[:ESCALATES_TO*1..6]->(h:Issue {id: '{hub}'})
RETURN count(DISTINCT x) AS n
