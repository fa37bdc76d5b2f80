package ack

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/schema"
)

func TestTheEnvelopeIsTurnedRound(t *testing.T) {
	require.Equal(t, "ISA*00*          *00*          *01*TRADEWINDUS    *ZZ*SUPPLIER       *260302*1200*U*00401*000000001*0*P*>~\n"+
		"GS*FA*TRADEWIND*SUPPLIER*20260302*1200*1*X*004010~\nST*997*0001~\nAK1*PO*5~\nAK2*850*0001~\nAK5*A~\nAK9*A*1*1*1~\nSE*6*0001~\nGE*1*1~\nIEA*1*000000001~\n",
		answer(t, header+good+trailer, Options{}))
}

// envelopes are changes of an input, and what the answer's envelope makes of them.
var envelopes = []struct {
	name, from, to string
	options        Options
	want           []string
}{
	{"a convention is left out", "*004010~", "*004010VICS~", Options{}, []string{"*X*004010~", "*U*00401*"}},
	{"the partner's version", "*004010~", "*004010VICS~", Options{Version: "004010UCS"}, []string{"*X*004010UCS~"}},
	{"a version that is none", "*004010~", "*x~", Options{}, []string{"*X*004010~"}},
	{"005010 in an older envelope", "*004010~", "*005010X220~", Options{}, []string{"*X*005010~", "*U*00401*", "AK1*PO*5*005010X220~"}},
	{"repetitions", "*U*00401*", "*^*00501*", Options{}, []string{"*^*00501*"}},
	{"no repetitions though the version has them", "*U*00401*", "*U*00501*", Options{}, []string{"*^*00501*"}},
	{"ISA12 is none", "*00401*", "*4010 *", Options{}, []string{"*U*00401*"}},
	{"test", "*0*P*", "*0*T*", Options{}, []string{"*0*T*>~"}},
	{"a usage that is none", "*0*P*", "*0*X*", Options{}, []string{"*0*P*>~"}},
	{"a qualifier that is none", "*ZZ*SUPPLIER ", "*? *SUPPLIER ", Options{}, []string{"*ZZ*SUPPLIER "}},
	{"no sender in the ISA", "*SUPPLIER       *", "*               *", Options{}, []string{"*ZZ*SUPPLIER  ", "GS*FA*TRADEWIND*SUPPLIER*"}},
	{"no sender in the GS", "GS*PO*SUPPLIER*", "GS*PO**", Options{}, []string{"*ZZ*SUPPLIER  ", "GS*FA*TRADEWIND*SUPPLIER*"}},
	{"an id of one character", "GS*PO*SUPPLIER*", "GS*PO*S*", Options{}, []string{"GS*FA*TRADEWIND*S *"}},
	{"a group without a kind", "GS*PO*", "GS**", Options{}, []string{"AK1*ZZ*5~"}},
	{"other delimiters", "", "", Options{Delimiters: edi.Delimiters{Element: '|', Component: ':', Segment: '\''}}, []string{"GS|FA|TRADEWIND|SUPPLIER|20260302|1200|1|X|004010'"}},
}

func TestEnvelopes(t *testing.T) {
	for _, test := range envelopes {
		t.Run(test.name, func(t *testing.T) {
			text := answer(t, strings.Replace(header+good+trailer, test.from, test.to, 1), test.options)
			for _, want := range test.want {
				require.Contains(t, text, want)
			}
			requireClean(t, text)
		})
	}
}

func TestAnInterchangeWithoutIDsCannotBeAnswered(t *testing.T) {
	for _, side := range []string{"SUPPLIER", "TRADEWIND"} {
		input := strings.Replace(header, "*TRADEWINDUS    *", "*TRADEWIND      *", 1) + good + trailer
		input = strings.Replace(input, "*"+side+strings.Repeat(" ", 15-len(side)), "*"+strings.Repeat(" ", 15), 1)
		input = strings.Replace(input, "*"+side+"*", "**", 1)
		_, err := Acknowledge(&bytes.Buffer{}, strings.NewReader(input), schema.Options{}, Options{}, Numbers{1, 1}, noon)
		require.ErrorIs(t, err, ErrUnaddressed)
	}
	_, err := collect(t, header+good+trailer, nil)[0].Write(&bytes.Buffer{}, Options{}, Numbers{1_000_000_000, 1}, noon)
	require.ErrorContains(t, err, "they must be from 1 to 999999999")
}

