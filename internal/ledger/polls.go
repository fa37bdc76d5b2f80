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

// WindowRules are the settings that decide how far a poll looks back.
type WindowRules struct {
	// InitialLookback is how far the first poll of all reads.
	InitialLookback time.Duration
	// Overlap is read again at each tick, because change dates have no time.
	Overlap time.Duration
	// BackfillLookback is the least that a backfill tick without a recorded
	// window reads.
	BackfillLookback time.Duration
}

// OpenWindow decides which stretch of time a poll reads and writes it down
// before anything is read. A tick behind the cursor is a backfill: it reads the
// window recorded for its nominal time again, or a wider one, and the cursor
// stays. Opening the same run twice gives the same window.
func (l *Ledger) OpenWindow(ctx context.Context, poll string, nominal time.Time, run string, rules WindowRules) (trade.Window, error) {
	w := trade.Window{Poll: poll, Nominal: nominal.UTC(), Run: run}
	err := l.inTx(ctx, func(t *tx) error {
		found, err := t.window(ctx, `WHERE poll = $1 AND nominal = $2 AND run = $3`, poll, micros(nominal), run)
		if err == nil {
			w = found
			return nil
		}
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		w.From, w.To, w.Backfill, err = t.bounds(ctx, poll, nominal, rules)
		if err != nil {
			return err
		}
		_, err = t.ExecContext(ctx, `INSERT INTO windows (poll, nominal, run, from_at, to_at, backfill, opened)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, poll, micros(nominal), run, micros(w.From), micros(w.To), w.Backfill, micros(t.now))
		return err
	})
	return w, err
}

func (t *tx) bounds(ctx context.Context, poll string, nominal time.Time, rules WindowRules) (from, to time.Time, backfill bool, err error) {
	nominal = nominal.UTC()
	var position int64
	err = t.QueryRowContext(ctx, `SELECT position FROM cursors WHERE poll = $1`, poll).Scan(&position)
	if errors.Is(err, sql.ErrNoRows) {
		return nominal.Add(-rules.InitialLookback), nominal, false, nil
	}
	if err != nil {
		return from, to, false, err
	}
	cursor := instant(position)
	if nominal.After(cursor) {
		return cursor.Add(-rules.Overlap), nominal, false, nil
	}
	recorded, err := t.window(ctx, `WHERE poll = $1 AND nominal = $2 ORDER BY from_at, to_at DESC LIMIT 1`, poll, micros(nominal))
	if err == nil {
		return recorded.From, recorded.To, true, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return from, to, false, err
	}
	from = nominal.Add(-rules.BackfillLookback)
	before, err := t.window(ctx, `WHERE poll = $1 AND nominal < $2 ORDER BY nominal DESC LIMIT 1`, poll, micros(nominal))
	if err == nil && before.To.Before(from) {
		from = before.To
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return from, to, false, err
	}
	return from, nominal, true, nil
}

func (t *tx) window(ctx context.Context, where string, args ...any) (trade.Window, error) {
	var w trade.Window
	var nominal, from, to int64
	err := t.QueryRowContext(ctx, `SELECT poll, nominal, run, from_at, to_at, backfill FROM windows `+where, args...).
		Scan(&w.Poll, &nominal, &w.Run, &from, &to, &w.Backfill)
	if errors.Is(err, sql.ErrNoRows) {
		return w, ErrNotFound
	}
	w.Nominal, w.From, w.To = instant(nominal), instant(from), instant(to)
	return w, err
}

// CloseWindow writes what a poll did and moves the cursor of a normal tick
// forward, never back.
func (l *Ledger) CloseWindow(ctx context.Context, result trade.PollResult) error {
	w := result.Window
	text, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return l.inTx(ctx, func(t *tx) error {
		_, err := t.ExecContext(ctx, `UPDATE windows SET result = $4, closed = $5 WHERE poll = $1 AND nominal = $2 AND run = $3`,
			w.Poll, micros(w.Nominal), w.Run, string(text), micros(t.now))
		if err != nil || w.Backfill || result.Stopped != "" {
			return err
		}
		_, err = t.ExecContext(ctx, `INSERT INTO cursors (poll, position, updated_at) VALUES ($1, $2, $3)
			ON CONFLICT (poll) DO UPDATE SET position = excluded.position, updated_at = excluded.updated_at
			WHERE cursors.position < excluded.position`, w.Poll, micros(w.To), micros(t.now))
		return err
	})
}

// RecordedWindow is a window with what came of it.
type RecordedWindow struct {
	trade.Window
	Result trade.PollResult
	Opened time.Time
	Closed time.Time
}

// Windows lists the windows of a poll whose nominal time lies in [from, to], in
// the order in which they were opened.
func (l *Ledger) Windows(ctx context.Context, poll string, from, to time.Time) ([]RecordedWindow, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT poll, nominal, run, from_at, to_at, backfill, result, opened, closed
		FROM windows WHERE poll = $1 AND nominal >= $2 AND nominal <= $3 ORDER BY opened, nominal`, poll, micros(from), micros(to))
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var windows []RecordedWindow
	for rows.Next() {
		var w RecordedWindow
		var nominal, fromAt, toAt, opened, closed int64
		var result string
		if err := rows.Scan(&w.Poll, &nominal, &w.Run, &fromAt, &toAt, &w.Backfill, &result, &opened, &closed); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		w.Nominal, w.From, w.To, w.Opened, w.Closed = instant(nominal), instant(fromAt), instant(toAt), instant(opened), instant(closed)
		if result != "" {
			if err := json.Unmarshal([]byte(result), &w.Result); err != nil {
				return nil, fmt.Errorf("ledger: window %s: %w", w.Run, err)
			}
		}
		windows = append(windows, w)
	}
	return windows, rows.Err()
}
