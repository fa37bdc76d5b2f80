package mapping

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// twoOrders is the sample invoice with each line of an order of its own, and the facts of both.
func twoOrders(t *testing.T) (trade.Invoice, map[string]OrderFacts) {
	t.Helper()
	text := strings.NewReplacer("*20260302*4500001", "", "M8 x 40\n", "M8 x 40\nREF*PO*4500001\n", "AX-2\n", "AX-2\nREF*PO*4500002\n").Replace(invoice)
	first, second := orderFacts(), orderFacts()
	second.Number = "4500002"
	return mapped(t, text, nil), map[string]OrderFacts{first.Number: first, second.Number: second}
}

func TestAnInvoiceOfSeveralOrdersNamesThemInItsLines(t *testing.T) {
	in, orders := twoOrders(t)
	out, reason := reader(t, nil).Match(in, orders)
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, []string{"4500001", "4500002"}, []string{out.Lines[0].Order, out.Lines[1].Order})
	require.Equal(t, []int{10, 20}, []int{out.Lines[0].OrderLine, out.Lines[1].OrderLine})
	head := records(t, M3Invoice{Invoice: out}).Head
	require.Empty(t, head.Order, "the head is of no single order")
	require.Equal(t, "1", head.Matching)
}

func TestALineIsFoundByTheOrdersLineNumberAlone(t *testing.T) {
	text := strings.NewReplacer("*VN*AX-1*BP*B-100", "", "**VP*AX-2", "").Replace(invoice)
	out, reason := reader(t, nil).Match(mapped(t, text, nil), map[string]OrderFacts{"4500001": orderFacts()})
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, []string{"B-100", "B-200"}, []string{out.Lines[0].Item, out.Lines[1].Item})
}

func TestSeveralLinesOfOneOrderLineAreSummed(t *testing.T) {
	text := strings.NewReplacer("IT1*10*500*EA*12.5*HP*VN*AX-1*BP*B-100\n", "IT1*10*300*EA*12.5*HP*BP*B-100\nIT1*10*200*EA*12.5*HP*BP*B-100\n", "CTT*2", "CTT*3").Replace(invoice)
	in := mapped(t, text, nil)
	_, reason := reader(t, nil).Match(in, map[string]OrderFacts{"4500001": orderFacts()})
	require.True(t, reason.IsZero(), "300 and 200 are the 500 that came: %s", reason)
	short := orderFacts()
	short.Lines[0].Received = number("499")
	_, reason = reader(t, nil).Match(in, map[string]OrderFacts{"4500001": short})
	readsWell(t, reason, trade.ReasonNotReceived, "500 EA are invoiced")
}

// orderCharges gives the order charges of a batch as "order amount object".
func orderCharges(lines []ionapi.InvoiceLine) []string {
	var out []string
	for _, line := range lines {
		if line.Type == ionapi.LineOrderCharge {
			out = append(out, fmt.Sprintf("%s %s %s", line.Order, line.Amount, line.Objects[2]))
		}
	}
	return out
}

func TestAChargeOfTheHeadIsDividedAmongTheOrders(t *testing.T) {
	in, orders := twoOrders(t)
	out, reason := reader(t, nil).Match(in, orders)
	require.True(t, reason.IsZero(), reason.String())
	// Goods of 62.50 and 12.00 share an allowance of 5.00.
	b := records(t, M3Invoice{Invoice: out})
	require.Equal(t, []string{"4500001 -4.19 ", "4500002 -0.81 "}, orderCharges(b.Lines))

	allocated, reason := allocation().Allocate(out, AllocationInput{Orders: orders})
	require.True(t, reason.IsZero(), reason.String())
	b = records(t, M3Invoice{Invoice: out, Allocated: allocated})
	require.Equal(t, []string{"4500001 -1.68 DAL", "4500002 -0.32 DAL", "4500001 -2.52 ATL", "4500002 -0.48 ATL"}, orderCharges(b.Lines), "each part of the allocation among the orders")

	for i := range out.Lines {
		out.Lines[i].Amount, out.Lines[i].Price = decimal.Zero, decimal.Zero
	}
	_, lines, _ := M3Invoice{Invoice: out}.Records()
	require.Equal(t, []string{"4500001 -5 "}, orderCharges(lines), "nothing to divide by")
	out.Lines[0].Order, out.Lines[1].Order = "", ""
	_, lines, _ = M3Invoice{Invoice: out}.Records()
	require.Equal(t, []string{" -5 "}, orderCharges(lines), "an invoice without orders")
}

