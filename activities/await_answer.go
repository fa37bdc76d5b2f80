package activities

import (
	"context"
	"errors"

	"go.temporal.io/api/serviceerror"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// AnswerParams name a sent record whose answer is waited for; Late says that it is overdue.
type AnswerParams struct {
	Record string `json:"record"`
	Late   bool   `json:"late,omitempty"`
}

// ReadAnswer gives the state in which the answers to a sent record left it. A record without one
// becomes overdue when it is late, and a rejected one stops: a person must act.
func (a *Activities) ReadAnswer(ctx context.Context, p AnswerParams) (trade.State, error) {
	r, err := a.Ledger.Record(ctx, p.Record)
	if err != nil {
		return "", translate(err)
	}
	if p.Late && r.State == trade.StateSent {
		r, err = a.Ledger.Transition(ctx, r.ID, ledger.Change{From: []trade.State{trade.StateSent}, To: trade.StateOverdue, Event: "overdue", Actor: "worker"})
		var answered *ledger.StateError
		if errors.As(err, &answered) { // in this moment
			r, err = a.Ledger.Record(ctx, p.Record)
		}
		if err != nil {
			return "", translate(err)
		}
	}
	if r.State == trade.StateRejected {
		return r.State, stopping(ErrorRejected, r.Reason)
	}
	return r.State, nil
}

// SignalAnswered tells a record that waits for its answer to look into the ledger.
const SignalAnswered = "answered"

// tellAnswered wakes the workflow of a document that was answered; one that is closed, or was never
// there, needs no waking.
func (a *Activities) tellAnswered(ctx context.Context, document string) error {
	err := a.Temporal.SignalWorkflow(ctx, document, "", SignalAnswered, nil)
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return nil
	}
	return err
}
