package doc

import (
	"fmt"
	"slices"

	"tradewind/edi"
)

// Unmodelled is a segment of a loop that no field holds.
type Unmodelled struct {
	// After is the segment or loop in front of it, of those that fields hold, counted
	// within the loop: "PID[2]". Where the document has no such place when it is
	// written, the segment goes to the end of its loop.
	After    string
	Segment  string   // the id
	Elements []string // from 01 on
}

// loop describes a loop, or a whole set, that a T holds: its parts in the order of the
// standard, the first of them the segment that begins it.
type loop[T any] struct {
	parts []part[T]
	index map[string]int
	kept  func(*T) *[]Unmodelled
}

// part is what may stand at one place of a loop.
type part[T any] struct {
	id string
	// anchor is the name of the place for what stands behind it; the id unless given.
	anchor string
	// read takes the segment in front, with all that belongs to it, or gives false where
	// it holds something that no field does. It is nil for what is only kept.
	read  func(c *codec, to *T) bool
	write func(c *codec, from *T)
	// count is how many the document has.
	count func(of *T) int
	// required parts of a set are missed where they are not met.
	required bool
	// takes are the segments behind an unmodelled one that are its loop, up to the one that ends it, if one does.
	takes []string
	until string
}

func newLoop[T any](kept func(*T) *[]Unmodelled, parts ...[]part[T]) *loop[T] {
	l := &loop[T]{parts: slices.Concat(parts...), index: map[string]int{}, kept: kept}
	for i := range l.parts {
		p := &l.parts[i]
		l.index[p.id] = i
		if p.anchor == "" {
			p.anchor = p.id
		}
	}
	return l
}

func (l *loop[T]) has(id string) bool {
	_, ok := l.index[id]
	return ok
}

// read takes segments for as long as they belong to the loop: those it has a place for,
// and those that neither it nor a loop around it knows.
func (l *loop[T]) read(c *codec, to *T) {
	last := 0
	l.parts[0].read(c, to)
	for c.err == nil && c.at < len(c.segments) {
		id := c.segments[c.at].ID
		i, known := l.find(id, last)
		switch {
		case known && i == 0 || !known && c.outside(id):
			return // the next of these loops, or a part of one around it
		case !known:
			l.keep(c, to, last, part[T]{})
		case l.parts[i].read == nil:
			l.keep(c, to, last, l.parts[i])
		case i < last:
			c.take()
			c.fail(0, fmt.Errorf("%w: %s stands in front of it", ErrOrder, l.parts[last].id))
		case l.parts[i].read(c, to):
			last = i
		default:
			l.keep(c, to, last, part[T]{})
		}
	}
}

// readWithin reads a loop within the one in hand.
func (l *loop[T]) readWithin(c *codec, to *T) {
	c.around = append(c.around, l)
	l.read(c, to)
	c.around = c.around[:len(c.around)-1]
}

// find gives the place of a segment; it is often that of the one in front.
func (l *loop[T]) find(id string, last int) (i int, known bool) {
	if l.parts[last].id == id {
		return last, true
	}
	i, known = l.index[id]
	return i, known
}

// outside says whether a loop around the one in hand has a place for a segment.
func (c *codec) outside(id string) bool {
	for _, l := range c.around[:len(c.around)-1] {
		if l.has(id) {
			return true
		}
	}
	return false
}

// keep puts the next segment, and those behind it that are its loop, with what no field
// holds.
func (l *loop[T]) keep(c *codec, to *T, last int, first part[T]) {
	after := place(l.parts[last].anchor, l.parts[last].count(to))
	list := l.kept(to)
	for range first.length(c.segments[c.at:]) {
		c.take()
		*list = append(*list, Unmodelled{After: after, Segment: c.id, Elements: slices.Clone(trimmed(c.elements))})
	}
}

// length is how many segments an unmodelled part has, the first of those given at least. Where what
// should end it is missing, it has no more.
func (p part[T]) length(segments []edi.SegmentData) int {
	n := 1
	for n < len(segments) && slices.Contains(p.takes, segments[n].ID) {
		if n++; segments[n-1].ID == p.until {
			return n
		}
	}
	if p.until != "" {
		return 1
	}
	return n
}

func (l *loop[T]) write(c *codec, from *T) {
	outer, list := c.anchored, *l.kept(from)
	c.anchored = nil
	if len(list) > 0 {
		c.anchored = map[string][]Unmodelled{}
		for _, u := range list {
			c.anchored[u.After] = append(c.anchored[u.After], u)
		}
	}
	for i := range l.parts {
		if p := &l.parts[i]; p.write != nil {
			p.write(c, from)
		}
	}
	for i := 0; i < len(list) && len(c.anchored) > 0; i++ {
		c.putKept(list[i].After) // their place is no longer there
	}
	c.anchored = outer
}

// behind ends the nth segment or loop of its kind within a loop.
func (c *codec) behind(id string, n int) {
	if len(c.anchored) > 0 {
		c.putKept(place(id, n))
	}
}

func (c *codec) putKept(after string) {
	for _, u := range c.anchored[after] {
		c.out = append(c.out, edi.SegmentData{ID: u.Segment, Elements: c.cut(trimmed(u.Elements))})
	}
	delete(c.anchored, after)
}
