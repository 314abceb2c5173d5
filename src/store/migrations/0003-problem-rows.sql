-- The cells of the rows with problems and the header they stand under, as JSON arrays: what is repaired can be loaded again.
CREATE TABLE problem_rows (
    import_seq INTEGER NOT NULL REFERENCES imports (seq),
    line INTEGER NOT NULL,
    cells TEXT NOT NULL,
    PRIMARY KEY (import_seq, line)
) STRICT, WITHOUT ROWID;

ALTER TABLE imports ADD COLUMN header TEXT;
