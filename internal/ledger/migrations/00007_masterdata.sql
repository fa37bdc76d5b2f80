-- +goose Up
-- What is known of each supplier, customer and account: the values as canonical JSON, what each
-- side said last, and what both agreed on ('' where they were never compared). Agreeing on nothing
-- is '{}'; a snapshot without values is '', the record is gone.
-- The id is entity/company/code: a key of one column, because a planner that has no statistics
-- yet takes the entity and the company for enough.
CREATE TABLE masters (
    id             TEXT    NOT NULL PRIMARY KEY,
    entity         TEXT    NOT NULL,
    company        TEXT    NOT NULL,
    code           TEXT    NOT NULL,
    snapshot       TEXT    NOT NULL,
    checksum       TEXT    NOT NULL,
    version        BIGINT  NOT NULL,
    since          BIGINT  NOT NULL,
    agreed         TEXT    NOT NULL,
    record_id      TEXT    NOT NULL,
    infor_exists   BOOLEAN NOT NULL,
    infor_checksum TEXT    NOT NULL,
    infor_ref      TEXT    NOT NULL,
    infor_seen     BIGINT  NOT NULL,
    cleo_exists    BOOLEAN NOT NULL,
    cleo_checksum  TEXT    NOT NULL,
    cleo_ref       TEXT    NOT NULL,
    cleo_seen      BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    CONSTRAINT master_code UNIQUE (entity, company, code)
);

-- Every version with its validity; valid_to 0 is open, and one is open at most.
CREATE TABLE master_versions (
    master_id  TEXT   NOT NULL REFERENCES masters (id),
    version    BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT NOT NULL DEFAULT 0,
    snapshot   TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (master_id, version)
);
CREATE UNIQUE INDEX master_versions_open ON master_versions (master_id) WHERE valid_to = 0;

-- Who approved what a record asks; the same person counts once.
CREATE TABLE approvals (
    record_id TEXT   NOT NULL REFERENCES records (id),
    approver  TEXT   NOT NULL,
    note      TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (record_id, approver)
);

-- +goose Down
DROP TABLE approvals;
DROP TABLE master_versions;
DROP TABLE masters;
