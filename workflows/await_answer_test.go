package workflows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// expects has every partner acknowledge orders within a day; after three nobody waits any more.
func (w *world) expects() {
	w.t.Helper()
	w.publishWith("partners/base.yaml", "  type: SA\n", "  type: SA\n  answer: {within: 24h, giveUp: 72h}\n")
}

// awaited sends an order whose answer is waited for; then, so long after the start, comes next.
func (w *world) awaited(r ledger.Record, at time.Duration, next func(env *testsuite.TestWorkflowEnvironment)) *testsuite.TestWorkflowEnvironment {
	w.t.Helper()
	env := w.suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	Register(env)
	env.RegisterActivity(w.Activities)
	w.running = env
	env.RegisterDelayedCallback(func() {
		w.Ledger.Now = func() time.Time { return time.Now().Add(at) }
		next(env)
	}, at)
	env.ExecuteWorkflow(TypeSendOrder, trade.SendOrderInput{Record: r.ID, Number: r.Number, Revision: r.Revision, Partner: r.Partner})
	return env
}

// kinds are the events of a record, in order, those before its sending left out.
func (w *world) kinds(r ledger.Record) (out []string) {
	w.t.Helper()
	events, err := w.Ledger.Events(w.t.Context(), r.ID)
	require.NoError(w.t, err)
	for _, e := range events {
		if e.Kind == "sent" || len(out) > 0 {
			out = append(out, e.Kind)
		}
	}
	return out
}

// matched brings what the suppliers say, all of it accepted as answers.
func (w *world) matched(kind string, again bool) {
	w.t.Helper()
	for _, answer := range w.acknowledged(kind, again) {
		require.NoError(w.t, step(w, w.MatchAnswer, activities.MatchParams{Record: answer.ID}))
	}
}

func TestAnAnswerIsAwaited(t *testing.T) {
	for name, test := range map[string]struct {
		at     time.Duration
		kind   string
		events []string
		late   bool
		state  trade.State
	}{
		"in time":               {time.Hour, "accepted", []string{"sent", "answered"}, false, trade.StateAcknowledged},
		"with errors":           {time.Hour, "errors", []string{"sent", "answered"}, false, trade.StateAcknowledged},
		"overdue":               {30 * time.Hour, "accepted", []string{"sent", "overdue", "answered"}, true, trade.StateAcknowledged},
		"in time, a refusal":    {time.Hour, "rejected", []string{"sent", "answered"}, false, trade.StateRejected},
		"overdue, a refusal":    {30 * time.Hour, "rejected", []string{"sent", "overdue", "answered"}, true, trade.StateRejected},
		"nobody waits any more": {80 * time.Hour, "accepted", []string{"sent", "overdue", "answered"}, true, trade.StateAcknowledged},
		"too late, and refused": {80 * time.Hour, "rejected", []string{"sent", "overdue", "answered"}, true, trade.StateRejected},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.expects()
			r := w.one(business.Normal)
			env := w.awaited(r, test.at, func(env *testsuite.TestWorkflowEnvironment) {
				w.matched(test.kind, false)
				env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour) // a refusal waits for a person
			})
			require.True(t, env.IsWorkflowCompleted())
			if w.state(r).State == trade.StateOverdue { // the workflow ended before
				require.NoError(t, env.GetWorkflowError())
				require.GreaterOrEqual(t, test.at, 72*time.Hour)
				w.Ledger.Now = func() time.Time { return time.Now().Add(test.at) }
				w.matched(test.kind, false)
			}
			require.Equal(t, test.state, w.state(r).State)
			require.Equal(t, test.events, w.kinds(r))
			require.Equal(t, test.late, w.saidOf(r)[0].Late)
			if test.state == trade.StateAcknowledged {
				require.NoError(t, env.GetWorkflowError())
			}
			require.Equal(t, 1, w.sandbox.Calls()["cleo upload"])
			require.NoError(t, w.Ledger.VerifyChain(t.Context(), r.ID))
		})
	}
}

