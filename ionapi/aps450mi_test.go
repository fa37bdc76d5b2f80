package ionapi

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const noRecord = `{"errorMessage":"Record does not exist   XRE0103","errorCode":"XRE0103","errorType":"ServerReturnedNOK"}`

// writes are all calls that change M3.
var writes = map[string]func(t *testing.T, c *Client, company Company) error{
	"AddHead": func(t *testing.T, c *Client, company Company) error {
		_, err := c.Invoices("APS450MI").AddHead(t.Context(), company, InvoiceHead{Supplier: "S1", Date: "20261123"})
		return err
	},
	"AddLine": func(t *testing.T, c *Client, company Company) error {
		_, err := c.Invoices("APS450MI").AddLines(t.Context(), company, "77", []InvoiceLine{{Type: LineItem}})
		return err
	},
	"AddAddInfo": func(t *testing.T, c *Client, company Company) error {
		return c.Invoices("APS450MI").AddInfo(t.Context(), company, "77", []InvoiceInfo{{Category: "1", Text: "x"}})
	},
	"DltInvoice": func(t *testing.T, c *Client, company Company) error {
		return c.Invoices("APS450MI").Delete(t.Context(), company, "77")
	},
	"AddHeadRecode": func(t *testing.T, c *Client, company Company) error {
		_, err := c.Invoices("APS450MI").AddHeadRecode(t.Context(), company, RecodeHead{Year: "2026", Voucher: "30000001"})
		return err
	},
	"AddLineRecode": func(t *testing.T, c *Client, company Company) error {
		_, err := c.Invoices("APS450MI").AddLinesRecode(t.Context(), company, "77", []RecodeLine{{Amount: "1"}})
		return err
	},
	"ApproveInvoice": func(t *testing.T, c *Client, company Company) error {
		return c.InvoiceApproval("APS110MI").Approve(t.Context(), company, "S1", "R-1", "2026")
	},
	"ValidByBatchNo": func(t *testing.T, c *Client, company Company) error {
		return c.InvoiceValidation("APS455MI").ByBatch(t.Context(), company, "77", "AAA")
	},
}

// reads are all calls about invoices and accounts that change nothing.
var reads = map[string]func(t *testing.T, c *Client, company Company) (any, error){
	"LstInvBySupInv": func(t *testing.T, c *Client, company Company) (any, error) {
		return c.Invoices("APS450MI").BySupplierNumber(t.Context(), company, "P1", "S1", "R-1 #7")
	},
	"GetHead": func(t *testing.T, c *Client, company Company) (any, error) {
		return c.Invoices("APS450MI").Head(t.Context(), company, "77")
	},
	"LstLines": func(t *testing.T, c *Client, company Company) (any, error) {
		return c.Invoices("APS450MI").Lines(t.Context(), company, "77")
	},
	"GetInvTotInfo": func(t *testing.T, c *Client, company Company) (any, error) {
		invoice, found, err := c.LedgerInvoices("APS200MI").Total(t.Context(), company, "P1", "R-1 #7", "2026", "S1")
		if !found {
			return nil, err
		}
		return invoice, err
	},
	"LstVoucherLines": func(t *testing.T, c *Client, company Company) (any, error) {
		return c.Vouchers("GLS200MI").Lines(t.Context(), company, "2026", "30000001")
	},
	"LstAccountID": func(t *testing.T, c *Client, company Company) (any, error) {
		return c.Accounts("CRS630MI").List(t.Context(), company, "1")
	},
}

// capture answers every POST with results and keeps its body.
func capture(t *testing.T, body *string, results string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		*body = string(data)
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, testExecute, r.URL.Path)
		assert.Equal(t, "100", r.URL.Query().Get("cono"))
		assert.Equal(t, "AAA", r.URL.Query().Get("divi"))
		assert.NotContains(t, r.Header, "Idempotency-Key")
		assert.NotContains(t, r.Header, "X-Idempotency-Key")
		respond(w, http.StatusOK, ok(results))
	}
}

