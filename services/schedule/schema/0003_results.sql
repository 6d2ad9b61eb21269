-- From tally's ledger: declared votes, and further votes that an outcome has made necessary and that are not declared yet.
CREATE TABLE declared_vote (
  election_id TEXT PRIMARY KEY,
  turnover    TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  body        TEXT NOT NULL,
  post        TEXT NOT NULL,
  -- Shanghai day of the declaration
  day         TEXT NOT NULL,
  seats_open  INTEGER NOT NULL
) STRICT;
CREATE INDEX declared_vote_of ON declared_vote (turnover, unit_id);

CREATE TABLE further_vote (
  election_id TEXT PRIMARY KEY,
  turnover    TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  body        TEXT NOT NULL,
  post        TEXT NOT NULL
) STRICT;
