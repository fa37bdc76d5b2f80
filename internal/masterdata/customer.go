package masterdata

import (
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// customerAttributes are the fields of customers, with the lengths of CRS610MI's ChgBasicData, which takes nothing of what
// is settled with a customer.
var customerAttributes = []Attribute{
	{Name: "name", Field: "CUNM", Length: 36, Needed: true},
	{Name: "searchKey", Field: "ALCU", Length: 10},
	{Name: StatusField, Field: "STAT", Length: 2, Needed: true, words: statusWords},
	{Name: "type", Field: "CUTP", Length: 1},
	{Name: "street", Field: "CUA1", Length: 36, Needed: true},
	{Name: "street2", Field: "CUA2", Length: 36},
	{Name: "town", Field: "TOWN", Length: 20},
	{Name: "state", Field: "ECAR", Length: 2},
	{Name: "postalCode", Field: "PONO", Length: 10},
	{Name: "country", Field: "CSCD", Length: 3},
	{Name: "phone", Field: "PHNO", Length: 16},
	{Name: "email", Field: "MAIL", Length: 50},
	{Name: "vatNumber", Field: "VRNO", Length: 16, Taken: TakenNever},
	{Name: "currency", Field: "CUCD", Length: 3, Taken: TakenNever},
	{Name: "paymentTerms", Field: "TEPY", Length: 3, Taken: TakenNever},
	{Name: "group", Field: "CUCL", Length: 3, Taken: TakenNever},
}

// CustomerValues are what M3 says about a customer. Only a listing has all fields: of basic data vatNumber, paymentTerms and
// group stay out, so compare by listings; see Refreshed.
func CustomerValues[C ionapi.CustomerListing | ionapi.Customer](c C) Values {
	return records{InBasicData: &c}.values(trade.EntityCustomer)
}

// LaterCustomerValues are what basic data say that were read after a listing; the fields that basic data lack stay as listed.
func LaterCustomerValues(listed Values, basic ionapi.Customer) Values {
	from, out := records{InBasicData: &basic}, CustomerValues(basic)
	for _, a := range customerAttributes {
		if from.text(a) == nil {
			out.set(a.Name, listed[a.Name])
		}
	}
	return out
}

// Refreshed is a listing with what basic data that was read later says of it: the customer to be compared once more before
// it is changed, so that the change number of the basic data stands for what was compared.
func Refreshed(listing ionapi.CustomerListing, basic ionapi.Customer) ionapi.CustomerListing {
	from, into := records{InBasicData: &basic}, records{InBasicData: &listing}
	for _, a := range customerAttributes {
		if text := from.text(a); text != nil {
			*into.text(a) = *text
		}
	}
	return listing
}

// CustomerChange is what makes the values stand in M3, or nil where they do: only the fields that differ from what M3 has, and
// ionapi.Clear where one is to be emptied, with the change number of what M3 has. It fails where M3 cannot keep a value or
// takes no change of it, naming the field.
func CustomerChange(has ionapi.Customer, to Values) (*ionapi.Customer, error) {
	change := &ionapi.Customer{Number: has.Number, ChangeNumber: has.ChangeNumber}
	changed, err := records{InBasicData: &has}.change(trade.EntityCustomer, to, records{InBasicData: change})
	if err != nil || !changed[InBasicData] {
		return nil, about(trade.EntityCustomer, has.Number, err)
	}
	return change, nil
}

// NewCustomer is what makes a customer in M3, of that number or, without one, of the next that M3 gives: the template's MI
// fields, and the values over them. Its field CUTM is M3's own template of customers, given apart, from which alone come
// the values that M3 does not take. It fails where something is missing without which M3 makes none, naming it.
func NewCustomer(number string, values Values, template map[string]string) (customer ionapi.Customer, from string, err error) {
	customer.Number = number
	if _, err := (records{InBasicData: &customer}).create(trade.EntityCustomer, values, template); err != nil {
		return ionapi.Customer{}, "", about(trade.EntityCustomer, number, err)
	}
	return customer, template[customerTemplate], nil
}
