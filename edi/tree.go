package edi

import (
	"errors"
	"io"
)

// InterchangeTree is a whole interchange in memory.
type InterchangeTree struct {
	Interchange
	Delimiters Delimiters
	// Segments are those of the interchange itself, outside its groups: TA1.
	Segments []SegmentData
	Groups   []GroupTree
}

// GroupTree is a whole functional group in memory.
type GroupTree struct {
	Group
	Sets []Set
}

// Set is a transaction set with the segments between its ST and SE.
type Set struct {
	ID       string // ST01
	Control  string // ST02
	Offset   int64  // of the ST
	Path     string // such as "ISA[1]/GS[1]/ST[2]"
	Segments []SegmentData
}

// ReadAll reads every interchange of an input into memory: a loop over a Decoder
// for inputs that are known to be small.
func ReadAll(r io.Reader) ([]InterchangeTree, error) {
	decoder := NewDecoder(r)
	var out []InterchangeTree
	for {
		s, err := decoder.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err == nil {
			out, err = grow(out, s, decoder)
		}
		if err != nil {
			return nil, err
		}
	}
}

// ReadTolerant reads like ReadAll and goes on behind what Decoder.Tolerate goes on behind,
// and behind dates of envelopes that are none: package schema tells of all that. It gives
// what was read in front of a final fault together with it.
func ReadTolerant(r io.Reader) ([]InterchangeTree, error) {
	decoder := NewDecoder(r)
	decoder.Tolerate(func(*SyntaxError) {})
	var out []InterchangeTree
	for {
		s, err := decoder.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out, _ = grow(out, s, decoder)
	}
}

// grow hangs a segment where it belongs; the decoder has checked the nesting.
func grow(out []InterchangeTree, s *Segment, decoder *Decoder) ([]InterchangeTree, error) {
	if s.Is("ISA") {
		ic, err := ParseInterchange(s)
		return append(out, InterchangeTree{Interchange: ic, Delimiters: decoder.Delimiters()}), err
	}
	interchange := &out[len(out)-1]
	if s.Is("GS") {
		g, err := ParseGroup(s)
		interchange.Groups = append(interchange.Groups, GroupTree{Group: g})
		return out, err
	}
	if s.Is("GE") || s.Is("IEA") {
		return out, nil
	}
	if s.Is("TA1") && !decoder.place.inSet {
		interchange.Segments = append(interchange.Segments, s.Data())
		return out, nil
	}
	group := &interchange.Groups[len(interchange.Groups)-1]
	switch {
	case s.Is("ST"):
		group.Sets = append(group.Sets, Set{ID: s.Text(1), Control: s.Text(2), Offset: s.Offset, Path: s.Path()})
	case !s.Is("SE"):
		set := &group.Sets[len(group.Sets)-1]
		set.Segments = append(set.Segments, s.Data())
	}
	return out, nil
}
