package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// startPage is how many records one activity starts.
const startPage = 200

// poll is one tick of a schedule that reads M3: it opens a window, registers what changed in it,
// starts one workflow for each record that waits to be worked on, and advances the cursor. Its
// window follows the nominal time of the schedule, never the clock.
type poll struct {
	in      trade.PollInput
	summary string // of the reading
	read    any    // the activity that reads and registers
	match   any    // the activity that compares what was read with Cleo; nil for documents
	record  string // the workflow type of a record
	result  trade.PollResult
}

func (p *poll) run(ctx workflow.Context) (trade.PollResult, error) {
	window, err := p.open(ctx)
	if err != nil {
		return p.result, err
	}
	reading := readInfor(ctx, p.summary)
	if p.in.Full || p.match != nil {
		reading = readAllOfInfor(ctx, p.summary)
	}
	err = workflow.ExecuteActivity(reading, p.read,
		activities.ReadParams{Input: p.in, Window: window}).Get(ctx, &p.result)
	if err == nil && p.match != nil && p.result.Stopped == "" {
		err = workflow.ExecuteActivity(matchCleo(ctx, "compare with Cleo"), p.match,
			activities.MatchMastersParams{Input: p.in, Read: p.result}).Get(ctx, &p.result)
	}
	// What was registered goes its way, even where the reading broke off.
	if startErr := p.startAll(ctx); err == nil {
		err = startErr
	}
	if err != nil {
		return p.result, err
	}
	workflow.SetCurrentDetails(ctx, p.details())
	return p.result, workflow.ExecuteActivity(localWork(ctx, "close the window"), run.CloseWindow, p.result).Get(ctx, nil)
}

func (p *poll) open(ctx workflow.Context) (window trade.Window, err error) {
	info := workflow.GetInfo(ctx)
	err = workflow.ExecuteActivity(localWork(ctx, "open the window"), run.OpenWindow, activities.OpenWindowParams{
		Input: p.in, Poll: PollID(p.in), Nominal: nominalTime(ctx), Run: info.WorkflowExecution.RunID,
	}).Get(ctx, &window)
	return window, err
}

// startAll starts what is discovered, page by page.
func (p *poll) startAll(ctx workflow.Context) error {
	params := activities.StartOrdersParams{Input: p.in, Workflow: p.record, Limit: startPage}
	for {
		var page activities.StartOrdersResult
		if err := workflow.ExecuteActivity(localWork(ctx, "start record workflows"), run.StartOrders, params).Get(ctx, &page); err != nil {
			return err
		}
		p.result.Started += page.Started
		if params.After = page.Next; page.Next == "" {
			return nil
		}
	}
}

func (p *poll) details() string {
	if p.result.Stopped != "" {
		return "Stopped: " + p.result.Stopped
	}
	told := fmt.Sprintf("%d changed, %d registered, %d unchanged, %d started", p.result.Found, p.result.Registered, p.result.Unchanged, p.result.Started)
	switch {
	case p.match != nil:
		told = fmt.Sprintf("%d read from M3, %d of them changed, %d made and %d changed at Cleo, %d to be settled, %d equal", p.result.Found, p.result.Changed, p.result.Created, p.result.Updated,
			p.result.Registered, p.result.Unchanged)
	case p.in.Full:
		told = fmt.Sprintf("%d alive or to look at, %d registered, %d unchanged, %d deleted, %d started", p.result.Found, p.result.Registered, p.result.Unchanged, p.result.Deleted, p.result.Started)
	}
	if p.result.Warning != "" {
		told += "\n\nWarning: " + p.result.Warning
	}
	return told
}

// nominalTime is the time the schedule meant; a poll started by hand has its own
// start instead.
func nominalTime(ctx workflow.Context) time.Time {
	key := temporal.NewSearchAttributeKeyTime("TemporalScheduledStartTime")
	if t, ok := workflow.GetTypedSearchAttributes(ctx).GetTime(key); ok {
		return t
	}
	return workflow.GetInfo(ctx).WorkflowStartTime
}
