package business

import "fmt"

// The parts of generated names.
var (
	expenses    = []string{"Travel", "Training", "Telephone", "Rent", "Insurance", "Energy", "Cleaning", "Software", "Advertising"}
	units       = []string{"purchasing", "sales", "production", "logistics", "finance", "staff"}
	departments = []string{"Milling", "Turning", "Grinding", "Assembly", "Painting", "Packing", "Inspection", "Tool room", "Maintenance", "Shipping", "Receiving"}
	workplaces  = []string{"line A", "line B", "line C", "line D", "line E", "night shift", "day shift", "repairs", "training"}
	elements    = []string{"Wages", "Materials", "Machines", "Services", "Overheads"}
	causes      = []string{"regular", "overtime", "rework", "set-up", "idle"}
)

// moreAccounts gives those of a company that stand behind the shipped ones: 54 accounts (dimension 1), 99 cost centres (2)
// and 25 cost elements (5), the last of them in the first company alone. No rule and no order names one.
func moreAccounts(cono string) []map[string]string {
	var out []map[string]string
	add := func(dimension, id, name string) {
		out = append(out, account(cono, []string{dimension, id, name, "", "result", "0", "20150101", "0"}))
	}
	for i, expense := range expenses {
		for j, unit := range units {
			add("1", fmt.Sprint(7000+100*i+10*j), expense+", "+unit)
		}
	}
	for i, department := range departments {
		for j, place := range workplaces {
			add("2", fmt.Sprint(6000+10*i+j), department+", "+place)
		}
	}
	for i, element := range elements {
		for j, cause := range causes {
			add("5", fmt.Sprintf("E%d%d", i+1, j+1), element+", "+cause)
		}
	}
	if cono != "100" {
		out = out[:len(out)-1]
	}
	return out
}

// account makes an accounting object of a row of accounts.csv.
func account(cono string, f []string) map[string]string {
	out := map[string]string{"CONO": cono, "DIVI": divisions[cono], "AITP": f[0], "AITM": f[1], "TX40": f[2], "TX15": f[2][:min(15, len(f[2]))],
		"AT01": "0", "AT02": "0", "AT11": "0", "LCCD": f[5], "VFDT": f[6], "VTDT": f[7],
		"RGDT": "20150101", "LMDT": masterDay, "CHNO": "1", "LMTS": masterMoved}
	out[map[string]string{"balance": "AT01", "payable": "AT11", "result": "AT02"}[f[4]]] = "1"
	return out
}
