package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Lane is a system or a flow that can be stopped as a whole.
type Lane struct {
	Name    string
	Stopped bool
	Reason  string
	Since   time.Time
	// Retry is when one caller may try again whether the cause is gone.
	Retry time.Time
}

// StopLane stops a lane until the retry time. It says whether this call stopped
// it: only then does anybody need to be told.
func (l *Ledger) StopLane(ctx context.Context, name, reason string, retry time.Time) (first bool, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		lane, err := t.lane(ctx, name)
		if err != nil {
			return err
		}
		first = !lane.Stopped
		since := t.now
		if lane.Stopped {
			since = lane.Since
		}
		_, err = t.ExecContext(ctx, `INSERT INTO lanes (name, state, reason, since, retry) VALUES ($1, 'stopped', $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET state = 'stopped', reason = excluded.reason, since = excluded.since, retry = excluded.retry`,
			name, reason, micros(since), micros(retry))
		return err
	})
	return first, err
}

// OpenLane lets a lane run again.
func (l *Ledger) OpenLane(ctx context.Context, name string) error {
	_, err := l.db.ExecContext(ctx, `UPDATE lanes SET state = 'open', reason = '' WHERE name = $1 AND state = 'stopped'`, name)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}

// EnterLane says whether a caller may use the lane now. When the retry time of a
// stopped lane has come, exactly one caller is let through to try; the others
// wait another pause.
func (l *Ledger) EnterLane(ctx context.Context, name string, pause time.Duration) (open bool, lane Lane, err error) {
	lane, err = l.Lane(ctx, name)
	if err != nil || !lane.Stopped {
		return !lane.Stopped, lane, err
	}
	err = l.inTx(ctx, func(t *tx) error {
		open = false
		if lane, err = t.lane(ctx, name); err != nil {
			return err
		}
		if !lane.Stopped {
			open = true
			return nil
		}
		if t.now.Before(lane.Retry) {
			return nil
		}
		open = true
		_, err := t.ExecContext(ctx, `UPDATE lanes SET retry = $2 WHERE name = $1`, name, micros(t.now.Add(pause)))
		return err
	})
	return open, lane, err
}

// Lane gives the state of a lane; one never stopped is open.
func (l *Ledger) Lane(ctx context.Context, name string) (Lane, error) { return lane(ctx, l.db, name) }

func (t *tx) lane(ctx context.Context, name string) (Lane, error) { return lane(ctx, t, name) }

func lane(ctx context.Context, q querier, name string) (Lane, error) {
	out := Lane{Name: name}
	var state string
	var since, retry int64
	err := q.QueryRowContext(ctx, `SELECT state, reason, since, retry FROM lanes WHERE name = $1`, name).
		Scan(&state, &out.Reason, &since, &retry)
	if errors.Is(err, sql.ErrNoRows) {
		return out, nil
	}
	out.Stopped, out.Since, out.Retry = state == "stopped", instant(since), instant(retry)
	return out, err
}

// PublishConfiguration records a version and makes it the current one.
func (l *Ledger) PublishConfiguration(ctx context.Context, version, archiveSHA string) error {
	return l.inTx(ctx, func(t *tx) error {
		_, err := t.ExecContext(ctx, `INSERT INTO configurations (version, archive_sha, published_at) VALUES ($1, $2, $3)
			ON CONFLICT (version) DO UPDATE SET archive_sha = excluded.archive_sha`, version, archiveSHA, micros(t.now))
		if err != nil {
			return err
		}
		_, err = t.ExecContext(ctx, `INSERT INTO pointers (name, value) VALUES ('configuration', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, version)
		return err
	})
}

// CurrentConfiguration gives the version that new work uses.
func (l *Ledger) CurrentConfiguration(ctx context.Context) (string, error) {
	var version string
	err := l.db.QueryRowContext(ctx, `SELECT value FROM pointers WHERE name = 'configuration'`).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("no configuration is published; start the worker or run setup: %w", ErrNotFound)
	}
	return version, err
}

// ConfigurationArchive gives the archive's SHA-256 of a published version.
func (l *Ledger) ConfigurationArchive(ctx context.Context, version string) (string, error) {
	var sha string
	err := l.db.QueryRowContext(ctx, `SELECT archive_sha FROM configurations WHERE version = $1`, version).Scan(&sha)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("mapping version %q was never published: %w", version, ErrNotFound)
	}
	return sha, err
}
