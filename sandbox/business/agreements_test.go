package business_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
)

// TestOrdersReferToAgreementsByTheirPlace covers what the references are, whatever the seed.
func TestOrdersReferToAgreementsByTheirPlace(t *testing.T) {
	held := map[string]string{}
	for _, a := range business.Agreements() {
		key := a["CONO"] + a["SUNO"] + a["AGNB"]
		require.NotContains(t, held, key)
		require.Len(t, a["AGNB"], 7)
		require.LessOrEqual(t, len(a["VAGN"]), 30)
		held[key] = a["VAGN"]
	}
	for _, seed := range []uint64{1, 7} {
		heads, lines, lacking, without := 0, 0, 0, 0
		for i, o := range business.NewGenerator(seed, time.Date(2026, 1, 1, 15, 0, 0, 0, time.UTC)).Company(40) {
			for n, fields := range append([]map[string]string{o.Head}, o.Lines...) {
				if fields["OURT"] == "0" {
					require.Empty(t, fields["OURR"])
					continue
				}
				require.Contains(t, []int{5, 9, 13, 15, 17}, i%20)
				if n == 0 {
					heads++
				} else {
					lines++
				}
				contract, ok := held[o.Head["CONO"]+o.Head["SUNO"]+fields["OURR"]]
				if !ok {
					lacking++
				} else if contract == "" {
					without++
				}
			}
		}
		require.Equal(t, []int{8, 4, 2, 2}, []int{heads, lines, lacking, without})
	}
}
