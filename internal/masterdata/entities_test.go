package masterdata

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

func TestWhatM3SaysAboutASupplier(t *testing.T) {
	s := Supplier{
		Basic: ionapi.Supplier{Number: "10042", Name: " Acme ", SearchKey: "ACME", Status: "20", Type: "0", Group: "EDI", Country: "US", State: "WI", Language: "GB",
			Phone: "555-0100", Fax: "555-0101", VATNumber: "US77", TaxID: "77-1", Currency: "USD", PaymentTerms: "N30", DeliveryTerms: "FOB", DeliveryMethod: "TRK", Buyer: "JDOE", Payee: "10043"},
		Addresses: []ionapi.SupplierAddress{
			{Type: "2", ID: "", Lines: [4]string{"of another type"}},
			{Type: "1", ID: "B", Lines: [4]string{"of a later id"}},
			{Type: "1", ID: "A", From: "20270101", Lines: [4]string{"not yet"}},
			{Type: "1", ID: "A", From: "20250101", Lines: [4]string{"1 First St", "Suite 2"}, Town: "Peoria", State: "IL", PostalCode: "61602"},
			{Type: "1", ID: "A", Lines: [4]string{"not any more"}},
		},
		References: []ionapi.SupplierReference{{Type: "02", ID: "A", Email: "other@acme.example"}, {Type: "01", ID: "ORDERS", Email: "orders@acme.example"}, {Type: "01", ID: "EDI", Email: "edi@acme.example"}},
	}
	want := Values{"name": "Acme", "searchKey": "ACME", "status": "active", "type": "0", "group": "EDI", "country": "US", "language": "GB", "phone": "555-0100", "fax": "555-0101",
		"email": "edi@acme.example", "street": "1 First St", "street2": "Suite 2", "town": "Peoria", "state": "IL", "postalCode": "61602", "vatNumber": "US77", "taxId": "77-1",
		"currency": "USD", "paymentTerms": "N30", "deliveryTerms": "FOB", "deliveryMethod": "TRK", "buyer": "JDOE", "payee": "10043"}
	require.Equal(t, want, SupplierValues(s, choice))
	require.Len(t, want, len(Attributes(trade.EntitySupplier)), "every field was tried")
	s.Basic.Status = "35"
	got := SupplierValues(s, AddressChoice{})
	require.Equal(t, "35", got["status"], "a code without a word stands for itself")
	require.NotContains(t, got, "street", "no type is chosen")
	require.NotContains(t, got, "email", "no type is chosen")
	later := choice
	later.Day = "20270201"
	require.Equal(t, "not yet", SupplierValues(s, later)["street"])
	for code, word := range map[string]string{"10": "preliminary", "90": "blocked", "": ""} {
		s.Basic.Status = code
		require.Equal(t, word, SupplierValues(s, choice)["status"])
	}
}

func TestWhatM3SaysAboutCustomersAndAccounts(t *testing.T) {
	listing := ionapi.CustomerListing{Number: "C7", Name: "Buyers Inc", SearchKey: "BUY", Status: "90", Type: "0", Lines: [4]string{"1 Main St", "Floor 3"}, Town: "Gary", State: "IN", PostalCode: "46402",
		Country: "US", Phone: "555-0102", Email: "ap@buyers.example", VATNumber: "US78", Currency: "USD", PaymentTerms: "N30", Group: "STD"}
	want := Values{"name": "Buyers Inc", "searchKey": "BUY", "status": "blocked", "type": "0", "street": "1 Main St", "street2": "Floor 3", "town": "Gary", "state": "IN", "postalCode": "46402",
		"country": "US", "phone": "555-0102", "email": "ap@buyers.example", "vatNumber": "US78", "currency": "USD", "paymentTerms": "N30", "group": "STD"}
	require.Equal(t, want, CustomerValues(listing))
	require.Len(t, want, len(Attributes(trade.EntityCustomer)), "every field was tried")
	account := ionapi.Account{Division: "AAA", Dimension: "2", ID: "W1", Name: "Warehouse 1", ShortName: "WH1", Group: "WHS", Blocked: true, From: "20260101", To: "20261231"}
	require.Equal(t, Values{"name": "Warehouse 1", "shortName": "WH1", "group": "WHS", "status": "blocked", "validFrom": "20260101", "validTo": "20261231"}, AccountValues(account))
	require.Equal(t, Values{"status": "active"}, AccountValues(ionapi.Account{}))
	require.Equal(t, "2/W1", AccountCode(account))
}

