package ack

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/schema"
)

// brought puts the content of a 997 or 999 into an interchange of a partner.
func brought(set, segments string) string {
	return "ISA*00*          *00*          *01*PARTNER        *ZZ*US             *260302*1200*^*00501*000000009*0*P*>~GS*FA*PGS*UGS*20260302*1200*9*X*005010~ST*" + set + "*0001~" +
		segments + "SE*" + "99" + "*0001~GE*1*9~IEA*1*000000009~"
}

// read gives the answers in an input, whose SE01 does not matter.
func read(t testing.TB, input string) ([]Answer, error) {
	t.Helper()
	segments := strings.Count(input[strings.Index(input, "ST*"):], "~") - 2
	input = strings.Replace(input, "SE*99*", "SE*"+string(rune('0'+segments/10))+string(rune('0'+segments%10))+"*", 1)
	trees, err := edi.ReadAll(strings.NewReader(input))
	require.NoError(t, err)
	return Read(trees[0])
}

func TestReadTellsWhatAndWhoseAndWhy(t *testing.T) {
	all, err := read(t, brought("997", "AK1*PO*17*004010~AK2*850*0001~AK5*A~AK2*850*0002~AK3*PO1*7*LOOP*8~AK4*4*212*5*12345~AK4*2>1>3*330*1~AK3*BEG*2**3~AK5*R*5*4~AK2*850*0003~AK3*REF*3**5~AK5*E*5~AK9*P*3*3*2~"))
	require.NoError(t, err)
	require.Len(t, all, 1)
	a := all[0]
	require.Equal(t, []any{Functional, "PARTNER", "PGS", "PO", "17", "004010", Partial, 3, 3, 2, "ISA[1]/GS[1]/ST[1]"},
		[]any{a.Kind, a.Interchange.Sender, a.Group.Sender, a.Functional, a.Control, a.Version, a.Verdict, a.Included, a.Received, a.Accepted, a.Path})
	type told struct {
		set, control string
		verdict      schema.Verdict
		reasons      []string
	}
	var got []told
	for _, s := range a.Sets {
		got = append(got, told{s.Set, s.Control, s.Verdict, s.Reasons})
	}
	require.Equal(t, []told{
		{"850", "0001", schema.Accepted, nil},
		{"850", "0002", schema.Rejected, []string{
			`set 0002: PO1 (segment 7), element 04: too long, value "12345"`,
			`set 0002: PO1 (segment 7), element 02-01, repetition 3: required and missing`,
			`set 0002: BEG (segment 2): required and missing`,
			`set 0002: SE01 is not the number of segments`,
		}},
		{"850", "0003", schema.Errors, []string{`set 0003: REF (segment 3): stands too often`}},
	}, got)
	require.False(t, a.All())
}

func TestReadA999WithContexts(t *testing.T) {
	all, err := read(t, brought("999", "AK1*PO*17*005010~AK2*850*0001*005010X1~IK3*NM1*7**8~CTX*SITUATIONAL TRIGGER*NM1*7**4~IK4*4*1036*I9~CTX*PO104>9~IK3*REF*9**I4~IK5*R*I5~AK9*R*1*1*0~"))
	require.NoError(t, err)
	require.Equal(t, []string{
		`set 0001: NM1 (segment 7), element 04: the guide asks for it here, and it is missing (PO104 9)`,
		`set 0001: REF (segment 9): the guide does not use it`,
	}, all[0].Sets[0].Reasons)
}

