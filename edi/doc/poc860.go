package doc

import (
	"github.com/shopspring/decimal"

	"tradewind/edi"
)

// OrderChange is a change of a purchase order, set 860 in versions 004010 and 005010.
// What of the header is not sent stays as it was, unless the purpose is to replace.
type OrderChange struct {
	Purpose          string   // BCH01: 01 cancel, 04 change, 05 replace
	Type             string   // BCH02: SA stand-alone, NE new order, …
	Number           string   // BCH03
	Release          string   // BCH04
	Sequence         string   // BCH05, which change of the order it is
	Date             Date     // BCH06, of the order
	RequestReference string   // BCH07
	Contract         string   // BCH08
	Reference        string   // BCH09
	AcknowledgedOn   Date     // BCH10, of the acknowledgment it answers
	ChangedOn        Date     // BCH11, of the change
	Extra            []string // BCH12 on
	Currency         *Currency
	References       []Reference
	Contacts         []Contact
	Freight          []Freight
	Charges          []Charge
	Terms            []Terms
	Dates            []DateTime
	// Descriptions and DescriptionCodes are PID, as in an order.
	Descriptions     []string
	DescriptionCodes map[int][]string
	Texts            []Text
	Parties          []Party
	Lines            []LineChange
	// Totals is the CTT loop; nil writes none. CTT02 is the sum of the quantities sent.
	Totals *OrderTotals
	// Unmodelled keeps the segments of the header that no field holds.
	Unmodelled []Unmodelled
}

// LineChange is a POC loop: a line that is added, deleted or changed.
type LineChange struct {
	ID string // POC01
	// Change is POC02: AI add item, DI delete item, QI and QD more or less of it, PC
	// another price, PQ another price and quantity, CT other dates, CA several of them or
	// something else, RZ all values replaced.
	Change   string
	Quantity decimal.Decimal // POC03, the quantity ordered now, in units of POC05
	// Left is POC04, how much of the quantity is still to be delivered.
	Left  *decimal.Decimal
	Unit  string          // POC05, a composite: the unit is its first component
	Price decimal.Decimal // POC06, in units of the currency
	Basis string          // POC07: PE per each, HP per hundred, TP per thousand
	// NoQuantity and NoPrice say that POC03 and POC06 are not sent; a quantity or price of
	// zero is.
	NoQuantity, NoPrice bool
	// ProductIDs are up to ten pairs of qualifier and id, POC08 to POC27, in the partner's
	// order; an empty pair is a gap.
	ProductIDs       []ProductID
	Extra            []string         // POC28 on
	Descriptions     []string         // PID05, as in the header
	DescriptionCodes map[int][]string // the rest of PID, as in the header
	Packs            []Pack
	References       []Reference
	Contacts         []Contact
	Charges          []Charge
	Terms            []Terms
	Dates            []DateTime
	Quantities       []Quantity
	Texts            []Text
	Parties          []Party
	Unmodelled       []Unmodelled
}

// Marshal gives the segments between ST and SE, in the order of the standard. An
// element that does not fit its length is a *LengthError, one that cannot be written a
// *FieldError.
func (o OrderChange) Marshal(v Version) ([]edi.SegmentData, error) {
	return marshal(changeLoop, &o, v, v >= "005")
}

// UnmarshalOrderChange reads the segments between ST and SE of an 860. Errors are a
// *FieldError.
func UnmarshalOrderChange(segments []edi.SegmentData) (OrderChange, error) {
	return unmarshal(changeLoop, segments)
}

func (o *OrderChange) fields(c *codec) {
	c.text(1, &o.Purpose)
	c.text(2, &o.Type)
	c.text(3, &o.Number)
	c.text(4, &o.Release)
	c.text(5, &o.Sequence)
	c.date(6, &o.Date)
	c.text(7, &o.RequestReference)
	c.text(8, &o.Contract)
	c.text(9, &o.Reference)
	c.date(10, &o.AcknowledgedOn)
	c.date(11, &o.ChangedOn)
	c.rest(12, &o.Extra)
}

func (l *LineChange) fields(c *codec) {
	c.lines++
	c.text(1, &l.ID)
	c.text(2, &l.Change)
	c.realUnless(3, &l.Quantity, &l.NoQuantity)
	c.real(4, &l.Left)
	c.text(5, &l.Unit)
	c.realUnless(6, &l.Price, &l.NoPrice)
	c.text(7, &l.Basis)
	pairs(c, 8, mostProductIDs, &l.ProductIDs, (*ProductID).pair)
	c.rest(8+2*mostProductIDs, &l.Extra)
}

