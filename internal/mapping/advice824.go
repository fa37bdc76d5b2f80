package mapping

import (
	"fmt"
	"slices"
	"strings"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// ReadAdvice824 turns an 824 of a partner into what it says of documents of ours. A reason
// comes back where a verdict is not known, or where nothing says which document it is on; its
// place is within the set.
func ReadAdvice824(in doc.ApplicationAdvice, profile Profile) (trade.Advice, trade.Reason) {
	out := trade.Advice{Partner: string(profile.ID), Number: strings.TrimSpace(in.Number), Date: trade.Date(in.Date)}
	if len(in.Documents) == 0 {
		return out, trade.Data(trade.ReasonNoLines, "OTI", askForAdvice, "the advice names no document")
	}
	for i, d := range in.Documents {
		advised, reason := advisedDocument(fmt.Sprintf("OTI[%d]", i+1), d)
		if !reason.IsZero() {
			return out, reason
		}
		out.Documents = append(out.Documents, advised)
	}
	return out, trade.Reason{}
}

const askForAdvice = "ask the partner for a corrected advice, then resolve this record"

// adviceVerdicts are the second letters of OTI01 (X12 element 110): the first says what is
// judged, a batch, a group, a set or an item. What is taken in part, or with its content
// changed, is not good.
var adviceVerdicts = map[byte]trade.Verdict{
	'A': trade.VerdictAccepted, 'C': trade.VerdictErrors, 'E': trade.VerdictErrors, 'P': trade.VerdictErrors,
	'R': trade.VerdictRejected, 'H': trade.VerdictOnHold,
}

func advisedDocument(place string, in doc.AdvisedDocument) (trade.AdvisedDocument, trade.Reason) {
	out := trade.AdvisedDocument{Place: place, Code: in.Code, Group: strings.TrimSpace(in.Group), Control: strings.TrimSpace(in.Control)}
	if len(in.Code) == 2 && strings.Contains("BGIT", in.Code[:1]) {
		out.Verdict = adviceVerdicts[in.Code[1]]
	}
	if out.Verdict == "" {
		return out, trade.Data(trade.ReasonValueInvalid, place+"-01", askForAdvice, "the code %q says neither accepted nor rejected", in.Code)
	}
	out.Set, out.Number = advisedNumber(in)
	if out.Number == "" && out.Group == "" && out.Control == "" {
		return out, trade.Data(trade.ReasonNumberMissing, place+"-03", askForAdvice, "nothing says which document of ours is meant")
	}
	out.Reasons = adviceReasons(in)
	return out, trade.Reason{}
}

// The qualifiers (X12 element 128) of the numbers of our documents.
const (
	orderReference   = "PO"
	invoiceReference = "IV"
)

// advisedNumber finds the kind of the document and our number of it. The set comes from OTI10,
// else from what OTI03 is a number of; the number from OTI03 or REF by its qualifier, else from
// OTI03 whatever it is.
func advisedNumber(in doc.AdvisedDocument) (set, number string) {
	set = strings.TrimSpace(in.Set)
	references := append([]doc.Reference{{Qualifier: in.Qualifier, Value: in.Reference}}, in.References...)
	by := func(qualifier string) string {
		at := slices.IndexFunc(references, func(r doc.Reference) bool { return r.Qualifier == qualifier && strings.TrimSpace(r.Value) != "" })
		if at < 0 {
			return ""
		}
		return strings.TrimSpace(references[at].Value)
	}
	order, invoice := by(orderReference), by(invoiceReference)
	switch {
	case set == "850" || set == "860":
		number = order
	case set == "810":
		number = invoice
	case set != "":
	case in.Qualifier == invoiceReference, order == "" && invoice != "":
		set, number = "810", invoice
	case order != "":
		set, number = "850", order
	}
	return set, firstOf(number, strings.TrimSpace(in.Reference))
}

// mostReasons bounds what is told of one document.
const mostReasons = 20

// adviceReasons are the sentences of TED, and the notes that stand with them.
func adviceReasons(in doc.AdvisedDocument) []string {
	var out []string
	for _, e := range in.Errors {
		if sentence := adviceError(e); sentence != "" {
			out = append(out, sentence)
		}
	}
	// An LM loop has its codes explained by RED.
	for _, u := range in.Unmodelled {
		if u.Segment == "RED" && len(u.Elements) > 0 && u.Elements[0] != "" {
			out = append(out, u.Elements[0])
		}
	}
	if more := len(out) - mostReasons; more > 0 {
		out = append(out[:mostReasons], fmt.Sprintf("and %d more", more))
	}
	return out
}

// adviceErrors are codes of TED01 (X12 element 647) that say enough without a text.
var adviceErrors = map[string]string{
	"006": "duplicate",
	"007": "missing data",
	"008": "out of range",
	"009": "invalid date",
	"010": "the total is out of balance",
	"011": "it does not match",
	"012": "invalid combination",
	"133": "the item is not on the purchase order",
	"134": "missing or invalid invoice number",
	"848": "incorrect data",
	"H":   "missing or invalid unit",
	"P":   "missing or invalid quantity",
	"Q":   "missing or invalid item number",
	"MB":  "missing or invalid purchase order number",
	"MD":  "missing or invalid invoice date",
	"MF":  "missing or invalid vendor number",
	"MG":  "missing or invalid UPC",
	"MJ":  "missing or invalid terms",
	"MN":  "missing or invalid unit cost",
}

// adviceError makes one sentence of an error: what is wrong, where, and the notes.
func adviceError(e doc.AdvisedError) string {
	var notes []string
	for _, note := range e.Notes {
		notes = append(notes, note.Text)
	}
	for _, related := range e.Related {
		notes = append(notes, related.Text)
	}
	what := firstOf(strings.TrimSpace(e.Text), adviceErrors[e.Code])
	if what == "" && len(notes) > 0 {
		what, notes = notes[0], notes[1:]
	}
	if what == "" {
		what = "an error without a text"
	}
	out := fmt.Sprintf("%s (code %s%s)", what, e.Code, adviceWhere(e))
	if e.Value != "" {
		out += fmt.Sprintf(", value %q", e.Value)
	}
	if e.Right != "" {
		out += fmt.Sprintf(", taken as %q", e.Right)
	}
	if len(notes) > 0 {
		out += ": " + strings.Join(notes, " ")
	}
	return out
}

// adviceWhere is the place of an error in our document: "at PO1 (segment 7), element 04".
func adviceWhere(e doc.AdvisedError) string {
	out := ""
	if e.Segment != "" {
		out = " at " + e.Segment
	}
	if e.Position != "" {
		out += " (segment " + e.Position + ")"
	}
	if e.Element != "" {
		out += ", element " + e.Element
	}
	return out
}
