package cleo

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// members are those of a JSON object in the form in which they came: "true" stays a text and 1.50 keeps its zero.
type members map[string]json.RawMessage

// readMembers reads an object.
func readMembers(data []byte) (members, error) {
	var m members
	if err := json.Unmarshal(data, &m); err != nil || m == nil {
		return nil, errors.New("an object is expected")
	}
	return m, nil
}

// read takes a member into a variable; one that is absent leaves it alone.
func (m members) read(name string, into any) error {
	raw, ok := m[name]
	if !ok {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s is not understood", name)
	}
	return nil
}

// readTexts reads members of single values.
func (m members) readTexts(texts map[string]*string) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		faults = append(faults, m.read(name, (*lenient)(texts[name])))
	}
	return errors.Join(faults...)
}

// with gives a copy of the members that says what texts say.
func (m members) with(texts map[string]*string) members {
	out := members{}
	maps.Copy(out, m)
	for name, text := range texts {
		out.put(name, *text)
	}
	return out
}

// put lets a member say a text. One that says it already stays as it came, and an empty text makes no new member.
func (m members) put(name, text string) {
	if was, _ := scalar(m[name]); was != text {
		m[name] = form(m[name], text, false)
	}
}

// putList sets a member that holds n others. Without any, it stays absent or null if it was.
func (m members) putList(name string, n int, list any) error {
	old := m[name]
	switch {
	case n == 0 && (old == nil || string(old) == "null"):
		return nil
	case n == 0 && old[0] == '[':
		m[name] = json.RawMessage("[]")
		return nil
	case n == 0:
		m[name] = json.RawMessage("{}")
		return nil
	}
	raw, err := json.Marshal(list)
	m[name] = raw
	return err
}

// scalar gives a single value as text, "" for null and for an absent one. It says no to objects and lists.
func scalar(raw json.RawMessage) (string, bool) {
	if raw == nil {
		return "", true
	}
	var text lenient
	if json.Unmarshal(raw, &text) != nil {
		return "", false
	}
	return string(text), true
}

// isTrue reads a boolean that may be a text.
func isTrue(raw json.RawMessage) bool {
	text, _ := scalar(raw)
	return strings.EqualFold(text, "true")
}

// form writes a text as the value before it was written: a number remains one where the text is a number, a boolean
// where it is one. Bare says the same of a member that is new.
func form(old json.RawMessage, text string, bare bool) json.RawMessage {
	if old != nil && string(old) != "null" {
		bare = isNumber(old) && isNumber([]byte(text)) || isBoolean(old) && isBoolean([]byte(text))
	}
	if bare {
		return json.RawMessage(text)
	}
	quoted, _ := json.Marshal(text) // a string can always be written
	return quoted
}

func isNumber(text []byte) bool {
	return len(text) > 0 && strings.ContainsRune("-0123456789", rune(text[0])) && json.Valid(text)
}

func isBoolean(text []byte) bool { return string(text) == "true" || string(text) == "false" }
