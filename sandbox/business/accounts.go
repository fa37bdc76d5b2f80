package business

import _ "embed"

//go:embed accounts.csv
var accountsCSV string

// CostCentre is the accounting object of each warehouse in dimension 2.
var CostCentre = map[string]string{"W01": "4101", "W02": "4102", "W03": "4103", "W11": "4111"}

// Division says whether a company has this division.
func Division(cono, divi string) bool { return divi != "" && divisions[cono] == divi }

// Accounts gives the accounting objects of both companies as CRS630MI does,
// ordered as the table is.
func Accounts() []map[string]string {
	var out []map[string]string
	for _, cono := range []string{"100", "200"} {
		for _, f := range rows(accountsCSV) {
			if f[3] != "" && f[3] != cono {
				continue
			}
			account := map[string]string{"CONO": cono, "DIVI": divisions[cono], "AITP": f[0], "AITM": f[1], "TX40": f[2], "TX15": f[2][:min(15, len(f[2]))],
				"AT01": "0", "AT02": "0", "AT11": "0", "LCCD": f[5], "VFDT": f[6], "VTDT": f[7], "RGDT": "20150101", "LMDT": "20240115", "CHNO": "1"}
			account[map[string]string{"balance": "AT01", "payable": "AT11", "result": "AT02"}[f[4]]] = "1"
			out = append(out, account)
		}
	}
	return out
}
