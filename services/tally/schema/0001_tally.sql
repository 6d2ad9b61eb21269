-- One vote by one body for one post.
CREATE TABLE election (
  election_id       TEXT PRIMARY KEY,
  -- ledger position of its opening: the order of lists
  position          INTEGER NOT NULL,
  turnover          TEXT NOT NULL,
  unit_id           TEXT NOT NULL,
  body              TEXT NOT NULL,
  post              TEXT NOT NULL,
  round             TEXT NOT NULL,
  seats             INTEGER NOT NULL,
  title             TEXT NOT NULL,
  cause_election_id TEXT NOT NULL,
  full_members      INTEGER NOT NULL,
  consent           TEXT NOT NULL,
  after_primary     INTEGER NOT NULL,
  in_primary        INTEGER NOT NULL,
  state             TEXT NOT NULL,
  version           INTEGER NOT NULL,
  -- the first of the two people who enter the list
  entered_by        TEXT NOT NULL DEFAULT '',
  list_digest       TEXT NOT NULL DEFAULT '',
  sitting_id        TEXT NOT NULL DEFAULT '',
  present           INTEGER NOT NULL DEFAULT 0,
  disputes          INTEGER NOT NULL DEFAULT 0,
  seats_open        INTEGER NOT NULL DEFAULT 0,
  status            TEXT NOT NULL DEFAULT '',
  record_sha256     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX election_unit ON election (unit_id);
CREATE INDEX election_cause ON election (cause_election_id) WHERE cause_election_id <> '';
CREATE INDEX election_sitting ON election (sitting_id) WHERE sitting_id <> '';

CREATE TABLE candidate (
  election_id  TEXT NOT NULL,
  -- place on the ballot, from 1
  number       INTEGER NOT NULL,
  candidate_id TEXT NOT NULL,
  name_digest  TEXT NOT NULL,
  PRIMARY KEY (election_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE roll (
  roll_id    TEXT PRIMARY KEY,
  turnover   TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  entered_by TEXT NOT NULL,
  entitled   INTEGER NOT NULL,
  suspended  INTEGER NOT NULL,
  left_out   INTEGER NOT NULL,
  frozen     INTEGER NOT NULL,
  -- the one sitting that is held on it
  sitting_id TEXT NOT NULL
) STRICT;

CREATE TABLE elector (
  roll_id     TEXT NOT NULL,
  person_id   TEXT NOT NULL,
  name_digest TEXT NOT NULL,
  standing    TEXT NOT NULL,
  ground      TEXT NOT NULL,
  consent     TEXT NOT NULL,
  vote        TEXT NOT NULL,
  PRIMARY KEY (roll_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sitting (
  sitting_id TEXT PRIMARY KEY,
  turnover   TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  roll_id    TEXT NOT NULL,
  state      TEXT NOT NULL,
  version    INTEGER NOT NULL,
  small      INTEGER NOT NULL,
  present    INTEGER NOT NULL,
  -- what a primary round is counted by, as the adopted method says
  basis      TEXT NOT NULL,
  -- JSON: [account, person, role]
  officers   TEXT NOT NULL
) STRICT;

CREATE TABLE figure (
  sitting_id   TEXT NOT NULL,
  -- empty: of the sitting
  election_id  TEXT NOT NULL,
  field        TEXT NOT NULL,
  value        INTEGER NOT NULL,
  entered_by   TEXT NOT NULL,
  confirmed_by TEXT NOT NULL,
  PRIMARY KEY (sitting_id, election_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE sheet (
  sheet_id    TEXT PRIMARY KEY,
  election_id TEXT NOT NULL,
  group_name  TEXT NOT NULL,
  position    INTEGER NOT NULL,
  state       TEXT NOT NULL,
  generation  INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  -- JSON: paths of fields
  differing   TEXT NOT NULL,
  -- JSON: path → figure, of this generation and of the one settled before
  cells       TEXT NOT NULL,
  before      TEXT NOT NULL,
  sheet_hash  TEXT NOT NULL,
  reason      TEXT NOT NULL
) STRICT;
CREATE INDEX sheet_election ON sheet (election_id);

CREATE TABLE sheet_reading (
  sheet_id     TEXT NOT NULL,
  generation   INTEGER NOT NULL,
  reading      INTEGER NOT NULL,
  teller_id    TEXT NOT NULL,
  way          TEXT NOT NULL,
  paper_first  INTEGER NOT NULL,
  -- JSON: path → figure; empty until finalised, and until read again
  cells        TEXT NOT NULL,
  reread       TEXT NOT NULL,
  -- JSON: warning → reason
  explanations TEXT NOT NULL,
  PRIMARY KEY (sheet_id, generation, reading)
) STRICT, WITHOUT ROWID;

CREATE TABLE sheet_signature (
  sheet_id          TEXT NOT NULL,
  generation        INTEGER NOT NULL,
  role              TEXT NOT NULL,
  account_id        TEXT NOT NULL,
  for_account_id    TEXT NOT NULL,
  second_account_id TEXT NOT NULL,
  PRIMARY KEY (sheet_id, generation, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE write_in_merged (
  election_id    TEXT NOT NULL,
  from_person_id TEXT NOT NULL,
  into_person_id TEXT NOT NULL,
  PRIMARY KEY (election_id, from_person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE machine_file (
  election_id TEXT NOT NULL,
  file_digest TEXT NOT NULL,
  PRIMARY KEY (election_id, file_digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE elected (
  election_id TEXT NOT NULL,
  place       INTEGER NOT NULL,
  person_id   TEXT NOT NULL,
  name        TEXT NOT NULL,
  approve     INTEGER NOT NULL,
  PRIMARY KEY (election_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE photograph (
  sitting_id   TEXT NOT NULL,
  election_id  TEXT NOT NULL,
  photo_sha256 TEXT NOT NULL,
  PRIMARY KEY (sitting_id, election_id, photo_sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_key (
  key_id     TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  ended      INTEGER NOT NULL
) STRICT;

-- ---- erasable: no function of the ledger ------------------------------------------------------------

-- Names by the id that the ledger knows. scope: the election or roll. salt: of the name's digest.
CREATE TABLE person (
  person_id TEXT PRIMARY KEY,
  scope     TEXT NOT NULL,
  name      TEXT NOT NULL,
  name_key  TEXT NOT NULL,
  note      TEXT NOT NULL,
  salt      TEXT NOT NULL
) STRICT;
CREATE INDEX person_name ON person (scope, name_key);

-- What a teller has read so far. Nothing of single ballots: counts, without times or order; gone when it is settled.
CREATE TABLE draft (
  sheet_id TEXT NOT NULL,
  reading  INTEGER NOT NULL,
  -- JSON: path → figure; a written name by its own key
  cells    TEXT NOT NULL,
  ballots  INTEGER NOT NULL,
  doubtful INTEGER NOT NULL,
  PRIMARY KEY (sheet_id, reading)
) STRICT, WITHOUT ROWID;

-- Private keys, sealed under the person's PIN.
CREATE TABLE sealed_key (
  key_id     TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  salt       BLOB NOT NULL,
  nonce      BLOB NOT NULL,
  sealed     BLOB NOT NULL
) STRICT;

-- The record of a count as it was signed: it names candidates.
CREATE TABLE record (
  election_id   TEXT PRIMARY KEY,
  record_sha256 TEXT NOT NULL,
  content       TEXT NOT NULL
) STRICT;
