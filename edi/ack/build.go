package ack

import (
	"cmp"
	"slices"
	"strconv"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
)

// The codes of AK501, AK901 and TA104.
const (
	codeAccepted = "A"
	codeErrors   = "E"
	codePartial  = "P"
	codeRejected = "R"
)

const (
	maxCodes    = 5      // of AK5 and AK9
	maxElements = 99     // AK4 behind an AK3
	maxPlace    = 99     // C030-01 and C030-02
	maxRepeat   = 9999   // C030-03
	maxCount    = 999999 // AK902 to AK904; also AK302 before 005010
)

// builder makes the acknowledgement of a group.
type builder struct {
	options    Options
	delimiters edi.Delimiters
	kind       Kind
	// modern is set from 005010 on, which knows AK103, repetitions and longer counts.
	modern bool
}

// group says of a group what a 997 or 999 says.
func (b builder) group(g Group) doc.GroupAcknowledgment {
	out := doc.GroupAcknowledgment{Functional: functionalOf(g.Group), Control: numberOf(g.Control, 9, noGroup), Received: min(len(g.Sets), maxCount)}
	if b.modern {
		out.Version = fit(g.Version, b.delimiters, 1, 12, "")
	}
	accepted, noted := 0, false
	for _, s := range g.Sets {
		verdict := b.verdict(s)
		if verdict != codeRejected {
			accepted++
		}
		noted = noted || verdict == codeErrors
		if verdict != codeAccepted || !b.options.FailingOnly {
			out.Sets = append(out.Sets, b.set(s, verdict))
		}
	}
	out.Codes = codesOf(g.Findings, schema.OfGroup)
	switch {
	case len(out.Codes) > 0 || accepted == 0 && len(g.Sets) > 0:
		out.Verdict, accepted = codeRejected, 0
	case accepted < len(g.Sets):
		out.Verdict = codePartial
	case noted:
		out.Verdict = codeErrors
	default:
		out.Verdict = codeAccepted
	}
	out.Accepted, out.Included = min(accepted, maxCount), out.Received
	if n, err := strconv.Atoi(numberOf(g.Count, 6, "")); err == nil {
		out.Included = n
	}
	return out
}

func (b builder) verdict(s schema.SetReport) string {
	switch {
	case s.Verdict == schema.Accepted:
		return codeAccepted
	case s.Verdict == schema.Errors && !b.options.Reject:
		return codeErrors
	}
	return codeRejected
}

// set says of a set what its AK2 loop says.
func (b builder) set(s schema.SetReport, verdict string) doc.AcknowledgedSet {
	out := doc.AcknowledgedSet{Set: identifier(s.Set, 3, 3, noSet), Control: fit(s.Control, b.delimiters, 4, 9, noControl), Verdict: verdict}
	if verdict == codeAccepted {
		return out
	}
	out.Segments = b.segments(s.Findings)
	out.Codes = codesOf(s.Findings, schema.OfSet)
	for _, f := range s.Findings {
		if f.Severity == schema.Error && (f.Scope == schema.OfSegment || f.Scope == schema.OfElement) {
			out.Codes = appendOnce(out.Codes, b.hasSegments(f))
		}
	}
	if len(out.Codes) == 0 { // the fault is beyond those that were kept
		out.Codes = []string{schema.SetHasSegments}
	}
	return out
}

// hasSegments is the code of a set with faulty segments.
func (b builder) hasSegments(f schema.Finding) string {
	if b.kind == Implementation && f.Level == levelPartner {
		return implementationSegments
	}
	return schema.SetHasSegments
}

// codesOf gives the codes of a scope, each once.
func codesOf(findings []schema.Finding, scope schema.Scope) []string {
	var out []string
	for _, f := range findings {
		if f.Scope == scope && f.Severity == schema.Error {
			out = appendOnce(out, f.Code)
		}
	}
	return out
}

// appendOnce adds a code that is not there yet, while there is room.
func appendOnce(codes []string, code string) []string {
	if len(codes) >= maxCodes || slices.Contains(codes, code) {
		return codes
	}
	return append(codes, code)
}

// place is what findings share an AK3 by. A segment that is missing is not the one that
// stands there.
type place struct {
	segment  string
	position int
	missing  bool
}

// fault is a segment with what is wrong in it.
type fault struct {
	place
	codes    []string
	elements []doc.ElementNote
}

// segments gives an AK3 for each faulty segment, in their order, with its elements
// behind it. An AK3 has room for one code: a segment with more of them has more AK3.
func (b builder) segments(findings []schema.Finding) []doc.SegmentNote {
	var out []doc.SegmentNote
	for _, f := range b.faults(findings) {
		if len(f.codes) == 0 {
			f.codes = []string{schema.SegmentHasElements}
		}
		position := f.position
		if !b.modern {
			position = min(position, maxCount)
		}
		for _, code := range f.codes {
			out = append(out, doc.SegmentNote{Segment: identifier(f.segment, 2, 3, noSegment), Position: max(position, 1), Code: code, Elements: f.elements})
			f.elements = nil
		}
	}
	return out
}

// faults sorts findings by the segments that they are about.
func (b builder) faults(findings []schema.Finding) []*fault {
	var out []*fault
	at := map[place]*fault{}
	for _, f := range findings {
		if f.Severity != schema.Error || f.Scope != schema.OfSegment && f.Scope != schema.OfElement {
			continue
		}
		where := place{f.Segment, f.Position, f.Scope == schema.OfSegment && f.Code == schema.SegmentMissing}
		known := at[where]
		if known == nil {
			known = &fault{place: where}
			at[where] = known
			out = append(out, known)
		}
		switch {
		case f.Scope == schema.OfSegment:
			known.codes = appendOnce(known.codes, b.segmentCode(f))
		case len(known.elements) < maxElements:
			known.elements = append(known.elements, b.element(f))
		}
	}
	slices.SortStableFunc(out, func(a, b *fault) int { return cmp.Compare(a.position, b.position) })
	return out
}

// element is the AK4 of a finding.
func (b builder) element(f schema.Finding) doc.ElementNote {
	where := doc.ElementPlace{Element: max(1, min(f.Element, maxPlace)), Component: min(f.Component, maxPlace)}
	if b.modern {
		where.Repetition = min(f.Repetition, maxRepeat)
	}
	return doc.ElementNote{Place: where, Number: dictionaryNumber(f.Number), Code: b.elementCode(f), Copy: copied(f.Value, b.delimiters)}
}

// levelPartner is that of the rules of a partner.
const levelPartner = 7

// The codes by which a 999 tells a broken rule of a partner from one of the standard.
const (
	implementationSegments  = "I5"  // IK502: segments break the guide
	implementationUnused    = "I4"  // IK304: the guide does not use this segment
	implementationTooFew    = "I8"  // IK304: the guide asks for this segment
	implementationCode      = "I6"  // IK403: the guide does not use this code
	implementationNoElement = "I10" // IK403: the guide does not use this element
)

// segmentCode is AK304, or IK304. What a guide has no code of its own for has that of
// the standard.
func (b builder) segmentCode(f schema.Finding) string {
	if b.kind == Implementation && f.Level == levelPartner {
		switch f.Code {
		case schema.SegmentUnexpected:
			return implementationUnused
		case schema.SegmentMissing:
			return implementationTooFew
		}
	}
	return f.Code
}

// elementCode is AK403, or IK403.
func (b builder) elementCode(f schema.Finding) string {
	if b.kind == Implementation && f.Level == levelPartner {
		switch f.Code {
		case schema.ElementExclusion:
			return implementationNoElement
		case schema.ElementCode:
			return implementationCode
		}
	}
	return f.Code
}
