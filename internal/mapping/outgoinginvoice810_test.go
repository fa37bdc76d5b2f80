package mapping

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
	"tradewind/internal/trade"
)

// biller maps the invoice of postedInvoice.
func biller(t *testing.T, change func(*OutgoingInvoice810)) OutgoingInvoice810 {
	t.Helper()
	p := profile()
	p.Name, p.OutgoingInvoice = "Acme Fasteners", DefaultOutgoingInvoiceSet()
	p.OutgoingInvoice.Send, p.OutgoingInvoice.Purpose = true, SelfBilling
	m := OutgoingInvoice810{Invoice: fromM3(t, postedInvoice()), Profile: p,
		Units: outwardRows(t, "units.csv", ",EA,EA,,\n,BX,BX,,\n"), Terms: outwardRows(t, "terms.csv", ",N30,30,,\n"),
		Charges: inwardRows(t, "charges.csv", ",FREIGH,D240,,\n,FREIGH,D260,,\n,DISC,C310,,\n"),
		Taxes:   inwardRows(t, "taxes.csv", ",10,ST,,\n,21,VA/20,,\n,22,VA/5.5,,\n"),
		Sender: Sender{Company: "100", Name: "Tradewind Supply Inc", Interchange: Address{"ZZ", "TRADEWINDUS"}, Group: "TRADEWINDUS", Usage: "P",
			Address: BuyerAddress{Street: []string{"2200 S Ashland Ave"}, Town: "Chicago", State: "IL", Postal: "60608", Country: "US"}}}
	if change != nil {
		change(&m)
	}
	return m
}

func outwardRows(t *testing.T, file, rows string) *Crosswalk {
	t.Helper()
	c, err := ReadCrosswalk("crosswalks/"+file, strings.NewReader(CrosswalkHeader+"\n"+rows))
	require.NoError(t, err)
	return c
}

func inwardRows(t *testing.T, file, rows string) *Crosswalk {
	t.Helper()
	c, err := ReadInwardCrosswalk("crosswalks/"+file, strings.NewReader(CrosswalkHeader+"\n"+rows))
	require.NoError(t, err)
	return c
}

// sentInvoice gives an 810 as bytes, what the tables of its version have against it, and what is
// read back of it.
func sentInvoice(t *testing.T, m OutgoingInvoice810) (content []byte, findings []schema.Finding, back doc.Invoice) {
	t.Helper()
	out, reason := m.Outgoing()
	require.True(t, reason.IsZero(), reason.String())
	content, reason = out.Encode(Numbers{17, 5, 1}, time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC))
	require.True(t, reason.IsZero(), reason.String())
	var c ack.Collector
	ok, err := schema.Validate(bytes.NewReader(content), &c, schema.Options{})
	require.NoError(t, err)
	require.True(t, ok, "%v\n%s", c.Interchanges, content)
	set := c.Interchanges[0].Groups[0].Sets[0]
	require.Equal(t, "810", set.Set)
	trees, err := edi.ReadAll(bytes.NewReader(content))
	require.NoError(t, err)
	require.Equal(t, "IN", trees[0].Groups[0].Functional)
	back, err = doc.UnmarshalInvoice(trees[0].Groups[0].Sets[0].Segments)
	require.NoError(t, err)
	return content, set.Findings, back
}

// turnAround makes a credit note of the invoice.
func turnAround(m *OutgoingInvoice810) {
	i := &m.Invoice
	i.Kind, i.Total = trade.KindCredit, i.Total.Neg()
	for n := range i.Lines {
		i.Lines[n].Quantity, i.Lines[n].Amount = i.Lines[n].Quantity.Neg(), i.Lines[n].Amount.Neg()
	}
	for n := range i.Charges {
		i.Charges[n].Amount = i.Charges[n].Amount.Neg()
	}
	for n := range i.Taxes {
		i.Taxes[n].Amount = i.Taxes[n].Amount.Neg()
	}
}