// postOf is the body that a POST of these transactions must have.
func postOf(program, transactions string) string {
	return fmt.Sprintf(`{"program":%q,"cono":100,"divi":"AAA","excludeEmptyValues":true,"rightTrim":true,"maxReturnedRecords":0,"transactions":[%s]}`,
		program, transactions)
}

func TestAddHeadSendsWhatIsFilled(t *testing.T) {
	t.Parallel()
	var body string
	c, _ := setup(t, capture(t, &body, `{"transaction":"AddHead","records":[{"INBN":"     1234 "}]}`))
	batch, err := c.Invoices("APS450MI").AddHead(t.Context(), company, InvoiceHead{Supplier: "S1", Payee: "P1", Number: "R-1", Date: "20261123", Type: "20",
		Division: "AAA", Year: "2026", Currency: "USD", Amount: "-125.50", VAT: "0", AccountingDate: "20261124", DueDate: "20261223", Order: "1001",
		DiscountDates: [3]string{"20261203", "20261213"}, DiscountPercents: [3]string{"2", "1"}, DiscountAmounts: [3]string{"-2.51"},
		Terms: "N30", Matching: "1", TaxIncluded: "0", Correlation: "c-1", Original: "R-0", OriginalYear: "2025", Reference: "ref"})
	require.NoError(t, err)
	assert.Equal(t, "1234", batch)
	assert.JSONEq(t, postOf("APS450MI", `{"transaction":"AddHead","record":{"SUNO":"S1","SPYN":"P1","SINO":"R-1","IVDT":"20261123","IBTP":"20","DIVI":"AAA",
		"YEA4":"2026","CUCD":"USD","CUAM":"-125.50","VTAM":"0","ACDT":"20261124","DUDT":"20261223","PUNO":"1001","TEPY":"N30","CDT1":"20261203","CDP1":"2","CDC1":"-2.51","CDT2":"20261213","CDP2":"1","IMCD":"1","TXIN":"0","CORI":"c-1",
		"DNOI":"R-0","OYEA":"2025","PPYR":"ref"}}`), body)

	_, err = c.Invoices("ZZS450MI").AddHead(t.Context(), company, InvoiceHead{Supplier: "S1", Date: "20261123"})
	require.NoError(t, err)
	assert.JSONEq(t, postOf("ZZS450MI", `{"transaction":"AddHead","record":{"SUNO":"S1","IVDT":"20261123"}}`), body)
}

func TestAddHeadOfAnotherDivisionIsNotSent(t *testing.T) {
	t.Parallel()
	c, g := setup(t, always(http.StatusOK, ok(`{"records":[{"INBN":"1"}]}`)))
	_, err := c.Invoices("APS450MI").AddHead(t.Context(), company, InvoiceHead{Supplier: "S1", Date: "20261123", Division: "BBB"})
	assert.Contains(t, requireError(t, err, InvalidInput).Error(), `the head is of division "BBB", the call of 100-AAA (field DIVI)`)
	assert.Empty(t, g.observed())
}

func TestAddHeadTellsWhatHappened(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, answer, batch string
		want                Kind
	}{
		{"a refusal", ok(`{"errorMessage":"Record already exists","errorCode":"XRE0104","errorField":"SINO","errorType":"ServerReturnedNOK"}`), "", InvalidInput},
		{"no record", ok(`{"transaction":"AddHead","records":[]}`), "", OutcomeUnknown},
		{"no number", ok(`{"records":[{"INBN":"0"}]}`), "", OutcomeUnknown},
		{"a number that is none", ok(`{"records":[{"INBN":"x"}]}`), "", OutcomeUnknown},
		{"no result", ok(``), "", OutcomeUnknown},
		{"a termination after it was done", `{"results":[{"records":[{"INBN":"5"}]}],"wasTerminated":true,"terminationReason":"ended"}`, "5", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := setup(t, always(http.StatusOK, test.answer))
			batch, err := c.Invoices("APS450MI").AddHead(t.Context(), company, InvoiceHead{Supplier: "S1", Date: "20261123"})
			assert.Equal(t, test.batch, batch)
			assert.Equal(t, test.want, KindOf(err), "%v", err)
			assert.Equal(t, test.want == "", err == nil)
		})
	}
}

