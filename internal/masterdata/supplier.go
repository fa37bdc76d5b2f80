package masterdata

import (
	"cmp"
	"errors"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// supplierAttributes are the fields of suppliers, with the lengths of CRS620MI's UpdSupplier, UpdAddress and UpdSupplierRef.
var supplierAttributes = []Attribute{
	{Name: "name", Field: "SUNM", Length: 36, Needed: true},
	{Name: "searchKey", Field: "ALSU", Length: 10},
	{Name: StatusField, Field: "STAT", Length: 2, Needed: true, words: statusWords},
	{Name: "type", Field: "SUTY", Length: 1, Taken: TakenWhenNew},
	{Name: "group", Field: "SUCL", Length: 3},
	{Name: "country", Field: "CSCD", Length: 3, Needed: true},
	{Name: "language", Field: "LNCD", Length: 2},
	{Name: "phone", Field: "PHNO", Length: 16},
	{Name: "fax", Field: "TFNO", Length: 16},
	{Name: "email", Field: "EMAL", Part: InReference, Length: 60},
	{Name: "street", Field: "ADR1", Part: InAddress, Length: 36},
	{Name: "street2", Field: "ADR2", Part: InAddress, Length: 36},
	{Name: "town", Field: "TOWN", Part: InAddress, Length: 20},
	{Name: "state", Field: "ECAR", Part: InAddress, Length: 2},
	{Name: "postalCode", Field: "PONO", Part: InAddress, Length: 10},
	{Name: "vatNumber", Field: "VRNO", Length: 16},
	{Name: "taxId", Field: "TINO", Length: 15},
	{Name: "currency", Field: "CUCD", Length: 3, Needed: true},
	{Name: "paymentTerms", Field: "TEPY", Length: 3},
	{Name: "deliveryTerms", Field: "TEDL", Length: 3},
	{Name: "deliveryMethod", Field: "MODL", Length: 3},
	{Name: "buyer", Field: "BUYE", Length: 10},
	{Name: "payee", Field: "PRSU", Length: 10, Guarded: true},
}

// Supplier is what M3 has of a supplier.
type Supplier struct {
	Basic      ionapi.Supplier
	Addresses  []ionapi.SupplierAddress
	References []ionapi.SupplierReference
}

// AddressChoice says which of a supplier's addresses and references hold its address and its e-mail.
type AddressChoice struct {
	// Type is the type of the address (ADTE); without one, addresses are left alone.
	Type string
	// Day is the day, YYYYMMDD, on which the address must have begun to hold; empty for any.
	Day string
	// Reference is the type of the reference (RFTY); without one, references are left alone.
	Reference string
	// ReferenceID and the name of the supplier are what a reference is made with where there is none of the type.
	ReferenceID string
}

// address chooses among addresses: of the type, the one with the first id, and of that the last one that holds by the day.
func (c AddressChoice) address(all []ionapi.SupplierAddress) (chosen ionapi.SupplierAddress, found bool) {
	for _, a := range all {
		if c.Type == "" || a.Type != c.Type || c.Day != "" && a.From > c.Day {
			continue
		}
		if !found || a.ID < chosen.ID || a.ID == chosen.ID && a.From > chosen.From {
			chosen, found = a, true
		}
	}
	return chosen, found
}

// reference chooses among references: of the type, the one with the first id.
func (c AddressChoice) reference(all []ionapi.SupplierReference) (chosen ionapi.SupplierReference, found bool) {
	for _, r := range all {
		if c.Reference != "" && r.Type == c.Reference && (!found || r.ID < chosen.ID) {
			chosen, found = r, true
		}
	}
	return chosen, found
}

// SupplierValues are what M3 says about a supplier. A status is active, blocked or preliminary, or else M3's own code.
func SupplierValues(s Supplier, choice AddressChoice) Values {
	address, _ := choice.address(s.Addresses)
	reference, _ := choice.reference(s.References)
	return records{InBasicData: &s.Basic, InAddress: &address, InReference: &reference}.values(trade.EntitySupplier)
}

// SupplierWrites are what is to be written to M3 about one supplier, nil where nothing is: its basic data first, which a
// new address and reference need.
type SupplierWrites struct {
	Basic *ionapi.Supplier
	// Address is to be added where NewAddress says so, else to be changed.
	Address    *ionapi.SupplierAddress
	NewAddress bool
	// Reference is to be added where NewReference says so, else to be changed.
	Reference    *ionapi.SupplierReference
	NewReference bool
}

// Empty says that nothing is to be written.
func (w SupplierWrites) Empty() bool { return w.Basic == nil && w.Address == nil && w.Reference == nil }

// SupplierChange is what makes the values stand in M3: only the fields that differ from what M3 has, and ionapi.Clear where
// one is to be emptied. Reading the supplier again and asking again after a write gives nothing. It fails where M3 cannot
// keep a value, naming the field.
func SupplierChange(has Supplier, to Values, choice AddressChoice) (SupplierWrites, error) {
	number := has.Basic.Number
	address, hasAddress := choice.address(has.Addresses)
	reference, hasReference := choice.reference(has.References)
	w := SupplierWrites{
		Basic:   &ionapi.Supplier{Number: number},
		Address: &ionapi.SupplierAddress{Supplier: number, Type: choice.Type, ID: address.ID, From: address.From}, NewAddress: !hasAddress,
		Reference: &ionapi.SupplierReference{Supplier: number, Type: choice.Reference, ID: reference.ID}, NewReference: !hasReference,
	}
	changed, err := records{InBasicData: &has.Basic, InAddress: &address, InReference: &reference}.change(trade.EntitySupplier, to, w.records(choice))
	if err == nil {
		err = w.complete(changed, choice, cmp.Or(w.Basic.Name, has.Basic.Name), cmp.Or(w.Basic.Country, has.Basic.Country))
	}
	if err != nil {
		return SupplierWrites{}, about(trade.EntitySupplier, number, err)
	}
	return w, nil
}

// NewSupplier is what makes a supplier in M3, of that number: the template's MI fields, and the values over them. It fails
// where something is missing without which M3 makes none, naming it.
func NewSupplier(number string, values Values, template map[string]string, choice AddressChoice) (SupplierWrites, error) {
	w := SupplierWrites{
		Basic:   &ionapi.Supplier{Number: number},
		Address: &ionapi.SupplierAddress{Supplier: number, Type: choice.Type}, NewAddress: true,
		Reference: &ionapi.SupplierReference{Supplier: number, Type: choice.Reference}, NewReference: true,
	}
	given, err := w.records(choice).create(trade.EntitySupplier, values, template)
	if err == nil {
		err = w.complete(given, choice, w.Basic.Name, w.Basic.Country)
	}
	if err != nil {
		return SupplierWrites{}, about(trade.EntitySupplier, number, err)
	}
	return w, nil
}

// records are the parts that may be filled.
func (w SupplierWrites) records(choice AddressChoice) records {
	out := records{InBasicData: w.Basic}
	if choice.Type != "" {
		out[InAddress] = w.Address
	}
	if choice.Reference != "" {
		out[InReference] = w.Reference
	}
	return out
}

// complete leaves only the parts that changed, and gives new ones what M3 demands.
func (w *SupplierWrites) complete(changed map[Part]bool, choice AddressChoice, name, country string) error {
	if !changed[InBasicData] {
		w.Basic = nil
	}
	switch {
	case !changed[InAddress]:
		w.Address, w.NewAddress = nil, false
	case w.NewAddress && country == "":
		return errors.New("M3 makes no address without a country; give the supplier its country")
	case w.NewAddress:
		w.Address.Name, w.Address.Country = name, country
	}
	switch {
	case !changed[InReference]:
		w.Reference, w.NewReference = nil, false
	case w.NewReference && (choice.ReferenceID == "" || name == ""):
		return errors.New("M3 makes no reference for the e-mail without an id and a name; set reference.id in masterdata.yaml, and give the supplier its name")
	case w.NewReference:
		w.Reference.ID, w.Reference.Name = choice.ReferenceID, name
	}
	return nil
}
