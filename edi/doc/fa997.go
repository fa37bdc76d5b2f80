package doc

import (
	"fmt"
	"strconv"
	"strings"

	"tradewind/edi"
)

// GroupAcknowledgment is what the sets 997 and 999 say in the same way: of one
// functional group, of its sets, and of what is wrong in them.
type GroupAcknowledgment struct {
	Functional string // AK101: GS01 of the group
	Control    string // AK102: GS06
	Version    string // AK103: GS08; from 005010 on
	Sets       []AcknowledgedSet
	Verdict    string   // AK901: A, E, P, R; M, W, X of secured groups
	Included   int      // AK902: sets by GE01
	Received   int      // AK903: sets that were counted
	Accepted   int      // AK904
	Codes      []string // AK905 to AK909
	// Unmodelled are segments that have no place here, or elements that have none.
	Unmodelled []edi.SegmentData
}

// AcknowledgedSet is one AK2 loop: what is said of one set.
type AcknowledgedSet struct {
	Set        string // AK201: ST01
	Control    string // AK202: ST02
	Convention string // AK203: ST03; from 005010 on
	Segments   []SegmentNote
	Verdict    string   // AK501, IK501: A, E, R; M, W, X of secured sets
	Codes      []string // AK502 to AK506, IK502 to IK506
}

// SegmentNote is one AK3 or IK3 with what follows: a segment with a fault.
type SegmentNote struct {
	Segment  string // AK301, IK301
	Position int    // AK302, IK302: counted from ST = 1
	Loop     string // AK303, IK303
	Code     string // AK304, IK304
	Contexts []Context
	Elements []ElementNote
}

// ElementNote is one AK4 or IK4: an element with a fault.
type ElementNote struct {
	Place    ElementPlace // AK401, IK401
	Number   string       // AK402, IK402: of the element dictionary
	Code     string       // AK403, IK403
	Copy     string       // AK404, IK404: the bad value
	Contexts []Context
}

// ElementPlace is the composite C030: a place in a segment, counted from 1; 0 where
// there is nothing to count.
type ElementPlace struct {
	Element    int // C030-01
	Component  int // C030-02
	Repetition int // C030-03; from 005010 on
}

// FunctionalAcknowledgment is set 997.
type FunctionalAcknowledgment struct{ GroupAcknowledgment }

// maxAckCodes is how many codes AK5, IK5 and AK9 hold.
const maxAckCodes = 5

// UnmarshalFunctionalAcknowledgment reads the segments between ST and SE of a 997.
// Errors name the element, such as "AK9[1]-02".
func UnmarshalFunctionalAcknowledgment(segments []edi.SegmentData) (FunctionalAcknowledgment, error) {
	g, err := unmarshalAcknowledgment(segments, "AK")
	return FunctionalAcknowledgment{g}, err
}

// Marshal gives the segments between ST and SE.
func (a FunctionalAcknowledgment) Marshal() ([]edi.SegmentData, error) {
	return a.marshal("AK")
}

// ackReader follows the loops of a 997 or 999; notes is AK or IK, which the names of
// the segments about faults begin with.
type ackReader struct {
	ack   GroupAcknowledgment
	notes string
	seen  map[string]int
	err   error
}

func unmarshalAcknowledgment(segments []edi.SegmentData, notes string) (GroupAcknowledgment, error) {
	r := &ackReader{notes: notes, seen: map[string]int{}}
	for _, s := range segments {
		r.seen[s.ID]++
		r.read(s)
	}
	for _, id := range []string{"AK1", "AK9"} {
		if n := r.seen[id]; n != 1 && r.err == nil {
			r.err = fmt.Errorf("%s: an acknowledgment has exactly one, this has %d", id, n)
		}
	}
	if r.err != nil {
		return GroupAcknowledgment{}, r.err
	}
	return r.ack, nil
}

// ackElements say how many elements of each segment are modelled.
var ackElements = map[string]int{"AK1": 3, "AK2": 3, "AK3": 4, "IK3": 4, "AK4": 4, "IK4": 4, "AK5": 6, "IK5": 6, "AK9": 9, "CTX": 6}

