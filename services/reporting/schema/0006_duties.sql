-- What each post of a unit answers for, as the last imported list has it.
CREATE TABLE duty (
  unit_id       TEXT NOT NULL,
  -- the place in the list
  place         INTEGER NOT NULL,
  duty_id       TEXT NOT NULL,
  post_name     TEXT NOT NULL,
  number        TEXT NOT NULL,
  text          TEXT NOT NULL,
  -- JSON: ids
  directive_ids TEXT NOT NULL,
  PRIMARY KEY (unit_id, place)
) STRICT, WITHOUT ROWID;
