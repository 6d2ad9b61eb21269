-- Routes: other trees over the same units, the same in every service; fed by reporting's entries.
CREATE TABLE route (
  route_id TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  -- working_committee, functional_area, line_of_work
  kind     TEXT NOT NULL,
  basis    TEXT NOT NULL,
  -- open, ended
  state    TEXT NOT NULL,
  version  INTEGER NOT NULL
) STRICT;

-- Who answers to another superior on a route than in the unit tree.
CREATE TABLE route_link (
  route_id         TEXT NOT NULL,
  unit_id          TEXT NOT NULL,
  superior_unit_id TEXT NOT NULL,
  PRIMARY KEY (route_id, unit_id)
) STRICT, WITHOUT ROWID;

-- Where units stand on a route: those that hang elsewhere, with all below them. Everybody else stands as in the unit
-- tree and has no row.
CREATE TABLE route_unit (
  route_id  TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  parent_id TEXT NOT NULL,
  path      TEXT NOT NULL,
  depth     INTEGER NOT NULL,
  -- ledger position of the entry that gave it its present parent there
  joined    INTEGER NOT NULL,
  PRIMARY KEY (route_id, unit_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX route_unit_path ON route_unit (route_id, path);
CREATE INDEX route_unit_parent ON route_unit (parent_id, route_id, unit_id);
CREATE INDEX route_unit_unit ON route_unit (unit_id);
