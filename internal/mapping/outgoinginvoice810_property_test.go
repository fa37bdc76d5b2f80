package mapping

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi/doc"
	"tradewind/edi/schema"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// poster makes posted invoices.
type poster struct{ *rand.Rand }

func (r poster) pick(values ...string) string { return values[r.IntN(len(values))] }

// amount is one of the currency, small or large, and of that sign.
func (r poster) amount(currency string, sign int64) decimal.Decimal {
	units := 1 + r.Int64N([]int64{100, 10_000, 100_000_000}[r.IntN(3)])
	return decimal.New(sign*units, -cents(currency))
}

func (r poster) quantity() string {
	return r.pick("0", "1", "3", "7", "12", "0.125", "1000", "9999.999", fmt.Sprint(1+r.IntN(2_000_000)), decimal.New(1+r.Int64N(9_999_999), -3).String())
}

// posted makes a voucher whose lines come to its head, as M3 lists it or with the costs only.
func (r poster) posted() PostedInvoice {
	sign := int64(1)
	if r.IntN(3) == 0 {
		sign = -1
	}
	currency := r.pick("USD", "EUR", "JPY")
	out := PostedInvoice{Head: ionapi.LedgerInvoice{Supplier: "0010045", Number: fmt.Sprintf("SB-%06d", r.IntN(1_000_000)), Year: "2026", Journal: "42", Voucher: "30000001",
		Date: "20260302", DueDate: r.pick("", "20260401", "20260410"), Currency: currency, PaymentTerms: r.pick("", "N30", "N90")}}
	total, vat := decimal.Zero, decimal.Zero
	add := func(account string, amount decimal.Decimal, l ionapi.VoucherLine) {
		l.Number, l.Journal, l.Objects, l.Currency, l.Amount = len(out.Lines)+1, "42", [7]string{account, "4101"}, currency, amount.String()
		out.Lines = append(out.Lines, l)
		total = total.Add(amount)
	}
	other := func() int64 { return sign * []int64{1, 1, 1, -1}[r.IntN(4)] }
	for range 1 + r.IntN(8) {
		add("5010", r.amount(currency, other()), ionapi.VoucherLine{Quantity: r.quantity(), Unit: r.pick("EA", "BX", ""), Text: r.pick("", "Hex bolt M8 x 40", "Washer")})
	}
	for range r.IntN(3) {
		add(r.pick("5200", "5900"), r.amount(currency, other()), ionapi.VoucherLine{Text: r.pick("", "Freight")})
	}
	for range r.IntN(4) {
		amount := r.amount(currency, other())
		vat = vat.Add(amount)
		add("2330", amount, ionapi.VoucherLine{VATCode: r.pick("10", "21", "22")})
	}
	add("5010", decimal.Zero, ionapi.VoucherLine{Quantity: "5", Text: "free of charge"})
	out.Head.Amount, out.Head.VAT = total.String(), vat.String()
	if r.IntN(2) == 0 {
		add("2110", total.Neg(), ionapi.VoucherLine{})
	}
	if r.IntN(2) == 0 {
		out.Discount = &ionapi.CashDiscount{Percents: [3]string{r.pick("2", "0"), r.pick("1.5", "0"), "0"}, Dates: [3]string{"20260307", "20260312", ""}}
	}
	return out
}

// settings are those of a partner who wants invoices one way or another.
func (r poster) settings(m *OutgoingInvoice810) {
	set := &m.Profile.OutgoingInvoice
	set.CreditSign = []CreditSign{SignNegative, SignPositive}[r.IntN(2)]
	set.ZeroDecimals = []ZeroDecimals{Hundredths, Units}[r.IntN(2)]
	set.Purpose = Purposes[r.IntN(len(Purposes))]
	if r.IntN(2) == 0 {
		m.Profile.Version, m.Profile.Delimiters.Repetition = "005010", '^'
	}
}

