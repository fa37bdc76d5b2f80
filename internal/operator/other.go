package operator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pmezard/go-difflib/difflib"

	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// Other is the document that a record says again, or contradicts.
type Other struct {
	// ID is the record's id, "file/<n>" where the file as a whole is meant, or what M3 has, such
	// as "batch 1000042".
	ID    string      `json:"id"`
	State trade.State `json:"state,omitempty"` // of the record
	File  string      `json:"file,omitempty"`  // the name it came under
	At    time.Time   `json:"at,omitzero"`     // when it came
	// Diff is a unified difference of the segments, the other's first, with the corrections of
	// both; it is empty where both say the same.
	Diff string `json:"diff"`
	// Missing says why nothing can be compared, if nothing can.
	Missing string `json:"missing,omitempty"`
}

// compareContext is how many equal segments stand around a difference.
const compareContext = 3

// other finds the document that made a record a duplicate, or parked it because its number
// came with other content; nil where there is none.
func (o *Operator) other(ctx context.Context, r ledger.Record, events []ledger.Event) (*Other, error) {
	repeats := r.State == trade.StateDuplicate || r.Reason.Code == trade.ReasonDuplicateControl || r.Reason.Code == trade.ReasonInvoiceDiffers
	id := named(events)
	if !repeats || id == "" {
		return nil, nil
	}
	if number, ok := strings.CutPrefix(id, "file/"); ok {
		return o.otherFile(ctx, r, id, number)
	}
	against, err := o.Ledger.Record(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) {
		return &Other{ID: id, Missing: "it is in M3 and no record of ours"}, nil
	}
	if err != nil {
		return nil, err
	}
	out := &Other{ID: id, State: against.State, File: against.FileName, At: against.CreatedAt}
	if r.Flow == trade.OrdersOut {
		return out, nil // an order is a duplicate only of one that says the same
	}
	before, err := o.setLines(ctx, against)
	after, ownErr := o.setLines(ctx, r)
	return out.compare(before, after, r.ID, errors.Join(err, ownErr))
}

// compare fills in how the lines of a record differ from those of the other document. What
// could not be read is told, and spoils nothing else.
func (other *Other) compare(before, after []string, name string, unread error) (*Other, error) {
	if unread != nil {
		other.Missing = "they cannot be compared: " + unread.Error()
		return other, nil
	}
	var err error
	other.Diff, err = difflib.GetUnifiedDiffString(difflib.UnifiedDiff{A: before, B: after, FromFile: other.ID, ToFile: name, Context: compareContext})
	return other, err
}

// named gives the other document of a record: that of the last event which names one.
func named(events []ledger.Event) string {
	for i := len(events) - 1; i >= 0; i-- {
		for _, key := range []string{"other", "equalTo"} {
			if id, ok := events[i].Detail[key].(string); ok {
				return id
			}
		}
	}
	return ""
}

// otherFile compares the file of a record with one that came before.
func (o *Operator) otherFile(ctx context.Context, r ledger.Record, id, text string) (*Other, error) {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("record %s names %q, which is no file", r.ID, id)
	}
	f, err := o.Ledger.File(ctx, number)
	if err != nil {
		return nil, err
	}
	out := &Other{ID: id, File: f.Name, At: f.At}
	switch {
	case f.SHA256 == r.Source:
		return out, nil
	case f.SHA256 == "":
		out.Missing = "the file was never read"
		return out, nil
	}
	before, err := o.fileLines(ctx, f.SHA256)
	after, ownErr := o.fileLines(ctx, r.Source)
	return out.compare(before, after, r.ID, errors.Join(err, ownErr))
}

// setLines writes the set of a record with its corrections, a segment in each line.
func (o *Operator) setLines(ctx context.Context, r ledger.Record) ([]string, error) {
	f, err := o.Set(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	overlay, err := o.Ledger.Overlay(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	f, err = f.Correct(overlay)
	return linesOf(f.Set), err
}

// fileLines writes all sets of an archived file, as far as it can be read.
func (o *Operator) fileLines(ctx context.Context, sha string) ([]string, error) {
	content, err := o.Archive.Get(ctx, sha)
	if err != nil {
		return nil, err
	}
	trees, err := edi.ReadTolerant(bytes.NewReader(content))
	var cut *edi.SyntaxError
	if errors.As(err, &cut) {
		err = nil
	}
	var out []string
	for _, tree := range trees {
		for _, group := range tree.Groups {
			for _, set := range group.Sets {
				out = append(out, linesOf(set)...)
			}
		}
	}
	return out, err
}

// readable replaces the marks within elements with the signs that most partners use.
var readable = strings.NewReplacer(edi.Composite("", "x")[:1], ">", edi.Repeated("", "")[:1], "^")

// linesOf writes the segments of a set, a line each.
func linesOf(set edi.Set) []string {
	var lines []string
	for _, s := range set.Segments {
		lines = append(lines, readable.Replace(strings.Join(append([]string{s.ID}, s.Elements...), "*"))+"\n")
	}
	return lines
}
