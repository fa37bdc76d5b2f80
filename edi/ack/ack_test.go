package ack

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi/schema"
)

const (
	isa    = "ISA*00*          *00*          *ZZ*SUPPLIER       *01*TRADEWINDUS    *260302*1405*U*00401*000000017*0*P*>~"
	header = isa + "GS*PO*SUPPLIER*TRADEWIND*20260302*1405*5*X*004010~"
	modern = "ISA*00*          *00*          *ZZ*SUPPLIER       *01*TRADEWINDUS    *260302*1405*^*00501*000000017*0*P*>~" +
		"GS*PO*SUPPLIER*TRADEWIND*20260302*1405*5*X*005010~"
	good    = "ST*850*0001~BEG*00*SA*1**20260302~PO1*1*5*EA*1~SE*4*0001~"
	trailer = "GE*1*5~IEA*1*000000017~"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// collect validates an input.
func collect(t testing.TB, input string, rules *schema.Overlay) []Interchange {
	t.Helper()
	var c Collector
	_, err := schema.Validate(strings.NewReader(input), &c, schema.Options{Partner: rules})
	require.NoError(t, err)
	return c.Interchanges
}

// answer gives the answer to an input, one segment a line; empty where there is none.
func answer(t testing.TB, input string, o Options) string {
	t.Helper()
	var out bytes.Buffer
	_, err := Acknowledge(&out, strings.NewReader(input), schema.Options{}, o, Numbers{1, 1}, noon)
	require.NoError(t, err)
	return out.String()
}

// inner are the segments of an answer between its ST and SE.
func inner(text string) string {
	_, text, _ = strings.Cut(text, "*0001~\n")
	text, _, _ = strings.Cut(text, "~\nSE*")
	return strings.ReplaceAll(text, "~\n", " ")
}

// long is an element of n characters.
func long(n int) string { return strings.Repeat("x", n) }

// answers are inputs, the sets of a group or a whole interchange, and what stands
// between ST and SE of the answer.
var answers = []struct {
	name, input string
	options     Options
	want        string
}{
	{"accepted", header + good + trailer, Options{}, "AK1*PO*5 AK2*850*0001 AK5*A AK9*A*1*1*1"},
	{"accepted, 005010", modern + good + trailer, Options{}, "AK1*PO*5*005010 AK2*850*0001 AK5*A AK9*A*1*1*1"},
	{"999", modern + good + trailer, Options{Kind: Implementation}, "AK1*PO*5*005010 AK2*850*0001 IK5*A AK9*A*1*1*1"},
	{"no 999 before 005010", header + good + trailer, Options{Kind: Implementation}, "AK1*PO*5 AK2*850*0001 AK5*A AK9*A*1*1*1"},
	{"failing only, and none fails", header + good + trailer, Options{FailingOnly: true}, "AK1*PO*5 AK9*A*1*1*1"},
	{"an element", header + "ST*850*0001~BEG*00*SA*1**20261399~PO1*1*5*EA*1~SE*4*0001~" + trailer, Options{},
		"AK1*PO*5 AK2*850*0001 AK3*BEG*2**8 AK4*5*373*8*20261399 AK5*E*5 AK9*E*1*1*1"},
	{"a set with errors is rejected", header + "ST*850*0001~BEG*00*SA*1**20261399~PO1*1*5*EA*1~SE*4*0001~" + trailer, Options{Reject: true},
		"AK1*PO*5 AK2*850*0001 AK3*BEG*2**8 AK4*5*373*8*20261399 AK5*R*5 AK9*R*1*1*0"},
	{"a 999 of an element", modern + "ST*850*0001~BEG*00*SA*1**20261399~PO1*1*5*EA*1~SE*4*0001~" + trailer, Options{Kind: Implementation},
		"AK1*PO*5*005010 AK2*850*0001 IK3*BEG*2**8 IK4*5*373*8*20261399 IK5*E*5 AK9*E*1*1*1"},
	{"one AK3 for two elements of a segment", header + "ST*850*0001~BEG*00*SAX*1**20261399~PO1*1*5*EA*1~SE*4*0001~" + trailer, Options{},
		"AK1*PO*5 AK2*850*0001 AK3*BEG*2**8 AK4*2*92*5*SAX AK4*5*373*8*20261399 AK5*E*5 AK9*E*1*1*1"},
	{"a missing segment has the place of the next one", header + "ST*850*0001~PO1*1*5*EA*1~SE*3*0001~" + trailer, Options{},
		"AK1*PO*5 AK2*850*0001 AK3*BEG*2**3 AK5*E*5 AK9*E*1*1*1"},
	{"unknown segment", header + "ST*850*0001~BEG*00*SA*1**20260302~PO1*1*5*EA*1~ZZZ*1~SE*5*0001~" + trailer, Options{},
		"AK1*PO*5 AK2*850*0001 AK3*ZZZ*4**1 AK5*E*5 AK9*E*1*1*1"},
	{"a segment whose name is none", header + "ST*850*0001~BEG*00*SA*1**20260302~PO1*1*5*EA*1~ZZZZZZ*1~~x*1~SE*7*0001~" + trailer, Options{},
		"AK1*PO*5 AK2*850*0001 AK3*ZZZ*4**1 AK3*ZZZ*5**1 AK3*ZZZ*6**1 AK5*E*5 AK9*E*1*1*1"},
	{"a code of its own in front of its elements", header + "ST*850*0001~BEG*00*SA*1**20260302~BEG*00*SA*2**20261399~PO1*1*5*EA*1~SE*5*0001~" + trailer, Options{},
		"AK1*PO*5 AK2*850*0001 AK3*BEG*3**5 AK4*5*373*8*20261399 AK5*E*5 AK9*E*1*1*1"},
	{"partly", header + good + "ST*850*0002~BEG*00*SA*1**20260302~PO1*1*5*EA*1~SE*9*0002~GE*2*5~IEA*1*000000017~", Options{},
		"AK1*PO*5 AK2*850*0001 AK5*A AK2*850*0002 AK5*R*4 AK9*P*2*2*1"},
	{"failing only", header + good + "ST*850*0002~BEG*00*SA*1**20260302~PO1*1*5*EA*1~SE*9*0002~GE*2*5~IEA*1*000000017~", Options{FailingOnly: true},
		"AK1*PO*5 AK2*850*0002 AK5*R*4 AK9*P*2*2*1"},
	{"no sets", header + "GE*0*5~IEA*1*000000017~", Options{}, "AK1*PO*5 AK9*A*0*0*0"},
	{"GE01 is told, and counted", header + good + "GE*3*5~IEA*1*000000017~", Options{}, "AK1*PO*5 AK2*850*0001 AK5*A AK9*R*3*1*0*5"},
	{"GE01 is no number", header + good + "GE*x*5~IEA*1*000000017~", Options{}, "AK1*PO*5 AK2*850*0001 AK5*A AK9*R*1*1*0*5"},
	{"GE02", header + good + "GE*1*6~IEA*1*000000017~", Options{}, "AK1*PO*5 AK2*850*0001 AK5*A AK9*R*1*1*0*4"},
	{"no GE", header + good + "IEA*1*000000017~", Options{}, "AK1*PO*5 AK2*850*0001 AK5*A AK9*R*1*1*0*3"},
	{"GS06 is none", strings.Replace(header, "*5*X*", "*5x*X*", 1) + good + "GE*1*5x~IEA*1*000000017~", Options{}, "AK1*PO*0 AK2*850*0001 AK5*A AK9*R*1*1*0*6"},
	{"cut within a set", header + "ST*850*0001~BEG*00*SA*1**20260302~PO1*1*5*EA*1~", Options{}, "AK1*PO*5 AK2*850*0001 AK5*R*2 AK9*R*1*1*0*3"},
	{"an unknown set", header + "ST*999*0001~BEG*00*SA*1**20260302~SE*3*0001~" + strings.ReplaceAll(good, "0001", "0002") + "GE*2*5~IEA*1*000000017~", Options{},
		"AK1*PO*5 AK2*999*0001 AK5*R*1 AK2*850*0002 AK5*A AK9*P*2*2*1"},
	{"a set without a name and number", header + "ST**~BEG*00*SA*1**20260302~SE*3*~" + trailer, Options{},
		"AK1*PO*5 AK2*000*0000 AK3*ST*1**8 AK4*1*143*1 AK4*2*329*1 AK3*SE*3**8 AK4*2*329*1 AK5*R*1*7*5 AK9*R*1*1*0"},
	{"a number is filled with blanks", header + strings.ReplaceAll(good, "0001", "12") + trailer, Options{},
		"AK1*PO*5 AK2*850*12   AK3*ST*1**8 AK4*2*329*4*12 AK3*SE*4**8 AK4*2*329*4*12 AK5*E*5 AK9*E*1*1*1"},
	{"a number twice", header + good + good + "GE*2*5~IEA*1*000000017~", Options{}, "AK1*PO*5 AK2*850*0001 AK5*A AK2*850*0001 AK5*R*23 AK9*P*2*2*1"},
	{"a copy has no delimiters and at most 99 characters", header + "ST*850*0001~BEG*00*SA*" + "a>b\x01é" + long(200) + "**20260302~PO1*1*5*EA*1~SE*4*0001~" + trailer, Options{},
		"AK1*PO*5 AK2*850*0001 AK3*BEG*2**8 AK4*3*324*3*ab" + long(93) + " AK5*E*5 AK9*E*1*1*1"},
	{"a component", modern + "ST*850*0001~BEG*00*SA*1**20260302~REF*DP*1**XX>" + long(60) + "~PO1*1*5*EA*1~SE*5*0001~" + trailer, Options{},
		"AK1*PO*5*005010 AK2*850*0001 AK3*REF*3**8 AK4*4>2*127*5*" + long(60) + " AK5*E*5 AK9*E*1*1*1"},
	{"a repetition", modern + "ST*850*0001~BEG*00*SA*1**20260302~REF*D^P*1~PO1*1*5*EA*1~SE*5*0001~" + trailer, Options{},
		"AK1*PO*5*005010 AK2*850*0001 AK3*REF*3**8 AK4*1>>1*128*4*D AK4*1>>2*128*4*P AK4*1*128*12*DP AK5*E*5 AK9*E*1*1*1"},
}

func TestAnswers(t *testing.T) {
	for _, test := range answers {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, inner(answer(t, test.input, test.options)))
		})
	}
}

