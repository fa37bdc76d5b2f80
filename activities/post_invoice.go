package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// InvoiceParams name a received invoice; Replay is set when somebody asked for another run.
type InvoiceParams struct {
	Record string               `json:"record"`
	Replay *trade.ReplayRequest `json:"replay,omitempty"`
}

// Plan is what an invoice becomes in M3, fixed before the first write. Its JSON is archived.
type Plan struct {
	Invoice trade.Invoice        `json:"invoice"`
	Key     string               `json:"key"` // the business key
	Year    string               `json:"year"`
	Head    ionapi.InvoiceHead   `json:"head"`
	Lines   []ionapi.InvoiceLine `json:"lines"`
	// Trace tells which rule gave which dimension to which line, and why.
	Trace any `json:"trace,omitempty"`
}

// The statuses of a batch (SUPA).
const (
	batchPosted         = "90"
	batchWithErrors     = "15"
	batchMatchingFailed = "78"
)

// posting is one invoice on its way into M3, with what every step of it needs.
type posting struct {
	*Activities
	config  *config.Config
	record  ledger.Record
	plan    Plan
	company ionapi.Company
	client  *ionapi.Client
}

// openPosting reads the record and its plan, and the client of its tenant.
func (a *Activities) openPosting(ctx context.Context, record string) (*posting, error) {
	p := &posting{Activities: a}
	var err error
	if p.config, err = a.Configuration(ctx, ""); err != nil {
		return p, err
	}
	if p.record, err = a.Ledger.Record(ctx, record); err != nil {
		return p, err
	}
	if p.record.Document.SHA256 != "" {
		content, err := a.Archive.Get(ctx, p.record.Document.SHA256)
		if err != nil {
			return p, err
		}
		if err := json.Unmarshal(content, &p.plan); err != nil {
			return p, fmt.Errorf("plan of %s: %w", record, err)
		}
	}
	key, err := trade.ParseCompany(p.record.Company)
	if err != nil {
		return p, err
	}
	company, err := p.config.Company(key)
	if err != nil {
		return p, err
	}
	if p.company, err = InforCompany(key); err != nil {
		return p, err
	}
	p.client, err = a.Systems.Infor(ctx, company.Tenant)
	return p, err
}

func (p *posting) result() trade.InvoiceResult {
	return trade.InvoiceResult{State: p.record.State, Batch: p.record.Batch, Voucher: p.record.Voucher}
}

// ended translates the error that ended a step: refused credentials stop the lane, and what
// M3 refuses stops the record.
func (p *posting) ended(ctx context.Context, err error) (trade.InvoiceResult, error) {
	switch ionapi.KindOf(err) {
	case ionapi.Unauthorized:
		if err := p.stopLane(ctx, laneInfor, err, laneInforPause); err != nil {
			return p.result(), translate(err)
		}
		return p.result(), p.stop(ctx, p.record, laneReason(laneInfor, err.Error()), true)
	case ionapi.NotPermitted, ionapi.NotAvailable:
		return p.result(), p.stop(ctx, p.record, trade.Configuration(trade.ReasonBatchRefused, "M3", "correct infor.yaml or the authority in M3, then replay", "%v", err), false)
	case ionapi.InvalidInput, ionapi.RecordMissing:
		return p.result(), p.stop(ctx, p.record, trade.Data(trade.ReasonBatchRefused, "M3", "correct it in M3 or in the profile, then replay", "%v", err), false)
	}
	return p.result(), translate(err)
}

// invoices is the program of the tenant for invoice batches.
func (p *posting) invoices() ionapi.Invoices {
	return p.client.Invoices(p.config.Infor.Programs.Invoices)
}

// step runs one step of a posting for a record that came as far as one of the states, and
// leaves others as they are.
func (a *Activities) step(ctx context.Context, params InvoiceParams, from []trade.State, do func(context.Context, *posting) error) (trade.InvoiceResult, error) {
	ctx = subject(ctx, params.Record)
	defer beat(ctx)()
	p, err := a.openPosting(ctx, params.Record)
	if err != nil {
		return p.ended(ctx, err)
	}
	if !oneOf(p.record.State, from) {
		return p.result(), nil
	}
	if reason, err := a.mayWrite(ctx, p.config, laneInfor); err != nil || !reason.IsZero() {
		if err != nil {
			return p.result(), translate(err)
		}
		return p.result(), a.stop(ctx, p.record, reason, true)
	}
	if err := do(ctx, p); err != nil {
		return p.ended(ctx, err)
	}
	return p.result(), translate(a.Ledger.OpenLane(ctx, laneInfor))
}

