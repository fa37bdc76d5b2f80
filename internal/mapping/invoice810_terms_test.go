package mapping

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// itd is the segment of terms in the sample invoice.
const itd = "ITD*01*3*2**10**30\n"

func withTerms(t *testing.T, terms string) string {
	t.Helper()
	require.Contains(t, invoice, itd)
	return strings.Replace(invoice, itd, terms, 1)
}

// step writes a discount as "date percent amount".
func step(d trade.InvoiceDiscount) string {
	said := func(d *decimal.Decimal) string {
		if d == nil {
			return "-"
		}
		return d.String()
	}
	return string(d.Date) + " " + said(d.Percent) + " " + said(d.Amount)
}

func TestTermsBecomeADueDateAndUpToThreeDiscounts(t *testing.T) {
	for name, test := range map[string]struct {
		terms, due string
		want       []string
	}{
		"one":                         {itd, "20260419", []string{"20260330 2 -"}},
		"a due date alone":            {"ITD*01*3*****45\n", "20260504", nil},
		"a date, not days":            {"ITD*08*3*1.5*20260401**20260420\n", "20260420", []string{"20260401 1.5 -"}},
		"an amount":                   {"ITD*01*3***10**30*150\n", "20260419", []string{"20260330 - 1.5"}},
		"a percentage and its amount": {"ITD*01*3*2**10**30*150\n", "20260419", []string{"20260330 2 1.5"}},
		"from the shipment":           {"ITD*01*1*2**10**30\n", "20260417", []string{"20260328 2 -"}},
		"three, in any order":         {"ITD*01*3*1**20**30\nITD*01*3*2**10\nITD*01*3*0.5**25**30\n", "20260419", []string{"20260330 2 -", "20260409 1 -", "20260414 0.5 -"}},
		"one and the net date behind": {"ITD*01*3*2**10\nITD*01*3*****30\n", "20260419", []string{"20260330 2 -"}},
		"the whole as an instalment":  {"ITD*01*3*2**10**30****100\n", "20260419", []string{"20260330 2 -"}},
		"none":                        {"", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			out := mapped(t, withTerms(t, test.terms), nil)
			require.Equal(t, test.due, string(out.DueDate))
			var got []string
			for _, d := range out.Discounts {
				got = append(got, step(d))
			}
			require.Equal(t, test.want, got)
		})
	}
	out := mapped(t, withTerms(t, "ITD*01*3***10**30*9\n"), func(s *InvoiceSet) { s.Terms = TermsOfSupplier })
	require.True(t, out.DueDate.IsZero(), "M3's terms of the supplier hold")
	require.Empty(t, out.Discounts)
}

func TestADiscountHasTheSignOfTheInvoice(t *testing.T) {
	for _, amount := range []string{"1000", "-1000"} {
		out := mapped(t, strings.Replace(credit, "IT1", "ITD*01*3*2**10**30*"+amount+"\nIT1", 1), nil)
		require.Equal(t, "20260404 2 -10", step(out.Discounts[0]))
	}
}

func TestTermsThatM3CannotHoldSaySo(t *testing.T) {
	for name, test := range map[string]struct{ terms, want string }{
		"four discounts":       {"ITD*01*3*4**5\nITD*01*3*3**10\nITD*01*3*2**15\nITD*01*3*1**20**30\n", "the invoice has 4 discounts, and M3 takes 3 (ITD)"},
		"two due dates":        {"ITD*01*3*****30\nITD*01*3*****60\n", "the invoice is due on 20260419 and on 20260519, and M3 takes one due date (ITD[2])"},
		"an instalment":        {"ITD*04*3*******20260401*2000\n", "an instalment of 20 is due on its own day, and M3 takes one due date (ITD[1]-10)"},
		"a share":              {"ITD*04*3******** *50\nITD*04*3*****60****50\n", "an instalment of 50 % is due on its own day"},
		"days from no date":    {"ITD*01*2*2**10**30\n", `(basis "2") (ITD[1]-02)`},
		"a discount for ever":  {"ITD*01*3*2****30\n", "the discount of 2 % has no date (ITD[1]-04)"},
		"an amount for ever":   {"ITD*01*3*****30*100\n", "the discount of 1 has no date (ITD[1]-04)"},
		"two for one day":      {"ITD*01*3*2**10**30\nITD*01*3*1**10\n", "the discount of 1 % is the second one until 20260330 (ITD[2])"},
		"all of it":            {"ITD*01*3*100**10**30\n", "is not one between 0 and 100 % (ITD[1]-03)"},
		"more than all of it":  {"ITD*01*3***10**30*7600\n", "the discount of 76 is more than the invoice, which is over 75.44 (ITD[1]-08)"},
		"a discount to be had": {"ITD*01*3*-2**10**30\n", "the discount of -2 % is not one between"},
	} {
		t.Run(name, func(t *testing.T) {
			_, reason := reader(t, nil).Map(invoiceSet(t, strings.Replace(withTerms(t, test.terms), "* *", "**", 1)))
			readsWell(t, reason, trade.ReasonTermsUnclear, test.want)
			require.Contains(t, reason.Cure, "invoice.terms: supplier")
		})
	}
}

func TestDiscountsGoIntoTheHeadOfTheBatch(t *testing.T) {
	inv := mapped(t, withTerms(t, "ITD*01*3*2**10**30*150\nITD*01*3***20**30*75\n"), nil)
	head := records(t, M3Invoice{Invoice: inv}).Head
	require.Equal(t, "20260419", head.DueDate)
	require.Equal(t, [3]string{"20260330", "20260409"}, head.DiscountDates)
	require.Equal(t, [3]string{"2"}, head.DiscountPercents)
	require.Equal(t, [3]string{"1.5", "0.75"}, head.DiscountAmounts)

	inv.Discounts = append(inv.Discounts, inv.Discounts...)
	_, _, reason := M3Invoice{Invoice: inv}.Records()
	readsWell(t, reason, trade.ReasonTermsUnclear, "4 discounts, and M3 takes 3")
	inv.Discounts = inv.Discounts[:1]
	fine := number("2.12345")
	inv.Discounts[0].Percent = &fine
	_, _, reason = M3Invoice{Invoice: inv}.Records()
	readsWell(t, reason, trade.ReasonValueTooLong, `"2.12345" has 7 characters, and M3 takes 6 (ITD)`)
}
