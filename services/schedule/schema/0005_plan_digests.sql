-- The last day on which a turnover's plan was told.
CREATE TABLE plan_digest (
  turnover_id TEXT PRIMARY KEY,
  day         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
