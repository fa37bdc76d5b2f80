package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"

	"gocloud.dev/secrets"

	"tradewind/internal/ledger"
)

// The purposes that keys are made for; each has keys of its own.
const (
	// PurposeData seals credentials, tokens and the archive.
	PurposeData = "data"
	// PurposePayload seals the payloads of Temporal's histories.
	PurposePayload = "payload"
)

// Vault seals and opens. It is safe for concurrent use by many processes on one ledger.
type Vault struct {
	keeper *secrets.Keeper
	ledger *ledger.Ledger

	mu     sync.RWMutex
	keys   map[string]key    // by id
	newest map[string]string // key id by purpose
}

type key struct {
	purpose string
	number  int64
	aead    cipher.AEAD
}

// Open unwraps the ledger's data keys, and makes the first ones on an empty ledger.
// A keeper that is not the one the keys were wrapped by is an error.
func Open(ctx context.Context, keeperURL, stateDir string, l *ledger.Ledger) (*Vault, error) {
	known, err := l.Keys(ctx)
	if err != nil {
		return nil, err
	}
	keeper, err := OpenKeeper(ctx, keeperURL, stateDir, len(known) == 0)
	if err != nil {
		return nil, err
	}
	v := &Vault{keeper: keeper, ledger: l, keys: map[string]key{}, newest: map[string]string{}}
	if err := v.load(ctx); err != nil {
		return nil, errors.Join(err, keeper.Close())
	}
	for _, purpose := range []string{PurposeData, PurposePayload} {
		if _, ok := v.newest[purpose]; ok {
			continue
		}
		if _, err := v.add(ctx, purpose); err != nil {
			return nil, errors.Join(err, keeper.Close())
		}
	}
	return v, nil
}

// Close releases the keeper.
func (v *Vault) Close() error { return v.keeper.Close() }

// load reads and unwraps every key of the ledger.
func (v *Vault) load(ctx context.Context) error {
	stored, err := v.ledger.Keys(ctx)
	if err != nil {
		return err
	}
	for _, s := range stored {
		v.mu.RLock()
		_, known := v.keys[s.ID]
		v.mu.RUnlock()
		if known {
			continue
		}
		k, err := v.unwrap(ctx, s)
		if err != nil {
			return err
		}
		v.mu.Lock()
		v.keys[s.ID] = k
		if k.number > v.keys[v.newest[s.Purpose]].number {
			v.newest[s.Purpose] = s.ID
		}
		v.mu.Unlock()
	}
	return nil
}

// unwrap opens a data key. What the keeper wrapped starts with the key's own id and
// purpose, so that a wrapped key cannot be moved to another row.
func (v *Vault) unwrap(ctx context.Context, s ledger.Key) (key, error) {
	wrapped, err := base64.StdEncoding.DecodeString(s.Wrapped)
	var plain []byte
	if err == nil {
		plain, err = v.keeper.Decrypt(ctx, wrapped)
	}
	label := keyLabel(s.ID, s.Purpose)
	if err != nil || len(plain) != len(label)+keySize || string(plain[:len(label)]) != label {
		return key{}, fmt.Errorf("the data key %s of the ledger cannot be unwrapped: TRADEWIND_KEEPER names another key than the one it was wrapped by, or the row keys/%s was altered", s.ID, s.ID)
	}
	aead, err := newAEAD(plain[len(label):])
	return key{s.Purpose, s.Number, aead}, err
}

const keySize = 32

func keyLabel(id, purpose string) string { return id + "\x00" + purpose + "\x00" }

func newAEAD(raw []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// add makes the next key of a purpose, or takes the one that another process made.
func (v *Vault) add(ctx context.Context, purpose string) (id string, err error) {
	v.mu.RLock()
	number := v.keys[v.newest[purpose]].number + 1
	v.mu.RUnlock()
	raw := make([]byte, keySize)
	rand.Read(raw)
	id = fmt.Sprintf("%s-%d-%s", purpose, number, rand.Text()[:8])
	wrapped, err := v.keeper.Encrypt(ctx, append([]byte(keyLabel(id, purpose)), raw...))
	if err != nil {
		return "", fmt.Errorf("the keeper does not wrap a new data key: %w", err)
	}
	if _, err := v.ledger.AddKey(ctx, ledger.Key{ID: id, Purpose: purpose, Number: number, Wrapped: base64.StdEncoding.EncodeToString(wrapped)}); err != nil {
		return "", err
	}
	if err := v.load(ctx); err != nil {
		return "", err
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.newest[purpose], nil
}

// Rotate makes new keys: from now on they seal, while the old ones still open. It
// gives the new key's id of each purpose.
func (v *Vault) Rotate(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	for _, purpose := range []string{PurposeData, PurposePayload} {
		id, err := v.add(ctx, purpose)
		if err != nil {
			return out, err
		}
		out[purpose] = id
	}
	return out, nil
}

// Newest gives the id of the key that seals for a purpose.
func (v *Vault) Newest(purpose string) string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.newest[purpose]
}

// Refresh learns of keys that other processes made.
func (v *Vault) Refresh(ctx context.Context) error { return v.load(ctx) }

// keyOf gives a key by its id, and looks into the ledger for one it does not know.
func (v *Vault) keyOf(ctx context.Context, id string) (key, bool, error) {
	v.mu.RLock()
	k, ok := v.keys[id]
	v.mu.RUnlock()
	if ok {
		return k, true, nil
	}
	if err := v.load(ctx); err != nil {
		return key{}, false, err
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	k, ok = v.keys[id]
	return k, ok, nil
}
