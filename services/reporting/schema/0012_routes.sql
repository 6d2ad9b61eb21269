-- Whose tree a directive takes; empty: the unit tree. Routes themselves stand beside the unit tree, in the chassis' tables.
ALTER TABLE directive ADD COLUMN route_id TEXT NOT NULL DEFAULT '';
CREATE INDEX directive_route ON directive (route_id) WHERE route_id <> '';
