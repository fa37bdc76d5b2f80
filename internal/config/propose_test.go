package config

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
)

// newcomer is a supplier of M3 that no profile describes.
func newcomer(values masterdata.Values) SupplierSnapshot {
	s := SupplierSnapshot{Company: "100", Number: "0019999", Seen: time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC),
		Values: masterdata.Values{"name": "New Bearings Inc.", "searchKey": "newbrg", "status": "active", "currency": "USD"}}
	for name, value := range values {
		s.Values[name] = value
	}
	return s
}

// drawUp gives the proposal and the profile that its file holds, read strictly over nothing.
func drawUp(t *testing.T, files Files, s SupplierSnapshot, cleo TradingPartner) (Proposal, mapping.Profile) {
	t.Helper()
	p, err := files.Propose(s, "")
	require.NoError(t, err)
	p = p.AtCleo(cleo)
	var profile mapping.Profile
	require.NoError(t, decode(p.File, p.YAML(), &profile), "%s", p.YAML())
	return p, profile
}

func settings(questions []Question) (names []string) {
	for _, q := range questions {
		names = append(names, q.Setting)
	}
	return names
}

func TestAProposalSaysWhatIsKnownAndNothingElse(t *testing.T) {
	p, profile := drawUp(t, shipped(t), newcomer(nil), TradingPartner{})
	require.Equal(t, "partners/100-0019999.yaml.proposed", p.File)
	require.Equal(t, "partners/100-0019999.yaml", p.CompleteFile())
	require.Equal(t, mapping.Profile{ID: "NEWBRG", Name: "New Bearings Inc.", Company: "100", Supplier: "0019999"}, profile, "what is unknown is empty, and the base is not repeated")
	require.Equal(t, []string{"interchange.qualifier", "interchange.id", "group"}, settings(p.Missing))
	require.Contains(t, string(p.YAML()), "# Proposed from supplier 0019999 of company 100, as M3 had it on 2026-03-01.\n")
	for _, q := range p.Missing {
		require.Contains(t, string(p.YAML()), "# ask for "+q.Ask+"\n")
	}

	_, profile = drawUp(t, shipped(t), newcomer(masterdata.Values{"currency": "EUR", "payee": "0010400"}), TradingPartner{Alias: "NEW", Interchanges: []mapping.Address{{Qualifier: "14", ID: "4098765000016"}}})
	require.Equal(t, mapping.Code("EUR"), profile.Order.HomeCurrency)
	require.Equal(t, mapping.Code("0010400"), profile.Invoice.Payee)
	require.Equal(t, mapping.Address{Qualifier: "14", ID: "4098765000016"}, profile.Interchange)

	_, profile = drawUp(t, shipped(t), newcomer(masterdata.Values{"payee": "0019999"}), TradingPartner{})
	require.Empty(t, profile.Invoice.Payee, "it is paid itself")
	p, _ = drawUp(t, shipped(t), newcomer(masterdata.Values{"status": "preliminary"}), TradingPartner{})
	require.Contains(t, string(p.YAML()), "# It is preliminary in M3")
}

// TestWhatCleoHasIsTakenOnlyWhereItIsOneUsableIdentity asks for what Cleo leaves open, and says what Cleo has.
func TestWhatCleoHasIsTakenOnlyWhereItIsOneUsableIdentity(t *testing.T) {
	for name, one := range map[string]struct {
		cleo     TradingPartner
		taken    mapping.Address
		missing  []string
		comments string
	}{
		"one":              {TradingPartner{"ACM", []mapping.Address{{Qualifier: "01", ID: "081550456"}}, ""}, mapping.Address{Qualifier: "01", ID: "081550456"}, []string{"group"}, `# Cleo's trading partner "ACM" has 01:081550456`},
		"blanks":           {TradingPartner{"ACM", []mapping.Address{{Qualifier: "ZZ", ID: "ACM            "}}, ""}, mapping.Address{Qualifier: "ZZ", ID: "ACM"}, []string{"group"}, ""},
		"no qualifier":     {TradingPartner{"ACM", []mapping.Address{{ID: "ACM"}}, ""}, mapping.Address{ID: "ACM"}, []string{"interchange.qualifier", "group"}, ""},
		"an id too long":   {TradingPartner{"ACM", []mapping.Address{{Qualifier: "ZZ", ID: "A234567890123456"}}, ""}, mapping.Address{Qualifier: "ZZ"}, []string{"interchange.id", "group"}, "has ZZ:A234567890123456"},
		"several":          {TradingPartner{"ACM", []mapping.Address{{Qualifier: "ZZ", ID: "A"}, {Qualifier: "01", ID: "B"}}, ""}, mapping.Address{}, []string{"interchange.qualifier", "interchange.id", "group"}, "which one counts is not known: ZZ:A, 01:B"},
		"none":             {TradingPartner{Alias: "ACM"}, mapping.Address{}, []string{"interchange.qualifier", "interchange.id", "group"}, `# Cleo's trading partner "ACM" has no interchange id`},
		"not to be asked":  {TradingPartner{Unknown: "Cleo is\nasleep"}, mapping.Address{}, []string{"interchange.qualifier", "interchange.id", "group"}, "# Cleo is asleep\n"},
		"a hostile answer": {TradingPartner{Alias: "A\ngroup: EVIL", Unknown: ""}, mapping.Address{}, []string{"interchange.qualifier", "interchange.id", "group"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, profile := drawUp(t, shipped(t), newcomer(nil), one.cleo)
			require.Equal(t, one.taken, profile.Interchange)
			require.Equal(t, one.missing, settings(p.Missing))
			require.Contains(t, string(p.YAML()), one.comments)
			require.Empty(t, profile.Group)
		})
	}
}

