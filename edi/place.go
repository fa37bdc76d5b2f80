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

// occurrences counts segments by id. It is a small table with a generation instead of
// a map, because it is written for every segment and cleared for every set.
type occurrences struct {
	generation int
	cells      [occurrenceCells]occurrence
	// others takes what finds no cell: a set with very many ids.
	others map[uint32]int
}

type occurrence struct {
	key               uint32
	count, generation int
}

const occurrenceCells = 64 // a power of two

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
	clear(o.others)
}

// cell finds the cell of a key, or a free one; nil when all near it are taken.
func (o *occurrences) cell(key uint32) *occurrence {
	at := key * 2654435761 >> 26
	for range 8 {
		c := &o.cells[at%occurrenceCells]
		if c.generation != o.generation+1 || c.key == key {
			return c
		}
		at++
	}
	return nil
}

func (o *occurrences) add(key uint32) {
	c := o.cell(key)
	switch {
	case c == nil:
		if o.others == nil {
			o.others = map[uint32]int{}
		}
		o.others[key]++
	case c.generation != o.generation+1:
		*c = occurrence{key: key, count: 1, generation: o.generation + 1}
	default:
		c.count++
	}
}

func (o *occurrences) of(key uint32) int {
	c := o.cell(key)
	if c == nil {
		return o.others[key]
	}
	if c.generation != o.generation+1 {
		return 0
	}
	return c.count
}

// path names the place of the segment with this id.
func (p *place) path(id []byte) string {
	var b strings.Builder
	b.WriteString("ISA[" + strconv.Itoa(p.interchange) + "]")
	name := string(id)
	if name == "ISA" {
		return b.String()
	}
	if p.inGroup {
		b.WriteString("/GS[" + strconv.Itoa(p.group) + "]")
	}
	if name == "GS" {
		return b.String()
	}
	if p.inSet {
		b.WriteString("/ST[" + strconv.Itoa(p.set) + "]")
	}
	if name == "ST" {
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
