package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func TestRecordsAreCountedByFlowCompanyAndState(t *testing.T) {
	l := open(t)
	counts, err := l.Counts(t.Context())
	require.NoError(t, err)
	require.Empty(t, counts)
	for id, r := range map[string]NewReceived{
		"a": {Flow: trade.InvoicesIn, Company: trade.Company{Cono: "100", Divi: "AAA"}, State: trade.StateParked},
		"b": {Flow: trade.InvoicesIn, Company: trade.Company{Cono: "100", Divi: "AAA"}, State: trade.StateParked},
		"c": {Flow: trade.InvoicesIn, Company: trade.Company{Cono: "100", Divi: "AAA"}, State: trade.StatePosted},
		"d": {Flow: trade.InvoicesIn, Company: trade.Company{Cono: "200", Divi: "BBB"}, State: trade.StateParked},
		"e": {Flow: trade.AcksIn, Company: trade.Company{Cono: "100", Divi: "AAA"}, State: trade.StateParked},
	} {
		r.ID, r.Number, r.Set, r.Amount = id, id, "810", "1"
		_, err := l.RegisterReceived(t.Context(), []NewReceived{r})
		require.NoError(t, err)
	}
	counts, err = l.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, []Count{
		{trade.AcksIn, "100-AAA", trade.StateParked, 1}, {trade.InvoicesIn, "100-AAA", trade.StateParked, 2},
		{trade.InvoicesIn, "100-AAA", trade.StatePosted, 1}, {trade.InvoicesIn, "200-BBB", trade.StateParked, 1},
	}, counts)
}

func TestLanesThatWereStoppedAreListed(t *testing.T) {
	l := open(t)
	lanes, err := l.Lanes(t.Context())
	require.NoError(t, err)
	require.Empty(t, lanes)
	retry := l.Now().Add(time.Minute)
	for _, name := range []string{"infor", "cleo"} {
		_, err := l.StopLane(t.Context(), name, "refused", retry)
		require.NoError(t, err)
	}
	require.NoError(t, l.OpenLane(t.Context(), "infor"))
	lanes, err = l.Lanes(t.Context())
	require.NoError(t, err)
	require.Len(t, lanes, 2)
	for i, want := range []string{"cleo", "infor"} {
		alone, err := l.Lane(t.Context(), want)
		require.NoError(t, err)
		require.Equal(t, alone, lanes[i])
		require.Equal(t, want == "cleo", lanes[i].Stopped)
	}
}
