package edi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// isaFields are the widths of ISA01 to ISA16 (X12.5). With "ISA", 16 separators and
// the terminator they make isaWidth bytes.
var isaFields = [...]int{2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1}

const (
	isaWidth = 106
	// isaLongest is how far a tolerant reader looks for the fields of an ISA whose
	// widths are wrong, and for the segment behind it.
	isaLongest = 512
)

// isaHeader is what an ISA says of the interchange.
type isaHeader struct {
	delimiters Delimiters
	tail       []byte // of a terminator of several bytes
	separators [len(isaFields)]int
	end        int // of the segment
	consumed   int // with the terminator
	noISA16    bool
}

// field gives ISA01 to ISA16 as they stand in head.
func (h *isaHeader) field(head []byte, i int) []byte {
	end := h.end
	if i < len(isaFields) {
		end = h.separators[i]
	}
	return head[min(h.separators[i-1]+1, end):end]
}

// readISA reads an ISA and takes the delimiters from it.
func (d *Decoder) readISA() (*Segment, error) {
	if err := d.skipPadding(); err != nil {
		return nil, err
	}
	want := isaWidth
	if d.tolerate != nil {
		want = isaLongest
	}
	if err := d.fill(want); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	offset, head := d.base+int64(d.from), d.buf[d.from:min(d.to, d.from+isaLongest)]
	if !bytes.HasPrefix(head, []byte("ISA")) {
		return nil, &SyntaxError{Offset: offset, Err: ErrNoInterchange}
	}
	d.place.beginInterchange()
	h, err := d.header(head, offset)
	if err != nil {
		return nil, err
	}
	d.segment.Offset, d.segment.delimiters, d.tail = offset, h.delimiters, h.tail
	d.separators, d.terminators = everywhere(h.delimiters.Element), everywhere(h.delimiters.Segment)
	d.segment.split(head[:h.end])
	d.from += h.consumed
	d.envelope, d.lost = envelope{open: true}, false
	d.envelope.interchangeControl.set(d.segment.Element(13))
	return &d.segment, nil
}

// header reads an ISA of the fixed widths, or, where faults are tolerated, one whose
// fields have other widths.
func (d *Decoder) header(head []byte, offset int64) (isaHeader, error) {
	path := fmt.Sprintf("ISA[%d]", d.place.interchange)
	h, complete := walkISA(head)
	if !complete {
		return h, &SyntaxError{Offset: offset + int64(len(head)), Path: path, Err: fmt.Errorf("%w: inside the ISA", ErrEnd)}
	}
	if d.tolerate == nil {
		fixISA(&h, head)
	}
	for i := 1; i <= len(isaFields); i++ {
		value := h.field(head, i)
		if len(value) == isaFields[i-1] {
			continue
		}
		fault := &SyntaxError{Offset: offset + int64(h.separators[i-1]) + 1, Path: path + elementSuffix(i), Segment: quote(head[:h.end]), Err: widthFault(i, value)}
		if d.tolerate == nil {
			return h, fault
		}
		d.tolerate(fault)
	}
	if h.consumed-h.end > 1 && len(h.tail) > 0 {
		d.tolerate(&SyntaxError{Offset: offset + int64(h.end), Path: path, Segment: quote(head[:h.end]),
			Err: fmt.Errorf("%w: segments end with the %d bytes %q", ErrTerminator, 1+len(h.tail), head[h.consumed-1-len(h.tail):h.consumed])})
	}
	if err := h.delimiters.Validate(); err != nil {
		at, place := h.end-1, path+elementSuffix(16)
		switch {
		case errors.Is(err, ErrElementSeparator):
			at, place = 3, path
		case errors.Is(err, ErrRepetitionSeparator):
			at, place = h.separators[10]+1, path+elementSuffix(11)
		case errors.Is(err, ErrSegmentTerminator):
			at, place = h.end, path
		}
		return h, &SyntaxError{Offset: offset + int64(min(at, len(head)-1)), Path: place, Segment: quote(head[:h.end]), Err: err}
	}
	return h, nil
}

func widthFault(i int, value []byte) error {
	if i == len(isaFields) {
		return fmt.Errorf("%w: ISA16, the component separator, is missing", ErrISAWidth)
	}
	wide := fmt.Sprintf("%d bytes", len(value))
	if n := utf8.RuneCount(value); n != len(value) {
		wide += fmt.Sprintf(" and %d characters", n)
	}
	return fmt.Errorf("%w: ISA%02d must be %d bytes wide and is %s: %q", ErrISAWidth, i, isaFields[i-1], wide, value)
}

