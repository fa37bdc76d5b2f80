package ledger

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

var company = trade.Company{Cono: "100", Divi: "AAA"}

// open gives a migrated ledger whose clock moves one second a transaction.
func open(t *testing.T) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), database(t), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	require.NoError(t, l.Migrate(t.Context()))
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	l.Now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
	return l
}

func register(t *testing.T, l *Ledger, number, checksum string) Registration {
	t.Helper()
	r, err := l.RegisterOrder(t.Context(), NewOrder{Company: company, Number: number, Partner: "ACME",
		Amount: "12.50", Currency: "USD", Checksum: checksum, Source: "source-" + checksum})
	require.NoError(t, err)
	return r
}

func state(t *testing.T, l *Ledger, id string) trade.State {
	t.Helper()
	r, err := l.Record(t.Context(), id)
	require.NoError(t, err)
	return r.State
}

func move(t *testing.T, l *Ledger, id string, to trade.State, apply func(*Record)) {
	t.Helper()
	_, err := l.Transition(t.Context(), id, Change{To: to, Event: string(to), Actor: "test", Apply: apply})
	require.NoError(t, err)
}

func TestAnEqualOrderMakesNoSecondRevision(t *testing.T) {
	l := open(t)
	first := register(t, l, "4500001", "a")
	require.True(t, first.Created)
	again := register(t, l, "4500001", "a")
	require.False(t, again.Created)
	require.Equal(t, first.Record, again.Record)
}

func TestANewRevisionSupersedesAnUnsentOne(t *testing.T) {
	l := open(t)
	first := register(t, l, "4500001", "a")
	move(t, l, first.Record, trade.StatePrepared, nil)
	second := register(t, l, "4500001", "b")
	require.Equal(t, "order/100/AAA/4500001/2", second.Record)
	require.Equal(t, trade.StateSuperseded, state(t, l, first.Record))
}

func TestARevisionWhoseUploadMayBeOnTheWireIsNotSuperseded(t *testing.T) {
	l := open(t)
	first := register(t, l, "4500001", "a")
	move(t, l, first.Record, trade.StatePrepared, func(r *Record) { r.IntentAt = time.Unix(1, 0) })
	second := register(t, l, "4500001", "b")
	require.Equal(t, trade.StatePrepared, state(t, l, first.Record))
	r, err := l.Record(t.Context(), second.Record)
	require.NoError(t, err)
	before, waits, err := l.Predecessor(t.Context(), r)
	require.NoError(t, err)
	require.True(t, waits)
	require.Equal(t, first.Record, before.ID)
}

func TestAChangeTakenBackIsADuplicateOfWhatWasSent(t *testing.T) {
	l := open(t)
	first := register(t, l, "4500001", "a")
	move(t, l, first.Record, trade.StateSent, nil)
	second := register(t, l, "4500001", "b")
	third := register(t, l, "4500001", "a")
	require.Equal(t, trade.StateSuperseded, state(t, l, second.Record))
	require.Equal(t, trade.StateDuplicate, state(t, l, third.Record))
	require.Equal(t, trade.StateSent, state(t, l, first.Record))
}

func TestTransitionRefusesAStateThatDoesNotAllowIt(t *testing.T) {
	l := open(t)
	id := register(t, l, "4500001", "a").Record
	_, err := l.Transition(t.Context(), id, Change{From: []trade.State{trade.StateParked}, To: trade.StatePrepared, Event: "x"})
	var refused *StateError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, trade.StateDiscovered, refused.State)
	events, err := l.Events(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, events, 1)
}

func TestARetriedTransitionLeavesOneEvent(t *testing.T) {
	l := open(t)
	id := register(t, l, "4500001", "a").Record
	reason := trade.Configuration(trade.ReasonUnitUnmapped, "PO1[1]-03", "add it", "unit %q", "DRM")
	for range 3 {
		r, err := l.Transition(t.Context(), id, Change{To: trade.StateParked, Event: "parked", Actor: "test", Reason: reason})
		require.NoError(t, err)
		require.Equal(t, reason, r.Reason)
	}
	events, err := l.Events(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, events, 2)
	require.Equal(t, "UNIT_UNMAPPED", events[1].Detail["reason"])
}

func TestTheChainTellsWhatWasAlteredInsertedOrRemoved(t *testing.T) {
	for name, statement := range map[string]string{
		"altered":  `UPDATE events SET detail = '{"by":"nobody"}' WHERE seq = 2`,
		"inserted": `INSERT INTO events SELECT record_id, 4, at, kind, state, actor, detail, previous, hash FROM events WHERE seq = 3`,
		"removed":  `DELETE FROM events WHERE seq = 2`,
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			id := register(t, l, "4500001", "a").Record
			move(t, l, id, trade.StatePrepared, nil)
			move(t, l, id, trade.StateSent, nil)
			require.NoError(t, l.VerifyChain(t.Context(), id))
			_, err := l.db.ExecContext(t.Context(), statement)
			require.NoError(t, err)
			require.ErrorContains(t, l.VerifyChain(t.Context(), id), id)
		})
	}
}

