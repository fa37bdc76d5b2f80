package ack

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
)

// Partial is the verdict on a group of which some sets were rejected.
const Partial schema.Verdict = "partial"

// Answer is what a partner says of one functional group of ours, or, in a TA1, of one
// interchange.
type Answer struct {
	Kind Kind
	// Interchange and Group are those that brought the answer; its sender is whom our
	// group went to. A TA1 has no group.
	Interchange edi.Interchange
	Group       edi.Group
	// Path is the place of the answer in the input, such as "ISA[1]/GS[1]/ST[2]".
	Path string

	Functional string // AK101: our GS01
	// Control is AK102, our GS06; in a TA1 it is TA101, our ISA13.
	Control string
	Version string // AK103: our GS08, where it is told
	// At is when our interchange was made, by a TA1; zero where that is not readable.
	At time.Time

	Verdict schema.Verdict
	// Reasons are those for the verdict on the group or the interchange as a whole.
	Reasons []string
	// Included, Received and Accepted are AK902 to AK904.
	Included, Received, Accepted int
	// Sets are those that are told of. There may be none, or the faulty ones only: Of
	// knows what that means.
	Sets []SetAnswer
}

// SetAnswer is what is said of one set of ours.
type SetAnswer struct {
	Set     string // AK201: our ST01
	Control string // AK202: our ST02
	Verdict schema.Verdict
	// Reasons are sentences such as `set 0001: PO1 (segment 7), element 04: too long,
	// value "12345"`; Against tells more of them.
	Reasons []string
	// places are those of the first reasons.
	places []noted
}

// All says whether the verdict on the group is that on each of its sets, because none
// is told of.
func (a Answer) All() bool { return a.Kind != Technical && len(a.Sets) == 0 && a.Verdict != Partial }

// Of gives the verdict on a set of ours by its ST01 and ST02, with the reasons. A set
// that is not told of shares the verdict on the group; in a group that is accepted in
// part, only faulty sets need to be told of. It says false where the answer leaves that
// open: where it counts more rejected sets than it tells of.
func (a Answer) Of(set, control string) (SetAnswer, bool) {
	var told *SetAnswer
	for i, s := range a.Sets {
		if s.Set == set && sameControl(s.Control, control) && (told == nil || s.Verdict == schema.Rejected) {
			told = &a.Sets[i] // of two that differ, the rejection
		}
	}
	if told != nil {
		return *told, true
	}
	out := SetAnswer{Set: set, Control: control, Verdict: a.Verdict, Reasons: a.Reasons}
	if a.Kind == Technical {
		return out, a.Verdict == schema.Rejected // it says nothing of the sets of a good interchange
	}
	rejected := 0
	for _, s := range a.Sets {
		if s.Verdict == schema.Rejected {
			rejected++
		}
	}
	switch {
	case a.Verdict == Partial:
		out.Verdict = schema.Accepted
		return out, a.Received-a.Accepted == rejected
	case a.Verdict == schema.Errors && len(a.Sets) > 0:
		out.Verdict = schema.Accepted
	}
	return out, true
}

// sameControl compares ST02: blanks that fill it do not count, nor do leading zeros.
func sameControl(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	return a == b || strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}

// Read gives the answers that an interchange brings. Those that cannot be read are told
// by the error, which names their places, and the others are given all the same.
func Read(ic edi.InterchangeTree) ([]Answer, error) {
	var out []Answer
	var errs []error
	take := func(a Answer, path string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
			return
		}
		a.Interchange, a.Path = ic.Interchange, path
		out = append(out, a)
	}
	for i, s := range ic.Segments {
		if s.ID == "TA1" {
			a, err := readTechnical(s)
			take(a, "TA1["+strconv.Itoa(i+1)+"]", err)
		}
	}
	for _, g := range ic.Groups {
		for _, set := range g.Sets {
			if set.ID != string(Functional) && set.ID != string(Implementation) {
				continue
			}
			a, err := readSet(set)
			a.Group = g.Group
			take(a, set.Path, err)
		}
	}
	return out, errors.Join(errs...)
}

// timeOf reads TA102 and TA103.
func timeOf(date, clock string) time.Time {
	at, _ := time.Parse("060102 1504", date+" "+clock) // the zero time where it is none
	return at
}

func readTechnical(s edi.SegmentData) (Answer, error) {
	ta1, err := doc.UnmarshalInterchangeAcknowledgment(s)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Kind: Technical, Control: ta1.Control, At: timeOf(ta1.Date, ta1.Time)}
	if a.Verdict, err = verdictOf(ta1.Verdict); err != nil || a.Verdict == Partial {
		return Answer{}, fmt.Errorf("TA104 is %q; it must be A, E or R", ta1.Verdict)
	}
	if ta1.Note != noNote && ta1.Note != "" {
		a.Reasons = []string{fmt.Sprintf("interchange %s: %s", ta1.Control, textOf(noteTexts, ta1.Note))}
	}
	return a, nil
}

