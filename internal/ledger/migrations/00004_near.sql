-- +goose Up
-- What tells whether another invoice looks like the one that claimed a key.
ALTER TABLE claims ADD COLUMN near_key TEXT NOT NULL DEFAULT '';
ALTER TABLE claims ADD COLUMN day TEXT NOT NULL DEFAULT '';
ALTER TABLE claims ADD COLUMN facts TEXT NOT NULL DEFAULT '';
CREATE INDEX claims_near ON claims (near_key, day);

-- What a person should look at although the record goes on.
ALTER TABLE records ADD COLUMN warning TEXT NOT NULL DEFAULT '';

-- The first file with some bytes, whatever it was called: others are its copies.
CREATE TABLE file_hashes (
    sha256 TEXT   NOT NULL PRIMARY KEY,
    file   BIGINT NOT NULL
);
INSERT INTO file_hashes (sha256, file) SELECT sha256, MIN(number) FROM files WHERE direction = 'in' AND sha256 <> '' GROUP BY sha256;

-- +goose Down
DROP TABLE file_hashes;
ALTER TABLE records DROP COLUMN warning;
DROP INDEX claims_near;
ALTER TABLE claims DROP COLUMN facts;
ALTER TABLE claims DROP COLUMN day;
ALTER TABLE claims DROP COLUMN near_key;
