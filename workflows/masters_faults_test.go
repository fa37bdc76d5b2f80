package workflows

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/server"
)

// failing makes the next requests of an operation go wrong.
func (w *world) failing(system, operation, fault string, times int) {
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: system, Operation: operation, Fault: fault, Times: times, RetryAfter: map[string]string{"429": "1"}[fault]}}})
}

// fired says that the fault was met, and lets everything through again.
func (w *world) fired() {
	w.t.Helper()
	require.Positive(w.t, w.sandbox.Faults.Rules().Rules[0].Fired)
	w.sandbox.Faults.Replace(faults.Set{})
}

// syncs repeats a sync until it succeeds, as Temporal does.
func (w *world) syncs(run string, full bool) trade.PollResult {
	w.t.Helper()
	for attempt := range 4 {
		result, err := w.trySync(fmt.Sprint(run, attempt), full)
		if err == nil && result.Stopped == "" {
			return result
		}
		require.NoError(w.t, w.Ledger.OpenLane(w.t.Context(), "cleo"))
		require.NoError(w.t, w.Ledger.OpenLane(w.t.Context(), "infor"))
	}
	w.t.Fatal("the sync does not succeed")
	return trade.PollResult{}
}

// lostOrRefused are the faults of a write whose effect may have happened, or not.
var lostOrRefused = []string{"504-after", "cut-after", "500-after", "500-before", "504-before", "503", "429", "401"}

func TestALostAnswerOfM3NeverWritesTwice(t *testing.T) {
	for _, fault := range lostOrRefused {
		t.Run(fault, func(t *testing.T) {
			w := agreed(t)
			w.atCleo(bearing, "email", "new@halvorsen.example", "phone", "414 555 0123")
			w.sync("second", false)
			changes := w.changes(bearing)
			w.failing("infor", "CRS620MI/Upd*", fault, 1)
			r := w.settleAll()[0]
			w.fired()
			require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
			require.Equal(t, []string{"new@halvorsen.example", "414 555 0123"}, []string{w.supplier(bearing)["EMAL"], w.supplier(bearing)["PHNO"]})
			require.Equal(t, changes+2, w.changes(bearing), "one change of the supplier, one of its reference")
			w.quiet("third")
		})
	}
}

// TestALostAnswerNeverMakesASupplierTwice loses the answer of each step by which M3 makes one.
func TestALostAnswerNeverMakesASupplierTwice(t *testing.T) {
	for _, transaction := range []string{"AddSupplier", "AddAddress", "AddSupplierRef"} {
		for _, fault := range []string{"504-after", "cut-after", "500-before", "401"} {
			t.Run(transaction+" "+fault, func(t *testing.T) {
				w := agreed(t)
				w.newAtCleo()
				w.sync("second", false)
				suppliers := len(w.sandbox.M3.Suppliers())
				w.failing("infor", "CRS620MI/"+transaction, fault, 1)
				r := w.settle(w.discovered()[0], choose("kim"))
				w.fired()
				require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
				require.Len(t, w.sandbox.M3.Suppliers(), suppliers+1)
				made := w.supplier(newcomer)
				require.Equal(t, []string{"Northern Bolt", "1 Quay", "desk@northern.example"}, []string{made["SUNM"], made["ADR1"], made["EMAL"]})
				w.sync("third", false)
				_, _, attributes := w.partner(newcomer)
				require.Equal(t, []string{"1 Quay", "desk@northern.example"}, []string{attributes["street"], attributes["email"]})
				w.quiet("fourth")
			})
		}
	}
}

func TestALostAnswerOfCleoNeverWritesTwice(t *testing.T) {
	for _, fault := range append([]string{"cut-before"}, lostOrRefused...) {
		t.Run("create "+fault, func(t *testing.T) {
			w := newWorld(t, 1)
			w.failing("cleo", "partners create", fault, 1)
			first := w.syncs("first", false)
			w.fired()
			require.Equal(t, len(w.codes()), len(w.sandbox.Hub.Partners()), "one partner each")
			require.Zero(t, first.Registered)
			w.quiet("second")
		})
	}
	for _, fault := range []string{"504-after", "cut-after", "500-before", "429", "401"} {
		t.Run("update "+fault, func(t *testing.T) {
			w := agreed(t)
			w.inSupplier(bearing, "SUNM", "Halvorsen Drives")
			w.failing("cleo", "partners update", fault, 1)
			w.syncs("second", false)
			w.fired()
			_, _, attributes := w.partner(bearing)
			require.Equal(t, "Halvorsen Drives", attributes["name"])
			w.quiet("third")
		})
	}
	for _, fault := range []string{"cut-after", "503", "401"} {
		t.Run("update by a person "+fault, func(t *testing.T) {
			w := agreed(t)
			w.conflicting()
			w.failing("cleo", "partners update", fault, 1)
			r := w.settle(w.discovered()[0], choose("kim", "email", "=desk@halvorsen.example"))
			w.fired()
			require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
			_, _, attributes := w.partner(bearing)
			require.Equal(t, []string{"desk@halvorsen.example", "desk@halvorsen.example"}, []string{attributes["email"], w.supplier(bearing)["EMAL"]})
			w.quiet("third")
		})
	}
}

