-- The incidents that an import found as they are, with the lines of its file, as differences in LEB128: they stay when the import that
-- brought them is taken back. Of earlier imports it is not known.
CREATE TABLE said_again (
    import INTEGER NOT NULL,
    piece INTEGER NOT NULL,
    incidents BLOB NOT NULL,
    PRIMARY KEY (import, piece)
) STRICT, WITHOUT ROWID;

-- How many incidents stayed when the import was taken back.
ALTER TABLE imports ADD COLUMN stayed INTEGER NOT NULL DEFAULT 0;

-- How many incidents it got from an earlier one that was taken back.
ALTER TABLE imports ADD COLUMN took_over INTEGER NOT NULL DEFAULT 0;
