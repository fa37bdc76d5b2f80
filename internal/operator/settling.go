package operator

import (
	"context"
	"fmt"

	"github.com/pmezard/go-difflib/difflib"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// Settling is what a replay would write of a record of master data.
type Settling struct {
	// Reason is set when the record would park.
	Reason trade.Reason
	// Stands are what M3 and Cleo have in the fields that are written, a row for each side and field, and Written what they get.
	Stands, Written []string
	// Notes are what the rows do not tell, such as who must agree first.
	Notes []string
}

// isSettled says whether a record is a difference in master data, and no 838.
func isSettled(r ledger.Record) bool { return trade.MasterEntity(r.Flow) != "" && !isProfile(r) }

// previewMaster shows what both sides would get, by what was compared last for the record: neither is asked what it has now.
func (o *Operator) previewMaster(ctx context.Context, r ledger.Record, p Preview, request trade.ReplayRequest) (Preview, error) {
	switch r.State {
	case trade.StateParked, trade.StateHeld, trade.StateResolved:
	default:
		return p, fmt.Errorf("record %s is %s, and nothing of it waits for a decision; `records show` tells what it is about", r.ID, r.State)
	}
	request, err := o.Check(ctx, r.ID, request)
	if err != nil {
		return p, err
	}
	s, err := o.Settle(ctx, r, request)
	if err != nil {
		return p, err
	}
	p.Reason, p.Notes = s.Reason, s.Notes
	p.Diff, err = difflib.GetUnifiedDiffString(difflib.UnifiedDiff{A: ended(s.Stands), B: ended(s.Written), FromFile: "stands", ToFile: "replay", Context: 1})
	return p, err
}

// ended ends each row as a line.
func ended(rows []string) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = row + "\n"
	}
	return out
}
