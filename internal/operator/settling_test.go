package operator

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// TestWhatWaitsForNoDecisionIsNotPreviewed has neither a ledger nor Temporal: the refusal comes first.
func TestWhatWaitsForNoDecisionIsNotPreviewed(t *testing.T) {
	var o Operator
	for _, state := range []trade.State{trade.StateSynced, trade.StateSuperseded, trade.StatePrepared, trade.StateUnknown, trade.StateDiscovered} {
		_, err := o.Preview(t.Context(), ledger.Record{ID: "r", Flow: trade.Customers, State: state}, Replay{})
		require.EqualError(t, err, "record r is "+string(state)+", and nothing of it waits for a decision; `records show` tells what it is about")
	}
}

// TestNoMappingVersionDecidesAboutMasterData is said by a preview and by a replay, of a difference and of an 838.
func TestNoMappingVersionDecidesAboutMasterData(t *testing.T) {
	var o Operator
	for _, r := range []ledger.Record{
		{ID: "r", Flow: trade.Suppliers, State: trade.StateParked}, {ID: "r", Flow: trade.Accounts, State: trade.StateParked},
		{ID: "r", Flow: trade.Suppliers, Set: trade.SetProfile, State: trade.StateParked},
	} {
		how, refused := Replay{By: "kim", Version: "abc"}, "record r is decided by the current configuration, whatever version is named; leave --mapping-version out"
		_, err := o.Preview(t.Context(), r, how)
		require.EqualError(t, err, refused)
		require.EqualError(t, o.Replay(t.Context(), r, how), refused)
	}
}
