package infor_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/infor"
)

func TestAnInvoiceIsPosted(t *testing.T) {
	w := newTenant(t)
	number := w.enter(w.head("INV-1", nil), lines(w.order))
	require.Equal(t, "10", w.do("APS450MI", "GetHead", fields{"INBN": number})[0]["SUPA"])
	require.Equal(t, []fields{{"INBN": number, "IBTP": "20", "SUPA": "10"}},
		w.do("APS450MI", "LstInvBySupInv", fields{"SPYN": w.order.Head["SUNO"], "SUNO": w.order.Head["SUNO"], "SINO": "INV-1"}))
	listed := w.do("APS450MI", "LstLines", fields{"INBN": number})
	require.Len(t, listed, len(w.order.Lines))
	require.Equal(t, "1", listed[0]["TRNO"], "lines are counted")

	head := w.validated(number)
	require.Equal(t, []string{"90", "0", "0", "30000001", "c-INV-1"}, []string{head["SUPA"], head["IBHE"], head["IBLE"], head["VONO"], head["CORI"]}, w.why(number))
	require.Equal(t, business.Now().Format("2006"), head["YEA4"])

	ledger := w.do("APS200MI", "GetInvTotInfo", fields{"DIVI": "AAA", "SPYN": head["SPYN"], "SINO": "INV-1", "INYR": head["YEA4"], "SUNO": head["SUNO"]})
	require.Equal(t, []string{"30000001", head["CUAM"]}, []string{ledger[0]["VONO"], ledger[0]["CUAM"]})
	coded := w.do("GLS200MI", "LstVoucherLines", fields{"DIVI": "AAA", "YEA4": head["YEA4"], "VONO": head["VONO"]})
	require.Equal(t, []string{"5010", business.CostCentre[w.order.Head["WHLO"]]}, []string{coded[0]["AIT1"], coded[0]["AIT2"]})

	for _, l := range w.do("PPS200MI", "LstLine", fields{"PUNO": w.order.Head["PUNO"]}) {
		require.Equal(t, []string{l["ORQA"], "85", "85"}, []string{l["IVQA"], l["PUSL"], l["PUST"]})
	}
	require.Len(t, w.do("PPS200MI", "LstReceiptsByPO", fields{"PUNO": w.order.Head["PUNO"]}), len(w.order.Lines))
	vouchers := w.m3.Vouchers()
	require.Len(t, vouchers, 1)
	require.Equal(t, "c-INV-1", vouchers[0]["CORI"])
}

func TestM3IsNotIdempotent(t *testing.T) {
	w := newTenant(t)
	one, two := w.enter(w.head("INV-1", nil), lines(w.order)), w.enter(w.head("INV-1", nil), lines(w.order))
	require.NotEqual(t, one, two)
	require.Equal(t, "90", w.validated(one)["SUPA"])
	require.Equal(t, []string{"15", "1"}, []string{w.validated(two)["SUPA"], w.validated(two)["IBHE"]})
	w.refused("APS450MI", "AddHead", w.head("INV-1", nil), "XRE0104", "SINO")
	w.m3.LateDuplicates = true
	require.NotEmpty(t, w.enter(w.head("INV-1", nil), nil))
}

