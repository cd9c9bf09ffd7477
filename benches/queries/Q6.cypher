MATCH p = shortestPath((s:Issue {id: '{start}'})-[:ESCALATES_TO*]->(t:Issue {id: '{target}'}))
RETURN length(p) AS n