func TestControlNumbersAreNeverGivenTwice(t *testing.T) {
	l := open(t)
	const writers, each = 8, 25
	var group sync.WaitGroup
	var mu sync.Mutex
	seen := map[int64]string{}
	for w := range writers {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range each {
				owner := fmt.Sprintf("r/%d/%d", w, i)
				n, err := l.Allocate(context.Background(), owner, Counters{
					Interchange: InterchangeCounter("ZZ:US", "ZZ:THEM"), Group: GroupCounter("US", "THEM", "PO")})
				mu.Lock()
				if err != nil || seen[n.Interchange] != "" {
					t.Errorf("%s got %d, which %q has: %v", owner, n.Interchange, seen[n.Interchange], err)
				}
				seen[n.Interchange] = owner
				mu.Unlock()
			}
		}()
	}
	group.Wait()
	require.Len(t, seen, writers*each)
	require.Contains(t, seen, int64(writers*each))
}

func TestTwoProcessesMigrateAtOnce(t *testing.T) {
	address := database(t)
	dir := t.TempDir()
	var group sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		group.Add(1)
		go func() {
			defer group.Done()
			l, err := Open(context.Background(), address, dir)
			if err != nil {
				errs[i] = err
				return
			}
			defer l.Close()
			errs[i] = l.Migrate(context.Background())
		}()
	}
	group.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}

func TestWindowsFollowTheNominalTimeAndTheCursor(t *testing.T) {
	l := open(t)
	rules := WindowRules{InitialLookback: 30 * 24 * time.Hour, Overlap: time.Hour, BackfillLookback: 24 * time.Hour}
	hour := func(h int) time.Time { return time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC) }
	tick := func(h int, run string) trade.Window {
		w, err := l.OpenWindow(t.Context(), "p", hour(h), run, rules)
		require.NoError(t, err)
		require.NoError(t, l.CloseWindow(t.Context(), trade.PollResult{Window: w}))
		return w
	}
	first := tick(10, "r1")
	require.Equal(t, hour(10).Add(-rules.InitialLookback), first.From)
	second := tick(12, "r2")
	require.Equal(t, hour(9), second.From, "cursor less the overlap")
	require.False(t, second.Backfill)

	again := tick(12, "r3")
	require.True(t, again.Backfill)
	require.Equal(t, second.From, again.From, "the recorded window is read again")

	between := tick(11, "r4")
	require.True(t, between.Backfill)
	require.Equal(t, hour(11).Add(-24*time.Hour), between.From, "at least the backfill lookback")

	next := tick(13, "r5")
	require.Equal(t, hour(11), next.From, "backfills leave the cursor where it was")

	windows, err := l.Windows(t.Context(), "p", hour(12), hour(12))
	require.NoError(t, err)
	require.Len(t, windows, 2)
}

func TestABackfillFarBehindStartsWhereTheLastWindowEnded(t *testing.T) {
	l := open(t)
	rules := WindowRules{InitialLookback: time.Hour, Overlap: time.Minute, BackfillLookback: time.Hour}
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	for _, d := range []int{1, 20} {
		w, err := l.OpenWindow(t.Context(), "p", day(d), fmt.Sprint(d), rules)
		require.NoError(t, err)
		require.NoError(t, l.CloseWindow(t.Context(), trade.PollResult{Window: w}))
	}
	w, err := l.OpenWindow(t.Context(), "p", day(10), "b", rules)
	require.NoError(t, err)
	require.Equal(t, day(1), w.From)
}

func TestAStoppedLaneAlertsOnceAndLetsOneCallerTry(t *testing.T) {
	l := open(t)
	first, err := l.StopLane(t.Context(), "cleo", "login refused", time.Date(2026, 3, 1, 12, 0, 5, 0, time.UTC))
	require.NoError(t, err)
	require.True(t, first)
	second, err := l.StopLane(t.Context(), "cleo", "login refused", time.Date(2026, 3, 1, 12, 0, 5, 0, time.UTC))
	require.NoError(t, err)
	require.False(t, second)

	let := 0
	for range 6 {
		open, _, err := l.EnterLane(t.Context(), "cleo", time.Hour)
		require.NoError(t, err)
		if open {
			let++
		}
	}
	require.Equal(t, 1, let)
	require.NoError(t, l.OpenLane(t.Context(), "cleo"))
	open, _, err := l.EnterLane(t.Context(), "cleo", time.Hour)
	require.NoError(t, err)
	require.True(t, open)
}

func TestFindTakesWhatAPersonHasAtHand(t *testing.T) {
	l := open(t)
	id := register(t, l, "4500001", "a").Record
	move(t, l, id, trade.StateSent, func(r *Record) { r.Interchange, r.FileName = "000000017", "850_ACME.edi" })
	for _, term := range []string{id, "4500001", "000000017", "850_ACME.edi"} {
		found, err := l.Find(t.Context(), term)
		require.NoError(t, err)
		require.Len(t, found, 1, term)
	}
	none, err := l.Find(t.Context(), "")
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestPublishedConfigurationsStayReadable(t *testing.T) {
	l := open(t)
	_, err := l.CurrentConfiguration(t.Context())
	require.ErrorIs(t, err, ErrNotFound)
	require.NoError(t, l.PublishConfiguration(t.Context(), "v1", "sha1"))
	require.NoError(t, l.PublishConfiguration(t.Context(), "v2", "sha2"))
	version, err := l.CurrentConfiguration(t.Context())
	require.NoError(t, err)
	require.Equal(t, "v2", version)
	sha, err := l.ConfigurationArchive(t.Context(), "v1")
	require.NoError(t, err)
	require.Equal(t, "sha1", sha)
}

func TestAnOpenErrorKeepsThePasswordToItself(t *testing.T) {
	_, err := Open(t.Context(), "mysql://user:secret@host/db", t.TempDir())
	require.ErrorContains(t, err, "TRADEWIND_LEDGER_URL")
	require.NotContains(t, err.Error(), "secret")
}
