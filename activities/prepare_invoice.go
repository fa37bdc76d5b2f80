package activities

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// PrepareInvoice understands a received invoice and fixes what it becomes in M3: it maps the
// set, matches it with its orders, claims its business key, and gives every line its
// accounting objects. Nothing is written to M3 yet.
func (a *Activities) PrepareInvoice(ctx context.Context, params InvoiceParams) (trade.InvoiceResult, error) {
	ctx = subject(ctx, params.Record)
	defer beat(ctx)()
	r, err := a.Ledger.Record(ctx, params.Record)
	if err != nil {
		return trade.InvoiceResult{}, translate(err)
	}
	known := false
	if params.Replay != nil {
		if known, err = a.noted(ctx, r, *params.Replay); err != nil {
			return trade.InvoiceResult{}, translate(err)
		}
	}
	if planned(r, params.Replay != nil && !known) {
		return trade.InvoiceResult{State: r.State, Batch: r.Batch, Voucher: r.Voucher}, nil
	}
	r, refused, err := a.takeReplay(ctx, r, params.Replay)
	if err != nil {
		return trade.InvoiceResult{}, translate(err)
	}
	if !refused.IsZero() {
		return trade.InvoiceResult{}, a.stop(ctx, r, refused, false)
	}
	if standing(r, params.Replay) {
		return trade.InvoiceResult{}, a.stop(ctx, r, r.Reason, false)
	}
	if r.Set == "" { // it stands for a file that could not be read
		return a.readAgain(ctx, r)
	}
	if err := a.inTurn(ctx, r); err != nil {
		return trade.InvoiceResult{}, err
	}
	open, lane, err := a.Ledger.EnterLane(ctx, laneInfor, laneInforPause)
	if err != nil {
		return trade.InvoiceResult{}, translate(err)
	}
	if !open {
		return trade.InvoiceResult{}, a.stop(ctx, r, laneReason(laneInfor, lane.Reason), true)
	}
	switch ended, reason, err := a.addressed(ctx, r); {
	case err != nil:
		return trade.InvoiceResult{}, translate(err)
	case ended != "":
		return trade.InvoiceResult{State: ended}, nil
	case !reason.IsZero():
		return trade.InvoiceResult{}, a.stop(ctx, r, reason, false)
	}
	p, err := a.openPosting(ctx, params.Record)
	if err != nil {
		return p.ended(ctx, err)
	}
	if err := p.prepare(ctx, params.Replay); err != nil {
		return p.ended(ctx, err)
	}
	if lane.Stopped { // this was the one that tried it out; the next step must not wait for another
		return p.result(), translate(a.Ledger.OpenLane(ctx, laneInfor))
	}
	return p.result(), nil
}

// outOfTurn is how long a record waits for what came before it; a file that cannot be read
// must not stop all others.
const outOfTurn = 30 * time.Second

// inTurn keeps the order in which files came: of two invoices with the same number, the
// first has it.
func (a *Activities) inTurn(ctx context.Context, r ledger.Record) error {
	if r.State != trade.StateDiscovered || a.Ledger.Now().Sub(r.CreatedAt) > outOfTurn {
		return nil
	}
	before, err := a.Ledger.Before(ctx, r)
	if err == nil && before != "" {
		return later("waits for "+before+", which came first", 300*time.Millisecond)
	}
	return translate(err)
}

// planned says whether the plan of an earlier preparation stands: M3 may have it, or a
// worker died behind it.
func planned(r ledger.Record, asked bool) bool {
	switch r.State {
	case trade.StatePosted, trade.StateDuplicate, trade.StateTest, trade.StateSubmitted, trade.StateStaged:
		return true
	case trade.StateAccepted, trade.StateUnknown:
		return r.Document.SHA256 != ""
	case trade.StateHeld: // a lane that stopped on the way leaves the batch as it is
		return r.Batch != "" && !asked
	}
	return r.State == trade.StateResolved && !asked
}

// prepare makes the plan, or stops the record.
func (p *posting) prepare(ctx context.Context, replay *trade.ReplayRequest) error {
	if done, err := p.settle(ctx); err != nil || done {
		return err
	}
	overlay, err := p.overlay(ctx, p.record)
	if err != nil {
		return err
	}
	m, reason, err := p.read(ctx, versionOf(replay), overlay)
	if err != nil {
		return err
	}
	if !reason.IsZero() {
		return p.stop(ctx, p.record, reason, p.mayWait(reason))
	}
	if done, err := p.taken(ctx, m); err != nil || done {
		return err
	}
	plan, reason, err := p.match(ctx, m)
	if err != nil {
		return err
	}
	if !reason.IsZero() {
		if done, err := p.elsewhere(ctx, m.invoice, reason); err != nil || done {
			return err
		}
		return p.stop(ctx, p.record, reason, p.mayWait(reason))
	}
	if done, err := p.claim(ctx, plan); err != nil || done {
		return err
	}
	if err := p.replace(ctx, plan); err != nil {
		return err
	}
	if err := p.Ledger.KeepKey(ctx, p.record.ID, plan.Key); err != nil {
		return err
	}
	return p.fix(ctx, plan)
}

// elsewhere looks into the AP ledger where the goods seem to be invoiced already: somebody may
// have entered the same invoice by hand.
func (p *posting) elsewhere(ctx context.Context, inv trade.Invoice, reason trade.Reason) (done bool, err error) {
	if reason.Code != trade.ReasonLineInvoiced && reason.Code != trade.ReasonNotReceived {
		return false, nil
	}
	posted, found, err := p.total(ctx, inv)
	if err != nil || !found {
		return false, err
	}
	return true, p.exists(ctx, inv, "voucher "+posted.Voucher, posted.Amount, posted.Currency)
}

// total asks the AP ledger for an invoice under the supplier's number.
func (p *posting) total(ctx context.Context, inv trade.Invoice) (ionapi.LedgerInvoice, bool, error) {
	return p.client.LedgerInvoices(p.config.Infor.Programs.InvoiceLedger).Total(ctx, p.company, inv.Payee, inv.Number, strconv.Itoa(mapping.InvoiceYear(inv)), inv.Supplier)
}

// fix accepts the record with its plan, and warns of an invoice that looks like it.
func (p *posting) fix(ctx context.Context, plan Plan) error {
	warning, err := p.lookalike(ctx, plan)
	if err != nil {
		return err
	}
	return p.fixAs(ctx, trade.StateAccepted, eventAccepted, plan, warning)
}

// fixAs archives a plan and moves the record on with it.
func (p *posting) fixAs(ctx context.Context, state trade.State, event string, plan Plan, warning string) error {
	content, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	sha, err := p.Archive.Put(ctx, content)
	if err != nil {
		return err
	}
	p.plan = plan
	detail := map[string]any{"plan": sha, "mappingVersion": p.config.Version, "key": plan.Key}
	if len(plan.Overlay) > 0 {
		detail["corrected"] = plan.Overlay.Paths()
	}
	if warning != "" {
		detail["warning"] = warning
	}
	return p.to(ctx, state, event, detail, func(r *ledger.Record) {
		r.Document = trade.Document{SHA256: sha, Size: int64(len(content)), Kind: "plan"}
		r.MappingVersion, r.Company, r.Warning = p.config.Version, plan.Invoice.Company.String(), warning
		r.Number, r.Amount, r.Currency = plan.Invoice.Number, plan.Invoice.Total.String(), plan.Invoice.Currency
	})
}
