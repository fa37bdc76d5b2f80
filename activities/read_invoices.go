package activities

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/sdk/activity"

	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// ReadInvoices reads the invoices of accounts payable that changed in the window, and registers those
// of partners that opted in. Reading the same window twice registers nothing new.
func (a *Activities) ReadInvoices(ctx context.Context, p ReadParams) (trade.PollResult, error) {
	out := trade.PollResult{Window: p.Window, NotEligible: map[string]int{}}
	r := invoiceReader{m3Reader: m3Reader{Activities: a, out: &out}}
	err := a.reading(ctx, p, &out, r.run)
	return out, err
}

// invoiceReader is one run of ReadInvoices.
type invoiceReader struct {
	m3Reader
	partners map[string]mapping.Profile // by supplier
}

// payableInvoice is an invoice of accounts payable with what M3 tells of it.
type payableInvoice struct {
	supplier string
	ledger   ionapi.LedgerKey
	voucher  ionapi.VoucherKey
	source   mapping.PostedInvoice
}

func (r *invoiceReader) run(ctx context.Context, p ReadParams) error {
	if err := r.open(ctx, p.Input.Company); err != nil {
		return err
	}
	if r.partners = r.config.InvoicePartners(p.Input.Company.Cono); len(r.partners) == 0 {
		return nil // nobody opted in: M3 is not asked
	}
	changed, err := r.changed(ctx, p.Window)
	if err != nil || r.out.Stopped != "" {
		return err
	}
	r.out.Found = len(changed)
	for page := range slices.Chunk(changed, detailPage) {
		if err := r.registerPage(ctx, page); err != nil {
			return err
		}
		activity.RecordHeartbeat(ctx, len(page))
	}
	return nil
}

// changed lists the invoices of the partners that changed on the days of the window.
func (r *invoiceReader) changed(ctx context.Context, w trade.Window) ([]payableInvoice, error) {
	t := payableTable(r.config.Infor.OutgoingInvoices)
	if missing, err := r.missingColumns(ctx, t); err != nil || missing != "" {
		r.out.Stopped = missing
		return nil, err
	}
	rows, err := r.exports(w).read(ctx, t, "", "")
	if kind := ionapi.KindOf(err); kind == ionapi.NotPermitted || kind == ionapi.NotAvailable {
		r.out.Stopped = fmt.Sprintf("EXPORTMI does not let table %s be read, which invoices-out needs; allow it in M3, or pause the schedule: %v", t.name, err)
		return nil, nil
	}
	var out []payableInvoice
	for _, row := range rows {
		number, division, supplier := row[0], row[1], row[2]
		if _, ours := r.partners[supplier]; !ours || division != r.context.DIVI {
			continue
		}
		out = append(out, payableInvoice{supplier: supplier, voucher: ionapi.VoucherKey{Year: row[3], Number: number, Series: row[6]},
			ledger: ionapi.LedgerKey{Year: row[3], Journal: row[4], Sequence: row[5]}})
	}
	slices.SortFunc(out, func(x, y payableInvoice) int {
		return cmp.Or(cmp.Compare(x.voucher.Number, y.voucher.Number), cmp.Compare(x.ledger.Sequence, y.ledger.Sequence))
	})
	return out, err
}

// payableTable selects the keys of supplier invoices: the supplier's own number may hold anything,
// also a separator, and is read with the invoice.
func payableTable(s config.OutgoingInvoices) table {
	column := func(name string) string { return s.Prefix + name }
	return table{name: s.Table, key: column("VONO"), number: true, repeats: true, changed: column("LMDT"), where: fmt.Sprintf("%s = %d", column("TRCD"), s.Transaction),
		columns: []string{column("VONO"), column("DIVI"), column("SUNO"), column("YEA4"), column("JRNO"), column("JSNO"), column("VSER")}}
}

// missingColumns says which columns M3 does not know by these names, once for each table; a tenant
// that does not tell its columns is asked the query itself.
func (r *invoiceReader) missingColumns(ctx context.Context, t table) (string, error) {
	key := r.company.Tenant + " " + strings.Join(append(t.columns, t.changed, t.name), " ")
	if _, known := r.checkedTables.Load(key); known {
		return "", nil
	}
	columns, err := r.client.Tables("EXPORTMI").Columns(ctx, r.context, t.name)
	switch ionapi.KindOf(err) {
	case ionapi.NotPermitted, ionapi.NotAvailable, ionapi.RecordMissing:
		columns, err = nil, nil
	}
	if err != nil {
		return "", err
	}
	for _, name := range append([]string{t.changed, strings.Fields(t.where)[0]}, t.columns...) {
		if len(columns) > 0 && !slices.ContainsFunc(columns, func(c ionapi.TableColumn) bool { return c.Name == name }) {
			return fmt.Sprintf("table %s of M3 has no column %s; correct outgoingInvoices.table and prefix in infor.yaml", t.name, name), nil
		}
	}
	r.checkedTables.Store(key, true)
	return "", nil
}

// registerPage reads the invoices of a page and registers those that may go out.
func (r *invoiceReader) registerPage(ctx context.Context, page []payableInvoice) error {
	page, err := r.readHeads(ctx, page)
	if err != nil {
		return err
	}
	if err := r.readLines(ctx, page); err != nil {
		return err
	}
	for _, invoice := range page {
		if err := r.register(ctx, invoice); err != nil {
			return fmt.Errorf("invoice %s of supplier %s could not be registered: %w", invoice.source.Head.Number, invoice.supplier, err)
		}
	}
	return nil
}

