package activities

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"go.temporal.io/sdk/activity"

	"tradewind/cleo"
	"tradewind/internal/ledger"
	"tradewind/ionapi"
)

type subjectKey struct{}

// subject names the record or poll that outside calls are made for.
func subject(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, subjectKey{}, name)
}

// Tracer writes every call to an outside system into the ledger, because the
// retries of an activity leave no trace in a workflow's history.
type Tracer struct {
	Ledger *ledger.Ledger
	Log    *slog.Logger
}

// Infor observes the calls of an ionapi.Client.
func (t Tracer) Infor(ctx context.Context, c ionapi.Call) {
	t.add(ctx, ledger.Attempt{At: c.Started, System: "infor", Operation: c.Operation, Outcome: outcome(c.Err, string(ionapi.KindOf(c.Err))),
		Status: int64(c.Status), Latency: c.Latency, Request: c.RequestSHA256, Response: c.ResponseSHA256, Message: text(c.Err)})
}

// Cleo observes the calls of a cleo.REST.
func (t Tracer) Cleo(ctx context.Context, c cleo.Call) {
	t.add(ctx, ledger.Attempt{At: c.Started, System: "cleo", Operation: c.Operation, Outcome: outcome(c.Err, string(cleo.KindOf(c.Err))),
		Status: int64(c.Status), Latency: c.Latency, Request: c.RequestSHA256, Response: c.ResponseSHA256, Message: text(c.Err)})
}

func (t Tracer) add(ctx context.Context, a ledger.Attempt) {
	if t.Ledger == nil {
		return // ping looks before there is a ledger
	}
	a.Subject, _ = ctx.Value(subjectKey{}).(string)
	if activity.IsActivity(ctx) {
		a.Attempt = int64(activity.GetInfo(ctx).Attempt)
	}
	if g, gathers := ctx.Value(gatheringKey{}).(*gathering); gathers && g.take(t, a) {
		return
	}
	t.record(ctx, map[string]ledger.Attempt{rand.Text(): a})
}

// record writes the trace of calls, which outlives them: a cancelled activity still made them.
func (t Tracer) record(ctx context.Context, calls map[string]ledger.Attempt) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := t.Ledger.AddAttempts(ctx, calls); err != nil {
		t.Log.Error("attempts could not be recorded", "calls", len(calls), "error", err)
	}
}

func outcome(err error, kind string) string {
	if err == nil {
		return "ok"
	}
	return kind
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
