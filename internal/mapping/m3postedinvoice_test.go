package mapping

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// voucherAccounts are those of the fixtures: payables, VAT, freight and discounts.
var voucherAccounts = VoucherAccounts{Payable: []Code{"2110"}, Tax: []Code{"2330"}, Charges: map[Code]Code{"5200": "FREIGH", "5900": "DISC"}}

// postedInvoice is one of 1230.27: two lines of goods, freight, a rebate and two lines of tax,
// against the payable line; the quantities come with M3's six decimals taken off.
func postedInvoice() PostedInvoice {
	line := func(n int, account, amount string, change func(*ionapi.VoucherLine)) ionapi.VoucherLine {
		l := ionapi.VoucherLine{Number: n, Journal: "42", Series: "AP", Voucher: "30000042", Transaction: "40", Objects: [7]string{account, "4101"}, Amount: amount,
			Currency: "USD", Quantity: "0", VATRate: "0"}
		if change != nil {
			change(&l)
		}
		return l
	}
	goods := func(quantity, unit, text string) func(*ionapi.VoucherLine) {
		return func(l *ionapi.VoucherLine) { l.Quantity, l.Unit, l.Text = quantity, unit, text }
	}
	tax := func(l *ionapi.VoucherLine) { l.VATCode = "10" }
	return PostedInvoice{
		Head: ionapi.LedgerInvoice{Supplier: "0010045", Payee: "0010045", Number: "SB-000001", InvoiceYear: "2026", Year: "2026", Journal: "42", JournalSequence: "1",
			VoucherSeries: "AP", Voucher: "30000042", Date: "20260302", DueDate: "20260401", Currency: "USD", Amount: "1230.27", VAT: "70.26", PaymentTerms: "N30", Parallel: "P-77"},
		Discount: &ionapi.CashDiscount{Percents: [3]string{"2", "1.5", "0"}, Dates: [3]string{"20260312", "20260307", ""}},
		Lines: []ionapi.VoucherLine{
			line(1, "2110", "-1230.27", nil),
			line(2, "5010", "1060", goods("500", "EA", "Hex bolt M8 x 40")),
			line(3, "5010", "100.01", goods("7", "BX", "Washer")),
			line(4, "5010", "0", goods("3", "EA", "free of charge")),
			line(5, "5200", "15", goods("0", "", "Freight")),
			line(6, "2330", "70", tax),
			line(7, "5900", "-15", nil),
			line(8, "2330", "0.26", tax),
		},
	}
}

func fromM3(t *testing.T, in PostedInvoice) trade.Invoice {
	t.Helper()
	out, reason := InvoiceFromM3(us, profile(), in, voucherAccounts)
	require.True(t, reason.IsZero(), reason.String())
	return out
}

func TestAPostedInvoiceBecomesTheGoldenOne(t *testing.T) {
	golden(t, "m3-posted", fromM3(t, postedInvoice()))
}

// TestATenantThatListsOnlyTheCosts covers one whose vouchers have no payable line.
func TestATenantThatListsOnlyTheCosts(t *testing.T) {
	in := postedInvoice()
	in.Lines = in.Lines[1:]
	require.Equal(t, fromM3(t, postedInvoice()), fromM3(t, in))
}

func TestWhatHappensAfterThePostingChangesNothing(t *testing.T) {
	want, err := fromM3(t, postedInvoice()).Canonical()
	require.NoError(t, err)
	for name, change := range map[string]func(*PostedInvoice){
		"a payment": func(in *PostedInvoice) {
			in.Head.Paid, in.Head.PaymentStatus, in.Head.Reconciled, in.Head.Changed = "1230.27", "9", "1", "20260402"
		},
		"an approval and a payment stop": func(in *PostedInvoice) {
			in.Head.Approved, in.Head.PaymentStop, in.Head.Authorizer = "1", "2", "KIM"
		},
		"other objects": func(in *PostedInvoice) {
			in.Lines[1].Objects, in.Lines[2].Objects = [7]string{"5020", "4102"}, [7]string{"6100", "", "F1"}
		},
		"a recoding in a journal of its own": func(in *PostedInvoice) {
			goods := in.Lines[1]
			back, elsewhere := goods, goods
			back.Journal, back.Number, back.Amount, back.Quantity = "57", 1, "-1060", "-500"
			elsewhere.Journal, elsewhere.Number, elsewhere.Quantity, elsewhere.Objects = "57", 2, "0", [7]string{"5010", "4102"}
			in.Lines = append(in.Lines, back, elsewhere)
			slices.SortStableFunc(in.Lines, func(a, b ionapi.VoucherLine) int { return a.Number - b.Number })
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := postedInvoice()
			change(&in)
			got, err := fromM3(t, in).Canonical()
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		})
	}
}

func TestACreditNoteOfM3IsNegative(t *testing.T) {
	in := postedInvoice()
	in.Head.Amount, in.Head.VAT = "-1230.27", "-70.26"
	for i := range in.Lines {
		in.Lines[i].Amount = number(in.Lines[i].Amount).Neg().String()
	}
	out := fromM3(t, in)
	require.Equal(t, trade.KindCredit, out.Kind)
	require.Equal(t, []string{"-500", "2.12", "-1060"}, []string{out.Lines[0].Quantity.String(), out.Lines[0].Price.String(), out.Lines[0].Amount.String()}, "whatever sign ACQT has")
	require.Equal(t, "15", out.Charges[1].Amount.String())
	require.Equal(t, "-70.26", out.Taxes[0].Amount.String())
}

