-- What units raise, by topic; who owes the answer; what was published of it.
CREATE TABLE matter (
  matter_id           TEXT PRIMARY KEY,
  -- ledger position of its entry: the order of lists
  position            INTEGER NOT NULL,
  turnover            TEXT NOT NULL,
  -- these two follow a merger
  unit_id             TEXT NOT NULL,
  owner_unit_id       TEXT NOT NULL,
  topic               TEXT NOT NULL,
  kind                TEXT NOT NULL,
  text                TEXT NOT NULL,
  -- waiting, answered, settled
  state               TEXT NOT NULL,
  version             INTEGER NOT NULL,
  raised_us           INTEGER NOT NULL,
  due_us              INTEGER NOT NULL,
  answer              TEXT NOT NULL DEFAULT '',
  answered_us         INTEGER NOT NULL DEFAULT 0,
  answered_by_unit_id TEXT NOT NULL DEFAULT '',
  times_passed_up     INTEGER NOT NULL DEFAULT 0,
  times_reopened      INTEGER NOT NULL DEFAULT 0,
  published           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX matter_unit ON matter (unit_id, position);
CREATE INDEX matter_owner ON matter (owner_unit_id, due_us, matter_id) WHERE state = 'waiting';
CREATE INDEX matter_answered ON matter (unit_id, position) WHERE state = 'answered';

-- What all units may read: answers to matters, and to questions of the public. answer_id is the id of either.
CREATE TABLE published_answer (
  answer_id    TEXT PRIMARY KEY,
  position     INTEGER NOT NULL,
  topic        TEXT NOT NULL,
  question     TEXT NOT NULL,
  answer       TEXT NOT NULL,
  published_us INTEGER NOT NULL,
  by_unit_id   TEXT NOT NULL
) STRICT;
CREATE INDEX published_answer_position ON published_answer (position);
CREATE INDEX published_answer_topic ON published_answer (topic, position);

CREATE TABLE public_question (
  question_id           TEXT PRIMARY KEY,
  position              INTEGER NOT NULL,
  turnover              TEXT NOT NULL,
  unit_id               TEXT NOT NULL,
  topic                 TEXT NOT NULL,
  channel               TEXT NOT NULL,
  asked_us              INTEGER NOT NULL,
  question              TEXT NOT NULL,
  answer                TEXT NOT NULL DEFAULT '',
  -- the account that drafted the present answer: another approves
  drafter_id            TEXT NOT NULL DEFAULT '',
  -- entered, drafted, approved, published
  state                 TEXT NOT NULL,
  version               INTEGER NOT NULL,
  due_us                INTEGER NOT NULL,
  send_back_reason      TEXT NOT NULL DEFAULT '',
  taken_working_minutes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX public_question_unit ON public_question (unit_id, position);

CREATE TABLE practice (
  practice_id        TEXT PRIMARY KEY,
  position           INTEGER NOT NULL,
  turnover           TEXT NOT NULL,
  unit_id            TEXT NOT NULL,
  topic              TEXT NOT NULL,
  title              TEXT NOT NULL,
  method             TEXT NOT NULL,
  evidence_reference TEXT NOT NULL,
  -- JSON: sha256 of blobs
  evidence           TEXT NOT NULL,
  shows_persons      INTEGER NOT NULL,
  consent            TEXT NOT NULL,
  -- submitted, returned, published
  state              TEXT NOT NULL,
  version            INTEGER NOT NULL,
  return_reason      TEXT NOT NULL DEFAULT '',
  submitted_us       INTEGER NOT NULL
) STRICT;
CREATE INDEX practice_unit ON practice (unit_id, position);
CREATE INDEX practice_published ON practice (position) WHERE state = 'published';
CREATE INDEX practice_waiting ON practice (position) WHERE state = 'submitted';
