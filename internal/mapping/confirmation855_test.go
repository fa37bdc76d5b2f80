package mapping

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// segmentsOf reads segments that stand one on a line, as between ST and SE.
func segmentsOf(text string) []edi.SegmentData {
	var out []edi.SegmentData
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		elements := strings.Split(line, "*")
		out = append(out, edi.NewSegment(elements[0], elements[1:]...))
	}
	return out
}

func confirmationUnits(t testing.TB) *Crosswalk {
	t.Helper()
	units, err := ReadCrosswalk("crosswalks/units.csv", strings.NewReader(CrosswalkHeader+"\n,EA,EA,,\n,BX,BX,,\n,CS,CA,,\n,KAR,CA,,\n,UN,UN,,\n"))
	require.NoError(t, err)
	return units
}

func confirmationProfile() Profile {
	p := profile()
	p.Invoice = DefaultInvoiceSet()
	return p
}

func confirmation(t testing.TB, text string) (trade.Confirmation, trade.Reason) {
	t.Helper()
	in, err := doc.UnmarshalOrderConfirmation(segmentsOf(text))
	require.NoError(t, err)
	return ReadConfirmation855(in, confirmationProfile(), us, confirmationUnits(t))
}

func confirmationFile(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile("testdata/confirmation855-" + name + ".edi")
	require.NoError(t, err)
	return string(content)
}

// TestAConfirmationBecomesTheGoldenOne reads each variant and compares it with the order of
// mapper: 500 EA on line 10 for 2026-03-16, and 3 BX on line 20-1 for 2026-03-20.
func TestAConfirmationBecomesTheGoldenOne(t *testing.T) {
	for _, name := range []string{"accepted", "header-only", "header-only-later", "changed", "backordered", "rejected", "schedules"} {
		t.Run(name, func(t *testing.T) {
			c, reason := confirmation(t, confirmationFile(t, name))
			require.True(t, reason.IsZero(), reason.String())
			golden(t, "confirmation855-"+name, struct {
				Confirmation trade.Confirmation `json:"confirmation"`
				Differences  []trade.Difference `json:"differences"`
			}{c, CompareConfirmation(mapper(t, nil).Order, c, 0)})
		})
	}
}

func TestTheVerdictFollowsTypeAndLines(t *testing.T) {
	for name, test := range map[string]struct {
		old, new string
		want     trade.Verdict
	}{
		"as it is":                   {"", "", trade.VerdictAccepted},
		"one line rejected":          {"ACK*IA*500*EA*067*20260316", "ACK*IR", trade.VerdictChanged},
		"a line with another date":   {"ACK*IA*500", "ACK*DR*500", trade.VerdictChanged},
		"detail and change":          {"*AD*", "*AC*", trade.VerdictChanged},
		"the lines decide":           {"*AD*", "*NA*", trade.VerdictAccepted},
		"exceptions, and none is":    {"*AD*", "*AE*", trade.VerdictAccepted},
		"rejected whatever the line": {"*AD*", "*RD*", trade.VerdictRejected},
		"on hold":                    {"*AD*", "*AH*", trade.VerdictOnHold},
	} {
		t.Run(name, func(t *testing.T) {
			c, reason := confirmation(t, strings.Replace(confirmationFile(t, "accepted"), test.old, test.new, 1))
			require.True(t, reason.IsZero(), reason.String())
			require.Equal(t, test.want, c.Verdict)
		})
	}
	text := strings.NewReplacer("ACK*IA*500*EA*067*20260316", "ACK*R2", "ACK*IA*3*BX*067*20260320", "ACK*IR*0*BX").Replace(confirmationFile(t, "accepted"))
	c, reason := confirmation(t, text)
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, trade.VerdictRejected, c.Verdict, "every line is rejected")
	require.Len(t, CompareConfirmation(mapper(t, nil).Order, c, 0), 2, "each line with its own cause")
}

func TestALineOfSeveralIsNotTheOrder(t *testing.T) {
	c, reason := confirmation(t, "BAK*00*AE*4500001*20260302\nPO1*10*500*EA*12.5*HP\nACK*IR")
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, trade.VerdictChanged, c.Verdict, "the lines that are not listed are accepted")
}

func TestCodesAreReadByTheDayOfTheOrderAndTheProfile(t *testing.T) {
	in, err := doc.UnmarshalOrderConfirmation(segmentsOf("BAK*00*AD*4500001*20260302*****20260601\nPO1*10*500*EA*12.5*HP*SK*77*VN*AX-1\nACK*IA"))
	require.NoError(t, err)
	units, err := ReadCrosswalk("crosswalks/units.csv", strings.NewReader(CrosswalkHeader+"\n,PCE,EA,,20260501\n,ST,EA,20260502,\n"))
	require.NoError(t, err)
	p := confirmationProfile()
	p.Order.ItemIDs = []ItemID{{Qualifier: "SK", From: FromItem}}
	c, reason := ReadConfirmation855(in, p, us, units)
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, "PCE", c.Lines[0].Unit)
	require.Equal(t, []string{"77", "AX-1"}, []string{c.Lines[0].Item, c.Lines[0].SupplierItem}, "the usual qualifiers hold too")
}

func TestAnAcknowledgmentWithoutLinesAcceptsAllOfThem(t *testing.T) {
	for _, code := range []string{"AD", "AK", "AC", "AT"} {
		c, reason := confirmation(t, "BAK*00*"+code+"*4500001*20260302")
		require.True(t, reason.IsZero(), reason.String())
		require.False(t, c.Complete)
		require.Empty(t, CompareConfirmation(mapper(t, nil).Order, c, 0), code)
	}
}

