package doc

import "tradewind/edi"

// TradingPartnerProfile is a trading partner profile, set 838 in versions 004010 and 005010: what a partner says of
// itself, and of parties that belong to it.
type TradingPartnerProfile struct {
	Purpose    string   // BTP01: 00 original, 02 add, 03 delete, 04 change, 05 replace, …
	Number     string   // BTP02, a reference of the profile
	Date       Date     // BTP03
	Time       string   // BTP04, HHMM or longer
	Type       string   // BTP05
	Extra      []string // BTP06 on
	Contacts   []Contact
	Dates      []DateTime
	Locations  []ProfileLocation
	Unmodelled []Unmodelled
}

// ProfileLocation is an LX loop: one place of the partner, with the parties there.
type ProfileLocation struct {
	Number string // LX01, digits
	// Placement is PLA; nil is none.
	Placement  *Placement
	Parties    []ProfileParty
	Unmodelled []Unmodelled
}

// Placement is a PLA segment: what is to become of what the loop describes.
type Placement struct {
	Action string   // PLA01
	Party  string   // PLA02
	Date   Date     // PLA03
	Time   string   // PLA04, HHMM or longer
	Extra  []string // PLA05 on
}

// ProfileParty is an N1 loop of an 838. Its References are N9 segments.
type ProfileParty struct {
	Party
	Currencies []Currency
	Taxes      []TaxReference
	Terms      []Terms
}

// TaxReference is a TAX segment.
type TaxReference struct {
	Number string   // TAX01, the tax identification number
	Extra  []string // TAX02 on
}

// Marshal gives the segments between ST and SE, in the order of the standard. An
// element that does not fit its length is a *LengthError, one that cannot be written a
// *FieldError.
func (p TradingPartnerProfile) Marshal(v Version) ([]edi.SegmentData, error) {
	return marshal(profileLoop, &p, v, false)
}

// UnmarshalTradingPartnerProfile reads the segments between ST and SE of an 838. Errors are a
// *FieldError.
func UnmarshalTradingPartnerProfile(segments []edi.SegmentData) (TradingPartnerProfile, error) {
	return unmarshal(profileLoop, segments)
}

func (p *TradingPartnerProfile) fields(c *codec) {
	c.text(1, &p.Purpose)
	c.text(2, &p.Number)
	c.date(3, &p.Date)
	c.text(4, &p.Time)
	c.text(5, &p.Type)
	c.rest(6, &p.Extra)
}

func (l *ProfileLocation) fields(c *codec) { c.digits(1, &l.Number) }

func (p *Placement) fields(c *codec) {
	c.text(1, &p.Action)
	c.text(2, &p.Party)
	c.date(3, &p.Date)
	c.text(4, &p.Time)
	c.rest(5, &p.Extra)
}

func (t *TaxReference) fields(c *codec) {
	c.text(1, &t.Number)
	c.rest(2, &t.Extra)
}

var profileLoop = newLoop(func(p *TradingPartnerProfile) *[]Unmodelled { return &p.Unmodelled },
	head("BTP", (*TradingPartnerProfile).fields),
	kept[TradingPartnerProfile]("REQ"),
	many("PER", func(p *TradingPartnerProfile) *[]Contact { return &p.Contacts }),
	kept[TradingPartnerProfile]("SPI"),
	many("DTM", func(p *TradingPartnerProfile) *[]DateTime { return &p.Dates }),
	inner(profileLocation, func(p *TradingPartnerProfile) *[]ProfileLocation { return &p.Locations }),
	kept[TradingPartnerProfile]("ERI AMT"),
)

// An ENE loop has parties of its own behind all others; they describe networks.
var profileLocation = newLoop(func(l *ProfileLocation) *[]Unmodelled { return &l.Unmodelled },
	head("LX", (*ProfileLocation).fields),
	one("PLA", func(l *ProfileLocation) **Placement { return &l.Placement }),
	kept[ProfileLocation]("LCD LIN"),
	inner(profileParty, func(l *ProfileLocation) *[]ProfileParty { return &l.Parties }),
	keptLoop[ProfileLocation]("ENE", "N1 N2 N3 N4 TPD PID N9 PER TXN DTM"),
)

// Between LS and LE a TPD loop has a party of its own.
var profileParty = newLoop(func(p *ProfileParty) *[]Unmodelled { return &p.Unmodelled },
	head("N1", func(p *ProfileParty, c *codec) { p.Party.fields(c) }),
	flat("N2", func(p *ProfileParty) *[]string { return &p.Names }),
	flat("N3", func(p *ProfileParty) *[]string { return &p.Street }),
	optional("N4", func(p *ProfileParty) bool { return p.hasAddress() }, func(p *ProfileParty, c *codec) { p.address(c) }),
	many("N9", func(p *ProfileParty) *[]Reference { return &p.References }),
	many("PER", func(p *ProfileParty) *[]Contact { return &p.Contacts }),
	many("CUR", func(p *ProfileParty) *[]Currency { return &p.Currencies }),
	many("TAX", func(p *ProfileParty) *[]TaxReference { return &p.Taxes }),
	kept[ProfileParty]("FOB"),
	many("ITD", func(p *ProfileParty) *[]Terms { return &p.Terms }),
	kept[ProfileParty]("TD5 SPI FBB DTM MEA"),
	keptLoop[ProfileParty]("LCD", "N2 N4 DMG MEA"),
	keptLoop[ProfileParty]("TPD", "N9 PID DTM"),
	keptUntil[ProfileParty]("LS", "TUD DTM N1 N2 N3 N4 PER LE", "LE"),
	keptLoop[ProfileParty]("TUD", "DTM N2 N3 N4 PER"),
	keptLoop[ProfileParty]("SPR", "N9 DTM"),
	keptLoop[ProfileParty]("PAM", "DTM TAX CUR"),
	keptLoop[ProfileParty]("TXN", "N9 DTM"),
	keptLoop[ProfileParty]("LM", "LQ"),
)
