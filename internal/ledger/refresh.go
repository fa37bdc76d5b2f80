package ledger

import (
	"context"
	"slices"
	"time"

	"tradewind/internal/trade"
)

// KnownOrder is a purchase order that its supplier may have, or that waits to be sent.
type KnownOrder struct {
	// Latest is the newest revision.
	Latest Record
	// Sent is the newest revision that the supplier may have; without an id where there is none.
	Sent Record
}

// WasSent says whether the supplier may have the order.
func (o KnownOrder) WasSent() bool { return o.Sent.ID != "" }

// OrdersSince gives the orders of a company that were registered, or changed, since an instant, by
// number: those that were sent, and those that wait and can still be taken back.
func (l *Ledger) OrdersSince(ctx context.Context, company trade.Company, since time.Time) ([]KnownOrder, error) {
	revisions, err := records(ctx, l.db, `WHERE flow = $1 AND company = $2 AND number IN
		(SELECT number FROM records WHERE flow = $1 AND company = $2 AND created_at >= $3) ORDER BY number, revision`,
		trade.OrdersOut, company.String(), micros(since))
	if err != nil {
		return nil, err
	}
	var orders []KnownOrder
	for i, r := range revisions {
		if i == 0 || revisions[i-1].Number != r.Number {
			orders = append(orders, KnownOrder{})
		}
		order := &orders[len(orders)-1]
		if order.Latest = r; r.WasSent() {
			order.Sent = r
		}
	}
	return slices.DeleteFunc(orders, func(o KnownOrder) bool { return !o.WasSent() && !supersedable(o.Latest) }), nil
}
