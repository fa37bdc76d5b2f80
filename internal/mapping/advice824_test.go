package mapping

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

func advice(t testing.TB, text string) (trade.Advice, trade.Reason) {
	t.Helper()
	in, err := doc.UnmarshalApplicationAdvice(segmentsOf(text))
	require.NoError(t, err)
	return ReadAdvice824(in, profile())
}

func TestAnAdviceBecomesTheGoldenOne(t *testing.T) {
	for _, name := range []string{"rejected", "several"} {
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile("testdata/advice824-" + name + ".edi")
			require.NoError(t, err)
			a, reason := advice(t, string(content))
			require.True(t, reason.IsZero(), reason.String())
			golden(t, "advice824-"+name, a)
		})
	}
}

func TestAnAdviceNamesItsDocumentByWhatItSays(t *testing.T) {
	for oti, want := range map[string][2]string{
		"OTI*TA*PO*4500001":                               {"850", "4500001"},
		"OTI*TA*IV*INV-1":                                 {"810", "INV-1"},
		"OTI*TA*PO*4500001*******860":                     {"860", "4500001"},
		"OTI*TA*TN*1*******850\nREF*PO*4500001":           {"850", "4500001"},
		"OTI*TA*TN*7*******860\nREF*PO*4500001":           {"860", "4500001"},
		"OTI*TA*TN*1\nREF*PO*4500001":                     {"850", "4500001"},
		"OTI*TA*TN*1\nREF*PO*4500001\nREF*IV*INV-1":       {"850", "4500001"},
		"OTI*TA*PO*4500001*******810\nREF*IV*INV-1":       {"810", "INV-1"},
		"OTI*TA*TN*000000017":                             {"", "000000017"},
		"OTI*TA*TN*17*******820\nREF*PO*4500001":          {"820", "17"},
		"OTI*TA*IV*INV-1\nREF*PO*4500001":                 {"810", "INV-1"},
		"OTI*TA*XX* *****5*0001*850\nREF*CO*not a number": {"850", ""},
	} {
		a, reason := advice(t, "BGN*00*1*20260304\n"+oti)
		require.True(t, reason.IsZero(), reason.String())
		require.Equal(t, want, [2]string{a.Documents[0].Set, a.Documents[0].Number}, oti)
	}
}

func TestTheVerdictOfAnAdviceIsThatOfItsCode(t *testing.T) {
	for code, want := range map[string]trade.Verdict{
		"TA": trade.VerdictAccepted, "IA": trade.VerdictAccepted, "GA": trade.VerdictAccepted, "BA": trade.VerdictAccepted,
		"TE": trade.VerdictErrors, "TC": trade.VerdictErrors, "TP": trade.VerdictErrors, "IE": trade.VerdictErrors,
		"TR": trade.VerdictRejected, "IR": trade.VerdictRejected, "GR": trade.VerdictRejected, "TH": trade.VerdictOnHold,
	} {
		a, reason := advice(t, "BGN*00*1*20260304\nOTI*"+code+"*PO*4500001")
		require.True(t, reason.IsZero(), reason.String())
		require.Equal(t, want, a.Documents[0].Verdict, code)
	}
}

func TestWhatIsNoAdviceSaysWhereAndWhatToDo(t *testing.T) {
	for name, test := range map[string]struct{ text, code, want string }{
		"no document":        {"BGN*00*1*20260304", trade.ReasonNoLines, "names no document (OTI)"},
		"an unknown verdict": {"BGN*00*1*20260304\nOTI*TA*PO*1\nOTI*XR*PO*2", trade.ReasonValueInvalid, `"XR" says neither accepted nor rejected (OTI[2]-01)`},
		"a short verdict":    {"BGN*00*1*20260304\nOTI*T*PO*1", trade.ReasonValueInvalid, "(OTI[1]-01)"},
		"no number":          {"BGN*00*1*20260304\nOTI*TA*PO", trade.ReasonNumberMissing, "(OTI[1]-03)"},
	} {
		t.Run(name, func(t *testing.T) {
			_, reason := advice(t, test.text)
			readsWell(t, reason, test.code, test.want)
		})
	}
}

func TestTheReasonsOfAnAdviceAreBounded(t *testing.T) {
	a, reason := advice(t, "BGN*00*1*20260304\nOTI*TR*PO*1\n"+strings.Repeat("TED*007*no ship-to\n", 50))
	require.True(t, reason.IsZero(), reason.String())
	require.Len(t, a.Documents[0].Reasons, mostReasons+1)
	require.Equal(t, "and 30 more", a.Documents[0].Reasons[mostReasons])
}

func TestRealAdvicesAreUnderstood(t *testing.T) {
	understood := 0
	for file, sets := range sampleSets(t, "824") {
		for _, segments := range sets {
			in, err := doc.UnmarshalApplicationAdvice(segments)
			require.NoError(t, err, file)
			a, reason := ReadAdvice824(in, profile())
			require.True(t, reason.IsZero(), "%s: %s", file, reason)
			require.Equal(t, []trade.AdvisedDocument{{Place: "OTI[1]", Set: "834", Number: "NA", Group: "2", Control: "0001", Code: "TA", Verdict: trade.VerdictAccepted}}, a.Documents)
			understood++
		}
	}
	require.Equal(t, 1, understood)
}

// FuzzAdvice824 reads whatever 824 it is given: what is understood has a verdict and a name.
func FuzzAdvice824(f *testing.F) {
	for _, name := range []string{"rejected", "several"} {
		content, err := os.ReadFile("testdata/advice824-" + name + ".edi")
		require.NoError(f, err)
		f.Add(string(content))
	}
	f.Fuzz(func(t *testing.T, text string) {
		in, err := doc.UnmarshalApplicationAdvice(segmentsOf(text))
		if err != nil {
			return
		}
		a, reason := ReadAdvice824(in, profile())
		if !reason.IsZero() {
			require.NotEmpty(t, reason.Place)
			return
		}
		for _, d := range a.Documents {
			require.NotEmpty(t, d.Verdict)
			require.NotEmpty(t, d.Number+d.Group+d.Control)
		}
	})
}
