// Package vault keeps what must not be read by others: data keys wrapped by a
// keeper, credentials and shared tokens sealed with them, and the codec that seals
// the payloads of Temporal's histories. The cryptography is AES-256-GCM of the
// standard library and the keeper's own.
package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"gocloud.dev/secrets"
	"gocloud.dev/secrets/localsecrets"
)

// DefaultKeeper is the keeper that needs no service: a key file in the state folder.
const DefaultKeeper = "file:key"

// OpenKeeper opens "file:<key file>", relative to the state folder, or any
// gocloud.dev/secrets URL whose driver is linked in. A key file is made when there
// is none and create is set.
func OpenKeeper(ctx context.Context, url, stateDir string, create bool) (*secrets.Keeper, error) {
	if strings.HasPrefix(url, localsecrets.Scheme+":") {
		return nil, errors.New("TRADEWIND_KEEPER must not hold a key itself; name a key file as file:<path>, or a key service")
	}
	file, local := strings.CutPrefix(url, "file:")
	if !local {
		keeper, err := secrets.OpenKeeper(ctx, url)
		if err != nil {
			return nil, fmt.Errorf("the keeper cannot be opened; check TRADEWIND_KEEPER: %w", err)
		}
		return keeper, nil
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(stateDir, file)
	}
	key, err := readKeyFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, fmt.Errorf("the key file %s is missing, and the ledger holds data sealed with it; restore it from a backup, or correct TRADEWIND_KEEPER", file)
		}
		key, err = makeKeyFile(file)
	}
	if err != nil {
		return nil, err
	}
	return localsecrets.NewKeeper(key), nil
}

// readKeyFile refuses a file that others can read.
func readKeyFile(file string) (key [32]byte, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return key, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return key, fmt.Errorf("the key file can be read by others (mode %04o); run: chmod 600 %s", info.Mode().Perm(), file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return key, err
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != len(key) {
		return key, fmt.Errorf("the key file %s is damaged: it must hold 32 bytes in base64; restore it from a backup", file)
	}
	copy(key[:], raw)
	return key, nil
}

// makeKeyFile makes a key that no other process has made meanwhile, or takes that one.
func makeKeyFile(file string) (key [32]byte, err error) {
	if key, err = localsecrets.NewRandomKey(); err != nil {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return key, err
	}
	scratch, err := os.CreateTemp(filepath.Dir(file), ".key-*") // mode 0600
	if err != nil {
		return key, err
	}
	defer os.Remove(scratch.Name()) //nolint:errcheck // it is gone or harmless
	_, err = scratch.WriteString(base64.StdEncoding.EncodeToString(key[:]) + "\n")
	if err = errors.Join(err, scratch.Sync(), scratch.Close()); err != nil {
		return key, err
	}
	// A link, unlike a rename, never replaces the key of a process that was faster.
	if err := os.Link(scratch.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return key, err
	}
	return readKeyFile(file)
}
