package app_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// TestWhatPartnersAcknowledgeMovesTheOrders has every supplier accept its orders, then reject
// them, and then answer something that nobody sent.
func TestWhatPartnersAcknowledgeMovesTheOrders(t *testing.T) {
	t.Parallel()
	const orders = 8
	w := newWorld(t, orders)
	w.startWorker().awaitLog(t, "worker serves")
	w.pollAll()
	w.awaitRecords("sent", orders)
	answer := func(kind string, again bool) {
		n, err := w.sandbox.Answer(kind, again)
		require.NoError(t, err)
		require.Equal(t, orders, n)
		w.run("schedules", "trigger", "tradewind/mailbox/cleo")
	}
	answer("accepted", false)
	w.awaitRecords("acknowledged", orders)
	answer("rejected", true)
	w.awaitRecords("rejected", orders)
	for _, r := range w.records("--reason", trade.ReasonAckRejected) {
		story := w.run("records", "show", r.ID)
		for _, part := range []string{"answers:", "functional: accepted", "functional: rejected", "CSH"} {
			require.Contains(t, story, part)
		}
	}
	answer("unmatched", true)
	require.Eventually(t, func() bool { return len(w.records("--reason", trade.ReasonAckUnmatched)) == orders }, patience, 100*time.Millisecond)
	require.Contains(t, w.run("reconcile"), "balanced: true")
	require.Len(t, w.sandbox.Hub.Files(), 4*orders, "nothing was sent twice")
}
