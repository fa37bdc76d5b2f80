package doc

import (
	"github.com/shopspring/decimal"

	"tradewind/edi"
)

// PurchaseOrder is a purchase order, set 850 in versions 004010 and 005010.
type PurchaseOrder struct {
	Purpose    string   // BEG01: 00 original, 05 replace, 01 cancel
	Type       string   // BEG02: SA stand-alone, NE new order, …
	Number     string   // BEG03
	Release    string   // BEG04
	Date       Date     // BEG05
	Contract   string   // BEG06
	Extra      []string // BEG07 on
	Currency   *Currency
	References []Reference
	Contacts   []Contact
	Freight    []Freight
	Charges    []Charge
	Terms      []Terms
	Dates      []DateTime
	// Descriptions are PID05, one for each PID; it is empty where a PID has codes only.
	// DescriptionCodes are PID01 to PID04 and PID06 on, by the index of the description,
	// of each PID that is more than PID*F and a text.
	Descriptions     []string
	DescriptionCodes map[int][]string
	Texts            []Text
	Parties          []Party
	Lines            []OrderLine
	// Totals is the CTT loop; nil writes none.
	Totals *OrderTotals
	// Unmodelled keeps the segments of the header that no field holds.
	Unmodelled []Unmodelled
}

// OrderLine is a PO1 loop.
type OrderLine struct {
	ID       string          // PO101
	Quantity decimal.Decimal // PO102, in units of PO103
	Unit     string          // PO103
	Price    decimal.Decimal // PO104, in units of the currency
	Basis    string          // PO105: PE per each, HP per hundred, TP per thousand
	// NoQuantity and NoPrice say that PO102 and PO104 are not sent; a quantity or price of
	// zero is.
	NoQuantity, NoPrice bool
	// ProductIDs are up to ten pairs of qualifier and id, PO106 to PO125, in the partner's
	// order; an empty pair is a gap.
	ProductIDs       []ProductID
	Extra            []string         // PO126 on
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

// OrderTotals is the CTT loop of an order.
type OrderTotals struct {
	Count
	Amounts    []Amount // TT is the value of the order
	Unmodelled []Unmodelled
}

// Marshal gives the segments between ST and SE, in the order of the standard. An
// element that does not fit its length is a *LengthError, one that cannot be written a
// *FieldError.
func (o PurchaseOrder) Marshal(v Version) ([]edi.SegmentData, error) {
	return marshal(orderLoop, &o, v, v >= "005")
}

// UnmarshalPurchaseOrder reads the segments between ST and SE of an 850. Errors are a
// *FieldError.
func UnmarshalPurchaseOrder(segments []edi.SegmentData) (PurchaseOrder, error) {
	return unmarshal(orderLoop, segments)
}

func (o *PurchaseOrder) fields(c *codec) {
	c.text(1, &o.Purpose)
	c.text(2, &o.Type)
	c.text(3, &o.Number)
	c.text(4, &o.Release)
	c.date(5, &o.Date)
	c.text(6, &o.Contract)
	c.rest(7, &o.Extra)
}

func (l *OrderLine) fields(c *codec) {
	c.lines++
	c.text(1, &l.ID)
	c.realUnless(2, &l.Quantity, &l.NoQuantity)
	c.text(3, &l.Unit)
	c.realUnless(4, &l.Price, &l.NoPrice)
	c.text(5, &l.Basis)
	pairs(c, 6, mostProductIDs, &l.ProductIDs, (*ProductID).pair)
	c.rest(6+2*mostProductIDs, &l.Extra)
}

var orderLoop = newLoop(func(o *PurchaseOrder) *[]Unmodelled { return &o.Unmodelled },
	head("BEG", (*PurchaseOrder).fields),
	one("CUR", func(o *PurchaseOrder) **Currency { return &o.Currency }),
	many("REF", func(o *PurchaseOrder) *[]Reference { return &o.References }),
	many("PER", func(o *PurchaseOrder) *[]Contact { return &o.Contacts }),
	kept[PurchaseOrder]("TAX"),
	many("FOB", func(o *PurchaseOrder) *[]Freight { return &o.Freight }),
	kept[PurchaseOrder]("CTP PAM CSH TC2"),
	inner(orderCharge, func(o *PurchaseOrder) *[]Charge { return &o.Charges }),
	many("ITD", func(o *PurchaseOrder) *[]Terms { return &o.Terms }),
	kept[PurchaseOrder]("DIS INC"),
	many("DTM", func(o *PurchaseOrder) *[]DateTime { return &o.Dates }),
	kept[PurchaseOrder]("LIN SI"),
	descriptions(func(o *PurchaseOrder) (*[]string, *map[int][]string) { return &o.Descriptions, &o.DescriptionCodes }),
	kept[PurchaseOrder]("MEA PWK PKG TD1 TD5 TD3 TD4 MAN PCT CTB TXI"),
	keptLoop[PurchaseOrder]("LDT", "QTY MTX REF"),
	keptLoop[PurchaseOrder]("AMT", "REF DTM PCT FA1 FA2"),
	inner(orderText, func(o *PurchaseOrder) *[]Text { return &o.Texts }),
	inner(orderParty, func(o *PurchaseOrder) *[]Party { return &o.Parties }),
	keptLoop[PurchaseOrder]("LM", "LQ"),
	keptLoop[PurchaseOrder]("SPI", "REF DTM MSG MTX N1 N2 N3 N4 G61 CB1 LDT"),
	keptLoop[PurchaseOrder]("ADV", "DTM MTX"),
	lines(orderLine, func(o *PurchaseOrder) *[]OrderLine { return &o.Lines }),
	innerOne(orderTotals, func(o *PurchaseOrder) **OrderTotals { return &o.Totals }),
)

var orderLine = newLoop(func(l *OrderLine) *[]Unmodelled { return &l.Unmodelled },
	head("PO1", (*OrderLine).fields),
	kept[OrderLine]("LIN SI CUR CN1 PO3 CTP PAM MEA"),
	descriptions(func(l *OrderLine) (*[]string, *map[int][]string) { return &l.Descriptions, &l.DescriptionCodes }),
	kept[OrderLine]("PWK"),
	many("PO4", func(l *OrderLine) *[]Pack { return &l.Packs }),
	many("REF", func(l *OrderLine) *[]Reference { return &l.References }),
	many("PER", func(l *OrderLine) *[]Contact { return &l.Contacts }),
	inner(orderCharge, func(l *OrderLine) *[]Charge { return &l.Charges }),
	kept[OrderLine]("IT8 CSH"),
	many("ITD", func(l *OrderLine) *[]Terms { return &l.Terms }),
	kept[OrderLine]("DIS INC TAX FOB SDQ IT3"),
	many("DTM", func(l *OrderLine) *[]DateTime { return &l.Dates }),
	kept[OrderLine]("TC2 TD1 TD5 TD3 TD4 PCT MAN MSG MTX SPI TXI CTB"),
	many("QTY", func(l *OrderLine) *[]Quantity { return &l.Quantities }),
	keptLoop[OrderLine]("SCH", "TD1 TD5 TD3 TD4 REF"),
	kept[OrderLine]("PKG LS LE"),
	keptLoop[OrderLine]("LDT", "QTY MSG MTX REF LM LQ"),
	inner(orderText, func(l *OrderLine) *[]Text { return &l.Texts }),
	inner(orderLineParty, func(l *OrderLine) *[]Party { return &l.Parties }),
	keptLoop[OrderLine]("SLN", "MSG MTX SI PID PO3 TC2 ADV DTM CTP PAM PO4 TAX MEA N9 SAC CUR QTY N1 N2 N3 N4 IN2 NX2 REF PER"),
	keptLoop[OrderLine]("AMT", "REF PCT"),
	keptLoop[OrderLine]("LM", "LQ"),
)

var orderTotals = newLoop(func(t *OrderTotals) *[]Unmodelled { return &t.Unmodelled },
	head("CTT", func(t *OrderTotals, c *codec) { t.fields(c) }),
	many("AMT", func(t *OrderTotals) *[]Amount { return &t.Amounts }),
)