// TestEveryInvoiceBalancesAsItIsWritten makes invoices of hundreds of vouchers, and adds up in
// another arithmetic what their partners get. Then it reads them as ours.
func TestEveryInvoiceBalancesAsItIsWritten(t *testing.T) {
	for seed := range uint64(600) {
		r := poster{rand.New(rand.NewPCG(seed, 810))}
		in := r.posted()
		want := fromM3(t, in)
		m := biller(t, func(m *OutgoingInvoice810) { m.Invoice = want; r.settings(m) })
		content, findings, back := sentInvoice(t, m)
		whole := want.Currency == "JPY" && m.Profile.OutgoingInvoice.ZeroDecimals == Units
		for _, f := range findings {
			// The standard knows hundredths only.
			require.True(t, whole && f.Segment == "TDS" && f.Severity == schema.Warning, "seed %d: %v\n%s", seed, f, content)
		}
		requireBalanced(t, back, want, whole, fmt.Sprintf("seed %d\n%s", seed, content))
		requireReadAsOurs(t, back, m, fmt.Sprintf("seed %d\n%s", seed, content))
	}
}

// requireBalanced adds up the segments in fractions.
func requireBalanced(t *testing.T, in doc.Invoice, want trade.Invoice, whole bool, message string) {
	t.Helper()
	rounded := func(r *big.Rat) *big.Rat {
		places := 2
		if want.Currency == "JPY" {
			places = 0
		}
		out, _ := new(big.Rat).SetString(r.FloatString(places)) // which rounds halves away from zero
		return out
	}
	implied := func(d decimal.Decimal) *big.Rat {
		if whole {
			return new(big.Rat).Mul(d.Rat(), big.NewRat(100, 1))
		}
		return d.Rat()
	}
	sum := new(big.Rat)
	for _, l := range in.Lines {
		require.False(t, l.Price.IsNegative(), message)
		sum.Add(sum, rounded(new(big.Rat).Mul(l.Quantity.Rat(), l.Price.Rat())))
	}
	for _, tax := range in.Taxes {
		sum.Add(sum, tax.Amount.Rat())
	}
	for _, c := range in.Charges {
		if c.Indicator == "A" {
			sum.Sub(sum, implied(*c.Amount))
		} else {
			sum.Add(sum, implied(*c.Amount))
		}
	}
	require.Zero(t, sum.Cmp(implied(*in.Totals.Amount)), message)
	require.Zero(t, sum.Abs(sum).Cmp(want.Total.Abs().Rat()), message)
	require.Len(t, in.Lines, len(want.Lines), message)
}

// requireReadAsOurs reads the 810 as one that came from a supplier with the same settings: the
// amounts, codes and days are those of M3.
func requireReadAsOurs(t *testing.T, in doc.Invoice, m OutgoingInvoice810, message string) {
	t.Helper()
	set := m.Profile.OutgoingInvoice
	p := m.Profile
	p.Invoice = DefaultInvoiceSet()
	p.Invoice.CreditSign, p.Invoice.ZeroDecimals, p.Invoice.HomeCurrency, p.Invoice.Orders = set.CreditSign, set.ZeroDecimals, set.HomeCurrency, Optional
	got, reason := Invoice810{Profile: p, Company: us, Units: m.Units, Charges: m.Charges, Taxes: m.Taxes}.Map(in)
	require.True(t, reason.IsZero(), "%s\n%s", reason, message)
	want := m.Invoice
	if want.DueDate == "" && want.PaymentTerms == "N30" {
		want.DueDate = "20260401"
	}
	require.Equal(t, summary(want), summary(got), message)
}

// summary is what a partner must understand of an invoice as we do.
func summary(i trade.Invoice) []string {
	out := []string{fmt.Sprint(i.Kind, i.Number, i.Date, i.Currency, i.Total, i.DueDate, i.Supplier, i.Payee)}
	for _, l := range i.Lines {
		unit := l.Unit
		if unit == "" {
			unit = each
		}
		out = append(out, fmt.Sprint(l.ID, " ", l.Description, " ", l.Quantity, " ", unit, " ", l.Price, " ", l.Amount))
	}
	for _, c := range i.Charges {
		out = append(out, fmt.Sprint(c.Element, " ", c.Text, " ", c.Amount))
	}
	for _, tax := range i.Taxes {
		out = append(out, fmt.Sprint(tax.Code, " ", tax.Amount))
	}
	for _, d := range i.Discounts {
		out = append(out, fmt.Sprint(d.Date, " ", d.Percent))
	}
	return out
}
