package ionapi

import (
	"cmp"
	"context"
	"slices"
)

// Accounts reads and writes the chart of accounts through CRS630MI or a program of the same transactions.
type Accounts struct {
	client  *Client
	program string
}

// Accounts gives the accounting identity program of that name; the standard one is CRS630MI.
func (c *Client) Accounts(program string) Accounts {
	return Accounts{client: c, program: program}
}

// Account is a value of an accounting dimension (LstAccountID). Dates are YYYYMMDD, "" for no limit.
type Account struct {
	Division  string `mi:"DIVI"`         // "" where all divisions share it
	Dimension string `mi:"AITP,nonzero"` // 1 accounts; the meaning of 2 to 7 is each company's own
	ID        string `mi:"AITM"`
	Name      string `mi:"TX40"`
	ShortName string `mi:"TX15"`
	Group     string `mi:"AICL"`
	Blocked   bool   `mi:"LCCD"`
	From      string `mi:"VFDT,date"` // first day of validity
	To        string `mi:"VTDT,date"` // last day of validity
	Changed   string `mi:"LMDT,date"`
	// ChangedAt is in milliseconds since 1970 UTC. No transaction takes it or ChangeNumber: compare after reading anew.
	ChangedAt    int64  `mi:"LMTS"`
	ChangeNumber string `mi:"CHNO,nonzero"`
}

// AccountEntry is a value of an accounting dimension to be made or changed. Codes of one digit are 1 for yes and 0 for no,
// dates YYYYMMDD. As a change an empty field is one that stays, and Clear empties one.
type AccountEntry struct {
	Division   string `mi:"DIVI"` // that of the call's company where it is empty
	Dimension  string `mi:"AITP"`
	ID         string `mi:"AITM"`
	Name       string `mi:"TX40"`
	ShortName  string `mi:"TX15"`
	Group      string `mi:"AICL"`
	Blocked    string `mi:"LCCD"`
	From       string `mi:"VFDT"` // first day of validity
	To         string `mi:"VTDT"` // last day of validity
	Balance    string `mi:"AT01"` // a balance account
	Result     string `mi:"AT02"` // a profit or loss account
	Receivable string `mi:"AT03"`
	Payable    string `mi:"AT11"`
}

// List reads a whole dimension, "1" to "7", in M3's order.
func (p Accounts) List(ctx context.Context, company Company, dimension string) ([]Account, error) {
	foreign := func(a Account) bool { return cmp.Or(a.Dimension, dimension) != dimension }
	accounts, err := completeOf(ctx, p.client, Query{Program: p.program, Transaction: "LstAccountID", Company: company,
		Input: Record{"AITP": dimension}}, "AITM", func(a Account) string {
		if foreign(a) {
			return ""
		}
		return a.ID
	})
	return slices.DeleteFunc(accounts, foreign), err
}

// Add makes values of dimensions (AddAccountID), in as few POSTs as possible; M3 demands Dimension, ID and Name. The outcomes
// stand in the order of the entries, nil where M3 did it; see AlreadyExists for those that it has.
func (p Accounts) Add(ctx context.Context, company Company, entries []AccountEntry) ([]*Error, error) {
	return p.client.writeEach(ctx, company, p.program, "AddAccountID", inputsOfEach(entries))
}

// Update changes values of dimensions (UpdAccountID): the fields that are set. The outcomes stand in the order of the
// entries.
func (p Accounts) Update(ctx context.Context, company Company, entries []AccountEntry) ([]*Error, error) {
	return p.client.writeEach(ctx, company, p.program, "UpdAccountID", inputsOfEach(entries))
}
