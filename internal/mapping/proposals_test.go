package mapping

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/internal/trade/reasontest"
)

func TestANumberHasASpellingForEachLeadingZero(t *testing.T) {
	require.Equal(t, []string{"12345678", "012345678", "0012345678"}, SpellingsOf(" 0012345678"))
	require.Equal(t, []string{"1234567890"}, SpellingsOf("1234567890"))
	require.Len(t, SpellingsOf("000"), longestSupplier)
	for _, spelling := range SpellingsOf("000A") {
		require.True(t, SameCode("A", spelling), spelling)
	}
	require.Empty(t, SpellingsOf("12345678901"), "M3 has none that is so long")
}

func TestWhatIsOlderOrLeadsNowhereSaysSo(t *testing.T) {
	p := SupplierProposal{Supplier: "0010051", Place: "N1[2]"}
	for code, r := range map[string]trade.Reason{
		trade.ReasonProfileOvertaken: Overtaken(p, "P-2"),
		trade.ReasonSupplierNotKept:  Unkept(p, "is none of those that `only` selects", "let `only` in masterdata.yaml select it"),
	} {
		require.Equal(t, code, r.Code)
		require.Contains(t, r.Message, "supplier 0010051")
		reasontest.ReadsWell(t, r)
	}
}
