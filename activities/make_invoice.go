package activities

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// versionOf is the mapping version that a request names, if there is one.
func versionOf(replay *trade.ReplayRequest) string {
	if replay == nil {
		return ""
	}
	return replay.MappingVersion
}

// mapped is an invoice as its file says it, before M3 is asked.
type mapped struct {
	profile  mapping.Profile
	reader   mapping.Invoice810
	invoice  trade.Invoice
	checksum string
	overlay  trade.Overlay
}

// read understands the set with an overlay, by a mapping version, the current one when it is
// empty.
func (p *posting) read(ctx context.Context, version string, overlay trade.Overlay) (mapped, trade.Reason, error) {
	if version != "" {
		c, err := p.Configuration(ctx, version)
		if errors.Is(err, ErrVersion) {
			return mapped{}, trade.Configuration(trade.ReasonVersionUnknown, "mapping version "+version,
				"replay with a version that was published, or with none for the current one", "%v", err), nil
		}
		if err != nil {
			return mapped{}, trade.Reason{}, err
		}
		p.config = c
	}
	company, err := trade.ParseCompany(p.record.Company)
	if err != nil {
		return mapped{}, trade.Reason{}, err
	}
	profile, known := p.config.PartnerByID(company.Cono, p.record.Partner)
	if !known {
		return mapped{}, trade.Configuration(trade.ReasonPartnerUnknown, "partner "+p.record.Partner, "add its file to partners/ again, then replay",
			"company %s has no profile %q any more", company.Cono, p.record.Partner), nil
	}
	understood, reason, err := p.understand(ctx, profile, overlay)
	if err != nil || !reason.IsZero() {
		return mapped{}, reason, err
	}
	m := mapped{profile: profile, reader: p.config.Invoice810(company, profile), checksum: understood.checksum, overlay: overlay}
	m.invoice, reason = m.reader.Map(understood.invoice)
	return m, reason, nil
}

// match fits the invoice to its orders and to what it corrects, and makes its plan.
func (p *posting) match(ctx context.Context, m mapped) (Plan, trade.Reason, error) {
	orders, err := p.orders(ctx, m.invoice)
	if err != nil {
		return Plan{}, trade.Reason{}, err
	}
	invoice, reason := m.reader.Match(m.invoice, orders)
	if !reason.IsZero() {
		return Plan{}, reason, nil
	}
	if reason, err := p.move(ctx, invoice.Company); err != nil || !reason.IsZero() {
		return Plan{}, reason, err
	}
	year, reason, err := p.original(ctx, invoice)
	if err != nil || !reason.IsZero() {
		return Plan{}, reason, err
	}
	plan, reason, err := p.allocate(ctx, m.profile, invoice, year, orders)
	plan.Checksum, plan.Overlay = m.checksum, m.overlay
	return plan, reason, err
}

// move goes on in the division of the invoice's orders: its books, accounts and batches.
func (p *posting) move(ctx context.Context, to trade.Company) (trade.Reason, error) {
	company, err := p.config.Company(to)
	if err != nil {
		return trade.Configuration(trade.ReasonDivisionUnclear, "invoice", "add the division to company.yaml, then replay", "the orders are of %s: %v", to, err), nil
	}
	if p.company, err = InforCompany(to); err != nil {
		return trade.Reason{}, err
	}
	p.books = company.Books
	p.client, err = p.Systems.Infor(ctx, company.Tenant)
	return trade.Reason{}, err
}

// make understands the invoice with the corrections that stand for it, and makes its plan.
func (p *posting) make(ctx context.Context) (Plan, trade.Reason, error) {
	overlay, err := p.overlay(ctx, p.record)
	if err != nil {
		return Plan{}, trade.Reason{}, err
	}
	return p.makeWith(ctx, "", overlay)
}

func (p *posting) makeWith(ctx context.Context, version string, overlay trade.Overlay) (Plan, trade.Reason, error) {
	m, reason, err := p.read(ctx, version, overlay)
	if err != nil || !reason.IsZero() {
		return Plan{}, reason, err
	}
	return p.match(ctx, m)
}

// original finds the invoice that a credit note corrects in the AP ledger, and gives its year:
// M3 credits only what it has posted. One that is on its way is waited for.
func (p *posting) original(ctx context.Context, inv trade.Invoice) (year int, _ trade.Reason, err error) {
	if inv.Kind != trade.KindCredit || inv.Original == "" {
		return 0, trade.Reason{}, nil
	}
	ledger := p.client.LedgerInvoices(p.config.Infor.Programs.InvoiceLedger)
	for _, year := range []int{mapping.InvoiceYear(inv), mapping.InvoiceYear(inv) - 1} {
		_, found, err := ledger.Total(ctx, p.company, inv.Payee, inv.Original, strconv.Itoa(year), inv.Supplier)
		if err != nil || found {
			return year, trade.Reason{}, err
		}
	}
	return 0, trade.Timing(trade.ReasonOriginalMissing, "nothing needs to be done if it is still to come; else correct the number with `records replay --set`, or post the credit note in APS100 and resolve this record",
		"M3 has not posted invoice %s, which the credit note corrects", inv.Original).At("REF*OI"), nil
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
func (a *Activities) waitsNoMore(ctx context.Context, r ledger.Record, replay *trade.ReplayRequest) (bool, error) {
	p, err := a.openPosting(ctx, r.ID)
	if err != nil {
		return false, err
	}
	overlay, err := p.overlay(ctx, p.record)
	if err != nil {
		return false, err
	}
	_, reason, err := p.makeWith(ctx, versionOf(replay), overlay)
	return !p.mayWait(reason), err
}

// InvoicePreview is what an invoice would become in M3, or why it would stop.
type InvoicePreview struct {
	Plan   Plan         `json:"plan"`
	Reason trade.Reason `json:"reason"`
}

// PreviewInvoice makes the plan that an invoice would get with a request: with its mapping
// version, the current one when it is empty, and its corrections on top of those that stand.
// It reads, and writes nothing.
func (a *Activities) PreviewInvoice(ctx context.Context, record string, request trade.ReplayRequest) (InvoicePreview, error) {
	if r, err := a.Ledger.Record(ctx, record); err == nil && r.Set == "" {
		return InvoicePreview{}, fmt.Errorf("record %s stands for a file that could not be read; replay it without --dry-run to read it again", record)
	}
	p, err := a.openPosting(ctx, record)
	if err != nil {
		return InvoicePreview{}, err
	}
	overlay, err := a.overlay(ctx, p.record)
	if err != nil {
		return InvoicePreview{}, err
	}
	plan, reason, err := p.makeWith(ctx, request.MappingVersion, overlay.With(request, a.Ledger.Now()))
	return InvoicePreview{Plan: plan, Reason: reason}, err
}
