package devserver

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const (
	keptLogLines = 15
	keptLogBytes = 16 << 10
)

// logFile is what the server writes to. It is a real file and not a pipe, so that a server that outlives us for a moment
// can still write its last lines.
type logFile struct {
	*os.File
	start int64 // where the current attempt begins
}

func openLog(path string) (*logFile, error) {
	if path == "" {
		return openNamelessLog()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the Temporal server's log: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the Temporal server's log: %w", err)
	}
	return &logFile{File: file}, nil
}

// openNamelessLog removes the file at once: it lives as long as somebody has it open, and nothing is left behind.
func openNamelessLog() (*logFile, error) {
	file, err := os.CreateTemp("", "temporal-*.log")
	if err != nil {
		return nil, fmt.Errorf("make a log for the Temporal server: %w", err)
	}
	os.Remove(file.Name())
	return &logFile{File: file}, nil
}

func (l *logFile) mark() { l.start = l.size() }

func (l *logFile) size() int64 {
	info, err := l.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// tail returns the last lines since the mark.
func (l *logFile) tail() string {
	from := max(l.start, l.size()-keptLogBytes)
	data, err := io.ReadAll(io.NewSectionReader(l, from, keptLogBytes))
	if err != nil && !errors.Is(err, io.EOF) {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(lines[max(0, len(lines)-keptLogLines):], "\n")
}

// explain adds to err what the server said last.
func (l *logFile) explain(err error) error {
	if tail := l.tail(); tail != "" {
		return fmt.Errorf("%w; the last lines of its log:\n%s", err, tail)
	}
	return err
}
