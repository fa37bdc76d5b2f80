package business

import "strconv"

// The purchase agreements of a supplier, by the last digit of their number.
const (
	frame  = "1" // the supplier has a number of its own for it
	parts  = "2" // so it has for this one
	oral   = "3" // the supplier has none
	purged = "9" // orders name it, and M3 no longer holds it
)

// Agreements gives the purchase agreements of both companies as PPS100MI does, by MI field names.
func Agreements() []map[string]string {
	var out []map[string]string
	for _, s := range Suppliers() {
		for _, kind := range []string{frame, parts, oral} {
			a := map[string]string{"CONO": s.Cono, "SUNO": s.Number, "AGNB": agreementNumber(s.Number, kind), "AGTP": "10", "PAST": "20", "TX30": "Agreement " + kind,
				"FVDT": "20260101", "UVDT": "20281231", "AGRD": "20251201", "BUYE": buyers[0][0], "CUCD": s.Currency, "TEPY": "N30", "TEDL": "FCA", "MODL": "TRK"}
			if kind != oral {
				a["VAGN"] = "FA-" + s.Number + "/" + kind
			}
			out = append(out, a)
		}
	}
	return out
}

// agreementNumber is AGNB, which has seven characters.
func agreementNumber(supplier, kind string) string {
	n, _ := strconv.Atoi(supplier) // the suppliers of the table have numbers
	return strconv.Itoa(100000 + n%100000)[:6] + kind
}

// agree makes the i-th order refer to agreements, by its place alone: it draws no random number.
func agree(o *Order, i int) {
	refer := func(fields map[string]string, kind string) {
		fields["OURT"], fields["OURR"] = "1", agreementNumber(o.Head["SUNO"], kind)
	}
	switch i % 20 {
	case 5:
		refer(o.Head, frame)
	case 9:
		refer(o.Lines[0], parts)
	case 13:
		refer(o.Head, frame)
		refer(o.Lines[len(o.Lines)-1], parts)
	case 15:
		refer(o.Head, oral)
	case 17:
		refer(o.Head, purged)
	}
}
