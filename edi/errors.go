package edi

import (
	"errors"
	"fmt"
)

// The faults of syntax, reached through SyntaxError by errors.Is.
var (
	ErrNoInterchange = errors.New("no ISA where an interchange must begin")
	ErrISAWidth      = errors.New("the ISA is not of its fixed width")
	ErrEnd           = errors.New("the input ends too early")
	ErrNesting       = errors.New("segment in the wrong place")
	ErrCount         = errors.New("wrong count")
	ErrControl       = errors.New("control numbers differ")
	ErrSegmentSize   = errors.New("segment is too long")
	ErrSegmentID     = errors.New("not a segment id")
	ErrTrailer       = errors.New("trailer missing")
	ErrTerminator    = errors.New("segment terminator missing or unusual")
)

// SyntaxError says what is wrong with the input and where: Offset counts bytes
// from the beginning of the input, Path names the place in the tree, such as
// "ISA[1]/GS[1]/ST[2]/N1[3]-02".
type SyntaxError struct {
	Offset int64
	Path   string
	// Segment is the segment at fault as it was sent, at most 160 bytes of it; empty where
	// the fault is about none.
	Segment string
	Err     error
}

// Error gives offset, path and fault in one line.
func (e *SyntaxError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("byte %d: %v", e.Offset, e.Err)
	}
	return fmt.Sprintf("byte %d, %s: %v", e.Offset, e.Path, e.Err)
}

// Unwrap gives the fault itself.
func (e *SyntaxError) Unwrap() error { return e.Err }

// An error repeats so much of a value, and of a segment.
const (
	maxQuoted  = 40
	maxSegment = 160
)

func quote(raw []byte) string { return string(raw[:min(len(raw), maxSegment)]) }

func clip(value []byte) []byte { return value[:min(len(value), maxQuoted)] }
