-- What an update replaced: the row of incidents as it was before, so that the import that changed it can be taken back.
CREATE TABLE replaced (
    import INTEGER NOT NULL REFERENCES imports (seq),
    incident INTEGER NOT NULL REFERENCES incidents (seq),
    content BLOB NOT NULL,
    earlier_import INTEGER NOT NULL REFERENCES imports (seq),
    start_minute INTEGER,
    end_minute INTEGER,
    category TEXT NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    precision TEXT NOT NULL,
    lon REAL,
    lat REAL,
    uncertainty_m REAL,
    place INTEGER REFERENCES places (seq),
    path TEXT NOT NULL,
    properties TEXT NOT NULL,
    story TEXT NOT NULL,
    gazetteer TEXT NOT NULL,
    PRIMARY KEY (import, incident)
) STRICT, WITHOUT ROWID;

-- When an import was taken back.
ALTER TABLE imports ADD COLUMN undone TEXT;
