package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

var inbox = Place{Mailbox: "cleo", Folder: "inbound/edi"}

func seen(id, name string, size int64) Seen {
	return Seen{ID: id, Name: name, Size: size, Modified: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
}

func observe(t *testing.T, l *Ledger, stable time.Duration, files ...Seen) Observation {
	t.Helper()
	o, err := l.Observe(t.Context(), inbox, files, stable)
	require.NoError(t, err)
	return o
}

func TestAFileIsTakenWhenItsSizeIsStable(t *testing.T) {
	l := open(t) // whose clock moves one second a transaction
	require.Equal(t, Observation{Waiting: 1}, observe(t, l, 2*time.Second, seen("1", "a.edi", 10)))
	require.Equal(t, Observation{Waiting: 1}, observe(t, l, 2*time.Second, seen("1", "a.edi", 20)), "it grows")
	require.Equal(t, Observation{Waiting: 1}, observe(t, l, 2*time.Second, seen("1", "a.edi", 20)), "not long enough")
	require.Equal(t, Observation{Ready: 1}, observe(t, l, 2*time.Second, seen("1", "a.edi", 20)))
	require.Equal(t, Observation{Known: 1}, observe(t, l, 2*time.Second, seen("1", "a.edi", 20)))
	files, err := l.Files(t.Context(), trade.FileDiscovered, 0, 10)
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Equal(t, int64(1), files[0].Number)
	require.Equal(t, seen("1", "a.edi", 20), files[0].Seen)

	require.Equal(t, Observation{Waiting: 1}, observe(t, l, 0, seen("1", "a.edi", 30)), "a known id with another size is a new file")
	require.Equal(t, Observation{}, observe(t, l, 0), "one that vanished is forgotten")
	require.Equal(t, Observation{Waiting: 1}, observe(t, l, 0, seen("1", "a.edi", 30)), "and seen for the first time when it comes back")
}

func TestTheSameBytesUnderTwoNamesAreOneFile(t *testing.T) {
	l := open(t)
	for range 2 {
		observe(t, l, 0, seen("1", "a.edi", 10), seen("2", "b.edi", 10))
	}
	first, err := l.FetchFile(t.Context(), 1, "hash")
	require.NoError(t, err)
	require.Equal(t, trade.FileDiscovered, first.State)
	second, err := l.FetchFile(t.Context(), 2, "hash")
	require.NoError(t, err)
	require.Equal(t, trade.FileDuplicate, second.State)
	require.Equal(t, int64(1), second.SameAs)
	again, err := l.FetchFile(t.Context(), 1, "hash")
	require.NoError(t, err)
	require.Equal(t, first, again, "fetching again changes nothing")
	require.NoError(t, l.CloseFile(t.Context(), 1, trade.FileParked, trade.Data("X", "byte 0", "do", "bad")))
	parked, err := l.File(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, "bad", parked.Reason.Message)
}

func received(id, number string) NewReceived {
	return NewReceived{ID: id, Company: company, Partner: "ACME", Set: "810", Number: number, State: trade.StateDiscovered, Amount: "12.50", Currency: "USD",
		Checksum: "c", Source: "s", File: File{Number: 1, Seen: Seen{ID: "1", Name: "a.edi"}}, Interchange: "000000017", Group: "5", SetControl: "0001"}
}

func TestReceivedSetsBecomeRecordsOnce(t *testing.T) {
	l := open(t)
	sets := []NewReceived{received("invoice-in/1/17/5/0001/1", "INV-1"), received("invoice-in/1/17/5/0002/2", "INV-1")}
	for i, want := range []int{2, 0} {
		created, err := l.RegisterReceived(t.Context(), sets)
		require.NoError(t, err)
		require.Equal(t, want, created, i)
	}
	found, err := l.Find(t.Context(), "INV-1")
	require.NoError(t, err)
	require.Len(t, found, 2, "a number may come twice")
	require.NoError(t, l.VerifyChain(t.Context(), sets[0].ID))
	move(t, l, sets[0].ID, trade.StatePosted, func(r *Record) { r.Batch, r.Voucher, r.Company = "123", "2026/77", "100-BBB" })
	r, err := l.Record(t.Context(), sets[0].ID)
	require.NoError(t, err)
	require.Equal(t, []string{"123", "2026/77", "100-BBB", "000000017"}, []string{r.Batch, r.Voucher, r.Company, r.Interchange})
}

func TestControlNumbersAreRememberedForAWindow(t *testing.T) {
	l := open(t)
	see := func(file int64, window time.Duration) (Control, bool) {
		c, again, err := l.SeeControl(t.Context(), Control{Scope: "ISA13/a/b/17", File: file, SHA256: "h"}, window)
		require.NoError(t, err)
		return c, again
	}
	_, again := see(1, time.Hour)
	require.False(t, again)
	_, again = see(1, time.Hour)
	require.False(t, again, "the same file may look again")
	earlier, again := see(2, time.Hour)
	require.True(t, again)
	require.Equal(t, int64(1), earlier.File)
	_, again = see(3, time.Millisecond)
	require.False(t, again, "the window is over")
}

func TestABusinessKeyHasOneRecord(t *testing.T) {
	l := open(t)
	_, err := l.RegisterReceived(t.Context(), []NewReceived{received("a", "1"), received("b", "1")})
	require.NoError(t, err)
	for _, step := range []struct {
		record  string
		claimed bool
	}{{"a", true}, {"a", true}, {"b", false}} {
		holder, claimed, err := l.ClaimKey(t.Context(), Claim{Key: "k", Record: step.record, Checksum: "c"})
		require.NoError(t, err)
		require.Equal(t, step.claimed, claimed)
		require.Equal(t, "a", holder.Record)
	}
	resolve := func(id string) {
		_, err := l.Transition(t.Context(), id, Change{To: trade.StateResolved, Event: "resolved", Release: true})
		require.NoError(t, err)
	}
	resolve("b")
	_, found, err := l.HolderOf(t.Context(), "k")
	require.NoError(t, err)
	require.True(t, found, "nobody gives back what another has")
	resolve("a")
	_, claimed, err := l.ClaimKey(t.Context(), Claim{Key: "k", Record: "b"})
	require.NoError(t, err)
	require.True(t, claimed)
}

func TestARecordWaitsForWhatCameBefore(t *testing.T) {
	l := open(t)
	for range 2 {
		observe(t, l, 0, seen("1", "a.edi", 10), seen("2", "b.edi", 10))
	}
	second := received("invoice-in/2/17/5/0001/1", "INV-1")
	_, err := l.RegisterReceived(t.Context(), []NewReceived{second})
	require.NoError(t, err)
	before := func() string {
		r, err := l.Record(t.Context(), second.ID)
		require.NoError(t, err)
		b, err := l.Before(t.Context(), r)
		require.NoError(t, err)
		return b
	}
	require.Equal(t, "file 1", before())
	first := received("invoice-in/1/16/4/0001/1", "INV-1")
	_, err = l.RegisterReceived(t.Context(), []NewReceived{first})
	require.NoError(t, err)
	require.NoError(t, l.CloseFile(t.Context(), 1, trade.FileReceived, trade.Reason{}))
	require.Equal(t, "record "+first.ID, before())
	move(t, l, first.ID, trade.StateAccepted, nil)
	require.Empty(t, before())
}

// TestACorrectedRecordGivesItsWrongKeyBack lets another invoice have the number that a record
// had by mistake.
func TestACorrectedRecordGivesItsWrongKeyBack(t *testing.T) {
	l := open(t)
	_, err := l.RegisterReceived(t.Context(), []NewReceived{received("a", "1"), received("b", "1")})
	require.NoError(t, err)
	claim := func(c Claim) (Claim, bool) {
		holder, claimed, err := l.ClaimKey(t.Context(), c)
		require.NoError(t, err)
		return holder, claimed
	}
	_, claimed := claim(Claim{Key: "wrong", Record: "a", Checksum: "as it came"})
	require.True(t, claimed)
	holder, claimed := claim(Claim{Key: "wrong", Record: "a", Checksum: "corrected"})
	require.True(t, claimed)
	require.Equal(t, "corrected", holder.Checksum, "it is compared as it is understood now")
	holder, claimed = claim(Claim{Key: "wrong", Record: "b", Checksum: "other"})
	require.False(t, claimed)
	require.Equal(t, Claim{Key: "wrong", Record: "a", Checksum: "corrected"}, holder, "nobody else changes it")

	_, claimed = claim(Claim{Key: "right", Record: "a", Checksum: "corrected"})
	require.True(t, claimed)
	_, claimed = claim(Claim{Key: "wrong", Record: "b", Checksum: "other"})
	require.False(t, claimed, "M3 may still have a batch of it")
	require.NoError(t, l.KeepKey(t.Context(), "a", "right"))
	require.NoError(t, l.KeepKey(t.Context(), "b", "none"))
	holder, claimed = claim(Claim{Key: "wrong", Record: "b", Checksum: "other"})
	require.True(t, claimed, "the wrong key is free again")
	require.Equal(t, "b", holder.Record)
	holder, claimed = claim(Claim{Key: "right", Record: "b"})
	require.False(t, claimed, "nobody gives back what another has")
	require.Equal(t, "a", holder.Record)
}

func TestCorrectionsStandInTheTrail(t *testing.T) {
	l := open(t)
	_, err := l.RegisterReceived(t.Context(), []NewReceived{received("a", "1")})
	require.NoError(t, err)
	replay := func(request trade.ReplayRequest) {
		r, err := l.Record(t.Context(), "a")
		require.NoError(t, err)
		_, err = l.Transition(t.Context(), "a", ReplayRequested(r, request))
		require.NoError(t, err)
	}
	overlay := func() (out [][3]string) {
		standing, err := l.Overlay(t.Context(), "a")
		require.NoError(t, err)
		for _, c := range standing {
			require.False(t, c.At.IsZero())
			out = append(out, [3]string{c.Path + "=" + c.Old + "→" + c.Value, c.By, c.Note})
		}
		return out
	}
	require.Empty(t, overlay())
	replay(trade.ReplayRequest{By: "kim", Note: "typo", Set: []trade.Correction{{Path: "BIG[1]-02", Value: "INV-77", Old: "INV-76"}, {Path: "TDS[1]-01", Value: "1", Old: "2"}}})
	replay(trade.ReplayRequest{By: "lee"})
	require.Equal(t, [][3]string{{"BIG[1]-02=INV-76→INV-77", "kim", "typo"}, {"TDS[1]-01=2→1", "kim", "typo"}}, overlay())
	replay(trade.ReplayRequest{By: "ann", Note: "no", Unset: []string{"BIG[1]-02"}, Set: []trade.Correction{{Path: "TDS[1]-01", Value: "3", Old: "2"}}})
	require.Equal(t, [][3]string{{"TDS[1]-01=2→3", "ann", "no"}}, overlay())
	require.NoError(t, l.VerifyChain(t.Context(), "a"))
}
