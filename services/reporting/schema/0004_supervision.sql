-- Supervision orders. At most one open order is about the same stage of one unit's directive.
CREATE TABLE supervision_order (
  order_id       TEXT PRIMARY KEY,
  position       INTEGER NOT NULL,
  turnover       TEXT NOT NULL,
  number         TEXT NOT NULL,
  year           INTEGER NOT NULL,
  sequence       INTEGER NOT NULL,
  -- these two follow a merger
  issuer_unit_id TEXT NOT NULL,
  unit_id        TEXT NOT NULL,
  post_id        TEXT NOT NULL,
  person_id      TEXT NOT NULL,
  directive_id   TEXT NOT NULL,
  stage          INTEGER NOT NULL,
  text           TEXT NOT NULL,
  due_us         INTEGER NOT NULL,
  issued_us      INTEGER NOT NULL,
  -- issued, accepted, answered, closed, withdrawn
  state          TEXT NOT NULL,
  version        INTEGER NOT NULL,
  summary        TEXT NOT NULL DEFAULT '',
  -- JSON: sha256 of blobs
  evidence       TEXT NOT NULL DEFAULT '[]',
  evidence_reference TEXT NOT NULL DEFAULT '',
  -- of the last return, or of the withdrawal
  reason         TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX supervision_order_unit ON supervision_order (unit_id, position);
CREATE INDEX supervision_order_issuer ON supervision_order (issuer_unit_id, position);
CREATE UNIQUE INDEX supervision_order_number ON supervision_order (turnover, year, sequence);
CREATE INDEX supervision_order_about ON supervision_order (directive_id, unit_id, stage)
  WHERE state IN ('issued', 'accepted', 'answered');
CREATE INDEX supervision_order_post ON supervision_order (post_id);

-- Reports that wait for a verifier.
CREATE INDEX assignment_to_verify ON assignment (unit_id, directive_id) WHERE state IN ('reported', 'rectified');

-- Every account that accepted or answered an order: none of them may review it.
CREATE TABLE order_handler (
  order_id   TEXT NOT NULL,
  account_id TEXT NOT NULL,
  PRIMARY KEY (order_id, account_id)
) STRICT, WITHOUT ROWID;

-- What a unit was told to be overdue below it; once a stage and day.
CREATE TABLE digest (
  unit_id  TEXT NOT NULL,
  day_us   INTEGER NOT NULL,
  stage    INTEGER NOT NULL,
  position INTEGER NOT NULL,
  -- JSON: directive, unit, due, level
  items    TEXT NOT NULL,
  left_out INTEGER NOT NULL,
  PRIMARY KEY (unit_id, day_us, stage)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_day ON digest (day_us, unit_id, stage);
