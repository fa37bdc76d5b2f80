package doc

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Lengths in characters that a mapping must respect, from the element dictionary of
// 004010; none is shorter in 005010.
const (
	MaxOrderNumber = 22  // BEG03, BIG04
	MaxReference   = 30  // REF02; 50 in 005010
	MaxDescription = 80  // PID05
	MaxMessage     = 264 // MSG01; MTX02 in 005010 holds 4096
	MaxName        = 60  // N102
	MaxStreet      = 55  // N301, N302
	MaxTown        = 30  // N401
	MaxProductID   = 48  // PO107
	MaxLineID      = 20  // PO101
	// MaxMessages and MaxDescriptions are how often MSG and PID may repeat.
	MaxMessages     = 1000
	MaxDescriptions = 1000
)

// limit is the length of an element; of numbers the digits are counted, of composites
// nothing.
type limit struct {
	shortest, longest int
	number, composite bool
}

// limits4010 holds the elements of each segment in order: "1-22", "2" for a length that
// is fixed, "#1-15" for a number, "-" for a composite.
var limits4010 = parseLimits(`
ACK 2 #1-15 2 3 8 1-45` + productIDs + ` 2 1-15 1-30
AMT 1-3 #1-18 1
BCH 2 2 1-22 1-30 1-8 8 1-45 1-30 1-30 8 8 2 2 2 2 2
BAK 2 2 1-22 8 1-30 1-45 1-30 1-30 8 2
BEG 2 2 1-22 1-30 8 1-30 2 3 2 2 2 2
BGN 2 1-30 8 4-8 2 1-30 2 1-2 2
BIG 8 1-22 8 1-22 1-30 1-8 2 2 1-2 1-22
BTP 2 1-30 8 4-8 2 2 1-30 8 4-8 3
CAD 1-2 1-4 1-10 2-4 1-35 2 2-3 1-30 2
CTT #1-6 #1-10 #1-10 2 #1-8 2 1-80
CUR 2-3 3 #4-10 2-3 3 3 3 8 4-8 3 8 4-8 3 8 4-8 3 8 4-8 3 8 4-8
DTM 3 8 4-8 2 2-3 1-35
FOB 2 1-2 1-80 2 3 1-2 1-80 2 1-80
ISS #1-10 2 #1-10 2 #1-8 2 #1-15 #1-10
IT1 1-20 #1-10 2 #1-17 2` + productIDs + `
ITD 2 1-2 #1-6 8 #1-3 8 #1-3 #1-10 8 #1-10 #1-5 1-80 #1-2 1-2 #1-10
LX #1-6
MSG 1-264 2 #1-9
MTX 3 1-4096 1-4096 2
N1 2-3 1-60 1-2 2-80 2 2-3
N2 1-60 1-60
N3 1-55 1-55
N4 2-30 2 3-15 2-3 1-2 1-30
N9 2-3 1-30 1-45 8 4-8 2 -
NTE 3 1-80
OTI 1-2 2-3 1-30 2-15 2-15 8 4-8 #1-9 4-9 3 1-12 2 2 2 1-2 1-2 3
PER 2 1-60 2 1-80 2 1-80 2 1-80 1-20
PID 1 2-3 2 1-12 1-80 2 1-15 1 2-3
PLA 1-2 2-3 8 4-8 2-3
PO1 1-20 #1-15 2 #1-17 2` + productIDs + `
PO4 #1-6 #1-8 2 3-5 1-2 #1-9 2 #1-9 2 #1-8 #1-8 #1-8 2 #1-6 2 1-20 1-20 #1-9
POC 1-20 2 #1-15 #1-9 - #1-17 2` + productIDs + `
QTY 2 #1-15 - 1-30
RED 1-80 2-3 2 1-15 1-3 1-30
REF 2-3 1-30 1-80 -
SAC 1 4 2 1-10 #1-15 1 #1-6 #1-9 2 #1-15 #1-15 2 1-30 1-20 1-80 2-3
SCH #1-15 2 2-3 1-60 3 8 4-8 3 8 4-8 1-45 1-20
TAX 1-20 1-2 1-30 1-2 1-30 1-2 1-30 1-2 1-30 1-2 1-30 1 1
TDS #1-15 #1-15 #1-15 #1-15
TED 1-3 1-60 2-3 #1-6 #1-2 #1-4 1-99 1-99
TXI 2 #1-18 #1-10 2 1-10 1 1 #1-9 1-20 1-20`)

