package schema

import (
	"errors"
	"io"
	"strings"

	"tradewind/edi"
)

// Verdict is what an acknowledgement says of a set.
type Verdict string

// The verdicts.
const (
	Accepted Verdict = "accepted"
	Errors   Verdict = "errors"
	Rejected Verdict = "rejected"
)

// SetReport is the outcome of one set.
type SetReport struct {
	Set      string    `json:"set"`
	Control  string    `json:"control"`
	Segments int       `json:"segments"`
	Verdict  Verdict   `json:"verdict"`
	Findings []Finding `json:"findings"`
	// Omitted counts findings beyond the limit.
	Omitted int `json:"omitted,omitempty"`
}

// GroupReport is the outcome of a group.
type GroupReport struct {
	// Count is GE01 as it was sent; empty where there is no GE.
	Count    string
	Findings []Finding
	// Omitted counts findings beyond the limit.
	Omitted int
}

// InterchangeReport is the outcome of the envelope of an interchange.
type InterchangeReport struct {
	// Acknowledgments counts its TA1, which answer other interchanges.
	Acknowledgments int
	Findings        []Finding
	// Omitted counts findings beyond the limit.
	Omitted int
}

// Handler takes a validation as it goes on, so that the length of a file does not
// matter. Findings of a group and of an interchange come with their end.
type Handler interface {
	BeginInterchange(edi.Interchange)
	BeginGroup(edi.Group)
	Set(SetReport)
	EndGroup(GroupReport)
	EndInterchange(InterchangeReport)
}

// ErrNoInterchange says that the input holds nothing that begins like X12.
var ErrNoInterchange = errors.New("there is no ISA to read")

// maxFindings bounds what is kept of one set, group or interchange.
const maxFindings = 1000

// Options say what a validation asks beyond the standard.
type Options struct {
	// Partner holds the rules of the partner the file comes from or goes to; nil asks
	// for the standard alone.
	Partner *Overlay
}

// Validate reads a whole input and tells the handler what it finds. It says whether
// nothing above a warning was found. Errors are those of the reader, and
// ErrNoInterchange.
func Validate(r io.Reader, h Handler, options Options) (ok bool, err error) {
	w := &walk{handler: h, decoder: edi.NewDecoder(r), options: options, ok: true}
	w.decoder.Tolerate(w.tolerate)
	return w.run()
}

// walk is one validation.
type walk struct {
	handler   Handler
	decoder   *edi.Decoder
	options   Options
	tables    map[string]*Tables // with the partner's rules, by version
	validator *Validator
	ok        bool
	begun     bool

	// ended is set behind an IEA: what follows may still concern the interchange.
	inInterchange, ended, inGroup, inSet bool

	early              InterchangeReport // of an ISA that was not given yet
	interchange        InterchangeReport
	group              GroupReport
	groups             controls // GS06 within the interchange
	report             SetReport
	groupPath, setPath string
	functional         string // GS01
	faults             int    // errors in the set
	rejected           bool
	seen               controls // ST02 within the group
}

func (w *walk) run() (bool, error) {
	for {
		s, err := w.decoder.Read()
		if err != nil {
			return w.finish(err)
		}
		if err := w.segment(s); err != nil {
			return false, err
		}
	}
}

// finish ends with the input, or with a fault that the decoder cannot go on behind.
func (w *walk) finish(err error) (bool, error) {
	var fault *edi.SyntaxError
	switch {
	case !w.begun && (errors.Is(err, io.EOF) || errors.Is(err, edi.ErrNoInterchange)):
		return false, ErrNoInterchange
	case errors.Is(err, io.EOF):
		w.endInterchange()
		return w.ok, nil
	case errors.As(err, &fault):
		w.broken(fault)
		return false, nil
	}
	return false, err
}

