package doc

import "tradewind/edi"

// Marshal gives the segments between ST and SE, in the order of the standard. An
// element that does not fit its length is a *LengthError, one that cannot be written a
// *FieldError.
func (i Invoice) Marshal(v Version) ([]edi.SegmentData, error) {
	return marshal(invoiceLoop, &i, v, false)
}

// UnmarshalInvoice reads the segments between ST and SE of an 810. Errors are a
// *FieldError.
func UnmarshalInvoice(segments []edi.SegmentData) (Invoice, error) {
	return unmarshal(invoiceLoop, segments)
}

func (i *Invoice) fields(c *codec) {
	c.date(1, &i.Date)
	c.text(2, &i.Number)
	c.date(3, &i.OrderDate)
	c.text(4, &i.OrderNumber)
	c.text(5, &i.Release)
	c.text(6, &i.ChangeOrder)
	c.text(7, &i.Type)
	c.text(8, &i.Purpose)
	c.rest(9, &i.Extra)
}

func (l *InvoiceLine) fields(c *codec) {
	c.lines++
	c.text(1, &l.ID)
	c.realUnless(2, &l.Quantity, &l.NoQuantity)
	c.text(3, &l.Unit)
	c.realUnless(4, &l.Price, &l.NoPrice)
	c.text(5, &l.Basis)
	pairs(c, 6, mostProductIDs, &l.ProductIDs, (*ProductID).pair)
	c.rest(6+2*mostProductIDs, &l.Extra)
}

func (t *Totals) fields(c *codec) {
	c.whole(1, &t.Amount, implied)
	c.whole(2, &t.DiscountBase, implied)
	c.whole(3, &t.Discounted, implied)
	c.whole(4, &t.Discount, implied)
	c.rest(5, &t.Extra)
}

func (r *Carrier) fields(c *codec) {
	c.text(1, &r.Mode)
	c.text(2, &r.EquipmentInitial)
	c.text(3, &r.Equipment)
	c.text(4, &r.SCAC)
	c.text(5, &r.Routing)
	c.text(6, &r.Status)
	c.text(7, &r.Qualifier)
	c.text(8, &r.Reference)
	c.text(9, &r.Service)
	c.rest(10, &r.Extra)
}

func (s *Shipped) fields(c *codec) {
	c.real(1, &s.Units)
	c.text(2, &s.Unit)
	c.real(3, &s.Weight)
	c.text(4, &s.WeightUnit)
	c.real(5, &s.Volume)
	c.text(6, &s.VolumeUnit)
	c.rest(7, &s.Extra)
}

var invoiceLoop = newLoop(func(i *Invoice) *[]Unmodelled { return &i.Unmodelled },
	head("BIG", (*Invoice).fields),
	many("NTE", func(i *Invoice) *[]Note { return &i.Notes }),
	one("CUR", func(i *Invoice) **Currency { return &i.Currency }),
	many("REF", func(i *Invoice) *[]Reference { return &i.References }),
	kept[Invoice]("YNQ"),
	many("PER", func(i *Invoice) *[]Contact { return &i.Contacts }),
	inner(invoiceParty, func(i *Invoice) *[]Party { return &i.Parties }),
	many("ITD", func(i *Invoice) *[]Terms { return &i.Terms }),
	many("DTM", func(i *Invoice) *[]DateTime { return &i.Dates }),
	many("FOB", func(i *Invoice) *[]Freight { return &i.Freight }),
	descriptions(func(i *Invoice) (*[]string, *map[int][]string) { return &i.Descriptions, &i.DescriptionCodes }),
	kept[Invoice]("MEA PWK PKG L7 BAL INC PAM CRC"),
	keptLoop[Invoice]("LM", "LQ"),
	inner(invoiceText, func(i *Invoice) *[]Text { return &i.Texts }),
	keptLoop[Invoice]("V1", "R4 DTM"),
	keptLoop[Invoice]("FA1", "FA2"),
	lines(invoiceLine, func(i *Invoice) *[]InvoiceLine { return &i.Lines }),
	required("TDS", func(i *Invoice) *Totals { return &i.Totals }),
	many("TXI", func(i *Invoice) *[]Tax { return &i.Taxes }),
	one("CAD", func(i *Invoice) **Carrier { return &i.Carrier }),
	many("AMT", func(i *Invoice) *[]Amount { return &i.Amounts }),
	inner(invoiceCharge, func(i *Invoice) *[]InvoiceCharge { return &i.Charges }),
	inner(shipped, func(i *Invoice) *[]Shipped { return &i.Shipped }),
	one("CTT", func(i *Invoice) **Count { return &i.Count }),
)

var invoiceLine = newLoop(func(l *InvoiceLine) *[]Unmodelled { return &l.Unmodelled },
	head("IT1", (*InvoiceLine).fields),
	kept[InvoiceLine]("CRC"),
	many("QTY", func(l *InvoiceLine) *[]Quantity { return &l.Quantities }),
	kept[InvoiceLine]("CUR IT3"),
	many("TXI", func(l *InvoiceLine) *[]Tax { return &l.Taxes }),
	kept[InvoiceLine]("CTP PAM MEA"),
	descriptions(func(l *InvoiceLine) (*[]string, *map[int][]string) { return &l.Descriptions, &l.DescriptionCodes }),
	kept[InvoiceLine]("PWK PKG"),
	many("PO4", func(l *InvoiceLine) *[]Pack { return &l.Packs }),
	many("ITD", func(l *InvoiceLine) *[]Terms { return &l.Terms }),
	many("REF", func(l *InvoiceLine) *[]Reference { return &l.References }),
	kept[InvoiceLine]("YNQ"),
	many("PER", func(l *InvoiceLine) *[]Contact { return &l.Contacts }),
	kept[InvoiceLine]("SDQ"),
	many("DTM", func(l *InvoiceLine) *[]DateTime { return &l.Dates }),
	many("CAD", func(l *InvoiceLine) *[]Carrier { return &l.Carriers }),
	kept[InvoiceLine]("L7 SR"),
	inner(invoiceCharge, func(l *InvoiceLine) *[]InvoiceCharge { return &l.Charges }),
	keptLoop[InvoiceLine]("SLN", "DTM REF PID SAC TC2 TXI"),
	inner(invoiceParty, func(l *InvoiceLine) *[]Party { return &l.Parties }),
	keptLoop[InvoiceLine]("LM", "LQ"),
	keptLoop[InvoiceLine]("V1", "R4 DTM"),
	keptLoop[InvoiceLine]("FA1", "FA2"),
)

var shipped = newLoop(func(s *Shipped) *[]Unmodelled { return &s.Unmodelled },
	head("ISS", (*Shipped).fields),
	kept[Shipped]("PID"),
)
