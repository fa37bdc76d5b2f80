package app_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
)

// The tests of this package look at orders, operation, security and the program itself; those of
// package inboundtest look at what comes in.

const patience = apptest.Patience

func TestMain(m *testing.M) {
	if owned := os.Getenv("DEVSERVER_TEST_OWNED"); owned != "" {
		own(owned)
		return
	}
	os.Exit(apptest.Main(m))
}

// world is an installation and what these tests do to it.
type world struct{ *apptest.World }

func newWorld(t *testing.T, orders int) *world {
	t.Helper()
	return &world{apptest.New(t, orders)}
}

// cli runs Temporal's own command line, which reads what is sealed through the
// codec of the worker.
func (w *world) cli(args ...string) string {
	w.T.Helper()
	return w.temporalCLI(w.with("TEMPORAL_CODEC_ENDPOINT="+w.Worker.Codec(w.T)), args)
}

// cliRaw runs Temporal's own command line without the codec.
func (w *world) cliRaw(args ...string) string {
	w.T.Helper()
	return w.temporalCLI(w.Environ, args)
}

func (w *world) temporalCLI(environ, args []string) string {
	w.T.Helper()
	name, err := apptest.FindCLI()
	require.NoError(w.T, err)
	out, errs, err := apptest.Execute(environ, name, args...)
	require.NoError(w.T, err, "temporal %v\n%s%s", args, out, errs)
	return out
}

// awaitRecords waits until so many records are in a state.
func (w *world) awaitRecords(state string, n int) {
	w.T.Helper()
	require.Eventually(w.T, func() bool {
		records, err := w.Ledger.Records(w.T.Context(), ledger.Filter{})
		found := 0
		for _, r := range records {
			if string(r.State) == state {
				found++
			}
		}
		return err == nil && found == n
	}, patience, 50*time.Millisecond, "%d records in state %s; there are %s", n, state, apptest.Lazily(func() string { return w.Run("records", "list") }))
}

// pollAll triggers the schedules of both companies.
func (w *world) pollAll() {
	w.T.Helper()
	w.Run("schedules", "trigger", "tradewind/orders-out/100-AAA")
	w.Run("schedules", "trigger", "tradewind/orders-out/200-BBB")
}

// uploads counts the calls that reached Cleo's upload.
func (w *world) uploads() int { return w.Sandbox.Calls()["cleo upload"] }

// ordersAtCleo counts the files of each order that Cleo holds.
func (w *world) ordersAtCleo() map[string]int {
	out := map[string]int{}
	for _, f := range w.Sandbox.Hub.Files() {
		if f.Alien {
			continue
		}
		content, err := w.Sandbox.Hub.Content(f.ID)
		require.NoError(w.T, err)
		_, rest, found := bytes.Cut(content, []byte("BEG"))
		require.True(w.T, found)
		out[string(bytes.Split(rest, rest[:1])[3])]++
	}
	return out
}
