package doc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnAdviceFollowsTheOrderOfTheStandard(t *testing.T) {
	a := ApplicationAdvice{Purpose: "11", Number: "ADV-17", Date: "20260304", Time: "0932", Original: "4500001",
		Parties: []Party{{Code: "FR", Name: "Acme"}},
		Documents: []AdvisedDocument{{Code: "TR", Qualifier: "PO", Reference: "4500001", Sender: "US", Receiver: "ACME", Date: "20260302",
			Time: "1405", Group: "5", Control: "0001", Set: "850", Version: "004010",
			References: []Reference{{Qualifier: "VN", Value: "0010045"}},
			Errors: []AdvisedError{{Code: "MB", Text: "number is taken", Segment: "BEG", Position: "2", Element: "3", Field: "324", Value: "4500001",
				Notes: []Note{{Code: "ERR", Text: "use another"}}, Related: []RelatedData{{Text: "since May"}}}},
			Unmodelled: []Unmodelled{{After: "TED[1]", Segment: "LM", Elements: []string{"ZZ"}}, {After: "TED[1]", Segment: "LQ", Elements: []string{"ZZ", "17"}}}}}}
	segments, err := a.Marshal(Version4010)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(`
BGN*11*ADV-17*20260304*0932**4500001
N1*FR*Acme
OTI*TR*PO*4500001*US*ACME*20260302*1405*5*0001*850*004010
REF*VN*0010045
TED*MB*number is taken*BEG*2*3*324*4500001
NTE*ERR*use another
RED*since May
LM*ZZ
LQ*ZZ*17`), text(segments))
	back, err := UnmarshalApplicationAdvice(segments)
	require.NoError(t, err)
	require.Equal(t, a, back)

	segments[2].Elements[7] = "five"
	_, err = UnmarshalApplicationAdvice(segments)
	require.ErrorContains(t, err, `OTI[1]-08: not a number of digits: "five"`)
}
