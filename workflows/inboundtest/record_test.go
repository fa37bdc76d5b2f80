package inboundtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// TestEveryInvoiceHistoryReplays runs every situation of an invoice once and replays what came of
// it. With TRADEWIND_RECORD=1 it keeps the histories.
func TestEveryInvoiceHistoryReplays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(24)
	w.awaitOutcomes(made)
	of := func(kind string) ledger.Record {
		for _, i := range made {
			if i.Kind == kind {
				return w.received(made)[i.Number][0]
			}
		}
		t.Fatal(kind)
		return ledger.Record{}
	}
	posted, waiting, parked := of(business.Charged), of(business.Early), of(business.WrongTotal)
	w.Run("records", "resolve", parked.ID, "--note", "the supplier sends another")
	for _, i := range made {
		if i.Kind == business.Early {
			w.Put("infor/receipts/"+i.Cono+"/"+i.Order, "{}")
		}
	}
	file, err := trade.FileOfRecord(posted.ID)
	require.NoError(t, err)
	for name, id := range map[string]string{"post_invoice_posted": posted.ID, "post_invoice_held": waiting.ID, "post_invoice_resolved": parked.ID,
		"receive_interchange": trade.FileWorkflowID(file), "poll_mailbox": w.LastPoll("tradewind/mailbox/cleo")} {
		t.Run(name, func(t *testing.T) { w.Replays(t, name, id) })
	}
}
