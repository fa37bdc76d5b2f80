// Package archive keeps raw bytes under their SHA-256: interchanges, canonical
// documents, published configurations. What is stored once never changes, and
// storing the same bytes twice stores them once.
package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"tradewind/internal/vault"
)

// DefaultURL is the archive that needs no server: a folder in the state folder.
const DefaultURL = "dir:archive"

// Archive is safe for concurrent use. What it stores is sealed by the vault.
type Archive struct {
	bucket *blob.Bucket
	vault  *vault.Vault
}

// Open opens "dir:<folder>", relative to the state folder, or any
// gocloud.dev/blob URL whose driver is linked in.
func Open(ctx context.Context, url, stateDir string, v *vault.Vault) (*Archive, error) {
	folder, isDir := strings.CutPrefix(url, "dir:")
	if !isDir {
		bucket, err := blob.OpenBucket(ctx, url)
		if err != nil {
			return nil, fmt.Errorf("archive: cannot open; check TRADEWIND_ARCHIVE_URL: %w", err)
		}
		return &Archive{bucket, v}, nil
	}
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(stateDir, folder)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	// NoTempDir writes the temporary file beside its target, so that the final
	// rename never crosses a file system.
	bucket, err := fileblob.OpenBucket(folder, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite, DirFileMode: 0o700})
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return &Archive{bucket, v}, nil
}

// Put stores bytes and gives their SHA-256 in hex.
func (a *Archive) Put(ctx context.Context, content []byte) (string, error) {
	sum := sha256.Sum256(content)
	name := hex.EncodeToString(sum[:])
	exists, err := a.bucket.Exists(ctx, key(name))
	if err != nil {
		return "", fmt.Errorf("archive: %w", err)
	}
	if exists {
		return name, nil
	}
	return name, a.write(ctx, name, content)
}

// write seals the bytes and binds them to their name.
func (a *Archive) write(ctx context.Context, name string, content []byte) error {
	sealed, err := a.vault.Seal(vault.PurposeData, place(name), content)
	if err == nil {
		err = a.bucket.WriteAll(ctx, key(name), sealed, nil)
	}
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

func place(name string) string { return "archive/" + name }

// Reseal seals everything with the newest key, and gives how many blobs were sealed
// anew. It may run while others write and read.
func (a *Archive) Reseal(ctx context.Context) (int, error) {
	done := 0
	for blobs := a.bucket.List(nil); ; {
		object, err := blobs.Next(ctx)
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err != nil {
			return done, fmt.Errorf("archive: %w", err)
		}
		if len(path.Base(object.Key)) != 2*sha256.Size {
			continue // a file that is being written, or that a killed process left
		}
		sealed, err := a.bucket.ReadAll(ctx, object.Key)
		if gcerrors.Code(err) == gcerrors.NotFound {
			continue
		}
		if err != nil {
			return done, fmt.Errorf("archive: %w", err)
		}
		if vault.KeyID(sealed) == a.vault.Newest(vault.PurposeData) {
			continue
		}
		name := path.Base(object.Key)
		content, err := a.Get(ctx, name)
		if err == nil {
			err = a.write(ctx, name, content)
		}
		if err != nil {
			return done, err
		}
		done++
	}
}

// Get gives the bytes stored under a SHA-256. Bytes that no longer have that
// hash are an error, never a result.
func (a *Archive) Get(ctx context.Context, name string) ([]byte, error) {
	sealed, err := a.bucket.ReadAll(ctx, key(name))
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("archive: nothing is stored under %q", name)
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	content, err := a.vault.Open(ctx, vault.PurposeData, place(name), sealed)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != name {
		return nil, fmt.Errorf("archive: the bytes stored under %q were altered; restore them from a backup", name)
	}
	return content, nil
}

// Ping says whether the archive can be written and read.
func (a *Archive) Ping(ctx context.Context) error {
	name, err := a.Put(ctx, []byte("tradewind"))
	if err != nil {
		return err
	}
	_, err = a.Get(ctx, name)
	return err
}

// Close releases the store.
func (a *Archive) Close() error { return a.bucket.Close() }

// key spreads the blobs over 256 folders.
func key(name string) string {
	if len(name) < 2 {
		return name
	}
	return name[:2] + "/" + name
}
