package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// SendOrder carries one revision of a purchase order to Cleo: prepare, transmit.
// Where a record cannot go on it parks and waits for a person, or is held and
// waits for time; both in the same history.
func SendOrder(ctx workflow.Context, in trade.SendOrderInput) (trade.SendOrderResult, error) {
	s := &sendOrder{in: in, replay: in.Replay, state: trade.StateDiscovered}
	if err := s.setup(ctx); err != nil {
		return trade.SendOrderResult{}, err
	}
	return s.run(ctx)
}

type sendOrder struct {
	in       trade.SendOrderInput
	state    trade.State
	reason   trade.Reason
	prepared trade.Prepared
	// replay is the request that the current run follows, resolve the one that
	// ends it.
	replay  *trade.ReplayRequest
	resolve *trade.ResolveRequest
	asked   bool
	// superseded is set when a newer revision took this one's place.
	superseded bool
	// rounds counts how often the record was sent through its steps.
	rounds int
}

// setup makes the record answer to replay and resolve.
func (s *sendOrder) setup(ctx workflow.Context) error {
	err := workflow.SetUpdateHandlerWithOptions(ctx, UpdateReplay, func(ctx workflow.Context, request trade.ReplayRequest) (string, error) {
		s.replay, s.asked = &request, true
		return "replaying " + s.in.Record, nil
	}, workflow.UpdateHandlerOptions{Validator: func(trade.ReplayRequest) error { return s.mustWait("replayed") }})
	if err != nil {
		return err
	}
	err = workflow.SetUpdateHandlerWithOptions(ctx, UpdateResolve, func(ctx workflow.Context, request trade.ResolveRequest) (string, error) {
		s.resolve = &request
		return "resolved " + s.in.Record, nil
	}, workflow.UpdateHandlerOptions{Validator: func(request trade.ResolveRequest) error {
		if request.Note == "" {
			return errors.New("a note is needed: say why the record needs no sending")
		}
		return s.mustWait("resolved")
	}})
	if err != nil {
		return err
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		workflow.GetSignalChannel(ctx, SignalSuperseded).Receive(ctx, nil)
		s.superseded = true
	})
	signals := workflow.GetSignalChannel(ctx, SignalReplay)
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			var request trade.ReplayRequest
			if signals.Receive(ctx, &request); s.mustWait("replayed") == nil {
				s.replay, s.asked = &request, true
			}
		}
	})
	return nil
}

func (s *sendOrder) mustWait(what string) error {
	if s.state.WaitsForPerson() {
		return nil
	}
	return fmt.Errorf("record %s is %s; only a parked or rejected record can be %s", s.in.Record, s.state, what)
}

func (s *sendOrder) run(ctx workflow.Context) (trade.SendOrderResult, error) {
	for {
		s.rounds++
		result, err := s.send(ctx)
		if err == nil {
			return result, s.enter(ctx, result.State, trade.Reason{})
		}
		kind, reason, stopped := stopOf(err)
		switch {
		case !stopped:
			return result, err
		case kind == activities.ErrorHeld:
			err = s.hold(ctx, reason)
		default:
			err = s.park(ctx, reason)
		}
		if err != nil {
			return result, err
		}
		if s.resolve != nil {
			return s.close(ctx)
		}
	}
}

// send prepares and transmits.
func (s *sendOrder) send(ctx workflow.Context) (trade.SendOrderResult, error) {
	err := workflow.ExecuteActivity(localWork(ctx, "map, number, archive"), run.PrepareOrder,
		activities.PrepareParams{Record: s.in.Record, Replay: s.replay}).Get(ctx, &s.prepared)
	if err != nil {
		return trade.SendOrderResult{}, err
	}
	out := trade.SendOrderResult{State: s.prepared.State, Interchange: s.prepared.Interchange, FileName: s.prepared.FileName}
	if ended(s.prepared.State) && (s.replay == nil || !s.replay.Resend) {
		return out, nil
	}
	s.state = trade.StatePrepared
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("Prepared as interchange %s, file %s. Next: upload to Cleo.", s.prepared.Interchange, s.prepared.FileName))
	var sent trade.Transmitted
	params := activities.TransmitParams{Record: s.in.Record}
	if s.replay != nil && s.replay.Resend {
		params.Resend, params.Request = true, fmt.Sprintf("%s/%d", workflow.GetInfo(ctx).WorkflowExecution.RunID, s.rounds)
	}
	if err := workflow.ExecuteActivity(writeCleo(ctx, "upload "+s.prepared.FileName), run.TransmitOrder, params).Get(ctx, &sent); err != nil {
		return out, err
	}
	out.State, out.FileID = sent.State, sent.FileID
	if sent.FileName != "" {
		out.FileName = sent.FileName
	}
	return out, nil
}

