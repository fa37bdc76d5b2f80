package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/schema"
	"tradewind/internal/trade"
)

// SetFile is one transaction set within the file that it came in. Corrections are made in
// the bytes, so that everything around them is judged and read as it came.
type SetFile struct {
	Content []byte
	// Set is the set as it stands in Content, Version the GS08 around it.
	Set     edi.Set
	Version string
}

// controls are the segments that say where a set begins and ends, and what it is.
var controls = []string{"ISA", "GS", "ST", "SE", "GE", "IEA"}

// elementPath addresses an element of a set, or a component of one; a segment without an
// occurrence is the only one of its id.
type elementPath struct {
	segment                        string
	occurrence, element, component int
}

var elementPathForm = regexp.MustCompile(`^(?:(.+)/)?([A-Z][A-Z0-9]{1,2})(?:\[([0-9]{1,6})\])?-([0-9]{1,2})(?:-([0-9]{1,2}))?$`)

// String is the form that findings have: IT1[3]-02, or SV1[1]-01-02 for a component.
func (p elementPath) String() string {
	out := fmt.Sprintf("%s[%d]-%02d", p.segment, p.occurrence, p.element)
	if p.component > 0 {
		out += fmt.Sprintf("-%02d", p.component)
	}
	return out
}

// parse reads a path with or without the places around the set.
func (f SetFile) parse(path string) (elementPath, error) {
	parts := elementPathForm.FindStringSubmatch(path)
	if parts == nil {
		return elementPath{}, trade.Refuse(path, "%q is not a path of a set; write one as findings do, like BIG-02, IT1[3]-02 or SV1[1]-01-02", path)
	}
	number := func(text string) int { n, _ := strconv.Atoi(text); return n }
	p := elementPath{parts[2], number(parts[3]), number(parts[4]), number(parts[5])}
	switch {
	case slices.Contains(controls, p.segment):
		return p, trade.Refuse(path, "%s cannot be corrected: the control segments say where a set begins and ends; correct the segments between ST and SE", path)
	case parts[1] != "" && !strings.HasSuffix("/"+f.Set.Path, "/"+parts[1]):
		return p, trade.Refuse(path, "%s is in another set: this one is %s", path, f.Set.Path)
	case parts[3] != "" && p.occurrence == 0, p.element == 0, parts[5] != "" && p.component == 0:
		return p, trade.Refuse(path, "there is no %s: segments, elements and components are counted from 1", path)
	}
	return p, nil
}

// place is where a path leads: the bytes of its segment, and the value.
type place struct {
	elementPath
	from       int // of the segment in the content
	raw        []byte
	delimiters edi.Delimiters
}

// find follows a path.
func (f SetFile) find(path string) (place, error) {
	p, err := f.parse(path)
	if err != nil {
		return place{}, err
	}
	var found place
	var ids []string
	counts := map[string]int{}
	err = f.walk(func(s *edi.Segment, d edi.Delimiters) {
		if counts[s.ID()]++; counts[s.ID()] == 1 {
			ids = append(ids, s.ID())
		}
		if s.Is(p.segment) && counts[s.ID()] == max(p.occurrence, 1) {
			found = place{p, int(s.Offset), bytes.Clone(s.Raw()), d}
		}
	})
	if err != nil {
		return place{}, err
	}
	n := counts[p.segment]
	switch {
	case n == 0:
		return place{}, trade.Refuse(path, "there is no %s: the set has the segments %s", path, strings.Join(ids, ", "))
	case found.raw == nil:
		return place{}, trade.Refuse(path, "there is no %s: the set has %s", path, occurrences(p.segment, n))
	case p.occurrence == 0 && n > 1:
		return place{}, trade.Refuse(path, "%s could be any of %d: write %s, with the number in brackets", path, n, occurrences(p.segment, n))
	}
	found.occurrence = max(p.occurrence, 1)
	return found, f.exists(found, path)
}

func occurrences(id string, n int) string {
	if n == 1 {
		return id + "[1]"
	}
	return fmt.Sprintf("%s[1] to %s[%d]", id, id, n)
}

