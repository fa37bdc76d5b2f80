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

// allocate gives a matched invoice its accounting objects, and makes the plan of it; original is
// the year of the invoice that a credit note corrects.
func (p *posting) allocate(ctx context.Context, profile mapping.Profile, invoice trade.Invoice, original int, orders map[string]mapping.OrderFacts) (Plan, trade.Reason, error) {
	supplier, reason, err := p.supplier(ctx, invoice)
	if err != nil || !reason.IsZero() {
		return Plan{}, reason, err
	}
	date, reason := p.books.AccountingDate(invoice.Date)
	if !reason.IsZero() {
		return Plan{}, reason, nil
	}
	allocated, reason, err := p.code(ctx, invoice, mapping.AllocationInput{Strategy: profile.Invoice.Allocation, Orders: orders, Date: date, Supplier: supplier})
	if err != nil || !reason.IsZero() {
		return Plan{}, reason, err
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

// code lets the rules write the accounting objects: first unchecked, which tells whose facts are needed, then held against
// them.
func (p *posting) code(ctx context.Context, invoice trade.Invoice, in mapping.AllocationInput) (mapping.Allocated, trade.Reason, error) {
	written, _ := p.config.Allocation.Allocate(invoice, in)
	accounts, err := p.accounts(ctx, invoice.Company, written, in.Date)
	if err != nil {
		return mapping.Allocated{}, trade.Reason{}, err
	}
	in.Accounts = func(object int, value string) (mapping.AccountFacts, bool) {
		facts, known := accounts[accountCode(object, value)]
		return facts, known
	}
	allocated, reason := p.config.Allocation.Allocate(invoice, in)
	return allocated, reason, nil
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
	if known, ok := p.capabilityOf.Load(key); ok && p.Ledger.Now().Sub(known.(capability).read) < listFresh {
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
