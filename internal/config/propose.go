package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml"

	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
)

// SupplierSnapshot is a supplier as M3 had it, for which a profile is proposed.
type SupplierSnapshot struct {
	Company, Number string
	// Values are its fields by the names of masterdata.yaml; without any, M3 does not have the supplier any more.
	Values masterdata.Values
	// Seen is when M3 was seen to have it last.
	Seen time.Time
}

// String names the supplier with the day on which M3 was seen to have it.
func (s SupplierSnapshot) String() string {
	return fmt.Sprintf("supplier %s of company %s, as M3 had it on %s", oneLine(s.Number), oneLine(s.Company), s.Seen.UTC().Format(time.DateOnly))
}

// TradingPartner is what Cleo has of a supplier.
type TradingPartner struct {
	// Alias is its name at Cleo, and Interchanges are its identities; neither is there without a partner.
	Alias        string
	Interchanges []mapping.Address
	// Unknown says in one sentence why Cleo told nothing, where that is so.
	Unknown string
}

// Proposal is a partner's profile as far as M3 and Cleo know it. What the partner alone knows is left open: nothing in it is a guess.
type Proposal struct {
	// File is where it is saved in the configuration folder: partners/100-0010045.yaml, with .proposed behind it where a setting is missing.
	File string `json:"file"`
	// Profile has the settings that are known.
	Profile ProposedProfile `json:"profile"`
	// Missing are the settings that config check demands, in the order of the file.
	Missing []Question `json:"missing"`

	supplier SupplierSnapshot
	cleo     TradingPartner
}

// ProposedProfile holds the settings of a proposal; one that is empty is unknown, or that of the base profile.
type ProposedProfile struct {
	ID          string             `json:"id"`
	Name        string             `json:"name,omitempty"`
	Company     string             `json:"company"`
	Supplier    string             `json:"supplier"`
	Interchange ProposedAddress    `json:"interchange,omitzero"`
	Group       string             `json:"group,omitempty"`
	Order       ProposedOrderSet   `json:"order,omitzero"`
	Invoice     ProposedInvoiceSet `json:"invoice,omitzero"`
}

// ProposedAddress is the partner's interchange id with its qualifier.
type ProposedAddress struct {
	Qualifier string `json:"qualifier,omitempty"`
	ID        string `json:"id,omitempty"`
}

// ProposedOrderSet is what a supplier says of its orders.
type ProposedOrderSet struct {
	HomeCurrency string `json:"homeCurrency,omitempty"`
}

// ProposedInvoiceSet is what a supplier says of its invoices.
type ProposedInvoiceSet struct {
	Payee string `json:"payee,omitempty"`
}

// Question is a setting that is missing, with what to ask for.
type Question struct {
	Setting string `json:"setting"`
	Ask     string `json:"ask"`
}

// CompanyNumbers are those of company.yaml, each once.
func (f Files) CompanyNumbers() ([]string, error) {
	c := &Config{}
	err := c.loadCompanies(f)
	return c.conos(), err
}

// Propose begins a profile for a supplier; id stands over the one that its search key gives. It fails where M3 has the supplier
// no more or blocked, where a profile describes it already, or a proposal among the files, and where the id is another partner's or none.
func (f Files) Propose(s SupplierSnapshot, id string) (Proposal, error) {
	base, err := f.baseProfile()
	if err != nil {
		return Proposal{}, err
	}
	described, err := f.describedPartners()
	if err != nil {
		return Proposal{}, err
	}
	if err := s.refusal(described); err != nil {
		return Proposal{}, err
	}
	if id == "" {
		id = s.freeID(described)
	} else if err := idFault(id, described); err != nil {
		return Proposal{}, err
	}
	p := Proposal{supplier: s, Profile: ProposedProfile{ID: id, Name: oneLine(s.Values["name"]), Company: s.Company, Supplier: s.Number}}
	if currency := s.Values["currency"]; currency != string(base.Order.HomeCurrency) {
		p.Profile.Order.HomeCurrency = currency
	}
	if payee := s.Values["payee"]; payee != s.Number {
		p.Profile.Invoice.Payee = payee
	}
	return p.AtCleo(TradingPartner{Unknown: "Cleo was not asked"}), nil
}

// AtCleo gives the proposal with what Cleo has of the supplier: its interchange id, where there is one and no more.
func (p Proposal) AtCleo(t TradingPartner) Proposal {
	p.cleo, p.Profile.Interchange, p.Missing = t, ProposedAddress{}, []Question{}
	if len(t.Interchanges) == 1 {
		known := t.Interchanges[0]
		p.Profile.Interchange = ProposedAddress{envelopeText(known.Qualifier), envelopeText(known.ID)}
	}
	for _, each := range []struct {
		value *string
		fault fault
	}{
		{&p.Profile.Name, needed("name", p.Profile.Name, 1, 60)},
		{&p.Profile.Interchange.Qualifier, needed("interchange.qualifier", p.Profile.Interchange.Qualifier, 2, 2)},
		{&p.Profile.Interchange.ID, needed("interchange.id", p.Profile.Interchange.ID, 1, 15)},
		{&p.Profile.Group, needed("group", p.Profile.Group, 2, 15)},
	} {
		if each.fault.message != "" {
			*each.value = ""
			p.Missing = append(p.Missing, Question{each.fault.path, asks[each.fault.path]})
		}
	}
	if p.File = p.CompleteFile(); len(p.Missing) > 0 {
		p.File += proposedEnding
	}
	return p
}