// ended says whether a record in this state has nothing left to send.
func ended(state trade.State) bool {
	switch state {
	case trade.StateSuperseded, trade.StateDuplicate, trade.StateResolved:
		return true
	}
	return state.Delivered()
}

// hold waits until the cause is gone; nobody needs to do anything here.
func (s *sendOrder) hold(ctx workflow.Context, reason trade.Reason) error {
	if err := s.enter(ctx, trade.StateHeld, reason); err != nil {
		return err
	}
	return workflow.ExecuteActivity(waitForRelease(ctx, "wait: "+reason.Code), run.AwaitRelease,
		activities.ReleaseParams{Record: s.in.Record, Code: reason.Code}).Get(ctx, nil)
}

// park waits for a person.
func (s *sendOrder) park(ctx workflow.Context, reason trade.Reason) error {
	s.replay, s.asked = nil, false
	if err := s.enter(ctx, trade.StateParked, reason); err != nil {
		return err
	}
	err := workflow.Await(ctx, func() bool { return s.asked || s.resolve != nil || s.superseded })
	if err == nil && s.asked {
		s.state = trade.StateDiscovered
		workflow.SetCurrentDetails(ctx, "Replaying, asked for by "+s.replay.By)
	}
	return err
}

// close ends a record that a person resolved.
func (s *sendOrder) close(ctx workflow.Context) (trade.SendOrderResult, error) {
	err := workflow.ExecuteActivity(localWork(ctx, "resolve"), run.ResolveRecord,
		activities.ResolveParams{Record: s.in.Record, Request: *s.resolve}).Get(ctx, nil)
	if err != nil {
		return trade.SendOrderResult{}, err
	}
	return trade.SendOrderResult{State: trade.StateResolved}, s.enter(ctx, trade.StateResolved, trade.Reason{})
}

// enter shows a state where people look: search attributes and current details.
func (s *sendOrder) enter(ctx workflow.Context, state trade.State, reason trade.Reason) error {
	s.state, s.reason = state, reason
	workflow.SetCurrentDetails(ctx, s.details())
	updates := []temporal.SearchAttributeUpdate{activities.AttributeState.ValueSet(string(state))}
	if reason.IsZero() {
		updates = append(updates, activities.AttributeReason.ValueUnset())
	} else {
		updates = append(updates, activities.AttributeReason.ValueSet(reason.Code))
	}
	return workflow.UpsertTypedSearchAttributes(ctx, updates...)
}

func (s *sendOrder) details() string {
	switch {
	case s.state == trade.StateParked:
		return fmt.Sprintf("**Parked.** %s\n\nNext: correct it, then send the update `replay`, or `resolve` with a note.", s.reason)
	case s.state == trade.StateHeld:
		return fmt.Sprintf("**Held.** %s", s.reason)
	case s.prepared.Interchange != "":
		return fmt.Sprintf("**%s** as interchange %s, file %s.", s.state, s.prepared.Interchange, s.prepared.FileName)
	}
	return fmt.Sprintf("**%s**", s.state)
}

// stopOf reads the reason out of the error of an activity that stopped a record.
func stopOf(err error) (kind string, reason trade.Reason, stopped bool) {
	var application *temporal.ApplicationError
	if !errors.As(err, &application) || (application.Type() != activities.ErrorParked && application.Type() != activities.ErrorHeld) {
		return "", reason, false
	}
	if err := application.Details(&reason); err != nil {
		return "", reason, false
	}
	return application.Type(), reason, true
}
