package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// The time-outs and retries of the product, by situation.

// lostWorker is how long nothing is heard of a worker before its outside work goes
// to another one.
const lostWorker = 10 * time.Second

// localWork is mapping and the ledger: quick, and repeated until it succeeds.
func localWork(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueue, StartToCloseTimeout: 20 * time.Second, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second},
	})
}

// glance reads what the ledger knows, within the workflow task: it costs no task of its own.
func glance(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: 10 * time.Second, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second},
	})
}

// readInfor lasts as long as a poll needs and is given up after an hour: the
// next tick reads the same days again.
func readInfor(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueInfor, StartToCloseTimeout: 20 * time.Minute, HeartbeatTimeout: lostWorker,
		ScheduleToCloseTimeout: time.Hour, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 2 * time.Minute},
	})
}

// readAllOfInfor lasts as long as a company's orders need, and is given up before the next night.
func readAllOfInfor(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueInfor, StartToCloseTimeout: 2 * time.Hour, HeartbeatTimeout: lostWorker,
		ScheduleToCloseTimeout: 6 * time.Hour, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 2 * time.Minute},
	})
}

// outside is work at an outside system that repeats without end, because a record or a
// file waits for it: the pauses between attempts grow to the longest.
func outside(ctx workflow.Context, queue, summary string, attempt, longest time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, StartToCloseTimeout: attempt, HeartbeatTimeout: lostWorker, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: longest},
	})
}

// writeCleo sends: an order that left M3 must arrive. Each attempt looks before it writes.
func writeCleo(ctx workflow.Context, summary string) workflow.Context {
	return outside(ctx, activities.TaskQueueCleo, summary, 5*time.Minute, 5*time.Minute)
}

// readCleo reads the mailbox, whose files may be large.
func readCleo(ctx workflow.Context, summary string) workflow.Context {
	return outside(ctx, activities.TaskQueueCleo, summary, 10*time.Minute, 5*time.Minute)
}

// matchCleo compares all of a company's master data with Cleo, and is given up as a full read is.
func matchCleo(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueCleo, StartToCloseTimeout: 2 * time.Hour, HeartbeatTimeout: lostWorker,
		ScheduleToCloseTimeout: 6 * time.Hour, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 2 * time.Minute},
	})
}

// writeInfor writes to M3; each attempt looks before it writes.
func writeInfor(ctx workflow.Context, summary string) workflow.Context {
	return outside(ctx, activities.TaskQueueInfor, summary, 5*time.Minute, 5*time.Minute)
}

// readForRecord reads what a record needs. Its pauses stay short: records that wait for
// their turn ask often, and a long pause behind a lost worker would be theirs too.
func readForRecord(ctx workflow.Context, summary string) workflow.Context {
	return outside(ctx, activities.TaskQueueInfor, summary, 5*time.Minute, 20*time.Second)
}

// pollOutcome asks until M3 has decided; its retries leave no events in the history.
func pollOutcome(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueInfor, StartToCloseTimeout: time.Minute, HeartbeatTimeout: lostWorker, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 1.5, MaximumInterval: 20 * time.Second},
	})
}

// anotherRound is the pause before an invoice goes through its steps once more.
const anotherRound = 30 * time.Second

// renewToken is given up soon: the next tick, and every call, tries again.
func renewToken(ctx workflow.Context, system, summary string) workflow.Context {
	queue := activities.TaskQueueInfor
	if system == SystemCleo {
		queue = activities.TaskQueueCleo
	}
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, StartToCloseTimeout: 2 * time.Minute, ScheduleToCloseTimeout: 4 * time.Minute, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second, MaximumAttempts: 3},
	})
}

// waitForRelease polls the ledger until a hold is over; its retries leave no
// events in the history.
func waitForRelease(ctx workflow.Context, code string) workflow.Context {
	queue := activities.TaskQueue
	switch code {
	case trade.ReasonNotReceived, trade.ReasonPeriodNotOpen, trade.ReasonOriginalMissing:
		queue = activities.TaskQueueInfor // M3 is asked
	}
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, StartToCloseTimeout: 30 * time.Second, Summary: "wait: " + code,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 5 * time.Second, BackoffCoefficient: 1.2, MaximumInterval: time.Minute},
	})
}
