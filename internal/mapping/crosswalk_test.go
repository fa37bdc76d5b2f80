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

func TestCrosswalkGoesBackToOurs(t *testing.T) {
	c, err := ReadCrosswalk("crosswalks/units.csv", strings.NewReader(units+",PCE,PC,,\n"))
	require.NoError(t, err)
	for _, want := range []struct {
		partner, theirs, day string
		ours                 []string
	}{
		{"OTHER", "EA", "20260301", []string{"EA"}},
		{"ACME", "PC", "20260301", []string{"EA"}}, // its own row goes before the general one
		{"OTHER", "PC", "20260301", []string{"PCE"}},
		{"OTHER", "BO", "20251231", nil},
		{"OTHER", "BO", "20260101", []string{"BX"}},
		{"OTHER", "XX", "20260101", nil},
	} {
		require.Equal(t, want.ours, c.Ours(want.partner, want.theirs, mustDate(t, want.day)), "%+v", want)
	}
}

func TestAnInwardCrosswalkHasOneMeaningForEachOfTheirs(t *testing.T) {
	_, err := ReadInwardCrosswalk("charges.csv", strings.NewReader(CrosswalkHeader+"\n,FREIGH,D240,,\n,FREIGH,D260,,\n"))
	require.NoError(t, err)
	_, err = ReadInwardCrosswalk("charges.csv", strings.NewReader(CrosswalkHeader+"\n,FREIGH,D240,,\n,FUEL,D240,,\n"))
	require.ErrorContains(t, err, `charges.csv:3:1: code "D240" of partner "" has two rows for the same day`)
}
