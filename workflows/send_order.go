package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// SendOrder carries one revision of a purchase order to Cleo: prepare, transmit, and wait for the
// partner's answer where one is expected.
func SendOrder(ctx workflow.Context, in trade.SendOrderInput) (trade.SendOrderResult, error) {
	s := &sending{recordRun: recordRun{id: in.Record, replay: in.Replay, state: trade.StateDiscovered}, summary: "map, number, archive",
		prepare: run.PrepareOrder, transmit: run.TransmitOrder}
	return s.deliver(ctx)
}

// sending carries one document to Cleo, whatever it is: prepare fixes its bytes, and transmit
// uploads them.
type sending struct {
	recordRun
	summary           string // of the preparation
	answered          bool   // somebody said so since the ledger was read
	prepare, transmit any
	prepared          trade.Prepared
	result            trade.SendOrderResult
}

func (s *sending) deliver(ctx workflow.Context) (trade.SendOrderResult, error) {
	s.progress = s.sentAs
	if err := s.setup(ctx); err != nil {
		return trade.SendOrderResult{}, err
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		for signals := workflow.GetSignalChannel(ctx, SignalAnswered); signals.Receive(ctx, nil); {
			s.answered = true
		}
	})
	state, err := s.run(ctx, s.send)
	if state == trade.StateResolved {
		return trade.SendOrderResult{State: state}, err
	}
	s.result.State = state
	return s.result, err
}

// send prepares, transmits and waits.
func (s *sending) send(ctx workflow.Context) (trade.State, error) {
	s.result = trade.SendOrderResult{}
	err := workflow.ExecuteActivity(localWork(ctx, s.summary), s.prepare,
		activities.PrepareParams{Record: s.id, Replay: s.replay}).Get(ctx, &s.prepared)
	if err != nil {
		return "", err
	}
	s.result = trade.SendOrderResult{Interchange: s.prepared.Interchange, FileName: s.prepared.FileName}
	if ended(s.prepared.State) && (s.replay == nil || !s.replay.Resend) {
		return s.prepared.State, nil
	}
	s.state = trade.StatePrepared
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("Prepared as interchange %s, file %s. Next: upload to Cleo.", s.prepared.Interchange, s.prepared.FileName))
	var sent trade.Transmitted
	params := activities.TransmitParams{Record: s.id}
	if s.replay != nil && s.replay.Resend {
		params.Resend, params.Request = true, fmt.Sprintf("%s/%d", workflow.GetInfo(ctx).WorkflowExecution.RunID, s.rounds)
	}
	if err := workflow.ExecuteActivity(writeCleo(ctx, "upload "+s.prepared.FileName), s.transmit, params).Get(ctx, &sent); err != nil {
		return s.prepared.State, err
	}
	s.result.FileID = sent.FileID
	if sent.FileName != "" {
		s.result.FileName = sent.FileName
	}
	return s.await(ctx, sent)
}

// await waits for the answer to what was sent: it becomes overdue, and is given up at last, when
// the workflow ends and a later answer changes the ledger alone. What the partner rejects stops.
func (s *sending) await(ctx workflow.Context, sent trade.Transmitted) (trade.State, error) {
	state, until := sent.State, sent.Due
	s.awaiting, s.asked = true, false
	defer func() { s.awaiting = false }()
	for !until.IsZero() && (state == trade.StateSent || state == trade.StateOverdue) {
		if state == trade.StateOverdue {
			until = sent.GiveUp
		}
		if err := s.enter(ctx, state, trade.Reason{}); err != nil {
			return state, err
		}
		answered, err := workflow.AwaitWithTimeout(ctx, until.Sub(workflow.Now(ctx)), func() bool { return s.answered || s.asked })
		switch {
		case err != nil:
			return state, err
		case s.asked:
			return state, errAsked
		case !answered && state == trade.StateOverdue:
			return state, nil
		}
		s.answered = false
		if err := workflow.ExecuteLocalActivity(glance(ctx, "what the partner answered"), run.ReadAnswer,
			activities.AnswerParams{Record: s.id, Late: !answered}).Get(ctx, &state); err != nil {
			return state, err
		}
	}
	return state, nil
}

// ended says whether a record in this state has nothing left to send.
func ended(state trade.State) bool {
	switch state {
	case trade.StateSuperseded, trade.StateDuplicate, trade.StateResolved:
		return true
	}
	return state.Delivered()
}

func (s *sending) sentAs() string {
	if s.prepared.Interchange == "" {
		return ""
	}
	as := fmt.Sprintf("as interchange %s, file %s.", s.prepared.Interchange, s.prepared.FileName)
	if s.awaiting {
		as += " The partner's answer is awaited; `replay` with `resend` sends the same file once more."
	}
	return as
}
