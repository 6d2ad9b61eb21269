-- What units were reminded of, once a directive and day; taken back ones are not here.
CREATE TABLE reminder (
  directive_id TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  day_us       INTEGER NOT NULL,
  position     INTEGER NOT NULL,
  stage        INTEGER NOT NULL,
  at_us        INTEGER NOT NULL,
  -- whoever reminded: only they take it back
  account_id   TEXT NOT NULL,
  -- the day of the digest that it went out with; 0: none yet
  told_day_us  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (directive_id, unit_id, day_us)
) STRICT, WITHOUT ROWID;
CREATE INDEX reminder_untold ON reminder (unit_id, told_day_us);

-- Of the things in a message, those that a superior reminded of.
ALTER TABLE message ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0;
