package ionapi

import (
	"cmp"
	"strings"
)

// OrderHead is the head of a purchase order (GetHead). It has no status: PPS001MI does, see OrderStatus.
type OrderHead struct {
	Number             string `mi:"PUNO"`
	Division           string `mi:"DIVI"`
	Facility           string `mi:"FACI"`
	Warehouse          string `mi:"WHLO"`
	Supplier           string `mi:"SUNO"`
	Country            string `mi:"CSCD"`
	Payee              string `mi:"PRSU"`
	Agent              string `mi:"AGNT"`
	Buyer              string `mi:"BUYE"`
	BuyerName          string `mi:"RENM"` // name of the user responsible
	CompanyName        string `mi:"CONM"`
	OrderType          string `mi:"ORTY"`
	Category           string `mi:"POTC"`
	Language           string `mi:"LNCD"`
	EntryDate          string `mi:"DATE,date"`
	OrderDate          string `mi:"PUDT,date"`
	RequestedDate      string `mi:"DWDT,date"` // requested delivery
	FirstPrinted       string `mi:"LEDT,date"`
	Currency           string `mi:"CUCD"`
	LocalCurrency      string `mi:"LOCD"`
	PaymentTerms       string `mi:"TEPY"`
	PaymentTermsName   string `mi:"TXPY"`
	DeliveryMethod     string `mi:"MODL"`
	DeliveryMethodName string `mi:"TXMO"`
	DeliveryTerms      string `mi:"TEDL"`
	DeliveryTermsName  string `mi:"TXDL"`
	FreightTerms       string `mi:"TEAF"`
	FreightTermsName   string `mi:"TXAF"`
	PackagingTerms     string `mi:"TEPA"`
	PackagingTermsName string `mi:"TXPA"`
	TermsText          string `mi:"TEL1"`
	Harbor             string `mi:"HAFE"` // harbor or airport
	HarborName         string `mi:"TXHA"`
	RailStation        string `mi:"RASN"`
	YourReference      string `mi:"YRE1"`
	Reference          string `mi:"RFID"`
	OurReference       string `mi:"OURR"` // the agreement's number when OurReferenceType is 1
	OurReferenceType   string `mi:"OURT"`
	Remark             string `mi:"REMK"`
	Phone              string `mi:"PHNO"`
	Fax                string `mi:"TFNO"`
	InvoiceAddress     string `mi:"PYAD"` // number of our invoicing address
	ManyAddresses      string `mi:"MTDP"` // 1: several delivery addresses
	ManyWarehouses     string `mi:"MTWP"` // 1: several warehouses
	Revision           string `mi:"REVN"`
	Project            string `mi:"PROJ"`
	ProjectElement     string `mi:"ELNO"`
	NetAmount          string `mi:"NTAM,number"` // net order value, order currency
	GrossAmount        string `mi:"BRAM,number"`
	DiscountAmount     string `mi:"ODAM,number"` // discount of the order total
	TotalCost          string `mi:"COAM,number"` // with charges
	TotalCostLocal     string `mi:"SAAM,number"` // in the local currency
	TotalQuantity      string `mi:"TOQT,number"`
	LineCount          int    `mi:"NOLN"` // lines that a complete reading must find
}

// LineKey is the position of a line in its order.
type LineKey struct {
	Line    int `mi:"PNLI"`
	Subline int `mi:"PNLS"` // 0 for the line itself
}

