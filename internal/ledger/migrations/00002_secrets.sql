-- +goose Up
-- Data keys, wrapped by the keeper; the newest active one of a purpose seals.
CREATE TABLE keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    purpose    TEXT    NOT NULL,
    number     BIGINT  NOT NULL,
    wrapped    TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    CONSTRAINT key_number UNIQUE (purpose, number)
);

-- Sealed credentials, by "infor/<tenant>" or "cleo".
CREATE TABLE credentials (
    name       TEXT   NOT NULL PRIMARY KEY,
    sealed     TEXT   NOT NULL,
    detail     TEXT   NOT NULL,
    updated_at BIGINT NOT NULL
);

-- One shared token per system and tenant. The lease lets one process at a time
-- fetch the next; taken counts the requests of a UTC day against the quota.
CREATE TABLE tokens (
    name        TEXT   NOT NULL PRIMARY KEY,
    sealed      TEXT   NOT NULL DEFAULT '',
    fingerprint TEXT   NOT NULL DEFAULT '',
    renew_at    BIGINT NOT NULL DEFAULT 0,
    expires_at  BIGINT NOT NULL DEFAULT 0,
    renewed_at  BIGINT NOT NULL DEFAULT 0,
    day         TEXT   NOT NULL DEFAULT '',
    taken       BIGINT NOT NULL DEFAULT 0,
    lease_owner TEXT   NOT NULL DEFAULT '',
    lease_until BIGINT NOT NULL DEFAULT 0
);

-- +goose Down
DROP TABLE tokens;
DROP TABLE credentials;
DROP TABLE keys;
