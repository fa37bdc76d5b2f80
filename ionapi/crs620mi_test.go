package ionapi

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// purchasing is an M3 in which only some suppliers have purchasing data: LstSuppliers has A, C and D, LstByNumber A to D, and
// D is deleted while they are read.
func purchasing(w http.ResponseWriter, r *http.Request) {
	switch transactionOf(r) {
	case "LstByNumber":
		respond(w, http.StatusOK, ok(`{"records":[{"SUNO":"A","STAT":"20"},{"SUNO":"B","STAT":"10"},{"SUNO":"C","STAT":"90","VRNO":"US1"},{"SUNO":"D"}]}`))
	case "LstSuppliers":
		respond(w, http.StatusOK, ok(`{"records":[{"SUNO":"A","TEPY":"N30"},{"SUNO":"AA"},{"SUNO":"C","TEPY":"N60"}]}`))
	default:
		eachTransaction(func(_ string, input map[string]string) string {
			if input["SUNO"] == "D" {
				return `{"errorMessage":"does not exist","errorCode":"WSU0103","errorType":"ServerReturnedNOK"}`
			}
			return `{"records":[{"SUNO":"` + input["SUNO"] + `","STAT":"10","TEPY":"N10"}]}`
		})(w, r)
	}
}

func TestSuppliersWithoutPurchasingDataAreReadAlone(t *testing.T) {
	t.Parallel()
	c, g := setup(t, purchasing)
	page, next, err := c.Suppliers("CRS620MI").Page(t.Context(), company, "", 10)
	require.NoError(t, err)
	require.Empty(t, next)
	require.Equal(t, []Supplier{{Number: "A", Status: "20", PaymentTerms: "N30"}, {Number: "B", Status: "10", PaymentTerms: "N10"},
		{Number: "C", Status: "90", VATNumber: "US1", PaymentTerms: "N60"}}, page)
	require.Len(t, g.observed(), 4, "a token and three calls")
}

func TestAListThatBeginsAnewIsNoPage(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, purchasing)
	p := c.Suppliers("CRS620MI")
	page, next, err := p.Page(t.Context(), company, "", 2)
	require.NoError(t, err)
	require.Equal(t, "B", next)
	require.Len(t, page, 2)
	_, _, err = p.Page(t.Context(), company, next, 2)
	require.Equal(t, "SUNO", requireError(t, err, Malformed).Field)
}

func TestAFailedReadFailsThePage(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			respond(w, http.StatusOK, ok(`{"errorMessage":"Please try again later","errorCode":"XO_1130","errorType":"ServerReturnedNOK"}`))
			return
		}
		purchasing(w, r)
	})
	_, _, err := c.Suppliers("CRS620MI").Page(t.Context(), company, "", 10)
	requireError(t, err, Locked)
}

func TestWhoWasQuickerIsTold(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]Kind{"XUP0001": Conflict, "XDE0001": RecordMissing} {
		c, _ := setup(t, always(http.StatusOK, ok(`{"errorMessage":"by another user","errorCode":"`+code+`","errorType":"ServerReturnedNOK"}`)))
		outcomes, err := c.Customers("CRS610MI").ChangeBasicData(t.Context(), company, []Customer{{Number: "1", Name: "N", ChangeNumber: "7"}})
		require.NoError(t, err)
		require.Equal(t, want, outcomes[0].Kind)
	}
}

func TestWritesSendWhatIsSet(t *testing.T) {
	t.Parallel()
	var body string
	c, _ := setup(t, capture(t, &body, `{"records":[]}`))
	p := c.Suppliers("CRS620MI")
	_, err := p.UpdateAddresses(t.Context(), company, []SupplierAddress{{Supplier: "A", Type: "1", Lines: [4]string{"1 St", Clear}, Changed: "20260101", ChangedAt: 5, ChangeNumber: "2"}})
	require.NoError(t, err)
	require.JSONEq(t, postOf("CRS620MI", `{"transaction":"UpdAddress","record":{"SUNO":"A","ADTE":"1","STDT":"0","ADR1":"1 St","ADR2":"?"}}`), body)
	_, err = p.Update(t.Context(), company, []Supplier{{Number: "A", Type: "1", Phone: Clear, Status: "90"}})
	require.NoError(t, err)
	require.JSONEq(t, postOf("CRS620MI", `{"transaction":"UpdSupplier","record":{"SUNO":"A","PHNO":"?","STAT":"90"}}`), body)
	_, err = c.Customers("CRS610MI").ChangeBasicData(t.Context(), company, []Customer{{Number: "1", Email: "a@b.example", Currency: "USD", Changed: "20260101", ChangeNumber: "7"}})
	require.NoError(t, err)
	require.JSONEq(t, postOf("CRS610MI", `{"transaction":"ChgBasicData","record":{"CUNO":"1","MAIL":"a@b.example","CHNO":"7"}}`), body)
}
