package trade

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// fixedFields say which order it is and to whom it goes: another value makes another record.
var fixedFields = []string{"company", "number", "supplier"}

// Value finds what stands at a path of the order, such as "lines[2].unit" or
// "shipTo.postal"; elements of lists are counted from 1, and every path is in its full form.
// A value that is not set is empty or 0. The error is a *CorrectionError that says what
// paths there are.
func (o PurchaseOrder) Value(path string) (full, value string, err error) {
	field, err := o.field(path)
	if err != nil {
		return "", "", err
	}
	return path, fmt.Sprint(field.Interface()), nil
}

// Takes refuses an overlay of which a value leads nowhere or cannot be read.
func (o PurchaseOrder) Takes(overlay Overlay) error {
	_, err := o.Correct(overlay)
	return err
}

// Correct gives the order with the corrections of an overlay; everything else stays as it
// is. The error is a *CorrectionError.
func (o PurchaseOrder) Correct(overlay Overlay) (PurchaseOrder, error) {
	canonical, err := o.Canonical()
	if err != nil {
		return o, err
	}
	var out PurchaseOrder // which shares no list with the original
	if err := json.Unmarshal(canonical, &out); err != nil {
		return o, err
	}
	for _, c := range overlay {
		field, err := out.field(c.Path)
		if err != nil {
			return o, err
		}
		if err := assign(field, c); err != nil {
			return o, err
		}
	}
	return out, nil
}

// step is one name of a path, with the place in a list where it has one.
var step = regexp.MustCompile(`^([A-Za-z0-9]+)(?:\[(0|[1-9][0-9]{0,8})\])?$`)

// field walks down a path.
func (o *PurchaseOrder) field(path string) (reflect.Value, error) {
	at, walked := reflect.ValueOf(o).Elem(), "the order"
	for i, name := range strings.Split(path, ".") {
		parts := step.FindStringSubmatch(name)
		if parts == nil {
			return at, Refuse(path, "%q is not a path of an order; write one like lines[2].unit or shipTo.postal", path)
		}
		if i == 0 && slices.Contains(fixedFields, parts[1]) {
			return at, Refuse(path, "%s cannot be corrected, because it says which order this is and whom it is for; correct it in M3", path)
		}
		if at.Kind() != reflect.Struct || at.Type() == decimalType {
			return at, Refuse(path, "there is no %s: %s is a value of its own", path, walked)
		}
		next, known := named(at, parts[1])
		if !known {
			return at, Refuse(path, "there is no %s: %s has %s", path, walked, strings.Join(names(at), ", "))
		}
		var err error
		if at, err = element(next, path, parts[1], parts[2]); err != nil {
			return at, err
		}
		walked = name
	}
	if at.Kind() == reflect.Struct && at.Type() != decimalType {
		return at, Refuse(path, "%s is more than one value; name one of %s", path, strings.Join(names(at), ", "))
	}
	return at, nil
}

var decimalType = reflect.TypeFor[decimal.Decimal]()

// element takes the n-th of a list, or the field itself where it is none.
func element(field reflect.Value, path, name, n string) (reflect.Value, error) {
	list := field.Kind() == reflect.Slice
	switch {
	case list && field.Len() == 0:
		return field, Refuse(path, "there is no %s: the order has no %s", path, name)
	case list && n == "":
		return field, Refuse(path, "%s is a list; name one of %s", path, counted(name, field.Len()))
	case !list && n != "":
		return field, Refuse(path, "there is no %s: %s is no list", path, name)
	case !list:
		return field, nil
	}
	i, err := strconv.Atoi(n)
	if err != nil || i < 1 || i > field.Len() {
		return field, Refuse(path, "there is no %s: the order has %s", path, counted(name, field.Len()))
	}
	return field.Index(i - 1), nil
}

// counted names the elements of a list: lines[1] to lines[3].
func counted(name string, n int) string {
	if n == 1 {
		return name + "[1]"
	}
	return fmt.Sprintf("%s[1] to %s[%d]", name, name, n)
}

// named finds the field of a struct by its name in JSON.
func named(of reflect.Value, name string) (reflect.Value, bool) {
	i := slices.Index(names(of), name)
	if i < 0 {
		return reflect.Value{}, false
	}
	return of.Field(i), true
}

func names(of reflect.Value) []string {
	out := make([]string, of.NumField())
	for i := range out {
		out[i], _, _ = strings.Cut(of.Type().Field(i).Tag.Get("json"), ",")
	}
	return out
}

// plainNumber is how a person writes a number; a JSON number could be 1e9 too.
var plainNumber = regexp.MustCompile(`^-?[0-9]{1,18}(\.[0-9]{1,10})?$`)

// assign reads a value as the field's type.
func assign(field reflect.Value, c Correction) error {
	switch field.Interface().(type) {
	case decimal.Decimal:
		number, err := decimal.NewFromString(c.Value)
		if err != nil || !plainNumber.MatchString(c.Value) {
			return Refuse(c.Path, "%s cannot be %q: it is a number, written like 12.50", c.Path, c.Value)
		}
		field.Set(reflect.ValueOf(number))
	case int:
		number, err := strconv.Atoi(c.Value)
		if err != nil || number < 0 {
			return Refuse(c.Path, "%s cannot be %q: it is a whole number, written like 10", c.Path, c.Value)
		}
		field.SetInt(int64(number))
	case Date:
		date, err := ParseDate(c.Value)
		if err != nil {
			return Refuse(c.Path, "%s cannot be %q: it is a date of the form CCYYMMDD", c.Path, c.Value)
		}
		field.SetString(string(date))
	case string:
		field.SetString(c.Value)
	}
	return nil
}