func TestAChangeThatM3CannotKeepIsRefused(t *testing.T) {
	supplier := func(to Values, choice AddressChoice) error {
		_, err := SupplierChange(Supplier{Basic: ionapi.Supplier{Number: "10042", Name: "Acme", Type: "0", Status: "20"}}, to, choice)
		return err
	}
	customer := func(to Values) error {
		_, err := CustomerChange(ionapi.Customer{Number: "C7", Name: "Buyers", Currency: "USD"}, to)
		return err
	}
	account := func(to Values) error {
		_, err := AccountChange(ionapi.Account{Dimension: "1", ID: "4010", Name: "Sales"}, to)
		return err
	}
	for want, err := range map[string]error{
		`supplier 10042: type (SUTY) is to become "1", and M3 takes no change of it through this program; change it in M3, or let Infor own it`:              supplier(Values{"type": "1"}, choice),
		`supplier 10042: status is "closed"; it must be one of active, blocked, preliminary`:                                                                 supplier(Values{"status": "closed"}, choice),
		`supplier 10042: name (SUNM) is to be emptied, and no record of M3 is without it; give it a value`:                                                   supplier(Values{"name": " "}, choice),
		`supplier 10042: phone "+1 (555) 0100 0100" has 18 characters, and M3 takes 16; shorten the value`:                                                   supplier(Values{"phone": "+1 (555) 0100 0100"}, choice),
		`supplier 10042: fax is "?", which would empty it in M3; correct the value`:                                                                          supplier(Values{"fax": "?"}, choice),
		`supplier 10042: field "fixe" is none of a supplier`:                                                                                                 supplier(Values{"fixe": "1"}, choice),
		`supplier 10042: street is to become "1 First St", and nothing says where M3 keeps it; set address.type in masterdata.yaml`:                          supplier(Values{"street": "1 First St"}, AddressChoice{}),
		`supplier 10042: email is to become "a@b.example", and nothing says where M3 keeps it; set reference.type in masterdata.yaml`:                        supplier(Values{"email": "a@b.example"}, AddressChoice{}),
		`supplier 10042: M3 makes no address without a country; give the supplier its country`:                                                               supplier(Values{"town": "Peoria"}, choice),
		`supplier 10042: M3 makes no reference for the e-mail without an id and a name; set reference.id in masterdata.yaml, and give the supplier its name`: supplier(Values{"email": "a@b.example"}, AddressChoice{Reference: "01"}),
		`customer C7: currency (CUCD) is to become "CAD", and M3 takes no change of it through this program; change it in M3, or let Infor own it`:           customer(Values{"currency": "CAD"}),
		`customer C7: vatNumber (VRNO) is to become "", and M3 takes no change of it through this program; change it in M3, or let Infor own it`:             customer(Values{"vatNumber": ""}),
		`account 1/4010: validTo "2026-12-31" is no day of the form YYYYMMDD; correct the value`:                                                             account(Values{"validTo": "2026-12-31"}),
		`account 1/4010: status is "2"; it must be one of active, blocked`:                                                                                   account(Values{"status": "2"}),
		`account 1/4010: status (LCCD) is to be emptied, and no record of M3 is without it; give it a value`:                                                 account(Values{"status": ""}),
	} {
		require.EqualError(t, err, want)
	}
	require.NoError(t, supplier(Values{"type": "0"}, choice), "what M3 has already is no change")
	require.NoError(t, customer(Values{"currency": "USD"}))
}

// supplierTemplate is what M3 demands and no field gives.
var supplierTemplate = map[string]string{"SUTY": "0", "DTFM": "YMD", "ORTY": "100", "DT4T": "0", "DTCD": "0", "CRTP": "1", "ATPR": "0", "STAT": "10"}