func TestAddLinesSendsThemInOrder(t *testing.T) {
	t.Parallel()
	var body string
	c, _ := setup(t, capture(t, &body, `{"records":[{"TRNO":"      1"}]},
		{"errorMessage":"Numeric error","errorCode":"XNU0000","errorField":"NLAM","errorType":"ServerReturnedNOK"},{"records":[{"TRNO":"9"}]},{"records":[]}`))
	outcomes, err := c.Invoices("APS450MI").AddLines(t.Context(), company, "1234", []InvoiceLine{
		{Type: LineItem, Order: "1001", OrderLine: 10, Suffix: 2, Item: "A", Quantity: "5", Unit: "EA", NetPrice: "2.5", GrossPrice: "3",
			PriceUnit: "EA", PriceBasis: "1", Amount: "12.5", Receipt: "88", DeliveryNote: "D1"},
		{Type: LineCharge, Order: "1001", OrderLine: 10, Element: "FRT", ElementText: "freight", Amount: "1,0"},
		{Number: 9, Type: LineVAT, VATCode: "20", VATAmount: "2.50"},
		{Type: LineAccounting, Amount: "-1", Objects: [7]string{"5010", "CC1", "", "", "", "", "P"}}})
	require.NoError(t, err)
	assert.JSONEq(t, postOf("APS450MI", `{"transaction":"AddLine","record":{"INBN":"1234","TRNO":"1","RDTP":"1","PUNO":"1001","PNLI":"10","PNLS":"2","ITNO":"A",
			"IVQA":"5","PUUN":"EA","NEPR":"2.5","GRPR":"3","PPUN":"EA","PUCD":"1","NLAM":"12.5","REPN":"88","SUDO":"D1"}},
		{"transaction":"AddLine","record":{"INBN":"1234","TRNO":"2","RDTP":"5","PUNO":"1001","PNLI":"10","CEID":"FRT","CHGT":"freight","NLAM":"1,0"}},
		{"transaction":"AddLine","record":{"INBN":"1234","TRNO":"9","RDTP":"3","VTCD":"20","VTA1":"2.50"}},
		{"transaction":"AddLine","record":{"INBN":"1234","TRNO":"4","RDTP":"8","NLAM":"-1","AO01":"5010","AO02":"CC1","AO07":"P"}}`), body)
	require.Len(t, outcomes, 4)
	assert.Equal(t, LineOutcome{Number: 1}, outcomes[0])
	assert.Equal(t, 2, outcomes[1].Number)
	assert.Equal(t, "NLAM", requireError(t, outcomes[1].Err, InvalidInput).Field)
	assert.Equal(t, LineOutcome{Number: 9}, outcomes[2])
	assert.Equal(t, LineOutcome{Number: 4}, outcomes[3], "without an answer the number that was sent")
}

func TestAddLinesStopsAtALostAnswer(t *testing.T) {
	t.Parallel()
	var posts atomic.Int64
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if posts.Add(1) == 2 {
			respond(w, http.StatusGatewayTimeout, "")
			return
		}
		eachTransaction(echo)(w, r)
	})
	outcomes, err := c.Invoices("APS450MI").AddLines(t.Context(), company, "1234", make([]InvoiceLine, 2*MaxTransactions+1))
	requireError(t, err, OutcomeUnknown)
	assert.EqualValues(t, 2, posts.Load())
	require.Len(t, outcomes, 2*MaxTransactions+1)
	assert.Equal(t, LineOutcome{Number: 100}, outcomes[99])
	assert.Equal(t, 101, outcomes[100].Number)
	requireError(t, outcomes[100].Err, OutcomeUnknown)
	requireError(t, outcomes[200].Err, Unavailable)
}

