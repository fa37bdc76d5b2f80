package workflows

import (
	"go.temporal.io/sdk/workflow"

	"tradewind/internal/trade"
)

// PollInvoices reads the invoices of accounts payable that changed in a window, and sends those that
// are new to the partners that opted in.
func PollInvoices(ctx workflow.Context, in trade.PollInput) (trade.PollResult, error) {
	p := &poll{in: in, summary: "read changed invoices", read: run.ReadInvoices, record: TypeSendInvoice}
	return p.run(ctx)
}
