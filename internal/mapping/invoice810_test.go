package mapping

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/internal/trade"
	"tradewind/internal/trade/reasontest"
)

// invoice is an 810 between ST and SE, one segment a line.
const invoice = `BIG*20260320*INV-00042*20260302*4500001
CUR*SE*USD
REF*IA*0010045
REF*PK*DN-9
N1*SU*Acme Fasteners*92*10045
N1*RI*Acme Fasteners*92*0010999
ITD*01*3*2**10**30
DTM*011*20260318
IT1*10*500*EA*12.5*HP*VN*AX-1*BP*B-100
PID*F****Hex bolt
PID*F****M8 x 40
IT1*20-1*3*BX*4**VP*AX-2
SAC*C*D240***150**********Freight
TDS*7544
TXI*ST*4.44*6
SAC*A*C000***500**********Loyalty
SAC*N*D999***100
SAC*C*D240***900*******01
CTT*2
`

// credit is a credit note of one line.
const credit = `BIG*20260325*INV-00042**4500001***CR
REF*OI*INV-00041
IT1*10*-100*EA*12.5*HP*VN*AX-1
TDS*-1250
`

func invoiceSet(t *testing.T, text string) doc.Invoice {
	t.Helper()
	var out []edi.SegmentData
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		elements := strings.Split(line, "*")
		out = append(out, edi.NewSegment(elements[0], elements[1:]...))
	}
	in, err := doc.UnmarshalInvoice(out)
	require.NoError(t, err)
	return in
}

func reader(t *testing.T, change func(*InvoiceSet)) Invoice810 {
	t.Helper()
	inward := func(file, rows string) *Crosswalk {
		c, err := ReadInwardCrosswalk(file, strings.NewReader(CrosswalkHeader+"\n"+rows))
		require.NoError(t, err)
		return c
	}
	units, err := ReadCrosswalk("crosswalks/units.csv", strings.NewReader(CrosswalkHeader+"\n,EA,EA,,\n,BX,BX,,\n,CS,CA,,\n,KAR,CA,,\n"))
	require.NoError(t, err)
	conversions, err := ReadConversions("crosswalks/conversions.csv", strings.NewReader(ConversionsHeader+"\n"))
	require.NoError(t, err)
	p := profile()
	p.Invoice = DefaultInvoiceSet()
	if change != nil {
		change(&p.Invoice)
	}
	return Invoice810{Profile: p, Company: us, Units: units, Conversions: conversions, Charges: inward("crosswalks/charges.csv", ",FREIGH,D240,,\n,FREIGH,D260,,\n,DISC,C000,,\n"),
		Taxes: inward("crosswalks/taxes.csv", ",10,ST,,\n,21,VA/20,,\n,22,VA/5,,\n")}
}

func mapped(t *testing.T, text string, change func(*InvoiceSet)) trade.Invoice {
	t.Helper()
	out, reason := reader(t, change).Map(invoiceSet(t, text))
	require.True(t, reason.IsZero(), reason.String())
	return out
}

// golden compares a value with its JSON in testdata.
func golden(t *testing.T, name string, value any) {
	t.Helper()
	got, err := json.MarshalIndent(value, "", "  ")
	require.NoError(t, err)
	file := "testdata/" + name + ".json"
	if *update {
		require.NoError(t, os.WriteFile(file, append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(want)), string(got))
}

func TestAnInvoiceBecomesTheGoldenOne(t *testing.T) {
	golden(t, "810-invoice", mapped(t, invoice, nil))
	golden(t, "810-credit", mapped(t, credit, nil))
}

func TestACreditNoteIsNegativeHoweverItArrives(t *testing.T) {
	want, err := mapped(t, credit, nil).Canonical()
	require.NoError(t, err)
	positive := func(s *InvoiceSet) { s.CreditSign = SignPositive }
	for name, test := range map[string]struct {
		text   string
		change func(*InvoiceSet)
	}{
		"positive by the partner's rule":          {strings.NewReplacer("-100*", "100*", "-1250", "1250").Replace(credit), positive},
		"by the sign of the total":                {strings.Replace(credit, "***CR", "", 1), nil},
		"by the sign of the total, whatever rule": {strings.Replace(credit, "***CR", "", 1), positive},
		"with the sign in the price":              {strings.NewReplacer("-100*EA*12.5", "100*EA*-12.5").Replace(credit), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := mapped(t, test.text, test.change).Canonical()
			require.NoError(t, err)
			require.JSONEq(t, string(want), string(got))
		})
	}
}

