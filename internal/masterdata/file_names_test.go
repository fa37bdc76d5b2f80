package masterdata

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func TestAFileThatCleoRenamedFitsByTheNameAndTimeInIt(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	name := FileName(trade.EntitySupplier, "100", at)
	for _, renamed := range []string{name, "R7_" + name, "2026-03-01 " + name, "supplier_100_20260301T080000_1.csv"} {
		require.True(t, FileFits(renamed, trade.EntitySupplier, "100"), renamed)
	}
	for _, other := range []string{"R7_supplier_100_1.csv", "R7_" + name + ".part", "R7_supplier_100_20261301T080000.csv", "R7_supplier_100_20260301T08000.csv",
		"R7_" + FileName(trade.EntityCustomer, "100", at), "R7_" + FileName(trade.EntitySupplier, "200", at), "R7_" + FileName(trade.EntitySupplier, "100-AAA", at)} {
		require.False(t, FileFits(other, trade.EntitySupplier, "100"), other)
	}
}
