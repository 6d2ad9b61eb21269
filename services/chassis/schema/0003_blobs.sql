-- Files that the ledger names, with the first entry that did: what is not here is an orphan and may be swept.
CREATE TABLE blob_reference (
  sha256   TEXT PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT;
