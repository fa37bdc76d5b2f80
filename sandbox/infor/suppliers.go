package infor

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"tradewind/sandbox/business"
)

// supplierOf finds a supplier of a company.
func (m *M3) supplierOf(cono, number string) (record, bool) {
	return m.suppliers.get(record{"CONO": cono, "SUNO": number})
}

// theSupplier is supplierOf for the number of a transaction.
func (m *M3) theSupplier(c call) (record, *miError) {
	number := strings.TrimSpace(c.input["SUNO"])
	if s, found := m.supplierOf(c.cono, number); found {
		return s, nil
	}
	return nil, unknownSupplier(number)
}

func (m *M3) getSupplier(c call) ([]record, *miError) {
	s, e := m.theSupplier(c)
	if e != nil {
		return nil, e
	}
	return []record{s}, nil
}

// listSuppliers gives a range of numbers, or those changed since a moment; status, VAT number and change date are not
// among its outputs.
func (m *M3) listSuppliers(c call) ([]record, *miError) {
	list := m.suppliersFrom(c.cono, c.input["FRSU"])
	if last := strings.TrimSpace(c.input["TOSU"]); last != "" {
		list = slices.DeleteFunc(list, func(s record) bool { return s["SUNO"] > last })
	}
	return changedSince(list, c.input)
}

func (m *M3) listSuppliersByNumber(c call) ([]record, *miError) {
	return m.suppliersFrom(c.cono, c.input["SUNO"]), nil
}

func (m *M3) suppliersFrom(cono, number string) []record {
	company := keyOf(record{"CONO": cono}, "CONO")
	return m.suppliers.from(company, company+strings.TrimSpace(number))
}

// addSupplier makes a supplier, active unless the input says otherwise.
func (m *M3) addSupplier(c call) ([]record, *miError) {
	input := m.given(c)
	if _, there := m.supplierOf(c.cono, input["SUNO"]); there {
		return nil, exists("SUNO", "WSU0104", "Supplier number "+input["SUNO"])
	}
	input["STAT"] = cmp.Or(input["STAT"], "20")
	return m.keep(entry{Suppliers: []record{made(input)}}, record{"SUNO": input["SUNO"], "STAT": input["STAT"]})
}

func (m *M3) updateSupplier(c call) ([]record, *miError) {
	s, e := m.theSupplier(c)
	if e != nil {
		return nil, e
	}
	return m.keep(entry{Suppliers: []record{touched(laid(s, m.given(c)))}})
}

func (m *M3) getAddress(c call) ([]record, *miError) {
	if _, e := m.theSupplier(c); e != nil {
		return nil, e
	}
	asked := addressKey(c.input)
	maps.DeleteFunc(asked, func(name, _ string) bool { return strings.TrimSpace(c.input[name]) == "" })
	for _, a := range m.ofSupplier(m.addresses, c.cono, asked["SUNO"]) {
		if same(slices.Collect(maps.Keys(asked))...)(a, asked) {
			return []record{a}, nil
		}
	}
	return nil, missing("Address", c.input["ADTE"]+" "+c.input["ADID"])
}

func (m *M3) listAddresses(c call) ([]record, *miError) {
	if _, e := m.theSupplier(c); e != nil {
		return nil, e
	}
	return m.ofSupplier(m.addresses, c.cono, c.input["SUNO"]), nil
}

// addressKey gives the key fields of an address as M3 holds them: type and start date are numbers.
func addressKey(input record) record {
	return record{"SUNO": strings.TrimSpace(input["SUNO"]), "ADTE": plain(input["ADTE"]), "ADID": strings.TrimSpace(input["ADID"]), "STDT": plain(input["STDT"])}
}

func (m *M3) addAddress(c call) ([]record, *miError) {
	s, e := m.theSupplier(c)
	if e != nil {
		return nil, e
	}
	address := with(m.given(c), addressKey(c.input))
	if e := wellFormed(record{"STDT": strings.Trim(c.input["STDT"], "0")}, []string{"STDT"}, nil); e != nil {
		return nil, e
	}
	if _, there := m.addresses.get(address); there {
		return nil, exists("ADID", "", "Address")
	}
	return m.keep(m.behindSupplier(entry{Addresses: []record{made(address)}}, s))
}

func (m *M3) updateAddress(c call) ([]record, *miError) {
	s, e := m.theSupplier(c)
	if e != nil {
		return nil, e
	}
	input := with(m.given(c), addressKey(c.input))
	address, there := m.addresses.get(input)
	if !there {
		return nil, missing("Address", input["ADTE"]+" "+input["ADID"])
	}
	return m.keep(m.behindSupplier(entry{Addresses: []record{touched(laid(address, input))}}, s))
}

func (m *M3) getReference(c call) ([]record, *miError) {
	if r, there := m.references.get(m.given(c)); there {
		return []record{r}, nil
	}
	return nil, missing("Reference", c.input["RFTY"]+" "+c.input["RFID"])
}

