package schema

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// overlayCases change the standard for one partner; the input is a good order or
// invoice with a change of its own.
var overlayCases = []struct {
	name     string
	rule     Rule
	set      string
	from, to string
	standard string // what the standard says of it
	overlaid string // what the partner's rules say
}{
	{"a segment becomes required", Rule{Set: "850", Path: "CUR", Use: Required}, "850", "", "", "", "3 CUR@3 level 7"},
	{"a segment in a loop becomes required", Rule{Path: "N1/N3", Use: Required}, "850", "", "", "", "3 N3@5 level 7"},
	{"a loop becomes required", Rule{Set: "850", Path: "N9", Use: Required}, "850", "", "", "", "3 N9@4 level 7"},
	{"a segment is forbidden", Rule{Set: "850", Path: "REF", Use: Forbidden}, "850", "", "", "", "2 REF@3 level 7"},
	{"a loop is forbidden", Rule{Set: "850", Path: "N1", Use: Forbidden}, "850", "", "", "", "2 N1@4 level 7"},
	{"a segment stands less often", Rule{Set: "850", Path: "REF", Max: 1}, "850", "REF*DP*1", "REF*DP*1\nREF*DP*2", "", "5 REF@4 level 7"},
	{"a segment stands more often", Rule{Set: "850", Path: "PER", Max: 5}, "850", "REF*DP*1", "PER*BD\nPER*BD\nPER*BD\nPER*BD", "5 PER@6", ""},
	{"a loop stands less often", Rule{Set: "850", Path: "PO1", Max: 1}, "850", "PID*F****x\nCTT*1*5", "PO1*2*5*EA*1\nCTT*2", "", "4 PO1@6 level 7"},
	{"a required segment becomes optional", Rule{Set: "850", Path: "BEG", Use: Optional}, "850", "BEG*00*SA*1**20260302\n", "", "3 BEG@2", ""},
	{"an element becomes required", Rule{Set: "850", Path: "BEG-06", Use: Required}, "850", "", "", "", "1 BEG[1]-06 level 7"},
	{"an element becomes optional", Rule{Set: "850", Path: "BEG-05", Use: Optional}, "850", "**20260302", "", "1 BEG[1]-05", ""},
	{"an element is forbidden", Rule{Set: "850", Path: "PO1-04", Use: Forbidden}, "850", "", "", "", "10 PO1[1]-04 level 7"},
	{"an element becomes shorter", Rule{Set: "850", Path: "BEG-03", Longest: 5}, "850", "SA*1*", "SA*123456*", "", "5 BEG[1]-03 level 7"},
	{"an element becomes longer", Rule{Set: "850", Path: "BEG-03", Longest: 30}, "850", "SA*1*", "SA*12345678901234567890123*", "5 BEG[1]-03", ""},
	{"an element needs more", Rule{Set: "850", Path: "BEG-03", Shortest: 4}, "850", "", "", "", "4 BEG[1]-03 level 7"},
	{"codes of the partner", Rule{Set: "850", Path: "BEG-02", Codes: []string{"NE", "RL"}}, "850", "", "", "", "7 BEG[1]-02 level 7"},
	{"a code that the list lacks", Rule{Set: "810", Path: "IT1-05", Codes: []string{"EA"}}, "810", "*1.25**VN", "*1.25*EA*VN", "7 IT1[1]-05 level 5?", ""},
	{"one segment in every loop of a name", Rule{Set: "850", Path: "PO1/PID-05", Longest: 1}, "850", "F****x", "F****xy", "", "5 PID[1]-05 level 7"},
	{"a rule for another set", Rule{Set: "810", Path: "REF", Use: Forbidden}, "850", "", "", "", ""},
	{"a component", Rule{Set: "850", Path: "REF-04-02", Longest: 1}, "850", "REF*DP*1", "REF*DP*1**AA>12", "", "5 REF[1]-04-02 level 7"},
}

func TestOverlay(t *testing.T) {
	for _, test := range overlayCases {
		t.Run(test.name, func(t *testing.T) {
			input := written("004010", test.set, strings.Replace(map[string]string{"850": order, "810": invoice}[test.set], test.from, test.to, 1))
			require.Equal(t, test.standard, judge(t, input, Options{}))
			require.Equal(t, test.overlaid, judge(t, input, Options{Partner: &Overlay{Rules: []Rule{test.rule}}}))
			require.Equal(t, test.standard, judge(t, input, Options{}), "one partner's rules are not another's")
		})
	}
}

func TestBalancedMakesADifferenceAnError(t *testing.T) {
	input := written("004010", "810", strings.Replace(invoice, "TDS*625", "TDS*630", 1))
	require.Equal(t, "5 TDS[1]-01 level 3?", judge(t, input, Options{}))
	require.Equal(t, "5 TDS[1]-01 level 3", judge(t, input, Options{Partner: &Overlay{Balanced: true}}))
}

