package schema

import (
	"bytes"
	"strings"
	"testing"

	"tradewind/edi"
)

func TestEverySetAndSegmentHasAName(t *testing.T) {
	for _, version := range []string{"004010", "005010"} {
		tables, _, err := ForVersion(version)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range tables.Sets() {
			if SetName(id) == "" {
				t.Errorf("set %s has no name", id)
			}
		}
		for id := range tables.segments {
			if SegmentName(id) == "" {
				t.Errorf("segment %s has no name", id)
			}
		}
	}
}

// TestTheWordsBelongToSomething finds words for what is in no table.
func TestTheWordsBelongToSomething(t *testing.T) {
	known := map[string]bool{"479": true}
	for _, list := range dictionary().headers {
		for _, e := range list {
			known[e.number] = true
		}
	}
	for _, version := range []string{"004010", "005010"} {
		tables, _, _ := ForVersion(version)
		for _, s := range tables.segments {
			for _, e := range s.elements {
				known[e.number] = true
				for _, c := range e.components {
					known[c.number] = true
				}
			}
		}
	}
	for number, codes := range dictionary().meanings {
		if !known[number] {
			t.Errorf("meanings.txt tells of element %q, which no segment has", number)
		}
		for code, text := range codes {
			if code == "" || text == "" || len(code) > 4 {
				t.Errorf("meanings.txt: %q %q %q is no line", number, code, text)
			}
		}
	}
	for number := range dictionary().elements {
		if !known[number] {
			t.Errorf("names.txt tells of element %q, which no segment has", number)
		}
	}
	for number, decimals := range dictionary().decimals {
		if !known[number] || decimals < 1 {
			t.Errorf("names.txt: %q has %d decimals", number, decimals)
		}
	}
}

func TestLabels(t *testing.T) {
	tables, _, err := ForVersion("004010")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		segment            string
		element, component int
		value, name, means string
	}{
		{"BEG", 1, 0, "00", "Transaction set purpose code", "original"},
		{"BEG", 3, 0, "4500001", "Purchase order number", ""},
		{"BEG", 5, 0, "20260302", "Date", "2026-03-02"},
		{"BEG", 5, 0, "20260230", "Date", ""},
		{"ISA", 9, 0, "990302", "Date", "1999-03-02"},
		{"ISA", 15, 0, "T", "Usage", "test"},
		{"GS", 5, 0, "140530", "Time", "14:05:30"},
		{"TDS", 1, 0, "9588", "Amount", "95.88"},
		{"TDS", 1, 0, "-5", "Amount", "-0.05"},
		{"TDS", 1, 0, "12.34", "Amount", ""},
		{"TDS", 1, 0, "00012", "Amount", "0.12"},
		{"ST", 1, 0, "810", "Transaction set identifier code", "invoice"},
		{"REF", 4, 1, "IA", "Reference identification qualifier", "internal vendor number"},
		{"N1", 1, 0, strings.Repeat("S", 1<<20), "Entity identifier code", ""},
		{"N1", 99, 0, "1", "", ""},
		{"ZZZ", 1, 0, "1", "", ""},
	} {
		got := tables.Label(test.segment, test.element, test.component, []byte(test.value))
		if want := (Label{Name: test.name, Meaning: test.means}); got != want {
			t.Errorf("%s%02d %.20q is %+v, want %+v", test.segment, test.element, test.value, got, want)
		}
	}
}

func TestAnOutlineFollowsLoopsAndLevels(t *testing.T) {
	const shipment = `ISA*00*          *00*          *ZZ*A              *ZZ*B              *260302*1405*U*00401*000000017*0*P*>~
GS*SH*A*B*20260302*1405*5*X*004010~
ST*856*0001~BSN*00*1*20260302*1405~HL*1**S~TD1*CTN~N1*ST*W~N3*Main~HL*2*1*O~PRF*1~HL*3*2*I~LIN**VN*X~HL*4*1*O~PRF*2~HL*5*9*I~CTT*5~SE*14*0001~GE*1*5~IEA*1*000000017~`
	want := "ST0 BSN0 HL0 TD11 N11 N32 HL1 PRF2 HL2 LIN3 HL1 PRF2 HL0 CTT0 SE0"
	tables, _, err := ForVersion("004010")
	if err != nil {
		t.Fatal(err)
	}
	decoder := edi.NewDecoder(strings.NewReader(shipment))
	decoder.Tolerate(func(*edi.SyntaxError) {})
	var got []string
	outline := tables.Outline("856")
	for {
		s, err := decoder.Read()
		if err != nil {
			break
		}
		if !bytes.Contains([]byte("ISA GS GE IEA"), s.Element(0)) {
			got = append(got, s.ID()+string(rune('0'+outline.Depth(s))))
		}
	}
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
	unknown := tables.Outline("999")
	if depth := unknown.Depth(&edi.Segment{}); depth != 0 {
		t.Errorf("a set without a table has depth %d", depth)
	}
}
