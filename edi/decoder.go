package edi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

const (
	isaWidth = 106 // with its terminator; fixed by X12.5
	// DefaultMaxSegment is the longest segment a Decoder reads unless told otherwise.
	DefaultMaxSegment = 16 << 20
	firstBuffer       = 64 << 10
)

// isaSeparators are the positions of the element separators in an ISA, and
// isaFields the names of the fields that end there.
var isaSeparators = [...]int{3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103}

// Decoder reads segments from an input of one or more interchanges and checks
// the envelopes: nesting, counts and control numbers. Its memory depends on the
// longest segment, not on the input.
type Decoder struct {
	tolerate func(*SyntaxError)
	// MaxSegment bounds the length of a segment in bytes.
	MaxSegment int

	r        io.Reader
	buf      []byte
	from, to int   // unread part of buf
	base     int64 // position of buf[0] in the input
	eof      bool
	started  bool // something was read, so a BOM is no longer expected

	segment  Segment
	place    *place
	envelope envelope
	err      error
}

// NewDecoder reads from r, which need not be buffered.
func NewDecoder(r io.Reader) *Decoder {
	p := newPlace()
	return &Decoder{MaxSegment: DefaultMaxSegment, r: r, place: p, segment: Segment{place: p}}
}

// Tolerate makes the decoder go on behind faults that leave no doubt where it stands:
// wrong counts, control numbers that differ, and bad segment ids. Each is reported.
func (d *Decoder) Tolerate(report func(*SyntaxError)) { d.tolerate = report }

// Delimiters are those of the interchange being read.
func (d *Decoder) Delimiters() Delimiters { return d.segment.delimiters }

// InputOffset is the position behind the last segment read.
func (d *Decoder) InputOffset() int64 { return d.base + int64(d.from) }

// Read gives the next segment; io.EOF follows the last interchange. A fault of
// syntax is a *SyntaxError, and it is final; an error of the reader is given as
// it is.
func (d *Decoder) Read() (*Segment, error) {
	if d.err != nil {
		return nil, d.err
	}
	s, err := d.read()
	if err != nil {
		d.err = err
		return nil, err
	}
	return s, nil
}

func (d *Decoder) read() (*Segment, error) {
	if !d.envelope.open {
		return d.readISA()
	}
	if err := d.skipLineBreaks(); err != nil {
		return nil, err
	}
	raw, err := d.scan()
	if err != nil {
		return nil, err
	}
	d.segment.Offset = d.base + int64(d.from)
	d.from += len(raw) + 1
	return &d.segment, d.check()
}

// tolerated reports an error where the decoder may go on, and gives any other.
func (d *Decoder) tolerated(err error) error {
	var fault *SyntaxError
	if d.tolerate == nil || !errors.As(err, &fault) {
		return err
	}
	d.tolerate(fault)
	return nil
}

// readISA finds the next interchange and takes its delimiters.
func (d *Decoder) readISA() (*Segment, error) {
	if err := d.skipPadding(); err != nil {
		return nil, err
	}
	offset := d.base + int64(d.from)
	if err := d.fill(isaWidth); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head := d.buf[d.from:d.to]
	if !bytes.HasPrefix(head, []byte("ISA")) {
		return nil, &SyntaxError{Offset: offset, Err: ErrNoInterchange}
	}
	d.place.interchange++
	path := fmt.Sprintf("ISA[%d]", d.place.interchange)
	if len(head) < isaWidth {
		return nil, &SyntaxError{Offset: offset + int64(len(head)), Path: path, Err: fmt.Errorf("%w: inside the ISA", ErrEnd)}
	}
	delimiters, err := isaDelimiters(head, offset, path)
	if err != nil {
		return nil, err
	}
	d.place.group, d.place.inGroup, d.place.inSet = 0, false, false
	d.place.seen.clear()
	d.segment.Offset, d.segment.delimiters = offset, delimiters
	d.segment.split(head[:isaWidth-1])
	d.from += isaWidth
	d.envelope = envelope{open: true}
	d.envelope.interchangeControl.set(d.segment.Element(13))
	return &d.segment, nil
}

