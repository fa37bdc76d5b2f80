package ack

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
)

// FuzzAcknowledge looks for inputs that make an answer invalid, whatever was agreed
// about it: each is valid, reads back to what was found, and is never answered.
func FuzzAcknowledge(f *testing.F) {
	for _, test := range answers {
		if len(test.input) < 4096 {
			f.Add([]byte(test.input))
		}
	}
	for _, file := range sampleFiles(f, "*/*") {
		if content, err := os.ReadFile(file); err == nil && len(content) < 2048 {
			f.Add(content)
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		var c Collector
		if _, err := schema.Validate(bytes.NewReader(input), &c, schema.Options{Partner: partner}); err != nil {
			return
		}
		for _, ic := range c.Interchanges {
			for _, o := range every {
				checkAnswer(t, "input", ic, o)
			}
		}
	})
}

// partner has a rule of each kind.
var partner = &schema.Overlay{Balanced: true, Rules: []schema.Rule{
	{Set: "850", Path: "REF", Use: schema.Forbidden}, {Set: "850", Path: "DTM", Use: schema.Required, Max: 1},
	{Set: "850", Path: "BEG-06", Use: schema.Forbidden}, {Set: "850", Path: "BEG-02", Codes: []string{"NE"}},
}}

// FuzzUnmarshalAcknowledgment looks for sets that are read and not written back, or
// read differently then.
func FuzzUnmarshalAcknowledgment(f *testing.F) {
	f.Add("AK1*PO*17*004010~AK2*850*0002~AK3*PO1*7*LOOP*8~AK4*2>1>3*330*1*x~AK5*R*5*4~AK9*P*3*3*2~", false)
	f.Add("AK1*PO*17~AK2*850*0001*C~IK3*NM1*7**8~CTX*S>x*NM1*7**4>>2*1>2~IK4*4*1036*I9~CTX*PO104>9~IK5*R*I5~AK9*R*1*1*0~", true)
	f.Fuzz(func(t *testing.T, text string, implementation bool) {
		unmarshal, marshal := functional, writeFunctional
		kind := Functional
		if implementation {
			unmarshal, marshal, kind = implementationOf, writeImplementation, Implementation
		}
		segments := split(text)
		first, err := unmarshal(segments)
		_, _ = readSet(edi.Set{ID: string(kind), Segments: segments})
		if err != nil {
			return
		}
		again, err := marshal(first)
		require.NoError(t, err)
		second, err := unmarshal(again)
		require.NoError(t, err)
		first.Unmodelled = nil
		require.Equal(t, first, second)
	})
}

// split takes segments apart without asking whether they are any.
func split(text string) []edi.SegmentData {
	var out []edi.SegmentData
	for line := range strings.SplitSeq(text, "~") {
		if elements := strings.Split(line, "*"); elements[0] != "" {
			out = append(out, edi.NewSegment(elements[0], parts(elements[1:])...))
		}
	}
	return out
}

// parts makes components of what > separates.
func parts(elements []string) []string {
	for i, element := range elements {
		elements[i] = edi.Composite(strings.Split(element, ">")...)
	}
	return elements
}

func functional(s []edi.SegmentData) (doc.GroupAcknowledgment, error) {
	a, err := doc.UnmarshalFunctionalAcknowledgment(s)
	return a.GroupAcknowledgment, err
}

func implementationOf(s []edi.SegmentData) (doc.GroupAcknowledgment, error) {
	a, err := doc.UnmarshalImplementationAcknowledgment(s)
	return a.GroupAcknowledgment, err
}

func writeFunctional(g doc.GroupAcknowledgment) ([]edi.SegmentData, error) {
	return doc.FunctionalAcknowledgment{GroupAcknowledgment: g}.Marshal()
}

func writeImplementation(g doc.GroupAcknowledgment) ([]edi.SegmentData, error) {
	return doc.ImplementationAcknowledgment{GroupAcknowledgment: g}.Marshal()
}