func (w *walk) segment(s *edi.Segment) error {
	switch {
	case w.inSet:
		w.inside(s)
	case s.Is("ISA"):
		w.beginInterchange(s)
	case s.Is("GS"):
		return w.beginGroup(s)
	case s.Is("ST"):
		w.beginSet(s)
	case s.Is("TA1"):
		w.interchange.Acknowledgments++
		for _, rule := range ta1Rules {
			w.follow(s, rule)
		}
		w.elementsOf(s, 5, invalidContent)
	case s.Is("GE"):
		w.elementsOf(s, 2, invalidContent)
		w.endGroup(strings.TrimSpace(s.Text(1)))
	case s.Is("IEA"):
		w.elementsOf(s, 2, invalidStructure)
		w.endGroup("")
		w.ended = true
	}
	return nil
}

func (w *walk) beginInterchange(s *edi.Segment) {
	w.endInterchange()
	w.groups = controls{}
	w.open()
	ic, err := edi.ParseInterchange(s)
	w.handler.BeginInterchange(ic)
	w.timeFault(s, err, map[int]string{9: "014", 10: "015"})
	for _, rule := range isaRules {
		w.follow(s, rule)
	}
}

// timeFault reports a date or time of an envelope that is none.
func (w *walk) timeFault(s *edi.Segment, err error, codes map[int]string) {
	var fault *edi.SyntaxError
	if !errors.As(err, &fault) {
		return
	}
	for i, code := range codes {
		if fault.Offset == s.ElementOffset(i) {
			w.once(about(s, i, code, "%s%02d: %v", s.ID(), i, fault.Err))
		}
	}
}

// once reports a finding about an element of an envelope, unless one is there: a field of
// another width is not wrong twice.
func (w *walk) once(f Finding) {
	for _, other := range w.interchange.Findings {
		if other.Path == f.Path {
			return
		}
	}
	w.addInterchange(f)
}

func (w *walk) follow(s *edi.Segment, r envelopeRule) {
	value := s.Text(r.element)
	if s.Is("ISA") {
		value = strings.TrimSpace(value) // its fields are filled with blanks
	}
	if !r.holds(value) {
		w.once(about(s, r.element, r.code, "%s%02d is %q; it must be %s", s.ID(), r.element, clip([]byte(value)), r.must))
	}
}

// elementsOf checks that an envelope's segment has no more elements than it may.
func (w *walk) elementsOf(s *edi.Segment, most int, code string) {
	if s.Len() > most {
		w.addInterchange(about(s, most+1, code, "%s has %d elements; it must have %d", s.ID(), s.Len(), most))
	}
}

func (w *walk) beginGroup(s *edi.Segment) error {
	g, err := edi.ParseGroup(s)
	w.inGroup, w.group, w.seen, w.functional = true, GroupReport{}, controls{}, g.Functional
	w.groupPath = s.Path()
	w.handler.BeginGroup(g)
	w.timeFault(s, err, map[int]string{4: invalidContent, 5: invalidContent})
	for _, rule := range gsRules {
		w.follow(s, rule)
	}
	w.elementsOf(s, 8, invalidContent)
	if !isNumber(g.Control) || len(g.Control) > 9 {
		w.addGroup(about(s, 6, GroupControlSyntax, "GS06 is %q; it must be a number of at most 9 digits", clip(s.Element(6))))
	} else if w.groups.add(g.Control) {
		w.addGroup(about(s, 6, GroupControlTwice, "group control number %q stands twice in the interchange", g.Control))
	}
	tables, exact, err := w.tablesOf(g.Version)
	if err != nil {
		return err
	}
	if !exact {
		f := about(s, 8, GroupVersion, "there are no tables of version %q; those of %s are used", clip(s.Element(8)), tables.Version)
		f.Level = 2
		if isVersion(g.Version) {
			f.Severity = Warning
		}
		w.addGroup(f)
	}
	w.validator = NewValidator(tables, w.decoder.Delimiters(), w.addSet)
	w.validator.Balanced = w.options.Partner != nil && w.options.Partner.Balanced
	return nil
}

