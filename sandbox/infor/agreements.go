package infor

import "tradewind/sandbox/business"

// agreements are those of all suppliers; nothing in the sandbox changes them.
var agreements = business.Agreements()

// agreement gives the head of a supplier's purchase agreement. Denied may be "PPS100MI/GetAgrHead",
// and "PPS100MI/" with the number of an agreement: M3 has authorities below programs.
func (m *M3) agreement(c call) ([]record, *miError) {
	if m.denied[c.program+"/"+c.transaction] || m.denied[c.program+"/"+c.input["AGNB"]] {
		return nil, &miError{Message: "Not authorized for company " + c.cono, Code: "XAU0008", Field: "CONO", Type: nok}
	}
	for _, a := range agreements {
		if a["CONO"] == c.cono && a["SUNO"] == c.input["SUNO"] && a["AGNB"] == c.input["AGNB"] {
			return []record{a}, nil
		}
	}
	return nil, missing("Purchase agreement", c.input["AGNB"])
}
