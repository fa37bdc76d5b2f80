package trade

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ReasonCorrection is the reason code of a replay whose correction cannot be made.
const ReasonCorrection = "CORRECTION_REFUSED"

// Correction is a value that a person put in the place of one that came wrong.
type Correction struct {
	// Path is where it stands: an element of a received set, such as "IT1[3]-02", or a field
	// of a canonical order, such as "lines[2].unit".
	Path  string `json:"path"`
	Value string `json:"value"`
	// Old is what stands there in the original.
	Old  string    `json:"old"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at,omitzero"`
	Note string    `json:"note,omitempty"`
}

// Overlay are the corrections that stand for a record, one for each path, in the order in
// which they were made. The original stays as it came.
type Overlay []Correction

// With gives the overlay as it is after a request: a correction of the same path is
// replaced, one that the request takes back is gone.
func (o Overlay) With(request ReplayRequest, at time.Time) Overlay {
	out := slices.DeleteFunc(slices.Clone(o), func(c Correction) bool {
		return slices.Contains(request.Unset, c.Path) || slices.ContainsFunc(request.Set, func(n Correction) bool { return n.Path == c.Path })
	})
	for _, c := range request.Set {
		c.By, c.At, c.Note = request.By, at, request.Note
		out = append(out, c)
	}
	return out
}

// Has says whether a correction of a path stands.
func (o Overlay) Has(path string) bool {
	return slices.ContainsFunc(o, func(c Correction) bool { return c.Path == path })
}

// String names the corrections in one line.
func (o Overlay) String() string {
	out := make([]string, len(o))
	for i, c := range o {
		out[i] = c.Path + "=" + c.Value
	}
	return strings.Join(out, ", ")
}

// Paths lists what is corrected.
func (o Overlay) Paths() []string {
	out := make([]string, len(o))
	for i, c := range o {
		out[i] = c.Path
	}
	return out
}

// Corrects says whether a request changes the overlay.
func (r ReplayRequest) Corrects() bool { return len(r.Set)+len(r.Unset) > 0 }

// Explained refuses a request whose corrections nobody could understand later, or that asks
// for the same bytes and for other values at once.
func (r ReplayRequest) Explained() error {
	switch {
	case !r.Corrects():
		return nil
	case r.Note == "":
		return Refuse("", "a correction needs a note; say with --note why the value is right")
	case r.Resend:
		return Refuse("", "--resend sends the same bytes once more, and a correction makes others; ask for one of them")
	}
	return nil
}

// CorrectionError says why a correction cannot be made.
type CorrectionError struct {
	// Path is where it was to be made, empty where it is about the record.
	Path    string
	Message string
}

// Error is one sentence with place and cure.
func (e *CorrectionError) Error() string { return e.Message }

// Refuse makes the error of a correction that cannot be made.
func Refuse(path, format string, args ...any) error {
	return &CorrectionError{Path: path, Message: fmt.Sprintf(format, args...)}
}
