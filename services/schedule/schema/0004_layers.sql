-- How many active units stand so many layers at or below each unit, by kind: kept as the tree changes, so that counting
-- reads no row a unit. A unit's own row is the one at depth 0.
CREATE TABLE unit_layer (
  ancestor_id TEXT NOT NULL,
  depth       INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  units       INTEGER NOT NULL,
  PRIMARY KEY (ancestor_id, depth, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO unit_layer
WITH RECURSIVE up (ancestor_id, depth, kind, parent_id) AS (
  SELECT unit_id, 0, kind, parent_id FROM tree_unit WHERE state = 'active'
  UNION ALL
  SELECT t.unit_id, up.depth + 1, up.kind, t.parent_id FROM up JOIN tree_unit t ON t.unit_id = up.parent_id
)
SELECT ancestor_id, depth, kind, COUNT(*) FROM up GROUP BY ancestor_id, depth, kind;
