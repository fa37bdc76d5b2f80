package edi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

const (
	// DefaultMaxSegment is the longest segment a Decoder reads unless told otherwise.
	DefaultMaxSegment = 16 << 20
	firstBuffer       = 64 << 10
)

// Decoder reads segments from an input of one or more interchanges and checks
// the envelopes: nesting, counts and control numbers. Its memory depends on the
// longest segment, not on the input.
type Decoder struct {
	tolerate func(*SyntaxError)
	// MaxSegment bounds the length of a segment in bytes; 1 GiB is the most.
	MaxSegment int

	r        io.Reader
	buf      []byte
	from, to int   // unread part of buf
	base     int64 // position of buf[0] in the input
	eof      bool

	segment Segment
	// consumed is the length of the segment with its terminator, and tail what follows
	// the first byte of a terminator that has several.
	consumed int
	tail     []byte
	// separators and terminators repeat the delimiters for the scanner; few and many
	// hold where the elements of a segment begin.
	separators, terminators uint64
	few                     [2 * fewElements]uint32
	many                    []uint32

	lost     bool // a misplaced segment was reported, and those behind it need not be
	place    *place
	envelope envelope
	err      error
}

// NewDecoder reads from r, which need not be buffered.
func NewDecoder(r io.Reader) *Decoder {
	p := newPlace()
	return &Decoder{MaxSegment: DefaultMaxSegment, r: r, place: p, segment: Segment{place: p}, many: make([]uint32, fewElements)}
}

// Tolerate makes the decoder go on behind faults that leave no doubt where it stands:
// an ISA of other widths, odd terminators, wrong counts, control numbers that differ,
// bad segment ids, trailers that are missing and segments in the wrong place. Each is
// reported before the segment that shows it is given.
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
	for {
		if d.from == d.to || d.buf[d.from] <= ' ' {
			if err := d.skipLineBreaks(); err != nil {
				return nil, err
			}
		}
		if d.buf[d.from] == 'I' && d.foreignISA() {
			if err := d.abandon(); err != nil {
				return nil, err
			}
			return d.readISA()
		}
		if err := d.scan(); err != nil {
			return nil, err
		}
		d.segment.Offset = d.base + int64(d.from)
		outcome, err := d.check()
		if err != nil {
			return nil, err
		}
		if outcome == restart {
			return d.readISA()
		}
		d.from += d.consumed
		if outcome == pass {
			return &d.segment, nil
		}
	}
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

// skipPadding passes what may stand around interchanges: a byte order mark,
// white space, NUL and Ctrl-Z.
func (d *Decoder) skipPadding() error {
	for {
		for d.from < d.to {
			switch d.buf[d.from] {
			case ' ', '\t', '\r', '\n', 0, 0x1a:
				d.from++
				continue
			case byteOrderMark[0]: // files that were joined have several
				if err := d.fill(len(byteOrderMark)); err != nil && !errors.Is(err, io.EOF) {
					return err
				}
				if bytes.HasPrefix(d.buf[d.from:d.to], []byte(byteOrderMark)) {
					d.from += len(byteOrderMark)
					continue
				}
			}
			return nil
		}
		if err := d.fill(1); err != nil {
			return err
		}
	}
}

const byteOrderMark = "\xef\xbb\xbf"

// skipLineBreaks passes the line breaks that many senders put behind the terminator, and
// empty lines where a line break is the terminator.
func (d *Decoder) skipLineBreaks() error {
	for {
		for d.from < d.to {
			b := d.buf[d.from]
			if b != '\r' && b != '\n' && (b != ' ' && b != '\t' || b == d.segment.delimiters.Segment) || b == d.segment.delimiters.Element {
				return nil
			}
			d.from++
		}
		if err := d.fill(1); err != nil {
			return d.early(err)
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