func TestAChargeComesToTheCentHoweverManyOrders(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	amount := func() decimal.Decimal { return decimal.New(random.Int64N(2_000_000)-1_000_000, -2) }
	for range 3000 {
		inv := trade.Invoice{Currency: "USD", Charges: []trade.InvoiceCharge{{Place: "SAC[1]", Amount: amount()}}}
		for i := range 1 + random.IntN(8) {
			inv.Lines = append(inv.Lines, trade.InvoiceLine{Place: fmt.Sprintf("IT1[%d]", i+1), Order: fmt.Sprint(random.IntN(5)), Amount: amount()})
		}
		shares := []decimal.Decimal{number("33.33"), number("66.67")}
		allocated := Allocated{Strategy: Objects}
		item := AllocatedItem{Place: "SAC[1]"}
		for i, part := range SplitAmount(inv.Charges[0].Amount, shares, 2) {
			item.Parts = append(item.Parts, AllocatedPart{Amount: part, Percent: shares[i], Objects: [7]string{"", "", fmt.Sprint("part", i)}})
		}
		allocated.Items = append(allocated.Items, item)
		_, lines, _ := M3Invoice{Invoice: inv, Allocated: allocated}.Records()
		sum, byPart := decimal.Zero, map[string]decimal.Decimal{}
		for _, line := range lines {
			if line.Type == ionapi.LineOrderCharge {
				require.NotEmpty(t, line.Order)
				sum, byPart[line.Objects[2]] = sum.Add(number(line.Amount)), byPart[line.Objects[2]].Add(number(line.Amount))
			}
		}
		require.True(t, sum.Equal(inv.Charges[0].Amount), "%s is not %s", sum, inv.Charges[0].Amount)
		for i, part := range item.Parts {
			require.True(t, byPart[fmt.Sprint("part", i)].Equal(part.Amount), "part %d", i)
		}
	}
}

func TestTheDivisionIsThatOfTheOrdersElseTheProfiles(t *testing.T) {
	for name, test := range map[string]struct{ first, second, usual, want string }{
		"of both":                       {"BBB", "BBB", "DDD", "BBB"},
		"of the one that says it":       {"", "BBB", "DDD", "BBB"},
		"the profile's for several":     {"BBB", "CCC", "DDD", "DDD"},
		"the profile's for none":        {"", "", "DDD", "DDD"},
		"the company's for none":        {"", "", "", "AAA"},
		"unclear for several otherwise": {"BBB", "CCC", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			in, orders := twoOrders(t)
			first, second := orders["4500001"], orders["4500002"]
			first.Division, second.Division = test.first, test.second
			orders["4500001"], orders["4500002"] = first, second
			out, reason := reader(t, func(s *InvoiceSet) { s.Division = Code(test.usual) }).Match(in, orders)
			if test.want == "" {
				readsWell(t, reason, trade.ReasonDivisionUnclear, "its orders are of divisions BBB and CCC (invoice INV-00042); set invoice.division in the profile")
				return
			}
			require.True(t, reason.IsZero(), reason.String())
			require.Equal(t, test.want, out.Company.Divi)
			require.Equal(t, "AAA", in.Company.Divi)
		})
	}
	in := mapped(t, strings.Replace(invoice, "*20260302*4500001", "", 1), func(s *InvoiceSet) { s.Orders = Optional })
	out, reason := reader(t, func(s *InvoiceSet) { s.Division = "DDD" }).Match(in, nil)
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, "DDD", out.Company.Divi, "an invoice without orders")
}