// TestRulesThatCannotWork names the rule and what is wrong with it.
func TestRulesThatCannotWork(t *testing.T) {
	tables, _, err := ForVersion("004010")
	require.NoError(t, err)
	for want, rule := range map[string]Rule{
		`rule 2: 004010 has no place "ZZ9"`:                                          {Path: "ZZ9", Use: Required},
		`rule 2: 004010 has no place "PO1/BEG" in set 850`:                           {Set: "850", Path: "PO1/BEG", Use: Required},
		`rule 2: 004010 has no place "BEG" in set 999`:                               {Set: "999", Path: "BEG", Use: Required},
		`rule 2: path "" is none: write it as BEG, PO1/REF or PO1/REF-02`:            {Use: Required},
		`rule 2: path "BEG-x" is none: write it as BEG, PO1/REF or PO1/REF-02`:       {Path: "BEG-x", Use: Required},
		`rule 2: path "BEG-0" is none: write it as BEG, PO1/REF or PO1/REF-02`:       {Path: "BEG-0", Use: Required},
		`rule 2: BEG has no element 40`:                                              {Path: "BEG-40", Use: Required},
		`rule 2: BEG01 has no component 01`:                                          {Path: "BEG-01-01", Use: Required},
		`rule 2: BEG: use is "must"; it must be required, forbidden or optional`:     {Path: "BEG", Use: "must"},
		`rule 2: BEG: lengths and codes are for elements, such as BEG-01`:            {Path: "BEG", Longest: 3},
		`rule 2: BEG-01: max is for segments and loops`:                              {Path: "BEG-01", Max: 3},
		`rule 2: BEG-01: code "00000" has more than four characters`:                 {Path: "BEG-01", Codes: []string{"00000"}},
		`rule 2: BEG-03: at least 9 and at most 4 characters contradict each other`:  {Path: "BEG-03", Shortest: 9, Longest: 4},
		`rule 2: BEG-03: a length or number of times cannot be below zero`:           {Path: "BEG-03", Shortest: -1},
		`rule 2: BEG: it changes nothing: give use, max, shortest, longest or codes`: {Path: "BEG"},
	} {
		t.Run(want, func(t *testing.T) {
			_, err := tables.With(&Overlay{Rules: []Rule{{Path: "BEG", Use: Required}, rule}})
			require.EqualError(t, err, want)
		})
	}
}

// TestRulesOfAnotherVersion applies the rules that were written for 004010 to a file in
// 005010: what that does not have cannot be asked of it.
func TestRulesOfAnotherVersion(t *testing.T) {
	rules := Options{Partner: &Overlay{Rules: []Rule{{Set: "850", Path: "N9/MSG", Max: 1}, {Set: "850", Path: "BEG-06", Use: Required}}}}
	require.Equal(t, "1 BEG[1]-06 level 7", judge(t, written("005010", "850", order), rules))
}

// TestEnvelopeFindingsQuoteTheirSegment covers faults that the decoder goes on behind.
func TestEnvelopeFindingsQuoteTheirSegment(t *testing.T) {
	good := written("004010", "850", order)
	for name, test := range map[string]struct{ from, to, quote, marked string }{
		"a count of a set":              {"SE*8*", "SE*9*", "SE*9*0001", "9"},
		"a control number":              {"GE*1*5", "GE*1*6", "GE*1*6", "6"},
		"a count of groups":             {"IEA*1", "IEA*2", "IEA*2*000000017", "2"},
		"nothing where a count must be": {"SE*8*0001", "SE", "SE", ""},
		"an interchange's id":           {"*ZZ*B              *", "*ZZ*B             *", "B             *260302", "B             "},
		"a group's number":              {"*5*X*", "*A5*X*", "GS*PO*AA*BB*20260302*1405*A5*X*004010", "A5"},
		"a group's date":                {"GS*PO*AA*BB*20260302", "GS*PO*AA*BB*20261302", "GS*PO*AA*BB*20261302*1405*5*X*004010", "20261302"},
	} {
		t.Run(name, func(t *testing.T) {
			var c collector
			_, err := Validate(strings.NewReader(strings.Replace(good, test.from, test.to, 1)), &c, Options{})
			require.NoError(t, err)
			found := append(c.envelope, c.sets[0].Findings...)
			require.NotEmpty(t, found)
			require.Contains(t, found[0].Quote, test.quote)
			require.Equal(t, test.marked, found[0].Quote[found[0].At:found[0].At+found[0].Width])
		})
	}
}