func TestAPositiveCreditTurnsItsChargesAndTaxesToo(t *testing.T) {
	text := strings.NewReplacer("20260302*4500001", "20260302*4500001***CR").Replace(invoice)
	got := mapped(t, text, func(s *InvoiceSet) { s.CreditSign = SignPositive })
	require.Equal(t, "-75.44", got.Total.String())
	require.Equal(t, "-1.5", got.Lines[1].Charges[0].Amount.String())
	require.Equal(t, "5", got.Charges[0].Amount.String(), "an allowance on a credit note is taken off it")
	require.Equal(t, "-4.44", got.Taxes[0].Amount.String())
}

func TestAnAmountIsRoundedHalfAwayFromZero(t *testing.T) {
	for quantity, want := range map[string]string{"1": "0.13", "-1": "-0.13", "3": "0.38"} {
		text := "BIG*20260320*1**4500001\nIT1*10*" + quantity + "*EA*0.125\nTDS*0\n"
		out := mapped(t, text, func(s *InvoiceSet) { s.Tolerance = Amount{decimal.NewFromInt(1)} })
		require.Equal(t, want, out.Lines[0].Amount.String())
	}
}

func TestALineNamesItsOwnOrder(t *testing.T) {
	text := strings.NewReplacer("BP*B-100", "BP*B-100*PO*4500007", "CTT", "CTT", "AX-2\n", "AX-2\nREF*PO*4500008\n").Replace(invoice)
	out := mapped(t, text, nil)
	require.Equal(t, "4500007", out.Lines[0].Order)
	require.Equal(t, "4500008", out.Lines[1].Order)
	out = mapped(t, strings.Replace(invoice, "*20260302*4500001", "", 1), func(s *InvoiceSet) { s.Orders = Optional })
	require.Empty(t, out.Lines[0].Order, "an invoice without orders")
}

func TestTaxesFollowTypeAndRate(t *testing.T) {
	with := func(taxes string) string { return strings.Replace(invoice, "TXI*ST*4.44*6\n", taxes, 1) }
	out := mapped(t, with("TXI*VA*4*20\nTXI*VA*0.44*5.0\nTXI*VA**0\nTXI*CT**7***1\nTXI*LS*9*1****O\n"), nil)
	require.Len(t, out.Taxes, 2)
	require.Equal(t, []string{"21", "22"}, []string{out.Taxes[0].Code, out.Taxes[1].Code})
	onLine := strings.Replace(invoice, "B-100\n", "B-100\nTXI*ST*4.44\n", 1)
	out = mapped(t, onLine, func(s *InvoiceSet) { s.LineTaxes = TaxesExplain })
	require.Len(t, out.Taxes, 1, "the line's tax only explains that of the summary")
	out = mapped(t, strings.NewReplacer("TXI*ST*4.44*6\n", "", "B-100\n", "B-100\nTXI*ST*4.44\n").Replace(invoice), nil)
	require.Equal(t, "IT1[1]/TXI[1]", out.Taxes[0].Place)
}

func TestACurrencyWithoutCentsIsReadByTheProfile(t *testing.T) {
	text := "BIG*20260320*1**4500001\nCUR*SE*JPY\nIT1*10*3*EA*50.2\nTDS*15100\n"
	require.Equal(t, "151", mapped(t, text, nil).Total.String())
	text = strings.Replace(text, "15100", "151", 1)
	require.Equal(t, "151", mapped(t, text, func(s *InvoiceSet) { s.ZeroDecimals = Units }).Total.String())
}

func TestACopyOfAnInvoiceIsRead(t *testing.T) {
	mapped(t, strings.Replace(invoice, "20260302*4500001", "20260302*4500001****07", 1), nil)
}

