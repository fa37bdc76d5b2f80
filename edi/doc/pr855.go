package doc

import (
	"github.com/shopspring/decimal"

	"tradewind/edi"
)

// OrderConfirmation is a purchase order acknowledgment, set 855 in versions 004010 and
// 005010: what a seller says to an order.
type OrderConfirmation struct {
	Purpose    string   // BAK01: 00 original, 04 change, 05 replace, 06 confirmation
	Type       string   // BAK02: AC with detail and change, AD with detail, AK without, RJ rejected, …
	Number     string   // BAK03, of the buyer's order
	Date       Date     // BAK04, of the order
	Release    string   // BAK05
	Request    string   // BAK06, of a request
	Contract   string   // BAK07
	Reference  string   // BAK08, the seller's number of the order
	Assigned   Date     // BAK09, of the acknowledgment
	Extra      []string // BAK10 on
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
	Lines            []ConfirmationLine
	// Totals is the CTT loop; nil writes none.
	Totals *OrderTotals
	// Unmodelled keeps the segments of the header that no field holds.
	Unmodelled []Unmodelled
}

// ConfirmationLine is a PO1 loop of an 855.
type ConfirmationLine struct {
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
	// Statuses are what the seller says to the line: one, or one for each of its parts.
	Statuses   []LineStatus
	Amounts    []Amount
	Quantities []Quantity
	Schedules  []Schedule
	Texts      []Text
	Parties    []Party
	// Unmodelled keeps the segments of the line that no field holds, sublines (SLN) among
	// them.
	Unmodelled []Unmodelled
}

// LineStatus is an ACK segment, with what stands in its loop.
type LineStatus struct {
	Code          string           // ACK01: IA accepted, IQ quantity changed, IR rejected, …
	Quantity      *decimal.Decimal // ACK02, in units of ACK03
	Unit          string           // ACK03
	DateQualifier string           // ACK04: 067 delivery, 068 shipment as scheduled now, …
	Date          Date             // ACK05
	Request       string           // ACK06, of a request
	// ProductIDs are up to ten pairs of qualifier and id, ACK07 to ACK26.
	ProductIDs []ProductID
	Extra      []string // ACK27 on
	Dates      []DateTime
	Unmodelled []Unmodelled
}

// Schedule is a SCH segment: a part of a line and its date.
type Schedule struct {
	Quantity      *decimal.Decimal // SCH01, in units of SCH02
	Unit          string           // SCH02
	PartyCode     string           // SCH03, whose name SCH04 is
	Party         string           // SCH04
	DateQualifier string           // SCH05
	Date          Date             // SCH06
	Extra         []string         // SCH07 on
	Unmodelled    []Unmodelled
}

// Marshal gives the segments between ST and SE, in the order of the standard. An
// element that does not fit its length is a *LengthError, one that cannot be written a
// *FieldError.
func (o OrderConfirmation) Marshal(v Version) ([]edi.SegmentData, error) {
	return marshal(confirmationLoop, &o, v, v >= "005")
}

// UnmarshalOrderConfirmation reads the segments between ST and SE of an 855. Errors are
// a *FieldError.
func UnmarshalOrderConfirmation(segments []edi.SegmentData) (OrderConfirmation, error) {
	return unmarshal(confirmationLoop, segments)
}