// TestConfigCheckNamesTheLinesThatAreMissing completes a proposal line by line, as a person does.
func TestConfigCheckNamesTheLinesThatAreMissing(t *testing.T) {
	files := shipped(t)
	p, _ := drawUp(t, files, newcomer(masterdata.Values{"name": strings.Repeat("軸受", 15)}), TradingPartner{})
	text := string(p.YAML())
	require.Equal(t, []string{"name", "interchange.qualifier", "interchange.id", "group"}, settings(p.Missing))
	valid, err := Load(files)
	require.NoError(t, err)
	for i, step := range []struct{ setting, key, open, filled string }{
		{"name", "name: ", `name: ""`, `name: "Jikuuke"`},
		{"interchange.qualifier", "interchange: ", `qualifier: ""`, `qualifier: "ZZ"`},
		{"interchange.id", "interchange: ", ` id: ""`, ` id: "NEWBRG"`},
		{"group", "group: ", `group: ""`, `group: "NEWBRG"`},
	} {
		notes := valid.ProposalNotes(shipped(t), Files{p.File: []byte(text)})
		require.True(t, strings.HasPrefix(notes[0], fmt.Sprintf("%s:%d:", p.File, lineOf(text, step.key))), notes[0])
		require.Contains(t, notes[0], step.setting+" is empty; ask for ")
		require.Len(t, notes, len(p.Missing)-i)

		files[p.CompleteFile()] = []byte(text)
		_, err := Load(files)
		require.ErrorContains(t, err, fmt.Sprintf("%s:%d:", p.CompleteFile(), lineOf(text, step.key)))
		require.ErrorContains(t, err, step.setting+` is ""`)
		require.NotContains(t, err.Error(), "\n", "one fault, and no other")
		require.Equal(t, 1, strings.Count(text, step.open))
		text = strings.Replace(text, step.open, step.filled, 1)
	}
	require.Equal(t, []string{p.File + ": it is complete; rename it to " + p.CompleteFile()}, valid.ProposalNotes(shipped(t), Files{p.File: []byte(text)}))
	files[p.CompleteFile()] = []byte(text)
	c, err := Load(files)
	require.NoError(t, err)
	profile, known := c.Partner("100", "0019999")
	require.True(t, known)
	require.Equal(t, mapping.Code("004010"), profile.Version, "the base profile lies below it")
}

// lineOf is the line, from 1, that begins with a key.
func lineOf(text, key string) int {
	before, _, _ := strings.Cut("\n"+text, "\n"+key)
	return strings.Count(before, "\n") + 1
}

func TestASupplierIsRefusedWithTheCause(t *testing.T) {
	files := shipped(t)
	known := newcomer(nil)
	known.Number = "0010045"
	gone := newcomer(nil)
	gone.Values = nil
	for name, one := range map[string]struct {
		supplier SupplierSnapshot
		id       string
		says     string
	}{
		"described":           {known, "", `supplier "0010045" of company "100" is already described in partners/acme.yaml; change that file`},
		"blocked":             {newcomer(masterdata.Values{"status": masterdata.Inactive}), "", "supplier 0019999 of company 100, as M3 had it on 2026-03-01, is blocked; make it active in CRS620"},
		"gone":                {gone, "", `supplier "0019999" of company "100" is not in M3 any more, which had it last on 2026-03-01`},
		"id taken":            {newcomer(nil), "acme", `partner id "acme" is already described in partners/acme.yaml`},
		"id too long":         {newcomer(nil), strings.Repeat("A", 36), "it needs 1 to 35 characters"},
		"id with other signs": {newcomer(nil), "../A", "other signs than letters, digits, - and _"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := files.Propose(one.supplier, one.id)
			require.ErrorContains(t, err, one.says)
		})
	}
	p, err := files.Propose(newcomer(nil), "MY-ID")
	require.NoError(t, err)
	require.Equal(t, "MY-ID", p.Profile.ID)
	files["partners/broken.yaml"] = []byte("id: [\n")
	_, err = files.Propose(newcomer(nil), "")
	require.ErrorContains(t, err, "partners/broken.yaml")
}