// readHeads reads the invoices themselves, and keeps those whose status lets them go out.
func (r *invoiceReader) readHeads(ctx context.Context, page []payableInvoice) ([]payableInvoice, error) {
	answers, err := r.invoiceLedger().Invoices(ctx, r.context, keysOf(page, func(i payableInvoice) ionapi.LedgerKey { return i.ledger }))
	if err != nil {
		return nil, err
	}
	var out []payableInvoice
	for i, answer := range answers {
		switch {
		case answer.Err == nil:
		case answer.Err.Kind == ionapi.RecordMissing: // gone between the two reads
			continue
		default:
			return nil, answer.Err
		}
		selected, err := r.config.SelectsInvoice(statusOf(answer.Value))
		if err != nil {
			return nil, err
		}
		if !selected {
			r.out.NotEligible[trade.NotEligibleNotSelected]++
			continue
		}
		page[i].source.Head = answer.Value
		if r.config.Infor.OutgoingInvoices.Sign == "negative" {
			page[i].source.Head = answer.Value.Owed()
		}
		out = append(out, page[i])
	}
	return out, nil
}

// statusOf is what the predicate sees of an invoice.
func statusOf(i ionapi.LedgerInvoice) map[string]any {
	return map[string]any{"approved": i.Approved, "stop": i.PaymentStop, "paymentStatus": i.PaymentStatus, "type": i.Type, "transaction": i.Transaction,
		"supplier": i.Supplier, "currency": i.Currency, "date": i.Date, "reconciled": i.Reconciled}
}

// readLines reads the vouchers, and the discounts of those that have any.
func (r *invoiceReader) readLines(ctx context.Context, page []payableInvoice) error {
	vouchers := r.client.Vouchers(r.config.Infor.Programs.Vouchers)
	lines, err := vouchers.VoucherLines(ctx, r.context, keysOf(page, func(i payableInvoice) ionapi.VoucherKey { return i.voucher }))
	if err != nil {
		return err
	}
	var discounted []int
	for i, answer := range lines {
		if answer.Err != nil {
			return answer.Err
		}
		page[i].source.Lines = answer.Value
		if page[i].source.Head.CashDiscountTerm != "" {
			discounted = append(discounted, i)
		}
	}
	if len(discounted) == 0 {
		return nil
	}
	discounts, err := r.invoiceLedger().CashDiscounts(ctx, r.context, keysOf(discounted, func(i int) ionapi.LedgerKey { return page[i].ledger }))
	if err != nil {
		return err
	}
	for i, answer := range discounts {
		switch {
		case answer.Err == nil:
			page[discounted[i]].source.Discount = &answer.Value
		case answer.Err.Kind != ionapi.RecordMissing:
			return answer.Err
		}
	}
	return nil
}

// register makes the canonical invoice and hands it to the ledger.
func (r *invoiceReader) register(ctx context.Context, i payableInvoice) error {
	profile := r.partners[i.supplier]
	invoice, reason := mapping.InvoiceFromM3(r.company.Key(), profile, i.source, r.config.Infor.OutgoingInvoices.Accounts)
	if came, err := r.cameByEDI(ctx, profile, invoice); err != nil || came {
		if came {
			r.out.NotEligible[trade.NotEligibleCameByEDI]++
		}
		return err
	}
	reason.Reread = !reason.IsZero()
	canonical, err := invoice.Canonical()
	if err != nil {
		return err
	}
	source, err := r.Archive.Put(ctx, canonical)
	if err != nil {
		return err
	}
	registration, err := r.Ledger.RegisterOutgoingInvoice(ctx, ledger.NewOutgoingInvoice{
		Company: r.company.Key(), Supplier: i.supplier, Number: i.source.Head.Number, Year: i.source.Head.InvoiceYear, Partner: string(profile.ID),
		Voucher: i.voucher.Year + "/" + i.voucher.Number, Amount: invoice.Total.String(), Currency: invoice.Currency,
		Checksum: trade.Checksum(append(canonical, reason.Message...)), Source: source, Reason: reason,
	}, invoiceChanged(i.source.Head.Number))
	if err != nil {
		return err
	}
	if registration.Created {
		r.out.Registered++
	} else {
		r.out.Unchanged++
	}
	return nil
}

// invoiceChanged is why another version of a sent invoice waits for a person.
func invoiceChanged(number string) trade.Reason {
	return trade.Data(trade.ReasonInvoiceChanged, "", "agree with the partner, then resolve this record with a note, or replay it to send it under the same number",
		"invoice %s changed in M3 after it went out", number)
}

// cameByEDI says whether the partner itself sent the invoice: it gets none of its own back, unless
// its purpose is a copy of all of them.
func (r *invoiceReader) cameByEDI(ctx context.Context, profile mapping.Profile, invoice trade.Invoice) (bool, error) {
	if profile.OutgoingInvoice.Purpose == mapping.Copy || invoice.Date.IsZero() {
		return false, nil
	}
	_, found, err := r.Ledger.HolderOf(ctx, mapping.DuplicateKey(invoice, profile.Invoice.DuplicateScope))
	return found, err
}

func (r *invoiceReader) invoiceLedger() ionapi.LedgerInvoices {
	return r.client.LedgerInvoices(r.config.Infor.Programs.InvoiceLedger)
}

func keysOf[T, K any](list []T, key func(T) K) []K {
	out := make([]K, len(list))
	for i, one := range list {
		out[i] = key(one)
	}
	return out
}
