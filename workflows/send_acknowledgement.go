package workflows

import (
	"go.temporal.io/sdk/workflow"

	"tradewind/internal/trade"
)

// SendAcknowledgement carries our answer to one received interchange to Cleo, as SendOrder
// does an order: prepare, transmit.
func SendAcknowledgement(ctx workflow.Context, in trade.AcknowledgementInput) (trade.SendOrderResult, error) {
	s := &sending{recordRun: recordRun{id: in.Record, replay: in.Replay, state: trade.StateDiscovered}, summary: "number, archive",
		prepare: run.PrepareAcknowledgement, transmit: run.Transmit}
	return s.deliver(ctx)
}
