package doc

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"tradewind/edi"
)

// Version is GS08 or its first six characters; the element lengths, and in an 850 the
// segment of free text, depend on it.
type Version string

// The versions that Marshal writes. A convention behind the version, as in
// "004010VICS", changes nothing.
const (
	Version4010 Version = "004010"
	Version5010 Version = "005010"
)

func (v Version) limits() (limits, error) {
	switch v[:min(len(v), len(Version4010))] {
	case Version4010:
		return limits4010, nil
	case Version5010:
		return limits5010, nil
	}
	return nil, &FieldError{Path: "GS-08", Err: fmt.Errorf("%w: %q; there are %s and %s", ErrVersion, clip(string(v)), Version4010, Version5010)}
}

// codec reads or writes one set. A struct tells it once which element each field is,
// in its method fields; the direction decides whether fields are filled or elements.
type codec struct {
	writing bool
	// id and elements are the segment in hand.
	id       string
	elements []string
	lines    int // that were read or written, for CTT01
	err      error

	// The segments that are read, the place of the next one, and the loops around the
	// one in hand.
	segments []edi.SegmentData
	at       int
	around   []interface{ has(id string) bool }
	met      []string // required segments

	// What is written, and the room its elements are cut from.
	out  []edi.SegmentData
	room []string
	// limits are those of the version, lengths those of the segment in hand.
	limits  limits
	lengths []limit
	mtx     bool // free text of a PO stands in MTX
	// anchored is what the loop in hand keeps, by the place it stands behind.
	anchored map[string][]Unmodelled
}

// take makes the next segment that is read the one in hand.
func (c *codec) take() {
	s := &c.segments[c.at]
	c.id, c.elements = s.ID, s.Elements
	c.at++
}

// begin makes a new segment that is written the one in hand.
func (c *codec) begin(id string) { c.id, c.elements, c.lengths = id, c.elements[:0], c.limits[id] }

// element gives element i of the segment that is read.
func (c *codec) element(i int) string {
	if i > len(c.elements) {
		return ""
	}
	return c.elements[i-1]
}

// set fills element i of the segment that is written.
func (c *codec) set(i int, value string) {
	if value == "" {
		return
	}
	for len(c.elements) < i {
		c.elements = append(c.elements, "")
	}
	c.elements[i-1] = value
}

// put adds the segment in hand to what is written.
func (c *codec) put() {
	for i, value := range c.elements {
		if i < len(c.lengths) && c.err == nil && !c.lengths[i].fits(value) {
			c.err = &LengthError{Path: c.path(i + 1), Value: value, Shortest: c.lengths[i].shortest, Longest: c.lengths[i].longest}
		}
	}
	c.out = append(c.out, edi.SegmentData{ID: c.id, Elements: c.cut(c.elements)})
}

// roomSize is how many elements, and commonSegments how many segments, a small set has.
const (
	roomSize       = 128
	commonSegments = 32
)

// cut copies elements into the common room, which spares an allocation for each segment.
func (c *codec) cut(elements []string) []string {
	if len(elements) == 0 {
		return nil
	}
	if cap(c.room)-len(c.room) < len(elements) {
		c.room = make([]string, 0, max(len(elements), roomSize))
	}
	from := len(c.room)
	c.room = append(c.room, elements...)
	return c.room[from:len(c.room):len(c.room)]
}

// fail keeps the first fault; element 0 is the segment as a whole.
func (c *codec) fail(element int, err error) {
	if c.err == nil {
		c.err = &FieldError{Path: c.path(element), Err: err}
	}
}

// path names the segment in hand, counted among its like, or an element of it.
func (c *codec) path(element int) string {
	n := 0
	if c.writing {
		n = 1 // it is not put yet
		for i := range c.out {
			if c.out[i].ID == c.id {
				n++
			}
		}
	} else {
		for i := range c.segments[:c.at] {
			if c.segments[i].ID == c.id {
				n++
			}
		}
	}
	if element == 0 {
		return place(c.id, n)
	}
	return fmt.Sprintf("%s-%02d", place(c.id, n), element)
}

func place(id string, n int) string { return id + "[" + strconv.Itoa(n) + "]" }

// text is an element of type AN or ID.
func (c *codec) text(i int, field *string) {
	if c.writing {
		c.set(i, *field)
		return
	}
	*field = c.element(i)
}

