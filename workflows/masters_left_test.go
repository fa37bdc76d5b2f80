package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// TestWhatLeftIsComparedNoMore lets a supplier leave those that are kept equal while a person is asked about it, edits it on both
// sides, and takes it back.
func TestWhatLeftIsComparedNoMore(t *testing.T) {
	for name, full := range map[string]bool{"told by the next read": false, "told by a full read": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.publishWith("masterdata.yaml", onlyStaying[0], onlyStaying[1])
			w.sync("first", false)
			w.conflicting()
			require.Equal(t, trade.StateParked, w.settleAll()[0].State)
			records, puts := w.drift().Records, w.updates()

			w.inSupplier(bearing, "ALSU", "LEFT", "TOWN", "Turku")
			w.atCleo(bearing, "town", "Tampere")
			for _, run := range []string{"second", "third"} {
				result := w.sync(run, full)
				require.Zero(t, result.Created+result.Updated+result.Registered, "%+v", result)
			}
			require.Equal(t, trade.StateSuperseded, w.differences(bearing)[0].State)
			_, _, attributes := w.partner(bearing)
			require.Equal(t, []any{"Tampere", "cleo@halvorsen.example", puts}, []any{attributes["town"], attributes["email"], w.updates()})
			require.Equal(t, []string{"Turku", "m3@halvorsen.example"}, []string{w.supplier(bearing)["TOWN"], w.supplier(bearing)["EMAL"]})
			drift := w.drift()
			require.Empty(t, drift.Items)
			require.Equal(t, records-1, drift.Records)

			w.inSupplier(bearing, "ALSU", "BACK")
			w.sync("fourth", full)
			w.settleAll()
			_, _, attributes = w.partner(bearing)
			require.Equal(t, "Turku", attributes["town"], "M3 owns the town")
			again := w.differences(bearing)
			require.Len(t, again, 2)
			require.Equal(t, trade.ReasonMasterConflict, again[1].Reason.Code)
			require.Len(t, w.requireDrift("back"), 1)
			w.quiet("fifth")
		})
	}
}

// TestARowOfWhatLeftIsToldAndNotReadAgain lets Cleo change a customer by a file after it left those that are kept equal.
func TestARowOfWhatLeftIsToldAndNotReadAgain(t *testing.T) {
	w := newFileWorld(t)
	w.publishFiles("masterdata.yaml", "customers:\n", "customers:\n  only: customer.searchKey != \"LEFT\"\n")
	w.syncOf(customers, "first")
	code, sent := w.customer()["CUNO"], len(w.inFolder("masterdata/out"))
	w.inCustomer("ALCU", "LEFT")
	w.says("customer_100_1.csv", "company,code,email\n100,"+code+",late@customer.example\n")
	result := w.syncOf(customers, "second")
	require.Equal(t, "1 codes of the files were left out, because M3 does not have them and createInfor is park, or `only` does not select them: "+code, result.Warning)
	require.Zero(t, result.Created+result.Updated+result.Registered, "%+v", result)
	w.nothing(customers, "third")
	require.Len(t, w.inFolder("masterdata/out"), sent)
}

// TestWhatLeftAndIsDeletedStaysAtCleo lets a supplier leave those that are kept equal, and M3 delete it then.
func TestWhatLeftAndIsDeletedStaysAtCleo(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("masterdata.yaml", onlyStaying[0], onlyStaying[1])
	w.sync("first", false)
	w.inSupplier(bearing, "ALSU", "LEFT")
	w.sync("second", false)
	_, before, _ := w.partner(bearing)
	require.NoError(t, w.sandbox.M3.DeleteSupplier("100", bearing))
	result := w.sync("third", true)
	require.Zero(t, result.Created+result.Updated+result.Registered+result.Deleted, "%+v", result)
	_, after, _ := w.partner(bearing)
	require.Equal(t, before, after)
	require.Empty(t, w.drift().Items)
	w.quiet("fourth")
}