// TestTheIdIsTheSearchKeyOrWhatComesNextToIt counts up where another partner has it, a proposal that is not complete included.
func TestTheIdIsTheSearchKeyOrWhatComesNextToIt(t *testing.T) {
	files := shipped(t)
	for want, values := range map[string]masterdata.Values{
		"ACME2":       {"searchKey": "Acme"},
		"ODELLSONS":   {"searchKey": "O'Dell & Sons"},
		"NEWBEARING":  {"searchKey": " "},
		"100-0019999": {"searchKey": "軸受", "name": "軸受"},
	} {
		p, _ := drawUp(t, files, newcomer(values), TradingPartner{})
		require.Equal(t, want, p.Profile.ID)
	}
	first, _ := drawUp(t, files, newcomer(nil), TradingPartner{})
	files[first.File] = first.YAML()
	next := newcomer(nil)
	next.Number = "0018888"
	p, _ := drawUp(t, files, next, TradingPartner{})
	require.Equal(t, "NEWBRG2", p.Profile.ID)
	_, err := files.Propose(newcomer(nil), "")
	require.ErrorContains(t, err, "is already proposed in partners/100-0019999.yaml.proposed; complete that file and rename it to partners/100-0019999.yaml")
	_, err = files.Propose(next, "NEWBRG")
	require.ErrorContains(t, err, "is already described in partners/100-0019999.yaml.proposed")
}

// TestAnySupplierGivesAFileThatParses tries values that would break YAML, a comment or the name of a file.
func TestAnySupplierGivesAFileThatParses(t *testing.T) {
	files := shipped(t)
	alphabet := []string{`"`, `'`, `\`, "\n", "\r", "\t", " ", "#", ":", ": ", "-", "{", "}", "[", "]", "&", "*", "!", "|", ">", "%", "@", "`", ",", "?", "/", "..", "~", "<", "$",
		"{{", "}}", "\x00", "\x7f", "\u0085", "\u2028", "\ufeff", "\u202e", "\ufffd", "é", "ß", "軸", "🔩", "a\u0301", "A", "z", "0", "9", "null", "true", "---", "\xff"}
	random := rand.New(rand.NewPCG(1, 2))
	weird := func(most int) string {
		var b strings.Builder
		for range random.IntN(most + 1) {
			b.WriteString(alphabet[random.IntN(len(alphabet))])
		}
		return b.String()
	}
	for range 2000 {
		s := newcomer(masterdata.Values{"name": weird(36), "searchKey": weird(10), "currency": weird(3), "payee": weird(10), "status": weird(4)})
		s.Number = "7" + strings.ToValidUTF8(weird(9), "")
		cleo := TradingPartner{Alias: weird(20), Unknown: weird(20)}
		for range random.IntN(3) {
			cleo.Interchanges = append(cleo.Interchanges, mapping.Address{Qualifier: mapping.Code(weird(2)), ID: mapping.Code(weird(15))})
		}
		p, profile := drawUp(t, files, s, cleo)
		require.Equal(t, s.Number, string(profile.Supplier), "%q", s.Number)
		require.Equal(t, p.Profile.Name, profile.Name)
		require.Equal(t, p.Profile.ID, string(profile.ID))
		require.Empty(t, profile.Group)
		require.Equal(t, "partners", filepath.ToSlash(filepath.Dir(p.File)))
		require.True(t, utf8.Valid(p.YAML()))
		_, err := json.Marshal(p)
		require.NoError(t, err)
		require.Empty(t, partnerFault(laidOver(t, files, p)).message, "what is not missing passes")
	}
}

// laidOver is the proposed profile over the base, with what is missing filled in.
func laidOver(t *testing.T, files Files, p Proposal) mapping.Profile {
	t.Helper()
	out, err := files.baseProfile()
	require.NoError(t, err)
	out.Invoice = mapping.DefaultInvoiceSet()
	out.OutgoingInvoice = mapping.DefaultOutgoingInvoiceSet()
	require.NoError(t, decode(basePartner, files[basePartner], &out))
	require.NoError(t, decode(p.File, p.YAML(), &out))
	for _, q := range p.Missing {
		switch q.Setting {
		case "name":
			out.Name = "N"
		case "interchange.qualifier":
			out.Interchange.Qualifier = "ZZ"
		case "interchange.id":
			out.Interchange.ID = "I"
		case "group":
			out.Group = "GG"
		}
	}
	for _, number := range []*mapping.Code{&out.Supplier, &out.Invoice.Payee} {
		if len(*number) > 10 {
			*number = "S" // M3 has no such number
		}
	}
	return out
}