// isaDelimiters reads the delimiters by position and checks every separator, so
// that a field of the wrong width is named.
func isaDelimiters(isa []byte, offset int64, path string) (Delimiters, error) {
	d := Delimiters{Element: isa[3], Component: isa[104], Segment: isa[105]}
	for i, at := range isaSeparators {
		if isa[at] != d.Element || bytes.IndexByte(isa[fieldStart(i):at], d.Element) >= 0 {
			return d, &SyntaxError{Offset: offset + int64(fieldStart(i)), Path: path + elementSuffix(i),
				Err: fmt.Errorf("%w: ISA%02d must be %d bytes", ErrISAWidth, i, at-fieldStart(i))}
		}
	}
	// ISA11 is the repetition separator from version 00402 on; before, it names
	// the standard, and letters such as U stay data in any version.
	if version := isa[84:89]; string(version) >= "00402" && !alphanumeric(isa[82]) && isa[82] != ' ' {
		d.Repetition = isa[82]
	}
	if err := d.Validate(); err != nil {
		return d, &SyntaxError{Offset: offset + 104, Path: path + elementSuffix(16), Err: err}
	}
	return d, nil
}

func fieldStart(i int) int {
	if i == 0 {
		return 0
	}
	return isaSeparators[i-1] + 1
}

// skipPadding passes what may stand around interchanges: a byte order mark,
// white space, NUL and Ctrl-Z.
func (d *Decoder) skipPadding() error {
	if !d.started {
		d.started = true
		if err := d.fill(3); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if bytes.HasPrefix(d.buf[d.from:d.to], []byte("\xef\xbb\xbf")) {
			d.from += 3
		}
	}
	for {
		for d.from < d.to {
			switch d.buf[d.from] {
			case ' ', '\t', '\r', '\n', 0, 0x1a:
				d.from++
			default:
				return nil
			}
		}
		if err := d.fill(1); err != nil {
			return err
		}
	}
}

// skipLineBreaks passes the line breaks that many senders put behind the
// terminator, unless a line break is the terminator.
func (d *Decoder) skipLineBreaks() error {
	for {
		for d.from < d.to {
			b := d.buf[d.from]
			if (b != '\r' && b != '\n') || b == d.segment.delimiters.Segment {
				return nil
			}
			d.from++
		}
		if err := d.fill(1); err != nil {
			return d.early(err)
		}
	}
}

// scan gives the bytes before the next terminator and finds the elements in them, in
// one pass.
func (d *Decoder) scan() ([]byte, error) {
	separator, terminator := d.segment.delimiters.Element, d.segment.delimiters.Segment
	starts := append(d.segment.starts[:0], 0)
	for searched := 0; ; {
		unread := d.buf[d.from:d.to]
		for i := searched; i < len(unread); i++ {
			switch unread[i] {
			case separator:
				starts = append(starts, i+1)
			case terminator:
				d.segment.raw, d.segment.starts = unread[:i], starts
				return unread[:i], nil
			}
		}
		searched = len(unread)
		if searched > d.MaxSegment {
			return nil, d.fault(fmt.Errorf("%w: over %d bytes", ErrSegmentSize, d.MaxSegment))
		}
		if err := d.fill(searched + 1); err != nil {
			return nil, d.early(err)
		}
	}
}

// early turns the end of the input inside an interchange into a fault of syntax.
func (d *Decoder) early(err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	d.from = d.to
	return d.fault(fmt.Errorf("%w: before %s", ErrEnd, d.envelope.awaits()))
}

func (d *Decoder) fault(err error) error {
	return &SyntaxError{Offset: d.base + int64(d.from), Path: d.place.path([]byte(d.envelope.parent())), Err: err}
}

// fill makes at least n unread bytes available, or gives io.EOF with what there is.
func (d *Decoder) fill(n int) error {
	for empty := 0; d.to-d.from < n; {
		if d.eof {
			return io.EOF
		}
		d.room(n)
		read, err := d.r.Read(d.buf[d.to:])
		d.to += read
		switch {
		case errors.Is(err, io.EOF):
			d.eof = true
		case err != nil:
			return err
		case read == 0:
			if empty++; empty == 100 {
				return io.ErrNoProgress
			}
		}
	}
	return nil
}

// room moves the unread bytes to the front, and takes a larger buffer when they
// fill it.
func (d *Decoder) room(n int) {
	if d.to < len(d.buf) && len(d.buf)-d.from >= n {
		return
	}
	target := d.buf
	if unread := d.to - d.from; len(d.buf) < 2*unread || len(d.buf) < n || d.buf == nil {
		target = make([]byte, max(firstBuffer, 2*len(d.buf), n))
	}
	copy(target, d.buf[d.from:d.to])
	d.base += int64(d.from)
	d.buf, d.from, d.to = target, 0, d.to-d.from
}
