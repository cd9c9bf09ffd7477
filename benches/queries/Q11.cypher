MATCH (i:Issue)
WHERE i.name CONTAINS '{text}'
RETURN count(i) AS n
