-- Folded from the ledger.
CREATE TABLE account (
  account_id TEXT PRIMARY KEY,
  login      TEXT NOT NULL UNIQUE,
  -- empty: the root unit, whichever it is
  unit_id    TEXT NOT NULL,
  -- invited, active, revoked
  state      TEXT NOT NULL
) STRICT;
CREATE INDEX account_unit ON account (unit_id);

CREATE TABLE held_grant (
  grant_id   TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  role       TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  acting     INTEGER NOT NULL,
  -- security time; 0: until revoked
  until_us   INTEGER NOT NULL
) STRICT;
CREATE INDEX held_grant_account ON held_grant (account_id);
CREATE INDEX held_grant_unit ON held_grant (unit_id);

CREATE TABLE system_key (
  key_id     TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  label      TEXT NOT NULL,
  role       TEXT NOT NULL,
  until_us   INTEGER NOT NULL,
  revoked    INTEGER NOT NULL
) STRICT;
CREATE INDEX system_key_unit ON system_key (unit_id, key_id);

-- No function of the ledger, erased when no longer needed (App.erasable).
CREATE TABLE password (
  account_id TEXT PRIMARY KEY,
  hash       TEXT NOT NULL
) STRICT;

CREATE TABLE one_time_code (
  account_id TEXT PRIMARY KEY,
  hash       TEXT NOT NULL,
  until_us   INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  token_sha256 BLOB PRIMARY KEY,
  account_id   TEXT NOT NULL,
  until_us     INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account_id, until_us);
CREATE INDEX session_end ON session (until_us);

CREATE TABLE key_secret (
  secret_sha256 BLOB PRIMARY KEY,
  key_id        TEXT NOT NULL UNIQUE
) STRICT;
