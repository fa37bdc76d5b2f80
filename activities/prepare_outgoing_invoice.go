package activities

import (
	"context"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// PrepareOutgoingInvoice fixes what will be sent of an invoice of accounts payable, as PrepareOrder
// does of an order.
func (a *Activities) PrepareOutgoingInvoice(ctx context.Context, p PrepareParams) (trade.Prepared, error) {
	r, err := a.Ledger.Record(ctx, p.Record)
	if err != nil {
		return trade.Prepared{}, translate(err)
	}
	return a.prepare(ctx, r, p.Replay, nothingBefore, a.fixOutgoingInvoice)
}

// nothingBefore is what must be settled before an invoice goes out.
func nothingBefore(context.Context, *ledger.Record) (trade.Reason, bool, error) {
	return trade.Reason{}, false, nil
}

// fixOutgoingInvoice maps an invoice and writes it down.
func (a *Activities) fixOutgoingInvoice(ctx context.Context, r ledger.Record, replay *trade.ReplayRequest) (trade.Prepared, trade.Reason, error) {
	c, reason, err := a.wantedVersion(ctx, replay)
	if err != nil || !reason.IsZero() {
		return trade.Prepared{}, reason, err
	}
	var invoice trade.Invoice
	if err := a.canonical(ctx, r, &invoice); err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	m, reason, err := c.OutgoingInvoice810(invoice)
	if err != nil || !reason.IsZero() {
		return trade.Prepared{}, reason, err
	}
	document, reason := m.Outgoing()
	if !reason.IsZero() {
		return trade.Prepared{}, reason, nil
	}
	now, err := a.nowIn(c, invoice.Company)
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	return a.number(ctx, r, c.Version, document, now, replay)
}
