// Package reconcile proves that every record is in exactly one state, in count
// and in value: per flow, company, partner and currency, what was received equals
// what the states explain.
package reconcile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// Report is the reconciliation of a period.
type Report struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Balanced bool      `json:"balanced"`
	Chains   []Chain   `json:"chains"`
	// MasterData is of no period: With puts it in.
	MasterData MasterData `json:"masterData"`
	// Outcomes tell people what became of the records, and why.
	Outcomes []Outcome `json:"-"`
}

// Chain is one line of the identity; amounts are decimals in the chain's currency.
type Chain struct {
	Flow      trade.Flow             `json:"flow"`
	Company   string                 `json:"company"`
	Partner   string                 `json:"partner"`
	Currency  string                 `json:"currency"`
	Counts    map[trade.State]int    `json:"counts"`
	Amounts   map[trade.State]string `json:"amounts"`
	Received  int                    `json:"received"`
	Explained int                    `json:"explained"`
	Balanced  bool                   `json:"balanced"`
	Open      []string               `json:"open"`
	totals    map[trade.State]decimal.Decimal
}

// Flows are those that have records.
var Flows = []trade.Flow{trade.OrdersOut, trade.InvoicesOut, trade.InvoicesIn, trade.AcksIn, trade.AcksOut, trade.Suppliers, trade.Customers, trade.Accounts}

// Records reconciles the records of all flows that were registered in [from, to]. A
// delivered record counts as explained only with the file that proves it, a posted one with
// its voucher; a record in a state that the identity does not know is open.
func Records(ctx context.Context, l *ledger.Ledger, from, to time.Time) (Report, error) {
	var records []ledger.Record
	for _, flow := range Flows {
		of, err := l.Records(ctx, ledger.Filter{Flow: flow})
		if err != nil {
			return Report{}, err
		}
		records = append(records, of...)
	}
	report := Report{From: from, To: to, Balanced: true, Chains: []Chain{}, MasterData: noMasterData}
	chains := map[string]*Chain{}
	for _, r := range records {
		if r.CreatedAt.Before(from) || r.CreatedAt.After(to) {
			continue
		}
		if err := chainOf(chains, r).add(r); err != nil {
			return report, err
		}
		report.Outcomes = add(report.Outcomes, r)
	}
	for _, c := range chains {
		c.close()
		report.Balanced = report.Balanced && c.Balanced
		report.Chains = append(report.Chains, *c)
	}
	slices.SortFunc(report.Outcomes, byFlow)
	sort.Slice(report.Chains, func(i, j int) bool { return report.Chains[i].key() < report.Chains[j].key() })
	return report, nil
}

// With puts chain D into a report: it is balanced only where every difference is explained.
func (r Report) With(d MasterData) Report {
	r.MasterData, r.Balanced = d, r.Balanced && d.Agrees
	return r
}

func chainOf(chains map[string]*Chain, r ledger.Record) *Chain {
	c := Chain{Flow: r.Flow, Company: r.Company, Partner: r.Partner, Currency: r.Currency, Counts: map[trade.State]int{},
		Amounts: map[trade.State]string{}, Open: []string{}, totals: map[trade.State]decimal.Decimal{}}
	if known, ok := chains[c.key()]; ok {
		return known
	}
	chains[c.key()] = &c
	return &c
}

func (c *Chain) key() string {
	return fmt.Sprintf("%s/%s/%s/%s", c.Flow, c.Company, c.Partner, c.Currency)
}

func (c *Chain) add(r ledger.Record) error {
	amount, err := decimal.NewFromString(cmp.Or(r.Amount, "0")) // master data have none
	if err != nil {
		return fmt.Errorf("record %s: amount %q is not a decimal", r.ID, r.Amount)
	}
	c.Received++
	c.Counts[r.State]++
	c.totals[r.State] = c.totals[r.State].Add(amount)
	if explained(r) {
		c.Explained++
	} else {
		c.Open = append(c.Open, r.ID)
	}
	return nil
}

// explained says whether the state of a record stands on evidence.
func explained(r ledger.Record) bool {
	switch {
	case r.Flow == trade.InvoicesIn && r.State == trade.StatePosted:
		return r.Voucher != "" && r.Document.SHA256 != ""
	case r.Flow == trade.InvoicesIn || r.Flow == trade.AcksIn:
		return slices.Contains(trade.InwardStates, r.State)
	case trade.MasterEntity(r.Flow) != "":
		return slices.Contains(trade.MasterStates, r.State)
	case r.State.Delivered():
		return r.FileID != "" && r.Document.SHA256 != ""
	}
	return slices.Contains(trade.OutwardStates, r.State)
}

func (c *Chain) close() {
	for state, total := range c.totals {
		c.Amounts[state] = total.String()
	}
	c.Balanced = c.Received == c.Explained
}
