-- Files that show what was reported: kept for one unit, named by its reports only where a reason was given.
CREATE TABLE evidence_file (
  unit_id    TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  kept_at_us INTEGER NOT NULL,
  PRIMARY KEY (unit_id, sha256)
) STRICT, WITHOUT ROWID;

-- Why a directive's reports must bring evidence; a directive that is not here asks for none.
CREATE TABLE directive_evidence (
  directive_id TEXT PRIMARY KEY,
  reason       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The files of a unit's present report under a directive.
CREATE TABLE report_evidence (
  directive_id TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  -- JSON: SHA-256s
  files        TEXT NOT NULL,
  PRIMARY KEY (directive_id, unit_id)
) STRICT, WITHOUT ROWID;
