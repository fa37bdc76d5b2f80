package edi

import (
	"bytes"
	"strings"
)

// Segment is one decoded segment. It and everything taken from it is valid until
// the next call of Decoder.Read.
type Segment struct {
	// Offset is the position of the segment's first byte in the input.
	Offset int64

	raw []byte
	// bounds are where the id and the elements begin in raw, and one more: the place
	// behind the separator that could follow.
	bounds     []uint32
	delimiters Delimiters
	place      *place
}

// take makes a segment of raw; bounds hold where its n parts begin, the id at 0, and
// have room for one more.
func (s *Segment) take(raw []byte, bounds []uint32, n int) {
	s.raw, s.bounds = raw, bounds[:n+1]
	s.bounds[n] = uint32(len(raw)) + 1
}

// ID is the segment's name, such as "PO1".
func (s *Segment) ID() string { return string(s.Element(0)) }

// Is compares the segment's name without allocating.
func (s *Segment) Is(id string) bool { return string(s.Element(0)) == id }

// Len is the number of elements behind the id, trailing empty ones included.
func (s *Segment) Len() int { return len(s.bounds) - 2 }

// Element gives element i, counted from 1; element 0 is the id. It is nil where the
// segment is shorter.
func (s *Segment) Element(i int) []byte {
	if i < 0 || i+1 >= len(s.bounds) {
		return nil
	}
	return s.raw[s.bounds[i] : s.bounds[i+1]-1]
}

// Text gives element i as a string.
func (s *Segment) Text(i int) string { return string(s.Element(i)) }

// Component gives component c, counted from 1, of element i.
func (s *Segment) Component(i, c int) []byte {
	rest := s.Element(i)
	for ; c > 1; c-- {
		at := bytes.IndexByte(rest, s.delimiters.Component)
		if at < 0 {
			return nil
		}
		rest = rest[at+1:]
	}
	if at := bytes.IndexByte(rest, s.delimiters.Component); at >= 0 {
		return rest[:at]
	}
	return rest
}

// ElementOffset is the position of element i in the input.
func (s *Segment) ElementOffset(i int) int64 {
	if i < 0 || i > s.Len() {
		return s.Offset + int64(len(s.raw))
	}
	return s.Offset + int64(s.bounds[i])
}

// Raw gives the segment as it stands in the input, without its terminator.
func (s *Segment) Raw() []byte { return s.raw }

// Path names the segment's place, such as "ISA[1]/GS[1]/ST[2]/N1[3]".
func (s *Segment) Path() string { return s.place.path(s.Element(0)) }

// ElementPath names an element's place, such as "ISA[1]/GS[1]/ST[2]/N1[3]-02".
func (s *Segment) ElementPath(i int) string { return s.Path() + elementSuffix(i) }

// Data copies the segment, so that it can be kept.
func (s *Segment) Data() SegmentData {
	text := s.neutral() // one copy, which every element is a part of
	d := SegmentData{ID: text[:s.bounds[1]-1], Offset: s.Offset}
	if s.Len() > 0 {
		d.Elements = make([]string, s.Len())
		for i := range d.Elements {
			d.Elements[i] = text[s.bounds[i+1] : s.bounds[i+2]-1]
		}
	}
	return d
}

// neutral copies the segment, with marks in place of the separators within elements.
func (s *Segment) neutral() string {
	d := s.delimiters
	composite := bytes.IndexByte(s.raw, d.Component) >= 0
	repeated := d.Repetition != 0 && bytes.IndexByte(s.raw, d.Repetition) >= 0
	if !composite && !repeated || s.Is("ISA") { // which holds the separators as its data
		return string(s.raw)
	}
	marked := bytes.Clone(s.raw)
	for i, b := range marked {
		switch {
		case b == d.Component:
			marked[i] = componentMark
		case b == d.Repetition && repeated:
			marked[i] = repetitionMark
		}
	}
	return string(marked)
}

// split finds the elements of raw.
func (s *Segment) split(raw []byte) {
	bounds := make([]uint32, 1, len(isaFields)+2)
	for i, b := range raw {
		if b == s.delimiters.Element {
			bounds = append(bounds, uint32(i)+1)
		}
	}
	s.take(raw, append(bounds, 0), len(bounds))
}

// The marks stand between the parts of an element in a SegmentData, whatever separators
// the interchange has: they are no data, because X12 data hold no control characters.
const (
	componentMark  = 0x1f
	repetitionMark = 0x1d
)

// Composite joins the components of an element of a SegmentData; empty ones at the end
// are left out.
func Composite(components ...string) string {
	return strings.TrimRight(strings.Join(components, string(rune(componentMark))), string(rune(componentMark)))
}

// Repeated joins the repetitions of an element of a SegmentData.
func Repeated(repetitions ...string) string {
	return strings.Join(repetitions, string(rune(repetitionMark)))
}

// Components takes an element of a SegmentData apart; one without components is its own
// first.
func Components(element string) []string { return strings.Split(element, string(rune(componentMark))) }

// Repetitions takes the repetitions of an element of a SegmentData apart.
func Repetitions(element string) []string {
	return strings.Split(element, string(rune(repetitionMark)))
}

// SegmentData is a segment by value: its id and its elements, Elements[0] being
// element 01. It depends on no delimiters: Composite and Repeated join the parts of an
// element, Components and Repetitions take it apart.
type SegmentData struct {
	ID       string
	Elements []string
	// Offset is where a decoded segment stood in its input.
	Offset int64
}

// NewSegment builds a segment of an id and its elements from 01 on.
func NewSegment(id string, elements ...string) SegmentData {
	return SegmentData{ID: id, Elements: elements}
}

// Element gives element i, counted from 1; one that is not there is empty.
func (d SegmentData) Element(i int) string {
	if i < 1 || i > len(d.Elements) {
		return ""
	}
	return d.Elements[i-1]
}
