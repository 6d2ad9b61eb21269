-- Forms that directives name, and what units last reported in them.
CREATE TABLE directive_form (
  directive_id TEXT PRIMARY KEY,
  form_id      TEXT NOT NULL,
  form_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A unit's newest figures under a directive.
CREATE TABLE report_figures (
  directive_id  TEXT NOT NULL,
  unit_id       TEXT NOT NULL,
  turnover      TEXT NOT NULL,
  -- ledger position: which of a unit's figures are newer
  position      INTEGER NOT NULL,
  form_id       TEXT NOT NULL,
  form_version  INTEGER NOT NULL,
  report_number INTEGER NOT NULL,
  -- JSON: [field id, value] in the form's order
  figures       TEXT NOT NULL,
  -- JSON: [rule id, text]
  explanations  TEXT NOT NULL,
  PRIMARY KEY (directive_id, unit_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_figures_unit ON report_figures (unit_id, turnover, position);

-- Reports that wait for a superior level, oldest due first.
CREATE INDEX assignment_waiting ON assignment (verify_due_us, directive_id, unit_id)
  WHERE state IN ('reported', 'rectified');

-- What units did as verifiers.
CREATE TABLE verification_record (
  unit_id              TEXT PRIMARY KEY,
  verified             INTEGER NOT NULL,
  verified_late        INTEGER NOT NULL,
  late_working_minutes INTEGER NOT NULL,
  returned             INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sample (
  sample_id         TEXT PRIMARY KEY,
  position          INTEGER NOT NULL,
  directive_id      TEXT NOT NULL,
  verifier_unit_id  TEXT NOT NULL,
  seed              TEXT NOT NULL,
  population        INTEGER NOT NULL,
  population_digest TEXT NOT NULL,
  drawn_at_us       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sample_directive ON sample (directive_id, position);

CREATE TABLE sample_unit (
  sample_id     TEXT NOT NULL,
  unit_id       TEXT NOT NULL,
  -- 0: not checked yet
  checked       INTEGER NOT NULL,
  found_true    INTEGER NOT NULL,
  report_number INTEGER NOT NULL,
  PRIMARY KEY (sample_id, unit_id)
) STRICT, WITHOUT ROWID;
