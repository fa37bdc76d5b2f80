package main

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"time"

	"tradewind/edi"
	"tradewind/edi/schema"
)

// plainOutline prints each segment with its elements below it.
type plainOutline struct{ *plainText }

func (p plainOutline) segment(l line) {
	id := clip(l.Element(0))
	p.line(l.depth, "%-4s %s", id, title(l))
	var at []byte
	for f := range l.fields() {
		at = place(at[:0], id, f)
		note := ""
		switch {
		case f.length > len(f.value):
			note = fmt.Sprintf("%s (%d bytes)", clipped, f.length)
		case f.Meaning != "":
			note = " = " + f.Meaning
		}
		p.line(l.depth+1, "%s %-*s  %s%s", at, nameWidth-len(at), f.Name, bytes.TrimRight(f.value, " "), note)
	}
}

// place names an element, a repetition or a component, such as "REF04[2]-01".
func place(at, id []byte, f field) []byte {
	at = appendNumber(append(at, id...), f.element)
	if f.repetition > 0 {
		at = append(strconv.AppendInt(append(at, '['), int64(f.repetition), 10), ']')
	}
	if f.component > 0 {
		at = appendNumber(append(at, '-'), f.component)
	}
	return at
}

// appendNumber writes a number with two digits at least.
func appendNumber(at []byte, n int) []byte {
	if n < 10 {
		at = append(at, '0')
	}
	return strconv.AppendInt(at, int64(n), 10)
}

// nameWidth is where values begin, so that they stand below one another.
const nameWidth = 46

func (p plainOutline) fault(f *edi.SyntaxError) { p.line(0, "!! %v", f) }

func (p plainOutline) close() {}

// title says what a segment is; an envelope says who, what and when.
func title(l line) string {
	switch {
	case l.Is("ISA"):
		ic, _ := edi.ParseInterchange(l.Segment) // a fault in it has been told
		usage := l.tables.Label("ISA", 15, 0, l.Element(15)).Meaning
		return fmt.Sprintf("interchange %s from %s %s to %s %s, version %s, %s%s", ic.Control, ic.SenderQualifier, ic.Sender, ic.ReceiverQualifier, ic.Receiver,
			ic.Version, cmp.Or(usage, "usage unknown"), moment(ic.Time))
	case l.Is("GS"):
		g, _ := edi.ParseGroup(l.Segment)
		return fmt.Sprintf("group %s %s (%s) from %s to %s, version %s%s", short(g.Functional), short(g.Control), cmp.Or(l.tables.Label("GS", 1, 0, l.Element(1)).Meaning, "unknown"),
			short(g.Sender), short(g.Receiver), short(g.Version), moment(g.Time))
	case l.Is("ST"):
		return fmt.Sprintf("set %s %s (%s)", clip(l.Element(1)), clip(l.Element(2)), cmp.Or(schema.SetName(l.Text(1)), "unknown"))
	}
	return schema.SegmentName(string(clip(l.Element(0))))
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(", 2006-01-02 15:04")
}
