package infor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"tradewind/sandbox/business"
)

// payableAccount is where the supplier's balance stands.
const payableAccount = "2010"

// invoice gives what the supplier ledger says of a posted invoice. Nobody pays in the sandbox: all of
// it is outstanding.
func (v *voucher) invoice() record {
	amount := v.Head["CUAM"]
	return with(v.Head, record{"TRCD": "40", "IVTP": "20", "IVBL": cmp.Or(v.Head["IVBL"], "0"), "APRV": cmp.Or(v.Head["APRV"], approved),
		"PYST": cmp.Or(v.Head["PYST"], "0"), "RECO": "0", "ACAM": amount, "OCUA": amount, "OAMT": amount, "TBCU": "0", "CHNO": cmp.Or(v.Head["CHNO"], "1")})
}

// ledgerInvoice finds a posted invoice by M3's duplicate key.
func (m *M3) ledgerInvoice(c call) ([]record, *miError) {
	for _, v := range m.vouchers {
		if same("DIVI", "SPYN", "SINO", "INYR", "SUNO")(v.Head, c.input) && v.Head["CONO"] == c.cono {
			return []record{v.invoice()}, nil
		}
	}
	return nil, missing("Invoice", c.input["SINO"])
}

// entryOf finds a posted invoice by the key of the ledger.
func (m *M3) entryOf(c call) (*voucher, *miError) {
	divi := cmp.Or(c.input["DIVI"], c.divi)
	for _, v := range m.vouchers {
		if v.Head["CONO"] != c.cono || (divi != "" && v.Head["DIVI"] != divi) {
			continue
		}
		if !slices.ContainsFunc([]string{"YEA4", "JRNO", "JSNO"}, func(key string) bool { return v.Head[key] != plain(c.input[key]) }) {
			return v, nil
		}
	}
	return nil, missing("Invoice", c.input["YEA4"]+"/"+c.input["JRNO"]+"/"+c.input["JSNO"])
}

func (m *M3) getInvoice(c call) ([]record, *miError) {
	v, e := m.entryOf(c)
	if e != nil {
		return nil, e
	}
	return []record{v.invoice()}, nil
}

// cashDiscounts gives the discounts of a posted invoice; the amount is that of the first.
func (m *M3) cashDiscounts(c call) ([]record, *miError) {
	v, e := m.entryOf(c)
	if e != nil {
		return nil, e
	}
	out := with(v.Head, record{"SPLT": "0"})
	for i := 1; i <= 3; i++ {
		percent := business.Number(v.Head[fmt.Sprintf("CDP%d", i)])
		amount := business.Number(v.Head["CUAM"]).Mul(percent).Shift(-2).Round(2)
		if given := v.Head[fmt.Sprintf("CDC%d", i)]; given != "" {
			amount = business.Number(given)
		}
		maps.Copy(out, record{fmt.Sprintf("CDP%d", i): percent.String(), fmt.Sprintf("CDT%d", i): cmp.Or(v.Head[fmt.Sprintf("CDT%d", i)], "0"),
			fmt.Sprintf("CDA%d", i): amount.String(), fmt.Sprintf("LDA%d", i): amount.String()})
	}
	out["CDAM"], out["LDAM"] = out["CDA1"], out["CDA1"]
	return []record{out}, nil
}

func (m *M3) voucherLines(c call) ([]record, *miError) {
	var out []record
	for _, v := range m.vouchers {
		if v.Head["CONO"] != c.cono || !same("DIVI", "YEA4", "VONO")(v.Head, c.input) || (c.input["VSER"] != "" && c.input["VSER"] != v.Head["VSER"]) {
			continue
		}
		head := record{}
		for _, key := range []string{"CONO", "DIVI", "YEA4", "JRNO", "VSER", "VONO", "ACDT", "CUCD", "RGDT", "LMDT"} {
			head[key] = v.Head[key]
		}
		for _, line := range m.transactionsOf(v) {
			side := "D"
			if business.Number(line["NLAM"]).IsNegative() {
				side = "C"
			}
			out = append(out, with(head, with(line, record{"CUAM": line["NLAM"], "ACAM": line["NLAM"], "TRCD": "40", "DBCR": side,
				"ACQT": cmp.Or(line["ACQT"], line["IVQA"]), "UNIT": line["PUUN"]})))
		}
	}
	return out, nil
}

// transactionsOf gives the lines of a voucher; where the tenant lists it, first the supplier's, which
// makes the voucher sum up to zero.
func (m *M3) transactionsOf(v *voucher) []record {
	if !m.PayableLines {
		return v.Lines
	}
	out := []record{{"JSNO": "1", "AIT1": payableAccount, "NLAM": business.Number(v.Head["CUAM"]).Neg().String()}}
	for i, line := range v.Lines {
		out = append(out, with(line, record{"JSNO": strconv.Itoa(i + 2)}))
	}
	return out
}

// Enter posts an invoice that M3 made itself, without a batch: head and lines with the fields of AddHead
// and AddLine, and of the ledger (APRV, IVBL, VTXT). Item lines are for goods that were settled at
// their receipt, and name no order.
func (m *M3) Enter(cono, divi string, head map[string]string, lines []map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := &batch{head: with(record{"SPYN": head["SUNO"], "VTAM": "0", "TXIN": "0"}, with(head, record{"CONO": cono, "DIVI": divi})), lines: lines}
	found := &verdict{lines: map[string]bool{}}
	m.checkHead(b, found)
	m.checkAccounts(b, found)
	if found.status != "" {
		return fmt.Errorf("entering %s: %s", head["SINO"], found.why[0])
	}
	return m.commit(entry{Vouchers: []*voucher{m.post(b)}})
}

// ChangeInvoice lays fields over the head of a posted invoice, such as {"APRV": "1"}: it changes today.
func (m *M3) ChangeInvoice(cono, supplier, number string, fields map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.vouchers {
		if same("CONO", "SUNO", "SINO")(v.Head, record{"CONO": cono, "SUNO": supplier, "SINO": number}) {
			changed := &voucher{Head: with(v.Head, record{"LMDT": today()}), Lines: v.Lines}
			for name, value := range fields {
				if slices.Contains([]string{"CONO", "DIVI", "YEA4", "JRNO", "JSNO", "VONO", "LMDT"}, name) {
					return fmt.Errorf("%s of invoice %s is its key, or M3's to set: leave it out", name, number)
				}
				changed.Head[name] = value
			}
			return m.commit(entry{Vouchers: []*voucher{changed}})
		}
	}
	return fmt.Errorf("invoice %s of supplier %s in company %s: %w", number, supplier, cono, ErrUnknown)
}
