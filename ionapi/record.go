package ionapi

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Record is one MI record: values by field name. M3 sends every value as text, often padded, and leaves empty fields
// out, so a missing field reads as blank.
type Record map[string]string

// UnmarshalJSON takes numbers, booleans and null for values as well; the common case of texts alone costs one pass.
func (r *Record) UnmarshalJSON(data []byte) error {
	var texts map[string]string
	if json.Unmarshal(data, &texts) == nil {
		*r = texts
		return nil
	}
	var values map[string]lenient
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	*r = make(Record, len(values))
	for name, value := range values {
		(*r)[name] = string(value)
	}
	return nil
}

// Text is the value without its padding.
func (r Record) Text(name string) string { return strings.TrimSpace(r[name]) }

// Int is the value as a whole number, 0 when blank.
func (r Record) Int(name string) (int64, error) {
	text, err := r.Number(name)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("field %s: %q is no whole number", name, r.Text(name))
	}
	return n, nil
}

// Number is the value as a decimal in plain notation without needless zeros: "12.00000" is "12", blank is "0". The
// decimal separator is a point; a minus sign may stand behind, as in M3's own lists.
func (r Record) Number(name string) (string, error) {
	number, err := normalNumber(r.Text(name))
	if err != nil {
		return "", fmt.Errorf("field %s: %w", name, err)
	}
	return number, nil
}

// Date is the value as a day (UTC midnight), the zero time when M3 has none: "0", blank, or the 99999999 of a validity
// without end.
func (r Record) Date(name string) (time.Time, error) {
	text := strings.ReplaceAll(r.Text(name), "-", "")
	if strings.Trim(text, "0") == "" || text == "99999999" {
		return time.Time{}, nil
	}
	day, err := time.Parse("20060102", text)
	if err != nil {
		return time.Time{}, fmt.Errorf("field %s: %q is no date of the form YYYYMMDD", name, r.Text(name))
	}
	return day, nil
}

// plainNumber matches digits with an optional point and fraction, at least one digit in all.
var plainNumber = regexp.MustCompile(`^([0-9]+\.?[0-9]*|\.[0-9]+)$`)

// normalNumber brings a decimal text into its shortest plain form.
func normalNumber(text string) (string, error) {
	if text == "" {
		return "0", nil
	}
	digits, negative := strings.CutPrefix(text, "-")
	if !negative {
		digits, negative = strings.CutSuffix(text, "-")
	}
	digits = strings.TrimSpace(strings.TrimPrefix(digits, "+"))
	if !plainNumber.MatchString(digits) {
		return "", fmt.Errorf("%q is no decimal number", text)
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	number := whole
	if fraction != "" {
		number += "." + fraction
	}
	if negative && number != "0" {
		number = "-" + number
	}
	return number, nil
}

// decode fills a typed record. A field's tag names the MI field, and how to read it where it is not plain text:
//
//	Number   string  `mi:"PUNO"`        // text without padding
//	Due      string  `mi:"DWDT,date"`   // YYYYMMDD, "" for no date
//	Amount   string  `mi:"NTAM,number"` // decimal in plain notation
//	Voucher  string  `mi:"VONO,nonzero"` // number of something, "" for none ("0" or blank)
//	Line     int     `mi:"PNLI"`        // whole number
//	Blocked  bool    `mi:"LCCD"`        // true unless "0" or blank
//	Supplier Address `mi:"S"`           // fields of Address, their names after the prefix S
//	Objects  [7]string `mi:"AIT"`       // fields AIT1 to AIT7
func decode[T any](r Record) (T, error) {
	var into T
	err := r.fill(reflect.ValueOf(&into).Elem(), "")
	return into, err
}

// fill sets the tagged fields of a struct from the fields of the record.
func (r Record) fill(into reflect.Value, prefix string) error {
	for i := range into.NumField() {
		tag, tagged := into.Type().Field(i).Tag.Lookup("mi")
		if !tagged {
			continue
		}
		name, form, _ := strings.Cut(tag, ",")
		if err := r.set(into.Field(i), prefix+name, form); err != nil {
			return err
		}
	}
	return nil
}

// set reads one field of the record into one field of a struct.
func (r Record) set(field reflect.Value, name, form string) error {
	switch field.Kind() {
	case reflect.Struct:
		return r.fill(field, name)
	case reflect.Array:
		for i := range field.Len() {
			if err := r.set(field.Index(i), name+strconv.Itoa(i+1), form); err != nil {
				return err
			}
		}
		return nil
	case reflect.Int, reflect.Int64:
		n, err := r.Int(name)
		field.SetInt(n)
		return err
	case reflect.Bool:
		field.SetBool(strings.Trim(r.Text(name), "0") != "")
		return nil
	}
	text, err := r.form(name, form)
	field.SetString(text)
	return err
}

// form is the text of a field in the form that a tag asks for.
func (r Record) form(name, form string) (string, error) {
	switch form {
	case "date":
		day, err := r.Date(name)
		if err != nil || day.IsZero() {
			return "", err
		}
		return day.Format("20060102"), nil
	case "number":
		return r.Number(name)
	case "nonzero":
		number, err := r.Number(name)
		if number == "0" {
			number = ""
		}
		return number, err
	}
	return r.Text(name), nil
}

// encode makes the input of a transaction from a typed record, by the same tags. What is empty or zero is left out, so
// that M3 keeps its default; the elements of an array go under the tag's name and their place from 1.
func encode(from any) Record {
	input := Record{}
	value := reflect.ValueOf(from)
	for i := range value.NumField() {
		name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("mi"), ",")
		input.put(name, value.Field(i))
	}
	return input
}

// put writes one field of a struct.
func (r Record) put(name string, field reflect.Value) {
	switch {
	case field.Kind() == reflect.Array:
		for i := range field.Len() {
			r.put(name+strconv.Itoa(i+1), field.Index(i))
		}
	case !field.IsZero():
		r[name] = fmt.Sprint(field.Interface())
	}
}
