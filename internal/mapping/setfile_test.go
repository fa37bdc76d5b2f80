package mapping

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/schema"
	"tradewind/internal/trade"
)

// twoInvoices is a file whose second set is corrected; its element separator is unusual.
const twoInvoices = "ISA|00|          |00|          |ZZ|SUPPLIER       |ZZ|TRADEWIND      |261103|0600|U|00401|000000017|0|P|>~\r\n" +
	"GS|IN|SUPPLIER|TRADEWIND|20261103|0600|17|X|004010~\r\n" +
	"ST|810|0001~\r\nBIG|20261103|FIRST~\r\nIT1|1|1|EA|1.00~\r\nTDS|100~\r\nSE|5|0001~\r\n" +
	"ST|810|0002~\r\nBIG|20261103|INV-76|20261001|4500012~\r\nREF|IA|1001~\r\nREF|VR|77~\r\nIT1|1|10|EA|10.00~\r\nIT1|2|5|EA|1.00|PE|VN|A-1~\r\n" +
	"TDS|10000~\r\nSE|8|0002~\r\nGE|2|17~\r\nIEA|1|000000017~\r\n"

func secondSet(t *testing.T, content string) SetFile {
	t.Helper()
	trees, err := edi.ReadTolerant(bytes.NewReader([]byte(content)))
	require.NoError(t, err)
	group := trees[0].Groups[0]
	return SetFile{Content: []byte(content), Set: group.Sets[1], Version: group.Version}
}

func corrections(pairs ...string) trade.Overlay {
	var out trade.Overlay
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, trade.Correction{Path: pairs[i], Value: pairs[i+1]})
	}
	return out
}

// TestACorrectionChangesItsValueAndNothingElse puts random values at every place of a set.
func TestACorrectionChangesItsValueAndNothingElse(t *testing.T) {
	f := secondSet(t, twoInvoices)
	random := rand.New(rand.NewPCG(7, 7))
	counts := map[string]int{}
	tried := 0
	for at, s := range f.Set.Segments {
		counts[s.ID]++
		for element := range s.Elements {
			path := fmt.Sprintf("%s[%d]-%02d", s.ID, counts[s.ID], element+1)
			value := fmt.Sprintf("V%d", random.IntN(1_000_000))
			after, err := f.Correct(corrections(path, value))
			require.NoError(t, err, path)
			full, read, err := after.Value(path)
			require.NoError(t, err)
			require.Equal(t, path, full)
			require.Equal(t, value, read)
			before := slices.Clone(f.Set.Segments[at].Elements)
			require.Equal(t, value, after.Set.Segments[at].Elements[element])
			restored, err := after.Correct(corrections(path, before[element]))
			require.NoError(t, err)
			require.Equal(t, twoInvoices, string(restored.Content), "nothing else changed")
			tried++
		}
	}
	require.Greater(t, tried, 15)
	require.Equal(t, twoInvoices, string(f.Content), "the original stays")
}