var changeLoop = newLoop(func(o *OrderChange) *[]Unmodelled { return &o.Unmodelled },
	head("BCH", (*OrderChange).fields),
	one("CUR", func(o *OrderChange) **Currency { return &o.Currency }),
	many("REF", func(o *OrderChange) *[]Reference { return &o.References }),
	many("PER", func(o *OrderChange) *[]Contact { return &o.Contacts }),
	kept[OrderChange]("TAX"),
	many("FOB", func(o *OrderChange) *[]Freight { return &o.Freight }),
	kept[OrderChange]("CTP PAM CSH"),
	inner(orderCharge, func(o *OrderChange) *[]Charge { return &o.Charges }),
	many("ITD", func(o *OrderChange) *[]Terms { return &o.Terms }),
	kept[OrderChange]("DIS INC"),
	many("DTM", func(o *OrderChange) *[]DateTime { return &o.Dates }),
	keptLoop[OrderChange]("LDT", "QTY MTX REF"), // in 004010 a segment, further to the front
	kept[OrderChange]("LIN SI"),
	descriptions(func(o *OrderChange) (*[]string, *map[int][]string) { return &o.Descriptions, &o.DescriptionCodes }),
	kept[OrderChange]("MEA PWK PKG TD1 TD5 TD3 TD4 CTB MAN G53 TXI PCT"),
	keptLoop[OrderChange]("AMT", "REF DTM PCT FA1 FA2"),
	inner(orderText, func(o *OrderChange) *[]Text { return &o.Texts }),
	inner(orderParty, func(o *OrderChange) *[]Party { return &o.Parties }),
	keptLoop[OrderChange]("LM", "LQ"),
	keptLoop[OrderChange]("SPI", "REF DTM MSG MTX N1 N2 N3 N4 G61 CB1 LDT"),
	keptLoop[OrderChange]("ADV", "DTM MTX"),
	lines(lineChange, func(o *OrderChange) *[]LineChange { return &o.Lines }),
	innerOne(orderTotals, func(o *OrderChange) **OrderTotals { return &o.Totals }),
)

var lineChange = newLoop(func(l *LineChange) *[]Unmodelled { return &l.Unmodelled },
	head("POC", (*LineChange).fields),
	kept[LineChange]("LIN SI CUR CN1 PO3 CTP PAM MEA"),
	descriptions(func(l *LineChange) (*[]string, *map[int][]string) { return &l.Descriptions, &l.DescriptionCodes }),
	kept[LineChange]("PWK PKG"),
	many("PO4", func(l *LineChange) *[]Pack { return &l.Packs }),
	many("REF", func(l *LineChange) *[]Reference { return &l.References }),
	many("PER", func(l *LineChange) *[]Contact { return &l.Contacts }),
	inner(orderCharge, func(l *LineChange) *[]Charge { return &l.Charges }),
	kept[LineChange]("IT8 CSH"),
	many("ITD", func(l *LineChange) *[]Terms { return &l.Terms }),
	kept[LineChange]("DIS INC TAX FOB SDQ"),
	many("DTM", func(l *LineChange) *[]DateTime { return &l.Dates }),
	kept[LineChange]("TD1 TD5 TD3 TD4 MAN PCT TC2 CTB TXI SPI MSG MTX"),
	many("QTY", func(l *LineChange) *[]Quantity { return &l.Quantities }),
	keptLoop[LineChange]("SCH", "TD1 TD5 TD3 TD4 REF"),
	inner(orderText, func(l *LineChange) *[]Text { return &l.Texts }),
	kept[LineChange]("LS LE"),
	keptLoop[LineChange]("LDT", "QTY MSG MTX REF LM LQ"),
	inner(orderLineParty, func(l *LineChange) *[]Party { return &l.Parties }),
	keptLoop[LineChange]("SLN", "MSG MTX SI PID PO3 MEA TC2 SAC CUR DTM CTP PAM PO4 TAX ADV QTY N9 N1 N2 N3 N4 IN2 NX2 REF PER"),
	keptLoop[LineChange]("AMT", "REF PCT"),
	keptLoop[LineChange]("LM", "LQ"),
)
