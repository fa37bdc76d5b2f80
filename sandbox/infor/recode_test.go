package infor_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
	"tradewind/sandbox/infor"
)

// posting is an invoice that M3 has posted, and where its goods are coded.
type posting struct {
	*tenant
	head  fields // as GetHead gives it
	goods fields // AIT1 and AIT2
	sum   string
}

func newPosting(t *testing.T) *posting {
	w := newTenant(t)
	number := w.enter(w.head("INV-1", fields{"CUAM": business.Number(total(w.order)).Add(business.Number("22.25")).String(), "VTAM": "7.25"}),
		append(lines(w.order), fields{"RDTP": "2", "NLAM": "15"}, fields{"RDTP": "3", "VTA1": "7.25"}))
	p := &posting{tenant: w, head: w.validated(number), sum: total(w.order), goods: fields{"AIT1": "5010", "AIT2": business.CostCentre[w.order.Head["WHLO"]]}}
	require.Equal(t, "90", p.head["SUPA"], w.why(number))
	return p
}

// recode enters a recoding of the voucher and gives its number.
func (p *posting) recode(lines ...fields) string {
	p.Helper()
	number := p.do("APS450MI", "AddHeadRecode", fields{"DIVI": "AAA", "YEA4": p.head["YEA4"], "VONO": p.head["VONO"], "VSER": p.head["VSER"]})[0]["INBN"]
	for _, line := range lines {
		p.do("APS450MI", "AddLineRecode", with(line, fields{"INBN": number, "DIVI": "AAA"}))
	}
	return number
}

func (p *posting) coded(amount string, coding fields) fields {
	return with(coding, fields{"NLAM": amount})
}

// coding gives what the voucher has on each pair of account and cost centre.
func (p *posting) coding() map[string]string {
	p.Helper()
	out := map[string]string{}
	for _, l := range p.do("GLS200MI", "LstVoucherLines", fields{"DIVI": "AAA", "YEA4": p.head["YEA4"], "VONO": p.head["VONO"]}) {
		key := l["AIT1"] + "/" + l["AIT2"]
		out[key] = business.Number(out[key]).Add(business.Number(l["CUAM"])).String()
	}
	return out
}

func (p *posting) approval() string {
	p.Helper()
	return p.do("APS200MI", "GetInvTotInfo", fields{"DIVI": "AAA", "SPYN": p.head["SPYN"], "SUNO": p.head["SUNO"], "SINO": "INV-1", "INYR": p.head["YEA4"]})[0]["APRV"]
}

func minus(amount string) string { return business.Number(amount).Neg().String() }

func TestARecodingMovesAmountsOfTheVoucher(t *testing.T) {
	p := newPosting(t)
	freight := with(p.goods, fields{"AIT1": "5200"})
	require.Equal(t, "1", p.approval())
	number := p.recode(p.coded(minus(p.sum), p.goods), p.coded(p.sum, fields{"AIT1": "6100", "AIT2": "4400", "AIT3": "F01"}),
		p.coded("-15", freight), p.coded("10", with(freight, fields{"AIT2": "4300"})), p.coded("5", fields{"AIT1": "5220"}))
	require.Contains(t, p.do("APS450MI", "LstInvBySupInv", fields{"SPYN": p.head["SPYN"], "SUNO": p.head["SUNO"], "SINO": "INV-1"}), fields{"INBN": number, "IBTP": "25", "SUPA": "10"})
	for _, l := range p.do("APS450MI", "LstLines", fields{"INBN": number}) {
		require.Equal(t, "8", l["RDTP"])
	}
	require.Equal(t, "0", p.approval(), "what is recoded is approved again")
	p.do("APS110MI", "ApproveInvoice", fields{"DIVI": "AAA", "SUNO": p.head["SUNO"], "SINO": "INV-1", "INYR": p.head["YEA4"]})
	require.Equal(t, "1", p.approval())

	require.Equal(t, "90", p.validated(number)["SUPA"], p.why(number))
	want := map[string]string{"6100/4400": business.Number(p.sum).String(), "5200/4300": "10", "5220/": "5", "2330/": "7.25"}
	require.Equal(t, want, p.coding())
	vouchers := p.m3.Vouchers()
	require.Len(t, vouchers, 1, "a recoding is no invoice of its own")
	require.Equal(t, number, vouchers[0]["recodedBy"])
	require.Equal(t, "85", p.do("PPS001MI", "GetHeadBasic", fields{"PUNO": p.order.Head["PUNO"]})[0]["PUSL"])

	again := p.recode(p.coded("-15", freight), p.coded("15", fields{"AIT1": "5220"}))
	require.Equal(t, "78", p.validated(again)["SUPA"], "nothing is left where it was taken from")
	p.restart()
	require.Equal(t, want, p.coding())
	require.Equal(t, number, p.m3.Vouchers()[0]["recodedBy"])
}

