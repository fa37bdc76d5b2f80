-- +goose Up
-- Instants are BIGINT microseconds UTC, money is text, hashes are hex text: one
-- dialect for SQLite and PostgreSQL.

CREATE TABLE records (
    id              TEXT   NOT NULL PRIMARY KEY,
    flow            TEXT   NOT NULL,
    company         TEXT   NOT NULL,
    partner         TEXT   NOT NULL,
    set_id          TEXT   NOT NULL,
    number          TEXT   NOT NULL,
    revision        BIGINT NOT NULL,
    state           TEXT   NOT NULL,
    reason_code     TEXT   NOT NULL DEFAULT '',
    reason          TEXT   NOT NULL DEFAULT '',
    amount          TEXT   NOT NULL,
    currency        TEXT   NOT NULL,
    checksum        TEXT   NOT NULL,
    source_sha      TEXT   NOT NULL,
    document_sha    TEXT   NOT NULL DEFAULT '',
    document_size   BIGINT NOT NULL DEFAULT 0,
    mapping_version TEXT   NOT NULL DEFAULT '',
    interchange     TEXT   NOT NULL DEFAULT '',
    group_control   TEXT   NOT NULL DEFAULT '',
    set_control     TEXT   NOT NULL DEFAULT '',
    file_name       TEXT   NOT NULL DEFAULT '',
    file_id         TEXT   NOT NULL DEFAULT '',
    intent_at       BIGINT NOT NULL DEFAULT 0,
    sent_at         BIGINT NOT NULL DEFAULT 0,
    attempt         BIGINT NOT NULL DEFAULT 1,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    CONSTRAINT record_key UNIQUE (flow, company, number, revision)
);
CREATE INDEX records_by_state ON records (flow, company, state);
CREATE INDEX records_by_number ON records (number);
CREATE INDEX records_by_file ON records (file_name);

-- Append-only; each event carries the hash of its predecessor of the same record.
CREATE TABLE events (
    record_id TEXT   NOT NULL REFERENCES records (id),
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    state     TEXT   NOT NULL,
    actor     TEXT   NOT NULL,
    detail    TEXT   NOT NULL,
    previous  TEXT   NOT NULL,
    hash      TEXT   NOT NULL,
    PRIMARY KEY (record_id, seq)
);

-- One row per call to an outside system; the subject is a record or a poll.
CREATE TABLE attempts (
    id           TEXT   NOT NULL PRIMARY KEY,
    subject      TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    system       TEXT   NOT NULL,
    operation    TEXT   NOT NULL,
    attempt      BIGINT NOT NULL,
    outcome      TEXT   NOT NULL,
    status       BIGINT NOT NULL,
    latency      BIGINT NOT NULL,
    request_sha  TEXT   NOT NULL,
    response_sha TEXT   NOT NULL,
    message      TEXT   NOT NULL
);
CREATE INDEX attempts_by_subject ON attempts (subject, at);

CREATE TABLE files (
    number    BIGINT NOT NULL PRIMARY KEY,
    direction TEXT   NOT NULL,
    mailbox   TEXT   NOT NULL,
    folder    TEXT   NOT NULL,
    file_id   TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    size      BIGINT NOT NULL,
    modified  BIGINT NOT NULL,
    sha256    TEXT   NOT NULL,
    record_id TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    CONSTRAINT file_identity UNIQUE (mailbox, folder, file_id, name, size, modified, sha256)
);

CREATE TABLE counters (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Who got which control number; a number is never given twice.
CREATE TABLE control_numbers (
    counter   TEXT   NOT NULL,
    number    BIGINT NOT NULL,
    record_id TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (counter, number)
);

CREATE TABLE cursors (
    poll       TEXT   NOT NULL PRIMARY KEY,
    position   BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE windows (
    poll     TEXT    NOT NULL,
    nominal  BIGINT  NOT NULL,
    run      TEXT    NOT NULL,
    from_at  BIGINT  NOT NULL,
    to_at    BIGINT  NOT NULL,
    backfill BOOLEAN NOT NULL,
    result   TEXT    NOT NULL DEFAULT '',
    opened   BIGINT  NOT NULL,
    closed   BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (poll, nominal, run)
);

CREATE TABLE lanes (
    name    TEXT   NOT NULL PRIMARY KEY,
    state   TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    since   BIGINT NOT NULL,
    retry   BIGINT NOT NULL
);

CREATE TABLE configurations (
    version      TEXT   NOT NULL PRIMARY KEY,
    archive_sha  TEXT   NOT NULL,
    published_at BIGINT NOT NULL
);

CREATE TABLE pointers (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- +goose Down
DROP TABLE pointers;
DROP TABLE configurations;
DROP TABLE lanes;
DROP TABLE windows;
DROP TABLE cursors;
DROP TABLE control_numbers;
DROP TABLE counters;
DROP TABLE files;
DROP TABLE attempts;
DROP TABLE events;
DROP TABLE records;
