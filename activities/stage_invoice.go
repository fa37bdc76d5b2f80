package activities

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// StageInvoice makes a batch of an accepted invoice: head and lines. The intent is in the
// ledger before the first write; whoever finds an intent looks first, and writes only what
// M3 does not have.
func (a *Activities) StageInvoice(ctx context.Context, params InvoiceParams) (trade.InvoiceResult, error) {
	from := []trade.State{trade.StateAccepted, trade.StateHeld, trade.StateUnknown}
	return a.step(ctx, params, from, func(ctx context.Context, p *posting) error {
		_, err := p.stage(ctx)
		return err
	})
}

// stage gives the record its batch with all its lines; done says that M3 has the invoice
// from elsewhere. A batch that M3 has refused is whole, and perhaps a person corrected it:
// it stays as it is.
func (p *posting) stage(ctx context.Context) (done bool, err error) {
	if p.record.Batch == "" {
		if done, err := p.findOrAddHead(ctx); err != nil || done {
			return done, err
		}
	}
	asked, err := p.requests(ctx)
	if err != nil {
		return false, err
	}
	head, err := p.invoices().Head(ctx, p.company, p.record.Batch)
	if err != nil && ionapi.KindOf(err) != ionapi.RecordMissing {
		return false, err
	}
	refused := err == nil && p.config.Infor.Posting.Refused(head.Status)
	if asked.pending && !refused { // it was held on the way to its voucher
		return false, p.to(ctx, trade.StateSubmitted, "submitted", map[string]any{"confirmed": "looked up", "status": head.Status}, nil)
	}
	if err == nil && head.Voucher == "" && !(refused && asked.whole(p.record.Batch)) {
		if err := p.addLines(ctx); err != nil {
			return false, err
		}
		if err := p.addInformation(ctx); err != nil {
			return false, err
		}
	}
	return false, p.to(ctx, trade.StateStaged, eventStaged, map[string]any{"batch": p.record.Batch, "lines": len(p.plan.Lines)}, nil)
}

// findOrAddHead gives the record its batch: the one that M3 has of ours, or a new one. It
// says true where nothing is left to do.
func (p *posting) findOrAddHead(ctx context.Context) (done bool, err error) {
	if done, err := p.look(ctx); err != nil || done || p.record.Batch != "" {
		return done, err
	}
	if rest := p.record.IntentAt.Add(p.config.Infor.Posting.ValidationWait.Std()).Sub(p.Ledger.Now()); p.record.State == trade.StateUnknown && rest > 0 {
		return false, later("whether AddHead reached M3 shows soon", rest) // M3 may still be at it
	}
	err = p.to(ctx, p.record.State, "add head", map[string]any{"correlation": p.plan.Head.Correlation}, func(r *ledger.Record) { r.IntentAt = p.Ledger.Now() })
	if err != nil {
		return false, err
	}
	batch, err := p.invoices().AddHead(ctx, p.company, p.plan.Head)
	if ionapi.KindOf(err) == ionapi.OutcomeUnknown {
		return false, errors.Join(p.to(ctx, trade.StateUnknown, "outcome unknown", map[string]any{"cause": err.Error()}, nil), err)
	}
	if err != nil {
		return p.refused(ctx, err)
	}
	if err := p.hasBatch(ctx, batch, "answered"); !errors.Is(err, errLate) {
		return false, err
	}
	// Another attempt has a batch of its own: nobody would ever submit this one.
	return false, errors.Join(p.invoices().Delete(ctx, p.company, batch), later("batch "+batch+" came too late, and was deleted", time.Second))
}

// refused looks for the invoice once more where M3 says that it has the number, or dislikes
// it; otherwise the refusal stands.
func (p *posting) refused(ctx context.Context, err error) (done bool, _ error) {
	var refusal *ionapi.Error
	if errors.As(err, &refusal) && refusal.Kind == ionapi.InvalidInput && (refusal.Code == recordExists || refusal.Field == "SINO") {
		before := p.record.Batch
		if done, lookErr := p.look(ctx); lookErr != nil || done || p.record.Batch != before {
			return done, lookErr
		}
	}
	return false, err
}

// recordExists is M3's message for a key that is there already.
const recordExists = "XRE0104"

func (p *posting) hasBatch(ctx context.Context, batch, how string) error {
	return p.to(ctx, trade.StateAccepted, eventHeadAdded, map[string]any{"batch": batch, "confirmed": how}, func(r *ledger.Record) { r.Batch = batch })
}

