package schema

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"

	"tradewind/edi"
)

// traits are what the bytes of a segment have anywhere: most segments have none of
// them, and then their elements need fewer looks.
type traits struct{ component, repetition, odd bool }

// every repeats a byte in each byte of a word, and zeros marks those that are zero.
const every = 0x0101010101010101

func zeros(word uint64) uint64 {
	const low = 0x7f * every
	return ^((word&low + low) | word | low)
}

// traitsOf looks for separators within elements, control characters and bytes beyond
// ASCII, eight bytes at a time. Element separators that are control characters count as
// odd too, which costs time only.
func traitsOf(raw []byte, d edi.Delimiters) traits {
	component, repetition := uint64(d.Component)*every, uint64(d.Repetition)*every
	var odd, components, repetitions uint64
	look := func(word uint64) {
		odd |= word | (word - ' '*every) | (word + every) // in the highest bits: beyond ASCII, below a blank, 0x7f
		components |= zeros(word ^ component)
		repetitions |= zeros(word ^ repetition)
	}
	for ; len(raw) >= 8; raw = raw[8:] {
		look(binary.LittleEndian.Uint64(raw))
	}
	rest := [8]byte{'0', '0', '0', '0', '0', '0', '0', '0'} // a digit is no delimiter
	copy(rest[:], raw)
	look(binary.LittleEndian.Uint64(rest[:]))
	return traits{component: components != 0, repetition: repetitions != 0 && d.Repetition != 0, odd: odd&(0x80*every) != 0}
}

// elements checks the elements of a segment against its definition.
func (v *Validator) elements(s *edi.Segment, def *segment) {
	n := s.Len()
	if n > len(def.elements) {
		extra := len(def.elements) + 1
		v.report(v.elementFinding(s, 1, ElementsTooMany, nil, extra, 0, "%s has %d elements, and %s knows %d", def.id, n, v.tables.Version, len(def.elements)))
		n = len(def.elements)
	}
	t := traitsOf(s.Raw(), v.delimiters)
	var present uint64
	for i := range max(n, def.least) {
		e := &def.elements[i]
		value := s.Element(i + 1)
		if len(value) == 0 {
			if e.required {
				v.report(v.elementFinding(s, e.level(ruledUse, 2), ElementMissing, e, i+1, 0, "%s%02d (%s) is required", def.id, i+1, e.name))
			}
			continue
		}
		present |= 1 << i
		if e.kind == kindText && e.codes == nil && t == (traits{}) && !e.forbidden && len(value) >= e.shortest && (len(value) <= e.longest || e.longest == 0) {
			continue // as most elements are
		}
		if e.forbidden {
			v.report(v.elementFinding(s, 7, ElementExclusion, e, i+1, 0, "the partner does not allow %s%02d (%s)", def.id, i+1, e.name))
		}
		if t.repetition && bytes.IndexByte(value, v.delimiters.Repetition) >= 0 {
			v.repetitions(s, i+1, e, value, t)
			continue
		}
		v.element(s, place{element: i + 1}, e, value, t)
	}
	highest := bits.Len64(present)
	for i := range def.notes {
		if def.notes[i].from >= highest {
			break // they are sorted: no other can matter
		}
		v.relation(s, def, &def.notes[i], present)
	}
}

// place is where a value stands in its segment; component and repetition are 0 where
// there is only one. start counts bytes from where the element begins.
type place struct{ element, component, repetition, start int }

// repetitions checks each repetition of an element.
func (v *Validator) repetitions(s *edi.Segment, i int, e *element, value []byte, t traits) {
	n, start := 0, 0
	for part := range bytes.SplitSeq(value, []byte{v.delimiters.Repetition}) {
		n++
		if len(part) > 0 {
			v.element(s, place{element: i, repetition: n, start: start}, e, part, t)
		}
		start += len(part) + 1
	}
	if e.repeats > 0 && n > e.repeats {
		v.report(v.elementFinding(s, 1, v.code(ElementRepetitions), e, i, 0, "%s stands %d times and may %d times", nameOf(s, place{element: i}, e), n, e.repeats))
	}
}