func TestWhatATransactionRefuses(t *testing.T) {
	w := newTenant(t)
	number := w.enter(w.head("INV-1", nil), lines(w.order)[:1])
	w.refused("APS450MI", "AddHead", fields{"SUNO": "0010045"}, "", "IVDT")
	w.refused("APS450MI", "AddHead", w.head(strings.Repeat("9", 25), nil), "", "SINO")
	w.refused("APS450MI", "AddHead", w.head("X", fields{"IVDT": "20261301"}), "", "IVDT")
	w.refused("APS450MI", "AddHead", w.head("X", fields{"CUAM": "1,50"}), "XNU0000", "CUAM")
	w.refused("APS450MI", "AddHead", w.head("X", fields{"CDP1": "2%"}), "XNU0000", "CDP1")
	w.refused("APS450MI", "AddHead", w.head("X", fields{"CDT2": "soon"}), "", "CDT2")
	w.refused("APS450MI", "AddHead", w.head("X", fields{"DIVI": "ZZZ"}), "XRE0103", "DIVI")
	w.refused("APS450MI", "AddHead", w.head("X", fields{"IBTP": "25"}), "", "IBTP")
	w.refused("APS450MI", "AddLine", fields{"INBN": "99", "RDTP": "1"}, "XRE0103", "")
	w.refused("APS450MI", "AddLine", fields{"INBN": number, "RDTP": "4"}, "", "RDTP")
	w.refused("APS450MI", "AddLine", fields{"INBN": number, "RDTP": "2", "TRNO": "1"}, "XRE0104", "TRNO")
	w.refused("APS450MI", "AddLine", fields{"INBN": number, "RDTP": "2", "NLAM": "x"}, "XNU0000", "NLAM")
	w.refused("APS450MI", "GetHead", fields{"INBN": "99"}, "XRE0103", "")
	w.refused("APS450MI", "AddAddInfo", fields{"INBN": "99", "PEXN": "1", "PEXI": "x"}, "XRE0103", "")
	w.refused("APS455MI", "ValidByBatchNo", fields{"INBN": "99"}, "XRE0103", "")
	w.refused("APS450MI", "NoSuchTransaction", fields{}, "", "")
	w.do("APS450MI", "AddAddInfo", fields{"INBN": number, "PEXN": "1", "PEXI": "x"})

	w.m3.ValidationDelay = time.Minute
	w.do("APS455MI", "ValidByBatchNo", fields{"INBN": number})
	require.Equal(t, "20", w.do("APS450MI", "GetHead", fields{"INBN": number})[0]["SUPA"])
	w.refused("APS450MI", "AddLine", fields{"INBN": number, "RDTP": "2"}, "", "INBN")
	w.refused("APS455MI", "ValidByBatchNo", fields{"INBN": number}, "", "INBN")
	w.refused("APS450MI", "DltInvoice", fields{"INBN": number}, "", "INBN")
}

func TestWhatValidationFinds(t *testing.T) {
	first := func(changes fields) func(*tenant) (fields, []fields) {
		return func(w *tenant) (fields, []fields) {
			all := lines(w.order)
			all[0] = with(all[0], changes)
			return nil, all
		}
	}
	head := func(changes fields) func(*tenant) (fields, []fields) {
		return func(w *tenant) (fields, []fields) { return changes, lines(w.order) }
	}
	lastYears := fields{"ACDT": business.Now().AddDate(-3, 0, 0).Format("20060102")}
	for name, c := range map[string]struct {
		supa string
		line bool
		make func(*tenant) (fields, []fields)
	}{
		"unknown supplier":    {"15", true, head(fields{"SUNO": "999"})},
		"blocked payee":       {"15", false, head(fields{"SPYN": "0010297"})},
		"no number":           {"15", false, head(fields{"SINO": ""})},
		"unknown currency":    {"15", false, head(fields{"CUCD": "XXX"})},
		"total":               {"15", false, head(fields{"CUAM": "0.01"})},
		"VAT not in the sum":  {"15", false, head(fields{"VTAM": "1"})},
		"period not open":     {"15", false, head(lastYears)},
		"no lines":            {"15", false, func(*tenant) (fields, []fields) { return nil, nil }},
		"unknown account":     {"15", true, first(fields{"AO01": "7777"})},
		"blocked account":     {"15", true, first(fields{"AO01": "5999"})},
		"expired account":     {"15", true, first(fields{"AO01": "5998"})},
		"blocked cost centre": {"15", true, first(fields{"AO02": "4999"})},
		"accounting line without an account": {"15", true, func(w *tenant) (fields, []fields) {
			return nil, append(lines(w.order), fields{"RDTP": "8", "NLAM": "0"})
		}},
		"unknown order": {"78", true, first(fields{"PUNO": "1"})},
		"unknown line":  {"78", true, first(fields{"PNLI": "777"})},
		"other item":    {"78", true, first(fields{"ITNO": "OTHER"})},
		"other unit":    {"78", true, first(fields{"PUUN": "XX"})},
		"no quantity":   {"78", true, first(fields{"IVQA": ""})},
		"too many":      {"78", true, first(fields{"IVQA": "100000"})},
		"price":         {"78", true, first(fields{"NEPR": "100000"})},
		"not received":  {"78", true, func(w *tenant) (fields, []fields) { return fields{"CUAM": total(w.open)}, lines(w.open) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTenant(t)
			changes, batch := c.make(w)
			number := w.enter(w.head("INV-1", changes), batch)
			got := w.validated(number)
			require.Equal(t, []string{c.supa, "1", map[bool]string{true: "1", false: "0"}[c.line], "0"}, []string{got["SUPA"], got["IBHE"], got["IBLE"], got["VONO"]}, w.why(number))
			require.Empty(t, w.m3.Vouchers())
			require.Equal(t, "75", w.do("PPS001MI", "GetHeadBasic", fields{"PUNO": w.order.Head["PUNO"]})[0]["PUSL"])
		})
	}
}

