package mapping

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func number(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// orderFacts is the order that the sample invoice is of, received whole.
func orderFacts() OrderFacts {
	return OrderFacts{Number: "4500001", Supplier: "0010045", Payee: "0010999", Division: "AAA", Currency: "USD", Type: "10", Lines: []OrderLineFacts{
		{Line: 10, Item: "B-100", SupplierItem: "AX-1", Unit: "EA", Price: number("12.5"), PriceBasis: 100, Quantity: number("500"), Received: number("500"), Warehouse: "W01", Facility: "A01", Status: "50"},
		{Line: 20, Suffix: 1, Item: "B-200", SupplierItem: "AX-2", Unit: "BX", Price: number("4"), PriceBasis: 1, Quantity: number("3"), Received: number("3"), Warehouse: "W02", Facility: "A02", Status: "50"},
	}}
}

// match matches the sample invoice, changed, with its order, changed.
func match(t *testing.T, inv func(*trade.Invoice), order func(*OrderFacts)) (trade.Invoice, trade.Reason) {
	t.Helper()
	in, facts := mapped(t, invoice, nil), orderFacts()
	if inv != nil {
		inv(&in)
	}
	if order != nil {
		order(&facts)
	}
	return reader(t, nil).Match(in, map[string]OrderFacts{facts.Number: facts})
}

func TestLinesFindTheirOrderLines(t *testing.T) {
	twice := func(o *OrderFacts) {
		o.Lines = append(o.Lines, o.Lines[0])
		o.Lines[2].Line = 30
	}
	for name, test := range map[string]struct {
		inv   func(*trade.Invoice)
		order func(*OrderFacts)
	}{
		"by the number of the line": {func(i *trade.Invoice) { i.Lines[0].Item, i.Lines[0].SupplierItem = "", "" }, twice},
		"by our item":               {func(i *trade.Invoice) { i.Lines[0].ID, i.Lines[0].SupplierItem = "1", "other" }, nil},
		"by the supplier's item":    {func(i *trade.Invoice) { i.Lines[0].ID, i.Lines[0].Item = "", "" }, nil},
		"not by a number that counts the supplier's own lines": {func(i *trade.Invoice) { i.Lines[0].ID = "20-1" }, nil},
		"not in a deleted line": {nil, func(o *OrderFacts) {
			o.Lines = append([]OrderLineFacts{{Line: 10, Item: "B-100", Unit: "KG", Status: "99"}}, o.Lines...)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			out, reason := match(t, test.inv, test.order)
			require.True(t, reason.IsZero(), reason.String())
			require.Equal(t, "10", trade.OrderLine{Number: out.Lines[0].OrderLine, Suffix: out.Lines[0].Suffix}.LineID())
			require.Equal(t, "B-100", out.Lines[0].Item)
			require.Equal(t, "W01", out.Lines[0].Warehouse)
			require.Equal(t, 20, out.Lines[1].OrderLine)
			require.Equal(t, 1, out.Lines[1].Suffix)
			require.Equal(t, "B-200", out.Lines[1].Item)
		})
	}
}

func TestMatchingLeavesTheInvoiceItIsGivenAlone(t *testing.T) {
	in := mapped(t, invoice, nil)
	out, reason := reader(t, nil).Match(in, map[string]OrderFacts{"4500001": orderFacts()})
	require.True(t, reason.IsZero())
	require.Zero(t, in.Lines[0].OrderLine)
	require.NotZero(t, out.Lines[0].OrderLine)
}

func TestWhatDoesNotFitItsOrderSaysSo(t *testing.T) {
	for name, test := range map[string]struct {
		code, want string
		inv        func(*trade.Invoice)
		order      func(*OrderFacts)
	}{
		"an unknown order":    {trade.ReasonOrderUnknown, "M3 has no order 4599999 (IT1[2])", func(i *trade.Invoice) { i.Lines[1].Order = "4599999" }, nil},
		"another's order":     {trade.ReasonOrderOfOtherSupplier, "order 4500001 is of supplier 77", nil, func(o *OrderFacts) { o.Supplier = "77" }},
		"another currency":    {trade.ReasonCurrencyDiffers, "is in EUR, and the invoice in USD", nil, func(o *OrderFacts) { o.Currency = "EUR" }},
		"another payee":       {trade.ReasonPayeeDiffers, "is paid to 5, and the invoice to 0010999", nil, func(o *OrderFacts) { o.Payee = "5" }},
		"an unknown line":     {trade.ReasonLineUnknown, `number "99", item "X", supplier's item ""`, func(i *trade.Invoice) { i.Lines[0].ID, i.Lines[0].Item, i.Lines[0].SupplierItem = "99", "X", "" }, nil},
		"several lines":       {trade.ReasonLineAmbiguous, "lines 10, 30 of order 4500001 all fit (IT1[1])", func(i *trade.Invoice) { i.Lines[0].ID = "" }, func(o *OrderFacts) { o.Lines = append(o.Lines, o.Lines[0]); o.Lines[2].Line = 30 }},
		"another unit":        {trade.ReasonUnitDiffers, "line 10 of order 4500001 is in BX, and the invoice in EA, and nothing says how many BX one EA is (IT1[1]-03); add a row from EA to BX to crosswalks/conversions.csv", nil, func(o *OrderFacts) { o.Lines[0].Unit = "BX" }},
		"not received":        {trade.ReasonNotReceived, "not received yet: 500 EA are invoiced (IT1[1], line 10 of order 4500001)", nil, func(o *OrderFacts) { o.Lines[0].Received = number("0") }},
		"partly received":     {trade.ReasonNotReceived, "only partly received: 500 EA are invoiced, and 0 of 499 received ones", nil, func(o *OrderFacts) { o.Lines[0].Received = number("499") }},
		"invoiced in part":    {trade.ReasonNotReceived, "and 1 of 499", nil, func(o *OrderFacts) { o.Lines[0].Received, o.Lines[0].Invoiced = number("499"), number("1") }},
		"invoiced before":     {trade.ReasonLineInvoiced, "all 3 BX of the line", nil, func(o *OrderFacts) { o.Lines[0].Received, o.Lines[1].Invoiced = number("0"), number("3") }},
		"a sum over received": {trade.ReasonNotReceived, "600 EA are invoiced", func(i *trade.Invoice) { i.Lines = append(i.Lines, i.Lines[0]); i.Lines[2].Quantity = number("100") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, reason := match(t, test.inv, test.order)
			readsWell(t, reason, test.code, test.want)
			require.Equal(t, test.code == trade.ReasonNotReceived, reason.Class == trade.ClassTiming)
		})
	}
}

func TestSeveralOrdersAndTheirDivision(t *testing.T) {
	in := mapped(t, invoice, nil)
	in.Lines[1].Order = "4500002"
	second := orderFacts()
	second.Number = "4500002"
	first := orderFacts()
	first.Division, second.Division = "BBB", "BBB"
	out, reason := reader(t, nil).Match(in, map[string]OrderFacts{"4500001": first, "4500002": second})
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, "BBB", out.Company.Divi, "the division of an invoice is that of its orders")
	second.Division = "CCC"
	_, reason = reader(t, nil).Match(in, map[string]OrderFacts{"4500001": first, "4500002": second})
	readsWell(t, reason, trade.ReasonDivisionUnclear, "of divisions BBB and CCC")
}

func TestACreditNoteWaitsForNoGoods(t *testing.T) {
	in, facts := mapped(t, credit, nil), orderFacts()
	facts.Payee = ""
	facts.Lines[0].Received = decimal.Zero
	out, reason := reader(t, nil).Match(in, map[string]OrderFacts{"4500001": facts})
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, 10, out.Lines[0].OrderLine)
}

func TestALineWithoutAnOrderStaysAsItIs(t *testing.T) {
	out, reason := match(t, func(i *trade.Invoice) { i.Lines[1].Order = "" }, nil)
	require.True(t, reason.IsZero(), reason.String())
	require.Zero(t, out.Lines[1].OrderLine)
	require.Empty(t, out.Lines[1].Item)
}
