package doc

import "github.com/shopspring/decimal"

// Reference is a REF segment.
type Reference struct {
	Qualifier   string   // REF01: IA internal vendor number, CT contract, VN vendor's order, …
	Value       string   // REF02
	Description string   // REF03
	Extra       []string // REF04 on
}

func (r *Reference) fields(c *codec) {
	c.text(1, &r.Qualifier)
	c.text(2, &r.Value)
	c.text(3, &r.Description)
	c.rest(4, &r.Extra)
}

// Contact is a PER segment.
type Contact struct {
	Function string // PER01: BD buyer, CN general
	Name     string // PER02
	// Numbers are up to three pairs, PER03 to PER08.
	Numbers []Communication
	Extra   []string // PER09 on
}

// Communication is a way to reach a contact.
type Communication struct {
	Qualifier string // TE telephone, EM e-mail, FX fax
	Number    string
}

func (p *Contact) fields(c *codec) {
	c.text(1, &p.Function)
	c.text(2, &p.Name)
	pairs(c, 3, 3, &p.Numbers, func(n *Communication) (*string, *string) { return &n.Qualifier, &n.Number })
	c.rest(9, &p.Extra)
}

// Currency is a CUR segment.
type Currency struct {
	Party string           // CUR01: BY buyer, SE seller
	Code  string           // CUR02, ISO 4217
	Rate  *decimal.Decimal // CUR03, the exchange rate
	Extra []string         // CUR04 on
}

func (u *Currency) fields(c *codec) {
	c.text(1, &u.Party)
	c.text(2, &u.Code)
	c.real(3, &u.Rate)
	c.rest(4, &u.Extra)
}

// Freight is a FOB segment.
type Freight struct {
	Payment     string   // FOB01: CC collect, PP prepaid, DF defined by buyer and seller
	Location    string   // FOB02, the qualifier of FOB03
	Description string   // FOB03
	Extra       []string // FOB04 on
}

func (f *Freight) fields(c *codec) {
	c.text(1, &f.Payment)
	c.text(2, &f.Location)
	c.text(3, &f.Description)
	c.rest(4, &f.Extra)
}

// Terms is an ITD segment: one way to pay, or one instalment.
type Terms struct {
	Type            string           // ITD01: 01 basic, 05 discount not applicable, 08 basic discount, …
	Basis           string           // ITD02: 1 ship date, 2 delivery date, 3 invoice date
	DiscountPercent *decimal.Decimal // ITD03
	DiscountDate    Date             // ITD04
	DiscountDays    string           // ITD05, digits
	NetDate         Date             // ITD06
	NetDays         string           // ITD07, digits
	DiscountAmount  *decimal.Decimal // ITD08, in units of the currency
	DeferredDate    Date             // ITD09
	DeferredAmount  *decimal.Decimal // ITD10, in units of the currency
	PercentPayable  *decimal.Decimal // ITD11, of the invoice
	Description     string           // ITD12
	DayOfMonth      string           // ITD13, digits
	Extra           []string         // ITD14 on
}

func (t *Terms) fields(c *codec) {
	c.text(1, &t.Type)
	c.text(2, &t.Basis)
	c.real(3, &t.DiscountPercent)
	c.date(4, &t.DiscountDate)
	c.digits(5, &t.DiscountDays)
	c.date(6, &t.NetDate)
	c.digits(7, &t.NetDays)
	c.whole(8, &t.DiscountAmount, implied)
	c.date(9, &t.DeferredDate)
	c.whole(10, &t.DeferredAmount, implied)
	c.real(11, &t.PercentPayable)
	c.text(12, &t.Description)
	c.digits(13, &t.DayOfMonth)
	c.rest(14, &t.Extra)
}

// DateTime is a DTM segment.
type DateTime struct {
	Qualifier string   // DTM01: 002 delivery requested, 010 ship requested, 011 shipped
	Date      Date     // DTM02
	Extra     []string // DTM03 on: time, its zone, or a period
}

func (d *DateTime) fields(c *codec) {
	c.text(1, &d.Qualifier)
	c.date(2, &d.Date)
	c.rest(3, &d.Extra)
}

// Note is an NTE segment.
type Note struct {
	Code  string   // NTE01
	Text  string   // NTE02
	Extra []string // NTE03 on
}

func (n *Note) fields(c *codec) {
	c.text(1, &n.Code)
	c.text(2, &n.Text)
	c.rest(3, &n.Extra)
}

// Amount is an AMT segment.
type Amount struct {
	Qualifier string           // AMT01: TT total of the order, 1 line item total, …
	Value     *decimal.Decimal // AMT02, in units of the currency
	Flag      string           // AMT03: C credit, D debit
	Extra     []string         // AMT04 on
}

func (a *Amount) fields(c *codec) {
	c.text(1, &a.Qualifier)
	c.real(2, &a.Value)
	c.text(3, &a.Flag)
	c.rest(4, &a.Extra)
}

// Quantity is a QTY segment.
type Quantity struct {
	Qualifier string           // QTY01: 38 original, 39 shipped, …
	Value     *decimal.Decimal // QTY02
	Unit      string           // QTY03, a composite: the unit is its first component
	Extra     []string         // QTY04 on
}

func (q *Quantity) fields(c *codec) {
	c.text(1, &q.Qualifier)
	c.real(2, &q.Value)
	c.text(3, &q.Unit)
	c.rest(4, &q.Extra)
}

// Pack is a PO4 segment: how a line is packed.
type Pack struct {
	Inner *decimal.Decimal // PO401, inner packs in an outer one
	Size  *decimal.Decimal // PO402, of one inner pack
	Unit  string           // PO403, of the size
	Extra []string         // PO404 on
}

func (p *Pack) fields(c *codec) {
	c.whole(1, &p.Inner, 0)
	c.real(2, &p.Size)
	c.text(3, &p.Unit)
	c.rest(4, &p.Extra)
}

// Count is a CTT segment. CTT01 is the number of lines, always.
type Count struct {
	Hash  *decimal.Decimal // CTT02, the sum of the quantities
	Extra []string         // CTT03 on
}

func (t *Count) fields(c *codec) {
	c.count(1)
	c.real(2, &t.Hash)
	c.rest(3, &t.Extra)
}

// ProductID is a pair of PO106/PO107 to PO124/PO125, or of IT106/IT107 to IT124/IT125.
type ProductID struct {
	Qualifier string // VN vendor's, BP buyer's part number, UP UPC
	ID        string
}

func (p *ProductID) pair() (qualifier, id *string) { return &p.Qualifier, &p.ID }

// mostProductIDs is how many pairs a line has.
const mostProductIDs = 10