// listReferences gives those of a supplier, from a type and an id on.
func (m *M3) listReferences(c call) ([]record, *miError) {
	if _, e := m.theSupplier(c); e != nil {
		return nil, e
	}
	return slices.DeleteFunc(m.ofSupplier(m.references, c.cono, c.input["SUNO"]), func(r record) bool {
		return keyOf(r, "RFTY", "RFID") < strings.TrimRight(keyOf(c.input, "RFTY", "RFID"), "\x00")
	}), nil
}

func (m *M3) addReference(c call) ([]record, *miError) {
	s, e := m.theSupplier(c)
	if e != nil {
		return nil, e
	}
	reference := m.given(c)
	if _, there := m.references.get(reference); there {
		return nil, exists("RFID", "", "Reference "+reference["RFID"])
	}
	return m.keep(m.behindSupplier(entry{References: []record{laid(reference, nil)}}, s))
}

func (m *M3) updateReference(c call) ([]record, *miError) {
	s, e := m.theSupplier(c)
	if e != nil {
		return nil, e
	}
	input := m.given(c)
	reference, there := m.references.get(input)
	if !there {
		return nil, missing("Reference", input["RFTY"]+" "+input["RFID"])
	}
	return m.keep(m.behindSupplier(entry{References: []record{laid(reference, input)}}, s))
}

// behindSupplier completes a change of an address or a reference: the supplier changed with it, unless the profile lets
// such changes pass unseen.
func (m *M3) behindSupplier(e entry, s record) entry {
	if !m.QuietAddresses {
		e.Suppliers = append(e.Suppliers, touched(s))
	}
	return e
}

func (m *M3) ofSupplier(r *register, cono, number string) []record {
	return r.from(keyOf(record{"CONO": cono, "SUNO": strings.TrimSpace(number)}, "CONO", "SUNO"), "")
}

// Suppliers shows the suppliers of all companies: their own fields and those of the first address and reference that
// they do not have themselves, as ChangeSupplier takes them, and all addresses and references.
func (m *M3) Suppliers() []map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []map[string]any{}
	for _, s := range m.suppliers.all() {
		shown := map[string]any{}
		addresses, references := m.ofSupplier(m.addresses, s["CONO"], s["SUNO"]), m.ofSupplier(m.references, s["CONO"], s["SUNO"])
		for _, part := range [][]record{references, addresses, {s}} {
			if len(part) > 0 {
				for name, value := range part[0] {
					shown[name] = value
				}
			}
		}
		shown["addresses"], shown["references"] = append([]record{}, addresses...), append([]record{}, references...)
		out = append(out, shown)
	}
	return out
}

// Where a change from outside finds a field that is not the supplier's own. State and country are those of both.
var (
	addressFields   = []string{"ADR1", "ADR2", "ADR3", "ADR4", "TOWN", "PONO"}
	sharedFields    = []string{"ECAR", "CSCD"}
	referenceFields = []string{"YRE1", "EMAL", "REMK"}
)

// ChangeSupplier lays fields over a supplier, its first address and its first reference, which it makes where there is
// none.
func (m *M3) ChangeSupplier(cono, number string, fields map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, found := m.supplierOf(cono, number)
	if !found {
		return unheld("supplier", cono, number)
	}
	own, address, reference := record{}, record{}, record{}
	for name, value := range fields {
		switch {
		case slices.Contains(referenceFields, name):
			reference[name] = value
		case slices.Contains(sharedFields, name):
			own[name], address[name] = value, value
		case slices.Contains(addressFields, name):
			address[name] = value
		default:
			own[name] = value
		}
	}
	if err := knownFields("CRS620MI/AddSupplier", own, "SUNO"); err != nil {
		return err
	}
	var e entry
	key := record{"CONO": cono, "SUNO": number}
	if len(address) > 0 {
		first := firstOr(m.ofSupplier(m.addresses, cono, number), with(key, record{"ADTE": business.MainAddress, "STDT": "0"}))
		e.Addresses = []record{touched(with(first, address))}
	}
	if len(reference) > 0 {
		first := firstOr(m.ofSupplier(m.references, cono, number), with(key, record{"RFTY": business.MainReference, "RFID": business.OrderDesk}))
		e.References = []record{with(first, reference)}
	}
	if len(own) > 0 || len(fields) == 0 {
		e.Suppliers = []record{touched(with(s, own))}
		return m.commit(e)
	}
	return m.commit(m.behindSupplier(e, s))
}

func firstOr(list []record, other record) record {
	if len(list) > 0 {
		return list[0]
	}
	return other
}

// DeleteSupplier deletes a supplier with its addresses and references.
func (m *M3) DeleteSupplier(cono, number string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, found := m.supplierOf(cono, number); !found {
		return unheld("supplier", cono, number)
	}
	return m.commit(entry{Gone: []record{{"CONO": cono, "SUNO": number}}})
}