// element checks one element, with its components if it has any.
func (v *Validator) element(s *edi.Segment, at place, e *element, value []byte, t traits) {
	switch {
	case e.kind == kindComposite:
		v.composite(s, at, e, value, t)
	case t.component && e.kind != kindBinary && bytes.IndexByte(value, v.delimiters.Component) >= 0:
		v.report(v.findingAt(s, 1, v.code(ElementComponents), e, at, value, "%s %q has components, and is not composite", nameOf(s, at, e), clip(value)))
	default:
		v.value(s, at, e, value, t.odd)
	}
}

// composite checks the components of an element.
func (v *Validator) composite(s *edi.Segment, at place, e *element, value []byte, t traits) {
	n, first := 0, at
	var present uint64
	for part := range bytes.SplitSeq(value, []byte{v.delimiters.Component}) {
		n++
		at.component = n
		switch {
		case n > len(e.components):
			v.report(v.findingAt(s, 1, v.code(ElementComponents), e, at, part, "%s%02d has more than %d components", s.ID(), at.element, len(e.components)))
			return
		case len(part) > 0:
			present |= 1 << (n - 1)
			v.value(s, at, &e.components[n-1], part, t.odd)
		case e.components[n-1].required:
			v.lacksComponent(s, at, &e.components[n-1])
		}
		at.start += len(part) + 1
	}
	at.start-- // behind the last component
	for n++; n <= len(e.components); n++ {
		if e.components[n-1].required {
			at.component = n
			v.lacksComponent(s, at, &e.components[n-1])
		}
	}
	for i := range e.notes {
		if code, message, c := e.notes[i].broken(present); code != "" {
			at = first
			at.component = c
			v.report(v.findingAt(s, 4, code, &e.components[c-1], at, nil, message, listed(fmt.Sprintf("%s%02d-", s.ID(), at.element), e.notes[i].elements)))
		}
	}
}

func (v *Validator) lacksComponent(s *edi.Segment, at place, e *element) {
	v.report(v.findingAt(s, e.level(ruledUse, 2), ElementMissing, e, at, nil, "%s is required", nameOf(s, at, e)))
}

// value checks type, length and code of one value.
func (v *Validator) value(s *edi.Segment, at place, e *element, value []byte, odd bool) {
	length, fault, code := len(value), "", ""
	switch e.kind {
	case kindText:
		if odd {
			if !clean(value) {
				fault, code = "holds a control character", ElementCharacter
			}
			if utf8.Valid(value) {
				length = utf8.RuneCount(value)
			}
		}
	case kindInteger, kindDecimal:
		var ok bool
		if length, ok = digits(value, e.kind == kindDecimal); !ok {
			fault, code = "is not a number", ElementCharacter
		}
	case kindDate:
		if !date(value) {
			fault, code = "is not a date", ElementDate
		}
	case kindTime:
		if !clock(value) {
			fault, code = "is not a time", ElementTime
		}
	case kindBinary, kindComposite:
		return
	}
	if code != "" {
		v.report(v.findingAt(s, 1, code, e, at, value, "%s %q %s", nameOf(s, at, e), clip(value), fault))
	}
	switch {
	case length < e.shortest:
		v.report(v.findingAt(s, e.level(ruledLength, 1), ElementTooShort, e, at, value, "%s %q has %d characters and needs %d", nameOf(s, at, e), clip(value), length, e.shortest))
	case e.longest > 0 && length > e.longest:
		v.report(v.findingAt(s, e.level(ruledLength, 1), ElementTooLong, e, at, value, "%s %q has %d characters and may have %d", nameOf(s, at, e), clip(value), length, e.longest))
	case e.codes != nil && !e.codes.has(value):
		v.unknownCode(s, at, e, value)
	}
}

// unknownCode reports a code that is not in the list: a warning, because lists grow
// with every version, unless the list is the partner's.
func (v *Validator) unknownCode(s *edi.Segment, at place, e *element, value []byte) {
	f := v.findingAt(s, e.level(ruledCodes, 5), ElementCode, e, at, value, "%s %q is not among its codes", nameOf(s, at, e), clip(value))
	if e.ruled&ruledCodes == 0 {
		f.Severity = Warning
	}
	v.report(f)
}

