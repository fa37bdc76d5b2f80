package schema

import (
	"errors"
	"fmt"
	"io"

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

// Handler takes a validation as it goes on, so that the length of a file does not
// matter. Findings of a group and of an interchange come with their end.
type Handler interface {
	BeginInterchange(edi.Interchange)
	BeginGroup(edi.Group)
	Set(SetReport)
	EndGroup([]Finding)
	EndInterchange([]Finding)
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
	w := &walk{handler: h, decoder: edi.NewDecoder(r), ok: true}
	w.decoder.Tolerate(w.tolerate)
	return w.run()
}

// walk is one validation.
type walk struct {
	handler   Handler
	decoder   *edi.Decoder
	validator *Validator
	ok        bool
	begun     bool

	inInterchange, inGroup, inSet bool
	interchange, group            []Finding
	report                        SetReport
	rejected                      bool
	seen                          controls // ST02 within the group
}

func (w *walk) run() (bool, error) {
	for {
		s, err := w.decoder.Read()
		var fault *edi.SyntaxError
		switch {
		case errors.Is(err, io.EOF):
			return w.ok && w.begun, w.end()
		case errors.As(err, &fault):
			if !w.begun && errors.Is(err, edi.ErrNoInterchange) {
				return false, ErrNoInterchange
			}
			w.broken(fault)
			return false, w.end()
		case err != nil:
			return false, err
		}
		w.segment(s)
	}
}

func (w *walk) end() error {
	if !w.begun {
		return ErrNoInterchange
	}
	return nil
}

func (w *walk) segment(s *edi.Segment) {
	switch {
	case s.Is("ISA"):
		w.beginInterchange(s)
	case s.Is("GS") && !w.inSet:
		w.beginGroup(s)
	case s.Is("ST") && !w.inSet:
		w.beginSet(s)
	case s.Is("GE") && !w.inSet:
		w.endGroup()
	case s.Is("IEA") && !w.inSet:
		w.endInterchange()
	case w.inSet:
		w.inside(s)
	}
}

func (w *walk) beginInterchange(s *edi.Segment) {
	w.begun, w.inInterchange, w.interchange = true, true, nil
	ic, err := edi.ParseInterchange(s)
	w.handler.BeginInterchange(ic)
	w.envelope(err, "014")
}

func (w *walk) beginGroup(s *edi.Segment) {
	g, err := edi.ParseGroup(s)
	w.inGroup, w.group, w.seen = true, nil, controls{}
	w.handler.BeginGroup(g)
	w.envelope(err, "")
	tables, exact, err := ForVersion(g.Version)
	if err != nil {
		w.addGroup(Finding{Level: 1, Severity: Error, Code: "2", Segment: "GS", Message: err.Error()})
		return
	}
	if !exact {
		w.addGroup(Finding{Level: 2, Severity: Warning, Code: "2", Segment: "GS", Element: 8, Offset: s.ElementOffset(8), Path: s.ElementPath(8),
			Message: fmt.Sprintf("there are no tables of version %q; those of %s are used", g.Version, tables.Version)})
	}
	w.validator = NewValidator(tables, w.addSet)
}

func (w *walk) beginSet(s *edi.Segment) {
	w.inSet, w.rejected = true, false
	w.report = SetReport{Set: s.Text(1), Control: s.Text(2), Findings: []Finding{}}
	if !w.validator.Begin(w.report.Set) {
		w.rejected = true
		w.addSet(Finding{Scope: OfSet, Level: 2, Severity: Error, Code: SetUnsupported, Segment: "ST", Position: 1, Element: 1, Offset: s.ElementOffset(1), Path: s.ElementPath(1),
			Message: fmt.Sprintf("there is no table of set %q in %s", w.report.Set, w.validator.tables.Version)})
	}
	if w.seen.add(w.report.Control) {
		w.rejected = true
		w.addSet(Finding{Scope: OfSet, Level: 1, Severity: Error, Code: SetControlTwice, Segment: "ST", Position: 1, Element: 2, Offset: s.ElementOffset(2), Path: s.ElementPath(2),
			Message: fmt.Sprintf("set control number %q stands twice in the group", w.report.Control)})
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
	w.report.Verdict = Accepted
	for _, f := range w.report.Findings {
		if f.Severity == Error {
			w.report.Verdict = Errors
		}
	}
	if w.rejected {
		w.report.Verdict = Rejected
	}
	w.handler.Set(w.report)
}

func (w *walk) endGroup() {
	if w.inGroup {
		w.handler.EndGroup(w.group)
	}
	w.inGroup = false
}

func (w *walk) endInterchange() {
	w.endGroup()
	if w.inInterchange {
		w.handler.EndInterchange(w.interchange)
	}
	w.inInterchange = false
}

// broken closes everything behind a fault that leaves the decoder lost.
func (w *walk) broken(fault *edi.SyntaxError) {
	if !w.begun {
		w.begun, w.inInterchange = true, true
		w.handler.BeginInterchange(edi.Interchange{})
	}
	if w.inSet {
		w.rejected = true
		w.addSet(Finding{Scope: OfSet, Level: 1, Severity: Error, Code: SetTrailer, Segment: "SE", Position: w.validator.Position(), Offset: fault.Offset, Path: fault.Path,
			Message: "the set ends without SE: " + fault.Err.Error()})
		w.endSet()
	}
	w.addInterchange(Finding{Level: 1, Severity: Error, Code: interchangeCode(fault), Segment: "ISA", Offset: fault.Offset, Path: fault.Path, Message: fault.Err.Error()})
	w.endInterchange()
}

// interchangeCode is TA105 of a fault.
func interchangeCode(err error) string {
	switch {
	case errors.Is(err, edi.ErrControl):
		return "001"
	case errors.Is(err, edi.ErrCount):
		return "021"
	case errors.Is(err, edi.ErrEnd):
		return "023"
	case errors.Is(err, edi.ErrISAWidth):
		return "022"
	}
	return "024"
}

// tolerate sorts a fault that the decoder went on behind.
func (w *walk) tolerate(fault *edi.SyntaxError) {
	f := Finding{Level: 1, Severity: Error, Offset: fault.Offset, Path: fault.Path, Message: fault.Err.Error()}
	switch {
	case errors.Is(fault, edi.ErrSegmentID):
		return // the validator tells it
	case w.inSet:
		w.rejected = true
		f.Scope, f.Segment, f.Position, f.Code = OfSet, "SE", w.validator.Position()+1, SetCount
		if errors.Is(fault, edi.ErrControl) {
			f.Code = SetControl
		}
		w.addSet(f)
	case w.inGroup:
		f.Segment, f.Code = "GE", "5"
		if errors.Is(fault, edi.ErrControl) {
			f.Code = "4"
		}
		w.addGroup(f)
	default:
		f.Segment, f.Code = "IEA", interchangeCode(fault)
		w.addInterchange(f)
	}
}

// envelope reports what ParseInterchange and ParseGroup find.
func (w *walk) envelope(err error, code string) {
	var fault *edi.SyntaxError
	if !errors.As(err, &fault) {
		return
	}
	f := Finding{Level: 1, Severity: Error, Code: code, Segment: "ISA", Offset: fault.Offset, Path: fault.Path, Message: fault.Err.Error()}
	if w.inGroup {
		f.Segment = "GS"
		w.addGroup(f)
		return
	}
	w.addInterchange(f)
}

func (w *walk) addSet(f Finding) {
	w.count(f)
	if len(w.report.Findings) == maxFindings {
		w.report.Omitted++
		return
	}
	w.report.Findings = append(w.report.Findings, f)
}

func (w *walk) addGroup(f Finding) {
	w.count(f)
	f.Scope = OfGroup
	if len(w.group) < maxFindings {
		w.group = append(w.group, f)
	}
}

func (w *walk) addInterchange(f Finding) {
	w.count(f)
	f.Scope = OfInterchange
	if len(w.interchange) < maxFindings {
		w.interchange = append(w.interchange, f)
	}
}

func (w *walk) count(f Finding) {
	if f.Severity == Error {
		w.ok = false
	}
}
