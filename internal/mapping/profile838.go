package mapping

import (
	"fmt"
	"slices"
	"strings"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// SupplierProposal is what a partner's 838 says of one supplier.
type SupplierProposal struct {
	// Supplier is our number of it.
	Supplier string `json:"supplier"`
	// Values are what the partner gives, by the fields of a supplier in masterdata.yaml; of others it says nothing. An empty
	// one is a part that the address has no longer.
	Values map[string]string `json:"values"`
	// RemitTo says where money is to go by something else than a number of ours. No field takes it: people settle it by hand.
	RemitTo []RemitTo `json:"remitTo,omitempty"`
	// Place is the party within the set, such as "N1[2]".
	Place string `json:"place"`
}

// ReadProfile838 turns an 838 of a partner into what it says of suppliers, in the order of the set. A reason comes back
// where it cannot be told what is meant; its place is within the set.
func ReadProfile838(in doc.TradingPartnerProfile, profile Profile) ([]SupplierProposal, trade.Reason) {
	r := profileReading{set: profile.Profile838, own: string(profile.Supplier), parties: profileParties(in)}
	for _, step := range []func() trade.Reason{func() trade.Reason { return r.purpose(in) }, r.suppliers, r.remittances} {
		if reason := step(); !reason.IsZero() {
			return nil, reason
		}
	}
	return r.out, trade.Reason{}
}

// profileReading is an 838 that is being read.
type profileReading struct {
	set     ProfileSet
	own     string
	parties []profileParty
	out     []SupplierProposal
}

// profileParty is a party with its place within the set, and the number of its LX loop.
type profileParty struct {
	doc.ProfileParty
	place    string
	location int
}

// profileParties counts as corrections do: each N1 of the set, those that nothing is read from too.
func profileParties(in doc.TradingPartnerProfile) (out []profileParty) {
	n := 0
	for i, l := range in.Locations {
		for _, p := range l.Parties {
			n++
			out = append(out, profileParty{readable(p), fmt.Sprintf("N1[%d]", n), i})
			n += unmodelledParties(p.Unmodelled)
		}
		n += unmodelledParties(l.Unmodelled)
	}
	return out
}

func unmodelledParties(all []doc.Unmodelled) (n int) {
	for _, u := range all {
		if u.Segment == "N1" {
			n++
		}
	}
	return n
}

const (
	settleProfile = "settle it with the partner, then resolve this record"
	askForProfile = "correct it with `records replay --set`, or ask the partner for another profile and resolve this record"
)

// takenPurposes are BTP01 (X12 element 353) of what is entered: original, addition, change, replacement.
var takenPurposes = []string{"00", "02", "04", "05"}

// purpose refuses what is no news of a supplier: nothing is deleted at a partner's word.
func (r *profileReading) purpose(in doc.TradingPartnerProfile) trade.Reason {
	if !slices.Contains(takenPurposes, in.Purpose) {
		return trade.Data(trade.ReasonPurposeUnsupported, "BTP-01", settleProfile,
			"the purpose %q of the profile is none of %s, and nothing is deleted or taken back by one", in.Purpose, strings.Join(takenPurposes, ", "))
	}
	for i, l := range in.Locations {
		if l.Placement != nil && coded(r.set.Deletions, l.Placement.Action) {
			return trade.Data(trade.ReasonPurposeUnsupported, fmt.Sprintf("PLA of LX[%d]", i+1), settleProfile,
				"the action %q of the profile deletes, and nothing is deleted by one", l.Placement.Action)
		}
	}
	return trade.Reason{}
}

// coded says whether a code is one of those that the profile names.
func coded(codes []Code, code string) bool { return slices.Contains(codes, Code(code)) }

// suppliers reads the parties that are suppliers, each number once.
func (r *profileReading) suppliers() trade.Reason {
	var all []profileParty
	for _, p := range r.parties {
		if coded(r.set.Suppliers, p.Code) {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return trade.Data(trade.ReasonSupplierUnclear, "N1", askForProfile, "no party of the profile is a supplier")
	}
	for _, p := range all {
		number, reason := r.number(p, len(all) == 1)
		if reason.IsZero() {
			reason = r.add(number, p)
		}
		if !reason.IsZero() {
			return reason
		}
	}
	return trade.Reason{}
}

// longestSupplier is how long a supplier's number is in M3 (SUNO).
const longestSupplier = 10

// number finds our number of a supplier. The only one without a number is the partner itself.
func (r *profileReading) number(p profileParty, only bool) (string, trade.Reason) {
	number := r.ours(p)
	switch {
	case number == "" && only, number != "" && SameCode(number, r.own):
		return r.own, trade.Reason{}
	case number == "":
		return "", trade.Data(trade.ReasonSupplierUnclear, p.place+"-04", askForProfile, "the profile has several suppliers, and of %q it does not say our number", p.Name)
	case len(number) > longestSupplier:
		return "", trade.Data(trade.ReasonSupplierUnclear, p.place+"-04", askForProfile, "%q is longer than a number of a supplier, which has %d characters", number, longestSupplier)
	}
	return number, trade.Reason{}
}

// ours is our number of a party; it is empty where the partner does not say it.
func (r *profileReading) ours(p profileParty) string {
	if !coded(r.set.Numbers, p.Qualifier) {
		return ""
	}
	return strings.TrimSpace(p.ID)
}

// add takes what a party says of a supplier; two that contradict each other are not for us to choose from, nor are two
// spellings of a number that is new.
func (r *profileReading) add(number string, p profileParty) trade.Reason {
	at := slices.IndexFunc(r.out, func(s SupplierProposal) bool { return SameCode(s.Supplier, number) })
	if at < 0 {
		r.out = append(r.out, SupplierProposal{Supplier: number, Values: map[string]string{}, Place: p.place})
		at = len(r.out) - 1
	}
	to := &r.out[at]
	if to.Supplier != number {
		return trade.Data(trade.ReasonSupplierUnclear, p.place+"-04", askForProfile, "the profile writes the number of one supplier in two ways: %q and %q", to.Supplier, number)
	}
	for _, v := range r.values(p) {
		before, said := to.Values[v.field]
		switch {
		case said && v.value == "": // what another party says is there
		case before != "" && before != v.value:
			return contradiction(v.place, number, v.field, before, v.value)
		default:
			to.Values[v.field] = v.value
		}
	}
	if account := r.accounts(p); len(account) > 0 {
		to.RemitTo = append(to.RemitTo, r.remitTo(p, account))
	}
	return trade.Reason{}
}

func contradiction(place, number, field, before, after string) trade.Reason {
	return trade.Data(trade.ReasonSupplierUnclear, place, askForProfile, "the profile says two things of the %s of supplier %s: %q and %q", field, number, before, after)
}

// said is a value that a party gives for a field.
type said struct{ field, value, place string }

// values are what a party says of a supplier. Of several numbers of a kind the first is taken.
func (r *profileReading) values(p profileParty) (out []said) {
	give := func(field, value, place string) {
		value = strings.TrimSpace(value)
		if field != "" && value != "" && !slices.ContainsFunc(out, func(s said) bool { return s.field == field }) {
			out = append(out, said{field, value, place})
		}
	}
	street, street2 := streets(p.Street)
	give("name", p.Name, p.place+"-02")
	give("street", street, p.place)
	give("street2", street2, p.place)
	give("town", p.Town, p.place)
	give("state", p.State, p.place)
	give("postalCode", p.Postal, p.place)
	give("country", p.Country, p.place)
	for _, c := range p.Contacts {
		for _, n := range c.Numbers {
			give(r.set.Contacts[n.Qualifier], n.Number, p.place)
		}
	}
	for _, ref := range p.References {
		give(r.set.References[ref.Qualifier], ref.Value, p.place)
	}
	for _, t := range p.Taxes {
		give(r.set.TaxNumber, t.Number, p.place)
	}
	for _, c := range p.Currencies {
		give("currency", c.Code, p.place)
	}
	for _, field := range emptied(p) {
		if !slices.ContainsFunc(out, func(s said) bool { return s.field == field }) {
			out = append(out, said{field, "", p.place})
		}
	}
	return out
}

// streets are the two lines of a supplier's street; the second takes all further ones, so that none is lost.
func streets(lines []string) (street, street2 string) {
	lines = slices.DeleteFunc(withEach(lines, strings.TrimSpace), func(line string) bool { return line == "" })
	if len(lines) == 0 {
		return "", ""
	}
	return lines[0], strings.Join(lines[1:], ", ")
}

// emptied are the parts that an address may lack. One that is said without them must not keep those of the address before.
func emptied(p profileParty) (fields []string) {
	if street, _ := streets(p.Street); street != "" {
		fields = append(fields, "street2")
	}
	if strings.TrimSpace(p.Town+p.Country) != "" {
		fields = append(fields, "state", "postalCode")
	}
	return fields
}
