package activities

import (
	"context"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// ReleaseParams name a held record and why it is held.
type ReleaseParams struct {
	Record string `json:"record"`
	Code   string `json:"code"`
}

// AwaitRelease ends when the cause of a hold is gone. Until then it fails, and
// Temporal runs it again: retries leave no events in the history.
func (a *Activities) AwaitRelease(ctx context.Context, p ReleaseParams) error {
	r, err := a.Ledger.Record(ctx, p.Record)
	if err != nil {
		return translate(err)
	}
	gone, err := a.released(ctx, r, p.Code)
	if err != nil {
		return translate(err)
	}
	if !gone {
		return later("still held: "+r.Reason.String(), 0)
	}
	return nil
}

// lockPause is how long a record rests whose data somebody works on in M3.
const lockPause = 30 * time.Second

func (a *Activities) released(ctx context.Context, r ledger.Record, code string) (bool, error) {
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return false, err
	}
	if r.State == trade.StateSuperseded {
		return true, nil
	}
	switch code {
	case trade.ReasonNotArmed:
		return a.Armed && c.Armed, nil
	case trade.ReasonLaneStopped:
		name := laneCleo
		if r.Flow == trade.InvoicesIn {
			name = laneInfor
		}
		lane, err := a.Ledger.Lane(ctx, name)
		return !lane.Stopped || !a.Ledger.Now().Before(lane.Retry), err
	case trade.ReasonRecordLocked:
		return a.Ledger.Now().After(r.UpdatedAt.Add(lockPause)), nil
	case trade.ReasonNotReceived, trade.ReasonPeriodNotOpen, trade.ReasonOriginalMissing:
		return a.waitsNoMore(ctx, r)
	case trade.ReasonPredecessor:
		before, exists, err := a.Ledger.Predecessor(ctx, r)
		return !exists || before.State.Delivered(), err
	}
	return true, nil
}
