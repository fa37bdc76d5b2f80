package ack

import (
	"fmt"
	"strings"

	"tradewind/edi"
	"tradewind/edi/schema"
)

// noted is the place of which a reason speaks.
type noted struct {
	segment            string
	position           int // counted from ST = 1
	element, component int
}

// Against gives the reasons in the words of the set that was answered: what each segment is, and the
// value that was sent with the name of its element. Places that the set does not have, as of a
// segment that is missed, are named only.
func (s SetAnswer) Against(sent edi.Set, tables *schema.Tables) []string {
	out := make([]string, len(s.Reasons))
	for i, reason := range s.Reasons {
		out[i] = reason
		if i < len(s.places) {
			out[i] += s.places[i].told(sent, tables)
		}
	}
	return out
}

// told says what stands at a place, as far as that is known.
func (n noted) told(sent edi.Set, tables *schema.Tables) string {
	if n.segment == "" {
		return ""
	}
	at := n.position - 2 // behind ST
	if at < 0 || at >= len(sent.Segments) || sent.Segments[at].ID != n.segment || n.element == 0 {
		if name := schema.SegmentName(n.segment); name != "" {
			return fmt.Sprintf(" (%s is %s)", n.segment, name)
		}
		return ""
	}
	value := ""
	if elements := sent.Segments[at].Elements; n.element <= len(elements) {
		value = elements[n.element-1]
	}
	if n.component > 0 {
		value = component(value, n.component)
	}
	name := tables.Label(n.segment, n.element, n.component, []byte(value)).Name
	if name == "" {
		name = "the element"
	}
	if value == "" {
		return fmt.Sprintf(" (%s: we sent none)", name)
	}
	return fmt.Sprintf(" (%s: we sent %q)", name, value)
}

// component gives the nth part of a composite.
func component(value string, n int) string {
	parts := strings.Split(value, edi.Composite("", "x")[:1])
	if n > len(parts) {
		return ""
	}
	return parts[n-1]
}
