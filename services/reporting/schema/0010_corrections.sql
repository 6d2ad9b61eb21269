-- Corrections of verified reports: the newest one's number, 0 where there was none, and its reason.
ALTER TABLE assignment ADD COLUMN correction_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE assignment ADD COLUMN correction_reason TEXT NOT NULL DEFAULT '';
