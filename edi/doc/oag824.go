package doc

import "tradewind/edi"

// ApplicationAdvice is an application advice, set 824 in versions 004010 and 005010: what
// the receiver's application says of sets that it took in.
type ApplicationAdvice struct {
	Purpose    string   // BGN01: 00 original, 11 response, …
	Number     string   // BGN02, of the advice
	Date       Date     // BGN03
	Time       string   // BGN04, HHMM or longer
	Zone       string   // BGN05
	Original   string   // BGN06, a reference of what is answered
	Extra      []string // BGN07 on
	Parties    []Party
	Documents  []AdvisedDocument
	Unmodelled []Unmodelled
}

// AdvisedDocument is an OTI loop: one set that is answered.
type AdvisedDocument struct {
	Code       string   // OTI01: TA set accepted, TE accepted with error, TR rejected, …
	Qualifier  string   // OTI02, what OTI03 is: PO order, IV invoice, TN transaction
	Reference  string   // OTI03
	Sender     string   // OTI04: the GS02 that is answered
	Receiver   string   // OTI05: the GS03
	Date       Date     // OTI06: the GS04
	Time       string   // OTI07: the GS05
	Group      string   // OTI08: the GS06, digits
	Control    string   // OTI09: the ST02
	Set        string   // OTI10: the ST01
	Version    string   // OTI11: the GS08
	Extra      []string // OTI12 on
	References []Reference
	Dates      []DateTime
	Contacts   []Contact
	Amounts    []Amount
	Quantities []Quantity
	Errors     []AdvisedError
	Unmodelled []Unmodelled
}

// AdvisedError is a TED segment, with what stands in its loop.
type AdvisedError struct {
	Code     string // TED01: 006 duplicate, 007 missing data, 024 other, …
	Text     string // TED02
	Segment  string // TED03, the id of the segment with the error
	Position string // TED04, the segments from ST = 1, digits
	Element  string // TED05; in 005010 a composite: the element is its first component
	Field    string // TED06, the number in the element dictionary; in 005010 a composite
	Value    string // TED07, a copy of what is wrong
	Right    string // TED08, what it was made
	// Extra is TED09 on.
	Extra      []string
	Notes      []Note
	Related    []RelatedData
	Unmodelled []Unmodelled
}

// RelatedData is a RED segment.
type RelatedData struct {
	Text  string   // RED01
	Extra []string // RED02 on
}

// Marshal gives the segments between ST and SE, in the order of the standard. An
// element that does not fit its length is a *LengthError, one that cannot be written a
// *FieldError.
func (a ApplicationAdvice) Marshal(v Version) ([]edi.SegmentData, error) {
	return marshal(adviceLoop, &a, v, false)
}

// UnmarshalApplicationAdvice reads the segments between ST and SE of an 824. Errors are a
// *FieldError.
func UnmarshalApplicationAdvice(segments []edi.SegmentData) (ApplicationAdvice, error) {
	return unmarshal(adviceLoop, segments)
}

func (a *ApplicationAdvice) fields(c *codec) {
	c.text(1, &a.Purpose)
	c.text(2, &a.Number)
	c.date(3, &a.Date)
	c.text(4, &a.Time)
	c.text(5, &a.Zone)
	c.text(6, &a.Original)
	c.rest(7, &a.Extra)
}

func (d *AdvisedDocument) fields(c *codec) {
	c.text(1, &d.Code)
	c.text(2, &d.Qualifier)
	c.text(3, &d.Reference)
	c.text(4, &d.Sender)
	c.text(5, &d.Receiver)
	c.date(6, &d.Date)
	c.text(7, &d.Time)
	c.digits(8, &d.Group)
	c.text(9, &d.Control)
	c.text(10, &d.Set)
	c.text(11, &d.Version)
	c.rest(12, &d.Extra)
}

func (e *AdvisedError) fields(c *codec) {
	c.text(1, &e.Code)
	c.text(2, &e.Text)
	c.text(3, &e.Segment)
	c.digits(4, &e.Position)
	c.text(5, &e.Element)
	c.text(6, &e.Field)
	c.text(7, &e.Value)
	c.text(8, &e.Right)
	c.rest(9, &e.Extra)
}

func (r *RelatedData) fields(c *codec) {
	c.text(1, &r.Text)
	c.rest(2, &r.Extra)
}

var adviceLoop = newLoop(func(a *ApplicationAdvice) *[]Unmodelled { return &a.Unmodelled },
	head("BGN", (*ApplicationAdvice).fields),
	inner(adviceParty, func(a *ApplicationAdvice) *[]Party { return &a.Parties }),
	inner(advisedDocument, func(a *ApplicationAdvice) *[]AdvisedDocument { return &a.Documents }),
)

var adviceParty = partyLoop()

var advisedDocument = newLoop(func(d *AdvisedDocument) *[]Unmodelled { return &d.Unmodelled },
	head("OTI", (*AdvisedDocument).fields),
	many("REF", func(d *AdvisedDocument) *[]Reference { return &d.References }),
	many("DTM", func(d *AdvisedDocument) *[]DateTime { return &d.Dates }),
	many("PER", func(d *AdvisedDocument) *[]Contact { return &d.Contacts }),
	many("AMT", func(d *AdvisedDocument) *[]Amount { return &d.Amounts }),
	many("QTY", func(d *AdvisedDocument) *[]Quantity { return &d.Quantities }),
	kept[AdvisedDocument]("NM1"),
	inner(advisedError, func(d *AdvisedDocument) *[]AdvisedError { return &d.Errors }),
	keptLoop[AdvisedDocument]("LM", "LQ RED"),
)

var advisedError = newLoop(func(e *AdvisedError) *[]Unmodelled { return &e.Unmodelled },
	head("TED", (*AdvisedError).fields),
	kept[AdvisedError]("CTX"),
	many("NTE", func(e *AdvisedError) *[]Note { return &e.Notes }),
	many("RED", func(e *AdvisedError) *[]RelatedData { return &e.Related }),
)
