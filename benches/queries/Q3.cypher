MATCH (d:Domain)<-[:IN_DOMAIN]-(i:Issue)-[:AT_LEVEL]->(l:Level)
RETURN d.id AS did, l.id AS lid, count(*) AS n ORDER BY did, lid
