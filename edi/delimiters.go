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

// ErrDelimiters says that delimiters cannot tell a segment's parts apart.
var ErrDelimiters = errors.New("unusable delimiters")

// Validate says whether the delimiters are distinct and cannot be data.
func (d Delimiters) Validate() error {
	named := []struct {
		name string
		b    byte
	}{{"element separator", d.Element}, {"component separator", d.Component}, {"segment terminator", d.Segment}, {"repetition separator", d.Repetition}}
	for i, a := range named {
		if a.b == 0 && a.name == "repetition separator" {
			continue
		}
		if alphanumeric(a.b) || a.b == ' ' || a.b == 0 {
			return fmt.Errorf("%w: %q cannot be the %s", ErrDelimiters, a.b, a.name)
		}
		for _, b := range named[:i] {
			if a.b == b.b {
				return fmt.Errorf("%w: %q is both %s and %s", ErrDelimiters, a.b, b.name, a.name)
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
