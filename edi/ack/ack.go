// Package ack makes the functional acknowledgement, set 997, of what a validation
// found. An acknowledgement is never acknowledged.
package ack

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tradewind/edi"
	"tradewind/edi/schema"
)

// Group is a received functional group with what was found in it.
type Group struct {
	edi.Group
	Sets     []schema.SetReport
	Findings []schema.Finding
}

// Answerable says whether a group is to be acknowledged: 997 and 999 never are.
func (g Group) Answerable() bool { return g.Functional != "FA" }

// The codes of AK501 and AK901.
const (
	accepted         = "A"
	acceptedErrors   = "E"
	partiallyRefused = "P"
	refused          = "R"
)

// maxCodes is how many codes AK5 and AK9 hold.
const maxCodes = 5

// Segments are those of the 997 between its ST and SE; d are the delimiters that it is
// written with, which no copied value may hold.
func (g Group) Segments(d edi.Delimiters) []edi.SegmentData {
	out := []edi.SegmentData{edi.NewSegment("AK1", g.Functional, g.Control)}
	good, noted := 0, false
	for _, s := range g.Sets {
		out = append(out, edi.NewSegment("AK2", s.Set, s.Control))
		out = append(out, details(s.Findings, d)...)
		out = append(out, verdict(s))
		if s.Verdict != schema.Rejected {
			good++
		}
		noted = noted || s.Verdict == schema.Errors
	}
	codes := codesOf(g.Findings, schema.OfGroup)
	answer := accepted
	switch {
	case len(codes) > 0 || good == 0 && len(g.Sets) > 0:
		answer, good = refused, 0
	case good < len(g.Sets):
		answer = partiallyRefused
	case noted:
		answer = acceptedErrors
	}
	n := strconv.Itoa(len(g.Sets))
	return append(out, edi.NewSegment("AK9", append([]string{answer, n, n, strconv.Itoa(good)}, codes...)...))
}

// verdict is the AK5 of a set.
func verdict(s schema.SetReport) edi.SegmentData {
	answer := map[schema.Verdict]string{schema.Accepted: accepted, schema.Errors: acceptedErrors, schema.Rejected: refused}[s.Verdict]
	codes := codesOf(s.Findings, schema.OfSet)
	for _, f := range s.Findings {
		if f.Severity == schema.Error && (f.Scope == schema.OfSegment || f.Scope == schema.OfElement) {
			codes = append(codes, schema.SetHasSegments)
			break
		}
	}
	return edi.NewSegment("AK5", append([]string{answer}, codes[:min(len(codes), maxCodes)]...)...)
}

// codesOf gives the codes of a scope, each once.
func codesOf(findings []schema.Finding, scope schema.Scope) []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range findings {
		if f.Scope == scope && f.Severity == schema.Error && !seen[f.Code] && len(out) < maxCodes {
			seen[f.Code] = true
			out = append(out, f.Code)
		}
	}
	return out
}

// maxElements is how many AK4 an AK3 may have.
const maxElements = 99

// details are AK3 for each faulty segment, and AK4 for its elements.
func details(findings []schema.Finding, d edi.Delimiters) []edi.SegmentData {
	var out []edi.SegmentData
	last, elements := "", 0
	for _, f := range findings {
		if f.Severity != schema.Error {
			continue
		}
		switch f.Scope {
		case schema.OfSegment:
			out = append(out, edi.NewSegment("AK3", f.Segment, strconv.Itoa(f.Position), "", f.Code))
			last = ""
		case schema.OfElement:
			if key := f.Segment + strconv.Itoa(f.Position); key != last {
				out = append(out, edi.NewSegment("AK3", f.Segment, strconv.Itoa(f.Position), "", schema.SegmentHasElements))
				last, elements = key, 0
			}
			if elements++; elements <= maxElements {
				out = append(out, element(f, d))
			}
		}
	}
	return out
}

// element is the AK4 of a finding.
func element(f schema.Finding, d edi.Delimiters) edi.SegmentData {
	place := strconv.Itoa(f.Element)
	if f.Component > 0 {
		place += string(d.Component) + strconv.Itoa(f.Component)
	}
	return edi.NewSegment("AK4", place, f.Number, f.Code, copied(f.Value, d))
}

// copied is what AK404 repeats: without our delimiters and control characters.
func copied(value string, d edi.Delimiters) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f || r > '~':
			return -1
		case r == rune(d.Element) || r == rune(d.Component) || r == rune(d.Segment) || (d.Repetition != 0 && r == rune(d.Repetition)):
			return -1
		}
		return r
	}, value)
	return strings.TrimRight(clean[:min(len(clean), 99)], " ")
}

// Interchange is a received interchange with its groups.
type Interchange struct {
	edi.Interchange
	Groups []Group
}

// Numbers are the control numbers of the answer.
type Numbers struct {
	Interchange, Group int64
}

// Write writes one interchange with a 997 per group that is to be acknowledged, from
// the receiver back to the sender. It says false, and writes nothing, when there is
// none.
func (ic Interchange) Write(w io.Writer, d edi.Delimiters, n Numbers, at time.Time) (bool, error) {
	var answerable []Group
	for _, g := range ic.Groups {
		if g.Answerable() {
			answerable = append(answerable, g)
		}
	}
	if len(answerable) == 0 {
		return false, nil
	}
	e := edi.NewEncoder(w, d)
	e.LineBreak = true
	err := e.BeginInterchange(edi.Interchange{
		SenderQualifier: ic.ReceiverQualifier, Sender: ic.Receiver, ReceiverQualifier: ic.SenderQualifier, Receiver: ic.Sender,
		Time: at, Version: ic.Version, Control: fmt.Sprintf("%09d", n.Interchange), Usage: ic.Usage,
	})
	for i, g := range answerable {
		if err != nil {
			break
		}
		err = writeGroup(e, g, d, n.Group+int64(i), at)
	}
	if err == nil {
		err = e.EndInterchange()
	}
	return err == nil, err
}

func writeGroup(e *edi.Encoder, g Group, d edi.Delimiters, control int64, at time.Time) error {
	err := e.BeginGroup(edi.Group{Functional: "FA", Sender: g.Receiver, Receiver: g.Sender, Time: at, Control: strconv.FormatInt(control, 10), Version: g.Version})
	if err == nil {
		err = e.WriteSet("997", "0001", g.Segments(d))
	}
	if err == nil {
		err = e.EndGroup()
	}
	return err
}

// Collector is a schema.Handler that keeps what an acknowledgement needs.
type Collector struct{ Interchanges []Interchange }

// BeginInterchange implements schema.Handler.
func (c *Collector) BeginInterchange(ic edi.Interchange) {
	c.Interchanges = append(c.Interchanges, Interchange{Interchange: ic})
}

// BeginGroup implements schema.Handler.
func (c *Collector) BeginGroup(g edi.Group) {
	ic := &c.Interchanges[len(c.Interchanges)-1]
	ic.Groups = append(ic.Groups, Group{Group: g})
}

// Set implements schema.Handler.
func (c *Collector) Set(s schema.SetReport) {
	g := c.group()
	g.Sets = append(g.Sets, s)
}

// EndGroup implements schema.Handler.
func (c *Collector) EndGroup(f []schema.Finding) { c.group().Findings = f }

// EndInterchange implements schema.Handler.
func (c *Collector) EndInterchange([]schema.Finding) {}

func (c *Collector) group() *Group {
	groups := c.Interchanges[len(c.Interchanges)-1].Groups
	return &groups[len(groups)-1]
}
