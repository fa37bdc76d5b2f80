package masterdata

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
)

// Values are the attributes of a record by the names of the entity's fields. An absent
// value and an empty one are the same.
type Values map[string]string

// Snapshot is the values as canonical JSON: an object with its names in order and without
// the empty ones, so that equal values give equal bytes.
func (v Values) Snapshot() []byte {
	full := v.clone()
	maps.DeleteFunc(full, func(_, value string) bool { return value == "" })
	content, err := json.Marshal(full)
	if err != nil {
		panic(err) // strings always marshal
	}
	return content
}

// Checksum is the SHA-256 of the snapshot in hexadecimal digits.
func (v Values) Checksum() string { return checksum(v.Snapshot()) }

func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// clone is a copy that is never nil.
func (v Values) clone() Values {
	out := make(Values, len(v))
	maps.Copy(out, v)
	return out
}

// set keeps a value, and no empty one.
func (v Values) set(name, value string) {
	if value == "" {
		delete(v, name)
		return
	}
	v[name] = value
}
