package ionapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAgreementsAreReadByTheHundred(t *testing.T) {
	t.Parallel()
	posts := 0
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		posts++
		p := readPost(r)
		assert.Equal(t, "PPS100MI", p.Program)
		assert.Equal(t, []any{100, "AAA"}, []any{p.CONO, p.DIVI})
		var results []string
		for _, one := range p.Transactions {
			assert.Equal(t, "GetAgrHead", one.Transaction)
			switch number := one.Record["AGNB"]; number {
			case "0":
				results = append(results, `{"errorMessage":"Record does not exist","errorCode":"XRE0103","errorType":"ServerReturnedNOK"}`)
			case "1":
				results = append(results, `{"records":[{"SUNO":"S1","AGNB":"1","PAST":"20"}]}`)
			default:
				results = append(results, fmt.Sprintf(`{"records":[{"SUNO":%q,"AGNB":%q,"VAGN":"V-%s  ","FVDT":"20260101","UVDT":"0"}]}`, one.Record["SUNO"], number, number))
			}
		}
		respond(w, http.StatusOK, ok(strings.Join(results, ",")))
	})
	keys := make([]AgreementKey, 101)
	for i := range keys {
		keys[i] = AgreementKey{Supplier: "S1", Number: fmt.Sprint(i)}
	}
	agreements, err := c.Agreements("PPS100MI").Heads(t.Context(), company, keys)
	require.NoError(t, err)
	require.Len(t, agreements, 101)
	assert.Equal(t, 2, posts)
	requireError(t, agreements[0].Err, RecordMissing)
	assert.Equal(t, Agreement{Key: keys[1], Status: "20"}, agreements[1].Value)
	assert.Equal(t, Agreement{Key: keys[100], SupplierNumber: "V-100", From: "20260101"}, agreements[100].Value)

	_, err = c.Agreements("PPS100MI").Heads(t.Context(), Company{}, keys[:1])
	requireError(t, err, InvalidInput)
	assert.Equal(t, 2, posts, "a call without a company is not sent")
}
