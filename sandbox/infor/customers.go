package infor

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tradewind/sandbox/business"
)

func (m *M3) getCustomer(c call) ([]record, *miError) {
	customer, e := m.theCustomer(c)
	if e != nil {
		return nil, e
	}
	return []record{customer}, nil
}

// theCustomer is the one whose number a transaction names.
func (m *M3) theCustomer(c call) (record, *miError) {
	number := strings.TrimSpace(c.input["CUNO"])
	if customer, found := m.customers.get(record{"CONO": c.cono, "CUNO": number}); found {
		return customer, nil
	}
	return nil, unknownCustomer(number)
}

// listCustomers gives those from a number on, or those of them changed since a moment.
func (m *M3) listCustomers(c call) ([]record, *miError) {
	company := keyOf(record{"CONO": c.cono}, "CONO")
	return changedSince(m.customers.from(company, company+strings.TrimSpace(c.input["CUNO"])), c.input)
}

// addCustomer makes a customer of its company's template; without a number M3 gives the next one.
func (m *M3) addCustomer(c call) ([]record, *miError) {
	input := m.given(c)
	if input["CUTM"] != business.CustomerTemplate(c.cono) {
		return nil, refusal("CUTM", "XRE0103", "Customer template "+input["CUTM"]+" does not exist")
	}
	delete(input, "CUTM")
	input["CUNO"] = cmp.Or(input["CUNO"], m.nextCustomer(c.cono))
	if _, there := m.customers.get(input); there {
		return nil, exists("CUNO", "WCU0204", "Customer number "+input["CUNO"])
	}
	template := business.TemplateCustomer(c.cono)
	template["PYNO"] = input["CUNO"]
	return m.keep(entry{Customers: []record{made(with(template, input))}}, record{"CUNO": input["CUNO"]})
}

// nextCustomer is the first number that is free behind those that M3 has given.
func (m *M3) nextCustomer(cono string) string {
	for n := 80001; ; n++ {
		number := strconv.Itoa(n)
		if _, taken := m.customers.get(record{"CONO": cono, "CUNO": number}); !taken {
			return number
		}
	}
}

// changeCustomer lays fields over a customer, unless somebody has changed it since the caller read the change number.
func (m *M3) changeCustomer(c call) ([]record, *miError) {
	customer, e := m.theCustomer(c)
	if e != nil {
		return nil, e
	}
	input := m.given(c)
	if e := wellFormed(input, nil, []string{"CHNO"}); e != nil {
		return nil, e
	}
	if read, given := input["CHNO"]; given && plain(read) != customer["CHNO"] {
		return nil, refusal("", "XUP0001", "The record has been changed by user "+cmp.Or(customer["CHID"], "M3SRVADM"))
	}
	delete(input, "CHNO")
	return m.keep(entry{Customers: []record{touched(laid(customer, with(input, record{"CHID": "TRADEWIND"})))}}, record{"CUNO": customer["CUNO"]})
}

// Customers shows the customers of all companies.
func (m *M3) Customers() []map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]record{}, m.customers.all()...)
}

// ChangeCustomer lays fields over a customer.
func (m *M3) ChangeCustomer(cono, number string, fields map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	customer, found := m.customers.get(record{"CONO": cono, "CUNO": number})
	if !found {
		return unheld("customer", cono, number)
	}
	if err := knownFields("CRS610MI/LstByNumber", fields, "CONO", "CUNO"); err != nil {
		return err
	}
	return m.commit(entry{Customers: []record{touched(with(customer, with(fields, record{"CHID": "MBROWN"})))}})
}

// knownFields refuses a key, and a field that a transaction neither takes nor gives.
func knownFields(name string, given map[string]string, keys ...string) error {
	program, transaction, _ := strings.Cut(name, "/")
	known := interfaceFields(catalog[program][transaction])
	for field := range given {
		if !known[field] || slices.Contains(keys, field) {
			return fmt.Errorf("field %s cannot be changed: give fields of %s other than the number", field, name)
		}
	}
	return nil
}

// interfaceFields are the names of what a transaction takes and gives.
func interfaceFields(t interfaceOf) map[string]bool {
	out := map[string]bool{}
	for _, f := range fields(t.In + " " + t.Out) {
		out[f.name] = true
	}
	return out
}
