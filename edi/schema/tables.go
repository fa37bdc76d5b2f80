// Package schema validates X12 transaction sets against the set tables of 004010 and
// 005010: structure, requirement, order, repetition, types, lengths and relational
// notes, in one streaming pass. Findings carry the codes of the 997 and one sentence
// for a person.
package schema

import (
	"embed"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// The tables are facts in a compact form of our own; docs/x12.md names their sources.
// A line "set 850 PO" begins a set; the lines below it are its segments, as
// "REF O -" (requirement, most repetitions, "-" for any number), and "( N1 O 200" to
// ")" its loops. A line "segment REF R0203" begins a segment with its relational
// notes; the lines below are its elements, as "127 X AN 1 30 1 name", with the
// components of a composite one step further in.
//
//go:embed tables/*.txt
var files embed.FS

// Tables are the sets and segments of one version.
type Tables struct {
	Version  string
	sets     map[string]*set
	segments map[string]*segment
}

type set struct {
	id, functional string
	items          []item
	members        map[string]bool
}

// item is a segment or a loop at its place in a set.
type item struct {
	id       string // of the segment, or of the loop's first segment
	loop     []item // nil for a segment
	required bool
	most     int // 0: any number
}

type segment struct {
	id       string
	elements []element
	notes    []note
}

type element struct {
	number, name      string
	required          bool
	kind              kind
	shortest, longest int
	repeats           int // 0: any number
	components        []element
}

// note is a relational note: its kind P, R, E, C or L, and the elements it names.
type note struct {
	kind     byte
	elements []int
}

type kind byte

const (
	kindText kind = iota
	kindInteger
	kindDecimal
	kindDate
	kindTime
	kindComposite
	kindBinary
)

var versions = map[string]func() (*Tables, error){
	"004010": sync.OnceValues(func() (*Tables, error) { return load("004010") }),
	"005010": sync.OnceValues(func() (*Tables, error) { return load("005010") }),
}

// ForVersion gives the tables of GS08, or of the nearest version that there is; exact
// says which of the two.
func ForVersion(gs08 string) (t *Tables, exact bool, err error) {
	version := gs08
	if len(version) > 6 {
		version = version[:6] // an implementation convention behind the version
	}
	if get, ok := versions[version]; ok {
		t, err = get()
		return t, err == nil, err
	}
	nearest := "004010"
	if version >= "005000" {
		nearest = "005010"
	}
	t, err = versions[nearest]()
	return t, false, err
}

// Sets lists the ids of the sets, in order.
func (t *Tables) Sets() []string {
	var out []string
	for id := range t.sets {
		out = append(out, id)
	}
	sort.Strings(out)
	return out
}

// ElementName gives the name of an element, "" where the tables have none.
func (t *Tables) ElementName(segmentID string, i int) string {
	s, ok := t.segments[segmentID]
	if !ok || i < 1 || i > len(s.elements) {
		return ""
	}
	return s.elements[i-1].name
}

func load(version string) (*Tables, error) {
	content, err := files.ReadFile("tables/" + version + ".txt")
	if err != nil {
		return nil, err
	}
	p := parser{tables: &Tables{Version: version, sets: map[string]*set{}, segments: map[string]*segment{}}}
	for n, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("schema: tables of %s, line %d: %w", version, n+1, err)
		}
	}
	return p.tables, nil
}

type parser struct {
	tables  *Tables
	set     *set
	segment *segment
	loops   []item // the loops that are open
}

func (p *parser) line(line string) error {
	words := strings.Fields(line)
	switch {
	case words[0] == "set":
		p.set = &set{id: words[1], functional: words[2], members: map[string]bool{}}
		p.tables.sets[words[1]] = p.set
		return nil
	case words[0] == "segment":
		p.segment = &segment{id: words[1]}
		p.tables.segments[words[1]] = p.segment
		for _, word := range words[2:] {
			n, err := parseNote(word)
			if err != nil {
				return err
			}
			p.segment.notes = append(p.segment.notes, n)
		}
		return nil
	case p.segment != nil:
		return p.element(line, words)
	}
	return p.item(words)
}

// item takes a line of a set's structure.
func (p *parser) item(words []string) error {
	switch words[0] {
	case "(":
		most, err := number(words[3])
		p.loops = append(p.loops, item{id: words[1], required: words[2] == "M", most: most, loop: []item{}})
		return err
	case ")":
		closed := p.loops[len(p.loops)-1]
		p.loops = p.loops[:len(p.loops)-1]
		// A loop is entered by its first segment, whatever the loop is called.
		closed.id = closed.loop[0].id
		p.add(closed)
		return nil
	}
	most, err := number(words[2])
	p.add(item{id: words[0], required: words[1] == "M", most: most})
	p.set.members[words[0]] = true
	return err
}

func (p *parser) add(i item) {
	if n := len(p.loops); n > 0 {
		p.loops[n-1].loop = append(p.loops[n-1].loop, i)
		return
	}
	p.set.items = append(p.set.items, i)
}

func (p *parser) element(line string, words []string) error {
	if len(words) < 6 {
		return fmt.Errorf("%q is no element", line)
	}
	e := element{number: words[0], required: words[1] == "M", kind: kindOf(words[2]), name: strings.Join(words[6:], " ")}
	var errs [3]error
	e.shortest, errs[0] = number(words[3])
	e.longest, errs[1] = number(words[4])
	e.repeats, errs[2] = number(words[5])
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if strings.HasPrefix(line, "  ") {
		last := &p.segment.elements[len(p.segment.elements)-1]
		last.components = append(last.components, e)
		return nil
	}
	p.segment.elements = append(p.segment.elements, e)
	return nil
}

func number(word string) (int, error) {
	if word == "-" {
		return 0, nil
	}
	return strconv.Atoi(word)
}

func kindOf(word string) kind {
	switch {
	case word == "R":
		return kindDecimal
	case word == "DT":
		return kindDate
	case word == "TM":
		return kindTime
	case word == "C":
		return kindComposite
	case word == "B":
		return kindBinary
	case len(word) == 2 && word[0] == 'N' && word[1] >= '0' && word[1] <= '9':
		return kindInteger
	}
	return kindText
}

// parseNote reads "P0607": a kind and pairs of digits.
func parseNote(word string) (note, error) {
	n := note{kind: word[0]}
	if strings.IndexByte("PRECL", n.kind) < 0 || len(word)%2 == 0 {
		return n, fmt.Errorf("%q is no relational note", word)
	}
	for i := 1; i < len(word); i += 2 {
		at, err := strconv.Atoi(word[i : i+2])
		if err != nil {
			return n, err
		}
		n.elements = append(n.elements, at)
	}
	return n, nil
}
