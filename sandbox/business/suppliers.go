package business

import (
	"cmp"
	"fmt"
	"strconv"
)

// MoreSuppliers gives n suppliers of the first company beyond the shipped ones, in the order of their numbers. Nobody
// orders from them, and they have no place at Cleo.
func MoreSuppliers(n int) []Supplier {
	parts := rows(customersCSV)
	out := make([]Supplier, n)
	for i := range out {
		first, trade, place := parts[i%len(parts)], parts[i/len(parts)%len(parts)], parts[i/len(parts)/len(parts)%len(parts)]
		out[i] = Supplier{Cono: "100", Number: fmt.Sprintf("08%08d", i+1), Name: first[0] + " " + trade[1] + ", " + place[3], EDI: "no", Status: "20",
			Currency: "USD", Class: "STD", Street: strconv.Itoa(1+i%990) + " " + place[2], Town: place[3], State: place[4], Postal: place[5], Country: place[6]}
	}
	return out
}

// The keys of the address and the reference that every supplier begins with.
const (
	MainAddress   = "1"  // its type (ADTE); it has no number and no start date
	MainReference = "01" // its type (RFTY)
	OrderDesk     = "ORDERS"
)

// Records give a supplier as CRS620MI has it: basic and purchasing data, the address, and the reference with the e-mail.
func (s Supplier) Records() (basic, address, reference map[string]string) {
	basic = map[string]string{"CONO": s.Cono, "SUNO": s.Number, "SUNM": s.Name, "SUTY": "0", "ALSU": searchKey(s.Name), "STAT": s.Status, "CSCD": s.Country,
		"ECAR": s.State, "LNCD": "GB", "DTFM": "YMD", "PHNO": fictional(s.Number), "SUCL": s.Class, "CUCD": s.Currency, "CRTP": "1", "TEPY": "N30", "PYME": "CHK",
		"ORTY": "100", "DT4T": "0", "DTCD": "0", "ATPR": "0", "RGDT": masterDay, "LMDT": masterDay, "CHNO": "1", "LMTS": masterMoved}
	register := map[string]string{"US": "TINO", "CA": "CORG", "DE": "VRNO"}
	basic[cmp.Or(register[s.Country], "CORG")] = s.Country + s.Number[len(s.Number)-6:] + "88"
	address = map[string]string{"CONO": s.Cono, "SUNO": s.Number, "ADTE": MainAddress, "STDT": "0", "SUNM": s.Name, "ADR1": s.Street, "TOWN": s.Town,
		"ECAR": s.State, "PONO": s.Postal, "CSCD": s.Country, "RGDT": masterDay, "LMDT": masterDay, "CHNO": "1", "LMTS": masterMoved}
	reference = map[string]string{"CONO": s.Cono, "SUNO": s.Number, "RFTY": MainReference, "RFID": OrderDesk, "YRE1": "Order desk",
		"PHNO": fictional(s.Number), "EMAL": "orders@" + domain(s.Name)}
	return basic, address, reference
}
