package activities

import (
	"context"
	"fmt"
	"strings"

	"go.temporal.io/sdk/activity"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// refresh reads every order that is alive, whenever it changed, and takes back those that M3 does
// not have any more: no change list tells of them, nor of a change whose date M3 did not set.
func (r *orderReader) refresh(ctx context.Context) error {
	alive, err := r.alive(ctx)
	if err != nil {
		return err
	}
	if err := r.registerAll(ctx, alive); err != nil {
		return err
	}
	missed, err := r.missed(ctx, alive)
	if err != nil {
		return err
	}
	found, deleted, err := r.lookUp(ctx, missed)
	if err != nil {
		return err
	}
	if r.out.Stopped = r.implausible(alive, deleted); r.out.Stopped != "" {
		activity.GetLogger(ctx).Error("a full read took nothing back", "why", r.out.Stopped)
	} else if err := r.takeBack(ctx, deleted); err != nil {
		return err
	}
	return r.registerAll(ctx, found)
}

// alive lists all orders that are alive.
func (r *orderReader) alive(ctx context.Context) ([]changedOrder, error) {
	return r.orSearched(ctx, func() ([]changedOrder, error) {
		all := heads
		all.changed, all.where = "", fmt.Sprintf("IAPUSL <= %s", ionapi.QuoteText(fmt.Sprintf("%02d", r.config.Infor.Poll.Alive)))
		rows, err := r.exports(trade.Window{}).read(ctx, all, "", "")
		if err != nil {
			return nil, err
		}
		orders := make([]changedOrder, len(rows))
		for i, row := range rows {
			orders[i] = changedFromRow(row)
		}
		return ofDivision(orders, r.company.Key().Divi), nil
	})
}

// missed are the orders of the ledger that the list does not name.
func (r *orderReader) missed(ctx context.Context, alive []changedOrder) (out []ledger.KnownOrder, err error) {
	listed := map[string]bool{}
	for _, o := range alive {
		listed[o.number] = true
	}
	known, err := r.Ledger.OrdersSince(ctx, r.company.Key(), r.Ledger.Now().Add(-r.config.Infor.Poll.RefreshLookback.Std()))
	for _, o := range known {
		if !listed[o.Latest.Number] {
			out = append(out, o)
		}
	}
	return out, err
}

// lookUp asks M3 for orders by number. It finds those that are to be registered, because they were
// cancelled or wait although no list names them, and those that M3 does not have.
func (r *orderReader) lookUp(ctx context.Context, orders []ledger.KnownOrder) (found []changedOrder, deleted []ledger.KnownOrder, err error) {
	program := r.client.OrderStatuses(r.config.Infor.Programs.OrderStatus)
	answers, err := patiently(ctx, func() ([]ionapi.Answer[ionapi.OrderStatus], error) {
		return program.Heads(ctx, r.context, numbersOf(orders))
	})
	if err != nil {
		return nil, nil, err
	}
	for i, o := range orders {
		missing, err := isMissing(answers[i].Err)
		if err != nil {
			return nil, nil, err
		}
		order := changedFromStatus(answers[i].Value)
		if !missing && (answers[i].Err != nil || o.WasSent() && order.lowest != statusCancelled) {
			continue // finished, or not to be understood: it stays as it is
		}
		cancelled, err := r.cancelled(ctx, o)
		switch {
		case err != nil:
			return nil, nil, err
		case cancelled: // and the ledger knows
		case missing:
			deleted = append(deleted, o)
		default:
			found = append(found, order)
		}
	}
	deleted, err = r.confirmed(ctx, deleted)
	return found, deleted, err
}

// confirmed asks another program for what the first one misses: one program alone may lack an
// authority or an index, and only what both miss is deleted.
func (r *orderReader) confirmed(ctx context.Context, orders []ledger.KnownOrder) (deleted []ledger.KnownOrder, err error) {
	r.asked = r.Ledger.Now()
	program := r.client.PurchaseOrders(r.config.Infor.Programs.Orders)
	answers, err := patiently(ctx, func() ([]ionapi.Answer[ionapi.OrderHead], error) {
		return program.Heads(ctx, r.context, numbersOf(orders))
	})
	if err != nil {
		return nil, err
	}
	for i, o := range orders {
		missing, err := isMissing(answers[i].Err)
		if err != nil {
			return nil, err
		}
		if missing {
			deleted = append(deleted, o)
		}
	}
	return deleted, nil
}

// isMissing says whether M3 does not have a record. What could not be asked is an error, never
// missing; an answer that is not understood says nothing.
func isMissing(answer *ionapi.Error) (bool, error) {
	switch {
	case answer == nil:
		return false, nil
	case answer.Kind == ionapi.NotPermitted || answer.Kind == ionapi.NotAvailable || passing(answer):
		return false, answer
	}
	return answer.Kind == ionapi.RecordMissing, nil
}

func numbersOf(orders []ledger.KnownOrder) []string {
	numbers := make([]string, len(orders))
	for i, o := range orders {
		numbers[i] = o.Latest.Number
	}
	return numbers
}

// cancelled says whether the newest revision of an order is its cancellation.
func (r *orderReader) cancelled(ctx context.Context, o ledger.KnownOrder) (bool, error) {
	order, err := r.order(ctx, o.Latest)
	return order.Cancelled, err
}

// shownOrders is how many of the orders a sentence names.
const shownOrders = 5

// implausible says why what was found deleted cannot be believed: a wrong company, a lost authority
// and a broken index look the same as many deletions.
func (r *orderReader) implausible(alive []changedOrder, deleted []ledger.KnownOrder) string {
	most := r.config.Infor.Poll.MostDeleted
	numbers := numbersOf(deleted)
	named := strings.Join(numbers[:min(shownOrders, len(numbers))], ", ")
	if len(numbers) > shownOrders {
		named += ", …"
	}
	switch {
	case len(deleted) > 0 && len(alive) == 0:
		return fmt.Sprintf("M3 lists no order of company %s and misses %d that the ledger has (%s), so nothing was taken back; check that the service user may read "+
			"MPHEAD in this company, and run the schedule again", r.company.Key(), len(deleted), named)
	case len(deleted) > most:
		return fmt.Sprintf("M3 misses %d orders of company %s that the ledger has (%s), and poll.mostDeleted in infor.yaml allows %d, so nothing was taken back; "+
			"look for them in PPS200, and raise poll.mostDeleted where they are deleted, or mend the service user's access", len(deleted), r.company.Key(), named, most)
	}
	return ""
}

// takeBack cancels the orders that M3 does not have any more: what was sent as an order that fell to
// status 99, what was not as one that may no longer go out.
func (r *orderReader) takeBack(ctx context.Context, deleted []ledger.KnownOrder) error {
	programs := r.config.Infor.Programs
	why := fmt.Sprintf("deleted in M3: neither %s/GetHeadBasic nor %s/GetHead has it", programs.OrderStatus, programs.Orders)
	var sent []changedOrder
	for _, o := range deleted {
		if !o.WasSent() {
			if err := r.Ledger.WithdrawOrder(ctx, r.company.Key(), o.Latest.Number, why); err != nil {
				return err
			}
			continue
		}
		has, err := r.order(ctx, o.Sent)
		if err != nil {
			return err
		}
		sent = append(sent, changedOrder{number: has.Number, division: has.Company.Divi, supplier: has.Supplier,
			lowest: statusCancelled, highest: statusCancelled, why: why})
	}
	if err := r.readSuppliers(ctx, sent); err != nil {
		return err
	}
	for _, o := range sent {
		if err := r.registerOrder(ctx, o, ionapi.OrderDetail{}); err != nil {
			return err
		}
	}
	r.out.Deleted = len(deleted)
	return nil
}
