package schema

import (
	"fmt"
	"unicode/utf8"

	"tradewind/edi"
)

// elements checks the elements of a segment against its definition.
func (v *Validator) elements(s *edi.Segment, def *segment) {
	n := s.Len()
	if n > len(def.elements) {
		extra := len(def.elements) + 1
		v.report(elementFinding(s, v.position, 1, ElementsTooMany, extra, 0, "%s has %d elements, and %s knows %d", def.id, n, v.tables.Version, len(def.elements)))
	}
	for i := range def.elements {
		e := &def.elements[i]
		value := s.Element(i + 1)
		if len(value) == 0 {
			if e.required {
				v.report(elementFinding(s, v.position, 2, ElementMissing, i+1, 0, "%s%02d (%s) is required", def.id, i+1, e.name))
			}
			continue
		}
		if e.kind == kindComposite {
			v.composite(s, def, i, e)
			continue
		}
		v.value(s, i+1, 0, e, value)
	}
	for _, n := range def.notes {
		v.relation(s, def, n)
	}
}

// composite checks the components of an element.
func (v *Validator) composite(s *edi.Segment, def *segment, i int, e *element) {
	for c := range e.components {
		part := &e.components[c]
		value := s.Component(i+1, c+1)
		switch {
		case len(value) > 0:
			v.value(s, i+1, c+1, part, value)
		case part.required:
			v.report(elementFinding(s, v.position, 2, ElementMissing, i+1, c+1, "%s%02d-%02d (%s) is required", def.id, i+1, c+1, part.name))
		}
	}
}

// value checks type and length of one value.
func (v *Validator) value(s *edi.Segment, i, component int, e *element, value []byte) {
	length := len(value)
	fault, code := "", ""
	switch e.kind {
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
	case kindText:
		plain, clean := characters(value)
		if !clean {
			fault, code = "holds a control character", ElementCharacter
		}
		if !plain && utf8.Valid(value) {
			length = utf8.RuneCount(value)
		}
	case kindBinary, kindComposite:
		return
	}
	if code != "" {
		v.report(elementFinding(s, v.position, 1, code, i, component, "%s %q %s", nameOf(s, i, component, e), clip(value), fault))
	}
	switch {
	case length < e.shortest:
		v.report(elementFinding(s, v.position, 1, ElementTooShort, i, component, "%s %q has %d characters and needs %d", nameOf(s, i, component, e), clip(value), length, e.shortest))
	case e.longest > 0 && length > e.longest:
		v.report(elementFinding(s, v.position, 1, ElementTooLong, i, component, "%s %q has %d characters and may have %d", nameOf(s, i, component, e), clip(value), length, e.longest))
	}
}

func nameOf(s *edi.Segment, i, component int, e *element) string {
	place := fmt.Sprintf("%s%02d", s.ID(), i)
	if component > 0 {
		place += fmt.Sprintf("-%02d", component)
	}
	if e.name == "" {
		return place
	}
	return place + " (" + e.name + ")"
}

// clip keeps what a message quotes short.
func clip(value []byte) []byte {
	const most = 99 // what AK404 may repeat
	if len(value) > most {
		return value[:most]
	}
	return value
}

// characters says whether a text is ASCII, and whether it is free of control characters.
func characters(value []byte) (plain, clean bool) {
	plain, clean = true, true
	for _, c := range value {
		if c < ' ' || c == 0x7f {
			clean = false
		}
		if c >= utf8.RuneSelf {
			plain = false
		}
	}
	return plain, clean
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

// relation checks a relational note.
func (v *Validator) relation(s *edi.Segment, def *segment, n note) {
	present, first, absent := 0, false, 0
	for k, i := range n.elements {
		if len(s.Element(i)) > 0 {
			present++
			first = first || k == 0
		} else if absent == 0 {
			absent = i
		}
	}
	all := len(n.elements)
	code := ElementConditional
	var message string
	switch {
	case n.kind == 'P' && present > 0 && present < all:
		message = "all of %s must stand together"
	case n.kind == 'R' && present == 0:
		message = "one of %s must be there"
	case n.kind == 'C' && first && present < all:
		message = "of %s, the first needs the others"
	case n.kind == 'L' && first && present == 1:
		message = "of %s, the first needs one of the others"
	case n.kind == 'E' && present > 1:
		code, message, absent = ElementExclusion, "of %s only one may be there", n.elements[all-1]
	default:
		return
	}
	v.report(elementFinding(s, v.position, 4, code, absent, 0, message, listed(def.id, n.elements)))
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
