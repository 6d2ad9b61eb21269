-- Directives, and what is known of assignments. An assignment that nothing happened to has no row.
CREATE TABLE directive (
  directive_id       TEXT PRIMARY KEY,
  -- ledger position of its issue: the order of lists
  position           INTEGER NOT NULL,
  turnover           TEXT NOT NULL,
  number             TEXT NOT NULL,
  title              TEXT NOT NULL,
  text               TEXT NOT NULL,
  basis              TEXT NOT NULL,
  source             TEXT NOT NULL,
  urgency            TEXT NOT NULL,
  -- these two follow a merger
  issuer_unit_id     TEXT NOT NULL,
  subtree_unit_id    TEXT NOT NULL,
  -- JSON: kinds, listed and excluded unit ids
  scope              TEXT NOT NULL,
  lead_unit_id       TEXT NOT NULL,
  -- JSON: unit ids
  assisting_unit_ids TEXT NOT NULL,
  -- JSON: for each layer its six latest times
  deadlines          TEXT NOT NULL,
  calendar_version   TEXT NOT NULL,
  policy_version     TEXT NOT NULL,
  verify_workdays    INTEGER NOT NULL,
  issued_at_us       INTEGER NOT NULL,
  -- open, withdrawn
  state              TEXT NOT NULL,
  version            INTEGER NOT NULL
) STRICT;
CREATE INDEX directive_position ON directive (position);

-- Units that a scope names one by one.
CREATE TABLE directive_unit (
  directive_id TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  excluded     INTEGER NOT NULL,
  PRIMARY KEY (directive_id, unit_id)
) STRICT, WITHOUT ROWID;

-- A parent dispatched to all its children on the route, once; it reaches those that joined at or before the position.
CREATE TABLE assignment_dispatch (
  directive_id   TEXT NOT NULL,
  parent_unit_id TEXT NOT NULL,
  position       INTEGER NOT NULL,
  -- of this dispatch and all above it
  shift_workdays INTEGER NOT NULL,
  PRIMARY KEY (directive_id, parent_unit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment (
  directive_id         TEXT NOT NULL,
  unit_id              TEXT NOT NULL,
  state                TEXT NOT NULL,
  state_before         TEXT NOT NULL DEFAULT 'pending',
  version              INTEGER NOT NULL DEFAULT 0,
  -- 0: no dispatch has reached it
  dispatch_position    INTEGER NOT NULL,
  shift_workdays       INTEGER NOT NULL,
  post_id              TEXT NOT NULL DEFAULT '',
  person_id            TEXT NOT NULL DEFAULT '',
  target_us            INTEGER NOT NULL DEFAULT 0,
  report_number        INTEGER NOT NULL DEFAULT 0,
  due_count            INTEGER NOT NULL DEFAULT 0,
  done_count           INTEGER NOT NULL DEFAULT 0,
  summary              TEXT NOT NULL DEFAULT '',
  on_behalf_by_unit_id TEXT NOT NULL DEFAULT '',
  reporter_id          TEXT NOT NULL DEFAULT '',
  confirmed            INTEGER NOT NULL DEFAULT 0,
  verify_due_us        INTEGER NOT NULL DEFAULT 0,
  return_reason        TEXT NOT NULL DEFAULT '',
  rectify_due_us       INTEGER NOT NULL DEFAULT 0,
  -- an open request for an extension; 0: none
  asked_stage          INTEGER NOT NULL DEFAULT 0,
  asked_until_us       INTEGER NOT NULL DEFAULT 0,
  -- granted latest times; 0: none
  receive_until_us     INTEGER NOT NULL DEFAULT 0,
  name_until_us        INTEGER NOT NULL DEFAULT 0,
  start_until_us       INTEGER NOT NULL DEFAULT 0,
  report_until_us      INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (directive_id, unit_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_unit ON assignment (unit_id);
CREATE INDEX assignment_post ON assignment (post_id) WHERE post_id <> '';