func TestALateReceiptLetsTheSameBatchPass(t *testing.T) {
	w := newTenant(t)
	number := w.enter(w.head("INV-1", fields{"CUAM": total(w.open), "PUNO": w.open.Head["PUNO"]}), lines(w.open))
	require.Equal(t, "78", w.validated(number)["SUPA"])
	require.NoError(t, w.m3.Receive("100", w.open.Head["PUNO"], nil))
	head := w.validated(number)
	require.Equal(t, []string{"90", "0", "0"}, []string{head["SUPA"], head["IBHE"], head["IBLE"]}, w.why(number))
	for _, l := range w.do("APS450MI", "LstLines", fields{"INBN": number}) {
		require.Equal(t, "0", l["IBLE"])
	}
	require.ErrorIs(t, w.m3.Receive("100", "1", nil), infor.ErrUnknown)
	require.Error(t, w.m3.Receive("100", w.open.Head["PUNO"], fields{"777": "1"}))
}

func TestChargesTaxCodingAndCredit(t *testing.T) {
	w := newTenant(t)
	sum := business.Number(total(w.order))
	all := append(lines(w.order), fields{"RDTP": "2", "CEID": "FRT", "NLAM": "15"}, fields{"RDTP": "3", "VTCD": "1", "VTA1": "7.25"},
		fields{"RDTP": "8", "NLAM": "3", "AO01": "6100", "AO02": "4400"})
	number := w.enter(w.head("INV-1", fields{"CUAM": sum.Add(business.Number("25.25")).String(), "VTAM": "7.25"}), all)
	require.Equal(t, "90", w.validated(number)["SUPA"], w.why(number))
	content, err := json.Marshal(w.m3.Vouchers()[0]["lines"])
	require.NoError(t, err)
	var coded []fields
	require.NoError(t, json.Unmarshal(content, &coded))
	coded = coded[len(w.order.Lines):]
	require.Equal(t, [][]string{{"5200", business.CostCentre[w.order.Head["WHLO"]], "15"}, {"2330", "", "7.25"}, {"6100", "4400", "3"}},
		[][]string{{coded[0]["AIT1"], coded[0]["AIT2"], coded[0]["NLAM"]}, {coded[1]["AIT1"], coded[1]["AIT2"], coded[1]["NLAM"]}, {coded[2]["AIT1"], coded[2]["AIT2"], coded[2]["NLAM"]}})

	credit := lines(w.order)[:1]
	credit[0]["IVQA"], credit[0]["NLAM"] = "-"+credit[0]["IVQA"], "-"+credit[0]["NLAM"]
	require.NoError(t, w.m3.Book("100", "AAA", w.head("CN-1", fields{"CUAM": credit[0]["NLAM"], "DNOI": "INV-1"}), credit))
	require.Error(t, w.m3.Book("100", "AAA", w.head("CN-2", fields{"CUAM": credit[0]["NLAM"]}), credit), "nothing is left to credit")
	first := w.do("PPS200MI", "LstLine", fields{"PUNO": w.order.Head["PUNO"]})[0]
	require.Equal(t, []string{"0", "75"}, []string{first["IVQA"], first["PUSL"]})
}

