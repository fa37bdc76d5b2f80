package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/server"
)

// disagreements are the orders and answers of a ledger that do not stand where the sandbox says that they
// belong. An order that nothing moves is sent, and overdue once its time is over.
func disagreements(t *testing.T, l *ledger.Ledger, given []server.Answered) (out []string) {
	t.Helper()
	received := map[string]trade.State{} // by the name of the file
	records, err := l.Records(t.Context(), ledger.Filter{Flow: trade.AcksIn})
	require.NoError(t, err)
	for _, r := range records {
		number, err := trade.FileOfRecord(r.ID)
		require.NoError(t, err)
		file, err := l.File(t.Context(), number)
		require.NoError(t, err)
		received[file.Name] = r.State
	}
	becomes := map[string]string{}
	for _, a := range given {
		if a.Becomes != "" {
			becomes[a.To] = a.Becomes
		}
		if state := received[a.File]; string(state) != a.Expect {
			out = append(out, fmt.Sprintf("the %s %s of order %s is %q and not %q", a.Set, a.Kind, a.Order, state, a.Expect))
		}
		delete(received, a.File)
	}
	for file := range received {
		out = append(out, file+" was never sent")
	}
	orders, err := l.Records(t.Context(), ledger.Filter{Flow: trade.OrdersOut})
	require.NoError(t, err)
	for _, r := range orders {
		if r.FileID == "" {
			continue
		}
		want := becomes[r.FileID]
		if want == "" || want == string(trade.StateOverdue) {
			want = string(trade.StateSent)
			if !r.DueAt.IsZero() && r.DueAt.Before(time.Now()) {
				want = string(trade.StateOverdue)
			}
		}
		if string(r.State) != want {
			out = append(out, fmt.Sprintf("order %s is %s and not %s", r.Number, r.State, want))
		}
	}
	return out
}

// TestEveryAnswerBecomesWhatTheSandboxExpects has suppliers answer each order in another way.
func TestEveryAnswerBecomesWhatTheSandboxExpects(t *testing.T) {
	t.Parallel()
	kinds := []string{"late", "never", "accepted", "errors", "rejected", "twice", "unmatched", "confirmed", "confirmed-less", "confirmed-later", "confirmed-without",
		"advised", "advised-errors", "advised-rejected"}
	w := newWorld(t, len(kinds))
	w.Set("partners/base.yaml", "  type: SA\n", "  type: SA\n  answer: {within: 500ms, giveUp: 1h}\n")
	w.StartWorker().AwaitLog(t, "worker serves")
	w.pollAll()
	var sent []string
	require.Eventually(t, func() bool {
		records, err := w.Ledger.Records(t.Context(), ledger.Filter{Flow: trade.OrdersOut})
		require.NoError(t, err)
		sent = nil
		for _, r := range records {
			if r.State.Delivered() {
				sent = append(sent, r.Number)
			}
		}
		return len(sent) == len(kinds)
	}, patience, 100*time.Millisecond, "all are sent")
	slices.Sort(sent)
	for i, kind := range kinds {
		n, err := w.Sandbox.Answer(kind, false, sent[i])
		require.NoError(t, err)
		require.Positive(t, n, kind)
	}
	agree := func() {
		w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
		require.Eventually(t, func() bool { return len(w.disagreements()) == 0 }, patience, 100*time.Millisecond, "%s", apptest.Lazily(func() string { return fmt.Sprint(w.disagreements()) }))
	}
	agree()
	require.Equal(t, []string{"overdue", "overdue"}, []string{w.order(sent[0]).State, w.order(sent[1]).State}, "nothing came")
	require.Len(t, w.Records("--reason", trade.ReasonConfirmationDiffers), 3)
	require.Len(t, w.Records("--reason", trade.ReasonAckUnmatched), 1)
	n, err := w.Sandbox.Due()
	require.NoError(t, err)
	require.Equal(t, 1, n)
	agree()
	require.Contains(t, w.Run("records", "show", sent[0]), "functional   accepted (late)")
	require.Contains(t, w.Run("reconcile"), "balanced: true")
	require.Equal(t, len(kinds), w.uploads())
}

func (w *world) disagreements() []string {
	given, err := w.Sandbox.Answers()
	require.NoError(w.T, err)
	return disagreements(w.T, w.Ledger, given)
}

// order gives the one record of an order.
func (w *world) order(number string) apptest.ListedRecord {
	for _, r := range w.Records("--flow", string(trade.OrdersOut)) {
		if r.Number == number {
			return r
		}
	}
	require.Fail(w.T, "there is no order "+number)
	return apptest.ListedRecord{}
}
