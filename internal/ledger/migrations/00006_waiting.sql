-- +goose Up
-- Until when the answer to a sent document is waited for, and which answers came late or again.
ALTER TABLE records ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE records ADD COLUMN give_up_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN late BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE answers ADD COLUMN again BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE answers DROP COLUMN again;
ALTER TABLE answers DROP COLUMN late;
ALTER TABLE records DROP COLUMN give_up_at;
ALTER TABLE records DROP COLUMN due_at;
