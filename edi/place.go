package edi

import (
	"strconv"
	"strings"
)

// place counts where in the tree the decoder stands.
type place struct {
	interchange, group, set int
	inGroup, inSet          bool
	seen                    occurrences // of each segment within its parent
}

func newPlace() *place { return &place{} }

func (p *place) beginInterchange() {
	p.interchange++
	p.group, p.inGroup, p.set, p.inSet = 0, false, 0, false
	p.seen.clear()
}

// occurrences counts segments by id. It is a small table with a generation instead of
// a map, because it is written for every segment and cleared for every set.
type occurrences struct {
	generation uint32
	cells      [occurrenceCells]occurrence
	// others takes what finds no cell: a set with very many ids.
	others map[uint32]int
}

// occurrence counts one id; tag holds its key and the generation.
type occurrence struct {
	tag   uint64
	count int
}

const (
	occurrenceCells = 64 // a power of two
	// occurrenceProbes is how many cells are tried before the map.
	occurrenceProbes = 8
)

// segmentKey packs an id of up to three letters or digits.
func segmentKey(id []byte) uint32 {
	var key uint32
	for i := 0; i < len(id) && i < 4; i++ {
		key = key<<8 | uint32(id[i])
	}
	return key
}

func (o *occurrences) clear() {
	o.generation++
	if len(o.others) > 0 {
		o.others = nil // a map keeps its size when it is cleared
	}
}

func (o *occurrences) tag(key uint32) uint64 { return uint64(key)<<32 | uint64(o.generation+1) }

// cell finds the cell of a key, or a free one; nil where there is neither.
func (o *occurrences) cell(key uint32) *occurrence {
	tag := o.tag(key)
	for i := range uint32(occurrenceProbes) {
		c := &o.cells[(key*2654435761>>26+i)%occurrenceCells]
		if c.tag == tag || uint32(c.tag) != uint32(tag) {
			return c
		}
	}
	return nil
}

func (o *occurrences) add(key uint32) {
	if c := &o.cells[key*2654435761>>26]; c.tag == o.tag(key) {
		c.count++ // where it was found before: most segments are of a few kinds
		return
	}
	o.addSlow(key)
}

func (o *occurrences) addSlow(key uint32) {
	c := o.cell(key)
	switch {
	case c == nil:
		if o.others == nil {
			o.others = map[uint32]int{}
		}
		o.others[key]++
	case c.tag != o.tag(key):
		*c = occurrence{tag: o.tag(key), count: 1}
	default:
		c.count++
	}
}

func (o *occurrences) of(key uint32) int {
	c := o.cell(key)
	if c == nil {
		return o.others[key]
	}
	if c.tag != o.tag(key) {
		return 0
	}
	return c.count
}

// path names the place of the segment with this id.
func (p *place) path(id []byte) string {
	var b strings.Builder
	b.WriteString("ISA[" + strconv.Itoa(p.interchange) + "]")
	name := string(clip(id))
	if name == "ISA" {
		return b.String()
	}
	if p.inGroup {
		b.WriteString("/GS[" + strconv.Itoa(p.group) + "]")
	}
	if name == "GS" && p.inGroup {
		return b.String()
	}
	if p.inSet {
		b.WriteString("/ST[" + strconv.Itoa(p.set) + "]")
	}
	if name == "ST" && p.inSet {
		return b.String()
	}
	count := p.seen.of(segmentKey(id))
	if count == 0 {
		count = 1
	}
	b.WriteString("/" + name + "[" + strconv.Itoa(count) + "]")
	return b.String()
}

func elementSuffix(i int) string {
	if i < 10 {
		return "-0" + strconv.Itoa(i)
	}
	return "-" + strconv.Itoa(i)
}
