package mapping

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func mustDate(t *testing.T, s string) trade.Date {
	t.Helper()
	d, err := trade.ParseDate(s)
	require.NoError(t, err)
	return d
}