// walk visits the segments between ST and SE as they stand in the content.
func (f SetFile) walk(visit func(*edi.Segment, edi.Delimiters)) error {
	decoder := edi.NewDecoder(bytes.NewReader(f.Content))
	decoder.Tolerate(func(*edi.SyntaxError) {})
	for {
		s, err := decoder.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case s.Offset <= f.Set.Offset:
			continue
		case slices.Contains(controls, s.ID()):
			return nil
		}
		visit(s, decoder.Delimiters())
	}
}

// exists says whether the standard, or the segment as it came, has such an element.
func (f SetFile) exists(p place, path string) error {
	tables, _, err := schema.ForVersion(f.Version)
	if err != nil {
		return err
	}
	count := func(there int, name func(i int) string) int {
		for name(there+1) != "" {
			there++
		}
		return there
	}
	elements := p.elements()
	known := count(len(elements)-1, func(i int) string { return tables.Label(p.segment, i, 0, nil).Name })
	if p.element > known {
		return trade.Refuse(path, "there is no %s: %s has the elements 01 to %02d", path, p.segment, known)
	}
	if p.component == 0 {
		return nil
	}
	if r := p.delimiters.Repetition; r != 0 && bytes.IndexByte(p.at(elements), r) >= 0 {
		return trade.Refuse(path, "%s is repeated; correct %s as a whole", path, elementPath{p.segment, p.occurrence, p.element, 0})
	}
	there := bytes.Count(p.at(elements), []byte{p.delimiters.Component})
	if there > 0 {
		there++
	}
	known = count(there, func(i int) string { return tables.Label(p.segment, p.element, i, nil).Name })
	switch {
	case known == 0:
		return trade.Refuse(path, "there is no %s: %s-%02d has no components", path, p.segment, p.element)
	case p.component > known:
		return trade.Refuse(path, "there is no %s: %s-%02d has the components 01 to %02d", path, p.segment, p.element, known)
	}
	return nil
}

// elements are the id and the elements of the segment.
func (p place) elements() [][]byte { return bytes.Split(p.raw, []byte{p.delimiters.Element}) }

func (p place) at(elements [][]byte) []byte {
	if p.element >= len(elements) {
		return nil
	}
	return elements[p.element]
}

// value is what stands at the place.
func (p place) value() string {
	element := p.at(p.elements())
	if p.component == 0 {
		return string(element)
	}
	components := bytes.Split(element, []byte{p.delimiters.Component})
	if p.component > len(components) {
		return ""
	}
	return string(components[p.component-1])
}

// with gives the segment with another value at the place.
func (p place) with(value string) []byte {
	elements := p.elements()
	if p.component > 0 {
		value = replaced(strings.Split(string(p.at(elements)), string(rune(p.delimiters.Component))), p.component-1, value, p.delimiters.Component)
	}
	texts := make([]string, len(elements))
	for i, e := range elements {
		texts[i] = string(e)
	}
	return []byte(replaced(texts, p.element, value, p.delimiters.Element))
}

// replaced joins parts with another value for part i. Where the last part is emptied, the
// separators in front of it go too: a segment does not end with one.
func replaced(parts []string, i int, value string, separator byte) string {
	last := i >= len(parts)-1
	for len(parts) <= i {
		parts = append(parts, "")
	}
	parts[i] = value
	out := strings.Join(parts, string([]byte{separator}))
	if last && value == "" {
		out = strings.TrimRight(out, string([]byte{separator}))
	}
	return out
}

// Value finds what stands at a path, such as "BIG-02" or "ISA[1]/GS[1]/ST[2]/IT1[3]-07", and
// gives the path in its full form within the set. The error of a path that leads nowhere is
// a *trade.CorrectionError that says what paths there are.
func (f SetFile) Value(path string) (full, value string, err error) {
	p, err := f.find(path)
	if err != nil {
		return "", "", err
	}
	return p.String(), p.value(), nil
}

