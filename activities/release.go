package activities

import (
	"context"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// ReleaseParams name a held record and why it is held.
type ReleaseParams struct {
	Record string `json:"record"`
	Code   string `json:"code"`
	// Replay is the request that the record was following.
	Replay *trade.ReplayRequest `json:"replay,omitempty"`
}

// AwaitRelease ends when the cause of a hold is gone. Until then it fails, and
// Temporal runs it again: retries leave no events in the history.
func (a *Activities) AwaitRelease(ctx context.Context, p ReleaseParams) error {
	r, err := a.Ledger.Record(ctx, p.Record)
	if err != nil {
		return translate(err)
	}
	gone, err := a.released(ctx, r, p)
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

// shortestHold keeps a record that is held again and again from running in circles.
const shortestHold = 3 * time.Second

func (a *Activities) released(ctx context.Context, r ledger.Record, p ReleaseParams) (bool, error) {
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return false, err
	}
	if r.State == trade.StateSuperseded {
		return true, nil
	}
	switch p.Code {
	case trade.ReasonNotArmed:
		return a.Armed && c.Armed, nil
	case trade.ReasonLaneStopped:
		if trade.MasterEntity(r.Flow) != "" {
			return a.lanesOpen(ctx, laneInfor, laneCleo)
		}
		name := laneCleo
		if r.Flow == trade.InvoicesIn || r.Flow == trade.AcksIn {
			name = laneInfor
		}
		return a.lanesOpen(ctx, name)
	case trade.ReasonRecordLocked:
		return a.Ledger.Now().After(r.UpdatedAt.Add(lockPause)), nil
	case trade.ReasonNotReceived, trade.ReasonPeriodNotOpen, trade.ReasonOriginalMissing:
		return a.askM3(ctx, r, p.Replay)
	case trade.ReasonPredecessor:
		before, exists, err := a.Ledger.Predecessor(ctx, r)
		return !exists || before.State.Delivered(), err
	}
	return true, nil
}

// lanesOpen says whether lanes are open, or may be tried again.
func (a *Activities) lanesOpen(ctx context.Context, names ...string) (bool, error) {
	for _, name := range names {
		lane, err := a.Ledger.Lane(ctx, name)
		if err != nil || lane.Stopped && a.Ledger.Now().Before(lane.Retry) {
			return false, err
		}
	}
	return true, nil
}

// askM3 says whether what a record waits for in M3 is there. Where M3 refuses to tell, the
// preparation goes on and says why; refused credentials stop the lane, and the record waits.
func (a *Activities) askM3(ctx context.Context, r ledger.Record, replay *trade.ReplayRequest) (bool, error) {
	if a.Ledger.Now().Before(r.UpdatedAt.Add(shortestHold)) {
		return false, nil
	}
	lane, err := a.Ledger.Lane(ctx, laneInfor)
	if err != nil || lane.Stopped && a.Ledger.Now().Before(lane.Retry) {
		return false, err
	}
	gone, err := a.waitsNoMore(ctx, r, replay)
	switch ionapi.KindOf(err) {
	case ionapi.Unauthorized:
		return false, a.stopLane(ctx, laneInfor, err, laneInforPause)
	case ionapi.NotPermitted, ionapi.NotAvailable, ionapi.InvalidInput, ionapi.RecordMissing:
		return true, nil
	}
	return gone, err
}
