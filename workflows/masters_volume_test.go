package workflows

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/cleo"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
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
	w.requireTraced(first, "partners create")
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

// requireTraced says that each call of an operation at Cleo is written down, and once.
func (w *world) requireTraced(r trade.PollResult, operation string) {
	w.t.Helper()
	attempts, err := w.Ledger.Attempts(w.t.Context(), r.Window.Poll+"/"+r.Window.Run)
	require.NoError(w.t, err)
	traced := 0
	for _, a := range attempts {
		if a.System == "cleo" && a.Operation == operation {
			traced++
		}
	}
	require.Equal(w.t, w.sandbox.Calls()["cleo "+operation], traced)
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

// deadly is a mailbox under which the worker dies behind some partners that it made.
type deadly struct {
	cleo.Mailbox
	cleo.Directory
	lives int
}

func (d *deadly) CreatePartner(ctx context.Context, p cleo.Partner) (cleo.Partner, error) {
	stored, err := d.Directory.CreatePartner(ctx, p)
	if d.lives--; d.lives == 0 {
		panic("the worker dies")
	}
	return stored, err
}

// TestADeadWorkerForgetsAPageAtMostAndMakesNoPartnerTwice lets a worker die in the midst of its second page of a hundred,
// of which nothing is remembered yet: Cleo's list tells of it.
func TestADeadWorkerForgetsAPageAtMostAndMakesNoPartnerTwice(t *testing.T) {
	w := newWorldOf(t, server.Options{Seed: 7, Orders: 1, Suppliers: 200})
	infor, err := w.Systems.Infor(t.Context(), "")
	require.NoError(t, err)
	mailbox, err := w.Systems.Mailbox(t.Context())
	require.NoError(t, err)
	w.Systems = fixed{infor, &deadly{mailbox, mailbox.(cleo.Directory), 150}}
	_, err = w.trySync("first", false)
	require.ErrorContains(t, err, "the worker dies")
	require.Len(t, w.sandbox.Hub.Partners(), 150)
	remembered, total := 0, len(w.codes())
	known, err := w.Ledger.MasterByCodes(t.Context(), trade.EntitySupplier, supplierCompany.String(), w.codes())
	require.NoError(t, err)
	for _, has := range known {
		if has.Agreed != nil {
			remembered++
		}
	}
	require.Equal(t, 100, remembered)
	require.Equal(t, total-150, w.sync("second", false).Created)
	require.Len(t, w.sandbox.Hub.Partners(), total)
	require.Equal(t, total, w.sandbox.Calls()["cleo partners create"])
	w.quiet("third")
}

// TestWhatWasWrittenBeforeAnErrorIsRemembered breaks off in the midst of a page.
func TestWhatWasWrittenBeforeAnErrorIsRemembered(t *testing.T) {
	w := newWorldOf(t, server.Options{Seed: 7, Orders: 1, Suppliers: 100})
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "partners create", Fault: "503", After: 30, Times: 1}}})
	_, err := w.trySync("first", false)
	require.Error(t, err)
	w.fired()
	require.Len(t, w.sandbox.Hub.Partners(), 30)
	total := len(w.codes())
	require.Equal(t, total-30, w.sync("second", false).Created)
	require.Equal(t, total+1, w.sandbox.Calls()["cleo partners create"])
	w.quiet("third")
}

// TestManyEditsOfOneSideGoOutInPages changes more suppliers in M3, and at Cleo, than one page has: each is written once.
func TestManyEditsOfOneSideGoOutInPages(t *testing.T) {
	w := newWorldOf(t, server.Options{Seed: 7, Orders: 1, Suppliers: 250})
	w.sync("first", false)
	codes := w.codes()
	for i, code := range codes {
		if i%2 == 0 {
			w.inSupplier(code, "SUNM", "Renamed "+code)
			continue
		}
		w.atCleo(code, "town", "Elsewhere")
	}
	second := w.sync("second", false)
	w.requireTraced(second, "partners update")
	require.Equal(t, len(codes), second.Updated)
	require.Equal(t, len(codes), w.updates())
	require.Equal(t, len(codes)/2, second.Registered, "what is written over an edit is told")
	for i, code := range codes {
		_, _, attributes := w.partner(code)
		require.Equal(t, w.supplier(code)["TOWN"], attributes["town"])
		if i%2 == 0 {
			require.Equal(t, "Renamed "+code, attributes["name"])
		}
	}
	w.quiet("third")
}
