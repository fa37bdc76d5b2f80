package doc

import "github.com/shopspring/decimal"

// PurchaseOrder is a purchase order, set 850 in version 004010.
type PurchaseOrder struct {
	Purpose  string // BEG01: 00 original, 05 replace, 01 cancel
	Type     string // BEG02: SA stand-alone, NE new order, …
	Number   string // BEG03
	Release  string // BEG04
	Date     Date   // BEG05
	Contract string // BEG06
	// Currency is CUR02 of the buyer (CUR01 = BY); empty writes no CUR.
	Currency   string
	References []Reference
	Contacts   []Contact
	Freight    *Freight
	Terms      []Terms
	Dates      []DateTime
	Charges    []Charge
	Texts      []Text
	Parties    []Party
	Lines      []OrderLine
	// HashTotal is CTT02, the sum of the quantities; nil writes none.
	HashTotal *decimal.Decimal
	// Total is AMT*TT, the value of the order; nil writes none.
	Total *decimal.Decimal
	// Unmodelled keeps the segments that no field holds, in their order.
	Unmodelled []Unmodelled
}

// Reference is a REF segment.
type Reference struct {
	Qualifier   string // REF01: IA internal vendor number, CT contract, …
	Value       string // REF02
	Description string // REF03
}

// Contact is a PER segment.
type Contact struct {
	Function string // PER01: BD buyer
	Name     string // PER02
	// Numbers are up to three pairs: TE telephone, EM e-mail, FX fax.
	Numbers []Reference
}

// Freight is a FOB segment.
type Freight struct {
	Payment     string // FOB01: CC collect, PP prepaid, DF defined by buyer and seller
	Location    string // FOB02
	Description string // FOB03
}

// Terms is an ITD segment.
type Terms struct {
	Type        string // ITD01: 01 basic, 05 discount not applicable, …
	Basis       string // ITD02: 1 ship date, 3 invoice date
	NetDays     string // ITD07
	Description string // ITD12
}

// DateTime is a DTM segment.
type DateTime struct {
	Qualifier string // DTM01: 002 delivery requested, 010 ship
	Date      Date   // DTM02
}

// Charge is a SAC segment: an allowance or a charge.
type Charge struct {
	Indicator   string          // SAC01: A allowance, C charge
	Code        string          // SAC02
	Amount      decimal.Decimal // SAC05, in the order's currency
	Description string          // SAC15
}

// Text is an N9 loop: N9 and its MSG segments.
type Text struct {
	Qualifier string // N901: L1 letters or notes
	Reference string // N902
	Messages  []string
}

// Party is an N1 loop.
type Party struct {
	Code      string // N101: ST ship to, BY buyer, SU supplier, BT bill to
	Name      string // N102
	Qualifier string // N103: 92 assigned by buyer, 91 by seller, 1 D-U-N-S
	ID        string // N104
	Street    []string
	Town      string // N401
	State     string // N402
	Postal    string // N403
	Country   string // N404
}

// OrderLine is a PO1 loop.
type OrderLine struct {
	ID       string // PO101
	Quantity decimal.Decimal
	Unit     string // PO103
	Price    decimal.Decimal
	Basis    string // PO105: PE per each, HP per hundred, TP per thousand
	// ProductIDs are up to ten pairs of qualifier and id, in the partner's order.
	ProductIDs   []ProductID
	Descriptions []string // PID*F with free text
	References   []Reference
	Charges      []Charge
	Dates        []DateTime
	Texts        []Text
}

// ProductID is a pair of PO106/PO107 to PO124/PO125.
type ProductID struct {
	Qualifier string // VN vendor's, BP buyer's part number, UP UPC
	ID        string
}

// Unmodelled is a segment that a document does not model, with its place.
type Unmodelled struct {
	Path    string // such as "PO1[2]/CTP"
	Segment string // the id
	Values  []string
}
