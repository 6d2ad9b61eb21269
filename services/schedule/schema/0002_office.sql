-- Meetings, papers upward, the superior's requirements, units' election meetings, archives.
CREATE TABLE meeting (
  meeting_id     TEXT PRIMARY KEY,
  turnover_id    TEXT NOT NULL,
  position       INTEGER NOT NULL,
  unit_id        TEXT NOT NULL,
  kind           TEXT NOT NULL,
  title          TEXT NOT NULL,
  day            TEXT NOT NULL,
  place          TEXT NOT NULL,
  -- JSON: items
  agenda         TEXT NOT NULL,
  -- called, held, cancelled
  state          TEXT NOT NULL,
  entitled_count INTEGER NOT NULL,
  present_count  INTEGER NOT NULL,
  minutes_sha256 TEXT NOT NULL,
  version        INTEGER NOT NULL
) STRICT;
CREATE INDEX meeting_turnover ON meeting (turnover_id, position);

CREATE TABLE meeting_decision (
  meeting_id TEXT NOT NULL,
  number     INTEGER NOT NULL,
  text       TEXT NOT NULL,
  assigned   INTEGER NOT NULL,
  PRIMARY KEY (meeting_id, number)
) STRICT;

CREATE TABLE paper (
  paper_id     TEXT PRIMARY KEY,
  turnover_id  TEXT NOT NULL,
  position     INTEGER NOT NULL,
  unit_id      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  matter       TEXT NOT NULL,
  title        TEXT NOT NULL,
  text_digest  TEXT NOT NULL,
  addressee    TEXT NOT NULL,
  -- drafted, signed, sent, answered, withdrawn
  state        TEXT NOT NULL,
  latest_day   TEXT NOT NULL,
  -- JSON: name, value, service, position
  figures      TEXT NOT NULL,
  number       TEXT NOT NULL,
  sent_day     TEXT NOT NULL,
  late_days    INTEGER NOT NULL,
  file_sha256  TEXT NOT NULL,
  approved     INTEGER NOT NULL,
  reply_number TEXT NOT NULL,
  reply_day    TEXT NOT NULL,
  reply_organ  TEXT NOT NULL,
  reply_text   TEXT NOT NULL,
  reply_sha256 TEXT NOT NULL,
  version      INTEGER NOT NULL
) STRICT;
CREATE INDEX paper_turnover ON paper (turnover_id, position);

-- Texts may name persons: outside the ledger, erased with the turnover's personal columns.
CREATE TABLE paper_text (
  paper_id    TEXT PRIMARY KEY,
  turnover_id TEXT NOT NULL,
  text        TEXT NOT NULL
) STRICT;

CREATE TABLE requirement (
  requirement_id TEXT PRIMARY KEY,
  turnover_id    TEXT NOT NULL,
  position       INTEGER NOT NULL,
  unit_id        TEXT NOT NULL,
  source         TEXT NOT NULL,
  number         TEXT NOT NULL,
  day            TEXT NOT NULL,
  text           TEXT NOT NULL,
  due_day        TEXT NOT NULL,
  file_sha256    TEXT NOT NULL,
  every_workdays INTEGER NOT NULL,
  -- required, assigned, reported_back
  state          TEXT NOT NULL,
  report_day     TEXT NOT NULL,
  report_number  TEXT NOT NULL,
  report_text    TEXT NOT NULL,
  version        INTEGER NOT NULL
) STRICT;
CREATE INDEX requirement_turnover ON requirement (turnover_id, position);

-- Bookings that stand.
CREATE TABLE booking (
  booking_id     TEXT PRIMARY KEY,
  turnover_id    TEXT NOT NULL,
  position       INTEGER NOT NULL,
  unit_id        TEXT NOT NULL,
  milestone_id   TEXT NOT NULL,
  day            TEXT NOT NULL,
  from_minute    INTEGER NOT NULL,
  until_minute   INTEGER NOT NULL,
  place          TEXT NOT NULL,
  entitled_count INTEGER NOT NULL,
  observer_id    TEXT NOT NULL,
  notice_day     TEXT NOT NULL
) STRICT;
CREATE INDEX booking_day ON booking (day);
CREATE INDEX booking_turnover ON booking (turnover_id, position);
CREATE INDEX booking_unit ON booking (turnover_id, unit_id, milestone_id);

CREATE TABLE filing (
  turnover_id TEXT PRIMARY KEY,
  number      TEXT NOT NULL,
  day         TEXT NOT NULL,
  organ       TEXT NOT NULL,
  file_sha256 TEXT NOT NULL
) STRICT;

CREATE TABLE archive (
  turnover_id     TEXT PRIMARY KEY,
  manifest_sha256 TEXT NOT NULL,
  items           INTEGER NOT NULL,
  -- JSON: class, reason
  gaps            TEXT NOT NULL,
  -- JSON: column, rows
  erased          TEXT NOT NULL
) STRICT;
