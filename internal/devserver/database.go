package devserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// lockPatience covers the grace period that the server of a killed process has to end in.
const lockPatience = grace + 10*time.Second

// database is the SQLite file of a server, locked against a second one. The server inherits the lock, so that a new
// server waits until the one of a killed process has really ended.
//
// The server makes its schema only when the file does not exist, one statement after the other. A server killed while it
// does so leaves a file that no later one can use; a marker beside the file tells us, from before the first start until
// the server serves, that it holds nothing worth keeping.
type database struct {
	path string // absolute; empty for a database in memory
	lock *os.File
}

func openDatabase(ctx context.Context, path string) (*database, error) {
	if path == "" {
		return &database{}, nil
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the Temporal database: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, lockPatience, errors.New("another Temporal server uses this database; stop it or name another file"))
	defer cancel()
	held, err := lock(ctx, path+".lock", func() {})
	if err != nil {
		return nil, fmt.Errorf("open the Temporal database %q: %w", path, err)
	}
	return &database{path: path, lock: held}, nil
}

func (d *database) marker() string { return d.path + ".new" }

// prepare comes before every start of the server.
func (d *database) prepare() error {
	if d.path == "" {
		return nil
	}
	if _, err := os.Stat(d.marker()); err == nil {
		return d.removeFiles()
	}
	if _, err := os.Stat(d.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(d.marker(), nil, 0o600)
}

func (d *database) removeFiles() error {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(d.path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the unfinished Temporal database: %w", err)
		}
	}
	return nil
}

// served records that the schema is complete.
func (d *database) served() error {
	if d.path == "" {
		return nil
	}
	if err := os.Remove(d.marker()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// inherited lists the files that keep the lock while a child has them open.
func (d *database) inherited() []*os.File {
	if d.lock == nil {
		return nil
	}
	return []*os.File{d.lock}
}

func (d *database) release() {
	if d.lock != nil {
		unlock(d.lock)
	}
}