func TestWhatARecodingMustSay(t *testing.T) {
	for name, c := range map[string]struct {
		supa  string
		lines func(p *posting) []fields
	}{
		"no balance": {"78", func(p *posting) []fields {
			return []fields{p.coded("-5", p.goods), p.coded("4", fields{"AIT1": "6100"})}
		}},
		"takes nothing": {"78", func(p *posting) []fields { return []fields{p.coded(p.sum, fields{"AIT1": "6100"})} }},
		"takes too much": {"78", func(p *posting) []fields {
			return []fields{p.coded("-16", with(p.goods, fields{"AIT1": "5200"})), p.coded("16", fields{"AIT1": "6100"})}
		}},
		"takes VAT": {"78", func(p *posting) []fields {
			return []fields{p.coded("-7.25", fields{"AIT1": "2330"}), p.coded("7.25", fields{"AIT1": "6100"})}
		}},
		"other cost centre": {"78", func(p *posting) []fields {
			return []fields{p.coded("-1", fields{"AIT1": "5010", "AIT2": "4200"}), p.coded("1", p.goods)}
		}},
		"no lines": {"78", func(*posting) []fields { return nil }},
		"no account": {"15", func(p *posting) []fields {
			return []fields{p.coded("-5", p.goods), p.coded("5", fields{"AIT2": "4400"})}
		}},
		"an expired account": {"15", func(p *posting) []fields {
			return []fields{p.coded("-5", p.goods), p.coded("5", fields{"AIT1": "5998"})}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPosting(t)
			before := p.coding()
			number := p.recode(c.lines(p)...)
			head := p.validated(number)
			require.Equal(t, []string{c.supa, "1"}, []string{head["SUPA"], head["IBHE"]}, p.why(number))
			require.Equal(t, before, p.coding())
			if c.supa == "78" {
				p.refused("APS455MI", "ValidByBatchNo", fields{"INBN": number}, "AP45012", "INBN")
			}
			p.do("APS450MI", "DltInvoice", fields{"INBN": number})
			better := p.recode(p.coded("-5", p.goods), p.coded("5", fields{"AIT1": "6100"}))
			require.Equal(t, "90", p.validated(better)["SUPA"], p.why(better))
			require.Equal(t, "5", p.coding()["6100/"])
		})
	}
}

func TestWhatRecodingTransactionsRefuse(t *testing.T) {
	p := newPosting(t)
	voucher := fields{"YEA4": p.head["YEA4"], "VONO": p.head["VONO"]}
	p.refused("APS450MI", "AddHeadRecode", with(voucher, fields{"VONO": "39999999"}), "XRE0103", "VONO")
	p.refused("APS450MI", "AddHeadRecode", with(voucher, fields{"VSER": "GL"}), "XRE0103", "VONO")
	p.refused("APS450MI", "AddHeadRecode", with(voucher, fields{"DIVI": "BBB"}), "XRE0103", "VONO")
	p.refused("APS450MI", "AddHeadRecode", with(voucher, fields{"ACDT": "20261301"}), "", "ACDT")
	number, invoice := p.recode(), p.enter(p.tenant.head("INV-2", nil), nil)
	p.refused("APS450MI", "AddLineRecode", fields{"INBN": invoice, "NLAM": "1"}, "", "INBN")
	p.refused("APS450MI", "AddLineRecode", fields{"INBN": number, "NLAM": "1,0"}, "XNU0000", "NLAM")
	p.refused("APS450MI", "AddLine", fields{"INBN": number, "RDTP": "1"}, "", "INBN")
	p.refused("APS110MI", "ApproveInvoice", fields{"DIVI": "AAA", "SUNO": p.head["SUNO"], "SINO": "INV-9", "INYR": p.head["YEA4"]}, "XRE0103", "")
	p.validated(number)
	p.refused("APS450MI", "AddLineRecode", fields{"INBN": number, "NLAM": "1"}, "", "INBN")
}

