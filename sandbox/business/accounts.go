package business

import _ "embed"

//go:embed accounts.csv
var accountsCSV string

// CostCentre is the accounting object of each warehouse in dimension 2.
var CostCentre = map[string]string{"W01": "4101", "W02": "4102", "W03": "4103", "W11": "4111"}

// Division says whether a company has this division.
func Division(cono, divi string) bool { return divi != "" && divisions[cono] == divi }

// Accounts gives the 400 accounting objects of both companies as CRS630MI does, by company: those of accounts.csv
// in its order, and the generated ones.
func Accounts() []map[string]string {
	var out []map[string]string
	for _, cono := range []string{"100", "200"} {
		for _, f := range rows(accountsCSV) {
			if f[3] != "" && f[3] != cono {
				continue
			}
			out = append(out, account(cono, f))
		}
		out = append(out, moreAccounts(cono)...)
	}
	return out
}
