package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// TestEveryHistoryReplays runs every situation of a record once and replays what
// came of it. With TRADEWIND_RECORD=1 it keeps the histories.
func TestEveryHistoryReplays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 2)
	w.awaitRecords("parked", 5)
	parked := w.Records("--reason", trade.ReasonUnitUnmapped)[0]
	superseded := w.Records("--reason", trade.ReasonNoLines)[0]
	resolved := w.Records("--reason", trade.ReasonItemNumberMissing)[0]
	w.Run("records", "resolve", resolved.ID, "--note", "bought elsewhere")
	w.mendUnits()
	w.Run("records", "replay", parked.ID)

	require.NoError(t, w.Sandbox.Change(func(orders *[]*business.Order) {
		for _, o := range *orders {
			if o.Head["PUNO"] == superseded.Number {
				o.Head["YRE1"], o.Head["TEPY"], o.Head["LMDT"] = "changed", "N60", business.Now().Format("20060102")
				o.Head["TXPY"] = "60 days net"
			}
		}
	}))
	w.pollAll()
	w.awaitRecords("superseded", 1)
	first := w.Records("--state", "sent")[0]
	w.Run("records", "replay", first.ID, "--resend")

	for name, id := range map[string]string{
		"send_order_sent": w.Records("--state", "sent")[1].ID, "send_order_replayed": parked.ID, "send_order_superseded": superseded.ID,
		"send_order_resolved": resolved.ID, "send_order_resent": first.ID, "poll_orders": w.LastPoll(schedule),
	} {
		t.Run(name, func(t *testing.T) { w.Replays(t, name, id) })
	}
}
