package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// supplierBlocked is STAT of a supplier that must not get orders.
const supplierBlocked = "90"

// statusCancelled is PUSL of an order all of whose lines are closed or deleted.
const statusCancelled = 99

// detailPage is how many orders are read between two heartbeats; four
// transactions an order make full bulk requests.
const detailPage = 100

// ReadOrders reads the orders that changed in the window, turns them into
// canonical orders and registers each in the ledger. Reading the same window
// twice registers nothing new.
func (a *Activities) ReadOrders(ctx context.Context, p ReadParams) (trade.PollResult, error) {
	out := trade.PollResult{Window: p.Window, NotEligible: map[string]int{}}
	r := orderReader{m3Reader: m3Reader{Activities: a, out: &out}}
	err := a.reading(ctx, p, &out, r.run)
	return out, err
}

// orderReader is one run of ReadOrders.
type orderReader struct {
	m3Reader
	suppliers map[string]ionapi.Supplier
	contracts mapping.Contracts // behind the page that is read
	asked     time.Time         // when M3 was asked for it
}

func (r *orderReader) run(ctx context.Context, p ReadParams) error {
	if err := r.open(ctx, p.Input.Company); err != nil {
		return err
	}
	if p.Input.Full {
		return r.refresh(ctx)
	}
	changed, err := r.changed(ctx, p.Window)
	if err != nil {
		return err
	}
	return r.registerAll(ctx, changed)
}

// registerAll registers those of the orders that may go out, page by page.
func (r *orderReader) registerAll(ctx context.Context, changed []changedOrder) error {
	r.out.Found += len(changed)
	eligible, err := r.eligible(ctx, changed)
	if err != nil {
		return err
	}
	for len(eligible) > 0 {
		page := eligible[:min(detailPage, len(eligible))]
		eligible = eligible[len(page):]
		if err := r.register(ctx, page); err != nil {
			return err
		}
		activity.RecordHeartbeat(ctx, len(eligible))
	}
	return nil
}

// changed lists the orders that changed in the window.
func (r *orderReader) changed(ctx context.Context, w trade.Window) ([]changedOrder, error) {
	return r.orSearched(ctx, func() ([]changedOrder, error) { return r.changedOrders(ctx, r.client, r.config, r.company, w) })
}

// orSearched asks the configured reader, and the other one where the tenant does
// not allow EXPORTMI.
func (r *orderReader) orSearched(ctx context.Context, exported func() ([]changedOrder, error)) ([]changedOrder, error) {
	if r.config.Infor.Reader == "search" {
		return r.searchedOrders(ctx, r.client, r.config, r.company)
	}
	orders, err := exported()
	if kind := ionapi.KindOf(err); kind == ionapi.NotPermitted || kind == ionapi.NotAvailable {
		return r.searchedOrders(ctx, r.client, r.config, r.company)
	}
	return orders, err
}