// TestAnAnswerCountsOnceWhereverItMeetsTheWait brings the same answer before the upload is
// confirmed, twice while it is waited for, and once more after the end.
func TestAnAnswerCountsOnceWhereverItMeetsTheWait(t *testing.T) {
	w := newWorld(t, 1)
	w.expects()
	r := w.one(business.Normal)
	env := w.awaited(r, time.Minute, func(*testsuite.TestWorkflowEnvironment) {
		answer := w.acknowledged("accepted", false)[0]
		for range 2 {
			require.NoError(t, step(w, w.MatchAnswer, activities.MatchParams{Record: answer.ID}))
		}
	})
	require.NoError(t, env.GetWorkflowError())
	w.matched("accepted", true)
	require.Equal(t, trade.StateAcknowledged, w.state(r).State)
	said := w.saidOf(r)
	require.Len(t, said, 2)
	require.Equal(t, []bool{false, true}, []bool{said[0].Again, said[1].Again})
}

// TestALostSignalIsMadeUpForWhenTheAnswerIsDue writes the answer down without a word to the
// workflow, as a worker does that dies in between.
func TestALostSignalIsMadeUpForWhenTheAnswerIsDue(t *testing.T) {
	w := newWorld(t, 1)
	w.expects()
	r := w.one(business.Normal)
	env := w.awaited(r, time.Hour, func(*testsuite.TestWorkflowEnvironment) {
		running := w.running
		w.running = nil
		w.matched("accepted", false)
		w.running = running
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, trade.StateAcknowledged, w.state(r).State)
	require.Equal(t, []string{"sent", "answered"}, w.kinds(r), "it was never overdue")
}

// TestARejectedOrderIsReplayedInItsOwnWorkflow mends the mapping, and sends the order with new
// numbers; its acceptance closes it.
func TestARejectedOrderIsReplayedInItsOwnWorkflow(t *testing.T) {
	w := newWorld(t, 1)
	w.expects()
	r := w.one(business.Normal)
	var first, second ledger.Record
	env := w.awaited(r, time.Hour, func(env *testsuite.TestWorkflowEnvironment) {
		first = w.state(r)
		w.matched("rejected", false)
		env.RegisterDelayedCallback(func() {
			w.publishWith("partners/base.yaml", "  type: SA\n", "  type: RL\n  answer: {within: 24h, giveUp: 72h}\n")
			w.update(env, UpdateReplay, trade.ReplayRequest{By: "kim", Note: "they want another type", Attempt: 2})
		}, time.Minute)
		env.RegisterDelayedCallback(func() {
			second = w.state(r)
			w.matched("accepted", true)
		}, time.Hour)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, trade.StateAcknowledged, w.state(r).State)
	require.NotEqual(t, first.Document.SHA256, second.Document.SHA256)
	require.NotEqual(t, []string{first.Interchange, first.Group, first.SetControl}, []string{second.Interchange, second.Group, second.SetControl})
	require.Equal(t, 2, w.sandbox.Calls()["cleo upload"])
}

// TestWhatIsAwaitedCanBeSentAgain sends the same bytes once more while their answer is awaited,
// and goes on waiting.
func TestWhatIsAwaitedCanBeSentAgain(t *testing.T) {
	w := newWorld(t, 1)
	w.expects()
	r := w.one(business.Normal)
	env := w.awaited(r, 30*time.Hour, func(env *testsuite.TestWorkflowEnvironment) {
		require.Equal(t, trade.StateOverdue, w.state(r).State)
		w.update(env, UpdateReplay, trade.ReplayRequest{By: "kim", Note: "they lost it", Resend: true, Attempt: 2})
		env.RegisterDelayedCallback(func() { w.matched("accepted", false) }, time.Hour)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, trade.StateAcknowledged, w.state(r).State)
	landed := 0
	for _, f := range w.sandbox.Hub.Files() {
		if f.Folder == "outbound/850" {
			landed++
		}
	}
	require.Equal(t, 2, landed)
	require.False(t, w.saidOf(r)[0].Late, "the second sending is answered in time")
}

// update asks something of a running workflow, which must take it.
func (w *world) update(env *testsuite.TestWorkflowEnvironment, name string, request any) {
	env.UpdateWorkflow(name, "u", &testsuite.TestUpdateCallback{OnReject: func(err error) { require.NoError(w.t, err) }, OnAccept: func() {}, OnComplete: func(any, error) {}}, request)
}
