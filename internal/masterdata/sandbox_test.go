package masterdata_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/masterdata"
	"tradewind/ionapi"
	"tradewind/sandbox/server"
)

var company = ionapi.Company{CONO: 100, DIVI: "AAA"}

// m3 is a sandbox, and a client of it.
func m3(t *testing.T) (*server.Server, *ionapi.Client) {
	t.Helper()
	s, err := server.Start(t.Context(), server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	content, err := os.ReadFile(s.IonAPIFile)
	require.NoError(t, err)
	file, err := ionapi.ParseFile("acme.ionapi", content)
	require.NoError(t, err)
	c, err := ionapi.New(file)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return s, c
}

var where = masterdata.AddressChoice{Type: "1", Day: "20260315", Reference: "01", ReferenceID: "EDI"}

// readSupplier is what M3 has of a supplier.
func readSupplier(t *testing.T, p ionapi.Suppliers, number string) masterdata.Supplier {
	t.Helper()
	basic, err := p.BasicData(t.Context(), company, []string{number})
	require.NoError(t, err)
	require.Nil(t, basic[0].Err)
	addresses, err := p.Addresses(t.Context(), company, []string{number})
	require.NoError(t, err)
	references, err := p.References(t.Context(), company, []string{number})
	require.NoError(t, err)
	return masterdata.Supplier{Basic: basic[0].Value, Addresses: addresses[0].Value, References: references[0].Value}
}

// writeSupplier carries writes out, and counts the transactions.
func writeSupplier(t *testing.T, p ionapi.Suppliers, w masterdata.SupplierWrites, made bool) (transactions int) {
	t.Helper()
	done := func(outcomes []*ionapi.Error, err error) {
		transactions++
		require.NoError(t, err)
		require.Equal(t, []*ionapi.Error{nil}, outcomes)
	}
	switch {
	case w.Basic == nil:
	case made:
		done(p.Add(t.Context(), company, []ionapi.Supplier{*w.Basic}))
	default:
		done(p.Update(t.Context(), company, []ionapi.Supplier{*w.Basic}))
	}
	switch {
	case w.Address == nil:
	case w.NewAddress:
		done(p.AddAddresses(t.Context(), company, []ionapi.SupplierAddress{*w.Address}))
	default:
		done(p.UpdateAddresses(t.Context(), company, []ionapi.SupplierAddress{*w.Address}))
	}
	switch {
	case w.Reference == nil:
	case w.NewReference:
		done(p.AddReferences(t.Context(), company, []ionapi.SupplierReference{*w.Reference}))
	default:
		done(p.UpdateReferences(t.Context(), company, []ionapi.SupplierReference{*w.Reference}))
	}
	return transactions
}

func TestASupplierIsMadeAndChangedInM3(t *testing.T) {
	_, c := m3(t)
	p := c.Suppliers("CRS620MI")
	template := map[string]string{"SUTY": "0", "DTFM": "YMD", "ORTY": "100", "DT4T": "0", "DTCD": "0", "CRTP": "1", "ATPR": "0"}
	values := masterdata.Values{"name": "Newcomer Ltd.", "status": "preliminary", "country": "US", "currency": "USD"}
	w, err := masterdata.NewSupplier("77001", values, template, where)
	require.NoError(t, err)
	require.Equal(t, 1, writeSupplier(t, p, w, true))
	values["type"] = "0"
	require.Equal(t, values, masterdata.SupplierValues(readSupplier(t, p, "77001"), where))

	for _, step := range []struct {
		to           masterdata.Values
		transactions int
	}{
		{masterdata.Values{"status": "active", "phone": "555-0100", "street": "1 First St", "street2": "Suite 2", "town": "Peoria", "email": "edi@newcomer.example"}, 3},
		{masterdata.Values{"phone": "", "street2": "", "state": "IL", "email": "orders@newcomer.example", "payee": "0010045"}, 3},
		{masterdata.Values{"email": ""}, 1},
		{masterdata.Values{"email": "", "state": "IL"}, 0},
	} {
		w, err := masterdata.SupplierChange(readSupplier(t, p, "77001"), step.to, where)
		require.NoError(t, err)
		require.Equal(t, step.transactions, writeSupplier(t, p, w, false))
		for name, value := range step.to {
			if values[name] = value; value == "" {
				delete(values, name)
			}
		}
		require.Equal(t, values, masterdata.SupplierValues(readSupplier(t, p, "77001"), where))
	}
}

func TestACustomerIsMadeAndChangedInM3(t *testing.T) {
	s, c := m3(t)
	p := c.Customers("CRS610MI")
	listing := func(number string) ionapi.CustomerListing {
		all, err := p.Changed(t.Context(), company, 0)
		require.NoError(t, err)
		for _, customer := range all {
			if customer.Number == number {
				return customer
			}
		}
		require.Fail(t, "M3 has no such customer", number)
		return ionapi.CustomerListing{}
	}
	values := masterdata.Values{"name": "Newcomer Inc", "street": "1 Main St", "town": "Gary", "email": "ap@newcomer.example", "currency": "CAD"}
	made, template, err := masterdata.NewCustomer("7700001", values, map[string]string{"CUTM": "TAAA"})
	require.NoError(t, err)
	answers, err := p.Add(t.Context(), company, template, []ionapi.Customer{made})
	require.NoError(t, err)
	require.Nil(t, answers[0].Err)
	values["currency"], values["status"], values["type"], values["paymentTerms"], values["group"] = "USD", "active", "0", "N30", "STD"
	require.Equal(t, values, masterdata.CustomerValues(listing("7700001")), "what is settled with it is the template's")

	before := listing("7700001")
	require.NoError(t, s.M3.ChangeCustomer("100", "7700001", map[string]string{"TOWN": "Erie"}))
	basic, err := p.BasicData(t.Context(), company, []string{"7700001"})
	require.NoError(t, err)
	values["town"] = "Erie"
	require.Equal(t, values, masterdata.CustomerValues(masterdata.Refreshed(before, basic[0].Value)), "a person was quicker")

	change, err := masterdata.CustomerChange(basic[0].Value, masterdata.Values{"email": "", "status": "blocked", "name": "Newcomer Inc"})
	require.NoError(t, err)
	for _, want := range []ionapi.Kind{"", ionapi.Conflict} {
		outcomes, err := p.ChangeBasicData(t.Context(), company, []ionapi.Customer{*change})
		require.NoError(t, err)
		require.Equal(t, want != "", outcomes[0] != nil, "a change counts for what was read only")
		if outcomes[0] != nil {
			require.Equal(t, want, outcomes[0].Kind)
		}
	}
	delete(values, "email")
	values["status"] = "blocked"
	require.Equal(t, values, masterdata.CustomerValues(listing("7700001")))
}

func TestAnAccountIsMadeAndChangedInM3(t *testing.T) {
	_, c := m3(t)
	p := c.Accounts("CRS630MI")
	read := func(id string) ionapi.Account {
		all, err := p.List(t.Context(), company, "2")
		require.NoError(t, err)
		for _, account := range all {
			if account.ID == id {
				return account
			}
		}
		require.Fail(t, "M3 has no such account", id)
		return ionapi.Account{}
	}
	values := masterdata.Values{"name": "Warehouse 9", "status": "active", "validFrom": "20260101", "validTo": "20261231"}
	made, err := masterdata.NewAccount("2/W9", values, nil)
	require.NoError(t, err)
	outcomes, err := p.Add(t.Context(), company, []ionapi.AccountEntry{made})
	require.NoError(t, err)
	require.Equal(t, []*ionapi.Error{nil}, outcomes)
	require.Equal(t, "2/W9", masterdata.AccountCode(read("W9")))
	require.Equal(t, values, masterdata.AccountValues(read("W9")))

	change, err := masterdata.AccountChange(read("W9"), masterdata.Values{"status": "blocked", "validTo": "", "shortName": "WH9"})
	require.NoError(t, err)
	outcomes, err = p.Update(t.Context(), company, []ionapi.AccountEntry{*change})
	require.NoError(t, err)
	require.Equal(t, []*ionapi.Error{nil}, outcomes)
	require.Equal(t, masterdata.Values{"name": "Warehouse 9", "shortName": "WH9", "status": "blocked", "validFrom": "20260101"}, masterdata.AccountValues(read("W9")))
}
