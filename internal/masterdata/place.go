package masterdata

import (
	"reflect"
	"strconv"
	"strings"

	"tradewind/ionapi"
)

// place is where a record type keeps a text: a field, and its element where the field is an array.
type place struct{ field, element int }

const noElement = -1

// places are where the records of master data keep their texts, by the MI fields that their tags name.
var places = placesOf(ionapi.Supplier{}, ionapi.SupplierAddress{}, ionapi.SupplierReference{}, ionapi.CustomerListing{}, ionapi.Customer{}, ionapi.AccountEntry{})

func placesOf(records ...any) map[reflect.Type]map[string]place {
	all := map[reflect.Type]map[string]place{}
	for _, record := range records {
		kind, of := reflect.TypeOf(record), map[string]place{}
		for i := range kind.NumField() {
			field := kind.Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("mi"), ",")
			switch field.Type.Kind() {
			case reflect.String:
				of[name] = place{i, noElement}
			case reflect.Array:
				for element := range field.Type.Len() {
					of[name+strconv.Itoa(element+1)] = place{i, element}
				}
			}
		}
		all[kind] = of
	}
	return all
}

// textAt is where a record, given as a pointer, keeps an MI field; nil where it has no such field.
func textAt(record any, name string) *string {
	value := reflect.ValueOf(record).Elem()
	at, there := places[value.Type()][name]
	if !there {
		return nil
	}
	field := value.Field(at.field)
	if at.element != noElement {
		field = field.Index(at.element)
	}
	return field.Addr().Interface().(*string)
}