// look asks M3 what it has under the supplier's number: a batch of ours, by its correlation
// id; an invoice of somebody else's with the same amount, which makes this one a duplicate;
// or one with another amount, which only a person can sort out.
func (p *posting) look(ctx context.Context) (done bool, err error) {
	h := p.plan.Head
	listed, err := p.invoices().BySupplierNumber(ctx, p.company, h.Payee, h.Supplier, h.Number)
	if err != nil {
		return false, err
	}
	for _, l := range listed {
		batch, err := p.invoices().Head(ctx, p.company, l.Batch)
		switch {
		case ionapi.KindOf(err) == ionapi.RecordMissing:
			continue
		case err != nil:
			return false, err
		case l.Batch == p.record.Batch:
			continue
		case batch.Correlation == h.Correlation:
			return false, p.hasBatch(ctx, l.Batch, "looked up")
		case batch.Type != h.Type || !sameYear(batch.Date, h.Date):
			continue
		}
		return true, p.exists(ctx, p.plan.Invoice, "batch "+l.Batch, batch.Amount, batch.Currency)
	}
	posted, found, err := p.total(ctx, p.plan.Invoice)
	if err != nil || !found {
		return false, err
	}
	return true, p.exists(ctx, p.plan.Invoice, "voucher "+posted.Voucher, posted.Amount, posted.Currency)
}

func sameYear(a, b string) bool { return len(a) >= 4 && len(b) >= 4 && a[:4] == b[:4] }

// exists ends an invoice that M3 has from elsewhere: with the same amount it is a
// duplicate, with another it is another invoice under the same number.
func (p *posting) exists(ctx context.Context, inv trade.Invoice, what, amount, currency string) error {
	if sameAmount(amount, inv.Total.String()) && currency == inv.Currency {
		return p.to(ctx, trade.StateDuplicate, "duplicate", map[string]any{"other": what}, nil)
	}
	return p.stopBeside(ctx, p.record, trade.Data(trade.ReasonInvoiceDiffers, "invoice "+inv.Number, "compare both; resolve this record, or ask the supplier for another number",
		"M3 has the number as %s with %s %s, and this invoice says %s %s", what, amount, currency, inv.Total, inv.Currency), false, what)
}

func sameAmount(a, b string) bool {
	x, errA := decimal.NewFromString(number(a))
	y, errB := decimal.NewFromString(number(b))
	return errA == nil && errB == nil && x.Equal(y)
}

// number reads what M3 leaves out as 0: a line of VAT has no net amount, others no VAT.
func number(text string) string { return cmp.Or(text, "0") }

// addInformation adds the references that go with the batch.
func (p *posting) addInformation(ctx context.Context) error {
	if len(p.plan.Information) == 0 {
		return nil
	}
	return p.invoices().AddInfo(ctx, p.company, p.record.Batch, p.plan.Information)
}

// sameLine says whether a line of a batch is the one that was to be added.
func sameLine(stands ionapi.InvoiceBatchLine, line ionapi.InvoiceLine) bool {
	return stands.Type == line.Type && sameAmount(stands.Amount, line.Amount) && sameAmount(stands.VATAmount, line.VATAmount)
}

// addLines adds the lines that the batch does not have: a line is there if its number is.
func (p *posting) addLines(ctx context.Context) error {
	there, err := p.invoices().Lines(ctx, p.company, p.record.Batch)
	if err != nil {
		return err
	}
	have := map[int]ionapi.InvoiceBatchLine{}
	for _, l := range there {
		have[l.Number] = l
	}
	var missing []ionapi.InvoiceLine
	for i, line := range p.plan.Lines {
		line.Number = i + 1
		stands, exists := have[line.Number]
		if exists && !sameLine(stands, line) {
			return p.stop(ctx, p.record, trade.Data(trade.ReasonBatchUnfinished, "batch "+p.record.Batch, "delete the batch in APS450, then replay",
				"line %d of the batch is of type %s with %s and VAT %s, and must be of type %s with %s and VAT %s", line.Number,
				stands.Type, number(stands.Amount), number(stands.VATAmount), line.Type, number(line.Amount), number(line.VATAmount)), false)
		}
		if !exists {
			missing = append(missing, line)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	outcomes, err := p.invoices().AddLines(ctx, p.company, p.record.Batch, missing)
	if ionapi.KindOf(err) == ionapi.OutcomeUnknown {
		return errors.Join(p.to(ctx, trade.StateUnknown, "outcome unknown", map[string]any{"cause": err.Error(), "batch": p.record.Batch}, nil), err)
	}
	for _, o := range outcomes {
		if o.Err != nil && o.Err.Code == recordExists {
			return later(fmt.Sprintf("line %d has come to M3 by another attempt", o.Number), 0)
		}
		if o.Err != nil && err == nil {
			err = fmt.Errorf("line %d: %w", o.Number, o.Err)
		}
	}
	return err
}
