-- The ledger: append-only, contiguous, never rewritten.
CREATE TABLE ledger (
  position    INTEGER PRIMARY KEY,
  subject     TEXT NOT NULL,
  type        TEXT NOT NULL,
  entry       BLOB NOT NULL,
  leaf        BLOB NOT NULL,
  traceparent TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX ledger_subject ON ledger (subject, position);

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_contiguous BEFORE INSERT ON ledger
WHEN NEW.position <> COALESCE((SELECT MAX(position) FROM ledger), 0) + 1
BEGIN SELECT RAISE(ABORT, 'ledger positions are contiguous'); END;

-- Which ledger this is. Rows are added by a first start and by each restore.
CREATE TABLE ledger_identity (
  ledger_id       TEXT PRIMARY KEY,
  from_position   INTEGER NOT NULL,
  parent_id       TEXT NOT NULL,
  service         TEXT NOT NULL,
  kind            TEXT NOT NULL
) STRICT;

-- Set by a restore; the next writer opens a new ledger that names its parent position.
CREATE TABLE ledger_restored (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  reason TEXT NOT NULL
) STRICT;

CREATE TABLE ledger_checkpoint (
  position INTEGER PRIMARY KEY,
  note     TEXT NOT NULL,
  frontier BLOB NOT NULL
) STRICT;

-- (principal, method, request_id) accepted before: the same content is answered the same.
CREATE TABLE request (
  account_id  TEXT NOT NULL,
  method      TEXT NOT NULL,
  request_id  TEXT NOT NULL,
  digest      BLOB NOT NULL,
  reply       BLOB NOT NULL,
  position    INTEGER NOT NULL,
  accepted_us INTEGER NOT NULL,
  PRIMARY KEY (account_id, method, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_age ON request (accepted_us);

-- How far this consumer has read each producer's ledger; leaf = hash of the entry at position.
CREATE TABLE inbox (
  producer  TEXT PRIMARY KEY,
  ledger_id TEXT NOT NULL,
  epoch     INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  leaf      BLOB NOT NULL,
  forked    TEXT NOT NULL DEFAULT ''
) STRICT;

-- Entries that could not be applied, and those of the same subject behind them.
CREATE TABLE parked (
  producer TEXT NOT NULL,
  position INTEGER NOT NULL,
  subject  TEXT NOT NULL,
  entry    BLOB NOT NULL,
  error    TEXT NOT NULL,
  PRIMARY KEY (producer, position)
) STRICT;
CREATE INDEX parked_subject ON parked (producer, subject);

CREATE TABLE business_clock (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  ticked_us INTEGER NOT NULL
) STRICT;
