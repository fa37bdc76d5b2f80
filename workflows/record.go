package workflows

import (
	"cmp"
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// recordRun is what every record's workflow has in common: it answers to replay and
// resolve, and where it cannot go on it parks and waits for a person, or is held and waits
// for time; both in the same history.
type recordRun struct {
	id     string
	state  trade.State
	reason trade.Reason
	// progress tells how far the record came, for people.
	progress func() string
	// replay is the request that the current run follows, resolve the one that ends it.
	replay  *trade.ReplayRequest
	resolve *trade.ResolveRequest
	asked   bool
	// awaiting is set while a sent record waits for its answer, which a replay may interrupt.
	awaiting bool
	// superseded is set when a newer revision took this one's place.
	superseded bool
	// rounds counts how often the record was sent through its steps.
	rounds int
	// requests counts what it was asked for.
	requests int
}

// setup makes the record answer to replay and resolve.
func (r *recordRun) setup(ctx workflow.Context) error {
	err := workflow.SetUpdateHandlerWithOptions(ctx, UpdateReplay, func(ctx workflow.Context, request trade.ReplayRequest) (string, error) {
		r.ask(ctx, request)
		return "replaying " + r.id, nil
	}, workflow.UpdateHandlerOptions{Validator: func(request trade.ReplayRequest) error {
		if err := request.Explained(); err != nil {
			return err
		}
		if r.awaiting { // the caller has looked at what would go out
			return nil
		}
		return r.mustWait("replayed")
	}})
	if err != nil {
		return err
	}
	err = workflow.SetUpdateHandlerWithOptions(ctx, UpdateResolve, func(ctx workflow.Context, request trade.ResolveRequest) (string, error) {
		r.resolve = &request
		return "resolved " + r.id, nil
	}, workflow.UpdateHandlerOptions{Validator: func(request trade.ResolveRequest) error {
		if request.Note == "" {
			return errors.New("a note is needed: say why the record needs no sending")
		}
		return r.mustWait("resolved")
	}})
	if err != nil {
		return err
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		workflow.GetSignalChannel(ctx, SignalSuperseded).Receive(ctx, nil)
		r.superseded = true
	})
	signals := workflow.GetSignalChannel(ctx, SignalReplay)
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			var request trade.ReplayRequest
			if signals.Receive(ctx, &request); r.mustWait("replayed") == nil {
				r.ask(ctx, request)
			}
		}
	})
	return nil
}

// ask takes a request for another run, and gives it a name by which its repetitions are known.
func (r *recordRun) ask(ctx workflow.Context, request trade.ReplayRequest) {
	r.requests++
	request.ID = cmp.Or(request.ID, fmt.Sprintf("%s/%d", workflow.GetInfo(ctx).WorkflowExecution.RunID, r.requests))
	r.replay, r.asked = &request, true
}

func (r *recordRun) mustWait(what string) error {
	if r.state.WaitsForPerson() || r.state == trade.StateHeld {
		return nil
	}
	return temporal.NewApplicationError(fmt.Sprintf("record %s is %s; only a parked, held or rejected record can be %s", r.id, r.state, what), ErrorNotWaiting)
}

// run repeats the steps until the record comes to rest, and gives its last state.
func (r *recordRun) run(ctx workflow.Context, steps func(workflow.Context) (trade.State, error)) (trade.State, error) {
	for {
		r.rounds++
		state, err := steps(ctx)
		if err == nil {
			return state, r.enter(ctx, state, trade.Reason{})
		}
		if errors.Is(err, errAsked) {
			continue
		}
		kind, reason, stopped := stopOf(err)
		switch {
		case !stopped:
			return state, err
		case kind == activities.ErrorHeld:
			err = r.hold(ctx, reason)
		case kind == activities.ErrorRejected:
			err = r.park(ctx, trade.StateRejected, reason)
		default:
			err = r.park(ctx, trade.StateParked, reason)
		}
		if err != nil {
			return state, err
		}
		if r.resolve != nil {
			return trade.StateResolved, r.close(ctx)
		}
	}
}

