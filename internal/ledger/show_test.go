package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func TestWarnedRecordsAreListedAndLimited(t *testing.T) {
	l := open(t)
	for _, id := range []string{"a", "b", "c", "d"} {
		_, err := l.RegisterReceived(t.Context(), []NewReceived{{ID: id, Company: trade.Company{Cono: "100", Divi: "AAA"}, Partner: "ACME", Set: "810", Number: id, State: trade.StateDiscovered, Amount: "1"}})
		require.NoError(t, err)
		if id == "a" {
			continue
		}
		_, err = l.Transition(t.Context(), id, Change{To: trade.StatePosted, Event: "posted", Apply: func(r *Record) { r.Warning = "it looks like a" }})
		require.NoError(t, err)
	}
	ids := func(f Filter) (out []string) {
		warned, err := l.Warned(t.Context(), f)
		require.NoError(t, err)
		for _, r := range warned {
			out = append(out, r.ID)
		}
		return out
	}
	require.Equal(t, []string{"b", "c", "d"}, ids(Filter{}))
	require.Equal(t, []string{"b", "c"}, ids(Filter{Limit: 2}), "the one without a warning does not count")
	require.Empty(t, ids(Filter{State: trade.StateDiscovered}))
}
