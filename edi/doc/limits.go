package doc

import (
	"fmt"
	"unicode/utf8"

	"tradewind/edi"
)

// Lengths in characters that a mapping must respect, from the element
// dictionary of 004010.
const (
	MaxOrderNumber = 22  // BEG03
	MaxReference   = 30  // REF02
	MaxDescription = 80  // PID05
	MaxMessage     = 264 // MSG01
	MaxName        = 60  // N102
	MaxStreet      = 55  // N301, N302
	MaxTown        = 30  // N401
	MaxProductID   = 48  // PO107
	MaxLineID      = 20  // PO101
	// MaxMessages and MaxDescriptions are how often MSG and PID may repeat.
	MaxMessages     = 1000
	MaxDescriptions = 1000
)

// limit is the length of an element in 004010; numbers count digits only.
type limit struct {
	shortest, longest int
	number            bool
}

// limits hold the elements of each segment in order, from the tables of 004010.
var limits = map[string][]limit{
	"BEG": {{2, 2, false}, {2, 2, false}, {1, 22, false}, {1, 30, false}, {8, 8, false}, {1, 30, false}},
	"CUR": {{2, 3, false}, {3, 3, false}},
	"REF": {{2, 3, false}, {1, 30, false}, {1, 80, false}},
	"PER": {{2, 2, false}, {1, 60, false}, {2, 2, false}, {1, 80, false}, {2, 2, false}, {1, 80, false}, {2, 2, false}, {1, 80, false}},
	"FOB": {{2, 2, false}, {1, 2, false}, {1, 80, false}},
	"ITD": {{2, 2, false}, {1, 2, false}, {1, 6, true}, {8, 8, false}, {1, 3, true}, {8, 8, false}, {1, 3, true}, {1, 10, true},
		{8, 8, false}, {1, 10, true}, {1, 5, true}, {1, 80, false}},
	"DTM": {{3, 3, false}, {8, 8, false}},
	"N9":  {{2, 3, false}, {1, 30, false}, {1, 45, false}},
	"MSG": {{1, 264, false}},
	"N1":  {{2, 3, false}, {1, 60, false}, {1, 2, false}, {2, 80, false}},
	"N2":  {{1, 60, false}, {1, 60, false}},
	"N3":  {{1, 55, false}, {1, 55, false}},
	"N4":  {{2, 30, false}, {2, 2, false}, {3, 15, false}, {2, 3, false}},
	"PID": {{1, 1, false}, {2, 3, false}, {2, 2, false}, {1, 12, false}, {1, 80, false}},
	"SAC": {{1, 1, false}, {4, 4, false}, {2, 2, false}, {1, 10, false}, {1, 15, true}, {1, 1, false}, {1, 6, true}, {1, 9, true},
		{2, 2, false}, {1, 10, true}, {1, 10, true}, {2, 2, false}, {1, 30, false}, {1, 20, false}, {1, 80, false}},
	"CTT": {{1, 6, true}, {1, 10, true}},
	"AMT": {{1, 3, false}, {1, 18, true}},
	"PO1": append([]limit{{1, 20, false}, {1, 15, true}, {2, 2, false}, {1, 17, true}, {2, 2, false}}, pairs(10)...),
}

// pairs are the product ids of PO1: a qualifier and an id each.
func pairs(n int) []limit {
	var out []limit
	for range n {
		out = append(out, limit{2, 2, false}, limit{1, 48, false})
	}
	return out
}

// LengthError says which element does not fit its length in the standard.
type LengthError struct {
	Path     string // such as "PO1[3]-07"
	Value    string
	Shortest int
	Longest  int
}

// Error names the element and both lengths.
func (e *LengthError) Error() string {
	return fmt.Sprintf("%s: %q is %d characters long; it must be %d to %d", e.Path, e.Value, utf8.RuneCountInString(e.Value), e.Shortest, e.Longest)
}

// checkLengths compares every element with its limit. Paths count each segment
// among its like.
func checkLengths(segments []edi.SegmentData) error {
	seen := map[string]int{}
	for _, s := range segments {
		seen[s.ID]++
		for i, l := range limits[s.ID] {
			value := s.Element(i + 1)
			if n := l.length(value); value != "" && (n < l.shortest || n > l.longest) {
				return &LengthError{Path: fmt.Sprintf("%s[%d]-%02d", s.ID, seen[s.ID], i+1), Value: value, Shortest: l.shortest, Longest: l.longest}
			}
		}
	}
	return nil
}

// length counts characters, and of numbers the digits only: sign and decimal
// point are not counted (X12.6).
func (l limit) length(value string) int {
	if !l.number {
		return utf8.RuneCountInString(value)
	}
	n := 0
	for i := range len(value) {
		if value[i] >= '0' && value[i] <= '9' {
			n++
		}
	}
	return n
}
