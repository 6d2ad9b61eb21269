-- From schedule's ledger: what of a turnover's plan its unit was last told to be due or at risk.
CREATE TABLE plan_digest (
  turnover_id TEXT PRIMARY KEY,
  unit_id     TEXT NOT NULL,
  day_us      INTEGER NOT NULL,
  items       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX plan_digest_day ON plan_digest (day_us, unit_id);

-- Of the things in a message, steps of the unit's own plan.
ALTER TABLE message ADD COLUMN plan_items INTEGER NOT NULL DEFAULT 0;
