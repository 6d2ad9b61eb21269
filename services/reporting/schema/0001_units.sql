-- The tree's last change is asked for by every import.
CREATE INDEX tree_change_position ON tree_change (position);

-- Who answers for a unit now.
CREATE TABLE post (
  post_id     TEXT PRIMARY KEY,
  unit_id     TEXT NOT NULL,
  post_name   TEXT NOT NULL,
  -- 1: the holder is the unit's first responsible person
  first       INTEGER NOT NULL,
  person_id   TEXT NOT NULL,
  person_name TEXT NOT NULL,
  acting      INTEGER NOT NULL,
  from_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX post_unit ON post (unit_id, post_id);

-- Everyone who held a post, on each of their terms; until_position 0 = holds it now.
CREATE TABLE post_holder (
  post_id        TEXT NOT NULL,
  position       INTEGER NOT NULL,
  until_position INTEGER NOT NULL,
  unit_id        TEXT NOT NULL,
  person_id      TEXT NOT NULL,
  person_name    TEXT NOT NULL,
  acting         INTEGER NOT NULL,
  from_us        INTEGER NOT NULL,
  PRIMARY KEY (post_id, position)
) STRICT;
CREATE INDEX post_holder_unit ON post_holder (unit_id, position);

-- Imports of rosters: what is staged and waits is seen, also when nobody comes back for it.
CREATE TABLE roster_import (
  import_id TEXT PRIMARY KEY,
  -- staged, activated, discarded
  state     TEXT NOT NULL,
  units     INTEGER NOT NULL,
  -- business time of the first slice
  staged_us INTEGER NOT NULL,
  -- ledger position of the last entry of this import
  position  INTEGER NOT NULL
) STRICT;
