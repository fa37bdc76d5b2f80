package ionapi

import (
	"cmp"
	"context"
	"slices"
)

// Accounts reads the chart of accounts through CRS630MI or a program of the same transactions.
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