func TestALineWithoutAQuantityIsOne(t *testing.T) {
	in := postedInvoice()
	in.Lines[1].Quantity, in.Lines[1].Unit = "0", "EA"
	in.Discount = nil
	out := fromM3(t, in)
	require.Equal(t, []string{"1", "", "1060"}, []string{out.Lines[0].Quantity.String(), out.Lines[0].Unit, out.Lines[0].Amount.String()})
	require.Empty(t, out.Discounts)
}

// TestAQuantityHasTheSignOfItsAmount covers tenants whose ACQT has another sign, or none.
func TestAQuantityHasTheSignOfItsAmount(t *testing.T) {
	in := postedInvoice()
	in.Lines[1].Quantity = "-500"
	require.Equal(t, fromM3(t, postedInvoice()), fromM3(t, in))
}

func TestAVoucherWhoseJournalNobodyTellsIsReadWhole(t *testing.T) {
	in := postedInvoice()
	in.Head.Journal = ""
	require.Equal(t, fromM3(t, postedInvoice()), fromM3(t, in))
}

func TestAReverseChargeIsNoTaxForThePartner(t *testing.T) {
	in := postedInvoice()
	for _, amount := range []string{"200", "-200"} {
		in.Lines = append(in.Lines, ionapi.VoucherLine{Number: 9, Journal: "42", Objects: [7]string{"2330"}, Amount: amount, VATCode: "30"})
	}
	require.Equal(t, fromM3(t, postedInvoice()), fromM3(t, in))
}

func TestAPostedInvoiceThatCannotBeReadSaysWhere(t *testing.T) {
	for name, test := range map[string]struct {
		change     func(*PostedInvoice)
		code, want string
	}{
		"the invoice date":     {func(in *PostedInvoice) { in.Head.Date = "2026-03" }, trade.ReasonValueInvalid, "(invoice SB-000001, field IVDT)"},
		"the due date":         {func(in *PostedInvoice) { in.Head.DueDate = "soon" }, trade.ReasonValueInvalid, "field DUDT"},
		"the amount":           {func(in *PostedInvoice) { in.Head.Amount = "1,5" }, trade.ReasonValueInvalid, "field CUAM"},
		"the VAT":              {func(in *PostedInvoice) { in.Head.VAT = "x" }, trade.ReasonValueInvalid, "field VTAM"},
		"a percentage":         {func(in *PostedInvoice) { in.Discount.Percents[1] = "1%" }, trade.ReasonValueInvalid, "field CDP2"},
		"the day of one":       {func(in *PostedInvoice) { in.Discount.Dates[0] = "20261301" }, trade.ReasonValueInvalid, "field CDT1"},
		"no day for one":       {func(in *PostedInvoice) { in.Discount.Dates[1] = "" }, trade.ReasonTermsUnclear, "the discount of 1.5 % has no date (invoice SB-000001, field CDT2)"},
		"the amount of a line": {func(in *PostedInvoice) { in.Lines[4].Amount = "15 USD" }, trade.ReasonValueInvalid, "(voucher 2026/30000042, line 5, field CUAM)"},
		"a quantity":           {func(in *PostedInvoice) { in.Lines[2].Quantity = "seven" }, trade.ReasonValueInvalid, "(voucher 2026/30000042, line 3, field ACQT)"},
		"another currency":     {func(in *PostedInvoice) { in.Lines[2].Currency = "EUR" }, trade.ReasonCurrencyDiffers, "the line is in EUR, and the invoice in USD (voucher 2026/30000042, line 3)"},
		"an account that is not known as payable": {func(in *PostedInvoice) { in.Lines[0].Objects[0] = "2111" }, trade.ReasonUnbalanced,
			"invoice SB-000001 is over 1230.27, and the lines of its voucher that are not payable come to 0 (voucher 2026/30000042)"},
		"amounts without a sign": {func(in *PostedInvoice) { in.Lines[6].Amount = "15" }, trade.ReasonUnbalanced, "come to 1260.27"},
		"a missing line":         {func(in *PostedInvoice) { in.Lines = in.Lines[:7] }, trade.ReasonUnbalanced, "come to 1230.01"},
		"no lines":               {func(in *PostedInvoice) { in.Lines = nil }, trade.ReasonUnbalanced, "come to 0"},
		"an account that is not known as tax": {func(in *PostedInvoice) { in.Lines[5].Objects[0] = "2331" }, trade.ReasonUnbalanced,
			"the VAT of invoice SB-000001 is 70.26, and the tax lines of its voucher come to 0.26"},
	} {
		t.Run(name, func(t *testing.T) {
			in := postedInvoice()
			test.change(&in)
			_, reason := InvoiceFromM3(us, profile(), in, voucherAccounts)
			readsWell(t, reason, test.code, test.want)
		})
	}
}
