package doc

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
)

// codecs are both directions of each typed set, as one function: it reads segments and
// gives the document and how it is written.
var codecs = map[string]func([]edi.SegmentData) (document any, marshal func(Version) ([]edi.SegmentData, error), err error){
	"850": func(s []edi.SegmentData) (any, func(Version) ([]edi.SegmentData, error), error) {
		o, err := UnmarshalPurchaseOrder(s)
		return o, o.Marshal, err
	},
	"860": func(s []edi.SegmentData) (any, func(Version) ([]edi.SegmentData, error), error) {
		o, err := UnmarshalOrderChange(s)
		return o, o.Marshal, err
	},
	"810": func(s []edi.SegmentData) (any, func(Version) ([]edi.SegmentData, error), error) {
		i, err := UnmarshalInvoice(s)
		return i, i.Marshal, err
	},
	"855": func(s []edi.SegmentData) (any, func(Version) ([]edi.SegmentData, error), error) {
		o, err := UnmarshalOrderConfirmation(s)
		return o, o.Marshal, err
	},
	"824": func(s []edi.SegmentData) (any, func(Version) ([]edi.SegmentData, error), error) {
		a, err := UnmarshalApplicationAdvice(s)
		return a, a.Marshal, err
	},
	"838": func(s []edi.SegmentData) (any, func(Version) ([]edi.SegmentData, error), error) {
		p, err := UnmarshalTradingPartnerProfile(s)
		return p, p.Marshal, err
	},
}

// lineOf is the segment that CTT01 counts.
var lineOf = map[string]string{"850": "PO1", "860": "POC", "810": "IT1", "855": "PO1"}

// generator makes sets that the tables of a version allow, with the parts of the
// standard that no field holds among them.
type generator struct {
	*rand.Rand
	standard
	line string
	out  []edi.SegmentData
}

func (g *generator) set(id string) []edi.SegmentData {
	g.out, g.line = nil, lineOf[id]
	for _, m := range g.sets[id].members {
		if m.id != "ST" && m.id != "SE" {
			g.group(m)
		}
	}
	return g.out
}

func (g *generator) group(of *group) {
	n := 0
	if of.required {
		n = 1
	}
	if g.IntN(3) == 0 {
		n = max(n, g.IntN(3))
	}
	if of.most > 0 {
		n = min(n, of.most)
	}
	for range n {
		if of.members == nil {
			g.segment(of.id)
		}
		for _, m := range of.members {
			g.group(m)
		}
	}
}

func (g *generator) segment(id string) {
	s := edi.SegmentData{ID: id}
	for _, e := range g.elements[id] {
		value := ""
		if e.required || g.IntN(2) == 0 {
			value = g.value(e)
		}
		s.Elements = append(s.Elements, value)
	}
	if s.Elements = trimmed(s.Elements); id == "CTT" {
		lines := 0
		for _, before := range g.out {
			if before.ID == g.line {
				lines++
			}
		}
		s.Elements[0] = strconv.Itoa(lines)
	}
	g.out = append(g.out, s)
}

func (g *generator) value(e element) string {
	n := e.shortest
	if e.longest > n {
		n += g.IntN(min(e.longest-n, 40) + 1)
	}
	switch {
	case e.kind == "DT" && e.longest == 8:
		return fmt.Sprintf("%04d%02d%02d", 1+g.IntN(2100), 1+g.IntN(12), 1+g.IntN(28))
	case e.kind == "C":
		return g.letters(2) + ">" + g.letters(3)
	case e.kind == "R" || e.kind[0] == 'N':
		digits := strconv.Itoa(1 + g.IntN(9))
		for len(digits) < n {
			digits += strconv.Itoa(g.IntN(10))
		}
		if e.kind == "R" && n > 1 && g.IntN(2) == 0 {
			at := 1 + g.IntN(n-1)
			digits = digits[:at] + "." + digits[at:]
		}
		return []string{"", "", "-"}[g.IntN(3)] + digits
	}
	return g.letters(n)
}

func (g *generator) letters(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = "ABCDEFGHIJ KLMNOPQRSTUVWXYZ0123456789"[g.IntN(37)]
	}
	if n > 0 {
		out[0], out[n-1] = 'X', 'Y'
	}
	return string(out)
}

// Both directions have to agree: what is read is written segment by segment, and what
// is left of a document when fields are taken away comes back as it was.
func TestWhatTheStandardAllowsIsWrittenAsItWasRead(t *testing.T) {
	for _, version := range []Version{Version4010, Version5010} {
		g := &generator{Rand: rand.New(rand.NewPCG(7, 7)), standard: readStandard(t, version)}
		for set, read := range codecs {
			met := map[string]bool{}
			for range 1500 {
				segments := g.set(set)
				document, marshal, err := read(segments)
				require.NoError(t, err, text(segments))
				again, err := marshal(version)
				require.NoError(t, err, text(segments))
				require.Equal(t, text(segments), text(again))
				for _, s := range segments {
					met[s.ID] = true
				}
				back, _, err := read(again)
				require.NoError(t, err)
				require.Equal(t, document, back)

				edited := reflect.New(reflect.TypeOf(document))
				edited.Elem().Set(reflect.ValueOf(back))
				thin(g.Rand, edited.Elem())
				written, err := edited.Interface().(interface {
					Marshal(Version) ([]edi.SegmentData, error)
				}).Marshal(version)
				require.NoError(t, err)
				document, _, err = read(written)
				require.NoError(t, err, text(written))
				require.Equal(t, edited.Elem().Interface(), document, text(written))
			}
			if few := map[string]int{"824": 15, "838": 34}[set]; few > 0 {
				require.Greater(t, len(met), few, "%s has no more than these", set)
				continue
			}
			require.Greater(t, len(met), 40, "most segments of the standard were tried")
		}
	}
}

// thin takes fields away from a document, whichever.
func thin(random *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		switch v.Type().Name() {
		case "Decimal", "ProductID", "Communication": // an empty pair at the end is none
			return
		}
		for i := range v.NumField() {
			field := v.Field(i)
			switch name := v.Type().Field(i).Name; {
			case name == "Unmodelled" || name == "DescriptionCodes": // they belong to places that may go
				field.SetZero()
			case strings.HasPrefix(name, "No") && field.Kind() == reflect.Bool, name == "Quantity" || name == "Price": // a pair
			case random.IntN(4) == 0:
				field.SetZero()
			default:
				thin(random, field)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			thin(random, v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			thin(random, v.Elem())
		}
	}
}
