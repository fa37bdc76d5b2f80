package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi/schema"
)

const rules = `rules:
  - {set: "850", path: REF, use: required}
  - set: "850"
    path: PO1-02
    longest: 6
  - {set: "850", path: BEG-02, codes: [SA, RL]}
balanced: true
`

func TestRulesBecomeAnOverlay(t *testing.T) {
	files := shipped(t)
	files["partners/acme.yaml"] = []byte(acme + rules)
	c, err := Load(files)
	require.NoError(t, err)
	p, _ := c.Partner("100", "0010045")
	require.Equal(t, &schema.Overlay{Balanced: true, Rules: []schema.Rule{
		{Set: "850", Path: "REF", Use: schema.Required},
		{Set: "850", Path: "PO1-02", Longest: 6},
		{Set: "850", Path: "BEG-02", Codes: []string{"SA", "RL"}},
	}}, p.Overlay())
}

func TestAPartnersRulesReplaceThoseOfTheBase(t *testing.T) {
	files := shipped(t)
	files[basePartner] = append(files[basePartner], "rules:\n  - {path: REF, use: required, max: 3}\n  - {path: DTM, use: required}\nbalanced: true\n"...)
	c, err := Load(files)
	require.NoError(t, err)
	p, _ := c.Partner("100", "0010045")
	require.Len(t, p.Rules, 2, "the base's rules hold where the partner has none")
	require.True(t, p.Balanced)

	files["partners/acme.yaml"] = []byte(acme + "rules:\n  - {path: PER, use: forbidden}\nbalanced: false\n")
	c, err = Load(files)
	require.NoError(t, err)
	p, _ = c.Partner("100", "0010045")
	require.Equal(t, []schema.Rule{{Path: "PER", Use: schema.Forbidden}}, p.Rules)
	require.False(t, p.Balanced)
}

func TestFaultsOfRulesNameTheirPlace(t *testing.T) {
	for name, test := range map[string]struct{ rules, want string }{
		"a place that there is not": {"rules:\n  - {path: REF, use: required}\n  - {set: \"850\", path: PO1/ZZZ, use: required}\n",
			`partners/acme.yaml:11:6: rules[1]: 004010 has no place "PO1/ZZZ" in set 850`},
		"an element too far":   {"rules:\n  - path: BEG-30\n    use: required\n", "partners/acme.yaml:10:5: rules[0]: BEG has no element 30"},
		"another use":          {"rules:\n  - {path: REF, use: mandatory}\n", `partners/acme.yaml:10:6: rules[0]: REF: use is "mandatory"`},
		"a code that is long":  {"rules:\n  - {path: BEG-02, codes: [STAND]}\n", `rules[0]: BEG-02: code "STAND" has more than four characters`},
		"an unknown key":       {"rules:\n  - {path: REF, usage: required}\n", `partners/acme.yaml:10:17: unknown field "usage"`},
		"a length of segments": {"rules:\n  - {path: REF, longest: 3}\n", "rules[0]: REF: lengths and codes are for elements"},
	} {
		t.Run(name, func(t *testing.T) {
			files := shipped(t)
			files["partners/acme.yaml"] = []byte(acme + test.rules)
			_, err := Load(files)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestAFaultInTheRulesOfTheBaseIsToldOnce(t *testing.T) {
	files := shipped(t)
	other := strings.NewReplacer("ACME", "OTHER", "0010045", "0010046", "123456789", "987654321").Replace(acme)
	files["partners/other.yaml"] = []byte(other)
	files[basePartner] = append(files[basePartner], "rules:\n  - {path: ZZZ, use: required}\n"...)
	_, err := Load(files)
	line := strings.Count(string(files[basePartner]), "\n")
	require.EqualError(t, err, fmt.Sprintf("partners/base.yaml:%d:6: rules[0]: 004010 has no place %q", line, "ZZZ"))
}

func TestFaultsOfAcknowledging(t *testing.T) {
	for settings, want := range map[string]string{
		"acknowledge: ours\n": "", "acknowledge: ours\nacknowledgeWith: \"999\"\n": "",
		"acknowledge: ours\nenvelope: cleo\n": "acknowledge: ours needs envelope: ours",
		"acknowledgeWith: \"855\"\n":          `acknowledgeWith is "855"; it must be one of [997 999]`,
	} {
		files := shipped(t)
		files["partners/acme.yaml"] = []byte(acme + settings)
		_, err := Load(files)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want)
	}
}
