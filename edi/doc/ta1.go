package doc

import (
	"fmt"

	"tradewind/edi"
)

// InterchangeAcknowledgment is the segment TA1, which stands between ISA and the first
// GS: what is said of the envelope of one interchange.
type InterchangeAcknowledgment struct {
	Control string // TA101: ISA13 of the interchange
	Date    string // TA102: ISA09, YYMMDD
	Time    string // TA103: ISA10, HHMM
	Verdict string // TA104: A, E or R
	Note    string // TA105: 000 for none
}

// UnmarshalInterchangeAcknowledgment reads a TA1.
func UnmarshalInterchangeAcknowledgment(s edi.SegmentData) (InterchangeAcknowledgment, error) {
	if s.ID != "TA1" {
		return InterchangeAcknowledgment{}, fmt.Errorf("%q is not a TA1", s.ID)
	}
	return InterchangeAcknowledgment{Control: s.Element(1), Date: s.Element(2), Time: s.Element(3), Verdict: s.Element(4), Note: s.Element(5)}, nil
}

// Marshal gives the segment. An element that does not have its width is a *LengthError.
func (a InterchangeAcknowledgment) Marshal() (edi.SegmentData, error) {
	elements := []string{a.Control, a.Date, a.Time, a.Verdict, a.Note}
	for i, width := range []int{9, 6, 4, 1, 3} {
		if len(elements[i]) != width {
			return edi.SegmentData{}, &LengthError{Path: fmt.Sprintf("TA1[1]-%02d", i+1), Value: elements[i], Shortest: width, Longest: width}
		}
	}
	return edi.NewSegment("TA1", elements...), nil
}
