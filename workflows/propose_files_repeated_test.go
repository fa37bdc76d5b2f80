package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// TestATestOfAStrangerIsATestWhateverItRepeats has the control number of an earlier file in a test file.
func TestATestOfAStrangerIsATestWhateverItRepeats(t *testing.T) {
	w := agreed(t)
	w.unknownYet(profiled(t, 1, "P", "04", self(mail("new@fastener.example"))...))
	test := w.unknownYet(profiled(t, 1, "T", "04", self(mail("test@fastener.example"))...))
	w.untouched(func() { require.Equal(t, trade.StateTest, w.propose(test, choose("kim")).State) })
}

// TestARepetitionThatWasFoundStaysFound has the worker die behind finding that a stranger's control number came before.
func TestARepetitionThatWasFoundStaysFound(t *testing.T) {
	w := agreed(t)
	profiles := []ledger.Record{w.unknownYet(profiled(t, 1, "P", "04", self(mail("new@fastener.example"))...)),
		w.unknownYet(profiled(t, 1, "P", "04", self(mail("other@fastener.example"))...))}
	invoices := []ledger.Record{w.unknownYet(interchange(t, envelope{control: "000000002"}, bill("2", "T-1"))),
		w.unknownYet(interchange(t, envelope{control: "000000002"}, bill("2", "T-2")))}
	replay := func(id string) *trade.ReplayRequest {
		return &trade.ReplayRequest{By: "kim", Note: "mended", ID: id}
	}
	for name, attempt := range map[string]func(*trade.ReplayRequest) (ledger.Record, error){
		"838": func(replay *trade.ReplayRequest) (ledger.Record, error) {
			err := step(w, w.DecideProposal, activities.ProposalParams{Record: profiles[1].ID, Replay: replay})
			return w.state(profiles[1]), err
		},
		"810": func(replay *trade.ReplayRequest) (ledger.Record, error) {
			err := step(w, w.PrepareInvoice, activities.InvoiceParams{Record: invoices[1].ID, Replay: replay})
			return w.state(invoices[1]), err
		},
	} {
		for range 3 { // Temporal tries again what a dead worker did not answer
			r, err := attempt(replay("run/1"))
			require.Error(t, err, name)
			requireStop(t, stop{trade.ReasonDuplicateControl, trade.ClassData, trade.StateParked, "0000000", "came with other content"}, r)
			require.Equal(t, "GPFASTENER", r.Partner, name)
		}
		r, _ := attempt(replay("run/2"))
		require.NotEqual(t, trade.ReasonDuplicateControl, r.Reason.Code, "%s: a person says that it is no repetition", name)
	}
}
