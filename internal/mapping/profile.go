package mapping

import "tradewind/edi/schema"

// Ownership says who makes a part of the exchange: we or Cleo.
type Ownership string

// The two owners.
const (
	Ours Ownership = "ours"
	Cleo Ownership = "cleo"
)

// Profile is everything one partner wants different from the others. It is the
// base profile with the partner's own file laid over it.
type Profile struct {
	// ID names the partner in lists, search attributes and file names.
	ID      Code   `yaml:"id"`
	Name    string `yaml:"name"`
	Company Code   `yaml:"company"`
	// Supplier is the M3 supplier number (SUNO) within the company.
	Supplier    Code       `yaml:"supplier"`
	Interchange Address    `yaml:"interchange"`
	Group       Code       `yaml:"group"`
	Version     Code       `yaml:"version"`
	Delimiters  Delimiters `yaml:"delimiters"`
	// Envelope says whose ISA and GS numbers count; Acknowledge says who
	// answers an inbound file with a 997.
	Envelope    Ownership `yaml:"envelope"`
	Acknowledge Ownership `yaml:"acknowledge"`
	// AcknowledgeWith is the set that answers: 997, which is what empty means too, or 999.
	// A group of a version before 005010 gets a 997 always.
	AcknowledgeWith Code    `yaml:"acknowledgeWith"`
	AckRequested    bool    `yaml:"ackRequested"`
	Charset         Charset `yaml:"charset"`
	// Calendar names the hours that count while the partner is waited for: those of a calendar
	// in calendars.yaml, or all of them (always, which is what empty means too).
	Calendar Code     `yaml:"calendar"`
	Order    OrderSet `yaml:"order"`
	// Invoice says how an 810 of this partner is read.
	Invoice InvoiceSet `yaml:"invoice"`
	// OutgoingInvoice says whether, and how, M3's invoices of the partner go out.
	OutgoingInvoice OutgoingInvoiceSet `yaml:"outgoingInvoice"`
	// Profile838 says how an 838 of this partner is read.
	Profile838 ProfileSet `yaml:"profile838"`
	// Rules are what the partner's files must hold beyond the standard, or need not; a
	// list of the partner's own replaces that of the base profile.
	Rules []schema.Rule `yaml:"rules"`
	// Balanced makes an invoice whose total is not the sum of its parts an error.
	Balanced bool `yaml:"balanced"`
}

// Overlay is what the partner wants different from the standard when a file is judged.
func (p Profile) Overlay() *schema.Overlay {
	return &schema.Overlay{Rules: p.Rules, Balanced: p.Balanced}
}

// Address is an interchange id with its qualifier (ISA05/06 or ISA07/08).
type Address struct {
	Qualifier Code `yaml:"qualifier"`
	ID        Code `yaml:"id"`
}

// String is the form used in counters: "ZZ:TRADEWIND".
func (a Address) String() string { return string(a.Qualifier) + ":" + string(a.ID) }

// Delimiters are the separators of the partner's interchanges.
type Delimiters struct {
	Element    Delimiter `yaml:"element"`
	Component  Delimiter `yaml:"component"`
	Repetition Delimiter `yaml:"repetition"`
	Segment    Delimiter `yaml:"segment"`
	// LineBreak adds a line feed behind each segment terminator.
	LineBreak bool `yaml:"lineBreak"`
}

// Charset is the set of characters a partner can read in names and texts.
type Charset string

// The character sets, each containing the ones before it.
const (
	// CharsetBasic is X12's basic set: upper-case letters, digits and some signs.
	CharsetBasic Charset = "basic"
	// CharsetExtended adds lower case and the rest of printable ASCII.
	CharsetExtended Charset = "extended"
	// CharsetUTF8 lets everything printable through.
	CharsetUTF8 Charset = "utf8"
)

