package edi

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ErrForbidden says that data holds a byte that would be read as a delimiter or
// a control character. X12 has no escape: the caller replaces it or gives up.
var ErrForbidden = errors.New("forbidden character")

// ErrOrder says that an Encoder's methods were called out of order.
var ErrOrder = errors.New("encoder used out of order")

// DataError says which element of a set cannot be written.
type DataError struct {
	Set     string // ST01; empty for a segment outside the groups
	Segment string
	// Position counts segments from ST = 1.
	Position  int
	Element   int
	Character byte
	Err       error
}

// Error names set, segment, element and the offending character.
func (e *DataError) Error() string {
	if e.Set == "" {
		return fmt.Sprintf("%s%02d contains %q: %v", e.Segment, e.Element, e.Character, e.Err)
	}
	return fmt.Sprintf("set %s, segment %d: %s%02d contains %q: %v", e.Set, e.Position, e.Segment, e.Element, e.Character, e.Err)
}

// Unwrap gives ErrForbidden.
func (e *DataError) Unwrap() error { return e.Err }

// Encoder writes interchanges. The same calls always give the same bytes. A set
// is checked as a whole before its first byte is written.
type Encoder struct {
	// LineBreak puts a line feed behind each segment terminator.
	LineBreak bool

	w            io.Writer
	delimiters   Delimiters
	line         []byte
	stage        stage
	groups, sets int
	interchange  Interchange
	group        Group
}

type stage int

const (
	outside stage = iota
	inInterchange
	inGroup
)

// NewEncoder writes to w with the given delimiters.
func NewEncoder(w io.Writer, d Delimiters) *Encoder { return &Encoder{w: w, delimiters: d} }

// BeginInterchange writes an ISA, every field padded to its fixed width.
func (e *Encoder) BeginInterchange(ic Interchange) error {
	if err := e.expect(outside, "BeginInterchange"); err != nil {
		return err
	}
	if err := e.delimiters.Validate(); err != nil {
		return err
	}
	elements, err := ic.elements(e.delimiters)
	if err != nil {
		return err
	}
	e.interchange, e.groups, e.stage = ic, 0, inInterchange
	e.line = e.line[:0]
	e.append("ISA", elements)
	return e.flush()
}

// WriteSegment writes a segment of the interchange itself, such as a TA1; it stands in
// front of the groups.
func (e *Encoder) WriteSegment(s SegmentData) error {
	if err := e.expect(inInterchange, "WriteSegment"); err != nil {
		return err
	}
	if e.groups > 0 {
		return fmt.Errorf("%w: WriteSegment behind a group", ErrOrder)
	}
	if err := s.belongs(); err != nil {
		return err
	}
	if err := e.check("", 0, s); err != nil {
		return err
	}
	e.append(s.ID, s.Elements)
	return e.flush()
}

// BeginGroup writes a GS.
func (e *Encoder) BeginGroup(g Group) error {
	if err := e.expect(inInterchange, "BeginGroup"); err != nil {
		return err
	}
	elements, err := g.elements(e.delimiters)
	if err != nil {
		return err
	}
	e.group, e.sets, e.stage = g, 0, inGroup
	e.groups++
	e.append("GS", elements)
	return e.flush()
}

// WriteSet writes a transaction set: ST, the segments, SE with its count.
// Trailing empty elements and components are left out.
func (e *Encoder) WriteSet(id, control string, segments []SegmentData) error {
	if err := e.expect(inGroup, "WriteSet"); err != nil {
		return err
	}
	if len(id) != 3 {
		return fmt.Errorf("ST01 is %q; it must be 3 characters", id)
	}
	if len(control) < 4 || len(control) > 9 {
		return fmt.Errorf("ST02 is %q; it must be 4 to 9 characters", control)
	}
	for i, s := range segments {
		if err := s.belongs(); err != nil {
			return fmt.Errorf("set %s, segment %d: %w", id, i+2, err)
		}
	}
	all := make([]SegmentData, 0, len(segments)+2)
	all = append(all, NewSegment("ST", id, control))
	all = append(all, segments...)
	all = append(all, NewSegment("SE", strconv.Itoa(len(segments)+2), control))
	for i, s := range all {
		if err := e.check(id, i+1, s); err != nil {
			return err
		}
	}
	for _, s := range all {
		e.append(s.ID, s.Elements)
	}
	e.sets++
	return e.flush()
}

