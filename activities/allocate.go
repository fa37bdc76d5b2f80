package activities

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// accountsFresh is how long a list of accounting objects is used before it is read again.
const accountsFresh = 10 * time.Minute

// accountList holds the values of one accounting object of a division.
type accountList struct {
	values map[string]mapping.AccountFacts
	read   time.Time
}

// allocate gives a matched invoice its accounting objects, and makes the plan of it; original is
// the year of the invoice that a credit note corrects.
func (p *posting) allocate(ctx context.Context, profile mapping.Profile, invoice trade.Invoice, original int, orders map[string]mapping.OrderFacts) (Plan, trade.Reason, error) {
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
	date, reason := p.books.AccountingDate(invoice.Date)
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
	if allocated, reason, err = p.possible(ctx, allocated); err != nil || !reason.IsZero() {
		return Plan{}, reason, err
	}
	batch := mapping.M3Invoice{Invoice: invoice, Allocated: allocated, OriginalYear: original}
	if date != invoice.Date {
		batch.AccountingDate = date
	}
	head, lines, reason := batch.Records()
	return Plan{Invoice: invoice, Key: mapping.DuplicateKey(invoice, profile.Invoice.DuplicateScope), Year: strconv.Itoa(mapping.InvoiceYear(invoice)), Head: head, Lines: lines,
		Information: batch.Info(), Recoding: batch.Recoding(), Trace: allocated.Trace}, reason, nil
}

// possible chooses the strategy that this M3 can follow, which it is asked now and then.
func (p *posting) possible(ctx context.Context, allocated mapping.Allocated) (mapping.Allocated, trade.Reason, error) {
	if allocated.Strategy != mapping.Objects && allocated.Strategy != mapping.Recode {
		return allocated, trade.Reason{}, nil
	}
	program := p.config.Infor.Programs.Invoices
	can, err := p.capabilities(ctx, program)
	if err != nil {
		return allocated, trade.Reason{}, err
	}
	strategy, reason := allocated.Strategy.Possible(can)
	if strategy != allocated.Strategy {
		allocated.Trace = append(allocated.Trace, mapping.AllocationStep{Rule: "strategy", Value: string(strategy),
			Why: fmt.Sprintf("%s of this M3 does not serve the strategy %s", program, allocated.Strategy)})
		allocated.Strategy = strategy
	}
	return allocated, reason, nil
}

// capability is what a tenant's invoice program can do, and when it was asked.
type capability struct {
	can  ionapi.Capabilities
	read time.Time
}

func (p *posting) capabilities(ctx context.Context, program string) (ionapi.Capabilities, error) {
	key := p.company.String() + "/" + program
	if known, ok := p.capabilityOf.Load(key); ok && p.Ledger.Now().Sub(known.(capability).read) < accountsFresh {
		return known.(capability).can, nil
	}
	can, err := p.client.Metadata(metadataProgram).Capability(ctx, program)
	if err == nil {
		p.capabilityOf.Store(key, capability{can, p.Ledger.Now()})
	}
	return can, err
}

// metadataProgram tells which transactions and fields the programs of a tenant have.
const metadataProgram = "MRS001MI"

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
