package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// said is a record as M3 has it.
func said(code, name string) Master {
	m := named(code, name)
	m.Infor = MasterSide{Exists: true, Checksum: masterdata.Values(m.Values).Checksum(), SeenAt: day(1)}
	return m
}

// concluded lays over a record what a comparison makes of it.
func concluded(m Master, name string) Master {
	m.Agreed, m.Record = map[string]string{"name": name}, "supplier/100/"+m.Code+"/1"
	m.Cleo = MasterSide{Exists: true, Reference: "id-" + name, SeenAt: day(2)}
	m.Differs = map[string]SideValues{"town": {Infor: "Ulm", Cleo: name}}
	return m
}

func TestWhatM3SaysLeavesWhatWasConcluded(t *testing.T) {
	l := open(t)
	keep(t, l, day(1), said("1", "a"))
	read := said("1", "b") // it knows nothing of the comparison
	keep(t, l, day(2), concluded(known(t, l, "1")["1"], "a"))
	concludedBefore := known(t, l, "1")["1"]
	versions, overtaken, err := l.SaveRead(t.Context(), []Master{read, said("2", "new")}, l.Now(), day(3))
	require.NoError(t, err)
	require.Equal(t, 2, versions)
	require.Empty(t, overtaken)
	now := known(t, l, "1", "2")
	require.Equal(t, []string{"b", "new"}, []string{now["1"].Values["name"], now["2"].Values["name"]})
	require.Equal(t, read.Infor, now["1"].Infor)
	require.Equal(t, []any{concludedBefore.Agreed, concludedBefore.Record, concludedBefore.Cleo, concludedBefore.Differs},
		[]any{now["1"].Agreed, now["1"].Record, now["1"].Cleo, now["1"].Differs})
}

func TestWhatM3SaidBeforeAnotherReadSavedIsGivenBack(t *testing.T) {
	l := open(t)
	asked := l.Now()
	keep(t, l, day(1), said("1", "newer"), said("2", "same"))
	late := []Master{said("1", "older"), said("2", "same"), said("3", "new")}
	late[1].Infor.SeenAt = day(4)
	versions, overtaken, err := l.SaveRead(t.Context(), late, asked, day(3))
	require.NoError(t, err)
	require.Equal(t, 1, versions, "of the new one")
	require.Equal(t, []string{"1"}, overtaken)
	now := known(t, l, "1", "2", "3")
	require.Equal(t, []string{"newer", "same", "new"}, []string{now["1"].Values["name"], now["2"].Values["name"], now["3"].Values["name"]})
	require.Equal(t, day(4), now["2"].Infor.SeenAt)
	require.Len(t, history(t, l, "1"), 1)

	_, overtaken, err = l.SaveRead(t.Context(), late[:1], l.Now(), day(3))
	require.NoError(t, err)
	require.Empty(t, overtaken, "M3 was asked behind the other save")
	require.Equal(t, "older", known(t, l, "1")["1"].Values["name"])
}

func TestWhatCleoHasIsKeptBesideWhatM3SaidMeanwhile(t *testing.T) {
	l := open(t)
	keep(t, l, day(1), said("1", "a"), said("2", "a"))
	read := known(t, l, "1", "2")
	keep(t, l, day(2), said("1", "b"))
	page := []Master{concluded(read["1"], "a"), concluded(read["2"], "a")}
	overtaken, err := l.SaveConcluded(t.Context(), page, trade.SourceCleo, day(3))
	require.NoError(t, err)
	require.Equal(t, []string{"1"}, overtaken)
	now := known(t, l, "1", "2")
	require.Equal(t, []string{"b", "a"}, []string{now["1"].Values["name"], now["1"].Agreed["name"]})
	require.Equal(t, []any{said("1", "b").Infor, page[0].Cleo}, []any{now["1"].Infor, now["1"].Cleo})
	require.Empty(t, now["1"].Record+now["1"].Differs["town"].Cleo, "they were concluded from something else")
	require.Len(t, history(t, l, "1"), 2)
	require.Equal(t, []any{page[1].Agreed, page[1].Record, page[1].Differs}, []any{now["2"].Agreed, now["2"].Record, now["2"].Differs})

	overtaken, err = l.SaveCompared(t.Context(), []Master{concluded(read["1"], "x"), concluded(now["2"], "x")}, trade.SourceCleo, day(4))
	require.NoError(t, err)
	require.Equal(t, []string{"1"}, overtaken)
	now = known(t, l, "1", "2")
	require.Equal(t, []string{"a", "x"}, []string{now["1"].Agreed["name"], now["2"].Agreed["name"]})
}
