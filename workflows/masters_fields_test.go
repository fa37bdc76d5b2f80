package workflows

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// bearing and fastener are suppliers that the sandbox ships.
const bearing, fastener = "0010045", "0010051"

// agreed is a world whose suppliers and partners are equal.
func agreed(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, 1)
	w.sync("first", false)
	return w
}

func TestAnEditInM3ReachesCleoAndLeavesTheRestOfThePartner(t *testing.T) {
	w := agreed(t)
	id, _, _ := w.partner(bearing)
	require.NoError(t, w.sandbox.Hub.ChangePartner(id, map[string]json.RawMessage{
		"colour": json.RawMessage(`{"deep":[1,2.50]}`), "attributes": json.RawMessage(`{"region":"Midwest","rating":7}`)}))
	w.quiet("unknown members")
	w.inSupplier(bearing, "SUNM", "Halvorsen Drives", "TOWN", "Madison")
	before := w.updates()
	result := w.sync("second", false)
	require.Equal(t, 1, result.Updated)
	require.Equal(t, 1, result.Changed)
	require.Zero(t, result.Registered)
	require.Equal(t, 1, w.updates()-before)
	_, members, attributes := w.partner(bearing)
	require.JSONEq(t, `{"deep":[1,2.50]}`, string(members["colour"]))
	require.Equal(t, []string{"Halvorsen Drives", "Madison", "Midwest", "7"}, []string{attributes["name"], attributes["town"], attributes["region"], attributes["rating"]})
	w.quiet("third")
}

func TestAnEmptiedFieldIsEmptiedAtCleo(t *testing.T) {
	w := agreed(t)
	w.inSupplier(bearing, "PHNO", "414 555 0100")
	w.sync("second", false)
	_, _, attributes := w.partner(bearing)
	require.Equal(t, "414 555 0100", attributes["phone"])
	w.inSupplier(bearing, "PHNO", "")
	w.sync("third", false)
	_, _, attributes = w.partner(bearing)
	require.NotContains(t, attributes, "phone")
	w.quiet("fourth")
}

// TestAnEditAtCleoOfWhatInforOwnsIsOverwrittenAndTold finds what somebody entered in the trail, where it is shown.
func TestAnEditAtCleoOfWhatInforOwnsIsOverwrittenAndTold(t *testing.T) {
	w := agreed(t)
	name := w.supplier(bearing)["SUNM"]
	w.atCleo(bearing, "name", "Halvorsen Inc.")
	before, changes := w.updates(), w.changes(bearing)
	result := w.sync("second", false)
	require.Equal(t, 1, result.Updated)
	require.Equal(t, 1, w.updates()-before)
	require.Equal(t, changes, w.changes(bearing))
	_, _, attributes := w.partner(bearing)
	require.Equal(t, name, attributes["name"])
	told := w.differences(bearing)
	require.Len(t, told, 1)
	require.Equal(t, trade.StateSynced, told[0].State)
	events, err := w.Ledger.Events(t.Context(), told[0].ID)
	require.NoError(t, err)
	require.Equal(t, []any{`name (agreed "` + name + `", M3 "` + name + `", Cleo "Halvorsen Inc.")`}, events[len(events)-1].Detail["overwritten"])
	require.Empty(t, w.settleAll())
	w.quiet("third")
}

func TestAnEditAtCleoOfANewestFieldReachesM3ByOneTransaction(t *testing.T) {
	for field, mi := range map[string]string{"email": "EMAL", "phone": "PHNO"} {
		t.Run(field, func(t *testing.T) {
			w := agreed(t)
			value := map[string]string{"email": "orders@halvorsen.example", "phone": "414 555 0199"}[field]
			w.atCleo(bearing, field, value)
			changes, puts := w.changes(bearing), w.updates()
			result := w.sync("second", false)
			require.Equal(t, 1, result.Registered)
			require.Equal(t, changes, w.changes(bearing), "the sync itself writes nothing to M3")
			settled := w.settleAll()
			require.Len(t, settled, 1)
			require.Equal(t, trade.StateSynced, settled[0].State)
			require.Equal(t, value, w.supplier(bearing)[mi])
			require.Equal(t, changes+1, w.changes(bearing))
			require.Equal(t, puts, w.updates())
			w.quiet("third")
			require.Equal(t, changes+1, w.changes(bearing))
		})
	}
}

