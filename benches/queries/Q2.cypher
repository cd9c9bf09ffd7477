MATCH (i:Issue)
WHERE NOT EXISTS {
  MATCH (i)-[:ADDRESSED_BY]->(p:Program)-[:RUN_BY]->(a:Actor)
  WHERE p.status = '実施中' AND a.kind = '市町村'
}
RETURN i.level AS lv, count(i) AS n ORDER BY lv
