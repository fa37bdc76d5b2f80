package infor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradewind/sandbox/business"
)

// masterData are the transactions that keep suppliers, customers and accounting objects.
var masterData = map[string]func(m *M3, c call) ([]record, *miError){
	"CRS620MI/GetBasicData":   (*M3).getSupplier,
	"CRS620MI/LstSuppliers":   (*M3).listSuppliers,
	"CRS620MI/LstByNumber":    (*M3).listSuppliersByNumber,
	"CRS620MI/AddSupplier":    (*M3).addSupplier,
	"CRS620MI/UpdSupplier":    (*M3).updateSupplier,
	"CRS620MI/GetAddress":     (*M3).getAddress,
	"CRS620MI/LstAddresses":   (*M3).listAddresses,
	"CRS620MI/AddAddress":     (*M3).addAddress,
	"CRS620MI/UpdAddress":     (*M3).updateAddress,
	"CRS620MI/GetSupplierRef": (*M3).getReference,
	"CRS620MI/LstSupplierRef": (*M3).listReferences,
	"CRS620MI/AddSupplierRef": (*M3).addReference,
	"CRS620MI/UpdSupplierRef": (*M3).updateReference,
	"CRS610MI/LstByNumber":    (*M3).listCustomers,
	"CRS610MI/GetBasicData":   (*M3).getCustomer,
	"CRS610MI/Add":            (*M3).addCustomer,
	"CRS610MI/ChgBasicData":   (*M3).changeCustomer,
	"CRS630MI/AddAccountID":   (*M3).addAccount,
	"CRS630MI/UpdAccountID":   (*M3).updateAccount,
}

// Begin fills an M3 that holds no customers yet: with those of the seed, and with so many suppliers beyond the shipped
// ones.
func (m *M3) Begin(seed uint64, suppliers int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.customers.len() > 0 {
		return nil
	}
	e := supplierEntry(business.MoreSuppliers(suppliers))
	e.Customers = business.Customers(seed)
	return m.commit(e)
}

// supplierEntry is what M3 holds of suppliers that nobody has changed yet.
func supplierEntry(suppliers []business.Supplier) (e entry) {
	for _, s := range suppliers {
		basic, address, reference := s.Records()
		e.Suppliers, e.Addresses, e.References = append(e.Suppliers, basic), append(e.Addresses, address), append(e.References, reference)
	}
	return e
}

// applyMasterData makes the master data of a commit true.
func (m *M3) applyMasterData(e entry) {
	m.suppliers.put(e.Suppliers...)
	m.addresses.put(e.Addresses...)
	m.references.put(e.References...)
	m.customers.put(e.Customers...)
	for _, key := range e.Gone {
		for _, r := range []*register{m.suppliers, m.addresses, m.references} {
			r.remove(keyOf(key, "CONO", "SUNO"))
		}
	}
}

// register holds records of one kind in the order of their keys.
type register struct {
	key  func(record) string
	keys []string // in order
	of   map[string]record
}

// registerOf is an empty register whose records are known by these fields.
func registerOf(fields ...string) *register {
	return &register{of: map[string]record{}, key: func(r record) string { return keyOf(r, fields...) }}
}

// keyOf joins fields so that the keys have the order of the fields' values.
func keyOf(r record, fields ...string) string {
	var key strings.Builder
	for _, name := range fields {
		key.WriteString(r[name] + "\x00")
	}
	return key.String()
}

func (r *register) len() int { return len(r.keys) }

// get gives the record with the key fields of another one.
func (r *register) get(like record) (record, bool) {
	found, is := r.of[r.key(like)]
	return found, is
}

// put keeps records, each in the place of its equal where there is one.
func (r *register) put(records ...record) {
	for _, one := range records {
		key := r.key(one)
		if _, known := r.of[key]; !known {
			at := len(r.keys)
			if at > 0 && r.keys[at-1] > key {
				at, _ = slices.BinarySearch(r.keys, key)
			}
			r.keys = slices.Insert(r.keys, at, key)
		}
		r.of[key] = one
	}
}

// remove forgets the records whose keys begin so.
func (r *register) remove(prefix string) {
	r.keys = slices.DeleteFunc(r.keys, func(key string) bool {
		if !strings.HasPrefix(key, prefix) {
			return false
		}
		delete(r.of, key)
		return true
	})
}

// from gives the records whose keys begin with a prefix, from a key on, as a list of the caller's own.
func (r *register) from(prefix, start string) (out []record) {
	at, _ := slices.BinarySearch(r.keys, max(prefix, start))
	for _, key := range r.keys[at:] {
		if !strings.HasPrefix(key, prefix) {
			break
		}
		out = append(out, r.of[key])
	}
	return out
}

// all gives every record.
func (r *register) all() []record { return r.from("", "") }

// clearing is the input that empties a field.
const clearing = "?"

// laid gives a record as it is after inputs: what is not given stays, and clearing empties.
func laid(over, input record) record {
	out := with(over, input)
	maps.DeleteFunc(out, func(name, value string) bool { return value == clearing })
	return out
}

// touched marks a record as changed now. LMTS moves on even where the clock has not.
func touched(r record) record {
	before, _ := strconv.ParseInt(r["LMTS"], 10, 64)
	changes, _ := strconv.Atoi(r["CHNO"])
	return with(r, record{"LMDT": today(), "CHNO": strconv.Itoa(changes%999 + 1), "LMTS": strconv.FormatInt(max(time.Now().UnixMilli(), before+1), 10)})
}

// made is a new record.
func made(r record) record {
	out := touched(r)
	out["RGDT"], out["CHNO"] = out["LMDT"], "1"
	return laid(out, nil)
}

// changedSince keeps what was changed at the moment of an LMTS input or later; without one, all.
func changedSince(records []record, input record) ([]record, *miError) {
	given := strings.TrimSpace(input["LMTS"])
	if given == "" {
		return records, nil
	}
	since, err := strconv.ParseInt(given, 10, 64)
	if err != nil {
		return nil, refusal("LMTS", "XNU0000", "Numeric error")
	}
	return slices.DeleteFunc(records, func(r record) bool {
		moved, _ := strconv.ParseInt(r["LMTS"], 10, 64)
		return moved < since
	}), nil
}

// unknownSupplier and unknownCustomer are M3's words for a number that it does not have.
func unknownSupplier(number string) *miError {
	return refusal("SUNO", "WSU0103", "Supplier number "+number+" does not exist")
}

func unknownCustomer(number string) *miError {
	return refusal("CUNO", "WCU0203", "Customer number "+number+" does not exist")
}

// exists refuses a record that M3 has already.
func exists(field, code, what string) *miError {
	return refusal(field, cmp.Or(code, "XRE0104"), what+" already exists")
}

// unheld is what the changes from outside say of a record that M3 does not have.
func unheld(what, cono, number string) error {
	return fmt.Errorf("%s %s of company %s: %w", what, number, cono, ErrUnknown)
}
