package archive

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/vault"
)

func open(t *testing.T) (*Archive, string) {
	t.Helper()
	dir := t.TempDir()
	l, err := ledger.Open(t.Context(), ledger.DefaultURL, dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	require.NoError(t, l.Migrate(t.Context()))
	v, err := vault.Open(t.Context(), vault.DefaultKeeper, dir, l)
	require.NoError(t, err)
	a, err := Open(t.Context(), DefaultURL, dir, v)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Close()) })
	return a, filepath.Join(dir, "archive")
}

func TestTheSameBytesAreStoredOnce(t *testing.T) {
	a, dir := open(t)
	first, err := a.Put(t.Context(), []byte("ISA*00"))
	require.NoError(t, err)
	second, err := a.Put(t.Context(), []byte("ISA*00"))
	require.NoError(t, err)
	require.Equal(t, first, second)
	got, err := a.Get(t.Context(), first)
	require.NoError(t, err)
	require.Equal(t, "ISA*00", string(got))
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
}

func TestAlteredBytesAreAnError(t *testing.T) {
	a, dir := open(t)
	name, err := a.Put(t.Context(), []byte("ISA*00"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, name[:2], name), []byte("ISA*01"), 0o600))
	_, err = a.Get(t.Context(), name)
	require.ErrorContains(t, err, "cannot be opened")
	_, err = a.Get(t.Context(), "ff00")
	require.ErrorContains(t, err, "nothing is stored")
}