// Correct gives the file with the corrections of an overlay. The error of one that cannot
// be written is a *trade.CorrectionError.
func (f SetFile) Correct(overlay trade.Overlay) (SetFile, error) {
	for _, c := range overlay {
		p, err := f.find(c.Path)
		if err != nil {
			return f, err
		}
		if err := p.writable(c); err != nil {
			return f, err
		}
		f.Content = slices.Concat(f.Content[:p.from], p.with(c.Value), f.Content[p.from+len(p.raw):])
	}
	if len(overlay) == 0 {
		return f, nil
	}
	return f.reread()
}

// writable refuses what would be read as a delimiter or a control character.
func (p place) writable(c trade.Correction) error {
	d := p.delimiters
	for _, b := range []byte(c.Value) {
		if b < ' ' || b == d.Element || b == d.Component || b == d.Segment || d.Repetition != 0 && b == d.Repetition {
			return trade.Refuse(c.Path, "%s cannot be %q: %q separates parts of this interchange, or is no printable character", c.Path, c.Value, string(rune(b)))
		}
	}
	return nil
}

// reread takes the set out of the content again.
func (f SetFile) reread() (SetFile, error) {
	trees, err := edi.ReadTolerant(bytes.NewReader(f.Content))
	if err != nil {
		return f, err
	}
	for _, tree := range trees {
		for _, group := range tree.Groups {
			for _, set := range group.Sets {
				if set.Path == f.Set.Path {
					f.Set = set
					return f, nil
				}
			}
		}
	}
	return f, fmt.Errorf("set %s is lost in its file", f.Set.Path)
}

// Errors gives what the standard and a partner's rules, which may be nil, find wrong with
// the set; warnings are left out.
func (f SetFile) Errors(rules *schema.Overlay) ([]schema.Finding, error) {
	var c ack.Collector
	if _, err := schema.Validate(bytes.NewReader(f.Content), &c, schema.Options{Partner: rules}); err != nil {
		return nil, err
	}
	var i, k, n int // the numbers of interchange, group and set
	if _, err := fmt.Sscanf(f.Set.Path, "ISA[%d]/GS[%d]/ST[%d]", &i, &k, &n); err != nil {
		return nil, fmt.Errorf("set %s: %w", f.Set.Path, err)
	}
	if i > len(c.Interchanges) || k > len(c.Interchanges[i-1].Groups) || n > len(c.Interchanges[i-1].Groups[k-1].Sets) {
		return nil, fmt.Errorf("set %s was not judged", f.Set.Path)
	}
	findings := c.Interchanges[i-1].Groups[k-1].Sets[n-1].Findings
	return slices.DeleteFunc(findings, func(f schema.Finding) bool { return f.Severity != schema.Error }), nil
}

// Takes refuses an overlay of which a value leads nowhere, cannot be written or cannot be
// read where it stands.
func (f SetFile) Takes(overlay trade.Overlay) error {
	corrected, err := f.Correct(overlay)
	if err != nil {
		return err
	}
	return corrected.readable(overlay)
}

// unreadable are the codes of findings that say a value is none of its kind.
var unreadable = []string{schema.ElementTooShort, schema.ElementTooLong, schema.ElementCharacter, schema.ElementCode, schema.ElementDate, schema.ElementTime}

// readable refuses corrections whose values the standard cannot read where they stand, in a
// file that has them already. What else is wrong with the set is judged later.
func (f SetFile) readable(overlay trade.Overlay) error {
	findings, err := f.Errors(nil)
	if err != nil {
		return err
	}
	for _, found := range findings {
		path := strings.TrimPrefix(found.Path, f.Set.Path+"/")
		for _, c := range overlay {
			if (path == c.Path || strings.HasPrefix(path, c.Path+"-")) && slices.Contains(unreadable, found.Code) && found.Scope == schema.OfElement {
				return trade.Refuse(c.Path, "%s cannot be %q: %s", c.Path, c.Value, found.Message)
			}
		}
	}
	return nil
}
