// Package schema validates X12 transaction sets against the set tables of 004010 and
// 005010: structure, requirement, order, repetition, types, lengths and relational
// notes, in one streaming pass. Findings carry the codes of the 997 and one sentence
// for a person.
package schema

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"sort"
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

// Tables are the sets and segments of one version, and what a partner changed in them.
type Tables struct {
	Version  string
	sets     map[string]*set
	segments map[string]*segment
	codes    map[string]codeList // by element number
}

type set struct {
	id, functional string
	items          items
	members        map[string]bool
}

// items are what stands in a set or a loop, in order.
type items struct {
	list []item
	keys []uint32 // of the list, for a fast search
	// required is, for each place of the list, the next one that must be filled.
	required []int
}

// item is a segment or a loop at its place in a set.
type item struct {
	id        string   // of the segment, or of the loop's first segment
	def       *segment // likewise
	loop      *items   // nil for a segment
	required  bool
	forbidden bool
	most      int // 0: any number
	level     int // 2, or 7 where a partner decided
}

type segment struct {
	id       string
	elements []element
	notes    []note
	// least is how many elements a segment has at least.
	least int
	role  role
}

type element struct {
	kind              kind
	required          bool
	forbidden         bool
	ruled             ruled
	shortest, longest int
	repeats           int // 0: any number
	codes             codeList
	components        []element
	notes             []note // between the components
	number, name      string
}

// ruled says what of an element a partner's rule decided.
type ruled byte

const (
	ruledUse ruled = 1 << iota
	ruledLength
	ruledCodes
)

// codeList are the codes of an element, by their packed form; nil where no list is
// shipped.
type codeList map[uint32]bool

func (l codeList) add(code string) { l[packed(code)] = true }

func (l codeList) has(code []byte) bool { return len(code) <= 4 && l[packed(code)] }

// note is a relational note: its kind P, R, E, C or L, and the elements it names, the
// first of them apart; bit 0 of a mask is element 1.
type note struct {
	kind       byte
	elements   []int
	all, first uint64
	from       int // the first element that has to be there for the note to matter, from 0
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
	if isVersion(gs08) && version >= "005000" {
		nearest = "005010"
	}
	t, err = versions[nearest]()
	return t, false, err
}

// isVersion says whether a text begins like GS08: with six digits.
func isVersion(gs08 string) bool { return len(gs08) >= 6 && isNumber(gs08[:6]) }

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
	if err := p.tables.addCodes(); err != nil {
		return nil, err
	}
	for _, set := range p.tables.sets {
		if err := p.tables.link(&set.items); err != nil {
			return nil, err
		}
	}
	return p.tables, nil
}

// link connects the items with their segments and prepares the search.
func (t *Tables) link(in *items) error {
	in.keys, in.required = make([]uint32, len(in.list)), make([]int, len(in.list)+1)
	in.required[len(in.list)] = len(in.list)
	for i := len(in.list) - 1; i >= 0; i-- {
		it := &in.list[i]
		if it.def == nil {
			if it.def = t.segments[it.id]; it.def == nil {
				return fmt.Errorf("schema: %s has no segment %s", t.Version, it.id)
			}
		}
		in.keys[i] = packed(it.id)
		in.required[i] = in.required[i+1]
		if it.required {
			in.required[i] = i
		}
		if it.loop != nil {
			if err := t.link(it.loop); err != nil {
				return err
			}
		}
	}
	return nil
}

// packed makes a number of an id or a code of up to four letters and digits.
func packed[T string | []byte](text T) uint32 {
	var key uint32
	for i := 0; i < len(text) && i < 4; i++ {
		key = key<<8 | uint32(text[i])
	}
	return key
}

// addCodes gives the elements their codes; the lists are those of 004010 in both
// versions, and a code that is not in them is worth a warning only.
func (t *Tables) addCodes() error {
	content, err := files.ReadFile("tables/codes.txt")
	if err != nil {
		return err
	}
	t.codes = map[string]codeList{}
	for line := range strings.Lines(string(content)) {
		words := strings.Fields(line)
		list := codeList{}
		for _, code := range words[1:] {
			list.add(code)
		}
		t.codes[words[0]] = list
	}
	for _, s := range t.segments {
		s.role = roles[s.id]
		for i := range s.elements {
			s.elements[i].codes = t.codes[s.elements[i].number]
			for c := range s.elements[i].components {
				s.elements[i].components[c].codes = t.codes[s.elements[i].components[c].number]
			}
		}
		s.measure()
	}
	return nil
}

// measure counts the elements that a segment has at least, and sorts its notes: those
// that ask for an element that may be missing first, then by their first element.
func (s *segment) measure() {
	slices.SortStableFunc(s.notes, func(a, b note) int {
		return cmp.Compare(a.from, b.from)
	})
	s.least = 0
	for i := range s.elements {
		if s.elements[i].required {
			s.least = i + 1
		}
	}
}
