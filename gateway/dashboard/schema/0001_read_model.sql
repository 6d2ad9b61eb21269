-- What the dashboard shows. Every row is a function of the ledgers it reads: `rebuild` makes all of it anew.

-- The kinds of units by number; rows below hold sets of kinds as bits.
CREATE TABLE kind (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE
) STRICT;

-- One a flush: what stood in these tables then is true of the ledger up to this position.
CREATE TABLE flush (
  position    INTEGER PRIMARY KEY,
  -- business time of the last entry
  business_us INTEGER NOT NULL
) STRICT;
CREATE INDEX flush_business ON flush (business_us);

-- Where a unit stands, and how many of which kind stand how deep below it, from a position on. On a route a unit without
-- a row stands as in the unit tree.
CREATE TABLE place (
  unit_id   TEXT NOT NULL,
  -- empty: the unit tree
  route_id  TEXT NOT NULL,
  position  INTEGER NOT NULL,
  -- empty: the root
  parent_id TEXT NOT NULL,
  kind      INTEGER NOT NULL,
  active    INTEGER NOT NULL,
  -- by layer, the unit's own first; empty: nobody stands below
  counts    BLOB NOT NULL,
  PRIMARY KEY (unit_id, route_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_parent ON place (parent_id, route_id, unit_id);
CREATE INDEX place_route ON place (route_id, unit_id) WHERE route_id <> '';

CREATE TABLE directive (
  directive_id       TEXT PRIMARY KEY,
  position           INTEGER NOT NULL,
  -- 0: open
  withdrawn_position INTEGER NOT NULL,
  issued_at_us       INTEGER NOT NULL,
  -- empty: the unit tree
  route_id           TEXT NOT NULL,
  -- the DirectiveIssued message
  issued             BLOB NOT NULL
) STRICT;

-- Who issued it and the root of its subtree, from a position on: both follow a merger.
CREATE TABLE seat (
  directive_id    TEXT NOT NULL,
  position        INTEGER NOT NULL,
  issuer_unit_id  TEXT NOT NULL,
  subtree_unit_id TEXT NOT NULL,
  PRIMARY KEY (directive_id, position)
) STRICT, WITHOUT ROWID;

-- Units that were let off, with all below them.
CREATE TABLE let_off (
  directive_id TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  PRIMARY KEY (directive_id, unit_id)
) STRICT, WITHOUT ROWID;

-- A unit's figures under a directive, from a position on. A unit without a row: nothing has happened to it.
CREATE TABLE figure (
  directive_id TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  position     INTEGER NOT NULL,
  -- 1: it has no figures of its own any more: it ended, or left the scope (what it did is kept for its return)
  gone         INTEGER NOT NULL,
  mass         INTEGER NOT NULL,
  own          INTEGER NOT NULL,
  yield_e9     INTEGER NOT NULL,
  reach        INTEGER NOT NULL,
  detail       BLOB NOT NULL,
  -- the scope under the unit, layer by layer
  layers       BLOB NOT NULL,
  PRIMARY KEY (directive_id, unit_id, position)
) STRICT;
CREATE INDEX figure_position ON figure (position);

-- What was done, entry by entry: the feed, and the dates behind every number.
CREATE TABLE deed (
  position     INTEGER NOT NULL,
  -- 0: the entry itself; 1, 2 …: units that it names
  ordinal      INTEGER NOT NULL,
  ledger_id    TEXT NOT NULL,
  type         TEXT NOT NULL,
  -- empty: about the unit itself
  directive_id TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  -- 1: the unit was dispatched to by name; 2 to 6: it did the stage; 0: neither
  stage        INTEGER NOT NULL,
  -- 1: the unit dispatched to all its children
  to_all       INTEGER NOT NULL,
  at_us        INTEGER NOT NULL,
  due_us       INTEGER NOT NULL,
  late_minutes INTEGER NOT NULL,
  PRIMARY KEY (position, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX deed_assignment ON deed (directive_id, unit_id, position) WHERE directive_id <> '';

-- Who was named for an assignment, from a position on; persons by id only, to count what each has open.
CREATE TABLE named (
  directive_id TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  position     INTEGER NOT NULL,
  post_id      TEXT NOT NULL,
  person_id    TEXT NOT NULL,
  PRIMARY KEY (directive_id, unit_id, position)
) STRICT, WITHOUT ROWID;

-- A post went to another person, with the open items of the old one.
CREATE TABLE handed_over (
  position       INTEGER PRIMARY KEY,
  post_id        TEXT NOT NULL,
  from_person_id TEXT NOT NULL,
  person_id      TEXT NOT NULL
) STRICT;

-- Reports that say nothing: no figure, no word, no evidence.
CREATE TABLE empty_report (
  position INTEGER PRIMARY KEY
) STRICT;

-- The name of the first responsible person's post, from a position on; never the person's.
CREATE TABLE first_post (
  unit_id   TEXT NOT NULL,
  position  INTEGER NOT NULL,
  post_name TEXT NOT NULL,
  PRIMARY KEY (unit_id, position)
) STRICT, WITHOUT ROWID;

-- Matters that units raised: who owes the answer, from a position on. Never their text.
CREATE TABLE matter (
  matter_id     TEXT NOT NULL,
  position      INTEGER NOT NULL,
  unit_id       TEXT NOT NULL,
  topic         TEXT NOT NULL,
  owner_unit_id TEXT NOT NULL,
  raised_us     INTEGER NOT NULL,
  due_us        INTEGER NOT NULL,
  -- 1: an answer is owed
  waiting       INTEGER NOT NULL,
  PRIMARY KEY (matter_id, position)
) STRICT, WITHOUT ROWID;