// digits is an element of type N0 that stays a text.
func (c *codec) digits(i int, field *string) {
	c.text(i, field)
	if *field != "" {
		if _, err := parseWhole(*field, 0); err != nil {
			c.fail(i, err)
		}
	}
}

// date is an element of type DT.
func (c *codec) date(i int, field *Date) {
	c.text(i, (*string)(field))
	if _, err := ParseDate(string(*field)); err != nil {
		c.fail(i, err)
	}
}

// real is an element of type R; nil is one that is not sent.
func (c *codec) real(i int, field **decimal.Decimal) {
	switch {
	case c.writing && *field != nil:
		value, err := formatReal(**field)
		c.number(i, value, err)
	case !c.writing && c.element(i) != "":
		d, err := parseReal(c.element(i))
		if err != nil {
			c.fail(i, err)
		}
		*field = &d
	}
}

// realUnless is an element of type R that says beside it whether it is not sent.
func (c *codec) realUnless(i int, field *decimal.Decimal, unsent *bool) {
	if c.writing {
		if !*unsent {
			value, err := formatReal(*field)
			c.number(i, value, err)
		}
		return
	}
	if *unsent = c.element(i) == ""; !*unsent {
		var err error
		if *field, err = parseReal(c.element(i)); err != nil {
			c.fail(i, err)
		}
	}
}

// whole is an element of type N0 or N2; nil is one that is not sent.
func (c *codec) whole(i int, field **decimal.Decimal, decimals int32) {
	switch {
	case c.writing && *field != nil:
		value, err := formatWhole(**field, decimals)
		c.number(i, value, err)
	case !c.writing && c.element(i) != "":
		d, err := parseWhole(c.element(i), decimals)
		if err != nil {
			c.fail(i, err)
		}
		*field = &d
	}
}

// number fills an element with a number.
func (c *codec) number(i int, value string, err error) {
	if err != nil {
		c.fail(i, err)
	}
	if i <= len(c.lengths) {
		value = c.lengths[i-1].fitted(value)
	}
	c.set(i, value)
}

// count is CTT01, which has to say how many lines there are.
func (c *codec) count(i int) {
	if c.writing {
		c.set(i, strconv.Itoa(c.lines))
		return
	}
	stated, err := parseWhole(c.element(i), 0)
	if err != nil {
		c.fail(i, err)
	} else if !stated.Equal(decimal.NewFromInt(int64(c.lines))) {
		c.fail(i, fmt.Errorf("%w: it says %s lines, the set has %d", ErrCount, stated, c.lines))
	}
}

// rest are all elements from i on.
func (c *codec) rest(i int, field *[]string) {
	if !c.writing {
		*field = slices.Clone(trimmed(c.elements[min(i-1, len(c.elements)):]))
		return
	}
	for n, value := range *field {
		c.set(i+n, value)
	}
}

// except are all elements but element i, in their order.
func (c *codec) except(i int, field *[]string) {
	if !c.writing {
		front := c.elements[:min(i-1, len(c.elements))]
		*field = trimmed(slices.Concat(front, c.elements[min(i, len(c.elements)):]))
		return
	}
	for n, value := range *field {
		if n < i-1 {
			c.set(n+1, value)
		} else {
			c.set(n+2, value)
		}
	}
}

// trimmed leaves trailing empty elements out; nil is what is left of nothing.
func trimmed(elements []string) []string {
	n := len(elements)
	for n > 0 && elements[n-1] == "" {
		n--
	}
	if n == 0 {
		return nil
	}
	return elements[:n]
}

// pairs are up to most qualifiers and values in turn, from element i on. Empty pairs
// between filled ones keep their place.
func pairs[E any](c *codec, i, most int, field *[]E, of func(*E) (qualifier, value *string)) {
	if c.writing {
		if len(*field) > most {
			c.fail(i+2*most, fmt.Errorf("%w: %d pairs of %d", ErrTooMany, len(*field), most))
		}
	} else {
		filled := len(trimmed(c.elements[min(i-1, len(c.elements)):min(i-1+2*most, len(c.elements))]))
		if filled == 0 {
			return
		}
		*field = make([]E, (filled+1)/2)
	}
	for n := range *field {
		qualifier, value := of(&(*field)[n])
		c.text(i+2*n, qualifier)
		c.text(i+2*n+1, value)
	}
}
