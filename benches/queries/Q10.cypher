MATCH (i:Issue {id: '{point}'})
RETURN i.name, i.fiscal_year, i.status
