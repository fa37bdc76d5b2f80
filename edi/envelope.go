package edi

import (
	"bytes"
	"fmt"
	"strconv"
)

// controlNumber keeps a control number without allocating.
type controlNumber struct {
	digits [16]byte
	n      int
}

func (c *controlNumber) set(b []byte) { c.n = copy(c.digits[:], bytes.TrimSpace(b)) }

// same compares as numbers do: leading zeros do not count.
func (c *controlNumber) same(b []byte) bool {
	return bytes.Equal(bytes.TrimLeft(c.digits[:c.n], "0"), bytes.TrimLeft(bytes.TrimSpace(b), "0"))
}

// envelope is what the decoder remembers to check the trailers.
type envelope struct {
	open, inGroup, inSet                         bool
	groups, sets, segments                       int
	interchangeControl, groupControl, setControl controlNumber
}

func (e *envelope) awaits() string {
	switch {
	case e.inSet:
		return "SE"
	case e.inGroup:
		return "GE"
	}
	return "IEA"
}

func (e *envelope) parent() string {
	switch {
	case e.inSet:
		return "ST"
	case e.inGroup:
		return "GS"
	}
	return "ISA"
}

// check follows the nesting and verifies counts and control numbers.
func (d *Decoder) check() error {
	s, e, p := &d.segment, &d.envelope, d.place
	if id := s.Element(0); len(id) < 2 || len(id) > 3 || !upperAlphanumeric(id) {
		if err := d.tolerated(d.segmentFault(ErrSegmentID, "%.10q", id)); err != nil || !e.inSet {
			return err
		}
	}
	p.seen.add(segmentKey(s.Element(0)))
	if e.inSet {
		e.segments++
		return d.checkInSet()
	}
	switch {
	case e.inGroup && s.Is("ST"):
		e.inSet, e.segments = true, 1
		e.sets++
		e.setControl.set(s.Element(2))
		p.set, p.inSet = e.sets, true
		p.seen.clear()
		return nil
	case e.inGroup && s.Is("GE"):
		err := d.trailer(e.sets, &e.groupControl, "GS06")
		e.inGroup, p.inGroup = false, false
		return err
	case !e.inGroup && s.Is("GS"):
		e.inGroup, e.sets = true, 0
		e.groups++
		e.groupControl.set(s.Element(6))
		p.group, p.inGroup = e.groups, true
		return nil
	case !e.inGroup && s.Is("IEA"):
		err := d.trailer(e.groups, &e.interchangeControl, "ISA13")
		e.open = false
		return err
	case !e.inGroup && s.Is("TA1"):
		return nil
	}
	return d.segmentFault(ErrNesting, "%s where %s or its content must stand", s.ID(), e.awaits())
}

func (d *Decoder) checkInSet() error {
	s, e, p := &d.segment, &d.envelope, d.place
	if len(s.raw) == 0 {
		return nil // a blank segment, which somebody tolerates
	}
	switch s.raw[0] { // most segments are none of the envelope's
	case 'S', 'G', 'I':
	default:
		return nil
	}
	switch {
	case s.Is("SE"):
		err := d.trailer(e.segments, &e.setControl, "ST02")
		e.inSet, p.inSet = false, false
		return err
	case s.Is("ST"), s.Is("GS"), s.Is("GE"), s.Is("ISA"), s.Is("IEA"):
		return d.segmentFault(ErrNesting, "%s inside a transaction set", s.ID())
	}
	return nil
}

// trailer compares a trailer's count and control number with what was read.
func (d *Decoder) trailer(want int, control *controlNumber, header string) error {
	s := &d.segment
	if got, err := strconv.Atoi(s.Text(1)); err != nil || got != want {
		if err := d.tolerated(d.segmentFault(ErrCount, "%s01 is %q, counted %d", s.ID(), s.Element(1), want)); err != nil {
			return err
		}
	}
	if !control.same(s.Element(2)) {
		return d.tolerated(d.segmentFault(ErrControl, "%s02 is %q, %s is %q", s.ID(), s.Element(2), header, control.digits[:control.n]))
	}
	return nil
}

func (d *Decoder) segmentFault(kind error, format string, args ...any) error {
	return &SyntaxError{Offset: d.segment.Offset, Path: d.segment.Path(), Err: fmt.Errorf("%w: "+format, append([]any{kind}, args...)...)}
}

func upperAlphanumeric(b []byte) bool {
	for _, c := range b {
		if !(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
			return false
		}
	}
	return true
}