func TestBuildsDifferAndSaySo(t *testing.T) {
	w := newTenant(t)
	names := func() (out []string) {
		for _, l := range w.do("MRS001MI", "LstTransactions", fields{"MINM": "APS450MI"}) {
			out = append(out, l["TRNM"])
		}
		return out
	}
	require.Subset(t, names(), []string{"AddHeadRecode", "AddLineRecode", "DltInvoice"})
	inputs, err := json.Marshal(w.do("MRS001MI", "LstFields", fields{"MINM": "APS450MI", "TRNM": "AddLineRecode", "TRTP": "I"}))
	require.NoError(t, err)
	for _, field := range []string{"INBN", "NLAM", "AIT1", "AIT7", "VTXT"} {
		require.Contains(t, string(inputs), `"FLNM":"`+field+`"`)
	}
	require.NoError(t, w.m3.SetProfile(infor.Profile{OnPremises: true}))
	for _, name := range []string{"AddHeadRecode", "AddLineRecode", "DltInvoice"} {
		require.NotContains(t, names(), name)
		require.Empty(t, w.do("MRS001MI", "LstFields", fields{"MINM": "APS450MI", "TRNM": name, "TRTP": "I"}))
		require.Equal(t, "TransactionNotFound", w.call("APS450MI", name, nil).Type)
	}
	require.Len(t, w.do("MRS001MI", "LstTransactions", fields{"MINM": "APS110MI"}), 1)
}

func TestSomeTenantsRefuseASecondValidation(t *testing.T) {
	w := newTenant(t)
	profile := infor.Profile{RefuseRevalidation: true, ValidationDelayMillis: 5}
	require.NoError(t, w.m3.SetProfile(profile))
	require.Equal(t, profile, w.m3.Profile())
	early, wrong := w.enter(w.head("INV-1", fields{"CUAM": total(w.open)}), lines(w.open)), w.enter(w.head("INV-2", fields{"CUAM": "1"}), lines(w.order))
	for number, status := range map[string]string{early: "78", wrong: "15"} {
		require.Equal(t, status, w.validated(number)["SUPA"])
		w.refused("APS455MI", "ValidByBatchNo", fields{"INBN": number}, "AP45012", "INBN")
		require.Equal(t, status, w.settled(number)["SUPA"])
		w.do("APS450MI", "DltInvoice", fields{"INBN": number})
	}
	require.Equal(t, "90", w.validated(w.enter(w.head("INV-2", nil), lines(w.order)))["SUPA"])
	require.Error(t, w.m3.SetProfile(infor.Profile{ValidationDelayMillis: -1}))
}

func TestValidationsMayFailForAWhile(t *testing.T) {
	w := newTenant(t)
	number, wrong := w.enter(w.head("INV-1", nil), lines(w.order)), w.enter(w.head("INV-2", fields{"CUAM": "1"}), lines(w.order))
	require.NoError(t, w.m3.SetMatching(infor.Matching{FailNext: 2}))
	require.Equal(t, "15", w.validated(wrong)["SUPA"])
	require.Equal(t, infor.Matching{FailNext: 2, Status: "78"}, w.m3.Matching(), "one that fails anyway does not count")
	for range 2 {
		head := w.validated(number)
		require.Equal(t, []string{"78", "1", "1"}, []string{head["SUPA"], head["IBHE"], head["IBLE"]})
	}
	require.NoError(t, w.m3.SetMatching(infor.Matching{FailNext: 1, Status: "15"}))
	require.Equal(t, "15", w.validated(number)["SUPA"])
	require.Equal(t, "90", w.validated(number)["SUPA"], w.why(number))
	require.NoError(t, w.m3.SetMatching(infor.Matching{FailNext: 1}))
	require.NoError(t, w.m3.Book("100", "AAA", w.head("INV-3", fields{"CUAM": "5", "PUNO": ""}), []fields{{"RDTP": "8", "NLAM": "5", "AO01": "6100"}}), "a person's entry is no job")
	for _, bad := range []infor.Matching{{FailNext: -1}, {Status: "90"}} {
		require.Error(t, w.m3.SetMatching(bad))
	}
}

func TestACreditIsRecodedByItsOwnSign(t *testing.T) {
	w := newTenant(t)
	require.NoError(t, w.m3.Book("100", "AAA", w.head("INV-1", nil), lines(w.order)))
	credit := lines(w.order)[:1]
	credit[0]["IVQA"], credit[0]["NLAM"] = minus(credit[0]["IVQA"]), minus(credit[0]["NLAM"])
	require.NoError(t, w.m3.Book("100", "AAA", w.head("CN-1", fields{"CUAM": credit[0]["NLAM"], "DNOI": "INV-1"}), credit))
	voucher := w.m3.Vouchers()[1]
	p := &posting{tenant: w, head: fields{"YEA4": business.Now().Format("2006"), "VONO": voucher["VONO"].(string)}, goods: fields{"AIT1": "5010", "AIT2": business.CostCentre[w.order.Head["WHLO"]]}}
	number := p.recode(p.coded(minus(credit[0]["NLAM"]), p.goods), p.coded(credit[0]["NLAM"], fields{"AIT1": "5300"}))
	require.Equal(t, "90", w.validated(number)["SUPA"], w.why(number))
	require.Equal(t, map[string]string{"5300/": business.Number(credit[0]["NLAM"]).String()}, p.coding())
}
