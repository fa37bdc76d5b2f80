package ionapi

import (
	"cmp"
	"context"
)

// Customers reads and writes customers through CRS610MI or a program of the same transactions.
type Customers struct {
	client  *Client
	program string
}

// Customers gives the customer program of that name; the standard one is CRS610MI.
func (c *Client) Customers(program string) Customers {
	return Customers{client: c, program: program}
}

// Customer is the basic data of a customer (GetBasicData). As a change an empty field is one that stays, and Clear empties
// one.
type Customer struct {
	Number         string    `mi:"CUNO"`
	Name           string    `mi:"CUNM"`
	Lines          [4]string `mi:"CUA"` // of the address, CUA1 to CUA4
	Town           string    `mi:"TOWN"`
	State          string    `mi:"ECAR"`
	PostalCode     string    `mi:"PONO"`
	Country        string    `mi:"CSCD"`
	Phone          string    `mi:"PHNO"`
	Phone2         string    `mi:"PHN2"`
	Fax            string    `mi:"TFNO"`
	Email          string    `mi:"MAIL"`
	Status         string    `mi:"STAT"` // 10 preliminary, 20 active, 90 blocked
	Type           string    `mi:"CUTP"`
	SearchKey      string    `mi:"ALCU"`
	Language       string    `mi:"LNCD"`
	YourReference  string    `mi:"YREF"`
	YourReference2 string    `mi:"YRE2"`
	OurSupplier    string    `mi:"CUSU"`         // our supplier number at the customer
	LocationNumber string    `mi:"EALO,nonzero"` // EAN location code
	User1          string    `mi:"CFC1"`         // fields of the tenant's own meaning
	User2          string    `mi:"CFC2"`
	User3          string    `mi:"CFC3"`
	User4          string    `mi:"CFC4"`
	User5          string    `mi:"CFC5"`
	// ChangeNumber counts the changes. A change that states it is refused with Conflict where somebody was quicker; "" is not
	// sent, and nothing is compared.
	ChangeNumber string `mi:"CHNO,nonzero"`
	// No change takes the rest.
	Currency string `mi:"CUCD"`
	Changed  string `mi:"LMDT,date"` // YYYYMMDD
}

// CustomerListing is a customer as LstByNumber lists it: with what is settled with it, without its ChangeNumber.
type CustomerListing struct {
	Number        string    `mi:"CUNO"`
	Name          string    `mi:"CUNM"`
	Lines         [4]string `mi:"CUA"` // of the address, CUA1 to CUA4
	Town          string    `mi:"TOWN"`
	State         string    `mi:"ECAR"`
	PostalCode    string    `mi:"PONO"`
	Country       string    `mi:"CSCD"`
	Phone         string    `mi:"PHNO"`
	Email         string    `mi:"MAIL"`
	Status        string    `mi:"STAT"` // 10 preliminary, 20 active, 90 blocked
	Type          string    `mi:"CUTP"`
	SearchKey     string    `mi:"ALCU"`
	Organization  string    `mi:"CORG"`
	Organization2 string    `mi:"COR2"`
	VATNumber     string    `mi:"VRNO"`
	VATCode       string    `mi:"VTCD"`
	Currency      string    `mi:"CUCD"`
	PaymentTerms  string    `mi:"TEPY"`
	Payer         string    `mi:"PYNO"`
	Group         string    `mi:"CUCL"`
}

// Changed lists the customers that changed at a moment or later, in milliseconds since 1970 UTC (LstByNumber, LMTS), and all
// customers where since is 0, in M3's order. Infor does not say whether the moment itself counts: ask from some time before.
func (p Customers) Changed(ctx context.Context, company Company, since int64) ([]CustomerListing, error) {
	return completeOf(ctx, p.client, Query{Program: p.program, Transaction: "LstByNumber", Company: company, Input: sinceInput(since)},
		"CUNO", func(c CustomerListing) string { return c.Number })
}

// BasicData reads many customers in as few POSTs as possible; the answers stand in the order of the numbers.
func (p Customers) BasicData(ctx context.Context, company Company, numbers []string) ([]Answer[Customer], error) {
	return manyOf[Customer](ctx, p.client, company, p.program, "GetBasicData", "CUNO", numbers)
}

// Add makes customers of a template (Add, CUTM), in as few POSTs as possible, and gives their numbers; M3 demands Name and the
// first of Lines, and gives a number where Number is empty. The answers stand in the order of the customers; see
// AlreadyExists for those whose number M3 has. After OutcomeUnknown read the number, or list the names, before adding again.
func (p Customers) Add(ctx context.Context, company Company, template string, customers []Customer) ([]Answer[string], error) {
	request := BulkRequest{Program: p.program, Company: company, Writes: true}
	for _, input := range inputsOfEach(customers, "CHNO", "CUCD", "LMDT") {
		input["CUTM"] = template
		request.Transactions = append(request.Transactions, Transaction{Name: "Add", Input: input})
	}
	results, err := p.client.Bulk(ctx, request)
	answers := make([]Answer[string], len(results))
	for i, result := range results {
		answers[i] = Answer[string]{Value: customers[i].Number, Err: result.Err}
		if len(result.Records) > 0 {
			answers[i].Value = cmp.Or(result.Records[0].Text("CUNO"), customers[i].Number)
		}
	}
	return answers, err
}

// ChangeBasicData changes customers (ChgBasicData): the fields that are set, of the customer with that Number, as long as its
// ChangeNumber is still the one that is given. The outcomes stand in the order of the customers, nil where M3 did it.
func (p Customers) ChangeBasicData(ctx context.Context, company Company, customers []Customer) ([]*Error, error) {
	return p.client.writeEach(ctx, company, p.program, "ChgBasicData", inputsOfEach(customers, "CUCD", "LMDT"))
}
