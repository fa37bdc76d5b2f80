package activities

import (
	"context"
	"fmt"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// The events of a recoding. A recoding of ours is a batch beside the invoice's own; the trail
// holds its number.
const (
	eventRecodeHead    = "add recoding"
	eventRecodeAdded   = "recoding added"
	eventRecodeSubmit  = "submit recoding"
	eventRecodeRefused = "recoding refused"
	eventRecodeDeleted = "recoding deleted"
)

// RecodeInvoice gives a posted invoice the accounting objects of its plan, where the strategy is
// to recode: M3's own coding is taken back, line by line, and the amounts go to the objects.
// It fails, and is run again, until M3 has decided.
func (a *Activities) RecodeInvoice(ctx context.Context, params InvoiceParams) (trade.InvoiceResult, error) {
	return a.step(ctx, params, []trade.State{trade.StateSubmitted}, func(ctx context.Context, p *posting) error {
		if p.record.Voucher == "" || len(p.plan.Recoding) == 0 {
			return nil
		}
		return p.recode(ctx)
	})
}

// recoding is what the trail says of the record's recoding.
type recoding struct {
	batch string
	// submitted is set when M3 was asked to validate it, refused when it did not.
	submitted *ledger.Event
	asked     int
	refused   bool
}

func (p *posting) recoding(ctx context.Context) (recoding, error) {
	events, err := p.Ledger.Events(ctx, p.record.ID)
	var out recoding
	for i, e := range events {
		switch e.Kind {
		case eventRecodeAdded:
			out = recoding{}
			out.batch, _ = e.Detail["batch"].(string)
		case eventRecodeSubmit:
			out.submitted, out.asked = &events[i], out.asked+1
		case eventRecodeRefused:
			out.refused = true
		case eventRecodeDeleted:
			out = recoding{}
		}
	}
	return out, err
}

func (p *posting) recode(ctx context.Context) error {
	now, err := p.recoding(ctx)
	if err != nil {
		return err
	}
	if now.batch == "" {
		if now.batch, err = p.findOrAddRecoding(ctx); err != nil {
			return err
		}
	}
	head, err := p.invoices().Head(ctx, p.company, now.batch)
	settings := p.config.Infor.Posting
	switch missing := ionapi.KindOf(err) == ionapi.RecordMissing; {
	case missing && now.refused:
		return p.recodeFailed(ctx, now.batch, "")
	case missing && now.submitted != nil, err == nil && head.Status == settings.Posted:
		return p.to(ctx, trade.StatePosted, "recoded", map[string]any{"batch": now.batch}, func(r *ledger.Record) { r.SentAt = p.Ledger.Now() })
	case err != nil:
		return err
	case settings.Refused(head.Status):
		return p.recodeFailed(ctx, now.batch, head.Status)
	case now.submitted != nil && p.Ledger.Now().After(now.submitted.At.Add(settings.StuckAfter.Std())):
		return p.stop(ctx, p.record, trade.Data(trade.ReasonRecodeFailed, "batch "+now.batch, "see APS450 and the job queue of M3, then replay",
			"the invoice is posted, and its recoding has been at status %s since %s", head.Status, now.submitted.At.Format(time.RFC3339)), false)
	case now.submitted != nil && (p.Ledger.Now().Before(now.submitted.At.Add(settings.ValidationWait.Std())) || now.asked > settings.ValidationRepeats):
		return later(fmt.Sprintf("recoding %s is at status %s", now.batch, head.Status), 0)
	case now.submitted == nil:
		if err := p.addRecodeLines(ctx, now.batch); err != nil {
			return err
		}
	case head.Status != now.submitted.Detail["status"]:
		return later(fmt.Sprintf("recoding %s is at status %s", now.batch, head.Status), 0)
	}
	return p.submitRecoding(ctx, now.batch, head.Status)
}

// submitRecoding asks M3 to validate the recoding, and comes back to see what became of it.
func (p *posting) submitRecoding(ctx context.Context, batch, status string) error {
	if err := p.to(ctx, p.record.State, eventRecodeSubmit, map[string]any{"batch": batch, "status": status}, nil); err != nil {
		return err
	}
	err := p.client.InvoiceValidation(p.config.Infor.Programs.InvoiceValidation).ByBatch(ctx, p.company, batch, p.company.DIVI)
	if err != nil {
		return err
	}
	return later("recoding "+batch+" was submitted", 0)
}

// findOrAddRecoding gives the recoding's batch: one that M3 made without our hearing of it, or
// a new one.
func (p *posting) findOrAddRecoding(ctx context.Context) (batch string, err error) {
	h := p.plan.Head
	added := func(batch, how string) error {
		return p.to(ctx, p.record.State, eventRecodeAdded, map[string]any{"batch": batch, "confirmed": how}, nil)
	}
	listed, err := p.invoices().BySupplierNumber(ctx, p.company, h.Payee, h.Supplier, h.Number)
	if err != nil {
		return "", err
	}
	for _, l := range listed {
		if l.Type != ionapi.BatchRecode || p.config.Infor.Posting.Refused(l.Status) {
			continue
		}
		head, err := p.invoices().Head(ctx, p.company, l.Batch)
		if err == nil && p.record.Voucher == head.VoucherYear+"/"+head.Voucher {
			return l.Batch, added(l.Batch, "looked up")
		}
		if err != nil && ionapi.KindOf(err) != ionapi.RecordMissing {
			return "", err
		}
	}
	if err := p.to(ctx, p.record.State, eventRecodeHead, map[string]any{"voucher": p.record.Voucher}, nil); err != nil {
		return "", err
	}
	year, voucher := p.voucherKey()
	batch, err = p.invoices().AddHeadRecode(ctx, p.company, ionapi.RecodeHead{Division: p.company.DIVI, Year: year, Voucher: voucher})
	if err != nil {
		return "", err // the next attempt looks
	}
	return batch, added(batch, "answered")
}

// addRecodeLines adds the lines that the recoding does not have. They have no numbers of ours:
// those that are there stand in our order, with our amounts.
func (p *posting) addRecodeLines(ctx context.Context, batch string) error {
	year, voucher := p.voucherKey()
	coded, err := p.client.Vouchers(p.config.Infor.Programs.Vouchers).Lines(ctx, p.company, year, voucher)
	if err != nil {
		return err
	}
	wanted, reason := mapping.Transfer(coded, p.config.Allocation.RecodeFrom, p.plan.Recoding)
	if !reason.IsZero() {
		return p.stop(ctx, p.record, reason, false)
	}
	there, err := p.invoices().Lines(ctx, p.company, batch)
	if err != nil {
		return err
	}
	for i, line := range there {
		if i >= len(wanted) || !sameAmount(line.Amount, wanted[i].Amount) {
			return p.stop(ctx, p.record, trade.Data(trade.ReasonRecodeFailed, "batch "+batch, "delete the batch in APS450, then replay",
				"line %d of the recoding has %s, and is none of ours", i+1, line.Amount), false)
		}
	}
	outcomes, err := p.invoices().AddLinesRecode(ctx, p.company, batch, wanted[len(there):])
	for _, o := range outcomes {
		if o.Err != nil && err == nil {
			err = fmt.Errorf("recoding line %d: %w", o.Number, o.Err)
		}
	}
	return err
}

// recodeFailed deletes a recoding that M3 refused, because it is validated no second time, and
// stops the record: the invoice is posted, with M3's own coding.
func (p *posting) recodeFailed(ctx context.Context, batch, status string) error {
	err := p.to(ctx, p.record.State, eventRecodeRefused, map[string]any{"batch": batch, "status": status}, nil)
	if err != nil {
		return err
	}
	cure := "correct allocation.yaml or open the period, then replay"
	err = p.invoices().Delete(ctx, p.company, batch)
	switch ionapi.KindOf(err) {
	case ionapi.NotAvailable, ionapi.NotPermitted, ionapi.InvalidInput:
		cure = "delete batch " + batch + " in APS450; " + cure
	case ionapi.RecordMissing:
	default:
		if err != nil {
			return err
		}
	}
	if err := p.to(ctx, p.record.State, eventRecodeDeleted, map[string]any{"batch": batch}, nil); err != nil {
		return err
	}
	return p.stop(ctx, p.record, trade.Configuration(trade.ReasonRecodeFailed, "voucher "+p.record.Voucher, cure,
		"the invoice is posted, and M3 refused to recode it (batch %s)", batch), false)
}
