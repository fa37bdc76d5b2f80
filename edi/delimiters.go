package edi

import (
	"errors"
	"fmt"
)

// Delimiters are the four separator bytes of an interchange.
type Delimiters struct {
	Element   byte // between elements; position 4 of the ISA
	Component byte // within a composite element; ISA16
	// Repetition separates repeated elements; 0 where the version has none.
	// It is ISA11 from version 00402 on.
	Repetition byte
	Segment    byte // ends a segment; the byte behind ISA16
}

// DefaultDelimiters are the commonest ones in North American traffic.
var DefaultDelimiters = Delimiters{Element: '*', Component: '>', Segment: '~'}

// ErrDelimiters says that delimiters cannot be told from data or from one another;
// the errors behind it say which of them.
var (
	ErrDelimiters = errors.New("unusable delimiters")

	ErrElementSeparator    = fmt.Errorf("%w: element separator", ErrDelimiters)
	ErrComponentSeparator  = fmt.Errorf("%w: component separator", ErrDelimiters)
	ErrSegmentTerminator   = fmt.Errorf("%w: segment terminator", ErrDelimiters)
	ErrRepetitionSeparator = fmt.Errorf("%w: repetition separator", ErrDelimiters)
)

// Validate checks that the delimiters are different and are neither letters, digits
// nor blanks.
func (d Delimiters) Validate() error {
	all := []struct {
		err error
		b   byte
	}{{ErrElementSeparator, d.Element}, {ErrComponentSeparator, d.Component}, {ErrSegmentTerminator, d.Segment}, {ErrRepetitionSeparator, d.Repetition}}
	for i, each := range all {
		if each.b == 0 && each.err == ErrRepetitionSeparator {
			continue
		}
		if alphanumeric(each.b) || each.b == ' ' || each.b == 0 {
			return fmt.Errorf("%w: %q is a letter, a digit, blank or NUL", each.err, each.b)
		}
		for _, other := range all[:i] {
			if each.b == other.b {
				return fmt.Errorf("%w: %q separates something else too", each.err, each.b)
			}
		}
	}
	return nil
}

func alphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

// is says whether a byte of data would be read as a delimiter.
func (d Delimiters) is(b byte) bool {
	return b == d.Element || b == d.Component || b == d.Segment || (b == d.Repetition && b != 0)
}
