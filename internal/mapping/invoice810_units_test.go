package mapping

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// inCases is the sample invoice with its second line in boxes; the order has it in pieces.
// Three boxes at 4.00 are 12.00.
func inCases(t *testing.T, packs, rows string, order func(*OrderLineFacts)) (trade.Invoice, trade.Reason) {
	t.Helper()
	m, facts := reader(t, nil), orderFacts()
	m.Conversions = conversions(t, rows)
	facts.Lines[1].Unit, facts.Lines[1].Quantity, facts.Lines[1].Received = "EA", number("36"), number("36")
	if order != nil {
		order(&facts.Lines[1])
	}
	in, reason := m.Map(invoiceSet(t, strings.Replace(invoice, "VP*AX-2\n", "VP*AX-2\n"+packs, 1)))
	require.True(t, reason.IsZero(), reason.String())
	return m.Match(in, map[string]OrderFacts{"4500001": facts})
}

func TestALineIsConvertedIntoTheOrdersUnit(t *testing.T) {
	for name, test := range map[string]struct {
		packs, rows, unit     string
		quantity, price, from string
	}{
		"by its packing":                       {"PO4*12*1*EA\n", "", "EA", "36", "0.333333", "IT1[2]/PO4[1]: one BX is 12 EA"},
		"by a packing without inner packs":     {"PO4**10*EA\n", "", "EA", "30", "0.4", "IT1[2]/PO4[1]: one BX is 10 EA"},
		"by packs of packs":                    {"PO4*2*5*EA\n", "", "EA", "30", "0.4", "one BX is 10 EA"},
		"by a row":                             {"", ",,,BX,EA,12,,\n", "EA", "36", "0.333333", "crosswalks/conversions.csv: one BX is 12 EA"},
		"by a row backwards":                   {"", ",,,CS,BX,2,,\n", "CS", "1.5", "8", "one CS is 2 BX"},
		"by a third":                           {"", ",,,CS,BX,7,,\n", "CS", "0.428571", "28.000028", "one CS is 7 BX"},
		"by the packing before a general row":  {"PO4*10*1*EA\n", ",,,BX,EA,12,,\n", "EA", "30", "0.4", "PO4[1]"},
		"by a packing that says what a row is": {"PO4*10*1*EA\n", ",,B-200,BX,EA,10,,\n", "EA", "30", "0.4", "PO4[1]"},
		"not by a packing in another unit":     {"PO4*12*8*BX\nPO4*12\nPO4*1*3*KG\n", ",,,BX,EA,10,,\n", "EA", "30", "0.4", "conversions.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			out, reason := inCases(t, test.packs, test.rows, func(l *OrderLineFacts) { l.Unit = test.unit })
			require.True(t, reason.IsZero(), reason.String())
			line := out.Lines[1]
			require.Equal(t, []string{test.unit, test.quantity, test.price, "12"}, []string{line.Unit, line.Quantity.String(), line.Price.String(), line.Amount.String()})
			require.Contains(t, line.Converted.Source, test.from)
			require.Equal(t, []string{"BX", "3", "4", "1"},
				[]string{line.Converted.Unit, line.Converted.Quantity.String(), line.Converted.Price.String(), strconv.Itoa(line.Converted.PriceBasis)}, "what the partner wrote stays")
			require.Nil(t, out.Lines[0].Converted, "a line in the order's unit")
		})
	}
}

func TestAConvertedLineIsComparedWithWhatWasReceived(t *testing.T) {
	_, reason := inCases(t, "PO4*12*1*EA\n", "", func(l *OrderLineFacts) { l.Received = number("35") })
	readsWell(t, reason, trade.ReasonNotReceived, "36 EA are invoiced")
}

func TestPartsOfAConvertedLineNeverComeToMoreThanTheWhole(t *testing.T) {
	m, facts := reader(t, nil), orderFacts()
	m.Conversions = conversions(t, ",,,CS,BX,12,,\n")
	facts.Lines[1].Unit, facts.Lines[1].Quantity, facts.Lines[1].Received = "CS", number("2"), number("2")
	in := mapped(t, invoice, nil)
	in.Lines[1].Quantity, in.Lines[1].Amount = number("8"), number("32")
	in.Lines = append(in.Lines, in.Lines[1], in.Lines[1])
	_, reason := m.Match(in, map[string]OrderFacts{"4500001": facts})
	require.True(t, reason.IsZero(), "three times 8 of 12 are two cases: %s", reason)
}

func TestAUnitWithoutAClearFactorParks(t *testing.T) {
	for name, test := range map[string]struct{ packs, rows, want string }{
		"none":                                  {"", "", "line 20-1 of order 4500001 is in EA, and the invoice in BX, and nothing says how many EA one BX is (IT1[2]-03); add a row from BX to EA to crosswalks/conversions.csv"},
		"a row of another day, partner or item": {"", ",,,BX,EA,12,20260321,\n,OTHER,,BX,EA,12,,\n,,B-100,BX,EA,12,,\n", "nothing says how many"},
		"two packings":                          {"PO4*12*1*EA\nPO4*10*1*EA\n", "", "is not clear: IT1[2]/PO4[1]: one BX is 12 EA, and IT1[2]/PO4[2]: one BX is 10 EA"},
		"a row that disagrees":                  {"PO4*12*1*EA\n", ",,B-200,BX,EA,10,,\n", "how many EA of item B-200 one BX is, is not clear: IT1[2]/PO4[1]: one BX is 12 EA, and crosswalks/conversions.csv: one BX is 10 EA"},
		"more digits than fit":                  {"", ",,,EA,BX,100000000,,\n", "have more digits in EA than M3 holds"},
	} {
		t.Run(name, func(t *testing.T) {
			_, reason := inCases(t, test.packs, test.rows, nil)
			readsWell(t, reason, trade.ReasonUnitDiffers, test.want)
		})
	}
}

func TestAConvertedLineKeepsItsAmountToTheCent(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	bases := []int{1, 100, 1000}
	for range 20_000 {
		line := trade.InvoiceLine{Quantity: decimal.New(random.Int64N(4_000_000)-2_000_000, -2), Price: decimal.New(random.Int64N(5_000_000), -4),
			Unit: "BX", PriceBasis: bases[random.IntN(3)]}
		line.Amount = line.Quantity.Mul(line.Price).DivRound(decimal.NewFromInt(int64(line.PriceBasis)), 2)
		factor := Factor{Times: one, Per: one}
		by := decimal.New(1+random.Int64N(2_000), -int32(random.IntN(4)))
		if random.IntN(2) == 0 {
			factor.Times = by
		} else {
			factor.Per = by
		}
		out, ok := converted(line, factor, "EA", 2)
		require.True(t, ok, "%s at %s by %s/%s", line.Quantity, line.Price, factor.Times, factor.Per)
		amount := out.Quantity.Mul(out.Price).DivRound(decimal.NewFromInt(int64(out.PriceBasis)), 2)
		require.True(t, amount.Equal(line.Amount), "%s at %s per %d is %s, not %s", out.Quantity, out.Price, out.PriceBasis, amount, line.Amount)
		exact := line.Quantity.Mul(factor.Times).Div(factor.Per)
		require.True(t, out.Quantity.Sub(exact).Abs().LessThanOrEqual(decimal.New(1, -6)), "%s is not %s", out.Quantity, exact)
		require.LessOrEqual(t, out.Quantity.Abs().Sub(exact.Abs()).Sign(), 0, "cut, not rounded")
		require.True(t, out.Price.Equal(out.Price.Round(priceDecimals)))
		require.Equal(t, line.Quantity, out.Converted.Quantity)
	}
}