func oneOf(state trade.State, states []trade.State) bool {
	for _, s := range states {
		if s == state {
			return true
		}
	}
	return false
}

// to moves the record on.
func (p *posting) to(ctx context.Context, state trade.State, event string, detail map[string]any, apply func(*ledger.Record)) error {
	r, err := p.Ledger.Transition(ctx, p.record.ID, ledger.Change{To: state, Event: event, Actor: "worker", Detail: detail, Apply: apply})
	if err == nil {
		p.record = r
	}
	return err
}

// StageInvoice makes a batch of an accepted invoice: head and lines. The intent is in the
// ledger before the first write; whoever finds an intent looks first, and writes only what
// M3 does not have.
func (a *Activities) StageInvoice(ctx context.Context, params InvoiceParams) (trade.InvoiceResult, error) {
	from := []trade.State{trade.StateAccepted, trade.StateHeld, trade.StateUnknown}
	return a.step(ctx, params, from, func(ctx context.Context, p *posting) error {
		if p.record.Batch == "" {
			if done, err := p.findOrAddHead(ctx); err != nil || done {
				return err
			}
		}
		if err := p.addLines(ctx); err != nil {
			return err
		}
		return p.to(ctx, trade.StateStaged, "staged", map[string]any{"batch": p.record.Batch, "lines": len(p.plan.Lines)}, nil)
	})
}

// findOrAddHead gives the record its batch: the one that M3 has of ours, or a new one. It
// says true where nothing is left to do.
func (p *posting) findOrAddHead(ctx context.Context) (done bool, err error) {
	if done, err := p.look(ctx); err != nil || done || p.record.Batch != "" {
		return done, err
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
		return false, err
	}
	return false, p.hasBatch(ctx, batch, "answered")
}

func (p *posting) hasBatch(ctx context.Context, batch, how string) error {
	return p.to(ctx, trade.StateAccepted, "head added", map[string]any{"batch": batch, "confirmed": how}, func(r *ledger.Record) { r.Batch = batch })
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
		case batch.Correlation == h.Correlation:
			return false, p.hasBatch(ctx, l.Batch, "looked up")
		case batch.Type != h.Type || !sameYear(batch.Date, h.Date):
			continue
		}
		return true, p.exists(ctx, "batch "+l.Batch, batch.Amount, batch.Currency)
	}
	posted, found, err := p.client.LedgerInvoices(p.config.Infor.Programs.InvoiceLedger).Total(ctx, p.company, h.Payee, h.Number, p.plan.Year, h.Supplier)
	if err != nil || !found {
		return false, err
	}
	return true, p.exists(ctx, "voucher "+posted.Voucher, posted.Amount, posted.Currency)
}

func sameYear(a, b string) bool { return len(a) >= 4 && len(b) >= 4 && a[:4] == b[:4] }

// exists ends an invoice that M3 has from elsewhere: with the same amount it is a
// duplicate, with another it is another invoice under the same number.
func (p *posting) exists(ctx context.Context, what, amount, currency string) error {
	if sameAmount(amount, p.plan.Head.Amount) && currency == p.plan.Head.Currency {
		return p.to(ctx, trade.StateDuplicate, "duplicate", map[string]any{"of": what}, nil)
	}
	return p.stop(ctx, p.record, trade.Data(trade.ReasonInvoiceDiffers, "invoice "+p.plan.Invoice.Number, "compare both; resolve this record, or ask the supplier for another number",
		"M3 has the number as %s with %s %s, and this invoice says %s %s", what, amount, currency, p.plan.Head.Amount, p.plan.Head.Currency), false)
}

func sameAmount(a, b string) bool {
	x, errA := decimal.NewFromString(a)
	y, errB := decimal.NewFromString(b)
	return errA == nil && errB == nil && x.Equal(y)
}

