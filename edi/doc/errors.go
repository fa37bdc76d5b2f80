package doc

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// The faults of a document, reached through FieldError by errors.Is.
var (
	ErrNumber  = errors.New("not a number")
	ErrDate    = errors.New("not a date of the form CCYYMMDD")
	ErrOrder   = errors.New("out of the order of the standard")
	ErrTwice   = errors.New("it may stand once only")
	ErrMissing = errors.New("it is missing")
	ErrCount   = errors.New("the count is wrong")
	ErrTooMany = errors.New("more than the segment holds")
	ErrVersion = errors.New("no such version here")
)

// FieldError says which element of a set cannot be read or written, and why.
type FieldError struct {
	Path string // such as "IT1[3]-04"; segments are counted among their like in the set
	Err  error
}

// Error names the place and the fault.
func (e *FieldError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the fault, which wraps one of the package's errors.
func (e *FieldError) Unwrap() error { return e.Err }

// LengthError says which element does not fit its length in the standard.
type LengthError struct {
	Path     string // such as "PO1[3]-07"
	Value    string
	Shortest int
	Longest  int
}

// Error names the element and both lengths.
func (e *LengthError) Error() string {
	return fmt.Sprintf("%s: %q is %d characters long; it must be %d to %d", e.Path, clip(e.Value), utf8.RuneCountInString(e.Value), e.Shortest, e.Longest)
}

// clip bounds what an error repeats of its input.
func clip(s string) string {
	const most = 300
	return s[:min(len(s), most)]
}
