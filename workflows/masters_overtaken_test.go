package workflows

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/cleo"
	"tradewind/internal/trade"
)

// Two syncs of a company, and the workflows of its differences, work at once: what one learnt later stays.

// inTheMidst does something once, between the basic data of suppliers that a full read gets and the addresses that it asks for then.
func (w *world) inTheMidst(do func()) {
	calls := 0
	w.observed(func(operation string) {
		if strings.HasPrefix(operation, "CRS620MI/") {
			if calls++; calls == 2 {
				do()
			}
		}
	})
}

func TestAReadThatWasOvertakenPutsNoOldValuesBack(t *testing.T) {
	w := agreed(t)
	w.inTheMidst(func() {
		w.inSupplier(bearing, "SUNM", "Bearing Newer")
		require.Equal(t, 1, w.readOf(suppliers, "meanwhile").Changed)
	})
	full := suppliers
	full.Full = true
	require.Zero(t, w.readOf(full, "night").Changed)
	require.Equal(t, "Bearing Newer", w.remembered(bearing).Values["name"])
}

// TestAReadThatWasOvertakenTakesWhatIsNewer has another worker, whose clock is ahead, read what M3 had for a moment only.
func TestAReadThatWasOvertakenTakesWhatIsNewer(t *testing.T) {
	w := agreed(t)
	w.inTheMidst(func() {
		w.inSupplier(bearing, "TOWN", "Interim")
		w.Ledger.Now = func() time.Time { return time.Now().Add(time.Hour) }
		require.Equal(t, 1, w.readOf(suppliers, "meanwhile").Changed)
		w.Ledger.Now = time.Now
		w.inSupplier(bearing, "TOWN", "Newtown")
	})
	full := suppliers
	full.Full = true
	require.Equal(t, 1, w.readOf(full, "night").Changed)
	require.Equal(t, "Newtown", w.remembered(bearing).Values["town"])
}

func TestAReadThatWasOvertakenBringsNobodyBackWhoLeft(t *testing.T) {
	w := newWorld(t, 0)
	w.publishCoded(onlyStaying...)
	w.readAll("first")
	i := w.billedHere()
	w.inTheMidst(func() {
		w.inSupplier(i.Supplier, "ALSU", "LEFT")
		w.readOf(suppliers, "meanwhile")
	})
	full := suppliers
	full.Full = true
	w.readOf(full, "night")
	asked, _ := w.questions(func() { w.requirePosted(i) })
	require.Positive(t, asked)
}

// TestADifferenceThatIsSettledKeepsWhatWasReadMeanwhile has M3 change between what is written to Cleo and what is remembered of it.
func TestADifferenceThatIsSettledKeepsWhatWasReadMeanwhile(t *testing.T) {
	w := agreed(t)
	w.conflicting()
	settling := false
	w.watchedCleo(func(operation string) {
		if settling && operation == "partners update" {
			settling = false
			w.inSupplier(bearing, "SUNM", "Bearing Newer")
			require.Equal(t, 1, w.readOf(suppliers, "meanwhile").Changed)
		}
	})
	settling = true
	require.Equal(t, trade.StateSynced, w.settle(w.discovered()[0], choose("kim", "email", "infor")).State)
	require.False(t, settling)
	now := w.remembered(bearing)
	require.Equal(t, []string{"Bearing Newer", "m3@halvorsen.example"}, []string{now.Values["name"], now.Agreed["email"]})
	require.NotEqual(t, "Bearing Newer", now.Agreed["name"])
	require.Equal(t, 1, w.sync("third", false).Updated)
	_, _, attributes := w.partner(bearing)
	require.Equal(t, []string{"Bearing Newer", "m3@halvorsen.example"}, []string{attributes["name"], attributes["email"]})
	require.Len(t, w.differences(bearing), 1)
	w.quiet("fourth")
}

// TestWhatIsWrittenToCleoKeepsWhatWasReadMeanwhile has M3 change while what was written to Cleo is about to be remembered.
func TestWhatIsWrittenToCleoKeepsWhatWasReadMeanwhile(t *testing.T) {
	w := agreed(t)
	compared, err := w.Ledger.LastCompared(t.Context(), trade.EntitySupplier, supplierCompany.Cono)
	require.NoError(t, err)
	w.inSupplier(bearing, "SUNM", "Bearing New")
	w.watchedCleo(func(operation string) {
		if operation != "partners update" {
			return
		}
		w.Ledger.Now = func() time.Time { // it is asked for when Cleo was seen to have it
			w.Ledger.Now = time.Now
			w.inSupplier(bearing, "SUNM", "Bearing Newer")
			require.Equal(t, 1, w.readOf(suppliers, "meanwhile").Changed)
			return time.Now()
		}
	})
	require.Equal(t, 1, w.sync("second", false).Updated)
	now := w.remembered(bearing)
	require.Equal(t, []string{"Bearing Newer", "Bearing New"}, []string{now.Values["name"], now.Agreed["name"]})
	last, err := w.Ledger.LastCompared(t.Context(), trade.EntitySupplier, supplierCompany.Cono)
	require.NoError(t, err)
	require.Equal(t, compared, last, "something is left for the next run")
	w.watchedCleo(func(string) {})
	require.Equal(t, 1, w.sync("third", false).Updated)
	_, _, attributes := w.partner(bearing)
	require.Equal(t, "Bearing Newer", attributes["name"])
	require.Empty(t, w.differences(bearing))
	w.quiet("fourth")
}

// watchedCleo gives Cleo a client that tells of each request once it is answered.
func (w *world) watchedCleo(told func(operation string)) {
	w.t.Helper()
	s := w.sandbox
	mailbox, err := cleo.NewREST(cleo.RESTConfig{BaseURL: s.CleoURL, Username: s.Username, Password: s.Password,
		Observer: func(_ context.Context, call cleo.Call) { told(call.Operation) }})
	require.NoError(w.t, err)
	infor, err := w.Systems.Infor(w.t.Context(), "")
	require.NoError(w.t, err)
	w.Systems = fixed{infor, mailbox}
}