func TestANewSupplierIsItsTemplateAndItsValues(t *testing.T) {
	values := Values{"name": "Acme", "country": "US", "currency": "USD", "phone": "", "street": "1 First St", "email": "a@b.example", "type": "3"}
	w, err := NewSupplier("10042", values, supplierTemplate, choice)
	require.NoError(t, err)
	require.Equal(t, SupplierWrites{
		Basic: &ionapi.Supplier{Number: "10042", Name: "Acme", Status: "10", Type: "3", Country: "US", Currency: "USD", DateFormat: "YMD", OrderType: "100", DateType: "0", DateCode: "0",
			RateType: "1", AttributePrices: "0"},
		Address: &ionapi.SupplierAddress{Supplier: "10042", Type: "1", Name: "Acme", Lines: [4]string{"1 First St"}, Country: "US"}, NewAddress: true,
		Reference: &ionapi.SupplierReference{Supplier: "10042", Type: "01", ID: "EDI", Name: "Acme", Email: "a@b.example"}, NewReference: true,
	}, w)
	w, err = NewSupplier("10042", Values{"name": "Acme", "country": "US", "currency": "USD"}, supplierTemplate, AddressChoice{})
	require.NoError(t, err)
	require.Nil(t, w.Address)
	require.Nil(t, w.Reference)

	for want, change := range map[string]func(Values, map[string]string){
		`M3 makes no supplier without currency (CUCD); give the record a value, or set template.CUCD in masterdata.yaml`: func(v Values, _ map[string]string) { v["currency"] = "" },
		`M3 makes no supplier without DTFM; give the record a value, or set template.DTFM in masterdata.yaml`:            func(_ Values, t map[string]string) { delete(t, "DTFM") },
		`M3 takes no SUNO for a new supplier; take template.SUNO out of masterdata.yaml`:                                 func(_ Values, t map[string]string) { t["SUNO"] = "1" },
		`country "United States" has 13 characters, and M3 takes 3; shorten the value`:                                   func(v Values, _ map[string]string) { v["country"] = "United States" },
	} {
		v, template := values.clone(), Values(supplierTemplate).clone()
		change(v, template)
		_, err := NewSupplier("10042", v, template, choice)
		require.EqualError(t, err, "supplier 10042: "+want)
	}
	_, err = NewSupplier("10042", values, supplierTemplate, AddressChoice{Reference: "01", ReferenceID: "EDI"})
	require.ErrorContains(t, err, "set address.type in masterdata.yaml")
}

func TestNewCustomersAndAccountsAreTheirTemplatesAndTheirValues(t *testing.T) {
	template := map[string]string{"CUTM": "TAAA", "LNCD": "GB"}
	customer, from, err := NewCustomer("C7", Values{"name": "Buyers Inc", "street": "1 Main St", "status": "active", "currency": "CAD"}, template)
	require.NoError(t, err)
	require.Equal(t, "TAAA", from)
	require.Equal(t, ionapi.Customer{Number: "C7", Name: "Buyers Inc", Lines: [4]string{"1 Main St"}, Status: "20", Language: "GB"}, customer, "the currency is that of M3's template")
	_, _, err = NewCustomer("", Values{"name": "Buyers Inc"}, template)
	require.EqualError(t, err, "customer without a number: M3 makes no customer without street (CUA1); give the record a value, or set template.CUA1 in masterdata.yaml")
	_, _, err = NewCustomer("C7", Values{"name": "Buyers Inc", "street": "1 Main St"}, nil)
	require.ErrorContains(t, err, "without CUTM")

	entry, err := NewAccount("2/W/1", Values{"name": "Warehouse", "status": "blocked", "validFrom": "20260101"}, map[string]string{"AT02": "1"})
	require.NoError(t, err)
	require.Equal(t, ionapi.AccountEntry{Dimension: "2", ID: "W/1", Name: "Warehouse", Blocked: "1", From: "20260101", Result: "1"}, entry)
	_, err = NewAccount("2/W1", Values{}, nil)
	require.ErrorContains(t, err, "account 2/W1: M3 makes no account without name (TX40)")
	_, err = NewAccount("W1", Values{}, nil)
	require.ErrorContains(t, err, "is not an account such as 1/4010")
}

func TestATemplateIsKnownBeforeItIsUsed(t *testing.T) {
	require.Equal(t, "DTFM ORTY DT4T DTCD CRTP ATPR", strings.Join(TemplateLacks(trade.EntitySupplier, nil), " "))
	require.Empty(t, TemplateLacks(trade.EntitySupplier, supplierTemplate))
	require.Equal(t, []string{"CUTM"}, TemplateLacks(trade.EntityCustomer, nil))
	require.Empty(t, TemplateLacks(trade.EntityAccount, nil))
	for field, want := range map[string]bool{"PYME": true, "SUNO": false, "CUTM": false, "XXXX": false, "": false} {
		require.Equal(t, want, TemplateTakes(trade.EntitySupplier, field), field)
	}
	for field, want := range map[string]bool{"CUTM": true, "CUA3": true, "CUCD": false} {
		require.Equal(t, want, TemplateTakes(trade.EntityCustomer, field), field)
	}
	require.False(t, TemplateTakes("warehouse", "CUTM"))
}
