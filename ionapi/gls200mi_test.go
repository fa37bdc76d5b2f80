package ionapi

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVoucherLinesReadsManyVouchers(t *testing.T) {
	t.Parallel()
	c, g := setup(t, eachTransaction(func(_ string, input map[string]string) string {
		switch input["VONO"] {
		case "1":
			assert.Equal(t, map[string]string{"DIVI": "AAA", "YEA4": "2026", "VONO": "1", "VSER": "AP"}, input)
			return `{"transaction":"LstVoucherLines","records":[{"JSNO":"2","VONO":"1","CUAM":"7.25"},{"JSNO":"1","VONO":"1","CUAM":"12.50","ACQT":"5","UNIT":"EA"}]}`
		case "2":
			assert.NotContains(t, input, "VSER")
			return noRecord
		}
		return `{"errorMessage":"Division is not valid","errorField":"DIVI","errorType":"ServerReturnedNOK"}`
	}))
	vouchers, err := c.Vouchers("GLS200MI").VoucherLines(t.Context(), company,
		[]VoucherKey{{Year: "2026", Number: "1", Series: "AP"}, {Year: "2026", Number: "2"}, {Year: "2026", Number: "3"}})
	require.NoError(t, err)
	require.Len(t, vouchers, 3)
	require.Nil(t, vouchers[0].Err)
	assert.Equal(t, []VoucherLine{{Number: 1, Voucher: "1", Amount: "12.5", Recorded: "0", Quantity: "5", Unit: "EA", VATRate: "0"},
		{Number: 2, Voucher: "1", Amount: "7.25", Recorded: "0", Quantity: "0", VATRate: "0"}}, vouchers[0].Value)
	require.Nil(t, vouchers[1].Err, "no lines are an empty list")
	assert.Empty(t, vouchers[1].Value)
	require.NotNil(t, vouchers[2].Err)
	assert.Equal(t, "DIVI", vouchers[2].Err.Field)
	assert.Len(t, g.observed(), 2, "the token, and one POST")
}

func TestVoucherLinesFailsWithItsPost(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, always(http.StatusGatewayTimeout, ""))
	vouchers, err := c.Vouchers("GLS200MI").VoucherLines(t.Context(), company, []VoucherKey{{Year: "2026", Number: "1"}})
	requireError(t, err, Unavailable)
	assert.Nil(t, vouchers)
}
