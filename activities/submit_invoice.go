package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// The events of a batch on its way to a voucher.
const (
	eventStaged       = "staged"
	eventSubmit       = "submit"
	eventDeleteBatch  = "delete batch"
	eventBatchDeleted = "batch deleted"
	eventHeadAdded    = "head added"
)

// SubmitInvoice asks M3 to validate a batch. The status that the batch had before is in the
// ledger first: behind a lost answer, a status that moved says that M3 was reached.
func (a *Activities) SubmitInvoice(ctx context.Context, params InvoiceParams) (trade.InvoiceResult, error) {
	from := []trade.State{trade.StateStaged, trade.StateAccepted, trade.StateUnknown}
	return a.step(ctx, params, from, func(ctx context.Context, p *posting) error {
		if p.record.State != trade.StateStaged { // its batch was deleted, and has to be made again
			if done, err := p.stage(ctx); err != nil || done || p.record.State == trade.StateSubmitted {
				return err
			}
		}
		return p.submit(ctx)
	})
}

func (p *posting) submit(ctx context.Context) error {
	asked, err := p.requests(ctx)
	if err != nil {
		return err
	}
	head, err := p.invoices().Head(ctx, p.company, p.record.Batch)
	missing := ionapi.KindOf(err) == ionapi.RecordMissing
	settings := p.config.Infor.Posting
	switch {
	case missing && asked.deleting:
		return p.restage(ctx)
	case missing && asked.pending, err == nil && head.Voucher != "", err == nil && asked.pending && head.Status != asked.status:
		return p.to(ctx, trade.StateSubmitted, "submitted", map[string]any{"confirmed": "looked up", "status": head.Status}, nil)
	case err != nil:
		return err
	case asked.pending && p.Ledger.Now().Before(asked.at.Add(settings.ValidationWait.Std())):
		// One look at the end of the wait: more attempts would make the pauses behind them long.
		return later(fmt.Sprintf("batch %s is still at status %s; whether ValidByBatchNo reached M3 shows soon", p.record.Batch, head.Status),
			asked.at.Add(settings.ValidationWait.Std()).Sub(p.Ledger.Now()))
	case asked.lost > settings.ValidationRepeats:
		return p.stop(ctx, p.record, trade.Reason{Code: trade.ReasonValidationUnknown, Class: trade.ClassUnknown, Place: "batch " + p.record.Batch,
			Message: fmt.Sprintf("M3 was asked %d times to validate the batch, gave no answer, and left it at status %s", asked.lost, head.Status),
			Cure:    "see in M3 why APS455 does not run, then replay"}, false)
	}
	if err := p.to(ctx, p.record.State, eventSubmit, map[string]any{"batch": p.record.Batch, "status": head.Status}, func(r *ledger.Record) { r.IntentAt = p.Ledger.Now() }); err != nil {
		return err
	}
	err = p.client.InvoiceValidation(p.config.Infor.Programs.InvoiceValidation).ByBatch(ctx, p.company, p.record.Batch, p.company.DIVI)
	switch kind := ionapi.KindOf(err); {
	case kind == ionapi.OutcomeUnknown:
		return errors.Join(p.to(ctx, trade.StateStaged, eventUnknown, map[string]any{"cause": err.Error()}, nil), err)
	case kind == ionapi.InvalidInput && settings.Refused(head.Status):
		return p.restage(ctx)
	case err != nil:
		_, err = p.refused(ctx, err)
		return err
	}
	return p.to(ctx, trade.StateSubmitted, "submitted", map[string]any{"confirmed": "answered"}, nil)
}

// requests are what the trail says of a batch since its lines were there.
type requests struct {
	// pending is set when validation was asked for; status is what the batch had then.
	pending bool
	status  string
	at      time.Time
	// lost counts the answers that never came.
	lost int
	// deleting is set when the batch was to be deleted.
	deleting bool
	// staged is the batch whose lines we have added.
	staged string
}

// whole says whether a batch has all lines because we added them.
func (r requests) whole(batch string) bool { return r.staged == batch }

func (p *posting) requests(ctx context.Context) (requests, error) {
	events, err := p.Ledger.Events(ctx, p.record.ID)
	var out requests
	for _, e := range events {
		switch e.Kind {
		case eventHeadAdded, eventBatchDeleted:
			out = requests{}
		case eventStaged:
			out = requests{}
			out.staged, _ = e.Detail["batch"].(string)
		case eventSubmit:
			out.pending, out.at = true, e.At
			out.status, _ = e.Detail["status"].(string)
		case eventUnknown:
			if out.pending {
				out.lost++
			}
		case eventDeleteBatch:
			out.deleting = true
		}
	}
	return out, err
}

// restage deletes a batch that M3 validates no second time, and makes another of the same
// invoice.
func (p *posting) restage(ctx context.Context) error {
	if err := p.to(ctx, p.record.State, eventDeleteBatch, map[string]any{"batch": p.record.Batch}, nil); err != nil {
		return err
	}
	if err := p.deleteBatch(ctx); err != nil {
		return err
	}
	err := p.to(ctx, trade.StateAccepted, eventBatchDeleted, map[string]any{"batch": p.record.Batch}, func(r *ledger.Record) { r.Batch = "" })
	if err != nil {
		return err
	}
	if done, err := p.stage(ctx); err != nil || done {
		return err
	}
	return p.submit(ctx)
}

