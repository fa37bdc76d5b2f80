package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tradewind/internal/trade"
)

// Place is a folder of a mailbox.
type Place struct{ Mailbox, Folder string }

// Seen is a file as a mailbox lists it.
type Seen struct {
	ID       string
	Name     string
	Size     int64
	Modified time.Time
}

// File is a received file. Its identity is everything a mailbox says of it and the hash
// of its bytes: a known id with another size, time or content is a new file.
type File struct {
	Number int64
	Place
	Seen
	SHA256 string
	State  trade.FileState
	Reason trade.Reason
	// SameAs is the number of the file whose bytes these are, for a duplicate.
	SameAs int64
	At     time.Time
}

const fileColumns = `number, mailbox, folder, file_id, name, size, modified, sha256, state, reason, same_as, at`

func scanFile(row interface{ Scan(...any) error }) (File, error) {
	var f File
	var modified, at int64
	var reason string
	err := row.Scan(&f.Number, &f.Mailbox, &f.Folder, &f.ID, &f.Name, &f.Size, &modified, &f.SHA256, &f.State, &reason, &f.SameAs, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return File{}, ErrNotFound
	}
	f.Modified, f.At = instant(modified), instant(at)
	if err != nil || reason == "" {
		return f, err
	}
	return f, json.Unmarshal([]byte(reason), &f.Reason)
}

// Observation is what came of looking at a folder.
type Observation struct {
	Known   int // registered before
	Waiting int // seen once, or still growing
	Ready   int // registered now
}

// Observe takes a complete listing of a folder. A file that was seen before with the same
// size and time, at least stable ago, is registered; others wait for the next look.
func (l *Ledger) Observe(ctx context.Context, at Place, listed []Seen, stable time.Duration) (Observation, error) {
	var out Observation
	err := l.inTx(ctx, func(t *tx) error {
		out = Observation{}
		for _, s := range listed {
			if err := t.observe(ctx, at, s, stable, &out); err != nil {
				return err
			}
		}
		return t.forget(ctx, at, listed)
	})
	return out, err
}

func (t *tx) observe(ctx context.Context, at Place, s Seen, stable time.Duration, out *Observation) error {
	key := []any{at.Mailbox, at.Folder, s.ID, s.Name, s.Size, micros(s.Modified)}
	var known int
	err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM files WHERE mailbox = $1 AND folder = $2 AND file_id = $3 AND name = $4
		AND size = $5 AND modified = $6`, key...).Scan(&known)
	if err != nil {
		return err
	}
	if known > 0 {
		out.Known++
		return nil
	}
	var first int64
	err = t.QueryRowContext(ctx, `SELECT first_at FROM sightings WHERE mailbox = $1 AND folder = $2 AND file_id = $3 AND name = $4
		AND size = $5 AND modified = $6`, key...).Scan(&first)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		out.Waiting++
		_, err = t.ExecContext(ctx, `INSERT INTO sightings (mailbox, folder, file_id, name, size, modified, first_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (mailbox, folder, file_id, name) DO UPDATE SET size = excluded.size, modified = excluded.modified, first_at = excluded.first_at`,
			append(key, micros(t.now))...)
		return err
	case err != nil:
		return err
	case t.now.Sub(instant(first)) < stable:
		out.Waiting++
		return nil
	}
	out.Ready++
	number, err := t.next(ctx, "file")
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `INSERT INTO files (mailbox, folder, file_id, name, size, modified, number, direction, sha256, record_id, at, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'in', '', '', $8, $9)`, append(key, number, micros(t.now), trade.FileDiscovered)...)
	return err
}

// forget drops the first sights of files that are listed no more, and of those that are
// registered.
func (t *tx) forget(ctx context.Context, at Place, listed []Seen) error {
	there := map[Seen]bool{}
	for _, s := range listed {
		there[Seen{ID: s.ID, Name: s.Name}] = true
	}
	rows, err := t.QueryContext(ctx, `SELECT s.file_id, s.name, (SELECT COUNT(*) FROM files f WHERE f.mailbox = s.mailbox AND f.folder = s.folder
		AND f.file_id = s.file_id AND f.name = s.name AND f.size = s.size AND f.modified = s.modified)
		FROM sightings s WHERE s.mailbox = $1 AND s.folder = $2`, at.Mailbox, at.Folder)
	if err != nil {
		return err
	}
	var gone []Seen
	for rows.Next() {
		var s Seen
		var registered int
		if err := rows.Scan(&s.ID, &s.Name, &registered); err != nil {
			return errors.Join(err, rows.Close())
		}
		if registered > 0 || !there[s] {
			gone = append(gone, s)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, s := range gone {
		if _, err := t.ExecContext(ctx, `DELETE FROM sightings WHERE mailbox = $1 AND folder = $2 AND file_id = $3 AND name = $4`,
			at.Mailbox, at.Folder, s.ID, s.Name); err != nil {
			return err
		}
	}
	return nil
}

// File gives a received file by its number.
func (l *Ledger) File(ctx context.Context, number int64) (File, error) {
	f, err := scanFile(l.db.QueryRowContext(ctx, `SELECT `+fileColumns+` FROM files WHERE number = $1`, number))
	if err != nil {
		return f, fmt.Errorf("file %d: %w", number, err)
	}
	return f, nil
}

// Files lists received files by number, from behind one on; an empty state is any.
func (l *Ledger) Files(ctx context.Context, state trade.FileState, after int64, limit int) ([]File, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT `+fileColumns+` FROM files WHERE direction = 'in' AND number > $1
		AND (state = $2 OR $2 = '') ORDER BY number LIMIT $3`, after, state, limit)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var out []File
	for rows.Next() {
		f, err := scanFile(rows)
		if err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// FetchFile writes down the hash of a file's bytes, once they are archived. A file whose
// bytes came before, under whatever name, becomes a duplicate of the first.
func (l *Ledger) FetchFile(ctx context.Context, number int64, sha string) (File, error) {
	var out File
	err := l.inTx(ctx, func(t *tx) error {
		// Two copies may be fetched at the same time: the hash has room for one of them.
		if _, err := t.ExecContext(ctx, `INSERT INTO file_hashes (sha256, file) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING`, sha, number); err != nil {
			return err
		}
		var first int64
		if err := t.QueryRowContext(ctx, `SELECT file FROM file_hashes WHERE sha256 = $1`, sha).Scan(&first); err != nil {
			return err
		}
		state := trade.FileDuplicate
		if first == number {
			state, first = trade.FileDiscovered, 0
		}
		if _, err := t.ExecContext(ctx, `UPDATE files SET sha256 = $2, same_as = $3, state = $4 WHERE number = $1 AND state = 'discovered'`, number, sha, first, state); err != nil {
			return err
		}
		var err error
		out, err = scanFile(t.QueryRowContext(ctx, `SELECT `+fileColumns+` FROM files WHERE number = $1`, number))
		return err
	})
	return out, err
}

// CloseFile says what became of a file.
func (l *Ledger) CloseFile(ctx context.Context, number int64, state trade.FileState, reason trade.Reason) error {
	text, err := reasonText(reason)
	if err != nil {
		return err
	}
	_, err = l.db.ExecContext(ctx, `UPDATE files SET state = $2, reason = $3 WHERE number = $1`, number, state, text)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}
