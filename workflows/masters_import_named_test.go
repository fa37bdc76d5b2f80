package workflows

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEverySupplierThatIsLeftOutOfTheImportIsNamed: whoever is to correct them sees all, and not the first few.
func TestEverySupplierThatIsLeftOutOfTheImportIsNamed(t *testing.T) {
	w := newWorld(t, 1)
	w.importing()
	for n := 1; n <= 7; n++ {
		w.addSupplier(fmt.Sprintf("009900%d", n), "New Ltd")
	}
	warning := w.syncOf(importedSuppliers, "first").Warning
	require.Contains(t, warning, "7 suppliers were left out of the import of trading partners")
	for n := 1; n <= 7; n++ {
		require.Contains(t, warning, fmt.Sprintf("009900%d (it has neither", n))
	}
	require.Equal(t, warning, w.noImport("it is told until they are corrected").Warning)
}
