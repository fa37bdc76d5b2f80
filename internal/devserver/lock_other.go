//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package devserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// tryLock makes the file with O_EXCL and writes our process id into it. A file whose owner has ended is removed, and the
// caller's next try makes it anew.
func tryLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(file, os.Getpid())
		return file, err
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if data, err := os.ReadFile(path); err == nil && ownerEnded(string(data)) {
		os.Remove(path)
	}
	return nil, errLocked
}

func ownerEnded(owner string) bool {
	pid, err := strconv.Atoi(strings.TrimSpace(owner))
	if err != nil {
		return false // being written just now
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	process.Release()
	return false
}

func unlock(file *os.File) {
	file.Close()
	os.Remove(file.Name())
}
