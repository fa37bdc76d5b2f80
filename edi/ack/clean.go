package ack

import (
	"strconv"
	"strings"

	"tradewind/edi"
)

// What an acknowledgement repeats was sent by somebody else, and may be of any length
// and hold any byte. Each value is made to fit the element that it goes into, so that
// the acknowledgement itself is valid: it is cleaned, clipped at its longest, and filled
// with blanks at its shortest, as X12.6 has it for text. Where nothing is left, a
// mandatory element gets a value that no real one has.
const (
	noFunctional = "ZZ"   // AK101
	noGroup      = "0"    // AK102: GS06 is no number of nine digits
	noSet        = "000"  // AK201
	noControl    = "0000" // AK202
	noSegment    = "ZZZ"  // AK301
)

// maxCopy is how much AK404 and IK404 hold.
const maxCopy = 99

// printable keeps the basic and extended characters of X12 without the delimiters that
// the answer is written with.
func printable(value string, d edi.Delimiters) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == rune(d.Element) || r == rune(d.Component) || r == rune(d.Segment) || d.Repetition != 0 && r == rune(d.Repetition) {
			return -1
		}
		return r
	}, value)
}

// fit makes a text fit an element.
func fit(value string, d edi.Delimiters, shortest, longest int, otherwise string) string {
	value = strings.TrimSpace(printable(value, d))
	if value == "" {
		return otherwise
	}
	value = strings.TrimRight(value[:min(len(value), longest)], " ")
	return value + strings.Repeat(" ", max(0, shortest-len(value)))
}

// identifier makes a name fit an element: ids are made of capital letters and digits.
func identifier(value string, shortest, longest int, otherwise string) string {
	value = strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, value)
	return fit(value, edi.Delimiters{}, shortest, longest, otherwise)
}

// functionalOf is AK101 of a group.
func functionalOf(g edi.Group) string { return identifier(g.Functional, 2, 2, noFunctional) }

// numberOf repeats a control number as it was sent; one that has too many digits
// without its leading zeros, or is no number, cannot be repeated.
func numberOf(control string, width int, otherwise string) string {
	control = strings.TrimSpace(control)
	if control == "" || strings.Trim(control, "0123456789") != "" {
		return otherwise
	}
	if len(control) <= width {
		return control
	}
	if control = strings.TrimLeft(control, "0"); control != "" && len(control) <= width {
		return control
	}
	return otherwise
}

// copied is what AK404 repeats of a bad value.
func copied(value string, d edi.Delimiters) string {
	value = printable(value, d)
	return strings.TrimRight(value[:min(len(value), maxCopy)], " ")
}

// dictionaryNumber is AK402: composites and elements without a number have none.
func dictionaryNumber(number string) string {
	if _, err := strconv.ParseUint(number, 10, 16); err != nil || len(number) > 4 {
		return ""
	}
	return number
}
