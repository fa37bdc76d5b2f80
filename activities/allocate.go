package activities

import (
	"context"
	"strconv"
	"time"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// accountsFresh is how long a list of accounting objects is used before it is read again.
const accountsFresh = 10 * time.Minute

// accountList holds the values of one accounting object of a division.
type accountList struct {
	values map[string]mapping.AccountFacts
	read   time.Time
}

// allocate gives a matched invoice its accounting objects, and makes the plan of it.
func (p *posting) allocate(ctx context.Context, profile mapping.Profile, invoice trade.Invoice, orders map[string]mapping.OrderFacts) (Plan, trade.Reason, error) {
	answers, err := p.client.Suppliers(p.config.Infor.Programs.Suppliers).BasicData(ctx, p.company, []string{invoice.Supplier})
	if err != nil {
		return Plan{}, trade.Reason{}, err
	}
	if answers[0].Err != nil {
		return Plan{}, trade.Reason{}, answers[0].Err
	}
	supplier := answers[0].Value
	if supplier.Status == supplierBlocked {
		return Plan{}, trade.Data(trade.ReasonSupplierBlocked, "supplier "+invoice.Supplier, "release the supplier in CRS620, then replay",
			"supplier %s is blocked in M3", invoice.Supplier), nil
	}
	lists, err := p.accounts(ctx)
	if err != nil {
		return Plan{}, trade.Reason{}, err
	}
	books, err := p.books()
	if err != nil {
		return Plan{}, trade.Reason{}, err
	}
	date, reason := books.AccountingDate(invoice.Date)
	if !reason.IsZero() {
		return Plan{}, reason, nil
	}
	allocated, reason := p.config.Allocation.Allocate(invoice, mapping.AllocationInput{
		Strategy: profile.Invoice.Allocation, Orders: orders, Date: date,
		Supplier: mapping.SupplierFacts{Group: supplier.Group, Country: supplier.Country},
		Accounts: func(object int, value string) (mapping.AccountFacts, bool) {
			facts, known := lists[object].values[value]
			return facts, known
		},
	})
	if !reason.IsZero() {
		return Plan{}, reason, nil
	}
	batch := mapping.M3Invoice{Invoice: invoice, Allocated: allocated}
	if date != invoice.Date {
		batch.AccountingDate = date
	}
	head, lines, reason := batch.Records()
	return Plan{Invoice: invoice, Key: mapping.BusinessKey(invoice), Year: strconv.Itoa(mapping.InvoiceYear(invoice)), Head: head, Lines: lines, Trace: allocated.Trace}, reason, nil
}

// books are the accounting dates that the record's company takes.
func (p *posting) books() (mapping.Books, error) {
	key, err := trade.ParseCompany(p.record.Company)
	if err != nil {
		return mapping.Books{}, err
	}
	company, err := p.config.Company(key)
	return company.Books, err
}

// accounts gives the values of the accounting objects that rules may write, read from M3
// now and then.
func (p *posting) accounts(ctx context.Context) (map[int]accountList, error) {
	out := map[int]accountList{}
	if len(p.config.Allocation.Rules) == 0 {
		return out, nil
	}
	for _, object := range p.config.Allocation.Dimensions {
		key := p.company.String() + "/" + strconv.Itoa(object)
		if list, ok := p.accountLists.Load(key); ok && p.Ledger.Now().Sub(list.(accountList).read) < accountsFresh {
			out[object] = list.(accountList)
			continue
		}
		accounts, err := p.client.Accounts(p.config.Infor.Programs.Accounts).List(ctx, p.company, strconv.Itoa(object))
		if err != nil {
			return nil, err
		}
		list := accountList{values: map[string]mapping.AccountFacts{}, read: p.Ledger.Now()}
		for _, account := range accounts {
			list.values[account.ID] = mapping.AccountFacts{Blocked: account.Blocked, From: trade.Date(account.From), Until: trade.Date(account.To)}
		}
		p.accountLists.Store(key, list)
		out[object] = list
	}
	return out, nil
}