// verdicts are answers, and what they say of sets 0001 and 0002; "?" where that is
// open.
var verdicts = []struct {
	name, segments string
	all            bool
	want           string
}{
	{"accepted without loops", "AK1*PO*17~AK9*A*2*2*2~", true, "accepted accepted"},
	{"rejected without loops", "AK1*PO*17~AK9*R*2*2*0*4~", true, "rejected rejected"},
	{"errors without loops", "AK1*PO*17~AK9*E*2*2*2~", true, "errors errors"},
	{"faulty ones only", "AK1*PO*17~AK2*850*0002~AK5*R*5~AK9*P*2*2*1~", false, "accepted rejected"},
	{"faulty ones only, with errors", "AK1*PO*17~AK2*850*0002~AK5*E*5~AK9*E*2*2*2~", false, "accepted errors"},
	{"more rejected than told", "AK1*PO*17~AK2*850*0009~AK5*R*5~AK9*P*3*3*1~", false, "? ?"},
	{"partly, and nobody says which", "AK1*PO*17~AK9*P*2*2*1~", false, "? ?"},
	{"a group is rejected with its sets", "AK1*PO*17~AK2*850*0001~AK5*A~AK2*850*0002~AK5*A~AK9*R*2*2*0*5~", false, "rejected rejected"},
	{"leading zeros and blanks", "AK1*PO*17~AK2*850*   1~AK5*R*5~AK9*P*2*2*1~", false, "rejected accepted"},
	{"told twice", "AK1*PO*17~AK2*850*0001~AK5*A~AK2*850*0001~AK5*R*23~AK9*P*2*2*1~", false, "rejected accepted"},
	{"a secured group", "AK1*PO*17~AK9*M*2*2*0~", true, "rejected rejected"},
}

func TestVerdicts(t *testing.T) {
	for _, test := range verdicts {
		t.Run(test.name, func(t *testing.T) {
			all, err := read(t, brought("997", test.segments))
			require.NoError(t, err)
			var got []string
			for _, control := range []string{"0001", "0002"} {
				verdict := "?"
				if s, ok := all[0].Of("850", control); ok {
					verdict = string(s.Verdict)
				}
				got = append(got, verdict)
			}
			require.Equal(t, test.want, strings.Join(got, " "))
			require.Equal(t, test.all, all[0].All())
		})
	}
}

func TestReadTA1(t *testing.T) {
	trees, err := edi.ReadAll(strings.NewReader(isa + "TA1*000000123*260301*1530*R*018~TA1*000000124*x*y*A*000~TA1*000000125*260301*1530*Z*000~IEA*0*000000017~"))
	require.NoError(t, err)
	all, err := Read(trees[0])
	require.EqualError(t, err, `TA1[3]: TA104 is "Z"; it must be A, E or R`)
	require.Len(t, all, 2)
	require.Equal(t, []any{Technical, "SUPPLIER", "000000123", time.Date(2026, 3, 1, 15, 30, 0, 0, time.UTC), schema.Rejected},
		[]any{all[0].Kind, all[0].Interchange.Sender, all[0].Control, all[0].At, all[0].Verdict})
	require.Equal(t, []string{"interchange 000000123: the control number in ISA13 is not valid"}, all[0].Reasons)
	require.True(t, all[1].At.IsZero())
	rejected, ok := all[0].Of("850", "0001")
	require.True(t, ok)
	require.Equal(t, schema.Rejected, rejected.Verdict)
	_, ok = all[1].Of("850", "0001")
	require.False(t, ok, "a good envelope says nothing of a set")
}

func TestWhatCannotBeReadIsTold(t *testing.T) {
	for segments, want := range map[string]string{
		"AK1*PO*17~":                                "AK9: an acknowledgment has exactly one, this has 0",
		"AK9*A*1*1*1~":                              "AK1: an acknowledgment has exactly one, this has 0",
		"AK1*PO*17~AK9*Z*1*1*1~":                    `AK901 is "Z"`,
		"AK1*PO*17~AK9*A*1*one*1~":                  `AK9[1]-03: "one" is not a number`,
		"AK1*PO*17~AK2*850*0001~AK9*A*1*1*1~":       `AK2[1]: the verdict on set 0001 is ""`,
		"AK1*PO*17~AK2*850*0001~AK5*P~AK9*A*1*1*1~": `AK2[1]: the verdict on set 0001 is "P"`,
	} {
		_, err := read(t, brought("997", segments))
		require.ErrorContains(t, err, "ISA[1]/GS[1]/ST[1]: "+want)
	}
}

func TestEveryCodeOfTheStandardHasAText(t *testing.T) {
	for _, code := range []string{"1", "2", "3", "4", "5", "6", "7", "8"} {
		require.NotContains(t, textOf(segmentTexts, code), "code")
	}
	require.Equal(t, "code 99", textOf(segmentTexts, "99"))
	require.Equal(t, "no reason given", textOf(segmentTexts, ""))
	require.Len(t, noteTexts, 32)
}
