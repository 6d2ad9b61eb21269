-- How the holder of a post is reached. Not in the ledger: it can be erased, and no entry remembers it.
CREATE TABLE contact (
  unit_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  mail    TEXT NOT NULL,
  phone   TEXT NOT NULL,
  PRIMARY KEY (unit_id, post_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
  message_id  TEXT PRIMARY KEY,
  position    INTEGER NOT NULL,
  channel     TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  post_id     TEXT NOT NULL,
  person_id   TEXT NOT NULL,
  day_us      INTEGER NOT NULL,
  items       INTEGER NOT NULL,
  queued_us   INTEGER NOT NULL,
  -- waiting, sent, failed
  state       TEXT NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0,
  next_try_us INTEGER NOT NULL,
  problem     TEXT NOT NULL DEFAULT '',
  UNIQUE (person_id, channel, day_us)
) STRICT;
CREATE INDEX message_waiting ON message (next_try_us, message_id) WHERE state = 'waiting';
CREATE INDEX message_position ON message (position);
