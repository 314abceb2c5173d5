-- What the program keeps. Times are RFC 3339 in UTC; reported times are local and in minutes of time::minutes_of.

CREATE TABLE state (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0);

CREATE TABLE imports (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'undone')),
    dataset TEXT NOT NULL,
    file TEXT NOT NULL,
    gazetteer TEXT NOT NULL DEFAULT '',
    read INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    resolved INTEGER NOT NULL DEFAULT 0,
    ambiguous INTEGER NOT NULL DEFAULT 0,
    unresolved INTEGER NOT NULL DEFAULT 0,
    problems_total INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    finished TEXT,
    error TEXT,
    CHECK (state <> 'succeeded' OR read = new + updated + unchanged + duplicate + rejected)
) STRICT;

CREATE TABLE problems (
    import_seq INTEGER NOT NULL REFERENCES imports (seq),
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    repair TEXT NOT NULL,
    kept INTEGER NOT NULL,
    PRIMARY KEY (import_seq, number)
) STRICT, WITHOUT ROWID;

-- Gazetteer entries that incidents are drawn at or lie in, as they were at the last import that named them.
CREATE TABLE places (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    drawn TEXT NOT NULL
) STRICT;

CREATE TABLE incidents (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    dataset TEXT NOT NULL,
    row_key TEXT NOT NULL,
    -- SHA-256 of what the row says and where it was placed: equal means unchanged.
    content BLOB NOT NULL,
    first_import INTEGER NOT NULL REFERENCES imports (seq),
    import INTEGER NOT NULL REFERENCES imports (seq),
    start_minute INTEGER,
    end_minute INTEGER,
    category TEXT NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    precision TEXT NOT NULL,
    lon REAL,
    lat REAL,
    uncertainty_m REAL,
    -- The place it is drawn at; null for given coordinates and for unlocated incidents.
    place INTEGER REFERENCES places (seq),
    -- The places that contain it, country first, its own last, as `1/5/9`.
    path TEXT NOT NULL,
    -- Ready-made JSON: the properties of the GeoJSON feature, and the story.
    properties TEXT NOT NULL,
    story TEXT NOT NULL,
    gazetteer TEXT NOT NULL,
    UNIQUE (dataset, row_key)
) STRICT;

CREATE TABLE incident_history (
    incident INTEGER NOT NULL REFERENCES incidents (seq),
    number INTEGER NOT NULL,
    import INTEGER NOT NULL REFERENCES imports (seq),
    at TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('created', 'updated')),
    -- The properties before an update.
    before TEXT,
    PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

-- Folded words of each incident; the row id is incidents.seq.
CREATE VIRTUAL TABLE incident_words USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);

CREATE TABLE tokens (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL UNIQUE,
    created TEXT NOT NULL,
    revoked TEXT
) STRICT;
