package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// TestAProfileFromBeforeTheyWereReadStaysUnsupported replays one whose record counts among the invoices.
func TestAProfileFromBeforeTheyWereReadStaysUnsupported(t *testing.T) {
	w := agreed(t)
	r := w.profile(1, self(mail("new@fastener.example"))...)
	f, err := w.Ledger.File(t.Context(), 1)
	require.NoError(t, err)
	company, err := trade.ParseCompany(r.Company)
	require.NoError(t, err)
	old := ledger.NewReceived{ID: trade.ReceivedRecordID(trade.InvoicesIn, f.Number, r.Interchange, r.Group, r.SetControl, 1), Flow: trade.InvoicesIn, Company: company, Partner: r.Partner,
		Set: r.Set, Number: r.SetControl, State: trade.StateParked, Amount: "0", Checksum: r.Checksum, Source: r.Source, File: f, Interchange: r.Interchange, Group: r.Group, SetControl: r.SetControl,
		Reason: trade.Configuration(trade.ReasonSetUnsupported, "ST[1]", "resolve it with a note", "set 838 is recorded, and nothing is done with it yet")}
	created, err := w.Ledger.RegisterReceived(t.Context(), []ledger.NewReceived{old})
	require.NoError(t, err)
	require.Equal(t, 1, created)
	before, err := w.Ledger.Record(t.Context(), old.ID)
	require.NoError(t, err)
	w.untouched(func() {
		after := w.post(before, &trade.ReplayRequest{By: "kim", Attempt: 2})
		requireStop(t, stop{trade.ReasonSetUnsupported, trade.ClassConfiguration, trade.StateParked, "ST[1]", "set 838 came before anything was done with it"}, after)
		require.Contains(t, after.Reason.Cure, "under a new control number")
	})
	require.Empty(t, w.sandbox.M3.Batches())
	_, err = w.CheckReplay(t.Context(), old.ID, trade.ReplayRequest{By: "kim", Note: "x", Set: []trade.Correction{{Path: "N1-04", Value: proposer}}})
	require.ErrorContains(t, err, "holds no invoice and no order")
	require.Equal(t, trade.StateSynced, w.propose(r).State, "the same set in the flow of its own")
}

// TestAFinishedProfileTakesNoCorrection has one that was entered, a test, and the same set once more.
func TestAFinishedProfileTakesNoCorrection(t *testing.T) {
	w := agreed(t)
	entered := w.entered(1, self(mail("new@fastener.example"))...)
	again := w.receive(profiled(t, 1, "P", "04", self(mail("new@fastener.example"))...))
	test := w.receive(profiled(t, 2, "T", "04", self(mail("test@fastener.example"))...))
	for state, r := range map[trade.State]ledger.Record{trade.StateSynced: entered, trade.StateDuplicate: again[0], trade.StateTest: test[0]} {
		require.Equal(t, state, r.State)
		_, err := w.CheckReplay(t.Context(), r.ID, trade.ReplayRequest{By: "kim", Note: "x", Set: []trade.Correction{{Path: "PER-04", Value: "other@fastener.example"}}})
		var refused *trade.CorrectionError
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "record "+r.ID+" is "+string(state)+", and nothing of it is entered any more")
	}
	parked := w.profile(3, edi.NewSegment("N1", "SU", "", "92", bearing), mail("new@fastener.example"))
	_, err := w.CheckReplay(t.Context(), parked.ID, trade.ReplayRequest{By: "kim", Note: "x", Set: []trade.Correction{{Path: "N1-04", Value: proposer}}})
	require.NoError(t, err)
}

// TestAOneLineAddressTakesTheSecondLineAway moves a supplier: nothing of the address before stays at Cleo.
func TestAOneLineAddressTakesTheSecondLineAway(t *testing.T) {
	w := agreed(t)
	s := edi.NewSegment
	w.entered(1, self(s("N3", "1 Quay", "Dock 4"), s("N4", "Duluth", "MN", "55802", "US"))...)
	_, _, attributes := w.partner(proposer)
	require.Equal(t, []string{"Dock 4", "MN"}, []string{attributes["street2"], attributes["state"]})
	w.entered(2, self(s("N3", "9 rue Moli\xe8re"), s("N4", "Orl\xe9ans", "", "45000", "FR"))...)
	_, _, attributes = w.partner(proposer)
	require.Equal(t, []string{"9 rue Molière", "Orléans", "45000", "FR"}, []string{attributes["street"], attributes["town"], attributes["postalCode"], attributes["country"]})
	require.NotContains(t, attributes, "street2")
	require.NotContains(t, attributes, "state")
}
