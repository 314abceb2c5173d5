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
    undone TEXT,
    -- JSON arrays: the header of the file, and the names under which columns without a meaning are kept.
    header TEXT NOT NULL DEFAULT '[]',
    kept_columns TEXT NOT NULL DEFAULT '[]',
    CHECK (state <> 'succeeded' OR read = new + updated + unchanged + duplicate + rejected)
) STRICT;

CREATE TABLE problems (
    import INTEGER NOT NULL REFERENCES imports (seq),
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    repair TEXT NOT NULL,
    kept INTEGER NOT NULL,
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;

-- The cells of the rows with problems as JSON arrays: what is repaired can be loaded again.
CREATE TABLE problem_rows (
    import INTEGER NOT NULL REFERENCES imports (seq),
    line INTEGER NOT NULL,
    cells TEXT NOT NULL,
    PRIMARY KEY (import, line)
) STRICT, WITHOUT ROWID;

-- Categories, sources and datasets.
CREATE TABLE names (
    seq INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- Gazetteer entries that incidents are drawn at or lie in, as they were when they were found. An entry that has changed since is
-- another row with the same id.
CREATE TABLE places (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    drawn TEXT NOT NULL,
    UNIQUE (id, drawn)
) STRICT;

-- Answers to the question where. All rows that asked in the same words and were answered the same share one.
CREATE TABLE locations (
    seq INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    status TEXT NOT NULL,
    precision TEXT NOT NULL,
    -- Null when unlocated, and for given coordinates, which stand in the incident.
    lon REAL,
    lat REAL,
    uncertainty_m REAL,
    -- The place it is drawn at; null when it is drawn at its position.
    place INTEGER REFERENCES places (seq),
    -- The places that contain it, country first, its own last, as `1/5/9`.
    path TEXT NOT NULL,
    -- Ready-made JSON: properties of the GeoJSON feature without braces, and the part of the story.
    properties TEXT NOT NULL,
    story TEXT NOT NULL
) STRICT;

-- What filters ask of an incident, in few bytes: every snapshot reads all of it. No index: a snapshot answers the filters. Here and
-- below numbers refer to the tables above without a constraint, whose check would double the time of an import.
CREATE TABLE incidents (
    seq INTEGER PRIMARY KEY,
    -- The UUID in two halves.
    head INTEGER NOT NULL,
    tail INTEGER NOT NULL,
    first_import INTEGER NOT NULL,
    -- The import that brought or changed it last, and its row there.
    import INTEGER NOT NULL,
    line INTEGER NOT NULL,
    dataset INTEGER NOT NULL,
    start_minute INTEGER,
    end_minute INTEGER,
    category INTEGER NOT NULL,
    source INTEGER NOT NULL,
    location INTEGER NOT NULL,
    -- Coordinates that stood in the row.
    lon REAL,
    lat REAL,
    uncertainty_m REAL,
    -- Hash of what the row says and where it was placed: equal means unchanged.
    content BLOB NOT NULL
) STRICT;

-- What the source said: ready-made properties of the GeoJSON feature, without braces.
CREATE TABLE reports (
    incident INTEGER PRIMARY KEY,
    said TEXT NOT NULL
) STRICT;

-- From the first half of an id to the incident. Written in order, which an index on incidents would not be.
CREATE TABLE incident_ids (
    head INTEGER NOT NULL,
    incident INTEGER NOT NULL,
    PRIMARY KEY (head, incident)
) STRICT, WITHOUT ROWID;

-- What an update replaced, so that it can be told and taken back.
CREATE TABLE versions (
    seq INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL,
    -- The import that replaced it.
    replaced_by INTEGER NOT NULL,
    import INTEGER NOT NULL,
    line INTEGER NOT NULL,
    start_minute INTEGER,
    end_minute INTEGER,
    category INTEGER NOT NULL,
    source INTEGER NOT NULL,
    location INTEGER NOT NULL,
    lon REAL,
    lat REAL,
    uncertainty_m REAL,
    content BLOB NOT NULL,
    said TEXT NOT NULL
) STRICT;
CREATE INDEX versions_of_incident ON versions (incident);
CREATE INDEX versions_of_import ON versions (replaced_by);

-- Words by which incidents are found: the incidents of one piece of an import whose reports have the word, as differences in
-- LEB128. A posting counts only while the incident is as that import left it.
CREATE TABLE postings (
    word TEXT NOT NULL,
    import INTEGER NOT NULL,
    piece INTEGER NOT NULL,
    incidents BLOB NOT NULL,
    PRIMARY KEY (word, import, piece)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL UNIQUE,
    created TEXT NOT NULL,
    revoked TEXT
) STRICT;
