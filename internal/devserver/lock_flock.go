//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package devserver

import (
	"errors"
	"os"
	"syscall"
)

// tryLock uses flock(2), which the kernel gives back when the last process that has the file open ends, however it ends.
// A child that inherits the file keeps the lock with it.
func tryLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return file, nil
	}
	file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errLocked
	}
	return nil, &os.PathError{Op: "flock", Path: path, Err: err}
}

// unlock gives up our share of the lock. The file stays: removing it would let a waiter lock a file without a name.
func unlock(file *os.File) { file.Close() }
