package doc

import (
	"fmt"
	"slices"
	"strings"
)

// fielder is a struct that knows the elements of its segment.
type fielder[E any] interface {
	*E
	fields(c *codec)
}

func fieldsOf[E any, P fielder[E]](e *E, c *codec) { P(e).fields(c) }

// write writes the nth segment of its kind within a loop, and what is kept behind it.
func write[E any](c *codec, id, anchor string, n int, e *E, fields func(*E, *codec)) {
	c.begin(id)
	fields(e, c)
	c.put()
	c.behind(anchor, n)
}

// once counts what stands once at most.
func once[T any](*T) int { return 1 }

// head is the segment that begins a loop; its elements are fields of the loop's struct.
func head[T any](id string, fields func(*T, *codec)) []part[T] {
	return []part[T]{{id: id,
		read: func(c *codec, to *T) bool {
			c.take()
			fields(to, c)
			return true
		},
		write: func(c *codec, from *T) {
			write(c, id, id, 1, from, fields)
		},
		count: once[T],
	}}
}

// optional is a segment whose elements are fields of the loop's struct too; it is there
// where one of them is filled. A second one is kept.
func optional[T any](id string, filled func(*T) bool, fields func(*T, *codec)) []part[T] {
	return []part[T]{{id: id,
		read: func(c *codec, to *T) bool {
			if filled(to) || len(trimmed(c.segments[c.at].Elements)) == 0 {
				return false
			}
			c.take()
			fields(to, c)
			return true
		},
		write: func(c *codec, from *T) {
			if filled(from) {
				write(c, id, id, 1, from, fields)
			}
		},
		count: once[T],
	}}
}

// one is a segment that stands at most once; nil is none.
func one[T, E any, P fielder[E]](id string, field func(*T) **E) []part[T] {
	return []part[T]{{id: id,
		read: func(c *codec, to *T) bool {
			c.take()
			if e := field(to); *e == nil {
				*e = new(E)
				P(*e).fields(c)
			} else {
				c.fail(0, ErrTwice)
			}
			return true
		},
		write: func(c *codec, from *T) {
			if e := *field(from); e != nil {
				write(c, id, id, 1, e, fieldsOf[E, P])
			}
		},
		count: once[T],
	}}
}

// required is a segment that stands exactly once.
func required[T, E any, P fielder[E]](id string, field func(*T) *E) []part[T] {
	return []part[T]{{id: id, required: true,
		read: func(c *codec, to *T) bool {
			c.take()
			if slices.Contains(c.met, id) {
				c.fail(0, ErrTwice)
			}
			c.met = append(c.met, id)
			P(field(to)).fields(c)
			return true
		},
		write: func(c *codec, from *T) {
			write(c, id, id, 1, field(from), fieldsOf[E, P])
		},
		count: once[T],
	}}
}

// many is a segment that repeats.
func many[T, E any, P fielder[E]](id string, field func(*T) *[]E) []part[T] {
	return manyAt[T, E, P](id, id, field)
}

// manyAt is a segment that repeats, with another name for the place it has.
func manyAt[T, E any, P fielder[E]](id, anchor string, field func(*T) *[]E) []part[T] {
	return []part[T]{{id: id, anchor: anchor,
		read: func(c *codec, to *T) bool {
			c.take()
			P(grown(field(to))).fields(c)
			return true
		},
		write: func(c *codec, from *T) {
			list := *field(from)
			for i := range list {
				write(c, id, anchor, i+1, &list[i], fieldsOf[E, P])
			}
		},
		count: func(of *T) int { return len(*field(of)) },
	}}
}

// inner is a loop that repeats within another.
func inner[T, E any](l *loop[E], field func(*T) *[]E) []part[T] {
	id := l.parts[0].id
	return []part[T]{{id: id,
		read: func(c *codec, to *T) bool {
			l.readWithin(c, grown(field(to)))
			return true
		},
		write: func(c *codec, from *T) {
			list := *field(from)
			for i := range list {
				l.write(c, &list[i])
				c.behind(id, i+1)
			}
		},
		count: func(of *T) int { return len(*field(of)) },
	}}
}

