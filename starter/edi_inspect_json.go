package main

import (
	"bufio"
	"bytes"
	"encoding/json"

	"tradewind/edi"
	"tradewind/edi/schema"
)

// jsonOutline writes an array with an object on each line: a segment, with the faults
// that it shows. Faults behind the last segment stand in an object of their own.
type jsonOutline struct {
	w       *bufio.Writer
	line    bytes.Buffer
	encoder *json.Encoder
	written int
	faults  []listedFault
}

type listedSegment struct {
	Segment string `json:"segment"`
	Name    string `json:"name"`
	Path    string `json:"path"`
	Offset  int64  `json:"offset"`
	Depth   int    `json:"depth"`
}

type listedField struct {
	Element    int    `json:"element"`
	Repetition int    `json:"repetition,omitempty"`
	Component  int    `json:"component,omitempty"`
	Name       string `json:"name"`
	Value      string `json:"value"`
	Meaning    string `json:"meaning,omitempty"`
	// Bytes is the length of a value that was clipped.
	Bytes int `json:"bytes,omitempty"`
}

type listedFault struct {
	Offset  int64  `json:"offset"`
	Path    string `json:"path"`
	Message string `json:"message"`
}

func newJSONOutline(w *bufio.Writer) *jsonOutline {
	j := &jsonOutline{w: w}
	j.encoder = json.NewEncoder(&j.line)
	j.encoder.SetEscapeHTML(false)
	return j
}

func (j *jsonOutline) segment(l line) {
	id := string(clip(l.Element(0)))
	j.begin()
	j.open(listedSegment{Segment: id, Name: schema.SegmentName(id), Path: l.Path(), Offset: l.Offset, Depth: l.depth})
	j.text(`,"elements":[`)
	n := 0
	for f := range l.fields() {
		if n++; n > 1 {
			j.text(",")
		}
		out := listedField{Element: f.element, Repetition: f.repetition, Component: f.component, Name: f.Name, Value: string(f.value), Meaning: f.Meaning}
		if f.length > len(f.value) {
			out.Bytes = f.length
		}
		j.value(out)
	}
	j.text("]")
	if len(j.faults) > 0 {
		j.text(`,"faults":`)
		j.value(j.faults)
		j.faults = j.faults[:0]
	}
	j.text("}")
}

// mostFaults bounds what is kept until the next segment comes.
const mostFaults = 1000

func (j *jsonOutline) fault(f *edi.SyntaxError) {
	if len(j.faults) < mostFaults {
		j.faults = append(j.faults, listedFault{Offset: f.Offset, Path: f.Path, Message: f.Err.Error()})
	}
}

func (j *jsonOutline) close() {
	if len(j.faults) > 0 {
		j.begin()
		j.text(`{"faults":`)
		j.value(j.faults)
		j.text("}")
	}
	if j.written == 0 {
		j.text("[")
	}
	j.text("\n]\n")
}

// begin opens the array or separates its objects.
func (j *jsonOutline) begin() {
	separator := ",\n"
	if j.written == 0 {
		separator = "[\n"
	}
	j.written++
	j.text(separator)
}

// open writes an object without its end.
func (j *jsonOutline) open(v any) { _, _ = j.w.Write(bytes.TrimSuffix(j.encoded(v), []byte("}"))) }

func (j *jsonOutline) value(v any) { _, _ = j.w.Write(j.encoded(v)) } // Flush tells of errors

func (j *jsonOutline) encoded(v any) []byte {
	j.line.Reset()
	_ = j.encoder.Encode(v) // texts and numbers always encode
	return bytes.TrimSuffix(j.line.Bytes(), []byte("\n"))
}

func (j *jsonOutline) text(s string) { _, _ = j.w.WriteString(s) }
