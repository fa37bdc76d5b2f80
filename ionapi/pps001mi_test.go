package ionapi

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfirmingSendsWhatM3Wants(t *testing.T) {
	t.Parallel()
	var body string
	c, _ := setup(t, capture(t, &body, `{"transaction":"ConfirmLine","records":[]},
		{"errorMessage":"Order status is 50 or higher, entry not permitted","errorCode":"PP30003","errorType":"ServerReturnedNOK"}`))
	outcomes, err := c.OrderStatuses("PPS001MI").ConfirmLines(t.Context(), company, "4500001", []LineConfirmation{
		{Key: LineKey{Line: 10}, Date: "20261124", Quantity: "12.5", SupplierOrder: "SO-1"}, {Key: LineKey{Line: 20, Subline: 1}}})
	require.NoError(t, err)
	assert.JSONEq(t, postOf("PPS001MI", `{"transaction":"ConfirmLine","record":{"PUNO":"4500001","PNLI":"10","PNLS":"0","CODT":"20261124","CFQA":"12.5","SORN":"SO-1"}},
		{"transaction":"ConfirmLine","record":{"PUNO":"4500001","PNLI":"20","PNLS":"1"}}`), body)
	require.Len(t, outcomes, 2)
	assert.Nil(t, outcomes[0])
	assert.Equal(t, "PP30003", requireError(t, outcomes[1], InvalidInput).Code)
}

func TestAConfirmationIsTakenBack(t *testing.T) {
	t.Parallel()
	var body string
	c, _ := setup(t, capture(t, &body, `{"transaction":"DelPOTrans","records":[]},`+noRecord))
	outcomes, err := c.OrderTransactions("PPS330MI").Delete(t.Context(), company, "4500001", "35", []LineKey{{Line: 10}, {Line: 20, Subline: 1}})
	require.NoError(t, err)
	assert.JSONEq(t, postOf("PPS330MI", `{"transaction":"DelPOTrans","record":{"PUNO":"4500001","PNLI":"10","PNLS":"0","PUOS":"35"}},
		{"transaction":"DelPOTrans","record":{"PUNO":"4500001","PNLI":"20","PNLS":"1","PUOS":"35"}}`), body)
	require.Len(t, outcomes, 2)
	assert.Nil(t, outcomes[0])
	requireError(t, outcomes[1], RecordMissing)
}

func TestConfirmingWithoutAnAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	c, _ := setup(t, func(w http.ResponseWriter, _ *http.Request) {
		sent.Add(1)
		respond(w, http.StatusGatewayTimeout, "")
	})
	outcomes, err := c.OrderStatuses("PPS001MI").ConfirmLines(t.Context(), company, "4500001", []LineConfirmation{{Key: LineKey{Line: 10}}})
	requireError(t, err, OutcomeUnknown)
	require.Len(t, outcomes, 1)
	requireError(t, outcomes[0], OutcomeUnknown)
	assert.EqualValues(t, 1, sent.Load(), "a write is never repeated")
}
