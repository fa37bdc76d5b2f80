package workflows

import (
	"go.temporal.io/sdk/workflow"

	"tradewind/internal/trade"
)

// PollOrders reads the purchase orders that changed in a window, and sends what is new.
func PollOrders(ctx workflow.Context, in trade.PollInput) (trade.PollResult, error) {
	p := &poll{in: in, summary: map[bool]string{true: "read all orders", false: "read changed orders"}[in.Full], read: run.ReadOrders, record: TypeSendOrder}
	return p.run(ctx)
}
