package masterdata

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// Part is the record of M3 that holds an attribute.
type Part int

// The parts; customers and accounts have basic data only.
const (
	InBasicData Part = iota
	// InAddress and InReference are those that an AddressChoice chooses.
	InAddress
	InReference
)

// partSettings are the settings without which a part is left alone.
var partSettings = map[Part]string{InAddress: "address.type", InReference: "reference.type"}

// Setting is the setting of masterdata.yaml without which a part is left alone; it is empty for basic data.
func (p Part) Setting() string { return partSettings[p] }

// Taken says when M3 takes an attribute.
type Taken int

// When M3 takes an attribute: always, with a new record only, or through no transaction of the program.
const (
	TakenAlways Taken = iota
	TakenWhenNew
	TakenNever
)

// Attribute is a field of an entity as M3 has it.
type Attribute struct {
	// Name is the field's name on both sides, and Field that of the MI program.
	Name, Field string
	Part        Part
	// Length is how many characters M3 takes.
	Length int
	Taken  Taken
	// Needed is an attribute that no record of M3 is without.
	Needed bool
	// Guarded is an attribute that says where money goes, whatever the configuration says.
	Guarded bool

	// words are what both sides say for M3's codes; a code without a word stands for itself.
	words map[string]string
	// closed is an attribute that has no other codes than those with words.
	closed bool
	// day is an attribute that is a day, YYYYMMDD.
	day bool
}

// StatusField is the field of every entity that says whether a record is active, and Inactive what it says of one
// that is deleted or blocked in M3. Suppliers and customers that are not released yet are Preliminary.
const (
	StatusField = trade.MasterStatus
	Active      = trade.MasterActive
	Inactive    = trade.MasterBlocked
	Preliminary = trade.MasterPreliminary
)

// statusWords are the statuses of suppliers and customers. That M3 numbers them so is inferred.
var statusWords = map[string]string{"10": Preliminary, "20": Active, "90": Inactive}

// attributes are those of each entity.
var attributes = map[string][]Attribute{
	trade.EntitySupplier: supplierAttributes, trade.EntityCustomer: customerAttributes, trade.EntityAccount: accountAttributes,
}

// Attributes are the fields that an entity (trade.EntitySupplier, …) may have, in the order in which people read them.
func Attributes(entity string) []Attribute { return slices.Clone(attributes[entity]) }

// value is what both sides say for what M3 has.
func (a Attribute) value(code string) string {
	code = strings.TrimSpace(code)
	if word, known := a.words[code]; known {
		return word
	}
	return code
}

// code is what M3 has for a value, or the fault for which M3 could not keep it.
func (a Attribute) code(value string) (string, error) {
	value = strings.TrimSpace(value)
	for code, word := range a.words {
		if word == value {
			return code, nil
		}
	}
	length := utf8.RuneCountInString(value)
	switch {
	case value == "":
		return "", nil
	case value == ionapi.Clear:
		return "", fmt.Errorf("%s is %q, which would empty it in M3; correct the value", a.Name, value)
	case a.words != nil && (a.closed || length > a.Length):
		return "", fmt.Errorf("%s is %q; it must be one of %s", a.Name, value, strings.Join(slices.Sorted(maps.Values(a.words)), ", "))
	case length > a.Length:
		return "", fmt.Errorf("%s %q has %d characters, and M3 takes %d; shorten the value", a.Name, value, length, a.Length)
	}
	if _, err := time.Parse("20060102", value); a.day && err != nil {
		return "", fmt.Errorf("%s %q is no day of the form YYYYMMDD; correct the value", a.Name, value)
	}
	return value, nil
}

// records are the parts of an entity as M3 has or gets them, as pointers to the records of ionapi.
type records map[Part]any

// text is where the records hold an attribute, or nil where they do not.
func (r records) text(a Attribute) *string {
	if record, there := r[a.Part]; there {
		return textAt(record, a.Field)
	}
	return nil
}

// held is what the records have for an attribute.
func (r records) held(a Attribute) string {
	if text := r.text(a); text != nil {
		return strings.TrimSpace(*text)
	}
	return ""
}

// values are what records say about an entity.
func (r records) values(entity string) Values {
	out := Values{}
	for _, a := range attributes[entity] {
		out.set(a.Name, a.value(r.held(a)))
	}
	return out
}

// change lays values over what M3 has: it fills those parts of a change that differ, and names them.
func (r records) change(entity string, to Values, into records) (map[Part]bool, error) {
	changed := map[Part]bool{}
	for _, name := range slices.Sorted(maps.Keys(to)) {
		a, err := attribute(entity, name)
		if err != nil {
			return nil, err
		}
		code, err := a.code(to[name])
		if err != nil {
			return nil, err
		}
		if r.text(a) != nil && code == r.held(a) {
			continue
		}
		place := into.text(a)
		switch {
		case a.Taken != TakenAlways:
			return nil, fmt.Errorf("%s (%s) is to become %q, and M3 takes no change of it through this program; change it in M3, or let Infor own it", name, a.Field, to[name])
		case place == nil:
			return nil, fmt.Errorf("%s is to become %q, and nothing says where M3 keeps it; set %s in masterdata.yaml", name, to[name], a.Part.Setting())
		case code == "" && a.Needed:
			return nil, fmt.Errorf("%s (%s) is to be emptied, and no record of M3 is without it; give it a value", name, a.Field)
		case code == "":
			code = ionapi.Clear
		}
		*place, changed[a.Part] = code, true
	}
	return changed, nil
}

func attribute(entity, name string) (Attribute, error) {
	all := attributes[entity]
	at := slices.IndexFunc(all, func(a Attribute) bool { return a.Name == name })
	if at < 0 {
		return Attribute{}, fmt.Errorf("field %q is none of a %s", name, entity)
	}
	return all[at], nil
}
