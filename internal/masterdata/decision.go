package masterdata

import (
	"fmt"
	"slices"
	"strings"
)

// Change says which sides hold another value than both agreed on.
type Change string

// The changes of a field.
const (
	Unchanged    Change = "unchanged"
	ChangedInfor Change = "infor"
	ChangedCleo  Change = "cleo"
	// ChangedBoth is two changes to different values, ChangedAlike two to the same one.
	ChangedBoth  Change = "both"
	ChangedAlike Change = "alike"
)

// Action is what becomes of a field.
type Action string

// The actions.
const (
	None       Action = "none"
	WriteInfor Action = "infor"
	WriteCleo  Action = "cleo"
	// WriteBoth is a third value, which only a person can choose.
	WriteBoth Action = "both"
	// Conflict waits for a person.
	Conflict Action = "conflict"
)

// FieldDecision is a field with its three values side by side, and what becomes of it. A
// side that lacks the record has empty values.
type FieldDecision struct {
	Field
	Agreed string `json:"agreed"`
	Infor  string `json:"infor"`
	Cleo   string `json:"cleo"`
	Change Change `json:"change"`
	Action Action `json:"action"`
	// Overwritten is a value on the side that is written which somebody entered there since
	// both sides agreed.
	Overwritten bool `json:"overwritten,omitempty"`
}

// String gives the three values in a sentence.
func (f FieldDecision) String() string {
	return fmt.Sprintf("%s (agreed %q, M3 %q, Cleo %q)", f.Name, f.Agreed, f.Infor, f.Cleo)
}

// Decision is what is to be done about one record.
type Decision struct {
	// Entity and Key name the record, such as supplier and 10042.
	Entity string `json:"entity"`
	Key    string `json:"key"`
	// Fields are those of the entity, in its order.
	Fields []FieldDecision `json:"fields"`
	// ToInfor and ToCleo are what is to be written: only what differs on that side, and an
	// empty value where a field is to be cleared.
	ToInfor Values `json:"toInfor,omitempty"`
	ToCleo  Values `json:"toCleo,omitempty"`
	// Create is the side that lacks the record and gets it.
	Create System `json:"create,omitempty"`
	// Parked is the side that lacks the record and gets it when a person accepts; comparing
	// by an entity that creates there makes the decision that was accepted.
	Parked System `json:"parked,omitempty"`
	// Deleted is the side, or both, that had the record when it was compared last.
	Deleted System `json:"deleted,omitempty"`
	// Deactivate says that ToCleo makes the record inactive because M3 has none any more.
	Deactivate bool `json:"deactivate,omitempty"`
	// Next is what both sides agree on when the writes have succeeded: nil where there is
	// nothing to compare with, and for a conflict the value that was agreed before.
	Next Values `json:"next"`
}

// Empty says that nothing is to be written; conflicts may stand.
func (d Decision) Empty() bool {
	return len(d.ToInfor)+len(d.ToCleo) == 0 && d.Create == Neither
}

// Conflicts are the fields that wait for a person.
func (d Decision) Conflicts() []FieldDecision {
	return d.which(func(f FieldDecision) bool { return f.Action == Conflict })
}

// Differing are the fields that are to be written or wait for a person, and those in which Cleo has something else than was
// agreed; none where a side is to get the record as a whole.
func (d Decision) Differing() []FieldDecision {
	if d.Create != Neither || d.Parked != Neither {
		return nil
	}
	return d.which(func(f FieldDecision) bool { return f.Action != None || !f.Same.equal(f.Agreed, f.Cleo) })
}

// Overwritten are the fields in which the decision replaces what somebody entered.
func (d Decision) Overwritten() []FieldDecision {
	return d.which(func(f FieldDecision) bool { return f.Overwritten })
}

// Question is a checksum of the conflicts with their values, empty without any: what a
// person decides holds only while the question is the one that was asked.
func (d Decision) Question() string {
	conflicts := d.Conflicts()
	if len(conflicts) == 0 {
		return ""
	}
	question := []string{d.Entity, d.Key}
	for _, f := range conflicts {
		question = append(question, f.String())
	}
	return checksum([]byte(strings.Join(question, "\n")))
}

func (d Decision) which(is func(FieldDecision) bool) []FieldDecision {
	return slices.DeleteFunc(slices.Clone(d.Fields), func(f FieldDecision) bool { return !is(f) })
}

// settle lets a value stand on both sides.
func (d *Decision) settle(f *FieldDecision, value string) {
	if f.Same.normal(value) == "" {
		value = ""
	}
	toInfor, toCleo := !f.Same.equal(f.Infor, value), !f.Same.equal(f.Cleo, value)
	if toInfor {
		d.ToInfor[f.Name] = value
	}
	if toCleo {
		d.ToCleo[f.Name] = value
	}
	f.Action = writing(toInfor, toCleo)
	d.Next.set(f.Name, value)
}

func writing(toInfor, toCleo bool) Action {
	switch {
	case toInfor && toCleo:
		return WriteBoth
	case toInfor:
		return WriteInfor
	case toCleo:
		return WriteCleo
	default:
		return None
	}
}

// leave lets a field wait for a person.
func (d *Decision) leave(f *FieldDecision) {
	f.Action = Conflict
	d.Next.set(f.Name, f.Agreed)
}
