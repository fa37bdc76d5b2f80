package infor_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
	"tradewind/sandbox/infor"
)

// selfBilled posts the first n self-billed invoices and gives their entries by the order of their numbers.
func (w *tenant) selfBilled(n int) []fields {
	w.Helper()
	for _, b := range business.NewGenerator(5, business.Now()).SelfBilled(n, 0) {
		require.NoError(w, w.m3.Enter(b.Cono, b.Divi, b.Head, b.Lines))
	}
	var out []fields
	for _, key := range w.selected("EPYEA4, EPJRNO, EPJSNO, EPSINO from FPLEDG where EPCONO = 100 and EPSUNO = '" + business.SelfBiller + "'") {
		out = append(out, fields{"YEA4": key[0], "JRNO": key[1], "JSNO": key[2], "SINO": key[3]})
	}
	slices.SortFunc(out, func(a, b fields) int { return strings.Compare(a["SINO"], b["SINO"]) })
	require.Len(w, out, n)
	return out
}

// selected runs a query and gives its rows.
func (w *tenant) selected(query string) [][]string {
	w.Helper()
	var out [][]string
	for _, r := range w.do("EXPORTMI", "Select", fields{"QERY": query, "SEPC": "|", "HDRS": "0"}) {
		out = append(out, strings.Split(r["REPL"], "|"))
	}
	return out
}

// invoice reads an entry by its key.
func (w *tenant) invoice(key fields) fields {
	w.Helper()
	return w.do("APS200MI", "GetInvoice", fields{"YEA4": key["YEA4"], "JRNO": key["JRNO"], "JSNO": key["JSNO"], "DIVI": "AAA"})[0]
}

func TestTheLedgerListsWhateverWayAnInvoiceCame(t *testing.T) {
	w := newTenant(t)
	number := w.enter(w.head("INV-1", nil), lines(w.order))
	require.Equal(t, "90", w.validated(number)["SUPA"], w.why(number))
	require.NoError(t, w.m3.Book("100", "AAA", w.head("INV-2", fields{"CUAM": "5", "PUNO": ""}), []fields{{"RDTP": "8", "NLAM": "5", "AO01": "6100"}}))
	w.selfBilled(1)
	today := business.Now().Format("20060102")
	rows := w.selected("EPSINO, EPDIVI, EPTRCD, EPAPRV, EPIVBL, EPPYST from FPLEDG where EPLMDT >= " + today + " and EPLMDT <= " + today)
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	require.Equal(t, [][]string{{"INV-1", "AAA", "40", "1", "0", "0"}, {"INV-2", "AAA", "40", "1", "0", "0"}, {"SB-000001", "AAA", "40", "1", "0", "0"}}, rows)
	require.Empty(t, w.selected("EPSINO from FPLEDG where EPLMDT > "+today))
}

func TestTheLedgerTellsAnInvoiceByItsKey(t *testing.T) {
	w := newTenant(t)
	entries := w.selfBilled(7)
	var approval [][]string
	for i, key := range entries {
		invoice := w.invoice(key)
		require.Equal(t, []string{business.SelfBilledNumber(i + 1), business.SelfBiller, "40", "USD", "N30"},
			[]string{invoice["SINO"], invoice["SPYN"], invoice["TRCD"], invoice["CUCD"], invoice["TEPY"]})
		for _, unknown := range []string{"OCUA", "PCUA", "LMDT", "LOCD", "ACAM"} {
			require.NotContains(t, invoice, unknown, "GetInvoice does not tell it")
		}
		approval = append(approval, []string{invoice["APRV"], invoice["IVBL"]})
	}
	require.Equal(t, [][]string{{"1", "0"}, {"1", "0"}, {"1", "0"}, {"1", "0"}, {"1", "0"}, {"0", "0"}, {"1", "1"}}, approval)

	discount := w.do("APS200MI", "GetCashDiscInfo", fields{"YEA4": entries[3]["YEA4"], "JRNO": entries[3]["JRNO"], "JSNO": entries[3]["JSNO"]})[0]
	require.Equal(t, []string{"210", "2", business.Now().AddDate(0, 0, 10).Format("20060102"), "0", "0"},
		[]string{discount["TECD"], discount["CDP1"], discount["CDT1"], discount["CDP2"], discount["CDT2"]})
	amount := business.Number(w.invoice(entries[3])["CUAM"]).Mul(business.Number("0.02")).Round(2)
	require.Equal(t, amount.String(), discount["CDAM"])
	none := w.do("APS200MI", "GetCashDiscInfo", fields{"YEA4": entries[0]["YEA4"], "JRNO": entries[0]["JRNO"], "JSNO": entries[0]["JSNO"]})[0]
	require.Equal(t, []string{"0", "0", "0"}, []string{none["CDP1"], none["CDT1"], none["CDAM"]})

	for _, name := range []string{"GetInvoice", "GetCashDiscInfo"} {
		w.refused("APS200MI", name, fields{"YEA4": entries[0]["YEA4"], "JRNO": "777", "JSNO": "1"}, "XRE0103", "")
		w.refused("APS200MI", name, with(entries[0], fields{"DIVI": "BBB"}), "XRE0103", "")
		w.refused("APS200MI", name, fields{"YEA4": entries[0]["YEA4"], "JRNO": entries[0]["JRNO"]}, "", "JSNO")
	}
}

