package mapping

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func conversions(t *testing.T, rows string) *Conversions {
	t.Helper()
	c, err := ReadConversions("crosswalks/conversions.csv", strings.NewReader(ConversionsHeader+"\n"+rows))
	require.NoError(t, err)
	return c
}

func TestTheNarrowestRowOfTheDayConverts(t *testing.T) {
	c := conversions(t, `,,,CS,EA,10,,
100,,,CS,EA,11,,
,ACME,,CS,EA,12,,20251231
,ACME,,CS,EA,13,20260101,
,,B-1,CS,EA,20,,
,ACME,B-1,CS,EA,21,,
,,,DZ,EA,12,,
,,B-2,EA,CS,0.5,,
`)
	for _, test := range []struct{ company, partner, item, from, to, day, times, per, source string }{
		{"200", "OTHER", "B-9", "CS", "EA", "20260301", "10", "1", "one CS is 10 EA"},
		{"100", "OTHER", "B-9", "CS", "EA", "20260301", "11", "1", "one CS is 11 EA"},
		{"100", "ACME", "B-9", "CS", "EA", "20251231", "12", "1", "one CS is 12 EA"},
		{"100", "ACME", "B-9", "CS", "EA", "20260101", "13", "1", "one CS is 13 EA"},
		{"100", "OTHER", "B-1", "CS", "EA", "20260301", "20", "1", "one CS is 20 EA"},
		{"100", "ACME", "B-1", "CS", "EA", "20260301", "21", "1", "one CS is 21 EA"},
		{"100", "ACME", "B-1", "EA", "CS", "20260301", "1", "21", "one CS is 21 EA"},
		{"100", "ACME", "B-2", "CS", "EA", "20260301", "1", "0.5", "one EA is 0.5 CS"},
		{"100", "ACME", "B-1", "EA", "DZ", "20260301", "1", "12", "one DZ is 12 EA"},
	} {
		got, found := c.Factor(test.company, test.partner, test.item, test.from, test.to, mustDate(t, test.day))
		require.True(t, found, "%+v", test)
		require.Equal(t, test.times+"/"+test.per, got.Times.String()+"/"+got.Per.String(), "%+v", test)
		require.Equal(t, "crosswalks/conversions.csv: "+test.source, got.Source)
		require.Equal(t, strings.HasPrefix(test.item, "B-1") && test.to != "DZ" || test.item == "B-2", got.OfItem, "%+v", test)
	}
	_, found := c.Factor("100", "ACME", "B-1", "KG", "EA", "20260301")
	require.False(t, found)
}

func TestFaultsOfConversionsNameFileAndLine(t *testing.T) {
	for rows, want := range map[string]string{
		",,,CS,,12,,\n":                          "conversions.csv:2:1: a row needs two different units",
		",,,CS,CS,12,,\n":                        "two different units",
		",,,CS,EA,0,,\n":                         `the factor is "0"; it must be a number above 0`,
		",,,CS,EA,a dozen,,\n":                   `the factor is "a dozen"`,
		",,,CS,EA,12,2026,\n":                    "validFrom",
		",,,CS,EA,12,,\n,,,CS,EA,10,,\n":         "conversions.csv:3:1: CS to EA has two rows for the same day",
		",,,CS,EA,12,,\n,,,CS,EA,10,20260101,\n": "conversions.csv:3:1",
		",,,CS\n":                                "wrong number of fields",
	} {
		_, err := ReadConversions("conversions.csv", strings.NewReader(ConversionsHeader+"\n"+rows))
		require.ErrorContains(t, err, want)
	}
	_, err := ReadConversions("conversions.csv", strings.NewReader(strings.Replace(ConversionsHeader, "item", "article", 1)+"\n"))
	require.ErrorContains(t, err, "conversions.csv:1:1: the header must be")
	conversions(t, ",,,CS,EA,12,,20251231\n,,,CS,EA,10,20260101,\n,,B-1,CS,EA,12,,\n")
}