// addLines adds the lines that the batch does not have: a line is there if its number is.
func (p *posting) addLines(ctx context.Context) error {
	there, err := p.invoices().Lines(ctx, p.company, p.record.Batch)
	if err != nil {
		return err
	}
	have := map[int]string{}
	for _, l := range there {
		have[l.Number] = l.Amount
	}
	var missing []ionapi.InvoiceLine
	for i, line := range p.plan.Lines {
		line.Number = i + 1
		amount, exists := have[line.Number]
		if exists && !sameAmount(amount, line.Amount) {
			return p.stop(ctx, p.record, trade.Data(trade.ReasonBatchUnfinished, "batch "+p.record.Batch, "delete the batch in APS450, then replay",
				"line %d of the batch says %s and must say %s", line.Number, amount, line.Amount), false)
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
		if o.Err != nil && err == nil {
			err = fmt.Errorf("line %d: %w", o.Number, o.Err)
		}
	}
	return err
}

// SubmitInvoice asks M3 to validate a batch. Behind a lost answer it looks first: a batch
// with a voucher needs no validation, and one that is validated twice is posted once.
func (a *Activities) SubmitInvoice(ctx context.Context, params InvoiceParams) (trade.InvoiceResult, error) {
	return a.step(ctx, params, []trade.State{trade.StateStaged}, func(ctx context.Context, p *posting) error {
		head, err := p.invoices().Head(ctx, p.company, p.record.Batch)
		if err != nil {
			return err
		}
		if head.Voucher != "" {
			return p.to(ctx, trade.StateSubmitted, "submitted", map[string]any{"confirmed": "looked up", "status": head.Status}, nil)
		}
		if err := p.to(ctx, p.record.State, "submit", map[string]any{"status": head.Status}, func(r *ledger.Record) { r.IntentAt = p.Ledger.Now() }); err != nil {
			return err
		}
		err = p.client.InvoiceValidation(p.config.Infor.Programs.InvoiceValidation).ByBatch(ctx, p.company, p.record.Batch, p.company.DIVI)
		if ionapi.KindOf(err) == ionapi.OutcomeUnknown {
			// Validation may be asked for twice: M3 validates a batch that it posted no second time.
			return errors.Join(p.to(ctx, trade.StateStaged, "outcome unknown", map[string]any{"cause": err.Error()}, nil), err)
		}
		if err != nil {
			return err
		}
		return p.to(ctx, trade.StateSubmitted, "submitted", map[string]any{"confirmed": "answered"}, nil)
	})
}

// AwaitVoucher asks M3 how far a submitted batch is; it fails, and is run again, until M3
// has decided.
func (a *Activities) AwaitVoucher(ctx context.Context, params InvoiceParams) (trade.InvoiceResult, error) {
	return a.step(ctx, params, []trade.State{trade.StateSubmitted}, func(ctx context.Context, p *posting) error {
		head, err := p.invoices().Head(ctx, p.company, p.record.Batch)
		if ionapi.KindOf(err) == ionapi.RecordMissing { // a batch may vanish once it is posted
			return p.posted(ctx)
		}
		if err != nil {
			return err
		}
		switch {
		case head.Posted(batchPosted):
			return p.voucher(ctx, head.VoucherYear, head.Voucher)
		case head.Status == batchMatchingFailed:
			return p.stop(ctx, p.record, trade.Data(trade.ReasonMatchingFailed, "batch "+p.record.Batch, "see APS450; correct the order or the invoice, then replay",
				"M3 could not match the batch with its receipts, or found it out of tolerance"), false)
		case head.Status == batchWithErrors:
			return p.stop(ctx, p.record, trade.Data(trade.ReasonBatchErrors, "batch "+p.record.Batch, "see APS450 for the texts, correct it, then replay",
				"M3 validated the batch with errors (head %q, lines %q)", head.HeadErrors, head.LineErrors), false)
		}
		return later(fmt.Sprintf("batch %s is at status %s", p.record.Batch, head.Status), 0)
	})
}

// posted looks for a batch that is listed no more in the AP ledger.
func (p *posting) posted(ctx context.Context) error {
	h := p.plan.Head
	invoice, found, err := p.client.LedgerInvoices(p.config.Infor.Programs.InvoiceLedger).Total(ctx, p.company, h.Payee, h.Number, p.plan.Year, h.Supplier)
	switch {
	case err != nil:
		return err
	case !found:
		return later(fmt.Sprintf("batch %s is gone, and the AP ledger has no invoice yet", p.record.Batch), 0)
	}
	return p.voucher(ctx, invoice.Year, invoice.Voucher)
}

func (p *posting) voucher(ctx context.Context, year, number string) error {
	return p.to(ctx, trade.StatePosted, "posted", map[string]any{"voucher": number, "year": year}, func(r *ledger.Record) {
		r.Voucher, r.SentAt = year+"/"+number, p.Ledger.Now()
	})
}
