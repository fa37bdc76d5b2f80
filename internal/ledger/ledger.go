// Package ledger is the database of what was seen, decided, sent and answered.
//
// It runs on SQLite and on PostgreSQL with one set of statements: instants are
// BIGINT microseconds UTC, money is text summed in Go, hashes are hex text.
// Unique indexes express the invariants; every change of a record's state appends
// an event that carries the hash of its predecessor.
package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // database driver "pgx"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // database driver "sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// DefaultURL is the ledger that needs no server: a file in the state folder.
const DefaultURL = "sqlite:ledger.db"

// Ledger is safe for concurrent use by many goroutines and processes.
type Ledger struct {
	db      *sql.DB
	dialect goose.Dialect
	// Now gives the instant of a transaction; tests replace it.
	Now func() time.Time
}

// Open connects to "sqlite:<file>", relative to the state folder, or to a
// "postgres://" URL. It does not migrate.
func Open(ctx context.Context, url, stateDir string) (*Ledger, error) {
	driver, source, dialect, err := resolve(url, stateDir)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	db.SetMaxOpenConns(8)
	if err := patiently(ctx, func() error { return db.PingContext(ctx) }); err != nil {
		return nil, errors.Join(fmt.Errorf("ledger: cannot open; check TRADEWIND_LEDGER_URL: %w", err), db.Close())
	}
	return &Ledger{db: db, dialect: dialect, Now: time.Now}, nil
}

// resolve translates the ledger's URL for database/sql.
func resolve(url, stateDir string) (driver, source string, dialect goose.Dialect, err error) {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return "pgx", url, goose.DialectPostgres, nil
	}
	file, ok := strings.CutPrefix(url, "sqlite:")
	if !ok || file == "" {
		return "", "", "", fmt.Errorf("ledger: TRADEWIND_LEDGER_URL must be sqlite:<file> or postgres://…, it starts %q", firstWord(url))
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(stateDir, file)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", "", "", fmt.Errorf("ledger: %w", err)
	}
	// The file is ours alone; SQLite gives its companions the same mode.
	private, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", "", "", fmt.Errorf("ledger: %w", err)
	}
	if err := private.Close(); err != nil {
		return "", "", "", fmt.Errorf("ledger: %w", err)
	}
	// Immediate transactions take the write lock at their start, so that a
	// read-then-write transaction never fails half way.
	pragmas := "_txlock=immediate&_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	return "sqlite", "file:" + file + "?" + pragmas, goose.DialectSQLite3, nil
}

// firstWord is the harmless part of a URL: its scheme, never a password.
func firstWord(url string) string {
	scheme, _, _ := strings.Cut(url, ":")
	return scheme
}

// Migrate brings the schema up to date; concurrent callers wait for one another.
func (l *Ledger) Migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	provider, err := goose.NewProvider(l.dialect, l.db, files)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	err = patiently(ctx, func() error {
		_, err := provider.Up(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("ledger: migrate: %w", err)
	}
	return nil
}

// SchemaVersion is the number of the last migration that ran, 0 before the first.
func (l *Ledger) SchemaVersion(ctx context.Context) (int64, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, fmt.Errorf("ledger: %w", err)
	}
	provider, err := goose.NewProvider(l.dialect, l.db, files)
	if err != nil {
		return 0, fmt.Errorf("ledger: %w", err)
	}
	version, err := provider.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("ledger: %w", err)
	}
	return version, nil
}

// patiently repeats what loses a race when two processes start on an empty
// ledger at once: SQLite answers "busy" while the other one switches the journal
// or creates the tables, whatever its time-out says.
func patiently(ctx context.Context, do func() error) error {
	const tries, pause = 100, 50 * time.Millisecond
	for try := 1; ; try++ {
		err := do()
		if err == nil || try == tries || !startRace(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// startRace recognises what the loser of such a race sees: a lock, or a table or a
// column that the winner has just made.
func startRace(err error) bool {
	return lostRace(err) || strings.Contains(err.Error(), "already exists") || strings.Contains(err.Error(), "duplicate column name")
}

// Close releases the database.
func (l *Ledger) Close() error { return l.db.Close() }

// Ping says whether the database answers and is migrated.
func (l *Ledger) Ping(ctx context.Context) error {
	var n int64
	if err := l.db.QueryRowContext(ctx, `SELECT count(*) FROM pointers`).Scan(&n); err != nil {
		return fmt.Errorf("ledger: not ready; run setup: %w", err)
	}
	return nil
}

// tx is one transaction with one instant.
type tx struct {
	*sql.Tx
	now time.Time
}

// maxTries bounds how often a transaction that lost a race is run again.
const maxTries = 100

// maxPause bounds the pause in front of another try; its length is chance, so that
// the losers of one race do not meet again.
const maxPause = 50 * time.Millisecond

// inTx runs fn in a serialisable transaction, and again when it lost a race.
func (l *Ledger) inTx(ctx context.Context, fn func(*tx) error) error {
	var err error
	for try := range maxTries {
		if err = l.once(ctx, fn); err == nil || !lostRace(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(min(time.Millisecond<<min(try, 10), maxPause))):
		}
	}
	return fmt.Errorf("ledger: a transaction lost %d races in a row: %w", maxTries, err)
}

func (l *Ledger) once(ctx context.Context, fn func(*tx) error) error {
	options := &sql.TxOptions{}
	if l.dialect == goose.DialectPostgres {
		options.Isolation = sql.LevelSerializable
	}
	t, err := l.db.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	defer t.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := fn(&tx{Tx: t, now: l.Now().UTC()}); err != nil {
		return err
	}
	return t.Commit()
}

// lostRace recognises what a second try can cure, by SQLSTATE on PostgreSQL and
// by result code on SQLite.
func lostRace(err error) bool {
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		switch state.SQLState() {
		case "40001", "40P01", "23505":
			return true
		}
		return false
	}
	var code interface{ Code() int }
	if errors.As(err, &code) {
		primary := code.Code() & 0xff
		return primary == 5 || primary == 6 // SQLITE_BUSY, SQLITE_LOCKED
	}
	return false
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
