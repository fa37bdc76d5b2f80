package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func TestOrdersSinceAreThoseThatWereSentOrWait(t *testing.T) {
	l := open(t)
	old := register(t, l, "4500001", "a").Record
	move(t, l, old, trade.StateSent, func(r *Record) { r.SentAt = l.Now() })
	since := l.Now()
	sent := register(t, l, "4500002", "a").Record
	move(t, l, sent, trade.StateSent, func(r *Record) { r.SentAt = l.Now() })
	changed := register(t, l, "4500002", "b").Record
	waits := register(t, l, "4500003", "a").Record
	register(t, l, "4500004", "a")
	require.NoError(t, l.WithdrawOrder(t.Context(), company, "4500004", "the test"))
	onItsWay := register(t, l, "4500005", "a").Record
	move(t, l, onItsWay, trade.StateUnknown, func(r *Record) { r.IntentAt = l.Now() })

	orders, err := l.OrdersSince(t.Context(), company, since)
	require.NoError(t, err)
	require.Len(t, orders, 2)
	require.Equal(t, []string{changed, sent}, []string{orders[0].Latest.ID, orders[0].Sent.ID})
	require.Equal(t, []string{waits, ""}, []string{orders[1].Latest.ID, orders[1].Sent.ID})
	all, err := l.OrdersSince(t.Context(), company, time.Time{})
	require.NoError(t, err)
	require.Len(t, all, 3)
	none, err := l.OrdersSince(t.Context(), trade.Company{Cono: "200", Divi: "BBB"}, time.Time{})
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestAnOrderThatWasReadEarlierChangesNothing(t *testing.T) {
	l := open(t)
	asked := l.Now()
	first := register(t, l, "4500001", "new")
	stale, err := l.RegisterOrder(t.Context(), NewOrder{Company: company, Number: "4500001", Checksum: "old", Source: "source-old", Read: asked})
	require.NoError(t, err)
	require.Equal(t, Registration{Record: first.Record}, stale)
	later, err := l.RegisterOrder(t.Context(), NewOrder{Company: company, Number: "4500001", Checksum: "newer", Source: "source-newer", Read: l.Now()})
	require.NoError(t, err)
	require.True(t, later.Created)
}

func TestAWithdrawnOrderThatMayGoOutAgainIsANewRevision(t *testing.T) {
	l := open(t)
	first := register(t, l, "4500001", "a").Record
	require.NoError(t, l.WithdrawOrder(t.Context(), company, "4500001", "the test"))
	again := register(t, l, "4500001", "a")
	require.True(t, again.Created)
	require.Equal(t, trade.StateSuperseded, state(t, l, first))
	require.Equal(t, trade.StateDiscovered, state(t, l, again.Record))
	require.False(t, register(t, l, "4500001", "a").Created)
}
