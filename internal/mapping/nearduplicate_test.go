package mapping

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func TestNearDuplicatesAreOfOneSupplierKindAndCurrency(t *testing.T) {
	base := InvoiceFacts{Payee: "P", Supplier: "S", Kind: trade.KindInvoice, Number: "INV-1", Date: "20260101", Amount: number("100"), Currency: "USD"}
	defaults := func(*InvoiceSet) {}
	for name, test := range map[string]struct {
		change func(*InvoiceFacts)
		set    func(*InvoiceSet)
		want   string
	}{
		"another number": {func(f *InvoiceFacts) { f.Number = "INV-2" }, defaults,
			"invoice INV-1 of 20260101 over 100 USD looks like invoice INV-2 of 20260101 over 100 USD: both are of supplier S, 0 days apart in date and 0 USD in amount"},
		"a week and a percent": {func(f *InvoiceFacts) { f.Number, f.Date, f.Amount = "INV-2", "20260108", number("99") }, defaults, "7 days apart in date and 1 USD in amount"},
		"a day before":         {func(f *InvoiceFacts) { f.Number, f.Date = "INV-2", "20251231" }, defaults, "1 day apart"},
		"another payee":        {func(f *InvoiceFacts) { f.Number, f.Payee = "INV-2", "Q" }, defaults, "and they are paid to P and Q"},
		"the number of the year before": {func(f *InvoiceFacts) { f.Date = "20251231" }, defaults,
			"looks like invoice INV-1 of 20251231"},
		"a wider window":          {func(f *InvoiceFacts) { f.Number, f.Date = "INV-2", "20260110" }, func(s *InvoiceSet) { s.NearDays = 9 }, "9 days"},
		"the same number":         {func(f *InvoiceFacts) { f.Number = "inv 1" }, defaults, ""},
		"more than a week":        {func(f *InvoiceFacts) { f.Number, f.Date = "INV-2", "20260109" }, defaults, ""},
		"more than a percent":     {func(f *InvoiceFacts) { f.Number, f.Amount = "INV-2", number("98.99") }, defaults, ""},
		"another supplier":        {func(f *InvoiceFacts) { f.Number, f.Supplier = "INV-2", "T" }, defaults, ""},
		"another currency":        {func(f *InvoiceFacts) { f.Number, f.Currency = "INV-2", "CAD" }, defaults, ""},
		"its credit note":         {func(f *InvoiceFacts) { f.Number, f.Kind, f.Amount = "INV-2", trade.KindCredit, number("-100") }, defaults, ""},
		"no look by days":         {func(f *InvoiceFacts) { f.Number = "INV-2" }, func(s *InvoiceSet) { s.NearDays = 0 }, ""},
		"no look by amounts":      {func(f *InvoiceFacts) { f.Number = "INV-2" }, func(s *InvoiceSet) { s.NearPercent = Amount{} }, ""},
		"an amount of nothing":    {func(f *InvoiceFacts) { f.Number, f.Amount = "INV-2", number("0") }, defaults, ""},
		"a date that is not read": {func(f *InvoiceFacts) { f.Number, f.Date = "INV-2", "" }, defaults, ""},
	} {
		t.Run(name, func(t *testing.T) {
			set, other := DefaultInvoiceSet(), base
			test.set(&set)
			test.change(&other)
			sentence, near := set.NearDuplicate(base, other)
			require.Equal(t, test.want != "", near, sentence)
			require.Contains(t, sentence, test.want)
			_, back := set.NearDuplicate(other, base)
			require.Equal(t, near, back, "either way round")
		})
	}
	one, two := base, base
	one.Kind, two.Kind, one.Amount, two.Amount, two.Number = trade.KindCredit, trade.KindCredit, number("-100"), number("-100.50"), "C-2"
	sentence, near := DefaultInvoiceSet().NearDuplicate(one, two)
	require.True(t, near)
	require.Contains(t, sentence, "credit note INV-1 of 20260101 over -100 USD")
}

func TestTheFactsOfAnInvoice(t *testing.T) {
	require.Equal(t, InvoiceFacts{Payee: "0010999", Supplier: "0010045", Kind: trade.KindInvoice, Number: "INV-00042", Date: "20260320", Amount: number("75.44"), Currency: "USD"},
		FactsOf(mapped(t, invoice, nil)))
}

func TestANumberIsTakenForAYearOrForEver(t *testing.T) {
	inv := mapped(t, invoice, nil)
	next := inv
	next.Date = "20270320"
	require.Equal(t, BusinessKey(inv), DuplicateKey(inv, ScopeYear))
	require.NotEqual(t, DuplicateKey(inv, ScopeYear), DuplicateKey(next, ScopeYear))
	require.Equal(t, "100/0010999/0010045/INV00042/ever/invoice", DuplicateKey(inv, ScopeEver))
	require.Equal(t, DuplicateKey(inv, ScopeEver), DuplicateKey(next, ScopeEver))
	head := records(t, M3Invoice{Invoice: inv}).Head
	require.Equal(t, CorrelationID(BusinessKey(inv)), head.Correlation, "M3's correlation id keeps the year")
}