// EndGroup writes a GE with the number of sets.
func (e *Encoder) EndGroup() error {
	if err := e.expect(inGroup, "EndGroup"); err != nil {
		return err
	}
	e.stage = inInterchange
	e.append("GE", []string{strconv.Itoa(e.sets), e.group.Control})
	return e.flush()
}

// EndInterchange writes an IEA with the number of groups.
func (e *Encoder) EndInterchange() error {
	if err := e.expect(inInterchange, "EndInterchange"); err != nil {
		return err
	}
	e.stage = outside
	e.append("IEA", []string{strconv.Itoa(e.groups), e.interchange.Control})
	return e.flush()
}

func (e *Encoder) expect(s stage, method string) error {
	if e.stage != s {
		return fmt.Errorf("%w: %s", ErrOrder, method)
	}
	return nil
}

// belongs refuses the segments of envelopes, which are the encoder's to write.
func (d SegmentData) belongs() error {
	switch d.ID {
	case "ISA", "IEA", "GS", "GE", "ST", "SE":
		return fmt.Errorf("%w: %s is part of an envelope, which the encoder writes", ErrOrder, d.ID)
	}
	return nil
}

// check refuses data that a reader would take apart differently.
func (e *Encoder) check(set string, position int, s SegmentData) error {
	if len(s.ID) < 2 || len(s.ID) > 3 || !upperAlphanumeric([]byte(s.ID)) {
		return fmt.Errorf("set %s, segment %d: %w: %q", set, position, ErrSegmentID, s.ID)
	}
	for i, element := range s.Elements {
		if at, bad := unwritable(element, e.delimiters); bad {
			return &DataError{Set: set, Segment: s.ID, Position: position, Element: i + 1, Character: element[at], Err: ErrForbidden}
		}
	}
	return nil
}

// unwritable finds the first byte that is forbidden and does not mark a part of an
// element.
func unwritable(element string, d Delimiters) (int, bool) {
	for i := range len(element) {
		switch b := element[i]; {
		case b == componentMark, b == repetitionMark && d.Repetition != 0:
		case b < 0x20 || b == 0x7f || d.is(b):
			return i, true
		}
	}
	return 0, false
}

// forbidden finds the first byte that is a delimiter or a control character.
// Bytes from 0x80 on are data: they may be part of a letter.
func forbidden(s string, d Delimiters) (int, bool) {
	for i := range len(s) {
		if b := s[i]; b < 0x20 || b == 0x7f || d.is(b) {
			return i, true
		}
	}
	return 0, false
}

func (e *Encoder) append(id string, elements []string) {
	e.line = append(e.line, id...)
	written := len(e.line)
	for _, element := range elements {
		e.line = append(e.line, e.delimiters.Element)
		if e.element(element) {
			written = len(e.line)
		}
	}
	e.line = append(e.line[:written], e.delimiters.Segment) // trailing empty elements are left out
	if e.LineBreak && e.delimiters.Segment != '\n' {
		e.line = append(e.line, '\n')
	}
}

// element writes an element with the separators of the interchange between its parts,
// without empty components at the end of each repetition. It says whether there was
// anything to write.
func (e *Encoder) element(text string) bool {
	from := len(e.line)
	if !marked(text) {
		e.line = append(e.line, text...)
		return len(text) > 0
	}
	written := from // behind the last byte that is to stay
	for i := range len(text) {
		switch text[i] {
		case componentMark:
			e.line = append(e.line, e.delimiters.Component)
		case repetitionMark:
			e.line = append(e.line[:written], e.delimiters.Repetition)
			written = len(e.line)
		default:
			e.line = append(e.line, text[i])
			written = len(e.line)
		}
	}
	e.line = e.line[:written]
	return written > from
}

// marked says whether an element has parts; most are too short for anything but a loop.
func marked(text string) bool {
	for i := range len(text) {
		if text[i] == componentMark || text[i] == repetitionMark {
			return true
		}
	}
	return false
}

func (e *Encoder) flush() error {
	_, err := e.w.Write(e.line)
	e.line = e.line[:0]
	return err
}

// Clean replaces what a reader could not take as data: every delimiter and
// control character becomes the replacement. It is for names and texts, never
// for identifiers.
func Clean(s string, d Delimiters, replacement byte) string {
	if _, bad := forbidden(s, d); !bad {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == 0x7f || d.is(c) {
			b.WriteByte(replacement)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
