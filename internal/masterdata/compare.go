package masterdata

import (
	"maps"
	"time"
)

// Side is what one system has of a record.
type Side struct {
	// Exists must be known: a record that an incomplete list leaves out is not a missing one.
	Exists bool
	Values Values
	// Changed is when somebody other than us changed the record last. It is zero where that
	// is unknown, as it is where the last change was a write of ours: the time of a system
	// is that of the whole record, and a write of one field must not decide another.
	Changed time.Time
	// Precision is how much later than Changed the change may have been, such as 24 hours
	// where the system keeps a date; zero is to the instant.
	Precision time.Duration
}

// after says whether the side was changed later than another, for sure; an unknown time is
// before every known one.
func (s Side) after(other Side) bool {
	return !other.Changed.IsZero() && !s.Changed.Before(other.Changed.Add(max(other.Precision, 1)))
}

func (s Side) values() Values {
	if !s.Exists {
		return nil
	}
	return s.Values
}

// Compare decides about the record of that key from what M3 has, what Cleo has, and what
// both agreed on: the Next of the decision that was carried out last, or nil where the
// record was never compared. The package comment has the table.
func Compare(entity Entity, key string, agreed Values, infor, cleo Side) Decision {
	c := comparison{infor: infor, cleo: cleo}
	c.Decision = Decision{Entity: entity.Name, Key: key, ToInfor: Values{}, ToCleo: Values{}, Next: maps.Clone(agreed)}
	for _, field := range entity.Fields {
		c.Fields = append(c.Fields, field.compare(agreed, infor.values(), cleo.values()))
	}
	known := agreed != nil
	switch {
	case infor.Exists && cleo.Exists:
		c.decide(c.standing)
		c.tell()
	case infor.Exists:
		c.deleted(Cleo, known)
		c.create(Cleo, entity.CreateCleo)
	case cleo.Exists && known:
		c.deleted(Infor, known)
		c.deactivate(entity)
		c.tell()
	case cleo.Exists:
		c.create(Infor, entity.CreateInfor)
	default:
		c.deleted(Both, known)
		c.Next = nil
	}
	return c.Decision
}

// compare puts the three values of a field side by side.
func (f Field) compare(agreed, infor, cleo Values) FieldDecision {
	out := FieldDecision{Field: f, Agreed: agreed[f.Name], Infor: infor[f.Name], Cleo: cleo[f.Name], Action: None}
	inforChanged, cleoChanged := !f.Same.equal(out.Agreed, out.Infor), !f.Same.equal(out.Agreed, out.Cleo)
	switch {
	case inforChanged && cleoChanged && f.Same.equal(out.Infor, out.Cleo):
		out.Change = ChangedAlike
	case inforChanged && cleoChanged:
		out.Change = ChangedBoth
	case inforChanged:
		out.Change = ChangedInfor
	case cleoChanged:
		out.Change = ChangedCleo
	default:
		out.Change = Unchanged
	}
	return out
}

// comparison is a decision in the making.
type comparison struct {
	Decision
	infor, cleo Side
}

// decide settles each field by the value that stands, and leaves those of which nobody
// knows it to a person.
func (c *comparison) decide(standing func(FieldDecision) System) {
	c.Next = Values{}
	for i := range c.Fields {
		f := &c.Fields[i]
		side := standing(*f)
		if f.Guarded && f.moved() {
			side = Neither
		}
		switch side {
		case Infor:
			c.settle(f, f.Infor)
		case Cleo:
			c.settle(f, f.Cleo)
		default:
			c.leave(f)
		}
	}
}

// moved says whether a guarded field changed; a first value that both sides have alike
// replaces nothing.
func (f FieldDecision) moved() bool {
	if f.Change == ChangedAlike {
		return f.Same.normal(f.Agreed) != ""
	}
	return f.Change != Unchanged
}

// standing is the side whose value of a field stands, by the field's owner.
func (c *comparison) standing(f FieldDecision) System {
	if f.Same.equal(f.Infor, f.Cleo) {
		return Infor // either would do
	}
	switch f.Owner {
	case OwnerInfor:
		return Infor
	case OwnerCleo:
		return Cleo
	case OwnerNewest:
		return c.newest(f)
	default:
		return Neither
	}
}

func (c *comparison) newest(f FieldDecision) System {
	switch {
	case f.Change == ChangedInfor, f.Change == ChangedBoth && c.infor.after(c.cleo):
		return Infor
	case f.Change == ChangedCleo, f.Change == ChangedBoth && c.cleo.after(c.infor):
		return Cleo
	default:
		return Neither
	}
}

// tell marks the fields whose written side had been edited.
func (c *comparison) tell() {
	for i := range c.Fields {
		f := &c.Fields[i]
		inforEdited, cleoEdited := !f.Same.equal(f.Agreed, f.Infor), !f.Same.equal(f.Agreed, f.Cleo)
		f.Overwritten = f.Action == WriteInfor && inforEdited || f.Action == WriteCleo && cleoEdited
	}
}

// deleted notes the side that had the record before.
func (c *comparison) deleted(side System, known bool) {
	if known {
		c.Deleted = side
	}
}

// create gives the record to the side that lacks it, where the rule allows.
func (c *comparison) create(missing System, rule Creation) {
	switch rule {
	case CreateAlways, CreateFromTemplate:
		c.Create = missing
		c.decide(func(FieldDecision) System { return missing.other() })
	case CreateNever:
	default:
		c.Parked = missing
	}
}

// deactivate makes the record inactive at Cleo, where nothing can be deleted.
func (c *comparison) deactivate(entity Entity) {
	at := entity.status()
	if at < 0 {
		return
	}
	f := &c.Fields[at]
	c.Next.set(f.Name, entity.Inactive)
	if f.Same.equal(f.Cleo, entity.Inactive) {
		return
	}
	c.Deactivate, f.Action = true, WriteCleo
	c.ToCleo[f.Name] = entity.Inactive
}
