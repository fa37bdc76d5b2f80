package doc

// Party is an N1 loop.
type Party struct {
	Code      string   // N101: ST ship to, BY buyer, SU supplier, BT bill to, RI remit to
	Name      string   // N102
	Qualifier string   // N103: 92 assigned by buyer, 91 by seller, 1 D-U-N-S
	ID        string   // N104
	Extra     []string // N105 on
	// Names are more lines of the name, N201 and N202, and Street N301 and N302: two for
	// each segment but the last, the second empty where a segment has one only.
	Names        []string
	Street       []string
	Town         string   // N401
	State        string   // N402
	Postal       string   // N403
	Country      string   // N404
	AddressExtra []string // N405 on
	References   []Reference
	Contacts     []Contact
	Unmodelled   []Unmodelled
}

func (p *Party) fields(c *codec) {
	c.text(1, &p.Code)
	c.text(2, &p.Name)
	c.text(3, &p.Qualifier)
	c.text(4, &p.ID)
	c.rest(5, &p.Extra)
}

func (p *Party) hasAddress() bool {
	return p.Town != "" || p.State != "" || p.Postal != "" || p.Country != "" || p.AddressExtra != nil
}

func (p *Party) address(c *codec) {
	c.text(1, &p.Town)
	c.text(2, &p.State)
	c.text(3, &p.Postal)
	c.text(4, &p.Country)
	c.rest(5, &p.AddressExtra)
}

// partyLoop describes an N1 loop in which the others stand too.
func partyLoop(others ...[]part[Party]) *loop[Party] {
	parts := [][]part[Party]{
		head("N1", (*Party).fields),
		flat("N2", func(p *Party) *[]string { return &p.Names }),
		flat("N3", func(p *Party) *[]string { return &p.Street }),
		optional("N4", (*Party).hasAddress, (*Party).address),
		many("REF", func(p *Party) *[]Reference { return &p.References }),
		many("PER", func(p *Party) *[]Contact { return &p.Contacts }),
	}
	return newLoop(func(p *Party) *[]Unmodelled { return &p.Unmodelled }, append(parts, others...)...)
}

var (
	orderParty     = partyLoop(kept[Party]("IN2 NX2 SI FOB TD1 TD5 TD3 TD4 PKG"))
	orderLineParty = partyLoop(kept[Party]("IN2 QTY NX2 SI DTM FOB SCH TD1 TD5 TD3 TD4 PKG"), keptLoop[Party]("LDT", "MAN QTY MSG MTX REF"))
	invoiceParty   = partyLoop(kept[Party]("DMG"))
)

// Text is an N9 loop: a reference and its free text.
type Text struct {
	Qualifier   string   // N901: L1 letters or notes
	Reference   string   // N902
	Description string   // N903
	Extra       []string // N904 on
	Messages    []Message
	Unmodelled  []Unmodelled
}

func (t *Text) fields(c *codec) {
	c.text(1, &t.Qualifier)
	c.text(2, &t.Reference)
	c.text(3, &t.Description)
	c.rest(4, &t.Extra)
}

// Message is a line of free text: a MSG segment, or a MTX in an 850 of 005010.
type Message struct {
	Text  string   // MSG01, MTX02
	Extra []string // MSG02 on; MTX01 and then MTX03 on
}

func (m *Message) fields(c *codec) {
	at := 1
	if c.id == "MTX" {
		at = 2
	}
	c.text(at, &m.Text)
	c.except(at, &m.Extra)
}

// messages are the free text of a loop, read from either segment and written as the
// version wants it. What stands behind a message is kept behind it in both.
func messages() []part[Text] {
	msg, mtx := manyAt("MSG", "MSG", textMessages), manyAt("MTX", "MSG", textMessages)
	inMSG, inMTX := msg[0].write, mtx[0].write
	msg[0].write = func(c *codec, from *Text) {
		if !c.mtx {
			inMSG(c, from)
		}
	}
	mtx[0].write = func(c *codec, from *Text) {
		if c.mtx {
			inMTX(c, from)
		}
	}
	return append(msg, mtx...)
}

func textMessages(t *Text) *[]Message { return &t.Messages }

func keptOfText(t *Text) *[]Unmodelled { return &t.Unmodelled }

var (
	orderText   = newLoop(keptOfText, head("N9", (*Text).fields), kept[Text]("DTM MEA"), messages(), kept[Text]("PWK EFI"))
	invoiceText = newLoop(keptOfText, head("N9", (*Text).fields), many("MSG", textMessages))
)