func TestAVoucherMayListTheSupplier(t *testing.T) {
	w := newTenant(t)
	entries := w.selfBilled(5)
	for _, payable := range []bool{false, true} {
		require.NoError(t, w.m3.SetProfile(infor.Profile{PayableLines: payable, ValidationDelayMillis: 5}))
		for i, key := range entries {
			invoice, sum := w.invoice(key), business.Number("0")
			listed := w.do("GLS200MI", "LstVoucherLines", fields{"DIVI": "AAA", "YEA4": key["YEA4"], "VONO": invoice["VONO"], "VSER": "AP"})
			numbers := map[string]bool{}
			for _, line := range listed {
				sum, numbers[line["JSNO"]] = sum.Add(business.Number(line["CUAM"])), true
				require.Equal(t, business.Number(line["CUAM"]).IsNegative(), line["DBCR"] == "C", "line %v", line)
				require.Equal(t, line["AIT1"] == "5010", line["ACQT"] != "" && line["UNIT"] != "" && line["VTXT"] != "", "line %v", line)
			}
			require.Len(t, numbers, len(listed), "each line has its number")
			if !payable {
				require.Equal(t, business.Number(invoice["CUAM"]).String(), sum.String(), business.SelfBilledKind(i+1))
				continue
			}
			require.True(t, sum.IsZero(), "%s: %s", business.SelfBilledKind(i+1), sum)
			require.Equal(t, []string{"1", "2010"}, []string{listed[0]["JSNO"], listed[0]["AIT1"]})
		}
	}
	charged := w.do("GLS200MI", "LstVoucherLines", fields{"DIVI": "AAA", "YEA4": entries[1]["YEA4"], "VONO": w.invoice(entries[1])["VONO"]})
	freight, tax := charged[3], charged[4]
	require.Equal(t, []string{"5200", "2330", "10", "5", w.invoice(entries[1])["VTAM"]}, []string{freight["AIT1"], tax["AIT1"], tax["VTCD"], tax["VTP1"], tax["CUAM"]})
	require.Empty(t, w.do("GLS200MI", "LstVoucherLines", fields{"DIVI": "AAA", "YEA4": entries[1]["YEA4"], "VONO": charged[0]["VONO"], "VSER": "GL"}))
}

func TestAVoucherTellsTheInvoicedQuantity(t *testing.T) {
	w := newTenant(t)
	number := w.enter(w.head("INV-1", nil), lines(w.order))
	head := w.validated(number)
	listed := w.do("GLS200MI", "LstVoucherLines", fields{"DIVI": "AAA", "YEA4": head["YEA4"], "VONO": head["VONO"]})
	for i, line := range w.order.Lines {
		require.Equal(t, []string{line["ORQA"], line["PUUN"], "D"}, []string{listed[i]["ACQT"], listed[i]["UNIT"], listed[i]["DBCR"]})
	}
}

func TestWhatM3DoesNotEnter(t *testing.T) {
	w := newTenant(t)
	b := business.NewGenerator(5, business.Now()).SelfBilled(1, 0)[0]
	require.ErrorContains(t, w.m3.Enter("100", "AAA", with(b.Head, fields{"CUAM": "1"}), b.Lines), "sum up to")
	require.ErrorContains(t, w.m3.Enter("100", "AAA", with(b.Head, fields{"SUNO": "999"}), b.Lines), "unknown or blocked")
	require.NoError(t, w.m3.Enter("100", "AAA", b.Head, b.Lines))
	require.ErrorContains(t, w.m3.Enter("100", "AAA", b.Head, b.Lines), "posted already")
	require.Empty(t, w.m3.Batches())
	require.Len(t, w.m3.Vouchers(), 1)
}

func TestAChangedInvoiceIsKept(t *testing.T) {
	w := newTenant(t)
	key := w.selfBilled(6)[5]
	require.NoError(t, w.m3.ChangeInvoice("100", business.SelfBiller, key["SINO"], fields{"APRV": "1", "PAIN": "P-6"}))
	require.ErrorIs(t, w.m3.ChangeInvoice("100", business.SelfBiller, "SB-999999", nil), infor.ErrUnknown)
	require.ErrorContains(t, w.m3.ChangeInvoice("100", business.SelfBiller, key["SINO"], fields{"VONO": "1"}), "VONO")
	before := w.m3.Vouchers()
	w.restart()
	require.Equal(t, before, w.m3.Vouchers())
	require.Equal(t, []string{"1", "P-6"}, []string{w.invoice(key)["APRV"], w.invoice(key)["PAIN"]})
}
