package schema

import (
	"strings"
	"sync"
	"unicode"

	"tradewind/edi"
)

// Label is what a person reads beside a value.
type Label struct {
	// Name is that of the element, "" where it is not known.
	Name string
	// Meaning is that of a code, or a date, time or amount in the usual form; "" where
	// there is nothing to add to the value.
	Meaning string
}

// Label describes a value at a place of a segment; component is 0 for the element as a
// whole.
func (t *Tables) Label(segment string, element, component int, value []byte) Label {
	e := t.described(segment, element, component)
	if e == nil {
		return Label{}
	}
	name := e.name
	if name == "" {
		name = dictionary().elements[e.number]
	}
	return Label{Name: sentence(name), Meaning: meaning(e, value)}
}

// SetName says what a set is, such as "purchase order"; "" where that is not known.
func SetName(id string) string { return dictionary().sets[id] }

// SegmentName says what a segment is, such as "line item"; "" where that is not known.
func SegmentName(id string) string { return dictionary().segments[id] }

// described finds what the tables, or the envelope's header, say of a place.
func (t *Tables) described(segment string, i, component int) *element {
	list := dictionary().headers[segment]
	if s, ok := t.segments[segment]; ok {
		list = s.elements
	}
	if i < 1 || i > len(list) {
		return nil
	}
	e := &list[i-1]
	if component > 0 {
		if component > len(e.components) {
			return nil
		}
		e = &e.components[component-1]
	}
	return e
}

// longestMeaning is the longest value that can mean more than itself.
const longestMeaning = 20

func meaning(e *element, value []byte) string {
	if len(value) > longestMeaning {
		return ""
	}
	names := dictionary()
	if codes := names.meanings[e.number]; codes != nil {
		return codes[string(value)]
	}
	switch e.kind {
	case kindDate:
		return calendar(string(value))
	case kindTime:
		return ofDay(string(value))
	case kindInteger:
		if decimals := names.decimals[e.number]; decimals > 0 {
			return implied(string(value), decimals)
		}
	}
	return ""
}

// calendar writes CCYYMMDD and YYMMDD as 2026-03-02.
func calendar(text string) string {
	if !date([]byte(text)) {
		return ""
	}
	if len(text) == 6 {
		century := "20"
		if text >= "69" {
			century = "19"
		}
		text = century + text
	}
	return text[:4] + "-" + text[4:6] + "-" + text[6:]
}

// ofDay writes HHMM and HHMMSS as 14:05 and 14:05:30.
func ofDay(text string) string {
	if !clock([]byte(text)) {
		return ""
	}
	out := text[:2] + ":" + text[2:4]
	if len(text) >= 6 {
		out += ":" + text[4:6]
	}
	return out
}

// implied puts the point into a number that is written without it.
func implied(text string, decimals int) string {
	if _, ok := digits([]byte(text), false); !ok {
		return ""
	}
	digits, sign := strings.TrimLeft(strings.TrimPrefix(text, "-"), "0"), ""
	if strings.HasPrefix(text, "-") {
		sign = "-"
	}
	if missing := decimals + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	at := len(digits) - decimals
	return sign + digits[:at] + "." + digits[at:]
}

// sentences keeps what sentence gave: the names of the tables are asked for again and
// again.
var sentences sync.Map

// sentence writes a name that begins its words with capitals as a sentence does;
// abbreviations stay.
func sentence(name string) string {
	if known, ok := sentences.Load(name); ok {
		return known.(string)
	}
	words := strings.Fields(name)
	for i, word := range words {
		if i > 0 && strings.ToUpper(word) != word {
			words[i] = strings.ToLower(word)
		}
	}
	out := []rune(strings.Join(words, " "))
	if len(out) > 0 {
		out[0] = unicode.ToUpper(out[0])
	}
	sentences.Store(name, string(out))
	return string(out)
}

// names are the words for sets, segments, elements and codes. They are our own and
// short; docs/x12.md says more of the tables.
type names struct {
	sets, segments, elements map[string]string
	// headers are the elements of the envelopes, which the tables of sets do not have.
	headers map[string][]element
	// decimals says how many decimals an element of type N implies.
	decimals map[string]int
	// meanings are those of the codes of an element.
	meanings map[string]map[string]string
}

// dictionary reads the words when somebody asks for them: a validation does not.
var dictionary = sync.OnceValue(func() *names {
	n := &names{sets: map[string]string{}, segments: map[string]string{}, elements: map[string]string{}, headers: map[string][]element{},
		decimals: map[string]int{}, meanings: map[string]map[string]string{}}
	for line := range strings.Lines(table("names")) {
		n.add(strings.TrimSpace(line))
	}
	for line := range strings.Lines(table("meanings")) {
		number, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		code, text, _ := strings.Cut(rest, " ")
		n.mean(number, code, text)
	}
	return n
})

func (n *names) mean(number, code, text string) {
	if n.meanings[number] == nil {
		n.meanings[number] = map[string]string{}
	}
	n.meanings[number][code] = text
}

// table gives a file that is part of the program.
func table(name string) string {
	content, _ := files.ReadFile("tables/" + name + ".txt") // a test reads them all
	return string(content)
}

// add takes a line: what it is about, the id, and the words.
func (n *names) add(line string) {
	kind, rest, _ := strings.Cut(line, " ")
	id, text, _ := strings.Cut(rest, " ")
	switch kind {
	case "set":
		n.sets[id] = text
		n.mean("143", id, text) // ST01 and its copies
	case "segment":
		n.segments[id] = text
	case "element":
		n.elements[id] = text
	case "decimals":
		n.decimals[id], _ = number(text)
	case "header":
		for _, number := range strings.Fields(text) {
			n.headers[id] = append(n.headers[id], element{number: number, kind: headerKinds[number]})
		}
	}
}

var headerKinds = map[string]kind{"I08": kindDate, "373": kindDate, "I09": kindTime, "337": kindTime}

// Outline follows a set and says how deep in its loops each segment stands.
type Outline struct {
	validator *Validator
	// levels are HL01 of the hierarchical levels that are open: HL loops stand beside
	// one another in the tables, and name their parents.
	levels []string
}

// maxLevels bounds how deep hierarchical levels are followed.
const maxLevels = 20

// Outline begins a set.
func (t *Tables) Outline(set string) *Outline {
	o := &Outline{validator: NewValidator(t, edi.Delimiters{}, func(Finding) {})}
	o.validator.Begin(set)
	return o
}

// Depth gives the number of loops around the next segment of the set; the segment that
// begins a loop stands outside of it.
func (o *Outline) Depth(s *edi.Segment) int {
	v := o.validator
	if v.set == nil || v.closed {
		return 0
	}
	v.place(s)
	depth, within := len(v.frames)-1, false
	for _, f := range v.frames[1:] {
		within = within || f.of.id == "HL"
	}
	if last := v.frames[depth]; depth > 0 && last.at == 0 && s.Is(last.of.id) {
		depth--
	}
	if !within {
		o.levels = nil
		return depth
	}
	if s.Is("HL") {
		o.level(string(clip(s.Element(1))), string(clip(s.Element(2))))
	}
	return depth + max(len(o.levels)-1, 0)
}

// level opens a hierarchical level below its parent.
func (o *Outline) level(id, parent string) {
	for len(o.levels) > 0 && (o.levels[len(o.levels)-1] != parent || len(o.levels) == maxLevels) {
		o.levels = o.levels[:len(o.levels)-1]
	}
	o.levels = append(o.levels, id)
}