func TestEverythingSurvivesARestart(t *testing.T) {
	w := newTenant(t)
	done := w.enter(w.head("INV-1", nil), lines(w.order))
	require.Equal(t, "90", w.validated(done)["SUPA"])
	gone, waiting := w.enter(w.head("INV-2", nil), nil), w.enter(w.head("INV-3", fields{"CUAM": "5"}), []fields{{"RDTP": "2", "NLAM": "5"}})
	last := w.enter(w.head("INV-4", nil), nil)
	w.do("APS450MI", "DltInvoice", fields{"INBN": gone})
	w.do("APS450MI", "DltInvoice", fields{"INBN": last})
	require.NoError(t, w.m3.ChangeAccount("1", "5300", fields{"LCCD": "1"}))
	require.NoError(t, w.m3.ClosePeriods(map[string][]string{"100": {"202001"}}))
	w.m3.ValidationDelay = time.Minute
	w.do("APS455MI", "ValidByBatchNo", fields{"INBN": waiting})
	batches, vouchers, accounts := w.m3.Batches(), w.m3.Vouchers(), w.m3.Accounts()
	f, err := os.OpenFile(w.file, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(`{"heads":[{"INBN":"77`) // torn by the end of the process
	require.NoError(t, err)
	require.NoError(t, f.Close())

	w.restart()
	require.Equal(t, vouchers, w.m3.Vouchers())
	require.Equal(t, accounts, w.m3.Accounts())
	require.Len(t, w.m3.Batches(), len(batches))
	require.Equal(t, "90", w.settled(waiting)["SUPA"], "the job that waited runs after the restart")
	require.Equal(t, "85", w.order.Head["PUSL"])
	w.refused("APS450MI", "GetHead", fields{"INBN": gone}, "XRE0103", "")
	require.Greater(t, w.enter(w.head("INV-5", nil), nil), last, "numbers are never used twice")
}

func TestAccountsPeriodsAndBuilds(t *testing.T) {
	w := newTenant(t)
	centres := w.do("CRS630MI", "LstAccountID", fields{"AITP": "2", "AITM": "4103"})
	require.Equal(t, "4103", centres[0]["AITM"])
	require.Equal(t, "1", w.do("CRS630MI", "GetAccountID", fields{"AITP": "1", "AITM": "5999"})[0]["LCCD"])
	w.refused("CRS630MI", "GetAccountID", fields{"AITP": "1", "AITM": "1"}, "XRE0103", "")

	number := w.enter(w.head("INV-1", nil), lines(w.order))
	require.NoError(t, w.m3.ChangeAccount("1", "5010", fields{"LCCD": "1"}))
	require.Equal(t, "15", w.validated(number)["SUPA"])
	require.NoError(t, w.m3.ChangeAccount("1", "5010", fields{"LCCD": "0"}))
	require.NoError(t, w.m3.ClosePeriods(map[string][]string{"100": {business.Now().Format("200601")}}))
	require.Equal(t, "15", w.validated(number)["SUPA"])
	require.NoError(t, w.m3.ClosePeriods(nil))
	require.Equal(t, "90", w.validated(number)["SUPA"])
	require.ErrorIs(t, w.m3.ChangeAccount("1", "0", nil), infor.ErrUnknown)

	require.Error(t, w.m3.Expose(fields{"APS100MI": "NOSUCHMI"}))
	require.NoError(t, w.m3.Expose(fields{"APS100MI": "APS450MI"}))
	require.Equal(t, "90", w.do("APS100MI", "GetHead", fields{"INBN": number})[0]["SUPA"])
	require.Len(t, w.do("MRS001MI", "LstTransactions", fields{"MINM": "APS100MI"}), 10)
	w.m3.OnPremises = true
	require.Len(t, w.do("MRS001MI", "LstTransactions", fields{"MINM": "APS450MI"}), 7)
	for _, f := range w.do("MRS001MI", "LstFields", fields{"MINM": "APS450MI", "TRNM": "AddLine", "TRTP": "I"}) {
		require.NotContains(t, f["FLNM"], "AO0")
	}
	w.refused("APS450MI", "DltInvoice", fields{"INBN": number}, "", "")
	w.m3.PostedVanish = true
	w.refused("APS450MI", "GetHead", fields{"INBN": number}, "XRE0103", "")
}

func TestFaultsBeforeAndAfterTheEffect(t *testing.T) {
	w := newTenant(t)
	add := transaction{"AddHead", w.head("INV-1", nil)}
	for fault, made := range map[string]int{"500-before": 0, "504-before": 0, "cut-before": 0, "500-after": 1, "504-after": 1, "cut-after": 1, "locked": 0} {
		before := len(w.m3.Batches())
		w.faults.Replace(faults.Set{Rules: []faults.Rule{{System: "infor", Operation: "APS450MI/bulk", Fault: fault, Times: 1}}})
		status, results := w.post("APS450MI", add)
		require.True(t, status != http.StatusOK || results[0].Type != "", fault)
		require.Len(t, w.m3.Batches(), before+made, fault)
		require.Equal(t, 1, w.faults.Rules().Rules[0].Fired)
	}
	number := w.m3.Batches()[0]["INBN"].(string)
	w.faults.Replace(faults.Set{Rules: []faults.Rule{{System: "infor", Operation: "APS455MI/bulk", Fault: "504-after", Times: 1}}})
	status, _ := w.post("APS455MI", transaction{"ValidByBatchNo", fields{"INBN": number}})
	require.Equal(t, http.StatusGatewayTimeout, status)
	require.Equal(t, "15", w.settled(number)["SUPA"], "the job runs although the answer is lost")
}
