-- Place in the order that the superior approved, from 1; 0 where the ballot has that order, or there is none.
ALTER TABLE candidate ADD COLUMN approved INTEGER NOT NULL DEFAULT 0;

-- What the printed spare sheet is numbered with, from which the reading was entered later.
ALTER TABLE sheet_reading ADD COLUMN paper_serial TEXT NOT NULL DEFAULT '';
