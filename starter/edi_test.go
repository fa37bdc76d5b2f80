package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi/schema"
)

const header = "ISA*00*          *00*          *ZZ*TRADEWINDUS    *01*123456789      *260302*1405*U*00401*000000017*0*P*>~\n" +
	"GS*PO*TRADEWINDUS*ACMEFAST*20260302*1405*5*X*004010~\n"

const trailer = "GE*1*5~\nIEA*1*000000017~\n"

func validated(t *testing.T, input string, asJSON bool) string {
	t.Helper()
	var b bytes.Buffer
	out := bufio.NewWriter(&b)
	_ = validate(strings.NewReader(input), out, "input", schema.Options{}, asJSON)
	require.NoError(t, out.Flush())
	return b.String()
}

func TestTheJSONOfAValidation(t *testing.T) {
	set := "ST*850*0001~\nBEG*00*SA*4500001**20261399~\nPO1*10*5*EA*12.5*PE*VN*X-1~\nCTT*1~\nSE*5*0001~\n"
	var got struct {
		OK           bool
		Interchanges []struct {
			Control, Sender, Receiver, Version string
			Findings                           []schema.Finding
			Groups                             []struct {
				Functional, Control, Version string
				Findings                     []schema.Finding
				Sets                         []schema.SetReport
			}
		}
	}
	decoder := json.NewDecoder(strings.NewReader(validated(t, header+set+trailer+header+trailer, true)))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&got))
	require.False(t, got.OK)
	require.Len(t, got.Interchanges, 2)
	require.Len(t, got.Interchanges[1].Groups[0].Findings, 1, "its GE counts a set")
	ic := got.Interchanges[0]
	require.Equal(t, []string{"000000017", "TRADEWINDUS", "123456789", "00401"}, []string{ic.Control, ic.Sender, ic.Receiver, ic.Version})
	require.Equal(t, []schema.Finding{}, ic.Findings)
	report := ic.Groups[0].Sets[0]
	require.Equal(t, schema.Errors, report.Verdict)
	require.Equal(t, 5, report.Segments)
	f := report.Findings[0]
	require.Equal(t, "8", f.Code)
	require.Equal(t, "ISA[1]/GS[1]/ST[1]/BEG[1]-05", f.Path)
	require.Equal(t, []int{2, 5}, []int{f.Position, f.Element})
	require.EqualValues(t, strings.Index(header+set, "20261399"), f.Offset)
}

func TestTheJSONIsWholeWhereTheInputBreaksOff(t *testing.T) {
	whole := header + "ST*850*0001~\nBEG*00*SA*4500001**20260302~\n"
	for end := 106; end < len(whole); end++ {
		require.True(t, json.Valid([]byte(validated(t, whole[:end], true))), "cut at byte %d", end)
	}
}

func TestFindingsThatAreNotShownAreCounted(t *testing.T) {
	set := "ST*850*0001~\nBEG*00*SA*4500001**20260302~\n" + strings.Repeat("PO1**5*EA*1*PE*VN~\n", 1234) + "SE*1237*0001~\n"
	out := validated(t, header+set+trailer, false)
	want := "      and 234 findings not shown\n1000 errors, 234 more not shown in 1 interchange, 1 group, 1 set\n"
	require.Equal(t, want, out[max(0, len(out)-len(want)):])
}

func TestTheJSONOfAnOutline(t *testing.T) {
	input := header + "ST*850*0001~\nBEG*00*SA*" + strings.Repeat("é", 500_000) + "**20260302~\nPO1*10*5*EA*12.5*PE*VN*X-1~\nSE*9*0001~\n" + trailer
	var b bytes.Buffer
	out := bufio.NewWriter(&b)
	require.NoError(t, inspect(strings.NewReader(input), newJSONOutline(out), "input"))
	require.NoError(t, out.Flush())
	var got []struct {
		listedSegment
		Elements []listedField
		Faults   []listedFault
	}
	decoder := json.NewDecoder(&b)
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&got))
	require.Len(t, got, 8)
	beg := got[3]
	require.Equal(t, "ISA[1]/GS[1]/ST[1]/BEG[1]", beg.Path)
	require.Equal(t, listedField{Element: 1, Name: "Transaction set purpose code", Value: "00", Meaning: "original"}, beg.Elements[0])
	require.Equal(t, listedField{Element: 3, Name: "Purchase order number", Value: strings.Repeat("é", longestValue/2), Bytes: 1_000_000}, beg.Elements[2])
	require.Equal(t, "2026-03-02", beg.Elements[3].Meaning, "an empty element is left out")
	require.Contains(t, got[5].Faults[0].Message, `SE01 is "9"`)
}

func TestALineShowsAndNeverCommands(t *testing.T) {
	for text, want := range map[string]string{
		"plain text": "plain text", "Café": "Café", "\x1b[2J": `\x1b[2J`, "a\nb\tc": `a\x0ab\x09c`, "\xe9": `\xe9`, "\u009b": `\u009b`,
		"\u202e": `\u202e`, "\ufffd": "\ufffd", "\U000e0001": `\ue0001`,
	} {
		var b bytes.Buffer
		w := bufio.NewWriter(&b)
		(&plainText{w: w}).line(1, "%s", text)
		require.NoError(t, w.Flush())
		require.Equal(t, "  "+want+"\n", b.String())
	}
}
