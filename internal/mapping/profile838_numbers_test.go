package mapping

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/internal/trade/reasontest"
)

// TestASupplierThatIsNamedByTwoSpellingsIsUnclear has numbers that differ in leading zeros only.
func TestASupplierThatIsNamedByTwoSpellingsIsUnclear(t *testing.T) {
	for _, parties := range []string{
		"N1*SU*A*92*0077001\nN1*VN*A*92*77001",
		"N1*SU*A*92*77001\nN1*SU*B*92*6\nLX*2\nN1*SU*A*92*0077001",
	} {
		all, reason := proposals(t, "BTP*00*1*20260304*0800*NO\nLX*1\n"+parties)
		require.Empty(t, all, parties)
		require.Equal(t, trade.ReasonSupplierUnclear, reason.Code, parties)
		require.Contains(t, reason.Message, "77001", parties)
		require.Regexp(t, `^N1\[[23]\]-04$`, reason.Place, parties)
		reasontest.ReadsWell(t, reason)
	}
	all, reason := proposals(t, "BTP*00*1*20260304*0800*NO\nLX*1\nN1*SU*A*92*10045\nN1*VN*A*92*0010045")
	require.True(t, reason.IsZero(), "the partner's own number is known: %s", reason)
	require.Len(t, all, 1)
}

// TestASupplierThatIsPaidItselfHasNoOtherPayee has remit-to parties with the supplier's own number.
func TestASupplierThatIsPaidItselfHasNoOtherPayee(t *testing.T) {
	for parties, want := range map[string]struct{ payee, remark string }{
		"N1*RI*Acme*92*0010045":                                  {"0010045", ""},
		"N1*RI*Acme*92*10045\nN2*Receivables":                    {"0010045", ""},
		"N1*RI*Acme*92*10045\nN1*RE*Acme*92*0010045":             {"0010045", ""},
		"N1*RI*Acme Lockbox*92*0010045\nN3*PO Box 7\nN4*Reno*NV": {"", `"Acme Lockbox", number (92) 0010045, PO Box 7, Reno, NV`},
		"N1*RI*Acme Lockbox*92*10045\nN4*Reno*NV":                {"", `"Acme Lockbox", number (92) 10045, Reno, NV`},
		"N1*RI*Acme*92*10045\nN9*11*12345678":                    {"", `"Acme", number (92) 10045, account (11) …5678`},
		"N1*RI*A*92*0010058\nN1*RE*A*92*10058":                   {"0010058", ""},
	} {
		all, reason := proposals(t, "BTP*00*1*20260304*0800*NO\nLX*1\nN1*SU*Acme\n"+parties)
		require.True(t, reason.IsZero(), "%s: %s", parties, reason)
		require.Len(t, all, 1)
		require.Equal(t, want.payee, all[0].Values[PayeeField], parties)
		require.Equal(t, want.remark == "", RemitToChanged(all).IsZero(), parties)
		if want.remark != "" {
			require.Equal(t, want.remark, all[0].RemitTo[0].Text)
		}
	}
	_, reason := proposals(t, "BTP*00*1*20260304*0800*NO\nLX*1\nN1*SU*Acme\nN1*RI*Acme*92*10045\nN1*RE*Factor*92*0010058")
	require.Equal(t, trade.ReasonSupplierUnclear, reason.Code, "it is paid itself, or through another one")
}
