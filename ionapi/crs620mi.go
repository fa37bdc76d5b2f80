package ionapi

import (
	"cmp"
	"context"
	"slices"
)

// Suppliers reads and writes suppliers through CRS620MI or a program of the same transactions.
type Suppliers struct {
	client  *Client
	program string
}

// Suppliers gives the supplier program of that name; the standard one is CRS620MI.
func (c *Client) Suppliers(program string) Suppliers {
	return Suppliers{client: c, program: program}
}

// Supplier is the basic data of a supplier (GetBasicData). It has neither address nor e-mail: see SupplierAddress and
// SupplierReference. As a change an empty field is one that stays, and Clear empties one.
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
	DateFormat      string `mi:"DTFM"` // such as YMD
	DateType        string `mi:"DT4T"`
	DateCode        string `mi:"DTCD"`
	AttributePrices string `mi:"ATPR"` // rule for prices of attributes
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

// Changed lists the numbers of the suppliers that changed at a moment or later, in milliseconds since 1970 UTC
// (LstSuppliers, LMTS), and of all suppliers where since is 0. Infor does not say whether the moment itself counts, nor
// which of a supplier's records move it: ask from some time before, and the tables (CIDMAS on IDLMDT) as well.
func (p Suppliers) Changed(ctx context.Context, company Company, since int64) ([]string, error) {
	type listed struct {
		Number string `mi:"SUNO"`
	}
	suppliers, err := completeOf(ctx, p.client, Query{Program: p.program, Transaction: "LstSuppliers", Company: company,
		Input: sinceInput(since), Columns: []string{"SUNO"}}, "FRSU", func(s listed) string { return s.Number })
	numbers := make([]string, len(suppliers))
	for i, s := range suppliers {
		numbers[i] = s.Number
	}
	return numbers, err
}

// lowestNumber stands before every supplier number: LstByNumber demands a number to begin with.
const lowestNumber = "!"

// Page reads up to limit suppliers behind a number, "" for the first ones, in M3's order and as BasicData gives them, with
// two lists instead of a read of each: what LstByNumber leaves out, LstSuppliers has. next is what to read behind for the
// following page, "" behind the last one. A page may have fewer suppliers than limit before the last one.
func (p Suppliers) Page(ctx context.Context, company Company, after string, limit int) (page []Supplier, next string, err error) {
	const known, further = 1, 1 // the supplier that was read last comes once more, and one more tells that there are more
	listed, err := listOf[Supplier](ctx, p.client, Query{Program: p.program, Transaction: "LstByNumber", Company: company,
		Input: Record{"SUNO": cmp.Or(after, lowestNumber)}, MaxRecords: known + limit + further})
	if err != nil {
		return nil, "", err
	}
	again := slices.IndexFunc(listed, func(s Supplier) bool { return s.Number == after })
	if again > 0 {
		return nil, "", &Error{Kind: Malformed, Program: p.program, Transaction: "LstByNumber", Field: "SUNO", Message: "M3 does not list from a number on"}
	}
	cut := len(listed)%ceilingStep == 0
	if listed = listed[again+1:]; len(listed) == 0 {
		return nil, "", nil
	}
	if len(listed) > limit {
		listed, cut = listed[:limit], true
	}
	if cut {
		next = listed[len(listed)-1].Number
	}
	page, err = p.complete(ctx, company, listed)
	return page, next, err
}

// complete fills in what LstByNumber leaves out of a range of suppliers.
func (p Suppliers) complete(ctx context.Context, company Company, listed []Supplier) ([]Supplier, error) {
	purchasing, err := completeOf(ctx, p.client, Query{Program: p.program, Transaction: "LstSuppliers", Company: company,
		Input: Record{"FRSU": listed[0].Number, "TOSU": listed[len(listed)-1].Number}}, "FRSU", func(s Supplier) string { return s.Number })
	if err != nil {
		return nil, err
	}
	whole := make(map[string]Supplier, len(purchasing))
	for _, s := range purchasing {
		whole[s.Number] = s
	}
	if err := p.readOthers(ctx, company, listed, whole); err != nil {
		return nil, err
	}
	var page []Supplier
	for _, basic := range listed {
		if s, found := whole[basic.Number]; found {
			page = append(page, s.withBasic(basic))
		}
	}
	return page, nil
}

// readOthers reads those suppliers of a list that LstSuppliers does not have, such as those without purchasing data, into
// the others; one that has been deleted meanwhile stays out.
func (p Suppliers) readOthers(ctx context.Context, company Company, listed []Supplier, whole map[string]Supplier) error {
	var numbers []string
	for _, basic := range listed {
		if _, found := whole[basic.Number]; !found {
			numbers = append(numbers, basic.Number)
		}
	}
	answers, err := p.BasicData(ctx, company, numbers)
	for i, answer := range answers {
		switch {
		case answer.Err == nil:
			whole[numbers[i]] = answer.Value
		case answer.Err.Kind != RecordMissing:
			return answer.Err
		}
	}
	return err
}

// withBasic adds what only LstByNumber has.
func (s Supplier) withBasic(basic Supplier) Supplier {
	s.SearchKey, s.Status, s.VATNumber, s.DateFormat = basic.SearchKey, basic.Status, basic.VATNumber, basic.DateFormat
	s.Organization, s.Organization2, s.CarrierCode = basic.Organization, basic.Organization2, basic.CarrierCode
	s.Phone2, s.Fax, s.ComputerAddress = basic.Phone2, basic.Fax, basic.ComputerAddress
	return s
}

// Add makes suppliers (AddSupplier), in as few POSTs as possible. M3 demands Number, Name, Type, Country, DateFormat,
// OrderType, DateType, DateCode, Currency, RateType and AttributePrices. The outcomes stand in the order of the suppliers,
// nil where M3 did it; see AlreadyExists for those whose number it has. After OutcomeUnknown read the number before adding
// it again.
func (p Suppliers) Add(ctx context.Context, company Company, suppliers []Supplier) ([]*Error, error) {
	return p.client.writeEach(ctx, company, p.program, "AddSupplier", inputsOfEach(suppliers))
}

// Update changes suppliers (UpdSupplier): the fields that are set, of the supplier with that Number; its Type stays. The
// outcomes stand in the order of the suppliers.
func (p Suppliers) Update(ctx context.Context, company Company, suppliers []Supplier) ([]*Error, error) {
	return p.client.writeEach(ctx, company, p.program, "UpdSupplier", inputsOfEach(suppliers, "SUTY"))
}
