package cleo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// lenient is a JSON string that may also come as a number, a boolean or null: Cleo sends some properties in either form.
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

// instant reads a time as RFC 3339 writes it; blank is the zero time.
func (l lenient) instant() (time.Time, error) {
	text := strings.TrimSpace(string(l))
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	return at.UTC(), err
}