func (r *ackReader) read(s edi.SegmentData) {
	set := ackLast(r.ack.Sets)
	var segment *SegmentNote
	if set != nil {
		segment = ackLast(set.Segments)
	}
	kept := len(s.Elements) > ackElements[s.ID]
	switch {
	case s.ID == "AK1":
		r.ack.Functional, r.ack.Control, r.ack.Version = s.Element(1), s.Element(2), s.Element(3)
	case s.ID == "AK2":
		r.ack.Sets = append(r.ack.Sets, AcknowledgedSet{Set: s.Element(1), Control: s.Element(2), Convention: s.Element(3)})
	case s.ID == r.notes+"3" && set != nil:
		set.Segments = append(set.Segments, SegmentNote{Segment: s.Element(1), Position: r.number(s, 2, s.Element(2)), Loop: s.Element(3), Code: s.Element(4)})
	case s.ID == r.notes+"4" && segment != nil:
		segment.Elements = append(segment.Elements, ElementNote{Place: r.place(s, 1), Number: s.Element(2), Code: s.Element(3), Copy: s.Element(4)})
	case s.ID == "CTX" && segment != nil && r.notes == "IK":
		if c, ok := r.context(s); ok {
			segment.add(c)
		} else {
			kept = true
		}
	case s.ID == r.notes+"5" && set != nil:
		set.Verdict, set.Codes = s.Element(1), ackCodes(s, 2)
	case s.ID == "AK9":
		r.ack.Verdict, r.ack.Codes = s.Element(1), ackCodes(s, 5)
		r.ack.Included, r.ack.Received, r.ack.Accepted = r.number(s, 2, s.Element(2)), r.number(s, 3, s.Element(3)), r.number(s, 4, s.Element(4))
	default:
		kept = true
	}
	if kept {
		r.ack.Unmodelled = append(r.ack.Unmodelled, s)
	}
}

// ackCodes gives the codes of AK5, IK5 and AK9; they are told one after the other.
func ackCodes(s edi.SegmentData, from int) []string {
	var out []string
	for i := from; i < from+maxAckCodes; i++ {
		if code := s.Element(i); code != "" {
			out = append(out, code)
		}
	}
	return out
}

// number reads a count or a position; what is not there is 0.
func (r *ackReader) number(s edi.SegmentData, i int, text string) int {
	if text = strings.TrimSpace(text); text == "" {
		return 0
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%s[%d]-%02d: %q is not a number", s.ID, r.seen[s.ID], i, text)
	}
	return int(n)
}

func (r *ackReader) place(s edi.SegmentData, i int) ElementPlace {
	parts := append(edi.Components(s.Element(i)), "", "")
	return ElementPlace{Element: r.number(s, i, parts[0]), Component: r.number(s, i, parts[1]), Repetition: r.number(s, i, parts[2])}
}

func ackLast[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[len(list)-1]
}

func (g GroupAcknowledgment) marshal(notes string) ([]edi.SegmentData, error) {
	if err := g.check(); err != nil {
		return nil, err
	}
	out := []edi.SegmentData{edi.NewSegment("AK1", g.Functional, g.Control, g.Version)}
	for _, set := range g.Sets {
		out = append(out, edi.NewSegment("AK2", set.Set, set.Control, set.Convention))
		for _, s := range set.Segments {
			out = append(out, edi.NewSegment(notes+"3", s.Segment, ackPositive(s.Position), s.Loop, s.Code))
			out = ackContexts(out, s.Contexts)
			for _, e := range s.Elements {
				out = append(out, edi.NewSegment(notes+"4", e.Place.join(), e.Number, e.Code, e.Copy))
				out = ackContexts(out, e.Contexts)
			}
		}
		out = append(out, edi.NewSegment(notes+"5", append([]string{set.Verdict}, set.Codes...)...))
	}
	counts := []string{g.Verdict, strconv.Itoa(g.Included), strconv.Itoa(g.Received), strconv.Itoa(g.Accepted)}
	return append(out, edi.NewSegment("AK9", append(counts, g.Codes...)...)), nil
}

func (g GroupAcknowledgment) check() error {
	if len(g.Codes) > maxAckCodes {
		return fmt.Errorf("AK9[1]: it holds %d codes, and there are %d", maxAckCodes, len(g.Codes))
	}
	for i, set := range g.Sets {
		if len(set.Codes) > maxAckCodes {
			return fmt.Errorf("AK2[%d]: its verdict holds %d codes, and there are %d", i+1, maxAckCodes, len(set.Codes))
		}
	}
	return nil
}

func (p ElementPlace) join() string {
	return edi.Composite(ackPositive(p.Element), ackPositive(p.Component), ackPositive(p.Repetition))
}

// ackPositive leaves out what is not counted.
func ackPositive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}
