package schema

import (
	"fmt"

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
	// relations between elements.
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
)

// The codes of AK502: what is wrong with a set.
const (
	SetUnsupported  = "1"
	SetTrailer      = "2"
	SetControl      = "3"
	SetCount        = "4"
	SetHasSegments  = "5"
	SetControlTwice = "23"
)

// segmentFinding makes a finding about a whole segment.
func segmentFinding(s *edi.Segment, position int, level int, code, format string, args ...any) Finding {
	return Finding{Level: level, Severity: Error, Code: code, Segment: s.ID(), Position: position, Offset: s.Offset, Path: s.Path(),
		Scope: OfSegment, Message: fmt.Sprintf(format, args...)}
}

// elementFinding makes a finding about an element, or a component of it.
func elementFinding(s *edi.Segment, position, level int, code string, i, component int, format string, args ...any) Finding {
	path, value := s.ElementPath(i), s.Element(i)
	if component > 0 {
		value = s.Component(i, component)
	}
	if component > 0 {
		path = fmt.Sprintf("%s-%02d", path, component)
	}
	return Finding{Level: level, Severity: Error, Code: code, Segment: s.ID(), Position: position, Element: i, Component: component,
		Offset: s.ElementOffset(i), Path: path, Scope: OfElement, Value: string(clip(value)), Message: fmt.Sprintf(format, args...)}
}