// OrderSet says how an 850 for this partner is made.
type OrderSet struct {
	// Type is BEG02: SA stand-alone, NE new order, …
	Type Code `yaml:"type"`
	// ItemIDs are the product ids of PO1 in the order in which the partner
	// wants them.
	ItemIDs []ItemID `yaml:"itemIds"`
	// Currency says when CUR goes out.
	Currency When `yaml:"currency"`
	// HomeCurrency is what the partner assumes when CUR is absent.
	HomeCurrency Code `yaml:"homeCurrency"`
	// LongDescription says what happens to a description over 80 characters.
	LongDescription Overflow `yaml:"longDescription"`
	// Texts says whether order and line texts go out as N9 and MSG.
	Texts bool `yaml:"texts"`
	// TextQualifier is N901 of a text loop.
	TextQualifier Code `yaml:"textQualifier"`
	// Hash says whether CTT02 carries the sum of the quantities.
	Hash bool `yaml:"hash"`
	// Total says whether AMT carries the order's value.
	Total bool `yaml:"total"`
	// VendorReference says whether REF*IA carries our supplier number.
	VendorReference bool `yaml:"vendorReference"`
	// ZeroDecimals says how N2 amounts of a currency without cents are written.
	ZeroDecimals ZeroDecimals `yaml:"zeroDecimals"`
	// Changes says how the partner is told that an order changed after it was sent.
	Changes Changes `yaml:"changes"`
	// Confirmation says what becomes of an 855 that differs from the order.
	Confirmation ConfirmationSet `yaml:"confirmation"`
	// Answer says how long the partner may take to acknowledge the set; zero expects nothing.
	Answer AnswerTime `yaml:"answer"`
}

// ConfirmationSet says how a partner's confirmations (855) are taken.
type ConfirmationSet struct {
	// Differs is park, which leaves it to the buyer, or note, which warns on the order only.
	Differs Differs `yaml:"differs"`
	// Days is how far a confirmed date may be from the ordered one and be no difference.
	Days int `yaml:"days"`
	// Write says which lines are confirmed in M3, with their date and quantity; empty is off.
	Write WriteBack `yaml:"write"`
	// Confirmed says what becomes of a line that M3 has another confirmation of; empty is park.
	Confirmed Confirmed `yaml:"confirmed"`
}

// WriteBack says which lines of a confirmation are confirmed in M3.
type WriteBack string

// The choices of WriteBack.
const (
	WriteOff WriteBack = "off"
	// WriteAgreed confirms the lines that are accepted as they were ordered.
	WriteAgreed WriteBack = "agreed"
	// WriteAll also confirms those whose quantity or date differs, and nothing else.
	WriteAll WriteBack = "all"
)

// Confirmed says what becomes of a line that M3 has another confirmation of.
type Confirmed string

// The choices of Confirmed.
const (
	ConfirmedParks    Confirmed = "park"
	ConfirmedReplaced Confirmed = "replace"
)

// Differs says what becomes of a confirmation that differs.
type Differs string

// The choices of Differs.
const (
	DiffersParks Differs = "park"
	DiffersNoted Differs = "note"
)

// AnswerTime is how long an answer is waited for, in hours of the partner's calendar.
type AnswerTime struct {
	// Within is when it becomes overdue, GiveUp when nobody waits any more; both from the sending.
	Within Duration `yaml:"within"`
	GiveUp Duration `yaml:"giveUp"`
}

// ItemID is one pair of qualifier and product id in PO1.
type ItemID struct {
	// Qualifier is element 235: VN vendor's number, BP or IN buyer's number.
	Qualifier Code     `yaml:"qualifier"`
	From      ItemFrom `yaml:"from"`
	// Required parks an order whose line lacks the number.
	Required bool `yaml:"required"`
}

// ItemFrom names where a product id comes from.
type ItemFrom string

// The sources of product ids.
const (
	FromItem         ItemFrom = "item"
	FromSupplierItem ItemFrom = "supplierItem"
)

// When says when an optional part goes out.
type When string

// The choices of When.
const (
	Always  When = "always"
	Foreign When = "foreign"
	Never   When = "never"
)

// Overflow says what happens to text that is longer than its element.
type Overflow string

// The choices of Overflow; nothing is ever cut.
const (
	Split Overflow = "split"
	Park  Overflow = "park"
)

// ZeroDecimals says how an implied-decimal amount of a currency without minor
// units is written.
type ZeroDecimals string

// The choices of ZeroDecimals.
const (
	Hundredths ZeroDecimals = "hundredths"
	Units      ZeroDecimals = "units"
)

// Sender is our side of an exchange: one of our companies.
type Sender struct {
	Company     Code
	Name        string
	Interchange Address
	Group       Code
	// Usage is ISA15: P production or T test.
	Usage   string
	Address BuyerAddress
}

// BuyerAddress is the address of N1*BY.
type BuyerAddress struct {
	Street  []string `yaml:"street"`
	Town    string   `yaml:"town"`
	State   Code     `yaml:"state"`
	Postal  Code     `yaml:"postal"`
	Country Code     `yaml:"country"`
}
