-- +goose Up
-- A file is taken when it was seen twice with the same size: this is the first sight.
CREATE TABLE sightings (
    mailbox  TEXT   NOT NULL,
    folder   TEXT   NOT NULL,
    file_id  TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    size     BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    PRIMARY KEY (mailbox, folder, file_id, name)
);

ALTER TABLE files ADD COLUMN state TEXT NOT NULL DEFAULT 'discovered';
ALTER TABLE files ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE files ADD COLUMN same_as BIGINT NOT NULL DEFAULT 0;
CREATE INDEX files_by_hash ON files (sha256);
CREATE INDEX files_by_state ON files (direction, state);

-- Control numbers that were received, with the content that came under them.
CREATE TABLE received_controls (
    scope  TEXT   NOT NULL,
    file   BIGINT NOT NULL,
    sha256 TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (scope, file)
);

-- Who claimed a business key: one record for each invoice.
CREATE TABLE claims (
    business_key TEXT   NOT NULL PRIMARY KEY,
    record_id    TEXT   NOT NULL REFERENCES records (id),
    checksum     TEXT   NOT NULL,
    at           BIGINT NOT NULL
);

ALTER TABLE records ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN voucher TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE records DROP COLUMN voucher;
ALTER TABLE records DROP COLUMN batch;
DROP TABLE claims;
DROP TABLE received_controls;
DROP INDEX files_by_state;
DROP INDEX files_by_hash;
ALTER TABLE files DROP COLUMN same_as;
ALTER TABLE files DROP COLUMN reason;
ALTER TABLE files DROP COLUMN state;
DROP TABLE sightings;