// conflicting is a record whose e-mail differs on both sides, parked.
func (w *world) conflicting() {
	w.t.Helper()
	w.inSupplier(bearing, "EMAL", "m3@halvorsen.example")
	w.atCleo(bearing, "email", "cleo@halvorsen.example")
	w.sync("conflict", false)
}

func TestChangesOnBothSidesWaitForAPerson(t *testing.T) {
	for name, test := range map[string]struct{ choice, want string }{
		"the value of Cleo": {"cleo", "cleo@halvorsen.example"},
		"the value of M3":   {"infor", "m3@halvorsen.example"},
		"a third value":     {"=desk@halvorsen.example", "desk@halvorsen.example"},
	} {
		t.Run(name, func(t *testing.T) {
			w := agreed(t)
			old := w.supplier(bearing)["EMAL"]
			w.conflicting()
			r := w.settleAll()[0]
			requireStop(t, stop{trade.ReasonMasterConflict, trade.ClassData, trade.StateParked, "supplier " + bearing,
				`M3 and Cleo differ in email (agreed "` + old + `", M3 "m3@halvorsen.example", Cleo "cleo@halvorsen.example")`}, r)
			w.quiet("standing")
			w.quiet("still standing")
			require.Len(t, w.differences(bearing), 1)
			changes, puts := w.changes(bearing), w.updates()
			r = w.settle(r, choose("kim", "email", test.choice))
			require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
			_, _, attributes := w.partner(bearing)
			require.Equal(t, []string{test.want, test.want}, []string{attributes["email"], w.supplier(bearing)["EMAL"]})
			require.LessOrEqual(t, w.changes(bearing), changes+1)
			require.LessOrEqual(t, w.updates(), puts+1)
			w.quiet("settled")
		})
	}
}

func TestAChoiceThatCannotBeReadIsRefused(t *testing.T) {
	w := agreed(t)
	w.conflicting()
	r := w.settleAll()[0]
	for value, want := range map[string]string{"new@example.com": `email is set to "new@example.com"; write infor or cleo for the value of that side, or = and the value`, "M3": `email is set to "M3"`} {
		_, err := w.CheckReplay(t.Context(), r.ID, trade.ReplayRequest{By: "kim", Note: "x", Set: []trade.Correction{{Path: "email", Value: value}}})
		require.ErrorContains(t, err, want)
	}
	_, err := w.CheckReplay(t.Context(), r.ID, trade.ReplayRequest{By: "kim", Note: "x", Set: []trade.Correction{{Path: "name", Value: "cleo"}}})
	require.EqualError(t, err, "name of supplier "+bearing+" waits for no decision")
	before := w.updates()
	r = w.settle(r, choose("kim", "email", "new@example.com"))
	requireStop(t, stop{trade.ReasonCorrection, trade.ClassData, trade.StateParked, "email", `email is set to "new@example.com"`}, r)
	require.Equal(t, before, w.updates())
	require.Equal(t, trade.StateSynced, w.settle(r, choose("kim", "email", "cleo")).State)
}

// TestADecisionHoldsOnlyForWhatWasAsked changes one side between the question and the decision.
func TestADecisionHoldsOnlyForWhatWasAsked(t *testing.T) {
	for side, change := range map[string]func(w *world){
		"Cleo": func(w *world) { w.atCleo(bearing, "email", "newer@halvorsen.example") },
		"M3":   func(w *world) { w.inSupplier(bearing, "EMAL", "newer@halvorsen.example") },
	} {
		t.Run(side, func(t *testing.T) {
			w := agreed(t)
			w.conflicting()
			r := w.settleAll()[0]
			puts := w.updates()
			r = w.settle(r, func(env *testsuite.TestWorkflowEnvironment) {
				change(w)
				choose("kim", "email", "cleo")(env)
			})
			requireStop(t, stop{trade.ReasonMasterConflict, trade.ClassData, trade.StateParked, bearing, `newer@halvorsen.example`}, r)
			require.Contains(t, r.Reason.Message, "no longer holds")
			require.Equal(t, puts, w.updates())
			require.NotEqual(t, "cleo@halvorsen.example", w.supplier(bearing)["EMAL"])
			r = w.settle(r, choose("kim", "email", "cleo"))
			require.Equal(t, trade.StateSynced, r.State, "what is new was asked now: "+r.Reason.String())
			w.quiet("settled")
		})
	}
}

