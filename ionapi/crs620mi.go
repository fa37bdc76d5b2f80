package ionapi

import "context"

// Suppliers reads suppliers through CRS620MI or a program of the same transactions.
type Suppliers struct {
	client  *Client
	program string
}

// Suppliers gives the supplier program of that name; the standard one is CRS620MI.
func (c *Client) Suppliers(program string) Suppliers {
	return Suppliers{client: c, program: program}
}

// Supplier is the basic data of a supplier (GetBasicData). It has neither address nor e-mail.
type Supplier struct {
	Number          string `mi:"SUNO"`
	Name            string `mi:"SUNM"`
	SearchKey       string `mi:"ALSU"`
	Status          string `mi:"STAT"` // 10 preliminary, 20 active, 90 blocked
	Type            string `mi:"SUTY"`
	Group           string `mi:"SUCL"`
	Country         string `mi:"CSCD"`
	State           string `mi:"ECAR"`
	Language        string `mi:"LNCD"`
	Phone           string `mi:"PHNO"`
	Phone2          string `mi:"PHN2"`
	Fax             string `mi:"TFNO"`
	ComputerAddress string `mi:"SUCM"` // computer communication address
	Organization    string `mi:"CORG"` // organization numbers
	Organization2   string `mi:"COR2"`
	VATNumber       string `mi:"VRNO"`
	TaxID           string `mi:"TINO"`
	OurCustomer     string `mi:"OUCN"` // our customer number at the supplier
	Payee           string `mi:"PRSU"`
	Buyer           string `mi:"BUYE"`
	Responsible     string `mi:"RESP"`
	OrderType       string `mi:"ORTY"`
	Currency        string `mi:"CUCD"`
	RateType        string `mi:"CRTP"`
	PaymentTerms    string `mi:"TEPY"`
	PaymentMethod   string `mi:"PYME"`
	DeliveryMethod  string `mi:"MODL"`
	DeliveryTerms   string `mi:"TEDL"`
	FreightTerms    string `mi:"TEAF"`
	PackagingTerms  string `mi:"TEPA"`
	VATCode         string `mi:"VTCD"`
	CarrierCode     string `mi:"FWSC"` // SCAC
	User1           string `mi:"CFI1"` // fields of the customer's own meaning
	User2           string `mi:"CFI2"`
	User3           string `mi:"CFI3"`
	User4           string `mi:"CFI4"`
	User5           string `mi:"CFI5"`
}

// BasicData reads many suppliers in as few POSTs as possible; the answers stand in the order of the numbers.
func (p Suppliers) BasicData(ctx context.Context, company Company, numbers []string) ([]Answer[Supplier], error) {
	return manyOf[Supplier](ctx, p.client, company, p.program, "GetBasicData", "SUNO", numbers)
}