// AwaitVoucher asks M3 how far a submitted batch is; it fails, and is run again, until M3
// has decided.
func (a *Activities) AwaitVoucher(ctx context.Context, params InvoiceParams) (trade.InvoiceResult, error) {
	return a.step(ctx, params, []trade.State{trade.StateSubmitted}, func(ctx context.Context, p *posting) error {
		if p.record.Voucher != "" {
			return nil // what is left is to recode it
		}
		asked, err := p.requests(ctx)
		if err != nil {
			return err
		}
		head, err := p.invoices().Head(ctx, p.company, p.record.Batch)
		if ionapi.KindOf(err) == ionapi.RecordMissing { // a batch may vanish once it is posted
			return p.posted(ctx, asked.at)
		}
		if err != nil {
			return err
		}
		settings, since := p.config.Infor.Posting, p.Ledger.Now().Sub(asked.at)
		switch {
		case head.Posted(settings.Posted):
			return p.posted(ctx, asked.at)
		case settings.Refused(head.Status) && (head.Status != asked.status || since > settings.ValidationWait.Std()):
			return p.judge(ctx, head)
		case since > settings.StuckAfter.Std():
			return p.stop(ctx, p.record, trade.Configuration(trade.ReasonBatchStuck, "batch "+p.record.Batch, "see APS450 and the job queue of M3, then replay",
				"M3 took the batch for validation and has left it at status %s since %s", head.Status, asked.at.Format(time.RFC3339)), false)
		}
		return later(fmt.Sprintf("batch %s is at status %s", p.record.Batch, head.Status), 0)
	})
}

// judge says why M3 refused a batch. No MI transaction tells the texts behind IBHE and IBLE:
// our own look at order, receipts, supplier and accounts finds the cause, or APS450 has it.
func (p *posting) judge(ctx context.Context, head ionapi.InvoiceBatch) error {
	settings := p.config.Infor.Posting
	if head.Status == settings.WithErrors {
		if done, err := p.look(ctx); err != nil || done {
			return err
		}
	}
	_, reason, err := p.make(ctx)
	if err != nil {
		return err
	}
	refusal := "M3 refused the batch at status " + head.Status + faultyParts(head)
	switch {
	case !reason.IsZero():
		reason.Message = refusal + ": " + reason.Message
	case head.Status == settings.MatchingFailed:
		reason = trade.Data(trade.ReasonMatchingFailed, "batch "+p.record.Batch, "see APS450, batch "+p.record.Batch+"; correct the order, the receipt or the batch, then replay",
			"%s: it could not be matched with its receipts, or is out of tolerance", refusal)
	default:
		reason = trade.Data(trade.ReasonBatchErrors, "batch "+p.record.Batch, "see APS450, batch "+p.record.Batch+"; correct what it says, then replay", "%s", refusal)
	}
	return p.stop(ctx, p.record, reason, p.mayWait(reason))
}

// faultyParts says which parts of a batch M3 marks as wrong, where it marks some.
func faultyParts(head ionapi.InvoiceBatch) string {
	marked := func(mark string) bool { return mark != "" && mark != "0" }
	switch {
	case marked(head.HeadErrors) && marked(head.LineErrors):
		return " for its head and lines"
	case marked(head.HeadErrors):
		return " for its head"
	case marked(head.LineErrors):
		return " for its lines"
	}
	return ""
}

// posted confirms a batch that has a voucher, or is listed no more, in the AP ledger.
func (p *posting) posted(ctx context.Context, since time.Time) error {
	invoice, found, err := p.total(ctx, p.plan.Invoice)
	switch {
	case err != nil:
		return err
	case !found && p.Ledger.Now().After(since.Add(p.config.Infor.Posting.StuckAfter.Std())):
		return p.stop(ctx, p.record, trade.Data(trade.ReasonBatchStuck, "batch "+p.record.Batch, "see in APS450 and APS200 what became of it, then replay, or resolve this record",
			"the batch is posted or gone, and the AP ledger has had no invoice %s of payee %s since %s", p.plan.Invoice.Number, p.plan.Invoice.Payee, since.Format(time.RFC3339)), false)
	case !found:
		return later(fmt.Sprintf("batch %s is posted or gone, and the AP ledger has no such invoice yet", p.record.Batch), 0)
	}
	return p.voucher(ctx, invoice.Year, invoice.Voucher)
}

// voucher writes down the voucher; an invoice that is to be recoded is not done with it.
func (p *posting) voucher(ctx context.Context, year, number string) error {
	state, event := trade.StatePosted, "posted"
	if len(p.plan.Recoding) > 0 {
		state, event = trade.StateSubmitted, "posted, to be recoded"
	}
	return p.to(ctx, state, event, map[string]any{"voucher": number, "year": year}, func(r *ledger.Record) {
		r.Voucher, r.SentAt = year+"/"+number, p.Ledger.Now()
	})
}

// voucherKey is the year and number of the record's voucher.
func (p *posting) voucherKey() (year, number string) {
	year, number, _ = strings.Cut(p.record.Voucher, "/")
	return year, number
}
