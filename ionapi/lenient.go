package ionapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// lenient is a JSON string that may also come as a number, a boolean or null. M3 documents strings, tenants differ.
type lenient string

// UnmarshalJSON takes any scalar.
func (l *lenient) UnmarshalJSON(data []byte) error {
	switch {
	case bytes.Equal(data, []byte("null")):
		*l = ""
	case data[0] == '"':
		return json.Unmarshal(data, (*string)(l))
	case data[0] == '{' || data[0] == '[':
		return fmt.Errorf("a single value is expected, not an object or a list")
	default:
		*l = lenient(data)
	}
	return nil
}

// flag is a boolean that may come as the string "true" or "false".
type flag bool

// UnmarshalJSON takes true, "true" (any case), 1 and "1" as true, everything else that is scalar as false.
func (f *flag) UnmarshalJSON(data []byte) error {
	var text lenient
	if err := text.UnmarshalJSON(data); err != nil {
		return err
	}
	*f = flag(strings.EqualFold(string(text), "true") || text == "1")
	return nil
}

// list is a JSON array; a single element may come without its brackets, as M3's XML heritage has it.
type list[T any] []T

// UnmarshalJSON takes an array, one element, or null.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	switch {
	case bytes.Equal(data, []byte("null")):
		*l = nil
	case data[0] == '[':
		return json.Unmarshal(data, (*[]T)(l))
	default:
		var one T
		if err := json.Unmarshal(data, &one); err != nil {
			return err
		}
		*l = list[T]{one}
	}
	return nil
}

// words is a list of names that may come as an array or as one string separated by blanks.
type words []string

// UnmarshalJSON takes an array of strings, a string, or null.
func (w *words) UnmarshalJSON(data []byte) error {
	var entries list[lenient]
	if err := entries.UnmarshalJSON(data); err != nil {
		return err
	}
	for _, entry := range entries {
		*w = append(*w, strings.Fields(string(entry))...)
	}
	return nil
}