// OrderLine is a line of a purchase order (LstLine) with the long names of LstLine2.
type OrderLine struct {
	Key                 LineKey `mi:""`
	Item                string  `mi:"ITNO"`
	SupplierItem        string  `mi:"SITE"`
	EAN                 string  `mi:"EACD"`
	Manufacturer        string  `mi:"PROD"`
	Name                string  `mi:"ITDS"` // the item's name
	OrderName           string  `mi:"PITD"` // its name on purchase orders
	Description         string  `mi:"PITT"` // its description on purchase orders
	Service             string  `mi:"SUFI"`
	ServiceProcess      string  `mi:"PRCS"`
	Facility            string  `mi:"FACI"`
	Warehouse           string  `mi:"WHLO"`
	Supplier            string  `mi:"SUNO"`
	Category            string  `mi:"POTC"`
	LowestStatus        string  `mi:"PUSL"`
	HighestStatus       string  `mi:"PUST"`
	Price               string  `mi:"PUPR,number"` // for PriceQuantity of PriceUnit
	PriceUnit           string  `mi:"PPUN"`
	PriceQuantity       string  `mi:"PUCD,number"`
	ConfirmedPrice      string  `mi:"CPPR,number"`
	Unit                string  `mi:"PUUN"` // purchase unit, of OrderedQuantity
	BasicUnit           string  `mi:"UNMS"`
	Discount1           string  `mi:"ODI1,number"` // percent
	Discount2           string  `mi:"ODI2,number"`
	Discount3           string  `mi:"ODI3,number"`
	LineAmount          string  `mi:"LNAM,number"` // order currency
	LineAmount2         string  `mi:"LNA2,number"` // order currency; the one to send
	RequestedDate       string  `mi:"DWDT,date"`
	ConfirmedDate       string  `mi:"CODT,date"`
	RequestedTime       string  `mi:"TIHM"`        // hours and minutes
	OrderedQuantity     string  `mi:"ORQA,number"` // in Unit, as all quantities but OrderedBasic
	OrderedBasic        string  `mi:"ORQT,number"` // in BasicUnit
	ConfirmedQuantity   string  `mi:"CFQA,number"`
	AdvisedQuantity     string  `mi:"ADQA,number"`
	ReceivedQuantity    string  `mi:"RVQA,number"`
	ApprovedQuantity    string  `mi:"CAQA,number"`
	RejectedQuantity    string  `mi:"RJQA,number"`
	InvoicedQuantity    string  `mi:"IVQA,number"`
	ReceiptDate         string  `mi:"RCDT,date"`
	InvoiceDate         string  `mi:"IDAT,date"`
	SupplierOrder       string  `mi:"SORN"` // the supplier's own order number
	Buyer               string  `mi:"BUYE"`
	RequisitionBy       string  `mi:"PURC"`
	Recipient           string  `mi:"IRCV"`
	VATCode             string  `mi:"VTCD"`
	Packaging           string  `mi:"PACT"`
	TextID              string  `mi:"TXID"` // identity of the line's text; blank or 0 for none
	EngineeringRevision string  `mi:"ECVE"`
	OurReference        string  `mi:"OURR"`
	OurReferenceType    string  `mi:"OURT"`
	Priority            string  `mi:"PRIP"`
	DeliveryMethod      string  `mi:"MODL"`
	DeliveryTerms       string  `mi:"TEDL"`
	TermsText           string  `mi:"TEL1"`
	Harbor              string  `mi:"HAFE"`
	RailStation         string  `mi:"RASN"`
	OriginCountry       string  // ORCO of LstLine2
	Project             string  // PROJ of LstLine2
	ProjectElement      string  // ELNO of LstLine2
}

// longLine is what LstLine2 tells of a line: the names that LstLine cuts, and a few fields of its own.
type longLine struct {
	Key            LineKey `mi:""`
	Name           string  `mi:"ITDS"`
	OrderName      string  `mi:"PITD"`
	Description    string  `mi:"PITT"`
	OriginCountry  string  `mi:"ORCO"`
	Project        string  `mi:"PROJ"`
	ProjectElement string  `mi:"ELNO"`
}

// extend takes over what the long line knows better.
func (l *OrderLine) extend(long longLine) {
	l.Name = cmp.Or(long.Name, l.Name)
	l.OrderName = cmp.Or(long.OrderName, l.OrderName)
	l.Description = cmp.Or(long.Description, l.Description)
	l.OriginCountry, l.Project, l.ProjectElement = long.OriginCountry, long.Project, long.ProjectElement
}

// hasText says whether a text hangs on the line; M3 writes 0 for none.
func (l *OrderLine) hasText() bool { return strings.Trim(l.TextID, "0") != "" }

// OrderAddress is one of the four addresses of a purchase order.
type OrderAddress struct {
	Key2       string `mi:"AK2"` // second and third part of the address's key in M3
	Key3       string `mi:"AK3"`
	Name       string `mi:"NAM"`
	Line1      string `mi:"AD1"`
	Line2      string `mi:"AD2"`
	Line3      string `mi:"AD3"`
	Line4      string `mi:"AD4"`
	Town       string `mi:"TOW"`
	State      string `mi:"ECA"` // area or state
	PostalCode string `mi:"PON"`
	Country    string `mi:"CSC"`
	County     string `mi:"FRC"`
}

// OrderAddresses are the addresses of a purchase order (GetAddresses), each with its own letter before the field names.
type OrderAddresses struct {
	Supplier OrderAddress `mi:"S"`
	Via      OrderAddress `mi:"V"` // via goods receiver
	Invoice  OrderAddress `mi:"I"` // invoice receiver
	Delivery OrderAddress `mi:"D"` // delivery receiver
}

// TextLine is one line of a text on an order or on one of its lines (LstHeadTxt, LstLineTxt).
type TextLine struct {
	TextID   string `mi:"TXID"`
	Block    string `mi:"TXVR"`
	Language string `mi:"LNCD"`
	Audience string `mi:"TXEI"` // external or internal text, by the tenant's code
	Number   int    `mi:"LINO"`
	Text     string `mi:"TX60"` // up to 60 characters
}

// OrderListing is an order as SearchHead lists it.
type OrderListing struct {
	Number        string `mi:"PUNO"`
	Division      string `mi:"DIVI"`
	Facility      string `mi:"FACI"`
	Warehouse     string `mi:"WHLO"`
	Supplier      string `mi:"SUNO"`
	LowestStatus  string `mi:"PUSL"`
	HighestStatus string `mi:"PUST"`
	OrderDate     string `mi:"PUDT,date"`
	Buyer         string `mi:"BUYE"`
	OrderType     string `mi:"ORTY"`
	Category      string `mi:"POTC"`
	RequisitionBy string `mi:"PURC"`
}
