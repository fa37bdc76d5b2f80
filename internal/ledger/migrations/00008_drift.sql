-- +goose Up
-- The fields in which M3 and Cleo differed when a record was compared last, or in which Cleo had something else than is
-- agreed, each with what the two had, as canonical JSON; '' where there are none.
ALTER TABLE masters ADD COLUMN cleo_differs TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE masters DROP COLUMN cleo_differs;
