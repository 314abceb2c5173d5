-- The key of the incident that a row with problems became, so that the repaired row is known as the same; empty when it became none.
ALTER TABLE problem_rows ADD COLUMN key TEXT NOT NULL DEFAULT '';

-- How the file was read where its headers do not say it, as JSON of ingest::Reading, and all of how it was understood, as JSON of
-- ingest::Understood.
ALTER TABLE imports ADD COLUMN reading TEXT NOT NULL DEFAULT '{}';
ALTER TABLE imports ADD COLUMN understood TEXT;
