package edi

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
)

// wordSize is how many bytes the scanner looks at in one step.
const wordSize = 8

// everywhere repeats a byte in each byte of a word.
func everywhere(b byte) uint64 { return uint64(b) * 0x0101010101010101 }

// zeros marks the bytes of a word that are zero by their highest bit, and no others.
func zeros(v uint64) uint64 {
	const low = 0x7f7f7f7f7f7f7f7f
	return ^((v&low + low) | v | low)
}

// scan finds the next segment and the elements in it.
func (d *Decoder) scan() error {
	if d.scanWords() {
		return nil
	}
	for at, n, found := 0, 1, false; ; {
		if at, n, found = d.scanBytes(at, n); found {
			d.consumed = at + 1 + len(d.tail)
			return nil
		}
		if at > d.MaxSegment {
			return d.fault(fmt.Errorf("%w: over %d bytes", ErrSegmentSize, d.MaxSegment))
		}
		if err := d.fill(at + 1 + len(d.tail)); err != nil {
			return d.unterminated(err, n)
		}
	}
}

// fewElements is how many elements scanWords takes; a power of two.
const fewElements = 64

// scanWords takes a segment that lies in the buffer and has few elements, as nearly
// all do. It looks at eight bytes at a time: delimiters are few bytes apart, and a loop
// over single bytes would guess each of them wrong.
func (d *Decoder) scanWords() bool {
	unread, bounds, n := d.buf[d.from:d.to], &d.few, 1
	for at := 0; at+wordSize <= len(unread) && n < fewElements; at += wordSize {
		word := binary.LittleEndian.Uint64(unread[at:])
		hits, ends := zeros(word^d.separators), zeros(word^d.terminators)
		if ends != 0 {
			hits &= ends&-ends - 1 // only what stands in front of the terminator
		}
		// Three places are written whether there are that many or not: how many follow is
		// what a processor guesses badly.
		i := n & (fewElements - 1)
		n += bits.OnesCount64(hits)
		bounds[i] = behind(at, hits)
		hits &= hits - 1
		bounds[i+1] = behind(at, hits)
		hits &= hits - 1
		bounds[i+2] = behind(at, hits)
		for hits &= hits - 1; hits != 0; hits &= hits - 1 {
			bounds[(i+3)&(2*fewElements-1)] = behind(at, hits)
			i++
		}
		if ends == 0 {
			continue
		}
		end := at + bits.TrailingZeros64(ends)>>3
		if end+1+len(d.tail) > len(unread) || !bytes.HasPrefix(unread[end+1:], d.tail) {
			return false
		}
		bounds[n&(2*fewElements-1)] = uint32(end) + 1
		d.segment.raw, d.segment.bounds = unread[:end], bounds[:n+1]
		d.consumed = end + 1 + len(d.tail)
		return true
	}
	return false
}

// behind is the place behind the first hit of a word.
func behind(at int, hits uint64) uint32 { return uint32(at+bits.TrailingZeros64(hits)>>3) + 1 }

// scanBytes takes any other segment: one at the end of the buffer, with many elements,
// or with a terminator of two bytes. It goes on at a place, with n parts found so far.
func (d *Decoder) scanBytes(at, n int) (int, int, bool) {
	unread := d.buf[d.from:d.to]
	for ; at+len(d.tail) < len(unread); at++ {
		if n+1 >= len(d.many) {
			d.many = append(d.many, make([]uint32, 1+len(d.many))...)
		}
		switch unread[at] {
		case d.segment.delimiters.Element:
			d.many[n] = uint32(at) + 1
			n++
		case d.segment.delimiters.Segment:
			if bytes.HasPrefix(unread[at+1:], d.tail) {
				d.segment.take(unread[:at], d.many, n)
				return at, n, true
			}
		}
	}
	return at, n, false
}

// unterminated takes what stands behind the last terminator: nothing, or a whole IEA,
// which a tolerant reader accepts. Any other segment may have been cut.
func (d *Decoder) unterminated(err error, n int) error {
	rest := d.buf[d.from:d.to]
	if blank := bytes.TrimRight(rest, "\x00\x1a \t\r\n"); errors.Is(err, io.EOF) && len(blank) > 0 && d.tolerate != nil {
		for n > 1 && int(d.many[n-1]) > len(blank) {
			n--
		}
		d.segment.take(blank, d.many, n)
		d.segment.Offset, d.consumed = d.base+int64(d.from), len(rest)
		if d.segment.Is("IEA") && d.envelope.interchangeControl.same(d.segment.Element(2)) {
			d.place.inGroup, d.place.inSet = d.envelope.inGroup, d.envelope.inSet
			return d.tolerated(d.segmentFault(ErrTerminator, "the last segment has none"))
		}
	}
	return d.early(err)
}

// binary reads on in a segment that says how long its data are: BIN and BDS, whose
// data may hold any byte.
func (d *Decoder) binary() error {
	s := &d.segment
	at := 0 // the element with the length; the data follow it
	switch {
	case s.Is("BIN"):
		at = 1
	case s.Is("BDS"):
		at = 2
	default:
		return nil
	}
	length, err := strconv.Atoi(s.Text(at))
	if err != nil || length < 0 || s.Len() < at+1 {
		return nil // the validator tells
	}
	start := int(s.bounds[at+1])
	bounds := s.bounds[:at+2]
	if length > d.MaxSegment-start {
		return d.fault(fmt.Errorf("%w: over %d bytes", ErrSegmentSize, d.MaxSegment))
	}
	end := start + length
	if err := d.fill(end + 1 + len(d.tail)); err != nil {
		return d.early(err)
	}
	unread := d.buf[d.from:d.to]
	if unread[end] != s.delimiters.Segment || !bytes.HasPrefix(unread[end+1:], d.tail) {
		return d.segmentFault(ErrTerminator, "%s says %d bytes, and no terminator stands behind them", s.ID(), length)
	}
	s.take(unread[:end], append(bounds, 0), at+2)
	d.consumed = end + 1 + len(d.tail)
	return nil
}
