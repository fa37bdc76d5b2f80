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

// readInfor lasts as long as a poll needs and is given up after an hour: the
// next tick reads the same days again.
func readInfor(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueInfor, StartToCloseTimeout: 20 * time.Minute, HeartbeatTimeout: lostWorker,
		ScheduleToCloseTimeout: time.Hour, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 2 * time.Minute},
	})
}

// writeCleo repeats without end: an order that left M3 must arrive. Each attempt
// looks before it writes.
func writeCleo(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueCleo, StartToCloseTimeout: 5 * time.Minute, HeartbeatTimeout: lostWorker, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 5 * time.Minute},
	})
}

// readCleo reads the mailbox; what cannot be read now is read at the next tick, or by hand.
func readCleo(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueCleo, StartToCloseTimeout: 10 * time.Minute, HeartbeatTimeout: lostWorker, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 5 * time.Minute},
	})
}

// writeInfor repeats without end, like writeCleo: each attempt looks before it writes.
func writeInfor(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueInfor, StartToCloseTimeout: 5 * time.Minute, HeartbeatTimeout: lostWorker, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 5 * time.Minute},
	})
}

// readForRecord repeats without end, because a record waits for its answer. Its pauses stay
// short: records that wait for their turn ask often, and a long pause behind a lost worker
// would be theirs too.
func readForRecord(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueInfor, StartToCloseTimeout: 5 * time.Minute, HeartbeatTimeout: lostWorker, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 20 * time.Second},
	})
}

// pollOutcome asks until M3 has decided; its retries leave no events in the history.
func pollOutcome(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueueInfor, StartToCloseTimeout: time.Minute, HeartbeatTimeout: lostWorker, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 1.5, MaximumInterval: 20 * time.Second},
	})
}

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
	if code == trade.ReasonNotReceived {
		queue = activities.TaskQueueInfor // only M3 knows
	}
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, StartToCloseTimeout: 30 * time.Second, Summary: "wait: " + code,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 5 * time.Second, BackoffCoefficient: 1.2, MaximumInterval: time.Minute},
	})
}