// TestALostReadingIsReadAgain fails each list once.
func TestALostReadingIsReadAgain(t *testing.T) {
	for _, each := range [][2]string{{"infor", "CRS620MI/*"}, {"infor", "EXPORTMI/*"}, {"cleo", "partners list"}} {
		for _, fault := range []string{"429", "503", "cut-before", "401"} {
			t.Run(each[1]+" "+fault, func(t *testing.T) {
				w := agreed(t)
				w.inSupplier(bearing, "SUNM", "Halvorsen Drives")
				before := w.updates()
				w.failing(each[0], each[1], fault, 1)
				w.syncs("second", false)
				w.fired()
				_, _, attributes := w.partner(bearing)
				require.Equal(t, "Halvorsen Drives", attributes["name"])
				require.Equal(t, before+1, w.updates())
				w.quiet("third")
			})
		}
	}
}

func TestRefusedCredentialsStopTheSyncAndWriteNothing(t *testing.T) {
	for system, operation := range map[string]string{"infor": "*/*", "cleo": "*"} {
		t.Run(system, func(t *testing.T) {
			w := agreed(t)
			w.inSupplier(bearing, "SUNM", "Halvorsen Drives")
			before := w.updates()
			w.failing(system, operation, "401", 0)
			result, err := w.trySync("second", false)
			w.fired()
			require.NoError(t, err)
			require.NotEmpty(t, result.Stopped)
			require.Equal(t, before, w.updates())
			require.Equal(t, 1, w.syncs("third", false).Updated)
			w.quiet("fourth")
		})
	}
}

func TestWhatIsNotArmedWaitsAndGoesOn(t *testing.T) {
	w := agreed(t)
	w.inSupplier(bearing, "SUNM", "Halvorsen Drives")
	w.atCleo(fastener, "email", "new@fastener.example")
	w.Armed = false
	before, changes := w.updates(), w.changes(fastener)
	result, err := w.trySync("second", false)
	require.NoError(t, err)
	require.Equal(t, "writing to Cleo is not armed", result.Stopped)
	require.Equal(t, before, w.updates())
	w.Armed = true
	w.sync("third", false)
	require.Equal(t, before+1, w.updates())
	w.Armed = false
	var during trade.State
	r := w.settle(w.discovered()[0], func(*testsuite.TestWorkflowEnvironment) {
		during = w.state(w.differences(fastener)[0]).State
		require.Equal(t, changes, w.changes(fastener))
		w.Armed = true
	})
	require.Equal(t, []trade.State{trade.StateHeld, trade.StateSynced}, []trade.State{during, r.State})
	require.Equal(t, "new@fastener.example", w.supplier(fastener)["EMAL"])
	w.quiet("fourth")
}

// TestASideThatMovesOnIsComparedAgain changes M3 between the comparison and the write.
func TestASideThatMovesOnIsComparedAgain(t *testing.T) {
	w := agreed(t)
	w.atCleo(bearing, "email", "cleo@halvorsen.example")
	w.sync("second", false)
	w.inSupplier(bearing, "EMAL", "m3@halvorsen.example")
	r := w.settleAll()[0]
	require.Equal(t, trade.ReasonMasterConflict, r.Reason.Code)
	require.Equal(t, "m3@halvorsen.example", w.supplier(bearing)["EMAL"])
	_, _, attributes := w.partner(bearing)
	require.Equal(t, "cleo@halvorsen.example", attributes["email"])
}

// TestAShortExportReadsEverySupplierThatChanged lets one answer have fewer rows than there are suppliers.
func TestAShortExportReadsEverySupplierThatChanged(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("infor.yaml", "exportRows: ", "exportRows: 3 # was ")
	first := w.sync("first", false)
	require.Greater(t, first.Found, 3)
	w.quiet("second")
	w.inSupplier("0010058", "SUNM", "Calloway Two")
	require.Equal(t, 1, w.sync("third", false).Updated)
}

// TestAFirstReadingThatBreaksOffIsReadWholeAgain fails behind the first page of the first sync.
func TestAFirstReadingThatBreaksOffIsReadWholeAgain(t *testing.T) {
	w := newWorldOf(t, server.Options{Seed: 7, Orders: 1, Suppliers: 1000})
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "infor", Operation: "CRS620MI/LstByNumber", Fault: "503", After: 1, Times: 1}}})
	_, err := w.trySync("first", false)
	require.Error(t, err)
	w.fired()
	result := w.sync("again", false)
	require.Greater(t, result.Created, 1000)
	require.Equal(t, result.Created, len(w.sandbox.Hub.Partners()))
}

// TestAFieldThatIsAddedLaterIsReadBeforeItIsCompared adds the address to what is compared.
func TestAFieldThatIsAddedLaterIsReadBeforeItIsCompared(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("masterdata.yaml", `address: {type: "1"}`, `address: {}`)
	w.sync("first", false)
	_, _, attributes := w.partner(bearing)
	require.NotContains(t, attributes, "town")
	w.atCleo(bearing, "town", "Elsewhere")
	w.quiet("second")
	w.publish("", "")
	w.sync("third", false)
	_, _, attributes = w.partner(bearing)
	require.Equal(t, w.supplier(bearing)["TOWN"], attributes["town"])
	w.settleAll()
	w.quiet("fourth")
}
