package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// settle looks what became of a batch that the record had before: one that is posted needs no
// other plan, at most another coding.
func (p *posting) settle(ctx context.Context) (done bool, err error) {
	if err := p.findLost(ctx); err != nil {
		return false, err
	}
	if p.record.Voucher != "" {
		return true, p.codeAgain(ctx)
	}
	if p.record.Batch == "" {
		return false, nil
	}
	asked, err := p.requests(ctx)
	if err != nil {
		return false, err
	}
	head, err := p.invoices().Head(ctx, p.company, p.record.Batch)
	switch {
	case err == nil && head.Posted(p.config.Infor.Posting.Posted):
		return true, p.posted(ctx, asked.at)
	case ionapi.KindOf(err) != ionapi.RecordMissing:
		return false, err
	}
	// A batch that is gone was deleted, or posted: some tenants list it no more.
	posted, found, err := p.total(ctx, p.plan.Invoice)
	switch {
	case err != nil:
		return false, err
	case found && sameAmount(posted.Amount, p.plan.Head.Amount):
		return true, p.voucher(ctx, posted.Year, posted.Voucher)
	case asked.pending && p.Ledger.Now().Before(asked.at.Add(p.config.Infor.Posting.ValidationWait.Std())):
		return false, later(fmt.Sprintf("batch %s is gone, and may come to the AP ledger yet", p.record.Batch), time.Second)
	}
	return false, p.forgetBatch(ctx)
}

// replace deletes a batch of another plan, so that this one can take its place. A batch of the
// same plan that M3 refused stays, and is validated again: a person may have corrected it.
func (p *posting) replace(ctx context.Context, plan Plan) error {
	if p.record.Batch == "" {
		return nil
	}
	asked, err := p.requests(ctx)
	if err != nil {
		return err
	}
	head, err := p.invoices().Head(ctx, p.company, p.record.Batch)
	if ionapi.KindOf(err) == ionapi.RecordMissing {
		return later("batch "+p.record.Batch+" is gone since a moment ago", time.Second) // the next attempt looks whether it is posted
	}
	if err != nil {
		return err
	}
	if p.config.Infor.Posting.Refused(head.Status) && plan.sameBatch(p.plan) && asked.whole(p.record.Batch) {
		return nil
	}
	if err := p.deleteBatch(ctx); err != nil {
		return err
	}
	return p.forgetBatch(ctx)
}

// forgetBatch writes down that the record has no batch, and no plan that one could be made of.
func (p *posting) forgetBatch(ctx context.Context) error {
	return p.to(ctx, p.record.State, eventBatchDeleted, map[string]any{"batch": p.record.Batch}, func(r *ledger.Record) {
		r.Batch, r.Document = "", trade.Document{}
	})
}

// deleteBatch takes the record's batch out of M3; where that is not possible, the record
// stops, because a second batch of the same invoice must not come beside it.
func (p *posting) deleteBatch(ctx context.Context) error {
	err := p.invoices().Delete(ctx, p.company, p.record.Batch)
	switch ionapi.KindOf(err) {
	case ionapi.NotAvailable, ionapi.NotPermitted, ionapi.InvalidInput:
		said, _ := told(err)
		return p.stop(ctx, p.record, trade.Configuration(trade.ReasonBatchStuck, "batch "+p.record.Batch, "delete the batch in APS450, then replay",
			"M3 has a batch of the invoice that it does not take, and it cannot be deleted from here: %s", said), false)
	case ionapi.RecordMissing:
		return nil
	}
	return err
}

// sameBatch says whether two plans make the same batch.
func (a Plan) sameBatch(b Plan) bool {
	text := func(p Plan) string {
		content, err := json.Marshal([]any{p.Head, p.Lines, p.Information})
		if err != nil {
			return err.Error()
		}
		return string(content)
	}
	return text(a) == text(b)
}

// codeAgain makes another coding for a posted invoice that M3 did not recode.
func (p *posting) codeAgain(ctx context.Context) error {
	cono, _, _ := strings.Cut(p.record.Company, "-")
	profile, known := p.config.PartnerByID(cono, p.record.Partner)
	if !known {
		return p.stop(ctx, p.record, p.record.Reason, false)
	}
	orders, err := p.orders(ctx, p.plan.Invoice)
	if err != nil {
		return err
	}
	plan, reason, err := p.allocate(ctx, profile, p.plan.Invoice, 0, orders)
	switch {
	case err != nil:
		return err
	case !reason.IsZero():
		return p.stop(ctx, p.record, reason, false)
	}
	p.plan.Recoding, p.plan.Trace = plan.Recoding, plan.Trace
	state := trade.StateSubmitted
	if len(plan.Recoding) == 0 {
		state = trade.StatePosted
	}
	return p.fixAs(ctx, state, "coded again", p.plan, p.record.Warning)
}

// findLost looks for a batch that M3 may have made of the plan before, without our hearing of
// it: another plan may have another number, under which nobody would find it.
func (p *posting) findLost(ctx context.Context) error {
	h := p.plan.Head
	if p.record.Batch != "" || p.record.IntentAt.IsZero() || h.Correlation == "" {
		return nil
	}
	listed, err := p.invoices().BySupplierNumber(ctx, p.company, h.Payee, h.Supplier, h.Number)
	if err != nil {
		return err
	}
	for _, l := range listed {
		batch, err := p.invoices().Head(ctx, p.company, l.Batch)
		if err == nil && batch.Correlation == h.Correlation {
			return p.to(ctx, p.record.State, "batch found", map[string]any{"batch": l.Batch}, func(r *ledger.Record) { r.Batch = l.Batch })
		}
		if err != nil && ionapi.KindOf(err) != ionapi.RecordMissing {
			return err
		}
	}
	return nil
}
