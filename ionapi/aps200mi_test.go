package ionapi

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLedgerReadsManyEntries(t *testing.T) {
	t.Parallel()
	c, g := setup(t, eachTransaction(func(transaction string, input map[string]string) string {
		assert.Equal(t, map[string]string{"DIVI": "AAA", "YEA4": "2026", "JRNO": "42", "JSNO": input["JSNO"]}, input)
		switch {
		case input["JSNO"] == "2":
			return noRecord
		case input["JSNO"] == "3":
			return `{"records":[]}`
		case transaction == "GetInvoice":
			return `{"transaction":"GetInvoice","records":[{"SPYN":"P1","SUNO":"S1","SINO":"R-1 ","INYR":"2026","YEA4":"2026","JRNO":"     42","JSNO":"1","VSER":"AP","VONO":"10000042",
				"TRCD":"40","IVTP":"20","CUCD":"USD","CUAM":"-125.500000","IVDT":"20261123","DUDT":"0","TEPY":"N30","TECD":"210","IVBL":"1","APRV":"0"}]}`
		}
		return `{"transaction":"GetCashDiscInfo","records":[{"CUCD":"USD","CDP1":"2.00","CDT1":"20261203","CDP2":"0.00","CDT2":"0","CDAM":"2.5100"}]}`
	}))
	keys := []LedgerKey{{Year: "2026", Journal: "42", Sequence: "1"}, {Year: "2026", Journal: "42", Sequence: "2"}, {Year: "2026", Journal: "42", Sequence: "3"}}

	invoices, err := c.LedgerInvoices("APS200MI").Invoices(t.Context(), company, keys)
	require.NoError(t, err)
	require.Len(t, invoices, len(keys))
	require.Nil(t, invoices[0].Err)
	assert.Equal(t, LedgerInvoice{Payee: "P1", Supplier: "S1", Number: "R-1", InvoiceYear: "2026", Year: "2026", Journal: "42", JournalSequence: "1", VoucherSeries: "AP",
		Voucher: "10000042", Transaction: "40", Type: "20", Date: "20261123", PaymentTerms: "N30", CashDiscountTerm: "210", Currency: "USD", Amount: "-125.5", VAT: "0",
		PaymentStop: "1", Approved: "0"}, invoices[0].Value, "what GetInvoice does not tell is unknown, not zero")

	discounts, err := c.LedgerInvoices("APS200MI").CashDiscounts(t.Context(), company, keys)
	require.NoError(t, err)
	require.Len(t, discounts, len(keys))
	require.Nil(t, discounts[0].Err)
	assert.Equal(t, CashDiscount{Percents: [3]string{"2", "0", "0"}, Dates: [3]string{"20261203"}, Amount: "2.51", Currency: "USD"}, discounts[0].Value)
	for i := 1; i < len(keys); i++ {
		requireError(t, invoices[i].Err, RecordMissing)
		assert.Zero(t, invoices[i].Value)
		requireError(t, discounts[i].Err, RecordMissing)
	}
	assert.Len(t, g.observed(), 3, "the token, and one POST for each read")
}

func TestLedgerReadsFailWithTheirPost(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, always(http.StatusGatewayTimeout, ""))
	invoices, err := c.LedgerInvoices("APS200MI").Invoices(t.Context(), company, []LedgerKey{{Year: "2026", Journal: "1", Sequence: "1"}})
	requireError(t, err, Unavailable)
	assert.Nil(t, invoices)
	discounts, err := c.LedgerInvoices("APS200MI").CashDiscounts(t.Context(), company, []LedgerKey{{Year: "2026", Journal: "1", Sequence: "1"}})
	requireError(t, err, Unavailable)
	assert.Nil(t, discounts)
}

func TestLedgerReadsReportAmountsOfAWrongForm(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, eachTransaction(func(transaction string, _ map[string]string) string {
		return `{"transaction":"` + transaction + `","records":[{"CUAM":"1.000,50"}]}`
	}))
	invoices, err := c.LedgerInvoices("APS200MI").Invoices(t.Context(), company, []LedgerKey{{Year: "2026", Journal: "1", Sequence: "1"}})
	require.NoError(t, err)
	assert.Contains(t, requireError(t, invoices[0].Err, Malformed).Error(), `field CUAM: "1.000,50"`)
}

func TestWhatIsOwedHasTheOtherSign(t *testing.T) {
	owed := LedgerInvoice{Amount: "-1250.5", VAT: "-50", Outstanding: "0"}.Owed()
	require.Equal(t, LedgerInvoice{Amount: "1250.5", VAT: "50", Outstanding: "0"}, owed)
}
