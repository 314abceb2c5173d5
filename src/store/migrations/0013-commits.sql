-- Commits that change what is shown, so that a snapshot of an earlier one is brought up to date without being made anew.

-- Drawn by lot at each commit: of two histories that branched off, as after a restored backup, the marks differ.
ALTER TABLE state ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;

CREATE TABLE commits (
    generation INTEGER PRIMARY KEY,
    mark INTEGER NOT NULL
) STRICT;
INSERT INTO commits SELECT generation, mark FROM state;

-- Numbers of the incidents that a commit made, changed or took away, both ends included.
CREATE TABLE changes (
    generation INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (generation, first)
) STRICT, WITHOUT ROWID;
