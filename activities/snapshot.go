package activities

import (
	"context"
	"strconv"
	"time"

	"tradewind/internal/config"
	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// Postings hold an invoice against the suppliers and accounts that syncs have read. M3 is asked about what no sync read,
// before anything stops the invoice, and about an invoice that it was given before.

// listFresh is how long a list of M3's is used before it is read again.
const listFresh = 10 * time.Minute

// accountList holds the values of one accounting object of a division.
type accountList struct {
	values map[string]mapping.AccountFacts
	read   time.Time // when M3 was asked
}

// mistrusts says whether M3 was given the invoice before: where it refused what the snapshot or a list let pass, those are
// wrong, and they stay wrong when the batch is gone.
func (p *posting) mistrusts() bool { return p.record.Batch != "" || !p.record.IntentAt.IsZero() }

// snapshot gives what M3 said last of those of the codes that a flow keeps equal, by code. It is empty where the flow never
// read everything of the company, or not for snapshot.maxAge, and for an invoice that M3 was given before. The settings are
// those by which the syncs read now, whatever version a replay maps with.
func (p *posting) snapshot(ctx context.Context, flow trade.Flow, company trade.Company, codes []string) (map[string]masterdata.Values, error) {
	if p.mistrusts() {
		return nil, nil
	}
	current, err := p.Configuration(ctx, "")
	if err != nil {
		return nil, err
	}
	settings, _ := current.Masters(flow)
	m := &masters{m3Reader: m3Reader{Activities: p.Activities, config: current}, flow: flow, key: company, settings: settings}
	began, err := m.wholeRead(ctx)
	if err != nil || began.IsZero() {
		return nil, err
	}
	position, err := p.Ledger.Position(ctx, m.poll(false), m.poll(true))
	if err != nil || p.Ledger.Now().Sub(position) > settings.MaxAge {
		return nil, err
	}
	known, err := m.known(ctx, codes)
	if err != nil {
		return nil, err
	}
	values := map[string]masterdata.Values{}
	for code, has := range known {
		if has.Infor.Exists && !has.Left() && !has.Infor.SeenAt.Before(began) {
			values[code] = has.Values
		}
	}
	if m.selected(values) != nil {
		return nil, nil // the sync tells what is wrong with the expression
	}
	return values, nil
}

// poll is the id of the schedule by which the flow reads.
func (m *masters) poll(full bool) string {
	return config.Schedule{Flow: m.flow, Company: mapping.Code(m.key.String()), Full: full}.ID()
}

// supplier gives what rules ask for of the supplier of an invoice, or why the invoice stops.
func (p *posting) supplier(ctx context.Context, invoice trade.Invoice) (mapping.SupplierFacts, trade.Reason, error) {
	known, err := p.snapshot(ctx, trade.Suppliers, trade.Company{Cono: invoice.Company.Cono}, []string{invoice.Supplier})
	if err != nil {
		return mapping.SupplierFacts{}, trade.Reason{}, err
	}
	if values, found := known[invoice.Supplier]; found && values[masterdata.StatusField] != masterdata.Inactive {
		return mapping.SupplierFacts{Group: values["group"], Country: values["country"]}, trade.Reason{}, nil
	}
	answers, err := p.client.Suppliers(p.config.Infor.Programs.Suppliers).BasicData(ctx, p.company, []string{invoice.Supplier})
	if err != nil {
		return mapping.SupplierFacts{}, trade.Reason{}, err
	}
	if answers[0].Err != nil {
		return mapping.SupplierFacts{}, trade.Reason{}, answers[0].Err
	}
	supplier := answers[0].Value
	if supplier.Status == supplierBlocked {
		return mapping.SupplierFacts{}, trade.Data(trade.ReasonSupplierBlocked, "supplier "+invoice.Supplier, "release the supplier in CRS620, then replay",
			"supplier %s is blocked in M3", invoice.Supplier), nil
	}
	return mapping.SupplierFacts{Group: supplier.Group, Country: supplier.Country}, trade.Reason{}, nil
}

// accounts gives what is known of the accounting objects that an invoice is coded to, by their codes. Where they may be posted
// to on the day, the snapshot says so, or else a list that M3 gave not long ago; that they may not, only M3 can say, and now: a
// person may have released them a moment ago, and replays. Of an invoice that M3 was given before, only M3 says anything.
func (p *posting) accounts(ctx context.Context, company trade.Company, coded mapping.Allocated, day trade.Date) (map[string]mapping.AccountFacts, error) {
	out, began := map[string]mapping.AccountFacts{}, p.Ledger.Now()
	since := began.Add(-listFresh)
	if p.mistrusts() {
		since = began
	}
	codes := codesOf(accountsOf(coded))
	known, err := p.snapshot(ctx, trade.Accounts, company, codes)
	if err != nil {
		return nil, err
	}
	for _, code := range codes {
		values, found := known[code]
		facts := mapping.AccountFacts{Blocked: values[masterdata.StatusField] == masterdata.Inactive, From: trade.Date(values["validFrom"]), Until: trade.Date(values["validTo"])}
		if !found {
			facts, found, err = p.listed(ctx, code, since)
		}
		if err == nil && !(found && facts.ValidOn(day)) {
			facts, found, err = p.listed(ctx, code, began)
		}
		if err != nil {
			return nil, err
		}
		if found {
			out[code] = facts
		}
	}
	return out, nil
}

// accountsOf are the codes of the accounting objects that an invoice is coded to.
func accountsOf(coded mapping.Allocated) map[string]bool {
	out := map[string]bool{}
	for _, item := range coded.Items {
		for _, part := range item.Parts {
			for i, value := range part.Objects {
				if value != "" {
					out[accountCode(i+1, value)] = true
				}
			}
		}
	}
	return out
}

// accountCode is the code of a value of an accounting object, 1 to 7.
func accountCode(object int, value string) string {
	return trade.AccountCode(strconv.Itoa(object), value)
}

// listed looks up an accounting object in M3's list of its dimension, which is read again where it was read before an instant.
func (p *posting) listed(ctx context.Context, code string, since time.Time) (facts mapping.AccountFacts, found bool, err error) {
	dimension, id, err := trade.ParseAccountCode(code)
	if err != nil {
		return facts, false, err
	}
	list, err := p.list(ctx, dimension, since)
	facts, found = list.values[id]
	return facts, found, err
}

func (p *posting) list(ctx context.Context, dimension string, since time.Time) (accountList, error) {
	key := p.company.String() + "/" + dimension
	if list, ok := p.accountLists.Load(key); ok && !list.(accountList).read.Before(since) {
		return list.(accountList), nil
	}
	list := accountList{values: map[string]mapping.AccountFacts{}, read: p.Ledger.Now()}
	accounts, err := p.client.Accounts(p.config.Infor.Programs.Accounts).List(ctx, p.company, dimension)
	if err != nil {
		return list, err
	}
	for _, account := range accounts {
		list.values[account.ID] = mapping.AccountFacts{Blocked: account.Blocked, From: trade.Date(account.From), Until: trade.Date(account.To)}
	}
	p.accountLists.Store(key, list)
	return list, nil
}
