-- SHA-256 of the bytes of the file, so that the same file is known under another name; NULL of files that were loaded before.
ALTER TABLE imports ADD COLUMN file_sha256 BLOB;
CREATE INDEX imports_by_file ON imports (file_sha256) WHERE file_sha256 IS NOT NULL;
