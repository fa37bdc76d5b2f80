package operator

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// TestWhatIsNotKeptEqualIsTold has the shipped configuration, and one that says nothing of addresses and references.
func TestWhatIsNotKeptEqualIsTold(t *testing.T) {
	said := []mapping.SupplierProposal{{Supplier: "5", Values: map[string]string{"name": "Acme", "email": "a@acme.example", "street2": ""}, Place: "N1[1]"}}
	folder, err := config.ReadFolder("../../config")
	require.NoError(t, err)
	shipped, err := config.Load(folder)
	require.NoError(t, err)
	require.Empty(t, proposed(shipped, said)[0].NotKept)

	delete(folder, "masterdata.yaml")
	silent, err := config.Load(folder)
	require.NoError(t, err)
	all := proposed(silent, said)
	require.Equal(t, []string{"email", "street2"}, all[0].NotKept)
	require.Equal(t, []string{
		"N1[1]: supplier 5, 1 values for Cleo",
		`  email            "a@acme.example" goes nowhere: masterdata.yaml does not keep it equal`,
		`  name             "Acme"`,
		`  street2          "" goes nowhere: masterdata.yaml does not keep it equal`,
	}, ProposedRows(all))
}

// TestNothingIsAskedOfAFinishedProfile has neither a ledger nor Temporal: the refusal comes first.
func TestNothingIsAskedOfAFinishedProfile(t *testing.T) {
	var o Operator
	for _, state := range []trade.State{trade.StateSynced, trade.StateTest, trade.StateDuplicate, trade.StateSuperseded} {
		for _, how := range []Replay{{By: "kim"}, {By: "kim", Note: "why", Set: []trade.Correction{{Path: "N1-04", Value: "5"}}}} {
			err := o.Replay(t.Context(), ledger.Record{ID: "r", Flow: trade.Suppliers, Set: trade.SetProfile, State: state}, how)
			require.EqualError(t, err, "record r is "+string(state)+", and nothing of it is entered any more; a correction is another profile of the partner")
		}
	}
}