func TestPathsOfASet(t *testing.T) {
	f := secondSet(t, twoInvoices)
	for path, want := range map[string][2]string{
		"BIG-02":                          {"BIG[1]-02", "INV-76"},
		"BIG[1]-2":                        {"BIG[1]-02", "INV-76"},
		"IT1[2]-07":                       {"IT1[2]-07", "A-1"},
		"ISA[1]/GS[1]/ST[2]/IT1[1]-04":    {"IT1[1]-04", "10.00"},
		"ST[2]/REF[2]-02":                 {"REF[2]-02", "77"},
		"REF[1]-03":                       {"REF[1]-03", ""},
		"ISA[1]/GS[1]/ST[2]/REF[1]-04-02": {"REF[1]-04-02", ""},
	} {
		full, value, err := f.Value(path)
		require.NoError(t, err, path)
		require.Equal(t, want, [2]string{full, value}, path)
	}
	for path, want := range map[string]string{
		"IT1-02":                        "IT1-02 could be any of 2: write IT1[1] to IT1[2], with the number in brackets",
		"IT1[3]-02":                     "there is no IT1[3]-02: the set has IT1[1] to IT1[2]",
		"N1[1]-02":                      "there is no N1[1]-02: the set has the segments BIG, REF, IT1, TDS",
		"TDS-05":                        "there is no TDS-05: TDS has the elements 01 to 04",
		"TDS-01-01":                     "there is no TDS-01-01: TDS-01 has no components",
		"TDS-00":                        "there is no TDS-00: segments, elements and components are counted from 1",
		"SE-01":                         "SE-01 cannot be corrected",
		"ISA[1]/GS[1]/ST[2]/ST[1]-02":   "cannot be corrected",
		"ISA[1]/GS[1]/ST[1]/BIG[1]-02":  "is in another set: this one is ISA[1]/GS[1]/ST[2]",
		"1/IT1[1]-02":                   "is in another set",
		"invoice.number":                `"invoice.number" is not a path of a set`,
		"IT1[99999999999999999999]-01":  "is not a path",
		"BIG02":                         "is not a path of a set; write one as findings do",
		"ISA[1]/GS[1]/ST[2]/REF[1]-4-9": "REF-04 has the components 01 to 06",
	} {
		_, _, err := f.Value(path)
		var refused *trade.CorrectionError
		require.ErrorAs(t, err, &refused, path)
		require.Contains(t, err.Error(), want)
	}
}

func TestAValueThatCannotBeReadIsRefused(t *testing.T) {
	f := secondSet(t, twoInvoices)
	for _, c := range [][2]string{{"TDS[1]-01", "abc"}, {"BIG[1]-01", "20261399"}, {"IT1[1]-02", "ten"}, {"BIG[1]-02", "0123456789012345678901234567890"}} {
		overlay := corrections(c[0], c[1])
		require.ErrorContains(t, f.Takes(overlay), c[0]+" cannot be "+fmt.Sprintf("%q", c[1]))
	}
	for _, value := range []string{"a|b", "a~b", "a>b", "a\nb"} {
		_, err := f.Correct(corrections("BIG-02", value))
		require.ErrorContains(t, err, "separates parts of this interchange")
	}
	good := corrections("TDS[1]-01", "10500", "IT1[2]-02", "5.5")
	require.NoError(t, f.Takes(good))
}

func TestAnEmptiedElementLeavesNoSeparatorAtTheEnd(t *testing.T) {
	f := secondSet(t, twoInvoices)
	after, err := f.Correct(corrections("BIG-04", "", "REF[1]-04-02", "X"))
	require.NoError(t, err)
	require.Contains(t, string(after.Content), "BIG|20261103|INV-76|20261001~")
	require.Contains(t, string(after.Content), "REF|IA|1001||>X~")
	full, value, err := after.Value("REF[1]-04-02")
	require.NoError(t, err)
	require.Equal(t, [2]string{"REF[1]-04-02", "X"}, [2]string{full, value})
}

// TestTheSetIsJudgedAsItCame keeps faults of the trailer, which no correction cures.
func TestTheSetIsJudgedAsItCame(t *testing.T) {
	f := secondSet(t, twoInvoices)
	errs, err := f.Errors(nil)
	require.NoError(t, err)
	require.Empty(t, errs)
	broken, err := f.Correct(corrections("BIG[1]-01", ""))
	require.NoError(t, err)
	errs, err = broken.Errors(nil)
	require.NoError(t, err)
	require.Equal(t, "ISA[1]/GS[1]/ST[2]/BIG[1]-01", errs[0].Path)

	cut := secondSet(t, string(bytes.Replace([]byte(twoInvoices), []byte("SE|8|0002"), []byte("SE|9|0002"), 1)))
	cut, err = cut.Correct(corrections("TDS-01", "10500"))
	require.NoError(t, err)
	errs, err = cut.Errors(nil)
	require.NoError(t, err)
	require.Len(t, errs, 1)
	require.Equal(t, schema.SetCount, errs[0].Code)
}
