package mapping

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// batch is what AddHead and AddLine are given.
type batch struct {
	Head  ionapi.InvoiceHead
	Lines []ionapi.InvoiceLine
}

func records(t *testing.T, m M3Invoice) batch {
	t.Helper()
	head, lines, reason := m.Records()
	require.True(t, reason.IsZero(), reason.String())
	sum := number(head.VAT)
	for i, line := range lines {
		require.Equal(t, i+1, line.Number)
		sum = sum.Add(number("0" + strings.TrimPrefix(line.Amount, "-")).Mul(sign(line.Amount)))
	}
	require.True(t, sum.Equal(number(head.Amount)), "lines and VAT come to %s, the head to %s", sum, head.Amount)
	return batch{head, lines}
}

func sign(amount string) decimal.Decimal {
	if strings.HasPrefix(amount, "-") {
		return decimal.NewFromInt(-1)
	}
	return decimal.NewFromInt(1)
}

func TestAnInvoiceBecomesTheGoldenBatch(t *testing.T) {
	inv, allocated, reason := allocate(t, allocation(), AllocationInput{})
	require.True(t, reason.IsZero(), reason.String())
	golden(t, "m3-objects", records(t, M3Invoice{Invoice: inv, Allocated: allocated, AccountingDate: "20260331"}))
	golden(t, "m3-rules", records(t, M3Invoice{Invoice: inv, Allocated: Allocated{Strategy: M3Rules}}))
	facts := orderFacts()
	facts.Payee = ""
	inv, reason = reader(t, nil).Match(mapped(t, credit, nil), map[string]OrderFacts{"4500001": facts})
	require.True(t, reason.IsZero(), reason.String())
	golden(t, "m3-credit", records(t, M3Invoice{Invoice: inv, OriginalYear: 2025}))
}

func TestASplitLineKeepsItsQuantityAndAmount(t *testing.T) {
	inv, allocated, reason := allocate(t, allocation(), AllocationInput{})
	require.True(t, reason.IsZero(), reason.String())
	quantity, amount := decimal.Zero, decimal.Zero
	for _, line := range records(t, M3Invoice{Invoice: inv, Allocated: allocated}).Lines {
		if line.Type == ionapi.LineItem && line.OrderLine == 20 {
			quantity, amount = quantity.Add(number(line.Quantity)), amount.Add(number(line.Amount))
		}
	}
	require.Equal(t, "3", quantity.String())
	require.Equal(t, "12", amount.String())
}

func TestTaxesAreGatheredByCode(t *testing.T) {
	inv, _ := match(t, nil, nil)
	inv.Taxes = append(inv.Taxes, trade.InvoiceTax{Code: "21", Amount: number("1")}, trade.InvoiceTax{Code: "10", Amount: number("0.06")})
	inv.Total = inv.Total.Add(number("1.06"))
	b := records(t, M3Invoice{Invoice: inv})
	require.Equal(t, "5.5", b.Head.VAT)
	vat := b.Lines[len(b.Lines)-2:]
	require.Equal(t, []string{"10", "4.5", "21", "1"}, []string{vat[0].VATCode, vat[0].VATAmount, vat[1].VATCode, vat[1].VATAmount})
}

func TestAnInvoiceWithoutOrdersIsMatchedWithNothing(t *testing.T) {
	inv := mapped(t, strings.Replace(invoice, "*20260302*4500001", "", 1), func(s *InvoiceSet) { s.Orders = Optional })
	b := records(t, M3Invoice{Invoice: inv})
	require.Equal(t, "0", b.Head.Matching)
	require.Empty(t, b.Head.Order)
}

func TestWhatM3CannotHoldSaysSo(t *testing.T) {
	for name, test := range map[string]struct {
		code, want string
		change     func(*trade.Invoice)
	}{
		"a long number":       {trade.ReasonNumberTooLong, "has 25 characters, and M3 takes 24 (BIG-02)", func(i *trade.Invoice) { i.Number = strings.Repeat("9", 25) }},
		"a long order number": {trade.ReasonValueTooLong, `the order number "45000010001" has 11 characters, and M3 takes 10 (IT1[1])`, func(i *trade.Invoice) { i.Lines[0].Order = "45000010001" }},
		"a long element":      {trade.ReasonValueTooLong, "(IT1[2]/SAC[1])", func(i *trade.Invoice) { i.Lines[1].Charges[0].Element = "FREIGHT" }},
	} {
		t.Run(name, func(t *testing.T) {
			inv := mapped(t, invoice, nil)
			test.change(&inv)
			_, _, reason := M3Invoice{Invoice: inv}.Records()
			readsWell(t, reason, test.code, test.want)
		})
	}
}

func TestALongTextOfAChargeGivesWayToItsCode(t *testing.T) {
	inv, _ := match(t, nil, nil)
	inv.Charges[0].Text = strings.Repeat("long ", 10)
	b := records(t, M3Invoice{Invoice: inv})
	require.Equal(t, "C000", b.Lines[3].ElementText)
}

func TestTheKeyOfAnInvoiceForgetsHowItsNumberIsWritten(t *testing.T) {
	for written, want := range map[string]string{"000-12 34": "1234", "inv–7": "INV7", "0000": "0", "A0012": "A0012", "": ""} {
		require.Equal(t, want, NormalisedNumber(written), written)
	}
	inv := mapped(t, invoice, nil)
	require.Equal(t, "100/0010999/0010045/INV00042/2026/invoice", BusinessKey(inv))
	other := inv
	other.Number, other.Company.Divi = "inv-00042 ", "BBB"
	require.Equal(t, BusinessKey(inv), BusinessKey(other))
	other.Kind = trade.KindCredit
	require.NotEqual(t, BusinessKey(inv), BusinessKey(other))
	other.Number = "A/B"
	require.Contains(t, BusinessKey(other), "/A%2FB/")
}

func TestTheCorrelationIDIsAUUIDOfVersionFive(t *testing.T) {
	id := CorrelationID("100/0010999/0010045/INV00042/2026/invoice")
	require.Equal(t, id, CorrelationID("100/0010999/0010045/INV00042/2026/invoice"))
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, id)
	require.NotEqual(t, id, CorrelationID("another"))
}