// technicals are inputs with what the TA1 says; empty for none.
var technicals = []struct {
	name, input string
	when        When
	want        string
}{
	{"not asked", header + good + trailer, Requested, ""},
	{"asked", strings.Replace(header, "*0*P*", "*1*P*", 1) + good + trailer, Requested, "TA1*000000017*260302*1405*A*000~"},
	{"asked, and never given", strings.Replace(header, "*0*P*", "*1*P*", 1) + good + trailer, Never, ""},
	{"always", header + good + trailer, Always, "TA1*000000017*260302*1405*A*000~"},
	{"counts do not reject", header + good + "GE*1*5~IEA*2*000000017~", Always, "TA1*000000017*260302*1405*E*021~"},
	{"control numbers do", header + good + "GE*1*5~IEA*2*000000018~", Always, "TA1*000000017*260302*1405*R*001~"},
	{"a file cut short", header + good, Always, "TA1*000000017*260302*1405*R*023~"},
	{"a date that is none", strings.Replace(header, "*260302*", "*261399*", 1) + good + trailer, Always, "TA1*000000017*260302*1200*E*014~"},
	{"a control number that is none", strings.Replace(isa, "000000017", "       17", 1) + strings.TrimPrefix(header, isa) + good + trailer, Always, "TA1*000000017*260302*1405*A*000~"},
	{"an id of the wrong width", strings.Replace(header, "*SUPPLIER       *", "*SUPPLIER *", 1) + good + trailer, Always, "TA1*000000017*260302*1405*E*006~"},
	{"no receiver", strings.Replace(header, "*TRADEWINDUS    *", "*               *", 1) + good + trailer, Always, "TA1*000000017*260302*1405*R*008~"},
	{"a qualifier of the wrong width", strings.Replace(header, "*ZZ*SUPPLIER ", "*Z*SUPPLIER ", 1) + good + trailer, Always, "TA1*000000017*260302*1405*R*005~"},
	{"usage", strings.Replace(header, "*0*P*", "*0*X*", 1) + good + trailer, Always, "TA1*000000017*260302*1405*E*020~"},
	{"nothing but a TA1", isa + "TA1*000000001*260302*1200*A*000~IEA*0*000000017~", Always, ""},
}

func TestTechnicals(t *testing.T) {
	for _, test := range technicals {
		t.Run(test.name, func(t *testing.T) {
			text := answer(t, test.input, Options{TA1: test.when})
			if test.want == "" {
				require.NotContains(t, text, "TA1*")
				return
			}
			require.Contains(t, text, "*>~\n"+test.want+"\n")
			require.Equal(t, strings.Contains(test.want, "*R*"), !strings.Contains(text, "GS*FA*"), "a rejected interchange has no group that counts")
			requireClean(t, text)
			require.Empty(t, answer(t, text, Options{TA1: Always}))
		})
	}
}

func TestAnAcknowledgementIsNeverAcknowledged(t *testing.T) {
	for _, kind := range []Kind{Functional, Implementation} {
		text := answer(t, modern+good+trailer, Options{Kind: kind, TA1: Always})
		require.Contains(t, text, "ST*"+string(kind))
		for _, input := range []string{text, strings.Replace(text, "*0*P*", "*1*P*", 1), strings.Replace(text, "GE*1*1", "GE*7*1", 1), strings.Replace(text, "GS*FA", "GS*PO", 1)} {
			require.Empty(t, answer(t, input, Options{TA1: Always}))
		}
	}
}

// requireClean validates an answer.
func requireClean(t testing.TB, text string) {
	t.Helper()
	for _, ic := range collect(t, text, nil) {
		findings := ic.Findings
		for _, g := range ic.Groups {
			findings = append(findings, g.Findings...)
			for _, s := range g.Sets {
				findings = append(findings, s.Findings...)
			}
		}
		for _, f := range findings {
			require.NotEqual(t, schema.Error, f.Severity, "%s: %s\n%s", f.Path, f.Message, text)
		}
	}
}

// TestAnInterchangeWithoutGroupsIsAnswered unless it brings a TA1, which may be all that
// it was for.
func TestAnInterchangeWithoutGroupsIsAnswered(t *testing.T) {
	isa := strings.Replace(header[:strings.Index(header, "GS*")], "*0*P*", "*1*P*", 1)
	answer := func(input string) string {
		var b strings.Builder
		_, err := Acknowledge(&b, strings.NewReader(input), schema.Options{}, Options{}, Numbers{1, 1}, time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
		require.NoError(t, err)
		return b.String()
	}
	require.Contains(t, answer(isa+"IEA*0*000000017~"), "TA1*000000017*260302*1405*A*000~")
	require.Contains(t, answer(isa), "*R*023~")
	whole := strings.Replace(header, "*0*P*", "*1*P*", 1) + "ST*850*0001~BEG*00*SA*1**20260302~PO1*1*1*EA*1~SE*4*0001~" + trailer
	require.Contains(t, answer(strings.TrimSuffix(whole, "~")), "*E*004~", "all of it was read")
	require.Contains(t, answer(strings.TrimSuffix(whole, "~")), "AK9*A*1*1*1~")
	require.Contains(t, answer(whole+"and more"), "*E*024~")
	for cut := strings.Index(whole, "GS*") + 1; cut < len(whole)-1; cut++ {
		if !strings.Contains(whole[:cut], "IEA*1*000000017") {
			require.Contains(t, answer(whole[:cut]), "*R*023~", "cut at %d", cut)
		}
	}
	require.Empty(t, answer(isa+"TA1*000000001*260302*1405*A*000~IEA*0*000000017~"))
}
