package doc

func (o *OrderConfirmation) fields(c *codec) {
	c.text(1, &o.Purpose)
	c.text(2, &o.Type)
	c.text(3, &o.Number)
	c.date(4, &o.Date)
	c.text(5, &o.Release)
	c.text(6, &o.Request)
	c.text(7, &o.Contract)
	c.text(8, &o.Reference)
	c.date(9, &o.Assigned)
	c.rest(10, &o.Extra)
}

func (l *ConfirmationLine) fields(c *codec) {
	c.lines++
	c.text(1, &l.ID)
	c.realUnless(2, &l.Quantity, &l.NoQuantity)
	c.text(3, &l.Unit)
	c.realUnless(4, &l.Price, &l.NoPrice)
	c.text(5, &l.Basis)
	pairs(c, 6, mostProductIDs, &l.ProductIDs, (*ProductID).pair)
	c.rest(6+2*mostProductIDs, &l.Extra)
}

func (s *LineStatus) fields(c *codec) {
	c.text(1, &s.Code)
	c.real(2, &s.Quantity)
	c.text(3, &s.Unit)
	c.text(4, &s.DateQualifier)
	c.date(5, &s.Date)
	c.text(6, &s.Request)
	pairs(c, 7, mostProductIDs, &s.ProductIDs, (*ProductID).pair)
	c.rest(7+2*mostProductIDs, &s.Extra)
}

func (s *Schedule) fields(c *codec) {
	c.real(1, &s.Quantity)
	c.text(2, &s.Unit)
	c.text(3, &s.PartyCode)
	c.text(4, &s.Party)
	c.text(5, &s.DateQualifier)
	c.date(6, &s.Date)
	c.rest(7, &s.Extra)
}

var confirmationLoop = newLoop(func(o *OrderConfirmation) *[]Unmodelled { return &o.Unmodelled },
	head("BAK", (*OrderConfirmation).fields),
	one("CUR", func(o *OrderConfirmation) **Currency { return &o.Currency }),
	many("REF", func(o *OrderConfirmation) *[]Reference { return &o.References }),
	many("PER", func(o *OrderConfirmation) *[]Contact { return &o.Contacts }),
	kept[OrderConfirmation]("TAX"),
	many("FOB", func(o *OrderConfirmation) *[]Freight { return &o.Freight }),
	kept[OrderConfirmation]("CTP PAM CSH"),
	inner(orderCharge, func(o *OrderConfirmation) *[]Charge { return &o.Charges }),
	many("ITD", func(o *OrderConfirmation) *[]Terms { return &o.Terms }),
	kept[OrderConfirmation]("DIS INC"),
	many("DTM", func(o *OrderConfirmation) *[]DateTime { return &o.Dates }),
	kept[OrderConfirmation]("LDT LIN SI"),
	descriptions(func(o *OrderConfirmation) (*[]string, *map[int][]string) { return &o.Descriptions, &o.DescriptionCodes }),
	kept[OrderConfirmation]("MEA PWK PKG TD1 TD5 TD3 TD4 MAN TXI CTB"),
	inner(orderText, func(o *OrderConfirmation) *[]Text { return &o.Texts }),
	inner(confirmationParty, func(o *OrderConfirmation) *[]Party { return &o.Parties }),
	keptLoop[OrderConfirmation]("ADV", "DTM MTX"),
	lines(confirmationLine, func(o *OrderConfirmation) *[]ConfirmationLine { return &o.Lines }),
	innerOne(orderTotals, func(o *OrderConfirmation) **OrderTotals { return &o.Totals }),
)

var confirmationLine = newLoop(func(l *ConfirmationLine) *[]Unmodelled { return &l.Unmodelled },
	head("PO1", (*ConfirmationLine).fields),
	kept[ConfirmationLine]("LIN SI CUR PO3 CTP PAM MEA"),
	descriptions(func(l *ConfirmationLine) (*[]string, *map[int][]string) { return &l.Descriptions, &l.DescriptionCodes }),
	kept[ConfirmationLine]("PWK"),
	many("PO4", func(l *ConfirmationLine) *[]Pack { return &l.Packs }),
	many("REF", func(l *ConfirmationLine) *[]Reference { return &l.References }),
	many("PER", func(l *ConfirmationLine) *[]Contact { return &l.Contacts }),
	inner(orderCharge, func(l *ConfirmationLine) *[]Charge { return &l.Charges }),
	kept[ConfirmationLine]("IT8 CSH"),
	many("ITD", func(l *ConfirmationLine) *[]Terms { return &l.Terms }),
	kept[ConfirmationLine]("DIS INC TAX FOB SDQ"),
	many("DTM", func(l *ConfirmationLine) *[]DateTime { return &l.Dates }),
	kept[ConfirmationLine]("LDT TD1 TD5 TD3 TD4"),
	inner(lineStatus, func(l *ConfirmationLine) *[]LineStatus { return &l.Statuses }),
	kept[ConfirmationLine]("MAN"),
	many("AMT", func(l *ConfirmationLine) *[]Amount { return &l.Amounts }),
	kept[ConfirmationLine]("CTB TXI"),
	many("QTY", func(l *ConfirmationLine) *[]Quantity { return &l.Quantities }),
	kept[ConfirmationLine]("PKG"),
	inner(schedule, func(l *ConfirmationLine) *[]Schedule { return &l.Schedules }),
	inner(orderText, func(l *ConfirmationLine) *[]Text { return &l.Texts }),
	inner(confirmationLineParty, func(l *ConfirmationLine) *[]Party { return &l.Parties }),
	keptLoop[ConfirmationLine]("SLN", "MSG MTX SI PID MEA PO3 CTP PAM ACK SAC CUR DTM PO4 TAX ADV QTY N9 N1 N2 IN2 N3 N4 NX2 REF PER"),
)

var lineStatus = newLoop(func(s *LineStatus) *[]Unmodelled { return &s.Unmodelled },
	head("ACK", (*LineStatus).fields),
	many("DTM", func(s *LineStatus) *[]DateTime { return &s.Dates }),
)

var schedule = newLoop(func(s *Schedule) *[]Unmodelled { return &s.Unmodelled },
	head("SCH", (*Schedule).fields),
	kept[Schedule]("TD1 TD5 TD3 TD4 REF"),
)

var (
	confirmationParty     = partyLoop(kept[Party]("IN2 NX2 SI FOB TD1 TD5 TD3 TD4 PKG MSG MTX"))
	confirmationLineParty = partyLoop(kept[Party]("IN2 NX2 SI DTM FOB SCH TD1 TD5 TD3 TD4 QTY PKG"))
)