// kept are segments that no field holds, by their ids.
func kept[T any](ids string) []part[T] {
	var out []part[T]
	for id := range strings.FieldsSeq(ids) {
		out = append(out, part[T]{id: id})
	}
	return out
}

// keptLoop is a loop that no field holds: its first segment, and all that may follow.
func keptLoop[T any](id, takes string) []part[T] {
	return []part[T]{{id: id, takes: strings.Fields(takes)}}
}

// keptUntil is a loop that no field holds and that one of its segments ends.
func keptUntil[T any](id, takes, until string) []part[T] {
	return []part[T]{{id: id, takes: strings.Fields(takes), until: until}}
}

// grown adds an element to a list and gives it.
func grown[E any](list *[]E) *E {
	var zero E
	*list = append(*list, zero)
	return &(*list)[len(*list)-1]
}

// lines is the loop of the lines: its list is made as long as there are lines.
func lines[T, E any](l *loop[E], field func(*T) *[]E) []part[T] {
	out := inner(l, field)
	id, read := out[0].id, out[0].read
	out[0].read = func(c *codec, to *T) bool {
		if list := field(to); *list == nil {
			n := 0
			for i := range c.segments[c.at:] {
				if c.segments[c.at+i].ID == id {
					n++
				}
			}
			*list = make([]E, 0, n)
		}
		return read(c, to)
	}
	return out
}

// innerOne is a loop that stands at most once within another; nil is none.
func innerOne[T, E any](l *loop[E], field func(*T) **E) []part[T] {
	id := l.parts[0].id
	return []part[T]{{id: id,
		read: func(c *codec, to *T) bool {
			e := field(to)
			if *e != nil {
				c.take()
				c.fail(0, ErrTwice)
				return true
			}
			*e = new(E)
			l.readWithin(c, *e)
			return true
		},
		write: func(c *codec, from *T) {
			if e := *field(from); e != nil {
				l.write(c, e)
				c.behind(id, 1)
			}
		},
		count: once[T],
	}}
}

// flat is a segment of up to two texts that repeats, all its texts in one list: two for
// each segment but the last, the second empty where there is none.
func flat[T any](id string, field func(*T) *[]string) []part[T] {
	return []part[T]{{id: id,
		read: func(c *codec, to *T) bool {
			texts := trimmed(c.segments[c.at].Elements)
			if len(texts) == 0 || len(texts) > 2 {
				return false
			}
			c.take()
			list := field(to)
			if len(*list)%2 > 0 {
				*list = append(*list, "")
			}
			*list = append(*list, texts...)
			return true
		},
		write: func(c *codec, from *T) {
			n := 0
			for pair := range slices.Chunk(*field(from), 2) {
				c.begin(id)
				for i, text := range pair {
					c.set(i+1, text)
				}
				c.put()
				n++
				c.behind(id, n)
			}
		},
		count: func(of *T) int { return (len(*field(of)) + 1) / 2 },
	}}
}

// descriptions are PID: their texts in one list, and by index what a PID says besides,
// where it is not of the plain form "F", text.
func descriptions[T any](field func(*T) (texts *[]string, codes *map[int][]string)) []part[T] {
	const text = 5
	return []part[T]{{id: "PID",
		read: func(c *codec, to *T) bool {
			c.take()
			texts, codes := field(to)
			var others []string
			if c.except(text, &others); len(others) != 1 || others[0] != "F" {
				if *codes == nil {
					*codes = map[int][]string{}
				}
				(*codes)[len(*texts)] = others
			}
			*texts = append(*texts, c.element(text))
			return true
		},
		write: func(c *codec, from *T) {
			texts, codes := field(from)
			left := len(*codes)
			for i, t := range *texts {
				c.begin("PID")
				if others, ok := (*codes)[i]; ok {
					c.except(text, &others)
					left--
				} else {
					c.set(1, "F")
				}
				c.set(text, t)
				c.put()
				c.behind("PID", i+1)
			}
			if left > 0 {
				c.begin("PID")
				c.fail(0, fmt.Errorf("%w: codes of a description", ErrMissing))
			}
		},
		count: func(of *T) int { texts, _ := field(of); return len(*texts) },
	}}
}
