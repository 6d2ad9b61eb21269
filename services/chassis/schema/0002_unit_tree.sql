-- The unit tree with its history, the same in every service; fed by reporting's entries.
CREATE TABLE tree_unit (
  unit_id   TEXT PRIMARY KEY,
  parent_id TEXT NOT NULL,
  path      TEXT NOT NULL,
  depth     INTEGER NOT NULL,
  code      TEXT NOT NULL,
  name      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  members   INTEGER NOT NULL,
  -- staged, active, merged, abolished
  state     TEXT NOT NULL,
  import_id TEXT NOT NULL,
  version   INTEGER NOT NULL,
  -- ledger position of the last change, and of the entry that gave it its present parent
  position  INTEGER NOT NULL,
  joined    INTEGER NOT NULL
) STRICT;
CREATE INDEX tree_unit_path ON tree_unit (path);
CREATE INDEX tree_unit_parent ON tree_unit (parent_id, unit_id);
CREATE INDEX tree_unit_code ON tree_unit (code);
CREATE INDEX tree_unit_import ON tree_unit (import_id) WHERE state = 'staged';

CREATE TABLE tree_change (
  unit_id        TEXT NOT NULL,
  position       INTEGER NOT NULL,
  change         TEXT NOT NULL,
  parent_id      TEXT NOT NULL,
  name           TEXT NOT NULL,
  state          TEXT NOT NULL,
  occurred_at_us INTEGER NOT NULL,
  PRIMARY KEY (unit_id, position, change)
) STRICT;