// tablesOf gives the tables of a version with the partner's rules in them. A rule for
// a place that only another version has does not count.
func (w *walk) tablesOf(version string) (*Tables, bool, error) {
	t, exact, err := ForVersion(version)
	if err != nil || w.options.Partner == nil {
		return t, exact, err
	}
	if w.tables[t.Version] == nil {
		ruled, err := t.with(w.options.Partner, false)
		if err != nil {
			return nil, false, err
		}
		if w.tables == nil {
			w.tables = map[string]*Tables{}
		}
		w.tables[t.Version] = ruled
	}
	return w.tables[t.Version], exact, nil
}

func (w *walk) beginSet(s *edi.Segment) {
	w.inSet, w.rejected, w.faults = true, false, 0
	w.setPath = s.Path()
	w.report = SetReport{Set: string(clip(s.Element(1))), Control: string(clip(s.Element(2))), Findings: []Finding{}}
	known := w.validator.Begin(w.report.Set)
	reject := func(element int, code, format string, args ...any) {
		w.rejected = true
		f := about(s, element, code, format, args...)
		f.Scope, f.Position = OfSet, 1
		w.addSet(f)
	}
	switch {
	case !known:
		reject(1, SetUnsupported, "there is no table of set %q in %s", clip(s.Element(1)), w.validator.tables.Version)
	case w.validator.set.functional != w.functional:
		reject(1, SetIdentifier, "set %s belongs into a group %s, and this group is %q", w.report.Set, w.validator.set.functional, w.functional)
	}
	switch {
	case w.report.Control == "":
		reject(2, SetControlSyntax, "the set has no control number")
	case w.seen.add(w.report.Control):
		reject(2, SetControlTwice, "set control number %q stands twice in the group", clip(s.Element(2)))
	}
	w.inside(s)
}

// inside checks a segment of a set, from ST to SE.
func (w *walk) inside(s *edi.Segment) {
	w.validator.Segment(s)
	if s.Is("SE") {
		w.endSet()
	}
}

func (w *walk) endSet() {
	w.inSet = false
	w.report.Segments = w.validator.Position()
	switch {
	case w.rejected:
		w.report.Verdict = Rejected
	case w.faults > 0:
		w.report.Verdict = Errors
	default:
		w.report.Verdict = Accepted
	}
	w.handler.Set(w.report)
}

// endGroup ends a group with what its GE counts.
func (w *walk) endGroup(count string) {
	if w.inGroup {
		w.group.Count = count
		w.handler.EndGroup(w.group)
	}
	w.inGroup = false
}

// open begins an interchange with what was found in front of its ISA.
func (w *walk) open() {
	w.begun, w.inInterchange, w.ended = true, true, false
	w.interchange, w.early = w.early, InterchangeReport{}
}

func (w *walk) endInterchange() {
	w.endGroup("")
	if w.inInterchange {
		w.handler.EndInterchange(w.interchange)
	}
	w.inInterchange = false
}

func (w *walk) addSet(f Finding) {
	if f.Severity == Error {
		w.faults++
	}
	w.keep(&w.report.Findings, &w.report.Omitted, f)
}

func (w *walk) addGroup(f Finding) {
	f.Scope = OfGroup
	w.keep(&w.group.Findings, &w.group.Omitted, f)
}

func (w *walk) addInterchange(f Finding) {
	f.Scope = OfInterchange
	if !w.inInterchange || w.ended { // it is of the ISA that comes next
		w.keep(&w.early.Findings, &w.early.Omitted, f)
		return
	}
	w.keep(&w.interchange.Findings, &w.interchange.Omitted, f)
}

func (w *walk) keep(findings *[]Finding, omitted *int, f Finding) {
	if f.Severity == Error {
		w.ok = false
	}
	if len(*findings) == maxFindings {
		*omitted++
		return
	}
	*findings = append(*findings, f)
}
