package doc

import "github.com/shopspring/decimal"

// Invoice is an invoice, set 810 in versions 004010 and 005010.
type Invoice struct {
	Date        Date     // BIG01
	Number      string   // BIG02
	OrderDate   Date     // BIG03
	OrderNumber string   // BIG04
	Release     string   // BIG05
	ChangeOrder string   // BIG06
	Type        string   // BIG07: DI debit invoice, CR or CN credit, DR debit; often empty
	Purpose     string   // BIG08: 00 original, 07 duplicate, 01 cancel
	Extra       []string // BIG09 on
	Notes       []Note
	Currency    *Currency
	References  []Reference
	Contacts    []Contact
	Parties     []Party
	Terms       []Terms
	Dates       []DateTime
	Freight     []Freight
	// Descriptions are PID05, one for each PID; it is empty where a PID has codes only.
	// DescriptionCodes are PID01 to PID04 and PID06 on, by the index of the description,
	// of each PID that is more than PID*F and a text.
	Descriptions     []string
	DescriptionCodes map[int][]string
	Texts            []Text
	Lines            []InvoiceLine
	Totals           Totals
	Taxes            []Tax
	Carrier          *Carrier
	Amounts          []Amount
	Charges          []InvoiceCharge
	Shipped          []Shipped
	// Count is CTT; nil writes none.
	Count *Count
	// Unmodelled keeps the segments of header and summary that no field holds.
	Unmodelled []Unmodelled
}

// InvoiceLine is an IT1 loop.
type InvoiceLine struct {
	ID       string          // IT101
	Quantity decimal.Decimal // IT102, in units of IT103
	Unit     string          // IT103
	Price    decimal.Decimal // IT104, in units of the currency
	Basis    string          // IT105: PE per each, HP per hundred, TP per thousand
	// NoQuantity and NoPrice say that IT102 and IT104 are not sent; a quantity or price of
	// zero is.
	NoQuantity, NoPrice bool
	// ProductIDs are up to ten pairs of qualifier and id, IT106 to IT125, in the partner's
	// order; an empty pair is a gap.
	ProductIDs       []ProductID
	Extra            []string // IT126 on
	Quantities       []Quantity
	Taxes            []Tax
	Descriptions     []string         // PID05, as in the header
	DescriptionCodes map[int][]string // the rest of PID, as in the header
	Packs            []Pack
	Terms            []Terms
	References       []Reference
	Contacts         []Contact
	Dates            []DateTime
	Carriers         []Carrier
	Charges          []InvoiceCharge
	Parties          []Party
	// Unmodelled keeps the segments of the line that no field holds, sublines (SLN) among
	// them.
	Unmodelled []Unmodelled
}

// Totals is the TDS segment. Amounts are in units of the currency.
type Totals struct {
	Amount       *decimal.Decimal // TDS01, of the invoice: charges and taxes are in it, a discount for early payment is not
	DiscountBase *decimal.Decimal // TDS02, of which a discount is taken
	Discounted   *decimal.Decimal // TDS03, what is due when the discount is taken
	Discount     *decimal.Decimal // TDS04
	Extra        []string         // TDS05 on
}

// Carrier is a CAD segment.
type Carrier struct {
	Mode             string   // CAD01: M motor, A air, …
	EquipmentInitial string   // CAD02
	Equipment        string   // CAD03
	SCAC             string   // CAD04
	Routing          string   // CAD05
	Status           string   // CAD06: CC complete, BO back-ordered, …
	Qualifier        string   // CAD07, whose value CAD08 is: BM bill of lading, CN waybill
	Reference        string   // CAD08
	Service          string   // CAD09
	Extra            []string // CAD10 on
}

// Shipped is an ISS segment: what went out with the invoice, in all.
type Shipped struct {
	Units      *decimal.Decimal // ISS01
	Unit       string           // ISS02
	Weight     *decimal.Decimal // ISS03
	WeightUnit string           // ISS04
	Volume     *decimal.Decimal // ISS05
	VolumeUnit string           // ISS06
	Extra      []string         // ISS07 on
	Unmodelled []Unmodelled
}