func TestSmallWritesSendWhatM3Wants(t *testing.T) {
	t.Parallel()
	var body string
	c, _ := setup(t, capture(t, &body, `{"records":[]}`))
	invoices := c.Invoices("APS450MI")
	require.NoError(t, invoices.AddInfo(t.Context(), company, "77", []InvoiceInfo{{Category: "1", Text: "PO 1001", Sequence: "2"}}))
	assert.JSONEq(t, postOf("APS450MI", `{"transaction":"AddAddInfo","record":{"INBN":"77","PEXN":"1","PEXI":"PO 1001","PEXS":"2"}}`), body)
	require.NoError(t, invoices.Delete(t.Context(), company, "77"))
	assert.JSONEq(t, postOf("APS450MI", `{"transaction":"DltInvoice","record":{"INBN":"77"}}`), body)
	require.NoError(t, c.InvoiceValidation("APS455MI").ByBatch(t.Context(), company, "77", "AAA"))
	assert.JSONEq(t, postOf("APS455MI", `{"transaction":"ValidByBatchNo","record":{"INBN":"77","DIVI":"AAA"}}`), body)
	require.NoError(t, c.InvoiceValidation("APS455MI").ByBatch(t.Context(), company, "77", ""))
	assert.JSONEq(t, postOf("APS455MI", `{"transaction":"ValidByBatchNo","record":{"INBN":"77"}}`), body)
}

func TestWritesSortTheirFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		execute http.HandlerFunc
		want    Kind
	}{
		{"a slow M3", always(http.StatusGatewayTimeout, ""), OutcomeUnknown},
		{"a cut connection", func(w http.ResponseWriter, r *http.Request) { _ = readPost(r); hangUp(w) }, OutcomeUnknown},
		{"no transaction of the name", always(http.StatusOK, `{"results":[],"wasTerminated":true,"terminationErrorType":"TransactionNotFound"}`), NotAvailable},
	}
	for _, test := range tests {
		for name, write := range writes {
			t.Run(name+" and "+test.name, func(t *testing.T) {
				t.Parallel()
				var sent atomic.Int64
				c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
					sent.Add(1)
					assert.Equal(t, http.MethodPost, r.Method)
					test.execute(w, r)
				})
				requireError(t, write(t, c, company), test.want)
				assert.EqualValues(t, 1, sent.Load(), "a write is never repeated")
			})
		}
	}
}

func TestWritesReportARefusal(t *testing.T) {
	t.Parallel()
	for name, write := range writes {
		c, _ := setup(t, eachTransaction(func(transaction string, _ map[string]string) string {
			assert.Equal(t, name, transaction)
			return `{"errorMessage":"Please try again later","errorCode":"XO_1130","errorType":"ServerReturnedNOK"}`
		}))
		err := write(t, c, company)
		if name != "AddLine" && name != "AddLineRecode" { // their outcomes tell
			assert.Equal(t, name, requireError(t, err, Locked).Transaction)
		}
	}
}

func TestInvoiceCallsNeedACompany(t *testing.T) {
	t.Parallel()
	c, g := setup(t, always(http.StatusOK, ok("")))
	for _, incomplete := range []Company{{}, {CONO: 100}, {DIVI: "AAA"}} {
		for _, write := range writes {
			requireError(t, write(t, c, incomplete), InvalidInput)
		}
		for _, read := range reads {
			_, err := read(t, c, incomplete)
			requireError(t, err, InvalidInput)
		}
		_, err := c.Invoices("APS450MI").Heads(t.Context(), incomplete, []string{"77"})
		requireError(t, err, InvalidInput)
	}
	assert.Empty(t, g.observed())
}

// transactionOf is the transaction that a GET names.
func transactionOf(r *http.Request) string {
	name, _, _ := strings.Cut(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:], ";")
	return name
}

