package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// TestThePositionIsThatOfThePollThatReadFurthest closes windows of a poll and of its full one, and some that do not count.
func TestThePositionIsThatOfThePollThatReadFurthest(t *testing.T) {
	l := open(t)
	position := func(polls ...string) time.Time {
		at, err := l.Position(t.Context(), polls...)
		require.NoError(t, err)
		return at
	}
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tick := func(poll string, nominal time.Time, stopped string) {
		w, err := l.OpenWindow(t.Context(), poll, nominal, poll+stopped+nominal.String(), WindowRules{})
		require.NoError(t, err)
		require.NoError(t, l.CloseWindow(t.Context(), trade.PollResult{Window: w, Stopped: stopped}))
	}
	require.Zero(t, position("poll", "poll/full"))
	tick("poll", noon, "")
	require.Equal(t, noon, position("poll", "poll/full"))
	tick("poll/full", noon.Add(-time.Hour), "")
	tick("poll", noon.Add(-2*time.Hour), "") // a backfill
	tick("poll", noon.Add(time.Hour), "the credentials were refused")
	require.Equal(t, noon, position("poll", "poll/full"))
	tick("poll/full", noon.Add(2*time.Hour), "")
	require.Equal(t, noon.Add(2*time.Hour), position("poll", "poll/full"))
	require.Equal(t, noon, position("poll"))
	require.Zero(t, position("another"))
}
