package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
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
	if planned(r, params.Replay) {
		return trade.InvoiceResult{State: r.State, Batch: r.Batch, Voucher: r.Voucher}, nil
	}
	if r, err = a.noteReplay(ctx, r, params.Replay); err != nil {
		return trade.InvoiceResult{}, translate(err)
	}
	if standing(r, params.Replay) {
		return trade.InvoiceResult{}, a.stop(ctx, r, r.Reason, false)
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
	if reason, err := a.addressed(ctx, r); err != nil || !reason.IsZero() {
		if err != nil {
			return trade.InvoiceResult{}, translate(err)
		}
		return trade.InvoiceResult{}, a.stop(ctx, r, reason, false)
	}
	p, err := a.openPosting(ctx, params.Record)
	if err != nil {
		return p.ended(ctx, err)
	}
	if err := p.prepare(ctx, params.Replay); err != nil {
		return p.ended(ctx, err)
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
func planned(r ledger.Record, replay *trade.ReplayRequest) bool {
	switch r.State {
	case trade.StatePosted, trade.StateDuplicate, trade.StateTest, trade.StateSubmitted, trade.StateStaged:
		return true
	case trade.StateAccepted, trade.StateUnknown:
		return r.Document.SHA256 != ""
	case trade.StateHeld: // a lane that stopped on the way leaves the batch as it is
		return r.Batch != "" && replay == nil
	}
	return r.State == trade.StateResolved && replay == nil
}

// addressed finds company and partner of a record that had none when it came: somebody may
// have added them since.
func (a *Activities) addressed(ctx context.Context, r ledger.Record) (trade.Reason, error) {
	if r.Partner != "" {
		return trade.Reason{}, nil
	}
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return trade.Reason{}, err
	}
	found, err := a.find(ctx, r)
	if err != nil {
		return trade.Reason{}, err
	}
	company, profile, reason := whose(c, found.tree, found.group, found.set)
	if !reason.IsZero() {
		return reason, nil
	}
	_, err = a.Ledger.Transition(ctx, r.ID, ledger.Change{To: r.State, Event: "addressed", Actor: "worker", Reason: r.Reason, Detail: map[string]any{"partner": string(profile.ID)},
		Apply: func(r *ledger.Record) { r.Company, r.Partner = company.Key().String(), string(profile.ID) }})
	return trade.Reason{}, err
}

// prepare makes the plan, or stops the record.
func (p *posting) prepare(ctx context.Context, replay *trade.ReplayRequest) error {
	if posted, err := p.clear(ctx); err != nil || posted {
		return err
	}
	plan, reason, err := p.make(ctx, replay)
	if err != nil {
		return err
	}
	if !reason.IsZero() {
		return p.stop(ctx, p.record, reason, p.mayWait(reason))
	}
	holder, claimed, err := p.Ledger.ClaimKey(ctx, ledger.Claim{Key: plan.Key, Record: p.record.ID, Checksum: p.record.Checksum})
	switch {
	case err != nil:
		return err
	case !claimed && holder.Checksum == p.record.Checksum:
		return p.to(ctx, trade.StateDuplicate, "duplicate", map[string]any{"of": holder.Record, "key": plan.Key}, nil)
	case !claimed:
		return p.stop(ctx, p.record, trade.Data(trade.ReasonInvoiceDiffers, "invoice "+plan.Invoice.Number, "compare both; resolve one of them, or ask the supplier for another number",
			"the supplier's number %s came before with other content, in record %s", plan.Invoice.Number, holder.Record), false)
	}
	return p.fix(ctx, plan)
}

// fix archives the plan and accepts the record.
func (p *posting) fix(ctx context.Context, plan Plan) error {
	content, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	sha, err := p.Archive.Put(ctx, content)
	if err != nil {
		return err
	}
	p.plan = plan
	return p.to(ctx, trade.StateAccepted, "accepted", map[string]any{"plan": sha, "mappingVersion": p.config.Version, "key": plan.Key}, func(r *ledger.Record) {
		r.Document = trade.Document{SHA256: sha, Size: int64(len(content)), Kind: "plan"}
		r.MappingVersion, r.Company = p.config.Version, plan.Invoice.Company.String()
		r.Amount, r.Currency = plan.Invoice.Total.String(), plan.Invoice.Currency
	})
}

// clear deletes a batch that M3 refused, so that another plan can take its place. Where the
// tenant cannot delete, a person has to. A batch that is posted after all needs no other.
func (p *posting) clear(ctx context.Context) (posted bool, err error) {
	if p.record.Batch == "" {
		return false, nil
	}
	head, err := p.invoices().Head(ctx, p.company, p.record.Batch)
	if err == nil && head.Voucher != "" {
		return true, p.voucher(ctx, head.VoucherYear, head.Voucher)
	}
	if err == nil {
		err = p.invoices().Delete(ctx, p.company, p.record.Batch)
	}
	switch ionapi.KindOf(err) {
	case ionapi.NotAvailable, ionapi.NotPermitted:
		return false, p.stop(ctx, p.record, trade.Configuration(trade.ReasonBatchUnfinished, "batch "+p.record.Batch, "delete the batch in APS450, then replay",
			"M3 refused the batch, and it cannot be deleted from here: %v", err), false)
	case ionapi.RecordMissing, "":
		if err != nil && ionapi.KindOf(err) == "" {
			return false, err
		}
	default:
		return false, err
	}
	return false, p.to(ctx, p.record.State, "batch deleted", map[string]any{"batch": p.record.Batch}, func(r *ledger.Record) {
		r.Batch, r.Document = "", trade.Document{}
	})
}

// make understands the invoice.
func (p *posting) make(ctx context.Context, replay *trade.ReplayRequest) (Plan, trade.Reason, error) {
	if replay != nil && replay.MappingVersion != "" {
		c, err := p.Configuration(ctx, replay.MappingVersion)
		if errors.Is(err, ErrVersion) {
			return Plan{}, trade.Configuration(trade.ReasonVersionUnknown, "mapping version "+replay.MappingVersion,
				"replay with a version that was published, or with none for the current one", "%v", err), nil
		}
		if err != nil {
			return Plan{}, trade.Reason{}, err
		}
		p.config = c
	}
	in, set, err := p.invoiceOf(ctx, p.record)
	var field *doc.FieldError
	if errors.As(err, &field) {
		return Plan{}, trade.Data(trade.ReasonValueInvalid, set.Path+"/"+field.Path, "ask the partner to correct it", "%v", field.Err), nil
	}
	if err != nil {
		return Plan{}, trade.Reason{}, err
	}
	company, err := trade.ParseCompany(p.record.Company)
	if err != nil {
		return Plan{}, trade.Reason{}, err
	}
	profile, known := p.config.PartnerByID(company.Cono, p.record.Partner)
	if !known {
		return Plan{}, trade.Configuration(trade.ReasonPartnerUnknown, "partner "+p.record.Partner, "add its file to partners/ again, then replay",
			"company %s has no profile %q any more", company.Cono, p.record.Partner), nil
	}
	invoice, reason := p.config.Invoice810(company, profile).Map(in)
	if !reason.IsZero() {
		return Plan{}, reason, nil
	}
	orders, err := p.orders(ctx, invoice)
	if err != nil {
		return Plan{}, trade.Reason{}, err
	}
	if invoice, reason = mapping.MatchOrders(invoice, orders); !reason.IsZero() {
		return Plan{}, reason, nil
	}
	return p.allocate(ctx, profile, invoice, orders)
}

// orders reads what M3 knows of the orders that an invoice names.
func (p *posting) orders(ctx context.Context, invoice trade.Invoice) (map[string]mapping.OrderFacts, error) {
	var requests []ionapi.OrderRequest
	for _, line := range invoice.Lines {
		request := ionapi.OrderRequest{Number: line.Order}
		if line.Order != "" && !slices.Contains(requests, request) {
			requests = append(requests, request)
		}
	}
	out := map[string]mapping.OrderFacts{}
	if len(requests) == 0 {
		return out, nil
	}
	details, err := p.client.PurchaseOrders(p.config.Infor.Programs.Orders).Details(ctx, p.company, requests)
	if err != nil {
		return nil, err
	}
	for i, d := range details {
		switch {
		case d.Err != nil && d.Err.Kind == ionapi.RecordMissing:
			continue // the matching tells
		case d.Err != nil:
			return nil, d.Err
		}
		facts, err := orderFacts(d)
		if err != nil {
			return nil, fmt.Errorf("order %s: %w", requests[i].Number, err)
		}
		out[requests[i].Number] = facts
	}
	return out, nil
}

func orderFacts(d ionapi.OrderDetail) (mapping.OrderFacts, error) {
	out := mapping.OrderFacts{Number: d.Head.Number, Supplier: d.Head.Supplier, Payee: d.Head.Payee, Division: d.Head.Division, Currency: d.Head.Currency,
		Type: d.Head.OrderType, Buyer: d.Head.Buyer}
	for _, l := range d.Lines {
		facts := mapping.OrderLineFacts{Line: l.Key.Line, Suffix: l.Key.Subline, Item: l.Item, SupplierItem: l.SupplierItem, Unit: l.Unit,
			Warehouse: l.Warehouse, Facility: l.Facility, Status: l.LowestStatus, PriceBasis: 1}
		for _, number := range []struct {
			text string
			into *decimal.Decimal
		}{{l.Price, &facts.Price}, {l.OrderedQuantity, &facts.Quantity}, {l.ReceivedQuantity, &facts.Received}, {l.InvoicedQuantity, &facts.Invoiced}} {
			var err error
			if *number.into, err = decimal.NewFromString(number.text); err != nil {
				return out, fmt.Errorf("line %d: %q is not a number", l.Key.Line, number.text)
			}
		}
		if basis, err := decimal.NewFromString(l.PriceQuantity); err == nil && basis.IsPositive() {
			facts.PriceBasis = int(basis.IntPart())
		}
		out.Lines = append(out.Lines, facts)
	}
	return out, nil
}

// mayWait says whether a record may still wait for its reason to pass by itself.
func (p *posting) mayWait(reason trade.Reason) bool {
	if reason.Class != trade.ClassTiming {
		return false
	}
	deadline := mapping.DefaultInvoiceSet().ReceiptDeadline.Std()
	cono, _, _ := strings.Cut(p.record.Company, "-")
	if profile, known := p.config.PartnerByID(cono, p.record.Partner); known {
		deadline = profile.Invoice.ReceiptDeadline.Std()
	}
	return p.Ledger.Now().Before(p.record.CreatedAt.Add(deadline))
}

// waitsNoMore says whether an invoice that waits for its goods, or for its period, goes on:
// they came, it waited too long, or something else is wrong with it now.
func (a *Activities) waitsNoMore(ctx context.Context, r ledger.Record) (bool, error) {
	p, err := a.openPosting(ctx, r.ID)
	if err != nil {
		return false, err
	}
	_, reason, err := p.make(ctx, nil)
	return !p.mayWait(reason), err
}

// InvoicePreview is what an invoice would become in M3, or why it would stop.
type InvoicePreview struct {
	Plan   Plan         `json:"plan"`
	Reason trade.Reason `json:"reason"`
}

// PreviewInvoice makes the plan of an invoice with a mapping version, the current one when
// it is empty. It reads, and writes nothing.
func (a *Activities) PreviewInvoice(ctx context.Context, record, version string) (InvoicePreview, error) {
	p, err := a.openPosting(ctx, record)
	if err != nil {
		return InvoicePreview{}, err
	}
	plan, reason, err := p.make(ctx, &trade.ReplayRequest{MappingVersion: version})
	return InvoicePreview{Plan: plan, Reason: reason}, err
}
