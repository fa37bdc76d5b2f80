package server

import (
	"strconv"

	"tradewind/edi"
)

// acknowledgement is the 997 of a group of one set.
type acknowledgement struct {
	code   string // AK501
	misses bool   // a segment that nobody sends
	off    int    // is added to the number of the group
}

func (a acknowledgement) segments(order arrived) []edi.SegmentData {
	group, set, s := order.Groups[0], order.set(), edi.NewSegment
	out := []edi.SegmentData{s("AK1", group.Functional, shifted(group.Control, a.off)), s("AK2", set.ID, set.Control)}
	verdict, accepted := s("AK5", a.code), "1"
	if a.misses {
		verdict, out = s("AK5", a.code, "5"), append(out, s("AK3", "CSH", "6", "", "3"))
	}
	if a.code == "R" {
		accepted = "0"
	}
	return append(out, verdict, s("AK9", a.code, "1", "1", accepted))
}

// shifted adds to a control number; what is none stays.
func shifted(control string, off int) string {
	n, err := strconv.Atoi(control)
	if err != nil {
		return control
	}
	return strconv.Itoa(n + off)
}
