package ionapi

import (
	"cmp"
	"context"
)

// SupplierAddress is an address of a supplier. Supplier, Type, ID and From are its key. As a change an empty field is one
// that stays, and Clear empties one.
type SupplierAddress struct {
	Supplier   string    `mi:"SUNO"`
	Type       string    `mi:"ADTE,nonzero"` // a number, by the tenant's meaning
	ID         string    `mi:"ADID"`
	From       string    `mi:"STDT,date"` // YYYYMMDD, "" for one that always held
	Name       string    `mi:"SUNM"`
	Lines      [4]string `mi:"ADR"` // ADR1 to ADR4
	Town       string    `mi:"TOWN"`
	State      string    `mi:"ECAR"`
	PostalCode string    `mi:"PONO"`
	Country    string    `mi:"CSCD"`
	// The rest comes from AddressDetails alone; a write does not send it.
	Changed      string `mi:"LMDT,date"` // YYYYMMDD
	ChangedAt    int64  `mi:"LMTS"`      // milliseconds since 1970 UTC
	ChangeNumber string `mi:"CHNO,nonzero"`
}

// readOnlyMarks are the fields that tell when a record was changed.
var readOnlyMarks = []string{"LMDT", "LMTS", "CHNO"}

// SupplierReference is a person or place at a supplier, with its e-mail. Supplier, Type and ID are its key. As a change an
// empty field is one that stays, and Clear empties one.
type SupplierReference struct {
	Supplier        string `mi:"SUNO"`
	Type            string `mi:"RFTY"` // by the tenant's meaning
	ID              string `mi:"RFID"`
	Name            string `mi:"YRE1"` // your reference
	Phone           string `mi:"PHNO"`
	Fax             string `mi:"TFNO"`
	Email           string `mi:"EMAL"`
	ComputerAddress string `mi:"SUCM"`
	Remark          string `mi:"REMK"`
}

// Addresses reads the addresses of many suppliers in as few POSTs as possible (LstAddresses); the answers stand in the order
// of the numbers, a supplier without addresses has an empty one.
func (p Suppliers) Addresses(ctx context.Context, company Company, numbers []string) ([]Answer[[]SupplierAddress], error) {
	return listsBy[SupplierAddress](ctx, p.client, company, p.program, "LstAddresses", inputsOfKeys("SUNO", numbers))
}

// AddressDetails reads addresses by their keys (GetAddress), with the marks of their last change; the answers stand in the
// order of the keys.
func (p Suppliers) AddressDetails(ctx context.Context, company Company, keys []SupplierAddress) ([]Answer[SupplierAddress], error) {
	inputs := make([]Record, len(keys))
	for i, key := range keys {
		inputs[i] = encode(SupplierAddress{Supplier: key.Supplier, Type: key.Type, ID: key.ID, From: key.From})
	}
	return manyBy[SupplierAddress](ctx, p.client, company, p.program, "GetAddress", inputs)
}

// References reads the references of many suppliers in as few POSTs as possible (LstSupplierRef); the answers stand in the
// order of the numbers, a supplier without references has an empty one.
func (p Suppliers) References(ctx context.Context, company Company, numbers []string) ([]Answer[[]SupplierReference], error) {
	return listsBy[SupplierReference](ctx, p.client, company, p.program, "LstSupplierRef", inputsOfKeys("SUNO", numbers))
}

// AddAddresses makes addresses (AddAddress); M3 demands Type and Country. The outcomes stand in the order of the addresses,
// nil where M3 did it.
func (p Suppliers) AddAddresses(ctx context.Context, company Company, addresses []SupplierAddress) ([]*Error, error) {
	return p.client.writeEach(ctx, company, p.program, "AddAddress", inputsOfEach(addresses, readOnlyMarks...))
}

// UpdateAddresses changes addresses (UpdAddress): the fields that are set. The outcomes stand in the order of the addresses.
func (p Suppliers) UpdateAddresses(ctx context.Context, company Company, addresses []SupplierAddress) ([]*Error, error) {
	inputs := inputsOfEach(addresses, readOnlyMarks...)
	for _, input := range inputs {
		input["STDT"] = cmp.Or(input["STDT"], "0") // M3 demands the start date, even of an address that has none
	}
	return p.client.writeEach(ctx, company, p.program, "UpdAddress", inputs)
}

// AddReferences makes references (AddSupplierRef); M3 demands Type, ID and Name. The outcomes stand in the order of the
// references, nil where M3 did it.
func (p Suppliers) AddReferences(ctx context.Context, company Company, references []SupplierReference) ([]*Error, error) {
	return p.client.writeEach(ctx, company, p.program, "AddSupplierRef", inputsOfEach(references))
}

// UpdateReferences changes references (UpdSupplierRef): the fields that are set. The outcomes stand in the order of the
// references.
func (p Suppliers) UpdateReferences(ctx context.Context, company Company, references []SupplierReference) ([]*Error, error) {
	return p.client.writeEach(ctx, company, p.program, "UpdSupplierRef", inputsOfEach(references))
}