// limits5010 are those of 004010 but for the segments that 005010 changed.
var limits5010 = limits4010.changed(`
BAK 2 2 1-22 8 1-30 1-45 1-30 1-50 8 2
BCH 2 2 1-22 1-30 1-8 8 1-45 1-30 1-50 8 8 2 2 2 2 2
BGN 2 1-50 8 4-8 2 1-50 2 1-2 2
BIG 8 1-22 8 1-22 1-30 1-8 2 2 1-2 1-22 4
BTP 2 1-50 8 4-8 2 2 1-50 8 4-8 3
CAD 1-2 1-4 1-15 2-4 1-35 2 2-3 1-50 2
IT1 1-20 #1-15 2 #1-17 2` + productIDs + `
MTX 3 1-4096 1-4096 2 #1-9 2-3
N4 2-30 2 3-15 2-3 1-2 1-30 1-3
N9 2-3 1-50 1-45 8 4-8 2 -
OTI 1-2 2-3 1-50 2-15 2-15 8 4-8 #1-9 4-9 3 1-12 2 2 2 1-2 1-2 3
PER 2 1-60 2 1-256 2 1-256 2 1-256 1-20
REF 2-3 1-50 1-80 -
SAC 1 4 2 1-10 #1-15 1 #1-6 #1-9 2 #1-15 #1-15 2 1-50 1-20 1-80 2-3
TED 1-3 1-60 2-3 #1-10 - - 1-99 1-99`)

// productIDs are the ten pairs of a line.
const productIDs = " 2 1-48 2 1-48 2 1-48 2 1-48 2 1-48 2 1-48 2 1-48 2 1-48 2 1-48 2 1-48"

// limits are the elements of each segment of a version.
type limits map[string][]limit

func parseLimits(table string) limits {
	out := limits{}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		words := strings.Fields(line)
		for _, word := range words[1:] {
			out[words[0]] = append(out[words[0]], parseLimit(word))
		}
	}
	return out
}

func parseLimit(word string) limit {
	if word == "-" {
		return limit{composite: true}
	}
	digits, number := strings.CutPrefix(word, "#")
	shortest, longest, ranged := strings.Cut(digits, "-")
	if !ranged {
		longest = shortest
	}
	l := limit{number: number}
	l.shortest, _ = strconv.Atoi(shortest) // a test compares every entry with the tables
	l.longest, _ = strconv.Atoi(longest)
	return l
}

func (l limits) changed(table string) limits {
	out := parseLimits(table)
	for id, elements := range l {
		if out[id] == nil {
			out[id] = elements
		}
	}
	return out
}

// fits says whether a value has its length.
func (l limit) fits(value string) bool {
	if value == "" || l.composite {
		return true
	}
	n := l.length(value)
	return n >= l.shortest && n <= l.longest
}

// length counts characters, and of numbers the digits only: sign and decimal point are
// not counted (X12.6).
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

// fitted gives a number the zeros that its length asks for, and leaves the one in front
// of the point out where there is no room for it.
func (l limit) fitted(value string) string {
	if l.fits(value) || !l.number {
		return value
	}
	unsigned := strings.TrimPrefix(value, "-")
	sign := value[:len(value)-len(unsigned)]
	n := l.length(value)
	if n == l.longest+1 && strings.HasPrefix(unsigned, "0.") {
		return sign + unsigned[1:]
	}
	return sign + strings.Repeat("0", max(l.shortest-n, 0)) + unsigned
}