func TestRulesOfAPartner(t *testing.T) {
	input := modern + "ST*850*0001~BEG*00*SA*1**20260302*C~REF*DP*1~PO1*1*5*EA*1~SE*5*0001~" + trailer
	for kind, want := range map[Kind]string{
		Functional:     "AK3*BEG*2**8 AK4*2*92*7*SA AK4*6*367*10*C AK3*REF*3**2 AK3*DTM*4**3 AK5*E*5",
		Implementation: "IK3*BEG*2**8 IK4*2*92*I6*SA IK4*6*367*I10*C IK3*REF*3**I4 IK3*DTM*4**I8 IK5*E*I5",
	} {
		var out bytes.Buffer
		_, err := collect(t, input, partner)[0].Write(&out, Options{Kind: kind}, Numbers{1, 1}, noon)
		require.NoError(t, err)
		require.Contains(t, inner(out.String()), want)
	}
}

func TestALimitEverywhere(t *testing.T) {
	t.Run("codes of a set", func(t *testing.T) {
		g := Group{Sets: []schema.SetReport{{Set: "850", Control: "0001", Verdict: schema.Rejected}}}
		for _, code := range []string{"1", "2", "3", "3", "4", "6", "7"} {
			g.Sets[0].Findings = append(g.Sets[0].Findings, schema.Finding{Scope: schema.OfSet, Severity: schema.Error, Code: code})
			g.Findings = append(g.Findings, schema.Finding{Scope: schema.OfGroup, Severity: schema.Error, Code: code})
		}
		out := builder{}.group(g)
		require.Equal(t, []string{"1", "2", "3", "4", "6"}, out.Sets[0].Codes)
		require.Equal(t, []string{"1", "2", "3", "4", "6"}, out.Codes)
	})
	t.Run("elements of a segment, and warnings are none", func(t *testing.T) {
		s := schema.SetReport{Verdict: schema.Errors}
		for i := range 150 {
			s.Findings = append(s.Findings, schema.Finding{Scope: schema.OfElement, Severity: schema.Error, Segment: "PO1", Position: 3, Element: i + 1, Code: "5"},
				schema.Finding{Scope: schema.OfElement, Severity: schema.Warning, Level: 5, Segment: "BEG", Position: 2, Element: 1, Code: "7"})
		}
		out := builder{}.set(s, codeErrors)
		require.Len(t, out.Segments, 1)
		require.Len(t, out.Segments[0].Elements, 99)
	})
	t.Run("errors of a set", func(t *testing.T) {
		text := answer(t, header+"ST*850*0001~BEG*00*SA*1**20260302~"+strings.Repeat("PO1*1*x*EA*1~", 100_000)+"SE*100003*0001~"+trailer, Options{})
		require.Equal(t, 1000, strings.Count(text, "AK3*"))
		require.Contains(t, text, "AK5*E*5~")
	})
	t.Run("only warnings were kept", func(t *testing.T) {
		require.Equal(t, []string{"5"}, builder{}.set(schema.SetReport{Verdict: schema.Errors, Omitted: 1}, codeErrors).Codes)
	})
}
