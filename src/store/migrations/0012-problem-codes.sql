-- What kind of problem it is, for those who tell it in another language.
ALTER TABLE problems ADD COLUMN code TEXT NOT NULL DEFAULT 'not_placed';
