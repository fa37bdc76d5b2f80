package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// header starts every sealed text: a version, then the key's id and its length.
// Behind it come nonce, ciphertext and tag.
var header = []byte("TWV1")

// SealError says which sealed text cannot be opened; it holds nothing of it.
type SealError struct {
	Place string
	Cause string
}

// Error names the place and the cure.
func (e *SealError) Error() string {
	return fmt.Sprintf("what is stored as %s cannot be opened: %s; restore it from a backup", e.Place, e.Cause)
}

// Seal encrypts with the newest key of a purpose. The place, such as
// "credentials/cleo", is bound to the result: elsewhere it does not open.
func (v *Vault) Seal(purpose, place string, plain []byte) ([]byte, error) {
	id := v.Newest(purpose)
	v.mu.RLock()
	k, ok := v.keys[id]
	v.mu.RUnlock()
	if !ok {
		return nil, fmt.Errorf("there is no key to seal %s with", place)
	}
	out := append(append(append(make([]byte, 0, len(header)+1+len(id)+len(plain)+k.aead.Overhead()), header...), byte(len(id))), id...)
	return k.aead.Seal(out, nil, plain, binding(purpose, place, id)), nil
}

// binding is the additional data of a sealed text.
func binding(purpose, place, id string) []byte {
	return []byte(purpose + "\x00" + place + "\x00" + id)
}

// KeyID tells which key sealed a text, "" when it is not one.
func KeyID(sealed []byte) string {
	id, _, err := split(sealed)
	if err != nil {
		return ""
	}
	return id
}

func split(sealed []byte) (id string, rest []byte, err error) {
	rest, ok := bytes.CutPrefix(sealed, header)
	if !ok || len(rest) == 0 || len(rest) < 1+int(rest[0]) {
		return "", nil, errors.New("it is not a sealed text")
	}
	n := int(rest[0])
	return string(rest[1 : 1+n]), rest[1+n:], nil
}

// Open decrypts what Seal made for the same purpose and place.
func (v *Vault) Open(ctx context.Context, purpose, place string, sealed []byte) ([]byte, error) {
	id, rest, err := split(sealed)
	if err != nil {
		return nil, &SealError{place, err.Error()}
	}
	k, known, err := v.keyOf(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case !known || k.purpose != purpose:
		return nil, &SealError{place, "its key is not among the ledger's"}
	}
	plain, err := k.aead.Open(nil, nil, rest, binding(purpose, place, id))
	if err != nil {
		return nil, &SealError{place, "it was altered, or belongs elsewhere"}
	}
	return plain, nil
}
