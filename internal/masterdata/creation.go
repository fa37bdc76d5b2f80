package masterdata

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// customerTemplate is the field with M3's own template of new customers, which only their creation takes.
const customerTemplate = "CUTM"

// creations are what M3 takes and demands for a new record.
var creations = map[string]struct {
	// like is the record that is made, and own its fields that no template gives.
	like any
	own  []string
	// demands are the fields without which M3 makes none.
	demands []string
}{
	trade.EntitySupplier: {&ionapi.Supplier{}, []string{"SUNO"}, []string{"SUNM", "SUTY", "CSCD", "DTFM", "ORTY", "DT4T", "DTCD", "CUCD", "CRTP", "ATPR"}},
	trade.EntityCustomer: {&ionapi.Customer{}, []string{"CUNO", "CHNO", "CUCD", "LMDT"}, []string{customerTemplate, "CUNM", "CUA1"}},
	trade.EntityAccount:  {&ionapi.AccountEntry{}, []string{"DIVI", "AITP", "AITM"}, []string{"TX40"}},
}

// TemplateTakes says whether the template of an entity may have an MI field.
func TemplateTakes(entity, field string) bool {
	of, known := creations[entity]
	switch {
	case !known || slices.Contains(of.own, field):
		return false
	case entity == trade.EntityCustomer && field == customerTemplate:
		return true
	}
	return textAt(of.like, field) != nil
}

// TemplateLacks are the MI fields that M3 demands for a new record and that neither the template nor any field of the
// entity gives.
func TemplateLacks(entity string, template map[string]string) []string {
	return slices.DeleteFunc(slices.Clone(creations[entity].demands), func(field string) bool {
		return template[field] != "" || slices.ContainsFunc(attributes[entity], func(a Attribute) bool { return a.Field == field && a.Taken != TakenNever })
	})
}

// create fills new records: a template first, and values over it. What M3 never takes stays out; M3 has it from its own
// template, if at all. The record of basic data comes with its key and is checked for what M3 demands.
func (r records) create(entity string, values Values, template map[string]string) (map[Part]bool, error) {
	for _, field := range slices.Sorted(maps.Keys(template)) {
		if !TemplateTakes(entity, field) {
			return nil, fmt.Errorf("M3 takes no %s for a new %s; take template.%s out of masterdata.yaml", field, entity, field)
		}
		if text := textAt(r[InBasicData], field); text != nil {
			*text = template[field]
		}
	}
	given := map[Part]bool{InBasicData: true}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		a, err := attribute(entity, name)
		if err != nil {
			return nil, err
		}
		code, err := a.code(values[name])
		if err != nil {
			return nil, err
		}
		if code == "" || a.Taken == TakenNever {
			continue
		}
		place := r.text(a)
		if place == nil {
			return nil, fmt.Errorf("%s is %q, and nothing says where M3 keeps it; set %s in masterdata.yaml", name, values[name], a.Part.Setting())
		}
		*place, given[a.Part] = code, true
	}
	return given, r.demanded(entity, template)
}

// demanded says which field is missing without which M3 makes no such record.
func (r records) demanded(entity string, template map[string]string) error {
	for _, field := range creations[entity].demands {
		given := template[field]
		if text := textAt(r[InBasicData], field); text != nil {
			given = *text
		}
		if given != "" {
			continue
		}
		name := field
		if at := slices.IndexFunc(attributes[entity], func(a Attribute) bool { return a.Field == field }); at >= 0 {
			name = fmt.Sprintf("%s (%s)", attributes[entity][at].Name, field)
		}
		return fmt.Errorf("M3 makes no %s without %s; give the record a value, or set template.%s in masterdata.yaml", entity, name, field)
	}
	return nil
}

// about puts the name of a record in front of an error.
func about(entity, code string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", entity, cmp.Or(code, "without a number"), err)
}
