package edi

import (
	"strconv"
	"strings"
)

// place counts where in the tree the decoder stands.
type place struct {
	interchange, group, set int
	inGroup, inSet          bool
	seen                    map[[3]byte]int // occurrences of each segment within its parent
}

func newPlace() *place { return &place{seen: map[[3]byte]int{}} }

func segmentKey(id []byte) (key [3]byte) {
	copy(key[:], id)
	return key
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
	count := p.seen[segmentKey(id)]
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
