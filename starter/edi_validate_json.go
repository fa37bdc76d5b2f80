package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"

	"tradewind/edi"
	"tradewind/edi/schema"
)

// jsonReport writes the JSON of a validation as it goes on, so that the length of a
// file does not matter.
type jsonReport struct {
	w                          *bufio.Writer
	interchanges, groups, sets int
	inInterchange, inGroup     bool
}

func (j *jsonReport) BeginInterchange(ic edi.Interchange) {
	j.separator(j.interchanges, `{"interchanges":[`)
	j.interchanges++
	j.groups, j.inInterchange = 0, true
	j.fields(map[string]string{"control": ic.Control, "sender": ic.Sender, "receiver": ic.Receiver, "version": ic.Version})
	j.text(`,"groups":[`)
}

func (j *jsonReport) BeginGroup(g edi.Group) {
	j.separator(j.groups, "")
	j.groups++
	j.sets, j.inGroup = 0, true
	j.fields(map[string]string{"functional": g.Functional, "control": g.Control, "version": g.Version})
	j.text(`,"sets":[`)
}

func (j *jsonReport) Set(s schema.SetReport) {
	j.separator(j.sets, "")
	j.sets++
	j.value(s)
}

func (j *jsonReport) EndGroup(g schema.GroupReport) {
	j.inGroup = false
	j.end(g.Findings, g.Omitted)
}

func (j *jsonReport) EndInterchange(r schema.InterchangeReport) {
	j.inInterchange = false
	j.end(r.Findings, r.Omitted)
}

// end closes a list and its object.
func (j *jsonReport) end(findings []schema.Finding, omitted int) {
	j.text(`],"findings":`)
	j.value(append([]schema.Finding{}, findings...))
	if omitted > 0 {
		j.text(fmt.Sprintf(`,"omitted":%d`, omitted))
	}
	j.text("}")
}

// close ends the document, also where the input broke off.
func (j *jsonReport) close(ok bool) {
	if j.inGroup {
		j.end(nil, 0)
	}
	if j.inInterchange {
		j.end(nil, 0)
	}
	if j.interchanges == 0 {
		j.text(`{"interchanges":[`)
	}
	j.text(fmt.Sprintf("],\"ok\":%t}\n", ok))
}

// separator stands in front of an element of a list.
func (j *jsonReport) separator(before int, opening string) {
	if before > 0 {
		opening = ","
	}
	j.text(opening)
}

// fields writes the beginning of an object, without its end.
func (j *jsonReport) fields(f map[string]string) {
	content, _ := json.Marshal(f) // strings always marshal
	j.text(strings.TrimSuffix(string(content), "}"))
}

func (j *jsonReport) value(v any) {
	content, _ := json.Marshal(v) // texts and numbers always marshal
	_, _ = j.w.Write(content)     // Flush tells
}

func (j *jsonReport) text(s string) { _, _ = j.w.WriteString(s) } // Flush tells
