package schema

import (
	"fmt"
	"strings"

	"tradewind/edi"
)

// Severity says whether a finding is a fault or worth a look.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is one fault with everything that an acknowledgement needs, and one
// sentence for a person.
type Finding struct {
	// Level is that of SNIP: 1 syntax, 2 requirement and order, 3 balancing, 4
	// relations between elements and segments, 5 codes, 7 rules of the partner.
	Level    int      `json:"level"`
	Severity Severity `json:"severity"`
	// Code is that of the 997: AK304 for a segment, AK403 for an element, AK502 for a
	// set, AK905 for a group; or TA105 for an interchange.
	Code    string `json:"code"`
	Segment string `json:"segment"`
	// Position counts segments from ST = 1; 0 outside a set.
	Position  int `json:"position"`
	Element   int `json:"element"`
	Component int `json:"component"`
	// Repetition counts repeated elements from 1; 0 where nothing repeats.
	Repetition int    `json:"repetition,omitempty"`
	Offset     int64  `json:"offset"`
	Path       string `json:"path"`
	Message    string `json:"message"`
	// Scope says what Code is a code of; Number is the data element's, and Value the
	// beginning of what was sent: an acknowledgement repeats both.
	Scope  Scope  `json:"-"`
	Number string `json:"-"`
	Value  string `json:"-"`
	// Quote is the segment as it was sent, clipped; At and Width mark the place in it,
	// in bytes. It is empty for what is not there.
	Quote string `json:"-"`
	At    int    `json:"-"`
	Width int    `json:"-"`
	// Lost says that the reading of the interchange could not go on behind the fault.
	Lost bool `json:"-"`
}

// Scope is what a finding is about.
type Scope byte

// The scopes, and where their codes stand.
const (
	OfSegment     Scope = iota + 1 // AK304
	OfElement                      // AK403
	OfSet                          // AK502
	OfGroup                        // AK905
	OfInterchange                  // TA105
)

// The codes of AK304: what is wrong with a segment.
const (
	SegmentUnknown     = "1"
	SegmentUnexpected  = "2"
	SegmentMissing     = "3"
	LoopTooOften       = "4"
	SegmentTooOften    = "5"
	SegmentNotInSet    = "6"
	SegmentOutOfOrder  = "7"
	SegmentHasElements = "8"
)

// The codes of AK403: what is wrong with an element.
const (
	ElementMissing     = "1"
	ElementConditional = "2"
	ElementsTooMany    = "3"
	ElementTooShort    = "4"
	ElementTooLong     = "5"
	ElementCharacter   = "6"
	ElementCode        = "7"
	ElementDate        = "8"
	ElementTime        = "9"
	ElementExclusion   = "10"
	ElementRepetitions = "12" // from 005010 on
	ElementComponents  = "13" // from 005010 on
)

// The codes of AK502: what is wrong with a set.
const (
	SetUnsupported   = "1"
	SetTrailer       = "2"
	SetControl       = "3"
	SetCount         = "4"
	SetHasSegments   = "5"
	SetIdentifier    = "6"
	SetControlSyntax = "7"
	SetControlTwice  = "23"
)

// The codes of AK905: what is wrong with a group.
const (
	GroupVersion       = "2"
	GroupTrailer       = "3"
	GroupControl       = "4"
	GroupCount         = "5"
	GroupControlSyntax = "6"
	GroupControlTwice  = "19"
)

// maxID is how much of a segment's name a finding repeats; real ones have two or three
// characters.
const maxID = 10

func idOf(s *edi.Segment) string {
	id := s.Element(0)
	return string(id[:min(len(id), maxID)])
}

// maxQuote is how much of a segment a finding repeats.
const maxQuote = 160

// segmentFinding makes a finding about a whole segment.
func segmentFinding(s *edi.Segment, position int, level int, code, format string, args ...any) Finding {
	f := Finding{Level: level, Severity: Error, Code: code, Segment: idOf(s), Position: position, Offset: s.Offset, Path: s.Path(),
		Scope: OfSegment, Message: fmt.Sprintf(format, args...)}
	f.quote(s, 0, len(s.Element(0)))
	return f
}

// elementFinding makes a finding about an element, or a component of it. e is what the
// tables say of it, nil where they do not know it.
func (v *Validator) elementFinding(s *edi.Segment, level int, code string, e *element, i, component int, format string, args ...any) Finding {
	return v.findingAt(s, level, code, e, place{element: i, component: component}, s.Element(i), format, args...)
}

// findingAt makes a finding about a value at a place of a segment.
func (v *Validator) findingAt(s *edi.Segment, level int, code string, e *element, at place, value []byte, format string, args ...any) Finding {
	f := Finding{Level: level, Severity: Error, Code: code, Segment: idOf(s), Position: v.position, Element: at.element, Component: at.component,
		Repetition: at.repetition, Offset: s.ElementOffset(at.element) + int64(at.start), Path: s.ElementPath(at.element), Scope: OfElement,
		Value: string(clip(value)), Message: fmt.Sprintf(format, args...)}
	if at.component > 0 {
		f.Path += fmt.Sprintf("-%02d", at.component)
	}
	if e != nil {
		f.Number = e.number
	}
	f.quote(s, int(f.Offset-s.Offset), len(value))
	return f
}

// about makes a finding of level 1 about element i of a segment of an envelope; 0 is the
// segment itself.
func about(s *edi.Segment, i int, code, format string, args ...any) Finding {
	f := Finding{Level: 1, Severity: Error, Code: code, Segment: idOf(s), Element: i, Offset: s.Offset, Path: s.Path(), Message: fmt.Sprintf(format, args...)}
	if i > 0 {
		f.Offset, f.Path = s.ElementOffset(i), s.ElementPath(i)
	}
	f.quote(s, int(f.Offset-s.Offset), len(s.Element(i)))
	return f
}

// quoteFault repeats the segment of a fault, with a mark at the finding's element.
func (f *Finding) quoteFault(fault *edi.SyntaxError, separator byte) {
	f.Quote, f.At, f.Width = fault.Segment, 0, len(fault.Segment)
	if len(f.Quote) > 3 && f.Segment == "ISA" {
		separator = f.Quote[3] // whatever the decoder made of it
	}
	for i := 0; i <= f.Element; i++ {
		rest := f.Quote[f.At:]
		f.Width = strings.IndexByte(rest, separator)
		switch {
		case i == f.Element && f.Width < 0:
			f.Width = len(rest)
		case i < f.Element && f.Width < 0:
			f.At, f.Width = len(f.Quote), 0 // it is not there
			return
		case i < f.Element:
			f.At += f.Width + 1
		}
	}
}

// quote repeats the segment around the bytes that a finding is about.
func (f *Finding) quote(s *edi.Segment, at, width int) {
	raw := s.Raw()
	from := max(0, min(at-maxQuote/2, len(raw)-maxQuote))
	to := min(len(raw), from+maxQuote)
	f.Quote, f.At, f.Width = string(raw[from:to]), at-from, min(width, to-at)
}
