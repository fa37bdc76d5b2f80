package server_test

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/server"
)

// flagged are the options that a command line gives.
func flagged(t *testing.T, args ...string) (o server.Options) {
	t.Helper()
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	o.Flags(flags)
	require.NoError(t, flags.Parse(args))
	return o
}

func TestASecondStartKeepsWhatTheFlagsMade(t *testing.T) {
	dir := t.TempDir()
	shipped := len(start(t, flagged(t, "-state", t.TempDir(), "-orders", "1")).M3.Suppliers())
	first := start(t, flagged(t, "-state", dir, "-orders", "1", "-suppliers", "3", "-self-billed", "2", "-invoices", "1"))
	require.Len(t, first.M3.Suppliers(), shipped+3)
	require.Len(t, first.SelfBilled(), 2)
	files := len(first.Hub.Files())
	require.Positive(t, files)
	require.NoError(t, first.Close())

	second := start(t, flagged(t, "-state", dir, "-suppliers", "9"))
	require.Len(t, second.M3.Suppliers(), shipped+3)
	require.Len(t, second.SelfBilled(), 2)
	require.Len(t, second.Hub.Files(), files)
}