// hold waits until the cause is gone; nobody needs to do anything here, but a person may end
// the wait.
func (r *recordRun) hold(ctx workflow.Context, reason trade.Reason) error {
	if err := r.enter(ctx, trade.StateHeld, reason); err != nil {
		return err
	}
	r.asked = false
	waiting, cancel := workflow.WithCancel(ctx)
	release := workflow.ExecuteActivity(waitForRelease(waiting, reason.Code), run.AwaitRelease,
		activities.ReleaseParams{Record: r.id, Code: reason.Code, Replay: r.replay})
	if err := workflow.Await(ctx, func() bool { return release.IsReady() || r.asked || r.resolve != nil }); err != nil {
		return err
	}
	if release.IsReady() {
		return release.Get(ctx, nil)
	}
	cancel()
	return nil
}

// errAsked ends a round of steps because somebody asked for another.
var errAsked = errors.New("asked for another round")

// park waits for a person.
func (r *recordRun) park(ctx workflow.Context, state trade.State, reason trade.Reason) error {
	r.replay, r.asked = nil, false
	if err := r.enter(ctx, state, reason); err != nil {
		return err
	}
	err := workflow.Await(ctx, func() bool { return r.asked || r.resolve != nil || r.superseded })
	if err == nil && r.asked {
		r.state = trade.StateDiscovered
		workflow.SetCurrentDetails(ctx, "Replaying, asked for by "+r.replay.By)
	}
	return err
}

// close ends a record that a person resolved.
func (r *recordRun) close(ctx workflow.Context) error {
	err := workflow.ExecuteActivity(localWork(ctx, "resolve"), run.ResolveRecord,
		activities.ResolveParams{Record: r.id, Request: *r.resolve}).Get(ctx, nil)
	if err != nil {
		return err
	}
	return r.enter(ctx, trade.StateResolved, trade.Reason{})
}

// enter shows a state where people look: search attributes and current details.
func (r *recordRun) enter(ctx workflow.Context, state trade.State, reason trade.Reason) error {
	r.state, r.reason = state, reason
	workflow.SetCurrentDetails(ctx, r.details())
	updates := []temporal.SearchAttributeUpdate{activities.AttributeState.ValueSet(string(state))}
	if reason.IsZero() {
		updates = append(updates, activities.AttributeReason.ValueUnset())
	} else {
		updates = append(updates, activities.AttributeReason.ValueSet(reason.Code))
	}
	return workflow.UpsertTypedSearchAttributes(ctx, updates...)
}

func (r *recordRun) details() string {
	progress := r.progress()
	switch {
	case r.state == trade.StateParked:
		return fmt.Sprintf("**Parked.** %s\n\nNext: correct it, then send the update `replay`, or `resolve` with a note.", r.reason)
	case r.state == trade.StateRejected:
		return fmt.Sprintf("**Rejected by the partner.** %s\n\nNext: correct it, then send the update `replay`, or `resolve` with a note.", r.reason)
	case r.state == trade.StateHeld:
		return fmt.Sprintf("**Held.** %s", r.reason)
	case progress != "":
		return fmt.Sprintf("**%s** %s", r.state, progress)
	}
	return fmt.Sprintf("**%s**", r.state)
}

// stops are the types of the errors by which an activity stops a record.
var stops = map[string]bool{activities.ErrorParked: true, activities.ErrorHeld: true, activities.ErrorRejected: true}

// stopOf reads the reason out of the error of an activity that stopped a record.
func stopOf(err error) (kind string, reason trade.Reason, stopped bool) {
	var application *temporal.ApplicationError
	if !errors.As(err, &application) || !stops[application.Type()] {
		return "", reason, false
	}
	if err := application.Details(&reason); err != nil {
		return "", reason, false
	}
	return application.Type(), reason, true
}