func TestInvoiceReadsTakePaddedAnswers(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"LstInvBySupInv": `{"INBN":"      1234","IBTP":"20 ","SUPA":"15"},{"INBN":1235,"IBTP":"20","SUPA":"90"}`,
		"GetHead": `{"IBTP":"20","SUPA":"90 ","IBHE":"0","IBLE":" ","SINO":"R-1     ","CUAM":"   -125.500000","VONO":"  10000042","YEA4":"2026",
			"IVDT":"20261123","DUDT":"0","CORI":"c-1","OYEA":"0","LMDT":"20261125"}`,
		"LstLines": `{"TRNO":"     10","RDTP":"03","IBLE":"1","VTCD":"20","VTA1":"2.50"},{"TRNO":"2","RDTP":" 1","IBLE":"0","NLAM":"12.50","PNLI":"010","PNLS":" ","IVQA":"5.000000","REPN":"0"}`,
		"GetInvTotInfo": `{"SPYN":"P1","SINO":"R-1 #7","INYR":"2026","YEA4":"2026","JRNO":"   42","JSNO":"1","VONO":"10000042","CUAM":"125.50","OCUA":"125.50",
			"TRCD":"40","IVTP":"20","TEPY":"N30 ","TECD":"210","PAIN":"P-1","IVBL":"0","APRV":"1","PYST":"0","LMDT":"0"}`,
		"LstVoucherLines": `{"JSNO":"2","VONO":"30000001","AIT1":"2330      ","CUAM":"7.2500","ACAM":"7.25","TRCD":"40"},
			{"JSNO":"      1","VONO":"30000001","YEA4":"2026","VSER":"AP","ACDT":"20261124","AIT1":"5010","AIT2":"4101","AIT7":"P1","CUAM":"-12.50","CUCD":"USD","ACQT":"5.000000","UNIT":"EA ","DBCR":"C","VTP1":"7.500"}`,
		"LstAccountID": `{"AITP":"1","AITM":"5010      ","TX40":"Goods for resale ","LCCD":"0","VFDT":"20200101","VTDT":"99999999","LMDT":"20261101"},
			{"AITP":"1","AITM":"5020","TX15":"Old","LCCD":"1","VFDT":" ","VTDT":"20251231"}`,
	}
	want := map[string]any{
		"LstInvBySupInv": []InvoiceListing{{Batch: "1234", Type: "20", Status: "15"}, {Batch: "1235", Type: "20", Status: "90"}},
		"GetHead": InvoiceBatch{Batch: "77", Type: "20", Status: "90", Number: "R-1", Date: "20261123", Amount: "-125.5", VAT: "0", LineTotal: "0", Charges: "0", Due: "0",
			Voucher: "10000042", VoucherYear: "2026", Correlation: "c-1", Changed: "20261125"},
		"LstLines": []InvoiceBatchLine{
			{Number: 2, Type: LineItem, OrderLine: 10, Quantity: "5", NetPrice: "0", GrossPrice: "0", PriceBasis: "0", Amount: "12.5", Adjusted: "0", VATAmount: "0"},
			{Number: 10, Type: LineVAT, Errors: "1", Quantity: "0", NetPrice: "0", GrossPrice: "0", PriceBasis: "0", Amount: "0", Adjusted: "0", VATCode: "20", VATAmount: "2.5"}},
		"GetInvTotInfo": LedgerInvoice{Payee: "P1", Number: "R-1 #7", InvoiceYear: "2026", Year: "2026", Journal: "42", JournalSequence: "1", Voucher: "10000042",
			Transaction: "40", Type: "20", PaymentTerms: "N30", CashDiscountTerm: "210", Parallel: "P-1", Amount: "125.5", VAT: "0", Outstanding: "125.5", Paid: "0", AmountLocal: "0", OutstandingLocal: "0", PaidLocal: "0", Approved: "1", PaymentStatus: "0"},
		"LstVoucherLines": []VoucherLine{
			{Number: 1, Series: "AP", Voucher: "30000001", AccountingDate: "20261124", Objects: [7]string{"5010", "4101", "", "", "", "", "P1"}, Amount: "-12.5", Currency: "USD",
				Recorded: "0", DebitCredit: "C", Quantity: "5", Unit: "EA", VATRate: "7.5"},
			{Number: 2, Voucher: "30000001", Objects: [7]string{"2330"}, Amount: "7.25", Recorded: "7.25", Quantity: "0", VATRate: "0", Transaction: "40"}},
		"LstAccountID": []Account{{Dimension: "1", ID: "5010", Name: "Goods for resale", From: "20200101", Changed: "20261101"},
			{Dimension: "1", ID: "5020", ShortName: "Old", Blocked: true, To: "20251231"}},
	}
	inputs := map[string]map[string]string{
		"LstVoucherLines": {"DIVI": "AAA", "YEA4": "2026", "VONO": "30000001", "maxrecs": "0"},
		"LstInvBySupInv":  {"SPYN": "P1", "SUNO": "S1", "SINO": "R-1 #7"},
		"GetHead":         {"INBN": "77"},
		"LstLines":        {"INBN": "77", "maxrecs": "0"},
		"GetInvTotInfo":   {"DIVI": "AAA", "SPYN": "P1", "SINO": "R-1 #7", "INYR": "2026", "SUNO": "S1"},
		"LstAccountID":    {"AITP": "1", "maxrecs": "0"},
	}
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		name := transactionOf(r)
		for field, value := range inputs[name] {
			assert.Equal(t, value, r.URL.Query().Get(field), name)
		}
		assert.Equal(t, "AAA", r.URL.Query().Get("divi"), name)
		respond(w, http.StatusOK, ok(`{"transaction":"`+name+`","records":[`+answers[name]+`]}`))
	})
	for name, read := range reads {
		got, err := read(t, c, company)
		require.NoError(t, err, name)
		assert.Equal(t, want[name], got, name)
	}
}

