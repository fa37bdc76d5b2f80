package main

import (
	"bytes"
	"iter"
	"unicode/utf8"

	"tradewind/edi/schema"
)

// field is a value that a segment holds.
type field struct {
	schema.Label
	// repetition and component are 0 where an element has only one.
	element, repetition, component int
	// value is clipped; length is that of the whole.
	value  []byte
	length int
}

// longestValue is how much of a value an outline shows.
const longestValue = 240

// fields gives the values of a segment that are not blank.
func (l line) fields() iter.Seq[field] {
	return func(yield func(field) bool) {
		isa := l.Is("ISA") // which holds the separators as values
		for i := 1; i <= l.Len(); i++ {
			for repetition, repeated := range l.parts(l.Element(i), l.delimiters.Repetition, isa) {
				for component, value := range l.parts(repeated, l.delimiters.Component, isa) {
					if len(bytes.TrimSpace(value)) == 0 {
						continue
					}
					f := field{element: i, repetition: repetition, component: component, value: clip(value), length: len(value)}
					f.Label = l.tables.Label(string(clip(l.Element(0))), i, component, value)
					if !yield(f) {
						return
					}
				}
			}
		}
	}
}

// parts takes a value apart and counts from 1; it gives 0 and the value where there is
// nothing to separate.
func (l line) parts(value []byte, separator byte, whole bool) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		if whole || separator == 0 || bytes.IndexByte(value, separator) < 0 {
			yield(0, value)
			return
		}
		n := 0
		for part := range bytes.SplitSeq(value, []byte{separator}) {
			if n++; !yield(n, part) {
				return
			}
		}
	}
}

// clip cuts a value, between two characters if it is UTF-8.
func clip(value []byte) []byte {
	if len(value) <= longestValue {
		return value
	}
	end := longestValue
	for end > longestValue-utf8.UTFMax && !utf8.RuneStart(value[end]) {
		end--
	}
	return value[:end]
}