func TestAPostedInvoiceBecomesTheGoldenInterchange(t *testing.T) {
	for name, change := range map[string]func(*OutgoingInvoice810){
		"plain": nil,
		"005010": func(m *OutgoingInvoice810) {
			m.Profile.Version, m.Profile.Delimiters.Repetition = "005010", '^'
			m.Invoice.Taxes[0].Code = "21"
		},
		"credit": func(m *OutgoingInvoice810) {
			turnAround(m)
			m.Profile.OutgoingInvoice.ParallelReference = "IV"
		},
		"credit-positive": func(m *OutgoingInvoice810) {
			turnAround(m)
			m.Profile.OutgoingInvoice.CreditSign = SignPositive
		},
		"copy-foreign": func(m *OutgoingInvoice810) {
			m.Invoice.Currency, m.Profile.OutgoingInvoice.Purpose, m.Profile.OutgoingInvoice.Type = "EUR", Copy, ""
			m.Invoice.Discounts, m.Invoice.DueDate, m.SupplierName = nil, "20260415", "Schrauben Müller"
			m.Invoice.Lines[0].Description, m.Profile.Charset = "Schraube für Gehäuse", CharsetBasic
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, findings, _ := sentInvoice(t, biller(t, change))
			require.Empty(t, findings, string(got))
			file := "testdata/outgoinginvoice810-" + name + ".edi"
			if *update {
				require.NoError(t, os.WriteFile(file, got, 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		})
	}
}

func TestTheUnitPriceHasAsFewDecimalsAsItNeeds(t *testing.T) {
	for _, test := range []struct{ amount, quantity, price string }{
		{"10", "4", "2.5"}, {"10", "3", "3.3333"}, {"100.01", "7", "14.28714"}, {"-10", "-3", "3.3333"},
		{"0.01", "1000", "0.00001"}, {"99.99", "0.333", "300.27"}, {"1", "1000000", "0.000001"},
	} {
		price, exact := unitPrice(number(test.amount), number(test.quantity))
		require.True(t, exact, test)
		require.Equal(t, test.price, doc.Trim(price).String(), test)
	}
}

// TestAPriceThatNoDecimalsMakeExact goes out as one of everything, and says how many it was.
func TestAPriceThatNoDecimalsMakeExact(t *testing.T) {
	m := biller(t, func(m *OutgoingInvoice810) { m.Invoice.Lines[1].Quantity = number("7000001") })
	_, findings, back := sentInvoice(t, m)
	require.Empty(t, findings)
	line := back.Lines[1]
	require.Equal(t, []string{"1", "EA", "100.01", "Washer (7000001 BX)"}, []string{line.Quantity.String(), line.Unit, line.Price.String(), line.Descriptions[0]})
}

func TestALongDescriptionOfAnInvoiceIsSplit(t *testing.T) {
	m := biller(t, func(m *OutgoingInvoice810) { m.Invoice.Lines[0].Description = strings.Repeat("galvanised ", 12) })
	_, _, back := sentInvoice(t, m)
	require.Equal(t, strings.TrimSpace(m.Invoice.Lines[0].Description), strings.Join(back.Lines[0].Descriptions, " "))
}

func TestNetDaysContradictNoDueDate(t *testing.T) {
	for due, want := range map[trade.Date]string{"20260401": "30", "20260415": "", "": "30"} {
		out, reason := biller(t, func(m *OutgoingInvoice810) { m.Invoice.DueDate = due }).Map()
		require.True(t, reason.IsZero(), reason.String())
		require.Len(t, out.Terms, 2, "one for each discount")
		require.Equal(t, []string{want, string(due)}, []string{out.Terms[1].NetDays, string(out.Terms[1].NetDate)})
	}
	out, _ := biller(t, func(m *OutgoingInvoice810) {
		m.Invoice.DueDate, m.Invoice.PaymentTerms, m.Invoice.Discounts = "", "", nil
	}).Map()
	require.Empty(t, out.Terms)
}

// TestADiscountMayBeAnAmount is written in the sign of the invoice, as its other amounts are.
func TestADiscountMayBeAnAmount(t *testing.T) {
	amount := number("-24.6")
	out, _ := biller(t, func(m *OutgoingInvoice810) {
		turnAround(m)
		m.Invoice.Discounts, m.Profile.OutgoingInvoice.CreditSign = []trade.InvoiceDiscount{{Date: "20260312", Amount: &amount}}, SignPositive
	}).Map()
	require.Equal(t, []string{"08", "20260312", "24.6"}, []string{out.Terms[0].Type, string(out.Terms[0].DiscountDate), out.Terms[0].DiscountAmount.String()})
	require.Nil(t, out.Terms[0].DiscountPercent)
}

func TestOfSeveralCodesForACostingElementTheFirstGoesOut(t *testing.T) {
	out, _ := biller(t, nil).Map()
	require.Equal(t, "D240", out.Charges[0].Code)
}

// TestAmountsOfACurrencyWithoutCents are hundredths, or units where the partner wants those; a
// price and a tax have a point of their own and are the same in both.
func TestAmountsOfACurrencyWithoutCents(t *testing.T) {
	yen := func(m *OutgoingInvoice810) {
		i := &m.Invoice
		i.Currency, i.Total, i.Discounts = "JPY", number("1230"), nil
		i.Lines[0].Amount, i.Lines[1].Amount, i.Taxes[0].Amount = number("1060"), number("100"), number("70")
	}
	hundredths, findings, _ := sentInvoice(t, biller(t, yen))
	require.Empty(t, findings)
	require.Contains(t, string(hundredths), "TDS*123000~")
	require.Contains(t, string(hundredths), "SAC*C*D240***1500*")
	units, _, _ := sentInvoice(t, biller(t, func(m *OutgoingInvoice810) { yen(m); m.Profile.OutgoingInvoice.ZeroDecimals = Units }))
	require.Contains(t, string(units), "TDS*1230~")
	require.Contains(t, string(units), "SAC*C*D240***15*")
	for _, content := range [][]byte{hundredths, units} {
		require.Contains(t, string(content), "IT1*2*7*BX*14.2857*PE~")
		require.Contains(t, string(content), "TXI*ST*70~")
	}
}

func TestAnInvoiceThatCannotGoOutSaysWhereAndWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		change     func(*OutgoingInvoice810)
		code, want string
	}{
		"no number":    {func(m *OutgoingInvoice810) { m.Invoice.Number = "" }, trade.ReasonNumberMissing, "(BIG-02)"},
		"no date":      {func(m *OutgoingInvoice810) { m.Invoice.Date = "" }, trade.ReasonDateMissing, "(BIG-01)"},
		"no currency":  {func(m *OutgoingInvoice810) { m.Invoice.Currency = "" }, trade.ReasonCurrencyMissing, "(CUR-02)"},
		"freight only": {func(m *OutgoingInvoice810) { m.Invoice.Lines = nil }, trade.ReasonNoLines, "no lines of goods or services (IT1)"},
		"a credit note that nobody would take for one": {func(m *OutgoingInvoice810) {
			turnAround(m)
			m.Profile.OutgoingInvoice.CreditSign, m.Profile.OutgoingInvoice.CreditType = SignPositive, ""
		}, trade.ReasonKindUnknown, "set outgoingInvoice.creditType"},
		"a unit without code":    {func(m *OutgoingInvoice810) { m.Invoice.Lines[1].Unit = "DRM" }, trade.ReasonUnitUnmapped, `unit "DRM" has no X12 code for partner ACME (IT1[2]-03); add it to crosswalks/units.csv`},
		"a charge without code":  {func(m *OutgoingInvoice810) { m.Invoice.Charges[1].Element = "PALLET" }, trade.ReasonChargeUnmapped, `costing element "PALLET" has no SAC02 for partner ACME (SAC[2]-02)`},
		"a tax without code":     {func(m *OutgoingInvoice810) { m.Invoice.Taxes[0].Code = "99" }, trade.ReasonTaxUnmapped, `VAT code "99" has no TXI01 for partner ACME (TXI[1]-01)`},
		"a tax of no VAT code":   {func(m *OutgoingInvoice810) { m.Invoice.Taxes[0].Code = "" }, trade.ReasonTaxUnmapped, `VAT code ""`},
		"a line in mills":        {func(m *OutgoingInvoice810) { m.Invoice.Lines[0].Amount = number("1060.001") }, trade.ReasonValueInvalid, "the amount 1060.001 has more decimals than an 810 carries in USD, which is 2 (IT1[1])"},
		"a charge in mills":      {func(m *OutgoingInvoice810) { m.Invoice.Charges[0].Amount = number("15.005") }, trade.ReasonValueInvalid, "(SAC[1]-05)"},
		"a tax in mills":         {func(m *OutgoingInvoice810) { m.Invoice.Taxes[0].Amount = number("70.261") }, trade.ReasonValueInvalid, "(TXI[1]-02)"},
		"yen with decimals":      {func(m *OutgoingInvoice810) { m.Invoice.Currency = "JPY" }, trade.ReasonValueInvalid, "carries in JPY, which is 0 (IT1[2])"},
		"parts that do not fit":  {func(m *OutgoingInvoice810) { m.Invoice.Total = number("1230.28") }, trade.ReasonUnbalanced, "the total is 1230.28, and lines, charges, allowances and taxes come to 1230.27, which is 0.01 off (TDS-01)"},
		"a charge left out":      {func(m *OutgoingInvoice810) { m.Invoice.Charges = m.Invoice.Charges[:1] }, trade.ReasonUnbalanced, "come to 1245.27, which is -15 off"},
		"a row that is no SAC02": {func(m *OutgoingInvoice810) { m.Charges = inwardRows(t, "charges.csv", ",FREIGH,Freight,,\n") }, trade.ReasonChargeUnmapped, `"FREIGH" has no SAC02`},
		"a row that is no TXI01": {func(m *OutgoingInvoice810) { m.Taxes = inwardRows(t, "taxes.csv", ",10,Sales tax,,\n") }, trade.ReasonTaxUnmapped, `"10" has no TXI01`},
		"a row that has no rate": {func(m *OutgoingInvoice810) { m.Taxes = inwardRows(t, "taxes.csv", ",10,ST/x,,\n") }, trade.ReasonTaxUnmapped, `"10" has no TXI01`},
	} {
		t.Run(name, func(t *testing.T) {
			_, reason := biller(t, test.change).Outgoing()
			readsWell(t, reason, test.code, test.want)
		})
	}
}

func TestANumberThatAnInvoiceCannotCarryParks(t *testing.T) {
	for value, code := range map[string]string{"SB*1": trade.ReasonCharacterForbidden, strings.Repeat("9", 23): trade.ReasonValueTooLong} {
		out, reason := biller(t, func(m *OutgoingInvoice810) { m.Invoice.Number = value }).Outgoing()
		require.True(t, reason.IsZero(), reason.String())
		_, reason = out.Encode(Numbers{1, 1, 1}, time.Unix(0, 0).UTC())
		readsWell(t, reason, code, "BIG")
	}
}

// TestNoAccountGoesOut looks for the coding of the voucher in what the partner gets.
func TestNoAccountGoesOut(t *testing.T) {
	content, _, _ := sentInvoice(t, biller(t, nil))
	for _, l := range postedInvoice().Lines {
		for _, object := range l.Objects {
			require.True(t, object == "" || !strings.Contains(string(content), object), "%s\n%s", object, content)
		}
	}
}
