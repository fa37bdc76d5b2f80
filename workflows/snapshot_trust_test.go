package workflows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/ionapi"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// readOf reads one kind of master data from M3, and compares nothing.
func (w *world) readOf(in trade.PollInput, run string) (result trade.PollResult) {
	w.t.Helper()
	env := w.suite.NewTestActivityEnvironment()
	env.RegisterActivity(w.Activities)
	value, err := env.ExecuteActivity(w.OpenWindow, activities.OpenWindowParams{Input: in, Poll: PollID(in), Nominal: time.Now(), Run: run})
	require.NoError(w.t, err)
	var window trade.Window
	require.NoError(w.t, value.Get(&window))
	value, err = env.ExecuteActivity(w.ReadMasters, activities.ReadParams{Input: in, Window: window})
	require.NoError(w.t, err)
	require.NoError(w.t, value.Get(&result))
	return result
}

// onlyStaying keeps the suppliers equal until somebody gives them the search key LEFT.
var onlyStaying = []string{`only: "true"`, `only: supplier.searchKey != "LEFT"`}

// leaves lets the supplier of an invoice leave those that are kept equal, behind a sync and before the next, which is full or not.
func (w *world) leaves(i business.Invoice, full bool) {
	w.t.Helper()
	w.publishCoded(onlyStaying...)
	w.readAll("first")
	w.inSupplier(i.Supplier, "ALSU", "LEFT")
	w.syncOf(trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany, Full: full}, "second")
}

// remembered is what the ledger has of a supplier of the first company.
func (w *world) remembered(code string) ledger.Master {
	w.t.Helper()
	known, err := w.Ledger.MasterByCodes(w.t.Context(), trade.EntitySupplier, supplierCompany.Cono, []string{code})
	require.NoError(w.t, err)
	return known[code]
}

// TestASupplierThatLeftStaysAsItWas lets a supplier leave those that are kept equal, and come back.
func TestASupplierThatLeftStaysAsItWas(t *testing.T) {
	for name, full := range map[string]bool{"told by the next read": false, "told by a full read": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 0)
			w.publishCoded(onlyStaying...)
			w.readAll("first")
			i := w.billedHere()
			was, puts := w.remembered(i.Supplier), w.updates()
			_, _, atCleo := w.partner(i.Supplier)
			w.inSupplier(i.Supplier, "ALSU", "LEFT", "SUNM", "Gone Its Own Way")
			for _, run := range []string{"second", "third"} {
				left := w.syncOf(trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany, Full: full}, run)
				require.Zero(t, left.Created+left.Updated+left.Registered+left.Deleted, "%+v", left)
			}
			now := w.remembered(i.Supplier)
			require.Equal(t, []any{was.Values, was.Version, true}, []any{now.Values, now.Version, now.Infor.Exists})
			_, _, then := w.partner(i.Supplier)
			require.Equal(t, []any{atCleo, puts}, []any{then, w.updates()})

			w.inSupplier(i.Supplier, "ALSU", "BACK")
			w.syncOf(suppliers, "fourth")
			_, _, then = w.partner(i.Supplier)
			require.Equal(t, "Gone Its Own Way", then["name"])
			asked, _ := w.questions(func() { w.requirePosted(i) })
			require.Zero(t, asked, "what it is now was read")
		})
	}
}

// TestASupplierThatAFullReadDidNotHaveIsAskedFor deletes a supplier where the read may not take it for deleted.
func TestASupplierThatAFullReadDidNotHaveIsAskedFor(t *testing.T) {
	w := newWorld(t, 0)
	w.publishWith("infor.yaml", "mostDeleted: ", "mostDeleted: 0 # was ")
	w.readAll("first")
	i := w.billedHere()
	require.NoError(t, w.sandbox.M3.DeleteSupplier(i.Cono, i.Supplier))
	require.NotEmpty(t, w.readOf(trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany, Full: true}, "second").Stopped)
	asked, _ := w.questions(func() {
		require.Equal(t, trade.StateParked, w.post(w.arrived(i.Content), nil).State)
	})
	require.Positive(t, asked)
	require.Empty(t, w.sandbox.M3.Batches())
}

