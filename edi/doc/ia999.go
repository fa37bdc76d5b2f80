package doc

import "tradewind/edi"

// ImplementationAcknowledgment is set 999, of 005010 and later: a 997 that also speaks
// of the rules of an implementation guide, and says what made a rule hold.
type ImplementationAcknowledgment struct{ GroupAcknowledgment }

// Context is one CTX: what made the rule hold that a fault broke.
type Context struct {
	Name      string       // CTX01-01, such as "SITUATIONAL TRIGGER" or the name of a business unit
	Value     string       // CTX01-02
	Segment   string       // CTX02
	Position  int          // CTX03
	Loop      string       // CTX04
	Place     ElementPlace // CTX05
	Reference string       // CTX06-01: the element dictionary's number
	Component string       // CTX06-02: likewise, of the component
}

// UnmarshalImplementationAcknowledgment reads the segments between ST and SE of a 999.
// Errors name the element, such as "IK3[2]-02".
func UnmarshalImplementationAcknowledgment(segments []edi.SegmentData) (ImplementationAcknowledgment, error) {
	g, err := unmarshalAcknowledgment(segments, "IK")
	return ImplementationAcknowledgment{g}, err
}

// Marshal gives the segments between ST and SE.
func (a ImplementationAcknowledgment) Marshal() ([]edi.SegmentData, error) {
	return a.marshal("IK")
}

// add puts a context where it stands: behind the last element, or the segment itself.
func (n *SegmentNote) add(c Context) {
	if e := ackLast(n.Elements); e != nil {
		e.Contexts = append(e.Contexts, c)
		return
	}
	n.Contexts = append(n.Contexts, c)
}

// context reads a CTX; it says false for one whose CTX01 or CTX06 holds more than is
// modelled.
func (r *ackReader) context(s edi.SegmentData) (Context, bool) {
	name, reference := edi.Components(s.Element(1)), edi.Components(s.Element(6))
	if len(name) > 2 || len(reference) > 2 || len(edi.Repetitions(s.Element(1))) > 1 {
		return Context{}, false
	}
	return Context{Name: name[0], Value: ackSecond(name), Segment: s.Element(2), Position: r.number(s, 3, s.Element(3)), Loop: s.Element(4), Place: r.place(s, 5),
		Reference: reference[0], Component: ackSecond(reference)}, true
}

func ackSecond(parts []string) string {
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

func ackContexts(out []edi.SegmentData, contexts []Context) []edi.SegmentData {
	for _, c := range contexts {
		out = append(out, edi.NewSegment("CTX", edi.Composite(c.Name, c.Value), c.Segment, ackPositive(c.Position), c.Loop, c.Place.join(), edi.Composite(c.Reference, c.Component)))
	}
	return out
}