// asks are what to ask for where a setting is missing.
var asks = map[string]string{
	"name":                  "a name of up to 60 bytes for lists, because M3's is empty or longer",
	"interchange.qualifier": "ISA05 of the partner's files, the qualifier of its interchange id, such as 01, 12, 14 or ZZ",
	"interchange.id":        "ISA06 of the partner's files, its interchange id of up to 15 characters",
	"group":                 "GS02 of the partner's files, its application's id of 2 to 15 characters",
}

// CompleteFile is the proposal's place in the configuration folder once nothing is missing, such as partners/100-0010045.yaml.
func (p Proposal) CompleteFile() string {
	return "partners/" + fileSafe(p.supplier.Company+"-"+p.supplier.Number) + ".yaml"
}

// baseProfile is what a partner's own file is laid over.
func (f Files) baseProfile() (p mapping.Profile, err error) {
	content, err := f.required(basePartner)
	if err != nil {
		return p, err
	}
	return p, decode(basePartner, content, &p)
}

// describedPartner is what a file in the folder of partners claims.
type describedPartner struct {
	File     string       `yaml:"-"`
	ID       mapping.Code `yaml:"id"`
	Company  mapping.Code `yaml:"company"`
	Supplier mapping.Code `yaml:"supplier"`
}

// describedPartners are those that have a file. Proposals that are not completed yet count too, so the rest of a file is not judged.
func (f Files) describedPartners() ([]describedPartner, error) {
	var out []describedPartner
	for _, name := range slices.Concat(f.partnerFiles(), f.proposalFiles()) {
		one := describedPartner{File: name}
		if err := yaml.Unmarshal(f[name], &one); err != nil {
			return nil, positioned(name, err)
		}
		out = append(out, one)
	}
	return out, nil
}

// refusal says why there is no profile to propose.
func (s SupplierSnapshot) refusal(described []describedPartner) error {
	for _, d := range described {
		if string(d.Company) != s.Company || string(d.Supplier) != s.Number {
			continue
		}
		if complete, proposed := strings.CutSuffix(d.File, proposedEnding); proposed {
			return fmt.Errorf("supplier %q of company %q is already proposed in %s; complete that file and rename it to %s", s.Number, s.Company, d.File, complete)
		}
		return fmt.Errorf("supplier %q of company %q is already described in %s; change that file", s.Number, s.Company, d.File)
	}
	switch {
	case len(s.Values) == 0:
		return fmt.Errorf("supplier %q of company %q is not in M3 any more, which had it last on %s; restore it in CRS620 before it gets a profile",
			s.Number, s.Company, s.Seen.UTC().Format(time.DateOnly))
	case s.Values[masterdata.StatusField] == masterdata.Inactive:
		return fmt.Errorf("%s, is blocked; make it active in CRS620 before it gets a profile", s)
	}
	return nil
}

// envelopeText is a value without its padding, as an ISA can hold it; of any other nothing is left.
func envelopeText(code mapping.Code) string {
	text := strings.TrimSpace(string(code))
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return text
}

// The lengths of ids: what a profile takes, and what is made of a name.
const (
	longestID    = 35
	proposedName = 10
)

// freeID is the search key as an id that no other partner has; without one it is made of the name, or else of the number.
func (s SupplierSnapshot) freeID(described []describedPartner) string {
	name := idLetters(s.Values["name"])
	wanted := cmp.Or(idLetters(s.Values["searchKey"]), name[:min(len(name), proposedName)], fileSafe(s.Company+"-"+s.Number))
	wanted = wanted[:min(len(wanted), longestID-4)]
	id := wanted
	for n := 2; holder(id, described) != ""; n++ {
		id = wanted + strconv.Itoa(n)
	}
	return id
}

// idLetters are the letters and digits of a text that an id is made of.
func idLetters(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(text))
}

// idFault refuses an id that a person gives.
func idFault(id string, described []describedPartner) error {
	if f := needed("id", id, 1, longestID); f.message != "" {
		return errors.New(f.message)
	}
	if fileSafe(id) != id {
		return fmt.Errorf("partner id %q has other signs than letters, digits, - and _; give another one with --id", id)
	}
	if file := holder(id, described); file != "" {
		return fmt.Errorf("partner id %q is already described in %s; give another one with --id", id, file)
	}
	return nil
}

// holder is the file of the partner that has an id, whatever its case.
func holder(id string, described []describedPartner) string {
	for _, d := range described {
		if strings.EqualFold(string(d.ID), id) {
			return d.File
		}
	}
	return ""
}

// fileSafe is a text as a name of a file.
func fileSafe(text string) string {
	return strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) || strings.ContainsRune("-_", r) {
			return r
		}
		return '_'
	}, text)
}