// level gives 7 where a partner's rule decided.
func (e *element) level(by ruled, standard int) int {
	if e.ruled&by != 0 {
		return 7
	}
	return standard
}

// code gives the code of 005010 where the older list has none: a repetition or a
// component too many was an element too many.
func (v *Validator) code(code string) string {
	if v.tables.Version < "005010" {
		return ElementsTooMany
	}
	return code
}

func nameOf(s *edi.Segment, at place, e *element) string {
	name := fmt.Sprintf("%s%02d", s.ID(), at.element)
	if at.component > 0 {
		name += fmt.Sprintf("-%02d", at.component)
	}
	if e.name == "" {
		return name
	}
	return name + " (" + e.name + ")"
}

// clip keeps what a message quotes short.
func clip(value []byte) []byte {
	const most = 99 // what AK404 may repeat
	if len(value) > most {
		return value[:most]
	}
	return value
}

// clean says whether a text is free of control characters.
func clean(value []byte) bool {
	for _, c := range value {
		if c < ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

// digits counts the digits of a number: the sign and the point do not count.
func digits(value []byte, point bool) (n int, ok bool) {
	if len(value) > 0 && value[0] == '-' {
		value = value[1:]
	}
	seen := false
	for _, c := range value {
		switch {
		case c >= '0' && c <= '9':
			n++
		case c == '.' && point && !seen:
			seen = true
		default:
			return len(value), false
		}
	}
	return n, n > 0
}

var monthDays = [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// date accepts CCYYMMDD and YYMMDD of the calendar.
func date(value []byte) bool {
	if len(value) != 8 && len(value) != 6 {
		return false
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return false
		}
	}
	day := value[len(value)-4:]
	month, d := two(day[0], day[1]), two(day[2], day[3])
	if month < 1 || month > 12 || d < 1 || d > monthDays[month-1] {
		return false
	}
	if month == 2 && d == 29 && len(value) == 8 {
		year := two(value[0], value[1])*100 + two(value[2], value[3])
		return year%4 == 0 && (year%100 != 0 || year%400 == 0)
	}
	return true
}

// clock accepts HHMM, HHMMSS and decimals of a second behind it.
func clock(value []byte) bool {
	if len(value) != 4 && len(value) < 6 || len(value) > 8 {
		return false
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return false
		}
	}
	if two(value[0], value[1]) > 23 || two(value[2], value[3]) > 59 {
		return false
	}
	return len(value) < 6 || two(value[4], value[5]) <= 59
}

func two(a, b byte) int { return int(a-'0')*10 + int(b-'0') }

// relation checks a relational note of a segment; present has a bit for each element
// that is there.
func (v *Validator) relation(s *edi.Segment, def *segment, n *note, present uint64) {
	code, message, absent := n.broken(present)
	if code == "" {
		return
	}
	var e *element
	if absent <= len(def.elements) {
		e = &def.elements[absent-1]
	}
	v.report(v.elementFinding(s, 4, code, e, absent, 0, message, listed(def.id, n.elements)))
}

// broken says what is wrong with what is there, and which element should not be there,
// or should.
func (n *note) broken(present uint64) (code, message string, at int) {
	there := present & n.all
	at = bits.TrailingZeros64(n.all&^there) + 1
	switch {
	case n.kind == 'P' && there != 0 && there != n.all:
		return ElementConditional, "all of %s must stand together", at
	case n.kind == 'R' && there == 0:
		return ElementConditional, "one of %s must be there", at
	case n.kind == 'C' && there&n.first != 0 && there != n.all:
		return ElementConditional, "of %s, the first needs the others", at
	case n.kind == 'L' && there == n.first:
		return ElementConditional, "of %s, the first needs one of the others", at
	case n.kind == 'E' && there&(there-1) != 0:
		return ElementExclusion, "of %s only one may be there", n.elements[len(n.elements)-1]
	}
	return "", "", 0
}

func listed(id string, elements []int) string {
	out := ""
	for k, i := range elements {
		if k > 0 {
			out += ", "
		}
		out += fmt.Sprintf("%s%02d", id, i)
	}
	return out
}
