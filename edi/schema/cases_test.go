package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// written puts the segments of one set, separated by line breaks, into an interchange
// of a version, with the right counts.
func written(version, set, segments string) string {
	functional := map[string]string{"850": "PO", "810": "IN", "856": "SH", "832": "SC", "820": "RA", "855": "PR", "860": "PC", "997": "FA"}[set]
	envelope, repetition := "00401", "U"
	if version >= "005010" {
		envelope, repetition = "00501", "^"
	}
	lines := strings.Split(strings.TrimSpace(segments), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return fmt.Sprintf("ISA*00*          *00*          *ZZ*A              *ZZ*B              *260302*1405*%s*%s*000000017*0*P*>~"+
		"GS*%s*AA*BB*20260302*1405*5*X*%s~ST*%s*0001~%s~SE*%d*0001~GE*1*5~IEA*1*000000017~",
		repetition, envelope, functional, version, set, strings.Join(lines, "~"), len(lines)+2)
}

// short gives findings as "code place", with the level where it is not 1 or 2 and a
// question mark behind warnings.
func short(findings []Finding) string {
	out := make([]string, len(findings))
	for i, f := range findings {
		out[i] = f.Code + " " + f.Path[strings.LastIndexByte(f.Path, '/')+1:]
		if f.Scope == OfSegment {
			out[i] = fmt.Sprintf("%s %s@%d", f.Code, f.Segment, f.Position)
		}
		if f.Level > 2 {
			out[i] += fmt.Sprintf(" level %d", f.Level)
		}
		if f.Severity == Warning {
			out[i] += "?"
		}
	}
	return strings.Join(out, ", ")
}

// judge validates an input and gives the findings of its sets.
func judge(t *testing.T, input string, o Options) string {
	t.Helper()
	var c collector
	_, err := Validate(strings.NewReader(input), &c, o)
	require.NoError(t, err)
	require.Empty(t, c.envelope, input)
	var all []Finding
	for _, s := range c.sets {
		all = append(all, s.Findings...)
	}
	for _, f := range all { // whatever a finding says of the input must be there
		require.NotEmpty(t, f.Message)
		require.LessOrEqual(t, f.Offset, int64(len(input)))
		if f.Quote != "" {
			require.Contains(t, input, f.Quote)
			require.LessOrEqual(t, f.At+f.Width, len(f.Quote))
			if f.Value != "" {
				require.Equal(t, f.Value, f.Quote[f.At:f.At+f.Width], "%s marks what it is about", short([]Finding{f}))
			}
		}
	}
	return short(all)
}

const (
	order   = "BEG*00*SA*1**20260302\nREF*DP*1\nN1*ST*x\nPO1*1*5*EA*1.25**VN*A\nPID*F****x\nCTT*1*5"
	invoice = "BIG*20260302*1\nREF*DP*1\nN1*ST*x\nITD*01*3\nIT1*1*5*EA*1.25**VN*A\nTDS*625\nTXI*ST*0\nCTT*1"
)

// elementCases cover the hard cases 21 to 30: each replaces a segment of a good set.
var elementCases = []struct{ name, set, from, to, want string }{
	{"trailing empty elements are read", "850", "REF*DP*1", "REF*DP*1***", "3 REF[1]-05"},
	{"trailing empty elements within the definition", "850", "REF*DP*1", "REF*DP*1**", ""},
	{"a required element missing at the end", "850", "BEG*00*SA*1**20260302", "BEG*00*SA*1", "1 BEG[1]-05"},
	{"a required element missing in the middle", "850", "BEG*00*SA*1**20260302", "BEG*00**1**20260302", "1 BEG[1]-02"},
	{"a segment without elements", "850", "BEG*00*SA*1**20260302", "BEG", "1 BEG[1]-01, 1 BEG[1]-02, 1 BEG[1]-03, 1 BEG[1]-05"},

	{"22 characters", "850", "BEG*00*SA*1**", "BEG*00*SA*" + "1234567890123456789012" + "**", ""},
	{"23 characters", "850", "BEG*00*SA*1**", "BEG*00*SA*" + "12345678901234567890123" + "**", "5 BEG[1]-03"},
	{"too short", "850", "REF*DP*1", "REF*D*1", "4 REF[1]-01"},
	{"characters, not bytes", "850", "BEG*00*SA*1**", "BEG*00*SA*" + strings.Repeat("é", 22) + "**", ""},
	{"one character too many, of two bytes each", "850", "BEG*00*SA*1**", "BEG*00*SA*" + strings.Repeat("é", 23) + "**", "5 BEG[1]-03"},
	{"bytes of Latin-1 are characters", "850", "BEG*00*SA*1**", "BEG*00*SA*" + strings.Repeat("\xe9", 22) + "**", ""},
	{"an emoji is one character", "850", "BEG*00*SA*1**", "BEG*00*SA*" + strings.Repeat("😀", 22) + "**", ""},
	{"a control character in data", "850", "REF*DP*1", "REF*DP*a\x01b", "6 REF[1]-02"},
	{"lower case is fine", "850", "REF*DP*1", "REF*DP*abc", ""},
	{"a question mark is no escape", "850", "REF*DP*1", "REF*DP*a?>b", "3 REF[1]-02"},

	{"implied decimals", "810", "TDS*625", "TDS*00625", ""},
	{"implied decimals below zero", "810", "TDS*625", "TDS*-5", "5 TDS[1]-01 level 3?"},
	{"a point where it is implied", "810", "TDS*625", "TDS*6.25", "6 TDS[1]-01"},
	{"fifteen digits and a sign", "810", "TDS*625", "TDS*-123456789012345", "5 TDS[1]-01 level 3?"},
	{"sixteen digits", "810", "TDS*625", "TDS*1234567890123456", "5 TDS[1]-01, 5 TDS[1]-01 level 3?"},
	{"nothing in front of the point", "850", "*1.25*", "*.5*", ""},
	{"nothing behind the point", "850", "*1.25*", "*5.*", ""},
	{"a sign and no digit in front", "850", "*1.25*", "*-.5*", ""},
	{"an exponent", "850", "*1.25*", "*1E3*", "6 PO1[1]-04"},
	{"a plus", "850", "*1.25*", "*+1*", "6 PO1[1]-04"},
	{"a thousands separator", "850", "*1.25*", "*1,000.00*", "6 PO1[1]-04"},
	{"two points", "850", "*1.25*", "*1.2.3*", "6 PO1[1]-04"},
	{"only a point", "850", "*1.25*", "*.*", "6 PO1[1]-04, 4 PO1[1]-04"},
	{"sign and point have no length", "850", "*1.25*", "*-12345678901234.567*", ""},
	{"eighteen digits", "850", "*1.25*", "*-123456789012345.678*", "5 PO1[1]-04"},
	{"a count with a point", "850", "CTT*1*5", "CTT*1.0*5", "6 CTT[1]-01"},
	{"a day that is none", "850", "20260302", "20240230", "8 BEG[1]-05"},
	{"the leap day of a century", "850", "20260302", "21000229", "8 BEG[1]-05"},
	{"the leap day of a year", "850", "20260302", "20240229", ""},
	{"no day", "850", "20260302", "00000000", "8 BEG[1]-05"},
	{"a time that is none", "850", "REF*DP*1", "REF*DP*1\nDTM*002*20260302*2460", "9 DTM[1]-03"},
	{"hundredths of a second", "850", "REF*DP*1", "REF*DP*1\nDTM*002*20260302*23595999", ""},
	{"tenths of a second", "850", "REF*DP*1", "REF*DP*1\nDTM*002*20260302*2359599", ""},
	{"a second that is none", "850", "REF*DP*1", "REF*DP*1\nDTM*002*20260302*235960", "9 DTM[1]-03"},
	{"five digits are no time", "850", "REF*DP*1", "REF*DP*1\nDTM*002*20260302*23595", "9 DTM[1]-03"},

	{"a code that is not in the list", "850", "BEG*00*", "BEG*99*", "7 BEG[1]-01 level 5?"},
	{"a unit outside the list of bases", "810", "*1.25**VN", "*1.25*EA*VN", "7 IT1[1]-05 level 5?"},
	{"components in a simple element", "850", "REF*DP*1", "REF*DP*1>2", "3 REF[1]-02"},
	{"too many components", "850", "REF*DP*1", "REF*DP*1**AA>1>BB>2>CC>3>DD", "3 REF[1]-04-07"},
	{"components by pairs", "850", "REF*DP*1", "REF*DP*1**AA>1>BB", "2 REF[1]-04-04 level 4"},
	{"a component that is required", "850", "REF*DP*1", "REF*DP*1**>1", "1 REF[1]-04-01"},

	{"PO1 C0302", "850", "PO1*1*5*EA*1.25**VN*A", "PO1*1**EA*1.25**VN*A", "2 PO1[1]-02 level 4"},
	{"PO1 C0504", "850", "PO1*1*5*EA*1.25**VN*A", "PO1*1*5*EA**PE*VN*A", "2 PO1[1]-04 level 4"},
	{"PO1 P0607", "850", "PO1*1*5*EA*1.25**VN*A", "PO1*1*5*EA*1.25**VN", "2 PO1[1]-07 level 4"},
	{"IT1 P020304", "810", "IT1*1*5*EA*1.25**VN*A", "IT1*1*5*EA***VN*A", "2 IT1[1]-04 level 4"},
	{"SAC R0203", "850", "REF*DP*1", "SAC*C****1200", "2 SAC[1]-02 level 4"},
	{"SAC L130204", "850", "REF*DP*1", "SAC*C**AB*X*1200********13", ""},
	{"SAC L130204 violated", "850", "REF*DP*1", "SAC*C**AB**1200********13", "2 SAC[1]-02 level 4, 2 SAC[1]-04 level 4"},
	{"REF R0203", "850", "REF*DP*1", "REF*DP", "2 REF[1]-02 level 4"},
	{"N1 R0203", "850", "N1*ST*x", "N1*ST", "2 N1[1]-02 level 4"},
	{"N1 P0304", "850", "N1*ST*x", "N1*ST*x*92", "2 N1[1]-04 level 4"},
	{"ITD L03040513", "810", "ITD*01*3", "ITD*01*3*2", "2 ITD[1]-04 level 4"},
	{"QTY E0204", "810", "IT1*1*5*EA*1.25**VN*A", "IT1*1*5*EA*1.25**VN*A\nQTY*01*5**x", "10 QTY[1]-04 level 4"},
	{"QTY R0204", "810", "IT1*1*5*EA*1.25**VN*A", "IT1*1*5*EA*1.25**VN*A\nQTY*01", "2 QTY[1]-02 level 4"},
	{"MEA R03050608 with a composite unit", "850", "REF*DP*1", "MEA*WT*G*12*LB", ""},
	{"CUR C0807", "850", "REF*DP*1", "CUR*BY*USD******20260302", "2 CUR[1]-07 level 4"},
}

func TestElements(t *testing.T) {
	for _, test := range elementCases {
		t.Run(test.name, func(t *testing.T) {
			base := map[string]string{"850": order, "810": invoice}[test.set]
			require.Contains(t, base, test.from)
			require.Equal(t, test.want, judge(t, written("004010", test.set, strings.Replace(base, test.from, test.to, 1)), Options{}))
		})
	}
}

// TestRepetitions covers hard case 27: what repeats in 005010, and does not in 004010.
func TestRepetitions(t *testing.T) {
	change := func(to string) string { return strings.Replace(order, "REF*DP*1", to, 1) }
	require.Equal(t, "12 REF[1]-02", judge(t, written("005010", "850", change("REF*DP*1^2")), Options{}))
	require.Equal(t, "13 REF[1]-02", judge(t, written("005010", "850", change("REF*DP*1>2")), Options{}))
	require.Empty(t, judge(t, written("004010", "850", change("REF*DP*1^2")), Options{}), "there is no repetition separator in 004010")
	require.Equal(t, "5 BEG[1]-03", judge(t, written("004010", "850", strings.Replace(order, "SA*1*", "SA*"+strings.Repeat("1^", 12)+"*", 1)), Options{}))
	require.Equal(t, "4 REF[1]-01, 4 REF[1]-01, 12 REF[1]-01", judge(t, written("005010", "850", change("REF*D^P*1")), Options{}))
}

// TestPartsOfElementsAreMarked finds each part where it stands, though the same text stands
// in front of it.
func TestPartsOfElementsAreMarked(t *testing.T) {
	for _, test := range []struct{ version, segment, marked, before string }{
		{"004010", "REF*DP*1**BP>1>P>2", "P", "REF*DP*1**BP>1>"},
		{"005010", "REF*DP^P*1", "P", "REF*DP^"},
		{"004010", "REF*DP*1**>1", "", "REF*DP*1**"},
	} {
		var c collector
		input := written(test.version, "850", strings.Replace(order, "REF*DP*1", test.segment, 1))
		_, err := Validate(strings.NewReader(input), &c, Options{})
		require.NoError(t, err)
		f := c.sets[0].Findings[0]
		require.Equal(t, test.marked, f.Quote[f.At:f.At+f.Width], test.segment)
		require.Equal(t, test.before, f.Quote[:f.At], test.segment)
		require.Equal(t, int64(strings.Index(input, test.segment)+len(test.before)), f.Offset, test.segment)
	}
}

// TestManyFaultyPartsAreRead reads one segment of 4 MB with 60,000 faulty repetitions:
// what each costs must not depend on how many there are.
func TestManyFaultyPartsAreRead(t *testing.T) {
	var parts strings.Builder
	for n := range 60_000 {
		fmt.Fprintf(&parts, "^%067d", n)
	}
	var c collector
	_, err := Validate(strings.NewReader(written("005010", "850", strings.Replace(order, "REF*DP*1", "REF*DP*1"+parts.String(), 1))), &c, Options{})
	require.NoError(t, err)
	require.Len(t, c.sets[0].Findings, maxFindings)
	require.Equal(t, 59_001, c.sets[0].Omitted)
}

// structureCases cover the hard cases 31 to 37.
var structureCases = []struct{ name, version, set, segments, want string }{
	{"BEG missing", "004010", "850", "PO1*1*5*EA*1\nCTT*1", "3 BEG@2"},
	{"PO1 missing", "004010", "850", "BEG*00*SA*1**20260302\nCTT*0", "3 PO1@3"},
	{"everything missing", "004010", "850", "CTT*0", "3 BEG@2, 3 PO1@2"},
	{"BEG twice", "004010", "850", "BEG*00*SA*1**20260302\nBEG*00*SA*1**20260302\nPO1*1*5*EA*1", "5 BEG@3"},
	{"a fourth PER", "004010", "850", "BEG*00*SA*1**20260302" + strings.Repeat("\nPER*BD", 4) + "\nPO1*1*5*EA*1", "5 PER@6"},
	{"an eleventh DTM", "004010", "850", "BEG*00*SA*1**20260302" + strings.Repeat("\nDTM*002*20260302", 11) + "\nPO1*1*5*EA*1", "5 DTM@13"},
	{"a loop too often", "004010", "850", "BEG*00*SA*1**20260302" + strings.Repeat("\nN1*ST*x", 201) + "\nPO1*1*5*EA*1", "4 N1@203"},
	{"a loop as often as allowed", "004010", "850", "BEG*00*SA*1**20260302" + strings.Repeat("\nN1*ST*x", 200) + "\nPO1*1*5*EA*1", ""},

	{"the same segments at two levels", "004010", "850", `BEG*00*SA*1**20260302
		REF*DP*1
		SAC*C*D240***1200
		DTM*002*20260302
		PID*F****x
		N9*L1*x
		MSG*x
		N1*ST*x
		PO1*1*5*EA*1
		PID*F****x
		REF*DP*1
		SAC*C*D240***1200
		DTM*002*20260302
		N9*L1*x
		MSG*x
		N1*ST*x
		N3*x
		PO1*2*5*EA*1
		CTT*2`, ""},
	{"MSG behind a PID in a line", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1\nPID*F****x\nMSG*x\nMSG*y\nPO1*2*5*EA*1\nCTT*2", ""},
	{"REF behind an N1 belongs to it", "004010", "850", "BEG*00*SA*1**20260302\nN1*ST*x\nREF*DP*1\nPO1*1*5*EA*1", ""},
	{"a header segment behind the N1 loops", "004010", "850", "BEG*00*SA*1**20260302\nN1*ST*x\nITD*01\nPO1*1*5*EA*1", "7 ITD@4"},
	{"ISS before TDS", "004010", "810", "BIG*20260302*1\nIT1*1*5*EA*1\nISS*5*EA\nTDS*500\nCTT*1", "3 TDS@4, 7 TDS@5"},
	{"CTT before TDS", "004010", "810", "BIG*20260302*1\nIT1*1*5*EA*1\nCTT*1\nTDS*500", "3 TDS@4, 7 TDS@5"},
	{"an unknown segment", "004010", "850", "BEG*00*SA*1**20260302\nZ99*x\nPO1*1*5*EA*1", "1 Z99@3"},
	{"a segment of another set", "004010", "850", "BEG*00*SA*1**20260302\nBIG*20260302*1\nPO1*1*5*EA*1", "6 BIG@3"},
	{"N4 without N3", "004010", "850", "BEG*00*SA*1**20260302\nN1*ST*x\nN4*Chicago*IL*60608\nPO1*1*5*EA*1", ""},
	{"a sub-line", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1\nSLN*1**I*2*EA\nSLN*2**I*2*EA\nCTT*1", ""},
	{"ten stores, many times", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*100*EA*1" + strings.Repeat("\nSDQ*EA*92"+strings.Repeat("*S1*5", 10), 500) + "\nCTT*1", ""},
	{"one SDQ too many", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*100*EA*1" + strings.Repeat("\nSDQ*EA*92*S1*5", 501) + "\nCTT*1", "5 SDQ@504"},
	{"ten pairs of product ids", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1*" + strings.Repeat("*VN*A", 10), ""},
	{"an eleventh pair", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1*" + strings.Repeat("*VN*A", 11), "3 PO1[1]-26"},
	{"a gap in the pairs", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1**VN*A***BP*B", ""},
	{"MSG in a text of 4010", "004010", "850", "BEG*00*SA*1**20260302\nN9*L1*x\nMSG*x\nPO1*1*5*EA*1", ""},
	{"MTX in a text of 4010", "004010", "850", "BEG*00*SA*1**20260302\nN9*L1*x\nMTX**x\nPO1*1*5*EA*1", "7 MTX@4"},
	{"MTX in a text of 5010", "005010", "850", "BEG*00*SA*1**20260302\nN9*L1*x\nMTX**x\nPO1*1*5*EA*1", ""},
	{"a bounded loop", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1\nLS*L\nLDT*AF*1*DY\nLE*L\nCTT*1", ""},
	{"a bounded loop without its end", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1\nLS*L\nLDT*AF*1*DY\nCTT*1", "3 LE@7 level 4"},

	{"levels S O I", "004010", "856", "BSN*00*11*20260302*1200\nHL*1**S\nHL*2*1*O\nHL*3*2*I\nCTT*3", ""},
	{"a parent that is not there", "004010", "856", "BSN*00*11*20260302*1200\nHL*1**S\nHL*2*7*O\nCTT*2", "5 HL[2]-02 level 4"},
	{"a level that stands twice", "004010", "856", "BSN*00*11*20260302*1200\nHL*1**S\nHL*1*1*O\nCTT*2", "5 HL[2]-01 level 4"},
	{"its own parent", "004010", "856", "BSN*00*11*20260302*1200\nHL*1**S\nHL*2*2*O\nCTT*2", "5 HL[2]-02 level 4"},

	{"CTT01 wrong", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1\nPO1*2*5*EA*1\nCTT*3", "5 CTT[1]-01 level 3"},
	{"CTT02 wrong", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1\nPO1*2*2.5*EA*1\nCTT*2*8", "5 CTT[1]-02 level 3?"},
	{"CTT02 right with decimals", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*5*EA*1\nPO1*2*2.5*EA*1\nCTT*2*7.50", ""},
	{"CTT02 of changed lines right", "004010", "860", "BCH*04*SA*1***20260302\nPOC*1*QI*5*2*EA*1\nPOC*2*AI*2.5*2.5*EA*1\nCTT*2*7.5", ""},
	{"CTT02 of changed lines wrong", "004010", "860", "BCH*04*SA*1***20260302\nPOC*1*QI*5*2*EA*1\nPOC*2*AI*2.5*2.5*EA*1\nCTT*2*4.5", "5 CTT[1]-02 level 3?"},
	{"CTT02 over ten digits is cut off in front", "004010", "850", "BEG*00*SA*1**20260302\nPO1*1*9999999999*EA*1\nPO1*2*2*EA*1\nCTT*2*1", ""},

	{"lines, charges and taxes come to the total", "004010", "810", "BIG*20260302*1\nIT1*1*5*EA*10\nSAC*C*D240***250\nTDS*5795\nTXI*ST*7.95\nSAC*A*C310***250\nCTT*1", ""},
	{"SAC01 N does not count", "004010", "810", "BIG*20260302*1\nIT1*1*5*EA*10\nTDS*5000\nSAC*N*D240***250\nCTT*1", ""},
	{"a bill-back does not count", "004010", "810", "BIG*20260302*1\nIT1*1*5*EA*10\nTDS*5000\nSAC*A*C310***250*******01\nCTT*1", ""},
	{"prices per hundred and per thousand", "004010", "810", "BIG*20260302*1\nIT1*1*500*EA*10*HP\nIT1*2*500*EA*10*TP\nTDS*5500\nCTT*2", ""},
	{"a line at no price", "004010", "810", "BIG*20260302*1\nIT1*1*5*EA*0\nTDS*0\nCTT*1", ""},
	{"a negative quantity", "004010", "810", "BIG*20260302*1**1***CR\nIT1*1*-5*EA*10\nTDS*-5000\nCTT*1", ""},
	{"lines rounded one by one", "004010", "810", "BIG*20260302*1\nIT1*1*3*EA*0.333\nIT1*2*3*EA*0.333\nTDS*200\nCTT*2", ""},
	{"a total that is off by more than rounding", "004010", "810", "BIG*20260302*1\nIT1*1*5*EA*10\nTDS*5002\nCTT*1", "5 TDS[1]-01 level 3?"},
	{"a line whose amount nobody knows", "004010", "810", "BIG*20260302*1\nIT1*1*5*EA*10*XX\nTDS*1\nCTT*1", "7 IT1[1]-05 level 5?"},

	{"payments in the other direction", "004010", "820", "BPR*C*100.00*C*ACH\nENT*1\nRMR*IV*1**-50.00\nREF*PO*1\nADX*-1.00*01\nRMR*IV*2**150.00", ""},
}

func TestStructure(t *testing.T) {
	for _, test := range structureCases {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, judge(t, written(test.version, test.set, test.segments), Options{}))
		})
	}
}

// TestManyLevelsAndItems covers the volumes of hard cases 36 and 37.
func TestManyLevelsAndItems(t *testing.T) {
	var levels, items strings.Builder
	levels.WriteString("BSN*00*11*20260302*1200\nHL*1**S")
	for n := 2; n <= 10_000; n++ {
		fmt.Fprintf(&levels, "\nHL*%d*%d*I", n, n-1)
	}
	require.Empty(t, judge(t, written("004010", "856", levels.String()), Options{}))
	items.WriteString("BCT*PC")
	for n := range 100_000 {
		fmt.Fprintf(&items, "\nLIN**VN*A%d", n)
	}
	require.Empty(t, judge(t, written("004010", "832", items.String()), Options{}))
}

// TestFindingsAreSmall feeds segments of 64 KiB, each at fault: what is kept of them
// must not grow with them.
func TestFindingsAreSmall(t *testing.T) {
	long := strings.Repeat("X", 64<<10)
	for name, segment := range map[string]string{"id": long, "element": "REF*DP*" + long, "repeated elements": "REF*DP" + strings.Repeat("*a", 32<<10),
		"components": "REF*DP*1**" + strings.Repeat("a>", 32<<10), "bounded loop": "LE*" + long, "number": "CTT*" + strings.Repeat("9", 64<<10)} {
		t.Run(name, func(t *testing.T) {
			var c collector
			_, err := Validate(strings.NewReader(written("004010", "850", strings.Repeat(segment+"\n", 50)+segment)), &c, Options{})
			require.NoError(t, err)
			size := 0
			for _, s := range c.sets {
				require.NotEmpty(t, s.Findings)
				for _, f := range s.Findings {
					size += len(f.Message) + len(f.Path) + len(f.Segment) + len(f.Quote) + len(f.Value)
				}
			}
			require.Less(t, size, 1<<20)
		})
	}
}
