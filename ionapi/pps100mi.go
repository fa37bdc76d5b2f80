package ionapi

import "context"

// Agreements reads purchase agreements through PPS100MI or a program of the same transactions.
type Agreements struct {
	client  *Client
	program string
}

// Agreements gives the agreement program of that name; the standard one is PPS100MI.
func (c *Client) Agreements(program string) Agreements {
	return Agreements{client: c, program: program}
}

// AgreementKey names a purchase agreement: M3 numbers them within a supplier.
type AgreementKey struct {
	Supplier string `mi:"SUNO"`
	Number   string `mi:"AGNB"`
}

// AgreementNumberLength is the longest that M3's number of an agreement (AGNB) can be.
const AgreementNumberLength = 7

// Agreement is the head of a purchase agreement (GetAgrHead). Dates are YYYYMMDD or "".
type Agreement struct {
	Key            AgreementKey `mi:""`
	SupplierNumber string       `mi:"VAGN"` // the supplier's own number of it, up to 30 characters; "" for none
	Type           string       `mi:"AGTP"`
	Status         string       `mi:"PAST"`
	Text           string       `mi:"TX30"`
	Date           string       `mi:"AGRD,date"`
	From           string       `mi:"FVDT,date"` // first day of validity
	To             string       `mi:"UVDT,date"` // last day of validity
	Renewal        string       `mi:"RNDT,date"`
	Buyer          string       `mi:"BUYE"`
	Currency       string       `mi:"CUCD"`
	PaymentTerms   string       `mi:"TEPY"`
	DeliveryTerms  string       `mi:"TEDL"`
	DeliveryMethod string       `mi:"MODL"`
	SelfBilling    string       `mi:"SBAN"` // number of the self-billing agreement
}

// Heads reads many agreements in as few POSTs as possible; the answers stand in the order of the keys.
func (p Agreements) Heads(ctx context.Context, company Company, keys []AgreementKey) ([]Answer[Agreement], error) {
	inputs := make([]Record, len(keys))
	for i, key := range keys {
		inputs[i] = encode(key)
	}
	return manyBy[Agreement](ctx, p.client, company, p.program, "GetAgrHead", inputs)
}
