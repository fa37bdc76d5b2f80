// Package ack makes the acknowledgements of what a validation found, the sets 997 and
// 999 for functional groups and the segment TA1 for interchanges, and reads those that
// partners send. An acknowledgement is never acknowledged.
package ack

import (
	"errors"
	"io"
	"slices"
	"time"

	"tradewind/edi"
	"tradewind/edi/schema"
)

// Kind is what an acknowledgement is made as.
type Kind string

// The kinds.
const (
	Functional     Kind = "997"
	Implementation Kind = "999" // of 005010 and later
	Technical      Kind = "TA1" // of an interchange
)

// When says whether a TA1 is written.
type When string

// The choices of When.
const (
	Requested When = ""       // where ISA14 asks for it
	Always    When = "always" // whether asked or not
	Never     When = "never"
)

// Options are what partners agree about acknowledgements. The zero value gives a 997
// for each group in its own version, with a loop for each set, and a TA1 on request.
type Options struct {
	// Kind is Functional when empty. Implementation counts for groups of 005010 and
	// later; older ones know no 999 and get a 997.
	Kind Kind
	// Version is GS08 of the answer; empty means that of the group without the
	// convention behind it, as 004010 of 004010VICS.
	Version string
	// FailingOnly leaves out the sets in which nothing is wrong.
	FailingOnly bool
	// Reject refuses sets with errors that else are accepted with errors noted.
	Reject bool
	// TA1 says when the interchange is answered too.
	TA1 When
	// Delimiters are those of the answer; edi.DefaultDelimiters when they are zero. The
	// repetition separator is given and taken as the version asks.
	Delimiters edi.Delimiters
}

// Numbers are the control numbers of an answer: ISA13, and GS06 of its first group;
// the next groups count on.
type Numbers struct {
	Interchange, Group int64
}

// Group is a received functional group with what was found in it.
type Group struct {
	edi.Group
	// Count is GE01 as it was sent.
	Count    string
	Sets     []schema.SetReport
	Findings []schema.Finding
}

// Answerable says whether a group is to be acknowledged: 997 and 999 never are, in
// whatever group they come.
func (g Group) Answerable() bool {
	if functionalOf(g.Group) == "FA" {
		return false
	}
	for _, s := range g.Sets {
		if s.Set != string(Functional) && s.Set != string(Implementation) {
			return true
		}
	}
	return len(g.Sets) == 0
}

// Interchange is a received interchange with its groups.
type Interchange struct {
	edi.Interchange
	Groups []Group
	// Acknowledgments counts its TA1, which answer other interchanges.
	Acknowledgments int
	Findings        []schema.Finding
}

// answerable says whether an interchange is to be answered: one that brings nothing but
// acknowledgements never is.
func (ic Interchange) answerable() bool {
	return len(ic.Groups) == 0 && ic.Acknowledgments == 0 || slices.ContainsFunc(ic.Groups, Group.Answerable)
}

// Collector is a schema.Handler that keeps every report.
type Collector struct{ Interchanges []Interchange }

// brief is a Collector that keeps of each finding what an acknowledgement says, and of a
// group's findings as many as anybody will read.
type brief struct {
	Collector
	kept int // findings about segments and elements in the group
}

// maxNotes is how many findings of a group an acknowledgement repeats; behind them it
// still gives the verdict on each set.
const maxNotes = 10_000

// BeginGroup implements schema.Handler.
func (b *brief) BeginGroup(g edi.Group) {
	b.kept = 0
	b.Collector.BeginGroup(g)
}

// Set implements schema.Handler.
func (b *brief) Set(s schema.SetReport) {
	var findings []schema.Finding
	for _, f := range s.Findings {
		about := f.Scope == schema.OfSegment || f.Scope == schema.OfElement
		if f.Severity != schema.Error || about && b.kept >= maxNotes {
			continue
		}
		if about {
			b.kept++
		}
		f.Message, f.Path, f.Quote = "", "", ""
		findings = append(findings, f)
	}
	s.Findings = findings
	b.Collector.Set(s)
}

// BeginInterchange implements schema.Handler.
func (c *Collector) BeginInterchange(ic edi.Interchange) {
	c.Interchanges = append(c.Interchanges, Interchange{Interchange: ic})
}

// BeginGroup implements schema.Handler.
func (c *Collector) BeginGroup(g edi.Group) {
	ic := c.interchange()
	ic.Groups = append(ic.Groups, Group{Group: g})
}

// Set implements schema.Handler.
func (c *Collector) Set(s schema.SetReport) {
	g := c.group()
	g.Sets = append(g.Sets, s)
}

// EndGroup implements schema.Handler.
func (c *Collector) EndGroup(r schema.GroupReport) {
	g := c.group()
	g.Count, g.Findings = r.Count, r.Findings
}

// EndInterchange implements schema.Handler.
func (c *Collector) EndInterchange(r schema.InterchangeReport) {
	ic := c.interchange()
	ic.Acknowledgments, ic.Findings = r.Acknowledgments, r.Findings
}

func (c *Collector) interchange() *Interchange { return &c.Interchanges[len(c.Interchanges)-1] }

func (c *Collector) group() *Group {
	groups := c.interchange().Groups
	return &groups[len(groups)-1]
}

// Acknowledge validates an input and writes an answer to each of its interchanges that
// is to be answered. It says how many it wrote; control numbers count on from n. An
// interchange that cannot be answered does not keep the others from being so.
func Acknowledge(w io.Writer, r io.Reader, rules schema.Options, o Options, n Numbers, at time.Time) (written int, err error) {
	var c brief
	if _, err := schema.Validate(r, &c, rules); err != nil {
		return 0, err
	}
	var errs []error
	for _, ic := range c.Interchanges {
		reply, err := ic.Reply(o)
		if err == nil && reply != nil {
			err = reply.Write(w, n, at)
		}
		switch {
		case err != nil:
			errs = append(errs, err)
		case reply != nil:
			written++
			n.Interchange++
			n.Group += int64(len(reply.Groups))
		}
	}
	return written, errors.Join(errs...)
}
