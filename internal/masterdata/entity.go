package masterdata

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// System is one of the two sides of a record.
type System string

// The sides; where a decision is about neither of them it says so by Neither.
const (
	Neither System = ""
	Infor   System = "infor"
	Cleo    System = "cleo"
	Both    System = "both"
)

// other is the side across.
func (s System) other() System {
	switch s {
	case Infor:
		return Cleo
	case Cleo:
		return Infor
	default:
		return Neither
	}
}

// Owner says whose value of a field stands.
type Owner string

// The owners. What none of them is counts as OwnerManual.
const (
	OwnerInfor Owner = "infor"
	OwnerCleo  Owner = "cleo"
	// OwnerNewest lets the side that changed stand, and of two changes the later one.
	OwnerNewest Owner = "newest"
	// OwnerManual leaves every difference to a person.
	OwnerManual Owner = "manual"
)

// Same says in which form two values of a field are compared. What is written is always
// the value as it stands on the other side.
type Same string

// The forms. What none of them is counts as SameExact.
const (
	SameExact Same = "exact"
	// SameTrimmed leaves out blanks around the value.
	SameTrimmed Same = "trimmed"
	// SameCaseless leaves out blanks around the value, and whether letters are capitals.
	SameCaseless Same = "caseless"
	// SameDigits compares the digits 0 to 9 only, as of a telephone number.
	SameDigits Same = "digits"
)

// normal is the form in which a value is compared.
func (s Same) normal(value string) string {
	switch s {
	case SameTrimmed:
		return strings.TrimSpace(value)
	case SameCaseless:
		return strings.ToLower(strings.TrimSpace(value))
	case SameDigits:
		return strings.Map(digit, value)
	default:
		return value
	}
}

func digit(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

func (s Same) equal(a, b string) bool { return s.normal(a) == s.normal(b) }

// Creation says what becomes of a record that only the other side has.
type Creation string

// The ways of creation. What none of them is counts as CreatePark.
const (
	// CreateAlways creates it; at Cleo only.
	CreateAlways Creation = "create"
	// CreateFromTemplate creates it as a copy of a template; in M3 only. What the template
	// fills in is compared by the next run like an edit in M3.
	CreateFromTemplate Creation = "template"
	// CreatePark lets a person accept it first.
	CreatePark Creation = "park"
	// CreateNever leaves it where it is.
	CreateNever Creation = "never"
)

// Field is one attribute that both sides have.
type Field struct {
	Name  string `yaml:"name" json:"name"`
	Owner Owner  `yaml:"owner" json:"owner"`
	Same  Same   `yaml:"same" json:"same,omitempty"`
	// Guarded is a field that says where money goes, such as a bank account or a remit-to
	// address: every change of it waits for a person, whoever owns it.
	Guarded bool `yaml:"guarded" json:"guarded,omitempty"`
}

// Entity describes a kind of record.
type Entity struct {
	// Name is what sentences call one of its records, such as "supplier".
	Name   string  `yaml:"name"`
	Fields []Field `yaml:"fields"`
	// CreateInfor and CreateCleo say what becomes of a record that M3, or Cleo, lacks.
	CreateInfor Creation `yaml:"createInfor"`
	CreateCleo  Creation `yaml:"createCleo"`
	// StatusField is set to Inactive at Cleo where the record was deleted in M3.
	StatusField string `yaml:"statusField"`
	Inactive    string `yaml:"inactive"`
}

// The closed sets, as errors list them.
var (
	owners     = []Owner{OwnerInfor, OwnerCleo, OwnerNewest, OwnerManual}
	forms      = []Same{SameExact, SameTrimmed, SameCaseless, SameDigits}
	inforRules = []Creation{CreateFromTemplate, CreatePark, CreateNever}
	cleoRules  = []Creation{CreateAlways, CreatePark, CreateNever}
)

// Check says in one sentence what of the description cannot be followed; a form left out
// is SameExact.
func (e Entity) Check() error {
	if e.Name == "" || len(e.Fields) == 0 {
		return fmt.Errorf("entity %q: give it a name and at least one field", e.Name)
	}
	names := map[string]bool{}
	for _, f := range e.Fields {
		if f.Name == "" || names[f.Name] {
			return fmt.Errorf("entity %s: field name %q is empty or stands twice; give each field a name of its own", e.Name, f.Name)
		}
		names[f.Name] = true
		if err := known(e.Name, "owner of field "+f.Name, f.Owner, owners); err != nil {
			return err
		}
		if f.Same == "" {
			continue
		}
		if err := known(e.Name, "same of field "+f.Name, f.Same, forms); err != nil {
			return err
		}
	}
	if err := known(e.Name, "createInfor", e.CreateInfor, inforRules); err != nil {
		return err
	}
	if err := known(e.Name, "createCleo", e.CreateCleo, cleoRules); err != nil {
		return err
	}
	return e.checkStatus()
}

// checkStatus wants a field by which a deletion in M3 can be told at Cleo.
func (e Entity) checkStatus() error {
	at := e.status()
	switch {
	case at < 0:
		return fmt.Errorf("entity %s: statusField %q is none of its fields; name the field that says whether a record is active", e.Name, e.StatusField)
	case e.Fields[at].Guarded:
		return fmt.Errorf("entity %s: statusField %s is guarded and could never be written; guard another field", e.Name, e.StatusField)
	case e.Fields[at].Same.normal(e.Inactive) == "":
		return fmt.Errorf("entity %s: inactive %q is empty; give the value of %s that a deleted record gets", e.Name, e.Inactive, e.StatusField)
	}
	return nil
}

// Checksum is that of the whole description: what was compared by one is to be compared again by another.
func (e Entity) Checksum() string {
	content, err := json.Marshal(e)
	if err != nil {
		panic(err) // texts always marshal
	}
	return checksum(content)
}

// Equal says whether two values of a field are equal by its own form.
func (f Field) Equal(a, b string) bool { return f.Same.equal(a, b) }

// status is the place of the status field, or -1.
func (e Entity) status() int {
	return slices.IndexFunc(e.Fields, func(f Field) bool { return f.Name == e.StatusField })
}

func known[T ~string](entity, what string, value T, set []T) error {
	if slices.Contains(set, value) {
		return nil
	}
	names := make([]string, len(set))
	for i, v := range set {
		names[i] = string(v)
	}
	return fmt.Errorf("entity %s: %s is %q; it must be one of %s", entity, what, value, strings.Join(names, ", "))
}
