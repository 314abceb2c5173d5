-- How a file is read, as JSON of ingest::ReadOptions: a job that waits for its turn is read so after a restart too.
ALTER TABLE imports ADD COLUMN options TEXT NOT NULL DEFAULT '{}';

-- The same under a name, for files that come again.
CREATE TABLE presets (
    name TEXT PRIMARY KEY,
    options TEXT NOT NULL
) STRICT;
