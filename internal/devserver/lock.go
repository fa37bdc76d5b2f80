package devserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

const lockInterval = 200 * time.Millisecond

var errLocked = errors.New("locked by another process")

// lock takes the exclusive lock on the file at path, which it creates if need be. It calls waiting once if somebody else
// holds the lock, and then waits until it is free or ctx ends.
func lock(ctx context.Context, path string, waiting func()) (*os.File, error) {
	for first := true; ; first = false {
		file, err := tryLock(path)
		if !errors.Is(err, errLocked) {
			return file, err
		}
		if first {
			waiting()
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%q is locked: %w", path, context.Cause(ctx))
		case <-time.After(lockInterval):
		}
	}
}
