package doc

import "github.com/shopspring/decimal"

// Charge is a SAC segment, an allowance or a charge, with what stands in its loop.
type Charge struct {
	Indicator        string           // SAC01: A allowance, C charge, N neither
	Code             string           // SAC02
	Agency           string           // SAC03, whose code SAC04 is
	AgencyCode       string           // SAC04
	Amount           *decimal.Decimal // SAC05, in units of the currency
	PercentQualifier string           // SAC06, what SAC07 is of
	Percent          *decimal.Decimal // SAC07
	Rate             *decimal.Decimal // SAC08, for each unit
	Unit             string           // SAC09
	Quantity         *decimal.Decimal // SAC10
	QuantityTo       *decimal.Decimal // SAC11, the end of a range that SAC10 begins
	Handling         string           // SAC12: 01 bill back, 02 off invoice, …
	Reference        string           // SAC13
	Option           string           // SAC14
	Description      string           // SAC15
	Extra            []string         // SAC16 on
	Unmodelled       []Unmodelled
}

func (a *Charge) fields(c *codec) {
	c.text(1, &a.Indicator)
	c.text(2, &a.Code)
	c.text(3, &a.Agency)
	c.text(4, &a.AgencyCode)
	c.whole(5, &a.Amount, implied)
	c.text(6, &a.PercentQualifier)
	c.real(7, &a.Percent)
	c.real(8, &a.Rate)
	c.text(9, &a.Unit)
	c.real(10, &a.Quantity)
	c.real(11, &a.QuantityTo)
	c.text(12, &a.Handling)
	c.text(13, &a.Reference)
	c.text(14, &a.Option)
	c.text(15, &a.Description)
	c.rest(16, &a.Extra)
}

var orderCharge = newLoop(func(a *Charge) *[]Unmodelled { return &a.Unmodelled },
	head("SAC", (*Charge).fields),
	kept[Charge]("CUR CTP"),
)

// InvoiceCharge is a charge with the taxes on it.
type InvoiceCharge struct {
	Charge
	Taxes []Tax
}

var invoiceCharge = newLoop(func(a *InvoiceCharge) *[]Unmodelled { return &a.Unmodelled },
	head("SAC", func(a *InvoiceCharge, c *codec) { a.fields(c) }),
	kept[InvoiceCharge]("DTM"),
	many("TXI", func(a *InvoiceCharge) *[]Tax { return &a.Taxes }),
)

// Tax is a TXI segment.
type Tax struct {
	Type         string           // TXI01: ST state sales, VA value added, …
	Amount       *decimal.Decimal // TXI02, in units of the currency
	Percent      *decimal.Decimal // TXI03
	Qualifier    string           // TXI04, whose code TXI05 is
	Jurisdiction string           // TXI05
	Exempt       string           // TXI06
	Relationship string           // TXI07: A add, O information only, …
	Base         *decimal.Decimal // TXI08, what the percent is of
	Number       string           // TXI09, the tax identification
	Assigned     string           // TXI10
	Extra        []string         // TXI11 on
}

func (t *Tax) fields(c *codec) {
	c.text(1, &t.Type)
	c.real(2, &t.Amount)
	c.real(3, &t.Percent)
	c.text(4, &t.Qualifier)
	c.text(5, &t.Jurisdiction)
	c.text(6, &t.Exempt)
	c.text(7, &t.Relationship)
	c.real(8, &t.Base)
	c.text(9, &t.Number)
	c.text(10, &t.Assigned)
	c.rest(11, &t.Extra)
}