func TestSeveralStatusesOfOneQuantityAreNoParts(t *testing.T) {
	text := strings.Replace(confirmationFile(t, "accepted"), "ACK*IA*500*EA*067*20260316", "ACK*IP*500*EA\nACK*DR*500*EA*067*20260320", 1)
	text = strings.Replace(text, "*12.5*", "*13*", 1)
	c, reason := confirmation(t, text)
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, trade.LineSeveral, c.Lines[0].Status)
	require.Equal(t, []trade.DifferenceKind{trade.DifferencePrice, trade.DifferenceDate}, kinds(CompareConfirmation(mapper(t, nil).Order, c, 0)))
}

func TestWhatCannotBeConfirmedSaysWhereAndWhatToDo(t *testing.T) {
	for name, test := range map[string]struct{ old, new, code, want string }{
		"no order":                 {"*4500001*", "**", trade.ReasonOrderMissing, "(BAK-03)"},
		"a cancellation":           {"BAK*00", "BAK*01", trade.ReasonPurposeUnsupported, `"01" is neither`},
		"an unknown type":          {"*AD*", "*XX*", trade.ReasonValueInvalid, `"XX" says neither accepted nor rejected (BAK-02)`},
		"a type that says nothing": {"*AD*", "*NA*", trade.ReasonNoLines, `"NA" leaves the answer`},
		"a line that says nothing": {"*AD*", "*ZZ*", trade.ReasonLineIncomplete, "this line has none (PO1[2]/ACK)"},
		"a line without a name":    {"PO1*20-1*3*BX*4*PE*VN*AX-2*BP*B-200", "PO1**3*BX*4*PE", trade.ReasonLineIncomplete, "(PO1[2]-01)"},
		"an unknown status":        {"ACK*IA*3", "ACK*XY*3", trade.ReasonValueInvalid, `"XY" says neither accepted nor rejected (PO1[2]/ACK[1]-01)`},
		"an unknown date":          {"BX*067", "BX*036", trade.ReasonValueInvalid, `"036" does not say whether`},
		"a negative quantity":      {"ACK*IA*3", "ACK*IA*-3", trade.ReasonValueInvalid, "the quantity is -3 (PO1[2]/ACK[1]-02)"},
		"an unknown unit":          {"ACK*IA*3*BX", "ACK*IA*3*DR", trade.ReasonUnitUnmapped, "(PO1[2]/ACK[1]-03)"},
		"an ambiguous unit":        {"*3*BX*4", "*3*CA*4", trade.ReasonUnitUnmapped, "stands for each of CS, KAR (PO1[2]-03)"},
		"an unknown basis":         {"*4*PE", "*4*QE", trade.ReasonPriceBasisUnknown, "(PO1[2]-05)"},
		"schedules of another sum": {"ACK*IA*3*BX*067*20260320", "ACK*IA*3*BX\nSCH*2*BX***067*20260320", trade.ReasonValueInvalid, "come to 2, and the line to 3 (PO1[2]/SCH)"},
		"a schedule of nothing":    {"ACK*IA*3*BX*067*20260320", "ACK*IA*3*BX\nSCH**BX***067*20260320", trade.ReasonValueInvalid, "(PO1[2]/SCH[1]-01)"},
	} {
		t.Run(name, func(t *testing.T) {
			text := confirmationFile(t, "accepted")
			switch name {
			case "a type that says nothing":
				text = "BAK*00*AD*4500001*20260302"
			case "a line that says nothing":
				text = strings.Replace(text, "ACK*IA*3*BX*067*20260320\n", "", 1)
			}
			_, reason := confirmation(t, strings.Replace(text, test.old, test.new, 1))
			readsWell(t, reason, test.code, test.want)
		})
	}
}

const sampleFiles = "../../../shared/x12/samples"

// sampleSets reads the sets of a kind from the sample files, tolerantly, or skips the test.
func sampleSets(t *testing.T, set string) map[string][][]edi.SegmentData {
	t.Helper()
	if _, err := os.Stat(sampleFiles); err != nil {
		t.Skipf("no sample files at %s", sampleFiles)
	}
	files, err := filepath.Glob(filepath.Join(sampleFiles, set, "*"))
	require.NoError(t, err)
	out := map[string][][]edi.SegmentData{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		d := edi.NewDecoder(bytes.NewReader(content))
		d.Tolerate(func(*edi.SyntaxError) {})
		var segments []edi.SegmentData
		for {
			s, err := d.Read()
			if err != nil {
				break
			}
			switch {
			case s.Is("ST"):
				segments = nil
			case s.Is("SE"):
				out[filepath.Base(file)] = append(out[filepath.Base(file)], segments)
			default:
				segments = append(segments, s.Data())
			}
		}
	}
	return out
}

func TestRealConfirmationsAreUnderstood(t *testing.T) {
	count := map[string]int{}
	sets := sampleSets(t, "855")
	for _, file := range slices.Sorted(maps.Keys(sets)) {
		for _, segments := range sets[file] {
			in, err := doc.UnmarshalOrderConfirmation(segments)
			require.NoError(t, err, file)
			c, reason := ReadConfirmation855(in, confirmationProfile(), us, confirmationUnits(t))
			t.Log(file, c.Order, c.Verdict, reason)
			count[firstOf(reason.Code, string(c.Verdict))]++
		}
	}
	// The price basis QE is in no profile.
	require.Equal(t, map[string]int{"rejected": 8, "accepted": 1, "accepted with changes": 2, trade.ReasonPriceBasisUnknown: 4}, count)
}