func TestInvoiceReadsOfNothing(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{noRecord, `{"records":[]}`} {
		c, _ := setup(t, always(http.StatusOK, ok(answer)))
		for name, read := range reads {
			got, err := read(t, c, company)
			if name == "GetHead" {
				requireError(t, err, RecordMissing)
				continue
			}
			require.NoError(t, err, name)
			assert.Empty(t, got, name)
		}
	}
}

func TestInvoiceReadsThatFailAreNoAnswer(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, always(http.StatusGatewayTimeout, ""))
	for name, read := range reads {
		got, err := read(t, c, company)
		requireError(t, err, Unavailable)
		assert.Empty(t, got, name)
	}
}

func TestHeadsReadsManyBatches(t *testing.T) {
	t.Parallel()
	var posts atomic.Int64
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		posts.Add(1)
		eachTransaction(func(transaction string, input map[string]string) string {
			assert.Equal(t, "GetHead", transaction)
			if input["INBN"] == "2" {
				return noRecord
			}
			return `{"records":[{"SUPA":"15","IBHE":"1"}]}`
		})(w, r)
	})
	heads, err := c.Invoices("APS450MI").Heads(t.Context(), company, []string{"1", "2", "3"})
	require.NoError(t, err)
	assert.EqualValues(t, 1, posts.Load())
	assert.Equal(t, "1", heads[0].Value.Batch)
	assert.True(t, heads[0].Value.HasErrors())
	requireError(t, heads[1].Err, RecordMissing)
	assert.Equal(t, "3", heads[2].Value.Batch)
}

func TestPostedNeedsStatusAndVoucher(t *testing.T) {
	t.Parallel()
	assert.True(t, InvoiceBatch{Status: "90", Voucher: "1"}.Posted("90"))
	assert.False(t, InvoiceBatch{Status: "90"}.Posted("90"))
	assert.False(t, InvoiceBatch{Status: "15", Voucher: "1"}.Posted("90"))
	assert.False(t, InvoiceBatch{Status: "90"}.HasErrors())
	assert.True(t, InvoiceBatch{LineErrors: "1"}.HasErrors())
}