func readSet(set edi.Set) (Answer, error) {
	a := Answer{Kind: Kind(set.ID)}
	var g doc.GroupAcknowledgment
	if a.Kind == Implementation {
		ia, err := doc.UnmarshalImplementationAcknowledgment(set.Segments)
		if err != nil {
			return a, err
		}
		g = ia.GroupAcknowledgment
	} else {
		fa, err := doc.UnmarshalFunctionalAcknowledgment(set.Segments)
		if err != nil {
			return a, err
		}
		g = fa.GroupAcknowledgment
	}
	var err error
	if a.Verdict, err = verdictOf(g.Verdict); err != nil {
		return a, fmt.Errorf("AK901 %w", err)
	}
	a.Functional, a.Control, a.Version = g.Functional, g.Control, g.Version
	a.Included, a.Received, a.Accepted = g.Included, g.Received, g.Accepted
	for _, code := range g.Codes {
		a.Reasons = append(a.Reasons, fmt.Sprintf("group %s: %s", g.Control, textOf(groupTexts, code)))
	}
	if reason, secured := securityTexts[g.Verdict]; secured {
		a.Reasons = append(a.Reasons, fmt.Sprintf("group %s: %s", g.Control, reason))
	}
	for i, s := range g.Sets {
		told, err := readLoop(s)
		if err != nil {
			return a, fmt.Errorf("AK2[%d]: %w", i+1, err)
		}
		if a.Verdict == schema.Rejected {
			told.Verdict = schema.Rejected // a group is rejected with all of its sets
			if len(told.Reasons) == 0 {
				told.Reasons = a.Reasons
			}
		}
		a.Sets = append(a.Sets, told)
	}
	return a, nil
}

// readLoop reads what is said of one set.
func readLoop(s doc.AcknowledgedSet) (SetAnswer, error) {
	out := SetAnswer{Set: s.Set, Control: s.Control}
	var err error
	if out.Verdict, err = verdictOf(s.Verdict); err != nil || out.Verdict == Partial {
		return out, fmt.Errorf("the verdict on set %s is %q; it must be A, E, R, M, W or X", s.Control, s.Verdict)
	}
	say := func(format string, args ...any) {
		out.Reasons = append(out.Reasons, "set "+strings.TrimSpace(s.Control)+": "+fmt.Sprintf(format, args...))
	}
	for _, note := range s.Segments {
		place := noted{segment: strings.TrimSpace(note.Segment), position: note.Position}
		where := fmt.Sprintf("%s (segment %d)", strings.TrimSpace(note.Segment), note.Position)
		if len(note.Elements) == 0 || note.Code != schema.SegmentHasElements && note.Code != "" {
			say("%s: %s%s", where, textOf(segmentTexts, note.Code), because(note.Contexts))
			out.places = append(out.places, place)
		}
		for _, e := range note.Elements {
			place.element, place.component = e.Place.Element, e.Place.Component
			out.places = append(out.places, place)
			value := ""
			if e.Copy != "" {
				value = fmt.Sprintf(", value %q", e.Copy)
			}
			say("%s, element %s: %s%s%s", where, placeText(e.Place), textOf(elementTexts, e.Code), value, because(e.Contexts))
		}
	}
	for _, code := range s.Codes {
		if len(s.Segments) == 0 || code != schema.SetHasSegments && code != implementationSegments {
			say("%s", textOf(setTexts, code))
		}
	}
	if reason, secured := securityTexts[s.Verdict]; secured {
		say("%s", reason)
	}
	return out, nil
}

// placeText names an element as paths do: 04, or 04-02.
func placeText(p doc.ElementPlace) string {
	text := fmt.Sprintf("%02d", p.Element)
	if p.Component > 0 {
		text += fmt.Sprintf("-%02d", p.Component)
	}
	if p.Repetition > 0 {
		text += fmt.Sprintf(", repetition %d", p.Repetition)
	}
	return text
}

// because names what made the rule of a guide hold.
func because(contexts []doc.Context) string {
	var names []string
	for _, c := range contexts {
		if name := strings.TrimSpace(strings.Join([]string{c.Name, c.Value, c.Segment}, " ")); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, "; ") + ")"
}

// verdictOf reads AK501, IK501, AK901 and TA104.
func verdictOf(code string) (schema.Verdict, error) {
	switch code {
	case codeAccepted:
		return schema.Accepted, nil
	case codeErrors:
		return schema.Errors, nil
	case codePartial:
		return Partial, nil
	case codeRejected, "M", "W", "X":
		return schema.Rejected, nil
	}
	return "", fmt.Errorf("is %q, which is no verdict", code)
}
