-- +goose Up
-- What partners say of our documents: each answer once, at its level.
CREATE TABLE answers (
    record_id TEXT   NOT NULL REFERENCES records (id),
    ack_id    TEXT   NOT NULL REFERENCES records (id),
    level     TEXT   NOT NULL,
    verdict   TEXT   NOT NULL,
    reasons   TEXT   NOT NULL,
    number    BIGINT NOT NULL,
    earlier   BOOLEAN NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (record_id, ack_id, level, number)
);
CREATE INDEX control_numbers_by_record ON control_numbers (record_id);

-- +goose Down
DROP INDEX control_numbers_by_record;
DROP TABLE answers;
