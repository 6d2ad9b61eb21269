-- Turnovers, their plans, and what gates rest on. Days are Shanghai days as 2026-03-16, empty where unknown.
CREATE TABLE turnover (
  turnover_id          TEXT PRIMARY KEY,
  -- ledger position of its opening: the order of lists
  position             INTEGER NOT NULL,
  unit_id              TEXT NOT NULL,
  level                TEXT NOT NULL,
  name                 TEXT NOT NULL,
  last_congress_day    TEXT NOT NULL,
  term_years           INTEGER NOT NULL,
  on_time_days         INTEGER NOT NULL,
  -- open, filed, archived, closed
  state                TEXT NOT NULL,
  -- of the plan in force; 0 = none
  plan_version         INTEGER NOT NULL,
  congress_day         TEXT NOT NULL,
  term_approval_number TEXT NOT NULL,
  version              INTEGER NOT NULL
) STRICT;
CREATE INDEX turnover_unit ON turnover (unit_id, position);

-- Every version of a plan; the newest is in force.
CREATE TABLE plan (
  turnover_id          TEXT NOT NULL,
  plan_version         INTEGER NOT NULL,
  template_id          TEXT NOT NULL,
  -- JSON: the template as adjusted
  template             TEXT NOT NULL,
  -- JSON: what this version adjusted
  adjustments          TEXT NOT NULL,
  congress_day         TEXT NOT NULL,
  reason               TEXT NOT NULL,
  approver             TEXT NOT NULL,
  document_number      TEXT NOT NULL,
  term_approval_number TEXT NOT NULL,
  calendar_version     TEXT NOT NULL,
  adopted_us           INTEGER NOT NULL,
  -- JSON: milestone, day before, day after
  moved                TEXT NOT NULL,
  -- JSON: milestone → latest day
  latest               TEXT NOT NULL,
  PRIMARY KEY (turnover_id, plan_version)
) STRICT;

-- Milestones that something happened to; all others wait.
CREATE TABLE milestone (
  turnover_id  TEXT NOT NULL,
  milestone_id TEXT NOT NULL,
  -- opened, done
  state        TEXT NOT NULL,
  opened_day   TEXT NOT NULL,
  done_day     TEXT NOT NULL,
  override_id  TEXT NOT NULL,
  note         TEXT NOT NULL,
  -- JSON: stage days of the directive that it issued
  stages       TEXT NOT NULL,
  PRIMARY KEY (turnover_id, milestone_id)
) STRICT;

CREATE TABLE record (
  record_id   TEXT PRIMARY KEY,
  turnover_id TEXT NOT NULL,
  position    INTEGER NOT NULL,
  -- decision, notice, filed
  kind        TEXT NOT NULL,
  matter      TEXT NOT NULL,
  organ       TEXT NOT NULL,
  number      TEXT NOT NULL,
  day         TEXT NOT NULL,
  until_day   TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  text        TEXT NOT NULL,
  withdrawn   INTEGER NOT NULL
) STRICT;
CREATE INDEX record_turnover ON record (turnover_id, position);

CREATE TABLE override (
  override_id     TEXT PRIMARY KEY,
  turnover_id     TEXT NOT NULL,
  position        INTEGER NOT NULL,
  milestone_id    TEXT NOT NULL,
  -- asked, confirmed, refused
  state           TEXT NOT NULL,
  reason          TEXT NOT NULL,
  document_number TEXT NOT NULL,
  -- JSON: rule ids
  rules           TEXT NOT NULL,
  asked_by        TEXT NOT NULL,
  asked_us        INTEGER NOT NULL,
  decided_by      TEXT NOT NULL,
  decided_us      INTEGER NOT NULL,
  refusal_reason  TEXT NOT NULL
) STRICT;
CREATE INDEX override_turnover ON override (turnover_id, position);

-- ---- from reporting's ledger --------------------------------------------------------------------

-- Directives that a milestone, a decision or a requirement of this service caused.
CREATE TABLE caused_directive (
  cause           TEXT PRIMARY KEY,
  directive_id    TEXT NOT NULL,
  turnover        TEXT NOT NULL,
  -- these two follow a merger
  issuer_unit_id  TEXT NOT NULL,
  subtree_unit_id TEXT NOT NULL,
  -- JSON: kinds, listed and excluded unit ids
  scope           TEXT NOT NULL,
  withdrawn       INTEGER NOT NULL
) STRICT;
CREATE INDEX caused_directive_id ON caused_directive (directive_id);

-- Units whose assignment of such a directive is verified or withdrawn.
CREATE TABLE caused_unit (
  directive_id TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  verified     INTEGER NOT NULL,
  withdrawn    INTEGER NOT NULL,
  PRIMARY KEY (directive_id, unit_id)
) STRICT;

-- The post of each unit's first responsible person, and who holds it.
CREATE TABLE leader (
  unit_id   TEXT PRIMARY KEY,
  post_id   TEXT NOT NULL,
  person_id TEXT NOT NULL
) STRICT;
