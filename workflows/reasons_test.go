package workflows

import (
	"bytes"
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"tradewind/activities"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/internal/trade/reasontest"
	"tradewind/sandbox/business"
)

// TestMain holds the tests against the list of reasons: each of these files has to stop a record
// here. Those of reasons_inward.go are produced in internal/mapping.
func TestMain(m *testing.M) {
	os.Exit(reasontest.Run(m, "reason.go", "inward.go", "overlay.go"))
}

// stop is what a record is to stop with.
type stop struct {
	code  string
	class trade.Class
	state trade.State
	// place and want must be in what the reason says.
	place, want string
}

// requireStop holds a record that stopped against what was expected.
func requireStop(t *testing.T, want stop, r ledger.Record) {
	t.Helper()
	require.Equal(t, want.code, r.Reason.Code, "%s %s", r.State, r.Reason)
	require.Equal(t, want.state, r.State, r.Reason.String())
	requireReason(t, want, r.Reason)
}

func requireReason(t *testing.T, want stop, r trade.Reason) {
	t.Helper()
	require.Equal(t, want.code, r.Code, r.String())
	require.Equal(t, want.class, r.Class, r.String())
	require.Contains(t, r.Place, want.place, r.String())
	require.Contains(t, r.Message, want.want, r.String())
	reasontest.ReadsWell(t, r)
}

// billed lets a supplier send a file that is right, and gives it.
func (w *world) billed() business.Invoice {
	w.t.Helper()
	made, err := w.sandbox.AddInvoices(1)
	require.NoError(w.t, err)
	return made[0]
}

// arrived registers a file of one invoice and gives the invoice's record.
func (w *world) arrived(content []byte) ledger.Record {
	w.t.Helper()
	for _, r := range w.receive(content) {
		if r.Flow == trade.InvoicesIn {
			return r
		}
	}
	w.t.Fatal("the file brought no invoice")
	return ledger.Record{}
}

// rewritten replaces texts of a file; each must be there.
func (w *world) rewritten(content []byte, pairs ...string) []byte {
	w.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(w.t, string(content), pairs[i])
		content = bytes.ReplaceAll(content, []byte(pairs[i]), []byte(pairs[i+1]))
	}
	return content
}

// post runs the workflow of an invoice until it stops or comes to rest, and gives its record
// as it is then. Virtual time is over before M3 has validated a batch: then another run goes on.
func (w *world) post(r ledger.Record, replay *trade.ReplayRequest) ledger.Record {
	w.t.Helper()
	for range 10 {
		env := w.suite.NewTestWorkflowEnvironment()
		env.SetTestTimeout(time.Minute)
		Register(env)
		env.RegisterActivity(w.Activities)
		ended := outlived(env)
		var stopped *ledger.Record
		env.SetOnActivityCompletedListener(func(_ *activity.Info, _ converter.EncodedValue, err error) {
			if _, _, stops := stopOf(err); stops && stopped == nil {
				now := w.state(r)
				stopped = &now
				env.CancelWorkflow()
			}
		})
		env.ExecuteWorkflow(TypePostInvoice, trade.InvoiceInput{Record: r.ID, Partner: r.Partner, Number: r.Number, Replay: replay})
		require.True(w.t, env.IsWorkflowCompleted())
		ended()
		if stopped != nil {
			return *stopped
		}
		if env.GetWorkflowError() == nil {
			return w.state(r)
		}
		require.Eventually(w.t, w.validated, 10*time.Second, 5*time.Millisecond)
	}
	w.t.Fatalf("the invoice did not stop: %s", w.state(r).State)
	return r
}

// outlived gives what waits for the activities that a cancelled workflow leaves running, so that
// a test may change what they read.
func outlived(env *testsuite.TestWorkflowEnvironment) func() {
	var running activityCount
	env.SetOnActivityStartedListener(func(*activity.Info, context.Context, converter.EncodedValues) { running.Add(1) })
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&running}})
	return running.Wait
}

// activityCount counts activities down as they end.
type activityCount struct {
	interceptor.WorkerInterceptorBase
	sync.WaitGroup
}

func (c *activityCount) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &countedActivity{ended: c.Done}
	in.Next = next
	return in
}

type countedActivity struct {
	interceptor.ActivityInboundInterceptorBase
	ended func()
}

func (c *countedActivity) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	defer c.ended()
	return c.Next.ExecuteActivity(ctx, in)
}

// validated says whether M3 is done with its validations.
func (w *world) validated() bool {
	for _, b := range w.sandbox.M3.Batches() {
		if b["SUPA"] == "20" {
			return false
		}
	}
	return true
}

// asked is a person's request to run the record again.
func asked(r ledger.Record) *trade.ReplayRequest {
	return &trade.ReplayRequest{By: "kim", Note: "mended", Attempt: max(r.Attempt, 1) + 1}
}

// inM3 counts the batches and the vouchers of a supplier's number, recodings left out.
func (w *world) inM3(number string) (batches, vouchers int) {
	for _, b := range w.sandbox.M3.Batches() {
		if b["SINO"] == number && b["IBTP"] == "20" {
			batches++
		}
	}
	for _, v := range w.sandbox.M3.Vouchers() {
		if v["SINO"] == number {
			vouchers++
		}
	}
	return batches, vouchers
}

// attempt runs one activity of an invoice and fails if it does.
func (w *world) attempt(activity any, r ledger.Record) {
	w.t.Helper()
	require.NoError(w.t, step(w, activity, activities.InvoiceParams{Record: r.ID}))
}

// stopOf sends an order and gives its record as it stopped.
func (w *world) stopOf(r ledger.Record) ledger.Record {
	w.t.Helper()
	var stopped ledger.Record
	env := w.send(r, func(env *testsuite.TestWorkflowEnvironment) {
		stopped = w.state(r)
		env.CancelWorkflow()
	})
	require.Error(w.t, env.GetWorkflowError(), "the order did not stop")
	return stopped
}
