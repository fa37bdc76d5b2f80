package edi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// controlNumber keeps a control number without allocating: as much of it as real ones
// have, and the length of the rest.
type controlNumber struct {
	digits  [16]byte
	n, rest int
}

func (c *controlNumber) set(b []byte) {
	b = bytes.TrimSpace(b)
	c.n = copy(c.digits[:], b)
	c.rest = len(b) - c.n
}

// same compares as numbers do: leading zeros do not count, and nothing is no number.
func (c *controlNumber) same(b []byte) bool {
	var other controlNumber
	other.set(b)
	if c.rest > 0 || other.rest > 0 || c.n == 0 || other.n == 0 {
		return *c == other
	}
	return bytes.Equal(bytes.TrimLeft(c.digits[:c.n], "0"), bytes.TrimLeft(other.digits[:other.n], "0"))
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

// outcome says what becomes of a segment that was scanned.
type outcome byte

const (
	pass    outcome = iota // it is given to the caller
	skip                   // it was reported, and has no place
	restart                // it begins a new interchange, with delimiters of its own
)

// check follows the envelopes: it keeps the place, counts, and compares the trailers.
func (d *Decoder) check() (outcome, error) {
	s, e := &d.segment, &d.envelope
	d.place.inGroup, d.place.inSet = e.inGroup, e.inSet // a trailer is still within what it closes
	id := s.Element(0)
	if len(id) < 2 || len(id) > 3 || !idBytes[id[0]] || !idBytes[id[1]] || !idBytes[id[len(id)-1]] {
		if err := d.tolerated(d.segmentFault(ErrSegmentID, "%.10q", id)); err != nil {
			return skip, err
		}
	}
	d.place.seen.add(segmentKey(id))
	if e.inSet {
		e.segments++
		if len(s.raw) == 0 { // a blank segment, which somebody tolerates
			return pass, nil
		}
		switch s.raw[0] { // most segments are none of the envelope's
		case 'S', 'G', 'I':
			return d.checkInSet()
		case 'B':
			return pass, d.binary()
		}
		return pass, nil
	}
	return d.checkOutside()
}

// checkInSet looks for the segments that end a set.
func (d *Decoder) checkInSet() (outcome, error) {
	s, e := &d.segment, &d.envelope
	switch {
	case s.Is("SE"):
		err := d.trailer(e.segments, &e.setControl, "ST02")
		e.inSet = false
		return pass, err
	case s.Is("IEA") && d.peek("SE"), s.Is("GE") && d.peek("SE"):
		return pass, d.tolerated(d.segmentFault(ErrNesting, "%s inside a transaction set", s.ID()))
	case s.Is("ST"), s.Is("GS"), s.Is("GE"), s.Is("ISA"), s.Is("IEA"):
		if err := d.withoutTrailer("SE"); err != nil {
			return skip, err
		}
		d.endSet()
		return d.checkOutside()
	}
	return pass, nil
}

// checkOutside follows what stands between sets.
func (d *Decoder) checkOutside() (outcome, error) {
	s, e, p := &d.segment, &d.envelope, d.place
	switch {
	case e.inGroup && s.Is("ST"):
		e.inSet, e.segments = true, 1
		e.sets++
		e.setControl.set(s.Element(2))
		p.set, p.inSet = e.sets, true
		p.seen.clear()
	case e.inGroup && s.Is("GE"):
		err := d.trailer(e.sets, &e.groupControl, "GS06")
		e.inGroup, d.lost = false, false
		return pass, err
	case s.Is("GS"):
		if err := d.withoutGE(); err != nil {
			return skip, err
		}
		e.inGroup, e.sets = true, 0
		e.groups++
		e.groupControl.set(s.Element(6))
		p.group, p.inGroup = e.groups, true
	case s.Is("IEA"):
		if err := d.withoutGE(); err != nil {
			return skip, err
		}
		err := d.trailer(e.groups, &e.interchangeControl, "ISA13")
		e.open = false
		return pass, err
	case s.Is("ISA"):
		return d.nextInterchange()
	case !e.inGroup && s.Is("TA1"):
	default:
		return d.misplaced()
	}
	d.lost = false
	return pass, nil
}

// misplaced reports the first of the segments that stand where none may.
func (d *Decoder) misplaced() (outcome, error) {
	if d.lost {
		return skip, nil
	}
	d.lost = true
	return skip, d.tolerated(d.segmentFault(ErrNesting, "%q where %s or its content must stand", clip(d.segment.Element(0)), d.envelope.awaits()))
}

// foreignISA says whether an ISA comes next that has delimiters of its own, and all of its
// fields at their widths: the interchange before it has no end.
func (d *Decoder) foreignISA() bool {
	if d.tolerate == nil || d.fill(isaWidth) != nil {
		return false
	}
	head := d.buf[d.from : d.from+isaWidth]
	if string(head[:3]) != "ISA" || head[3] == d.segment.delimiters.Element || alphanumeric(head[3]) {
		return false
	}
	h, complete := walkISA(head)
	for i := 1; complete && i <= len(isaFields); i++ {
		complete = len(h.field(head, i)) == isaFields[i-1]
	}
	return complete
}

// abandon leaves an interchange for one that begins with other delimiters.
func (d *Decoder) abandon() error {
	d.segment.take(d.buf[d.from:d.from+len("ISA")], make([]uint32, 2), 1)
	d.segment.Offset = d.base + int64(d.from)
	if d.envelope.inSet {
		if err := d.withoutTrailer("SE"); err != nil {
			return err
		}
		d.endSet()
	}
	_, err := d.nextInterchange()
	return err
}

// nextInterchange leaves an interchange that has no end for the one that begins.
func (d *Decoder) nextInterchange() (outcome, error) {
	if err := d.withoutGE(); err != nil {
		return skip, err
	}
	if err := d.withoutTrailer("IEA"); err != nil {
		return skip, err
	}
	return restart, nil
}

func (d *Decoder) withoutGE() error {
	if !d.envelope.inGroup {
		return nil
	}
	err := d.withoutTrailer("GE")
	d.envelope.inGroup, d.place.inGroup = false, false
	return err
}

func (d *Decoder) withoutTrailer(id string) error {
	return d.tolerated(d.segmentFault(ErrTrailer, "%.3s stands where %s must", d.segment.Element(0), id))
}

func (d *Decoder) endSet() { d.envelope.inSet, d.place.inSet = false, false }

// peek says whether a segment of that id comes next.
func (d *Decoder) peek(id string) bool {
	const most = 64 // blanks and line breaks between segments
	if err := d.fill(d.consumed + most); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	s := &d.segment
	s.raw = d.buf[d.from : d.from+len(s.raw)] // filling may have moved the buffer
	rest := bytes.TrimLeft(d.buf[d.from+d.consumed:d.to], "\r\n\t ")
	return len(rest) > len(id) && string(rest[:len(id)]) == id && rest[len(id)] == s.delimiters.Element
}

// trailer compares a trailer's count and control number with what was read.
func (d *Decoder) trailer(want int, control *controlNumber, header string) error {
	s := &d.segment
	if got, err := strconv.ParseUint(string(bytes.TrimSpace(s.Element(1))), 10, 63); err != nil || got != uint64(want) {
		if err := d.tolerated(d.elementFault(1, ErrCount, "%s01 is %q, counted %d", s.ID(), clip(s.Element(1)), want)); err != nil {
			return err
		}
	}
	if !control.same(s.Element(2)) {
		return d.tolerated(d.elementFault(2, ErrControl, "%s02 is %q, %s is %q", s.ID(), clip(s.Element(2)), header, control.digits[:control.n]))
	}
	return nil
}

func (d *Decoder) segmentFault(kind error, format string, args ...any) error {
	return &SyntaxError{Offset: d.segment.Offset, Path: d.segment.Path(), Segment: quote(d.segment.raw), Err: fmt.Errorf("%w: "+format, append([]any{kind}, args...)...)}
}

// elementFault is a fault of element i of the segment.
func (d *Decoder) elementFault(i int, kind error, format string, args ...any) error {
	return &SyntaxError{Offset: d.segment.ElementOffset(i), Path: d.segment.ElementPath(i), Segment: quote(d.segment.raw),
		Err: fmt.Errorf("%w: "+format, append([]any{kind}, args...)...)}
}

// idBytes are the bytes of a segment id.
var idBytes = func() (is [256]bool) {
	for b := range is {
		is[b] = b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
	}
	return is
}()

func upperAlphanumeric(b []byte) bool {
	for _, c := range b {
		if !idBytes[c] {
			return false
		}
	}
	return true
}
