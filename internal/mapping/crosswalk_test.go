package mapping

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const units = `partner,ours,theirs,validFrom,validTo
,EA,EA,,
,BX,BX,,20251231
,BX,BO,20260101,
ACME,EA,PC,,
`

func TestCrosswalkPrefersThePartnersRowOfTheDay(t *testing.T) {
	c, err := ReadCrosswalk("crosswalks/units.csv", strings.NewReader(units))
	require.NoError(t, err)
	for _, want := range []struct {
		partner, ours, day, theirs string
	}{
		{"OTHER", "EA", "20260301", "EA"},
		{"ACME", "EA", "20260301", "PC"},
		{"ACME", "BX", "20251231", "BX"},
		{"ACME", "BX", "20260101", "BO"},
	} {
		got, ok := c.Lookup(want.partner, want.ours, mustDate(t, want.day))
		require.True(t, ok)
		require.Equal(t, want.theirs, got, "%+v", want)
	}
	_, ok := c.Lookup("ACME", "DRM", mustDate(t, "20260301"))
	require.False(t, ok)
}

func TestCrosswalkErrorsNameFileAndLine(t *testing.T) {
	for name, broken := range map[string]string{
		"units.csv:1:1": "a,b,c,d,e\n",
		"units.csv:2:1": "partner,ours,theirs,validFrom,validTo\n,EA,,,\n",
		"units.csv:3:1": "partner,ours,theirs,validFrom,validTo\n,EA,EA,,\n,EA,PC,20260101,\n",
		"validTo":       "partner,ours,theirs,validFrom,validTo\n,EA,EA,,20261301\n",
	} {
		_, err := ReadCrosswalk("units.csv", strings.NewReader(broken))
		require.ErrorContains(t, err, name)
	}
}