// walkISA finds the fields of an ISA by its separators, and what ends its segments by
// the segment that follows.
func walkISA(head []byte) (h isaHeader, complete bool) {
	if len(head) < 4 {
		return h, false
	}
	h.delimiters.Element = head[3]
	h.separators[0] = 3
	for i := 1; i < len(isaFields); i++ {
		at := h.separators[i-1] + 1
		next := bytes.IndexByte(head[at:], head[3])
		if next < 0 {
			return h, false
		}
		h.separators[i] = at + next
	}
	last := h.separators[len(isaFields)-1]
	if usage := head[h.separators[len(isaFields)-2]+1 : last]; len(usage) > 2 && endsInSegmentID(usage) {
		// ISA16 and its separator are missing: the separator belongs to the next segment.
		h.separators[len(isaFields)-1] = h.separators[len(isaFields)-2] + 2
		h.terminate(head, h.separators[len(isaFields)-1], nil)
		h.noISA16 = true
	} else if len(head) < last+3 {
		return h, false
	} else {
		h.findTerminator(head, last+1)
	}
	h.setRepetition(head)
	return h, true
}

// findTerminator decides what the bytes from ISA16 on are.
func (h *isaHeader) findTerminator(head []byte, at int) {
	component, rest := head[at], head[at+1:]
	line, follows := nextSegment(rest, h.delimiters.Element)
	breaks := rest[0] == '\r' || rest[0] == '\n'
	switch {
	case follows && (!breaks || (len(line) > 0 && line[len(line)-1] == component)):
		h.noISA16 = true // what stands in its place ends the segments
		h.terminate(head, at, nil)
		return
	case breaks:
		h.delimiters.Component = component
		h.terminate(head, at+1, nil)
		return
	}
	h.delimiters.Component = component
	for at++; at+1 < len(head) && head[at] == ' '; {
		at++ // blanks in front of the terminator
	}
	var tail []byte
	if head[at] >= utf8.RuneSelf {
		if r, n := utf8.DecodeRune(head[at:]); r != utf8.RuneError {
			if _, follows := nextSegment(head[at+n:], h.delimiters.Element); follows {
				tail = bytes.Clone(head[at+1 : at+n])
			}
		}
	}
	h.terminate(head, at, tail)
}

// terminate takes the byte at a place, and a tail behind it, for what ends segments.
func (h *isaHeader) terminate(head []byte, at int, tail []byte) {
	h.delimiters.Segment, h.tail, h.consumed = head[at], tail, at+1+len(tail)
	h.end = at
	if h.delimiters.Component == 0 {
		for _, free := range []byte(">:<}") { // one that does not end or part anything
			if free != h.delimiters.Element && free != h.delimiters.Segment {
				h.delimiters.Component = free
				break
			}
		}
		return
	}
	h.end = h.separators[len(isaFields)-1] + 2
}

// setRepetition takes ISA11 for the repetition separator from version 00402 on;
// before, it names the standard, and letters such as U stay data in any version.
func (h *isaHeader) setRepetition(head []byte) {
	standard, version := h.field(head, 11), h.field(head, 12)
	if len(standard) == 1 && string(version) >= "00402" && !alphanumeric(standard[0]) && standard[0] != ' ' {
		h.delimiters.Repetition = standard[0]
	}
}

// fixISA takes the terminator from its fixed place, as a strict reader does.
func fixISA(h *isaHeader, head []byte) {
	if len(head) < isaWidth || h.separators[len(isaFields)-1] != isaWidth-3 {
		return // a field that has another width is found first
	}
	h.delimiters.Component, h.delimiters.Segment = head[isaWidth-2], head[isaWidth-1]
	h.tail, h.end, h.consumed, h.noISA16 = nil, isaWidth-1, isaWidth, false
}

// nextSegment gives the line behind line breaks and blanks, and says whether it begins
// like a segment that may follow an ISA.
func nextSegment(rest []byte, separator byte) (line []byte, follows bool) {
	rest = bytes.TrimLeft(rest, "\r\n\t ")
	for _, id := range []string{"GS", "TA1", "IEA"} {
		if len(rest) > len(id) && string(rest[:len(id)]) == id && rest[len(id)] == separator {
			if end := bytes.IndexAny(rest, "\r\n"); end >= 0 {
				return rest[:end], true
			}
			return nil, true
		}
	}
	return nil, false
}

func endsInSegmentID(b []byte) bool {
	return bytes.HasSuffix(b, []byte("GS")) || bytes.HasSuffix(b, []byte("TA1")) || bytes.HasSuffix(b, []byte("IEA"))
}
