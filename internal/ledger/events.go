package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tradewind/internal/trade"
)

// Event is one entry of a record's audit trail.
type Event struct {
	Record string
	Seq    int64
	At     time.Time
	Kind   string
	State  trade.State
	Actor  string
	Detail map[string]any
	Hash   string

	detail   string
	previous string
}

// append adds an event behind the last one of its record.
func (t *tx) append(ctx context.Context, e Event) error {
	var previous string
	var seq int64
	err := t.QueryRowContext(ctx, `SELECT seq, hash FROM events WHERE record_id = $1 ORDER BY seq DESC LIMIT 1`, e.Record).
		Scan(&seq, &previous)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return err
	}
	e.Seq, e.At, e.detail, e.previous = seq+1, t.now, string(detail), previous
	_, err = t.ExecContext(ctx, `INSERT INTO events (record_id, seq, at, kind, state, actor, detail, previous, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.Record, e.Seq, micros(e.At), e.Kind, e.State, e.Actor, e.detail, e.previous, e.digest())
	return err
}

// digest chains the event to its predecessor. The JSON array keeps the fields
// apart, so that no two different events have the same text.
func (e Event) digest() string {
	text, err := json.Marshal([]any{e.previous, e.Record, e.Seq, micros(e.At), e.Kind, e.State, e.Actor, e.detail})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Events gives a record's audit trail, oldest first.
func (l *Ledger) Events(ctx context.Context, recordID string) ([]Event, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT record_id, seq, at, kind, state, actor, detail, previous, hash
		FROM events WHERE record_id = $1 ORDER BY seq`, recordID)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var events []Event
	for rows.Next() {
		var e Event
		var at int64
		if err := rows.Scan(&e.Record, &e.Seq, &at, &e.Kind, &e.State, &e.Actor, &e.detail, &e.previous, &e.Hash); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		e.At = instant(at)
		if err := json.Unmarshal([]byte(e.detail), &e.Detail); err != nil {
			return nil, fmt.Errorf("ledger: event %d of %s: %w", e.Seq, e.Record, err)
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

// VerifyChain recomputes a record's chain and names the first event that does
// not fit its predecessor.
func (l *Ledger) VerifyChain(ctx context.Context, recordID string) error {
	events, err := l.Events(ctx, recordID)
	if err != nil {
		return err
	}
	previous := ""
	for i, e := range events {
		if e.Seq != int64(i+1) || e.previous != previous || e.Hash != e.digest() {
			return fmt.Errorf("event %d of %s was altered, inserted or removed", e.Seq, recordID)
		}
		previous = e.Hash
	}
	return nil
}

// Attempt is one call to an outside system, made for a record or a poll.
type Attempt struct {
	Subject   string
	At        time.Time
	System    string
	Operation string
	Attempt   int64
	Outcome   string
	Status    int64
	Latency   time.Duration
	Request   string
	Response  string
	Message   string
}

// AddAttempts records calls by their ids, which make them unique across processes.
func (l *Ledger) AddAttempts(ctx context.Context, calls map[string]Attempt) error {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(calls)), rowsPerInsert) {
		rows, args := make([]string, len(ids)), []any{}
		for i, id := range ids {
			a := calls[id]
			values := []any{id, a.Subject, micros(a.At), a.System, a.Operation, a.Attempt, a.Outcome, a.Status, a.Latency.Microseconds(), a.Request, a.Response, a.Message}
			rows[i], args = "("+places(len(args)+1, len(values))+")", append(args, values...)
		}
		_, err := l.db.ExecContext(ctx, `INSERT INTO attempts (id, subject, at, system, operation, attempt, outcome, status,
			latency, request_sha, response_sha, message) VALUES `+strings.Join(rows, ", "), args...)
		if err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
	}
	return nil
}

// Attempts gives the calls made for a record or a poll, oldest first.
func (l *Ledger) Attempts(ctx context.Context, subject string) ([]Attempt, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT subject, at, system, operation, attempt, outcome, status, latency,
		request_sha, response_sha, message FROM attempts WHERE subject = $1 ORDER BY at, id`, subject)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var attempts []Attempt
	for rows.Next() {
		var a Attempt
		var at, latency int64
		if err := rows.Scan(&a.Subject, &at, &a.System, &a.Operation, &a.Attempt, &a.Outcome, &a.Status, &latency,
			&a.Request, &a.Response, &a.Message); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		a.At, a.Latency = instant(at), time.Duration(latency)*time.Microsecond
		attempts = append(attempts, a)
	}
	return attempts, rows.Err()
}
