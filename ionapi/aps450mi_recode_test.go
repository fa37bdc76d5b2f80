package ionapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecodingSendsWhatM3Wants(t *testing.T) {
	t.Parallel()
	var body string
	c, _ := setup(t, capture(t, &body, `{"records":[{"INBN":"   99 "}]}`))
	invoices := c.Invoices("APS450MI")
	batch, err := invoices.AddHeadRecode(t.Context(), company, RecodeHead{Division: "AAA", Year: "2026", Series: "AP", Voucher: "30000001",
		AccountingDate: "20261124", Matching: "1"})
	require.NoError(t, err)
	assert.Equal(t, "99", batch)
	assert.JSONEq(t, postOf("APS450MI", `{"transaction":"AddHeadRecode","record":{"DIVI":"AAA","YEA4":"2026","VSER":"AP","VONO":"30000001","ACDT":"20261124","IMCD":"1"}}`), body)
	require.NoError(t, c.InvoiceApproval("APS110MI").Approve(t.Context(), company, "S1", "R-1", "2026"))
	assert.JSONEq(t, postOf("APS110MI", `{"transaction":"ApproveInvoice","record":{"DIVI":"AAA","SUNO":"S1","SINO":"R-1","INYR":"2026"}}`), body)
}

func TestRecodingOfAnotherDivisionIsNotSent(t *testing.T) {
	t.Parallel()
	c, g := setup(t, always(http.StatusOK, ok(`{"records":[{"INBN":"1"}]}`)))
	_, err := c.Invoices("APS450MI").AddHeadRecode(t.Context(), company, RecodeHead{Voucher: "1", Year: "2026", Division: "BBB"})
	assert.Contains(t, requireError(t, err, InvalidInput).Error(), "AddHeadRecode")
	assert.Empty(t, g.observed())
}

func TestRecodedLinesHaveTheirOutcomes(t *testing.T) {
	t.Parallel()
	var body string
	c, _ := setup(t, capture(t, &body, `{"records":[{"TRNO":"      4"}]},
		{"errorMessage":"Accounting identity 5999 does not exist","errorCode":"XRE0103","errorField":"AIT1","errorType":"ServerReturnedNOK"},{"records":[]}`))
	outcomes, err := c.Invoices("APS450MI").AddLinesRecode(t.Context(), company, "99", []RecodeLine{
		{Amount: "-10.50", Quantity: "-2", VATCode: "1", Text: "freight", Objects: [7]string{"5200", "4101"}},
		{Amount: "10.50", Objects: [7]string{"5999", "", "", "", "", "", "P"}}, {Amount: "1"}})
	require.NoError(t, err)
	assert.JSONEq(t, postOf("APS450MI", `{"transaction":"AddLineRecode","record":{"INBN":"99","DIVI":"AAA","NLAM":"-10.50","ACQT":"-2","VTCD":"1","VTXT":"freight","AIT1":"5200","AIT2":"4101"}},
		{"transaction":"AddLineRecode","record":{"INBN":"99","DIVI":"AAA","NLAM":"10.50","AIT1":"5999","AIT7":"P"}},
		{"transaction":"AddLineRecode","record":{"INBN":"99","DIVI":"AAA","NLAM":"1"}}`), body)
	require.Len(t, outcomes, 3)
	assert.Equal(t, LineOutcome{Number: 4}, outcomes[0])
	assert.Equal(t, "AIT1", requireError(t, outcomes[1].Err, RecordMissing).Field)
	assert.Equal(t, LineOutcome{Number: 3}, outcomes[2])
}

func TestAVoucherLineIsReversed(t *testing.T) {
	t.Parallel()
	line := VoucherLine{Amount: "12.5", Quantity: "0", VATCode: "1", Text: "goods", Objects: [7]string{"5010", "4101", "", "", "", "", "P"}}
	assert.Equal(t, RecodeLine{Amount: "-12.5", Quantity: "0", VATCode: "1", Text: "goods", Objects: line.Objects}, line.Reversed())
	assert.Equal(t, "7", VoucherLine{Amount: "-7"}.Reversed().Amount)
}

func TestCapabilityTellsBuildsApart(t *testing.T) {
	t.Parallel()
	listed := func(name string, values ...string) string {
		var records []string
		for _, value := range values {
			records = append(records, `{"`+name+`":"`+value+` "}`)
		}
		return `{"records":[` + strings.Join(records, ",") + `]}`
	}
	objects := []string{"INBN", "AO01", "AO02", "AO03", "AO04", "AO05", "AO06", "AO07"}
	tests := []struct {
		name                 string
		transactions, inputs []string
		want                 Capabilities
	}{
		{"cloud", []string{"AddHead", "AddLine", "AddHeadRecode", "AddLineRecode", "DltInvoice"}, objects, Capabilities{Recode: true, Delete: true, LineObjects: true}},
		{"older cloud", []string{"AddHead", "AddLine"}, objects, Capabilities{LineObjects: true}},
		{"on premises", []string{"AddHead", "AddLine", "AddHeadRecode"}, []string{"INBN", "NLAM"}, Capabilities{}},
		{"some objects", []string{"AddLine"}, objects[:7], Capabilities{}},
		{"no lines", []string{"DltInvoice"}, objects, Capabilities{Delete: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "ZZS450MI", r.URL.Query().Get("MINM"))
				answer := listed("TRNM", test.transactions...)
				if transactionOf(r) == "LstFields" {
					assert.Equal(t, [2]string{"AddLine", "I"}, [2]string{r.URL.Query().Get("TRNM"), r.URL.Query().Get("TRTP")})
					answer = listed("FLNM", test.inputs...)
				}
				respond(w, http.StatusOK, ok(answer))
			})
			can, err := c.Metadata("MRS001MI").Capability(t.Context(), "ZZS450MI")
			require.NoError(t, err)
			assert.Equal(t, test.want, can)
		})
	}
}

func TestCapabilityOfNoProgram(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{noRecord, `{"records":[]}`} {
		c, _ := setup(t, always(http.StatusOK, ok(answer)))
		_, err := c.Metadata("MRS001MI").Capability(t.Context(), "APS450MI")
		requireError(t, err, NotAvailable)
	}
	c, _ := setup(t, always(http.StatusServiceUnavailable, ""))
	_, err := c.Metadata("MRS001MI").Capability(t.Context(), "APS450MI")
	requireError(t, err, Unavailable)
}