// TestAConflictHoldsUpNothingElse lets other fields go their way while the e-mail waits, and after it was closed.
func TestAConflictHoldsUpNothingElse(t *testing.T) {
	w := agreed(t)
	w.conflicting()
	w.atCleo(bearing, "phone", "414 555 0111")
	w.inSupplier(bearing, "SUNM", "Halvorsen One")
	w.sync("second", false)
	r := w.settleAll()[0]
	require.Equal(t, trade.ReasonMasterConflict, r.Reason.Code)
	_, _, attributes := w.partner(bearing)
	require.Equal(t, []string{"Halvorsen One", "414 555 0111"}, []string{attributes["name"], w.supplier(bearing)["PHNO"]})
	w.quiet("third")
	w.inSupplier(bearing, "SUNM", "Halvorsen Two")
	w.sync("fourth", false)
	_, _, attributes = w.partner(bearing)
	require.Equal(t, "Halvorsen Two", attributes["name"])
	require.Equal(t, trade.StateParked, w.state(r).State)
	r = w.resolve(r)
	w.inSupplier(bearing, "SUNM", "Halvorsen Three")
	require.Zero(t, w.sync("fifth", false).Registered)
	_, _, attributes = w.partner(bearing)
	require.Equal(t, "Halvorsen Three", attributes["name"])
	w.quiet("sixth")
	require.Equal(t, "m3@halvorsen.example", w.supplier(bearing)["EMAL"])
	require.Equal(t, "cleo@halvorsen.example", attributes["email"])
	require.Equal(t, trade.StateResolved, w.state(r).State)
}

// resolve closes a parked record with a note.
func (w *world) resolve(r ledger.Record) ledger.Record {
	w.t.Helper()
	r = w.settle(r, func(env *testsuite.TestWorkflowEnvironment) {
		env.UpdateWorkflow(UpdateResolve, "u", &testsuite.TestUpdateCallback{OnReject: func(err error) { require.NoError(w.t, err) }, OnAccept: func() {}, OnComplete: func(any, error) {}},
			trade.ResolveRequest{By: "kim", Note: "both are in use"})
	})
	require.Equal(w.t, trade.StateResolved, r.State)
	return r
}

// TestWhatAPersonEntersOnBothSidesClosesTheQuestion heals a conflict by hand.
func TestWhatAPersonEntersOnBothSidesClosesTheQuestion(t *testing.T) {
	w := agreed(t)
	w.conflicting()
	r := w.settleAll()[0]
	w.atCleo(bearing, "email", "m3@halvorsen.example")
	require.Zero(t, w.sync("second", false).Registered)
	require.Equal(t, trade.StateSuperseded, w.state(r).State)
	require.Equal(t, trade.StateSuperseded, w.settle(r).State, "its workflow ends")
	w.quiet("third")
}

func TestTheLedgerTellsWhatASupplierWas(t *testing.T) {
	w := agreed(t)
	old, before := w.supplier(bearing)["SUNM"], w.Ledger.Now()
	w.inSupplier(bearing, "SUNM", "Halvorsen Drives")
	w.sync("second", false)
	at := func(when time.Time) string {
		version, err := w.Ledger.MasterAt(t.Context(), trade.EntitySupplier, supplierCompany.String(), bearing, when)
		require.NoError(t, err)
		return version.Values["name"]
	}
	require.Equal(t, []string{old, "Halvorsen Drives"}, []string{at(before), at(w.Ledger.Now())})
	history, err := w.Ledger.MasterHistory(t.Context(), trade.EntitySupplier, supplierCompany.String(), bearing)
	require.NoError(t, err)
	require.Len(t, history, 2)
}
