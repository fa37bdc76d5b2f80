package workflows

import (
	"go.temporal.io/sdk/workflow"

	"tradewind/internal/trade"
)

// SendInvoice carries one invoice of accounts payable to Cleo, as SendOrder does an order: prepare,
// transmit, and wait for the partner's answer where one is expected.
func SendInvoice(ctx workflow.Context, in trade.SendOrderInput) (trade.SendOrderResult, error) {
	s := &sending{recordRun: recordRun{id: in.Record, replay: in.Replay, state: trade.StateDiscovered}, summary: "map, number, archive",
		prepare: run.PrepareOutgoingInvoice, transmit: run.Transmit}
	return s.deliver(ctx)
}