func TestWhatCannotBeUnderstoodSaysWhereAndWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		old, new, code, want string
		change               func(*InvoiceSet)
	}{
		"no number":          {"INV-00042", "", trade.ReasonNumberMissing, "the invoice has no number (BIG-02)", nil},
		"no date":            {"BIG*20260320", "BIG*", trade.ReasonDateMissing, "(BIG-01)", nil},
		"no total":           {"TDS*7544", "TDS*", trade.ReasonTotalMissing, "(TDS-01)", nil},
		"no lines":           {invoice[strings.Index(invoice, "IT1"):], "TDS*0\n", trade.ReasonNoLines, "no lines", nil},
		"a cancellation":     {"20260302*4500001", "20260302*4500001****01", trade.ReasonPurposeUnsupported, `"01"`, nil},
		"an unknown type":    {"20260302*4500001", "20260302*4500001***ZZ", trade.ReasonKindUnknown, `"ZZ" says neither`, nil},
		"a negative invoice": {"20260302*4500001", "20260302*4500001***DI", trade.ReasonSignConflict, "its total is -75.44", nil},
		"a positive credit":  {"20260302*4500001", "20260302*4500001***CR", trade.ReasonSignConflict, "are to arrive negative", nil},
		"no currency":        {"CUR*SE*USD\n", "", trade.ReasonCurrencyMissing, "(CUR-02)", nil},
		"another supplier":   {"*92*10045", "*92*0010046", trade.ReasonSupplierDiffers, "supplier 0010046", nil},
		"another vendor":     {"REF*IA*0010045", "REF*IA*77", trade.ReasonSupplierDiffers, "(REF[1]-02)", nil},
		"another payee": {"x", "x", trade.ReasonPayeeDiffers, "the invoice is to be paid to 0010999, and ACME is paid to 555 (N1[2]-04)",
			func(s *InvoiceSet) { s.Payee = "555" }},
		"no order":                   {"*20260302*4500001", "", trade.ReasonOrderMissing, "(IT1[1])", nil},
		"two orders in the head":     {"REF*PK*DN-9", "REF*PO*4500002", trade.ReasonOrderConflict, "order 4500001 by BIG-04 and of order 4500002 by REF[2]-02", nil},
		"two orders in the line":     {"BP*B-100\nPID*F****Hex bolt\nPID*F****M8 x 40\n", "PO*4500001\nREF*PO*4500003\n", trade.ReasonOrderConflict, "by IT1[1]-09 and of order 4500003 by IT1[1]/REF[1]-02", nil},
		"no quantity":                {"IT1*10*500*EA", "IT1*10**EA", trade.ReasonLineIncomplete, "no quantity (IT1[1]-02)", nil},
		"no price":                   {"*3*BX*4*", "*3*BX**", trade.ReasonLineIncomplete, "no price (IT1[2]-04)", nil},
		"no unit":                    {"*3*BX*4*", "*3**4*", trade.ReasonLineIncomplete, "no unit (IT1[2]-03)", nil},
		"an unknown unit":            {"*3*BX*4*", "*3*DR*4*", trade.ReasonUnitUnmapped, `unit "DR" of partner ACME has no code of ours (IT1[2]-03); give it one row for the partner in crosswalks/units.csv`, nil},
		"an ambiguous unit":          {"*3*BX*4*", "*3*CA*4*", trade.ReasonUnitUnmapped, "stands for each of CS, KAR", nil},
		"an unknown basis":           {"12.5*HP", "12.5*XY", trade.ReasonPriceBasisUnknown, `"XY" does not say`, nil},
		"an unknown charge":          {"SAC*C*D240***150", "SAC*C*Z999***150", trade.ReasonChargeUnmapped, "(IT1[2]/SAC[1]-02)", nil},
		"another indicator":          {"SAC*A*C000", "SAC*P*C000", trade.ReasonChargeUnclear, `"P" is neither`, nil},
		"a charge for nothing":       {"SAC*A*C000***500**********Loyalty", "SAC*A****500", trade.ReasonChargeUnclear, "(SAC[1]-02)", nil},
		"a charge of nothing":        {"SAC*A*C000***500", "SAC*A*C000***", trade.ReasonChargeUnclear, `"C000" has no amount (SAC[1]-05)`, nil},
		"an unknown tax":             {"TXI*ST*4.44*6", "TXI*CT*4.44*6", trade.ReasonTaxUnmapped, `tax "CT/6"`, nil},
		"a tax without amount":       {"TXI*ST*4.44*6", "TXI*ST**6", trade.ReasonTaxUnclear, "(TXI[1]-02)", nil},
		"a tax that is no exemption": {"TXI*ST*4.44*6", "TXI*ST**6***2", trade.ReasonTaxUnclear, "(TXI[1]-02)", nil},
		"unbalanced":                 {"TDS*7544", "TDS*7545", trade.ReasonUnbalanced, "the total is 75.45, and lines, charges, allowances and taxes come to 75.44, which is 0.01 off (TDS-01)", nil},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(invoice, test.old, test.new, 1)
			if name == "a negative invoice" {
				text = strings.Replace(text, "TDS*7544", "TDS*-7544", 1)
			}
			m := reader(t, test.change)
			m.Profile.Order.HomeCurrency = ""
			_, reason := m.Map(invoiceSet(t, text))
			readsWell(t, reason, test.code, test.want)
		})
	}
}

// readsWell holds a reason against what every reason must have, and what this one must say.
func readsWell(t *testing.T, reason trade.Reason, code, want string) {
	t.Helper()
	require.Equal(t, code, reason.Code, reason.String())
	require.Contains(t, reason.String(), want)
	reasontest.ReadsWell(t, reason)
}

func TestAChargeWithoutAmountIsRateTimesQuantity(t *testing.T) {
	text := strings.Replace(invoice, "SAC*C*D240***150**********Freight", "SAC*C*D240******0.5*EA*3", 1)
	require.Equal(t, "1.5", mapped(t, text, nil).Lines[1].Charges[0].Amount.String())
}