// eligible keeps the orders that may go out: those known already, and new ones
// that are approved and whose supplier does EDI. The others are counted.
func (r *orderReader) eligible(ctx context.Context, changed []changedOrder) ([]changedOrder, error) {
	known, err := r.Ledger.KnownOrders(ctx, r.company.Key())
	if err != nil {
		return nil, err
	}
	var approved []changedOrder
	for _, o := range changed {
		sent, exists := known[o.number]
		ok := o.unreadable != ""
		if !ok {
			if ok, err = r.config.Approved(o.lowest, o.highest); err != nil {
				return nil, err
			}
		}
		if !ok && !sent {
			r.out.NotEligible[trade.NotEligibleNotApproved]++
			if exists {
				err = r.Ledger.WithdrawOrder(ctx, r.company.Key(), o.number, fmt.Sprintf("status %d/%d in M3: no longer to be sent", o.lowest, o.highest))
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		approved = append(approved, o)
	}
	if err := r.readSuppliers(ctx, approved); err != nil {
		return nil, err
	}
	var out []changedOrder
	for _, o := range approved {
		edi, err := r.doesEDI(o.supplier)
		if err != nil {
			return nil, err
		}
		if _, exists := known[o.number]; !edi && !exists {
			r.out.NotEligible[trade.NotEligibleNoPartner]++
			continue
		}
		out = append(out, o)
	}
	return out, nil
}

func (r *orderReader) readSuppliers(ctx context.Context, orders []changedOrder) error {
	r.suppliers = map[string]ionapi.Supplier{}
	var numbers []string
	for _, o := range orders {
		if _, seen := r.suppliers[o.supplier]; !seen {
			r.suppliers[o.supplier] = ionapi.Supplier{}
			numbers = append(numbers, o.supplier)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	answers, err := r.client.Suppliers(r.config.Infor.Programs.Suppliers).BasicData(ctx, r.context, numbers)
	if err != nil {
		return err
	}
	for i, answer := range answers {
		if answer.Err != nil && passing(answer.Err) {
			return answer.Err
		}
		r.suppliers[numbers[i]] = answer.Value // empty where M3 has none, or none that is understood
	}
	return nil
}

func (r *orderReader) doesEDI(supplier string) (bool, error) {
	if _, ok := r.config.Partner(r.company.Key().Cono, supplier); ok {
		return true, nil
	}
	s := r.suppliers[supplier]
	return r.config.EDISupplier(map[string]any{"number": supplier, "class": s.Group, "type": s.Type, "status": s.Status, "name": s.Name})
}

// pageTries bounds how often one page is read before the whole attempt fails.
const pageTries = 4

// details reads a page of orders and the contracts behind it.
func (r *orderReader) details(ctx context.Context, requests []ionapi.OrderRequest) ([]ionapi.OrderDetail, error) {
	program := r.client.PurchaseOrders(r.config.Infor.Programs.Orders)
	details, err := patiently(ctx, func() ([]ionapi.OrderDetail, error) { return program.Details(ctx, r.context, requests) })
	if err != nil {
		return nil, err
	}
	return details, r.readContracts(ctx, details)
}

// patiently reads something for a page, and again after a passing failure: an attempt that
// fails would begin with the first page.
func patiently[T any](ctx context.Context, read func() (T, error)) (T, error) {
	for try := 1; ; try++ {
		value, err := read()
		var failure *ionapi.Error
		if err == nil || try == pageTries || !errors.As(err, &failure) || !passing(failure) || failure.Kind == ionapi.Unauthorized {
			return value, err
		}
		select {
		case <-ctx.Done():
			return value, ctx.Err()
		case <-time.After(max(failure.RetryAfter, time.Duration(try)*200*time.Millisecond)):
		}
	}
}

// register reads the details of a page of orders and registers each.
func (r *orderReader) register(ctx context.Context, page []changedOrder) error {
	requests := make([]ionapi.OrderRequest, len(page))
	for i, o := range page {
		requests[i] = ionapi.OrderRequest{Number: o.number, HeadText: o.hasText}
	}
	r.asked = r.Ledger.Now()
	details, err := r.details(ctx, requests)
	if err != nil {
		return err
	}
	for i, d := range details {
		switch {
		case d.Err != nil && d.Err.Kind == ionapi.RecordMissing:
			continue // deleted between the two reads
		case d.Err != nil && passing(d.Err):
			return d.Err
		case d.Err != nil:
			page[i].unreadable, _ = told(d.Err)
		}
		if err := r.registerOrder(ctx, page[i], d); err != nil {
			return err
		}
	}
	return nil
}

// understand makes the canonical order, or as much of it as names it, with the reason
// why it cannot go out before M3 is read again.
func (r *orderReader) understand(o changedOrder, supplierName string, d ionapi.OrderDetail) (trade.PurchaseOrder, trade.Reason) {
	named := trade.PurchaseOrder{Company: r.company.Key(), Number: o.number, Supplier: o.supplier, SupplierName: supplierName}
	reason := trade.Data(trade.ReasonOrderUnreadable, "order "+o.number, "correct the order in M3; the next poll reads it again",
		"M3's answer about the order is not understood: %s", o.unreadable)
	if o.lowest == statusCancelled && o.unreadable == "" {
		named.Cancelled = true
		return named, trade.Reason{}
	}
	if o.unreadable == "" {
		var order trade.PurchaseOrder
		if order, reason = mapping.OrderFromM3(r.company.Key(), supplierName, d, r.contracts); reason.IsZero() {
			return order, reason
		}
	}
	// The reason is part of what is compared: another fault is another revision.
	named.Text = []string{reason.Message}
	reason.Reread = true
	return named, reason
}

func (r *orderReader) registerOrder(ctx context.Context, o changedOrder, d ionapi.OrderDetail) error {
	supplier := r.suppliers[o.supplier]
	order, reason := r.understand(o, supplier.Name, d)
	if reason.IsZero() && supplier.Status == supplierBlocked && r.config.Infor.BlockedSupplier == "park" {
		reason = trade.Data(trade.ReasonSupplierBlocked, "supplier "+o.supplier,
			"release the supplier in CRS620 and replay, or resolve the record", "the supplier is blocked in M3 (status 90)")
	}
	canonical, err := order.Canonical()
	if err != nil {
		return err
	}
	source, err := r.Archive.Put(ctx, canonical)
	if err != nil {
		return err
	}
	profile, _ := r.config.Partner(r.company.Key().Cono, o.supplier)
	registration, err := r.Ledger.RegisterOrder(ctx, ledger.NewOrder{
		Company: r.company.Key(), Number: o.number, Partner: string(profile.ID), Amount: order.Amount.String(), Currency: order.Currency,
		Checksum: trade.Checksum(canonical), Source: source, Reason: reason, Received: mapping.Received(d), Read: r.asked, Why: o.why,
	})
	if err != nil {
		return errors.Join(errors.New("order "+o.number+" could not be registered"), err)
	}
	if registration.Created {
		r.out.Registered++
	} else {
		r.out.Unchanged++
	}
	return nil
}
