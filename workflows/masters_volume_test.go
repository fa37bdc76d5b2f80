package workflows

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/server"
)

// manySuppliers is how many suppliers the volume test adds; TRADEWIND_SUPPLIERS asks for another number.
func manySuppliers(t *testing.T) int {
	t.Helper()
	text := os.Getenv("TRADEWIND_SUPPLIERS")
	if text == "" {
		return 300
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// TestManySuppliersTakeFewCalls syncs many suppliers for the first time and once more without a change, and counts
// the requests that each side got.
func TestManySuppliersTakeFewCalls(t *testing.T) {
	n := manySuppliers(t)
	w := newWorldOf(t, server.Options{Seed: 7, Orders: 1, Suppliers: n})
	// The first 100 suppliers cost what a page costs; from there on each hundred costs two requests for addresses and
	// references, and each list page of 900 two more.
	first := w.sync("first", false)
	require.GreaterOrEqual(t, first.Created, n)
	require.LessOrEqual(t, w.inforCalls(), 25+475*n/20000, "requests to ION for the first sync")
	require.Equal(t, first.Created, len(w.sandbox.Hub.Partners()))
	before, listed := w.inforCalls(), w.sandbox.Calls()["cleo partners list"]
	second := w.sync("second", false)
	require.Zero(t, second.Created+second.Updated+second.Registered)
	require.LessOrEqual(t, w.inforCalls()-before, 25, "requests to ION without a change")
	pages := (first.Created + 99) / 100
	require.LessOrEqual(t, w.sandbox.Calls()["cleo partners list"]-listed, pages+1, "a page for each 100 partners")
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	t.Logf("%d suppliers: %d requests to ION, %d MB in use with the sandbox, %d MB taken from the system", first.Created, before, memory.HeapAlloc>>20, memory.Sys>>20)
}

// inforCalls counts the requests that ION got.
func (w *world) inforCalls() int {
	calls := 0
	for name, n := range w.sandbox.Calls() {
		if strings.HasPrefix(name, "ion ") {
			calls += n
		}
	}
	return calls
}