// TestM3IsAskedAnewWhyItRefused posts where nothing is synced: what M3 listed for an invoice before lets this one pass.
func TestM3IsAskedAnewWhyItRefused(t *testing.T) {
	for _, name := range []string{"a blocked account", "an expired account"} {
		t.Run(name, func(t *testing.T) {
			test, w := unusable[name], newWorld(t, 0)
			w.publishCoded()
			w.requirePosted(w.billedHere())
			i := w.billedHere()
			test.spoil(w, i)
			stopped := w.post(w.arrived(i.Content), nil)
			requireStop(t, test.stop, stopped)
			require.Contains(t, stopped.Reason.Message, "M3 refused the batch at status 15")
			test.mend(w, i)
			w.requireOnce(i, w.post(stopped, asked(stopped)).State)
		})
	}
}

// TestAHeadThatM3RefusedIsNotHeldAgainstTheSnapshotAgain spoils what a sync has read, and has M3 refuse the head.
func TestAHeadThatM3RefusedIsNotHeldAgainstTheSnapshotAgain(t *testing.T) {
	for name, test := range unusable {
		t.Run(name, func(t *testing.T) {
			w := newCodedWorld(t)
			i := w.billedHere()
			test.spoil(w, i)
			w.fails("APS450MI/AddHead", "error-400", 1)
			refused := w.post(w.arrived(i.Content), nil)
			require.Equal(t, trade.ReasonBatchRefused, refused.Reason.Code, refused.Reason.String())
			w.sandbox.Faults.Replace(faults.Set{})
			stopped := w.post(refused, asked(refused))
			requireStop(t, test.stop, stopped)
			require.Empty(t, w.sandbox.M3.Batches())
			test.mend(w, i)
			w.requireOnce(i, w.post(stopped, asked(stopped)).State)
		})
	}
}

// TestABatchThatAPersonDeletedIsNotHeldAgainstTheSnapshotAgain deletes the batch that M3 refused, and mends nothing.
func TestABatchThatAPersonDeletedIsNotHeldAgainstTheSnapshotAgain(t *testing.T) {
	for name, test := range unusable {
		t.Run(name, func(t *testing.T) {
			w := newCodedWorld(t)
			i := w.billedHere()
			test.spoil(w, i)
			refused := w.post(w.arrived(i.Content), nil)
			requireStop(t, test.stop, refused)
			client, err := w.Systems.Infor(t.Context(), "")
			require.NoError(t, err)
			require.NoError(t, client.Invoices("APS450MI").Delete(t.Context(), ionapi.Company{CONO: 100, DIVI: refused.Company[4:]}, refused.Batch))
			w.Ledger.Now = func() time.Time { return time.Now().Add(time.Minute) } // M3 may be at it no more
			stopped := w.post(refused, asked(refused))
			requireStop(t, test.stop, stopped)
			require.Empty(t, stopped.Batch)
			require.Empty(t, w.sandbox.M3.Batches())
			test.mend(w, i)
			w.requireOnce(i, w.post(stopped, asked(stopped)).State)
		})
	}
}

// TestAReplayByAnOlderVersionTrustsTheSnapshotByTheSettingsOfNow changes how old the snapshot may be behind a version.
func TestAReplayByAnOlderVersionTrustsTheSnapshotByTheSettingsOfNow(t *testing.T) {
	old := []string{"maxAge: 24h", "maxAge: 0s"}
	for name, test := range map[string]struct {
		then, now []string
		asked     bool
	}{
		"it may be trusted no more": {nil, old, true},
		"it may be trusted now":     {old, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 0)
			w.publishCoded(test.then...)
			then, err := w.Configuration(t.Context(), "")
			require.NoError(t, err)
			files := w.coded(test.now...)
			files["allocation.yaml"] = append(files["allocation.yaml"], "\n# another version\n"...)
			now, err := w.Publish(t.Context(), files)
			require.NoError(t, err)
			require.NotEqual(t, then.Version, now)
			w.readAll("first")
			i := w.billedHere()
			r := w.arrived(i.Content)
			replay := asked(r)
			replay.MappingVersion = then.Version
			suppliers, accounts := w.questions(func() {
				posted := w.post(r, replay)
				w.requireOnce(i, posted.State)
				require.Equal(t, then.Version, posted.MappingVersion)
			})
			require.Equal(t, []bool{test.asked, test.asked}, []bool{suppliers > 0, accounts > 0}, "%d and %d", suppliers, accounts)
		})
	}
}