func TestAProposalIsSavedOnceAndWritesOverNothing(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "partners"), 0o700))
	p, _ := drawUp(t, shipped(t), newcomer(nil), TradingPartner{})
	path, err := p.Save(folder)
	require.NoError(t, err)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, p.YAML(), content)

	for _, name := range []string{p.File, p.CompleteFile()} {
		path = filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
		_, err = p.Save(folder)
		require.ErrorContains(t, err, path+" is there already")
		content, err = os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "mine", string(content))
	}
}

// TestAProposalIsNoPartOfTheConfigurationUntilItIsComplete saves one with a question and one without into a folder.
func TestAProposalIsNoPartOfTheConfigurationUntilItIsComplete(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS("../../config")))
	before, err := ReadFolder(folder)
	require.NoError(t, err)
	p, err := before.Propose(newcomer(nil), "")
	require.NoError(t, err)
	_, err = p.Save(folder)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "crosswalks", "old.yaml.proposed"), []byte("{"), 0o600))
	after, err := ReadFolder(folder)
	require.NoError(t, err)
	require.Equal(t, before, after, "a worker that follows the folder sees no change")
	proposals, err := ReadProposals(folder)
	require.NoError(t, err)
	require.Equal(t, Files{"partners/100-0019999.yaml.proposed": p.YAML()}, proposals)

	other := newcomer(masterdata.Values{"searchKey": "OTHER"})
	other.Number = "0018888"
	p, err = before.Propose(other, "")
	require.NoError(t, err)
	p.Profile.Group = "OTHER"
	p = p.AtCleo(TradingPartner{Alias: "OTHER", Interchanges: []mapping.Address{{Qualifier: "ZZ", ID: "OTHER"}}})
	require.Empty(t, p.Missing)
	path, err := p.Save(folder)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "partners", "100-0018888.yaml"), path)
	after, err = ReadFolder(folder)
	require.NoError(t, err)
	c, err := Load(after)
	require.NoError(t, err)
	_, known := c.Partner("100", "0018888")
	require.True(t, known)
}

// TestANoteNamesWhatARenamedProposalWouldBreak holds proposals against the profiles that are there, and against each other.
func TestANoteNamesWhatARenamedProposalWouldBreak(t *testing.T) {
	files := shipped(t)
	c, err := Load(files)
	require.NoError(t, err)
	filled := func(from, to string) []byte {
		text := strings.NewReplacer("ACME\n", "NEW\n", "0010045", "0019999", "123456789", "987654321").Replace(acme)
		require.Contains(t, text, from)
		return []byte(strings.Replace(text, from, to, 1))
	}
	for name, one := range map[string]struct {
		proposals Files
		notes     []string
	}{
		"complete":       {Files{"partners/z.yaml.proposed": filled("", "")}, []string{"partners/z.yaml.proposed: it is complete; rename it to partners/z.yaml"}},
		"another's id":   {Files{"partners/a.yaml.proposed": filled("NEW\n", "ACME\n")}, []string{`partners/a.yaml.proposed:1:5: partner id "ACME" is already described in partners/acme.yaml`}},
		"an unknown key": {Files{"partners/z.yaml.proposed": filled("group", "grup")}, []string{`partners/z.yaml.proposed:6:1: unknown field "grup"`}},
		"without a key":  {Files{"partners/z.yaml.proposed": filled("group: ACMEFAST\n", "")}, []string{"partners/z.yaml.proposed:1:1: group is empty; ask for " + asks["group"]}},
		"a name taken":   {Files{"partners/acme.yaml.proposed": filled("", "")}, []string{"partners/acme.yaml.proposed: partners/acme.yaml is there too; remove one of them"}},
		"two alike": {Files{"partners/y.yaml.proposed": filled("", ""), "partners/z.yaml.proposed": filled("", "")}, []string{
			"partners/y.yaml.proposed: it is complete; rename it to partners/y.yaml",
			`partners/z.yaml.proposed:4:11: supplier "0019999" of company "100" is already described in partners/y.yaml.proposed`}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, one.notes, c.ProposalNotes(files, one.proposals)) })
	}
	require.Empty(t, c.ProposalNotes(files, Files{}))
}
