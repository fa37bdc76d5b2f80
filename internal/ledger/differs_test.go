package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func TestWhatDiffersIsKeptUntilItDiffersNoMore(t *testing.T) {
	l := open(t)
	keep(t, l, day(1), named("1", "a"), named("2", "b"))
	require.Nil(t, known(t, l, "1")["1"].Differs)

	m := named("1", "a")
	m.Differs = map[string]SideValues{"town": {Infor: "", Cleo: "Ulm <Donau>"}, "email": {Infor: "a@x", Cleo: "b@x"}}
	require.Zero(t, keep(t, l, day(2), m), "it is no other version")
	has := known(t, l, "1", "2")
	require.Equal(t, m.Differs, has["1"].Differs)
	require.Nil(t, has["2"].Differs)
	require.Equal(t, [2]int64{1, 1}, [2]int64{has["1"].Version, int64(len(history(t, l, "1")))})

	require.Zero(t, keep(t, l, day(3), m))
	require.Equal(t, has, known(t, l, "1", "2"), "saving it again changes nothing")
	m.Differs = map[string]SideValues{"email": {Infor: "a@x", Cleo: "c@x"}}
	require.Zero(t, keep(t, l, day(4), m))
	require.Equal(t, m.Differs, known(t, l, "1")["1"].Differs)
	m.Differs = map[string]SideValues{}
	require.Zero(t, keep(t, l, day(5), m))
	require.Nil(t, known(t, l, "1")["1"].Differs, "no difference is none")
	require.Len(t, history(t, l, "1"), 1)
}

func TestTheLastComparisonIsKnownOfEachCompany(t *testing.T) {
	l := open(t)
	none, err := l.LastCompared(t.Context(), trade.EntitySupplier, "100")
	require.NoError(t, err)
	require.Zero(t, none)
	for n := range 2 {
		want := Compared{Began: day(2 + n).Add(1234567 * time.Microsecond), By: "settings"}
		require.NoError(t, l.MarkCompared(t.Context(), trade.EntitySupplier, "100", want))
		got, err := l.LastCompared(t.Context(), trade.EntitySupplier, "100")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, other := range [][2]string{{trade.EntitySupplier, "200"}, {trade.EntityAccount, "100"}} {
		none, err := l.LastCompared(t.Context(), other[0], other[1])
		require.NoError(t, err)
		require.Zero(t, none)
	}
}
