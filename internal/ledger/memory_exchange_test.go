package ledger

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOfTwoThatExchangeTheSameMemoryOneSucceeds has readers of nothing, and of what was kept before.
func TestOfTwoThatExchangeTheSameMemoryOneSucceeds(t *testing.T) {
	l := open(t)
	read := func() Memory {
		all, err := l.Remembered(t.Context(), []string{"last name"})
		require.NoError(t, err)
		return all["last name"]
	}
	exchange := func(before Memory, value string) bool {
		kept, err := l.Exchange(t.Context(), "last name", before, value)
		require.NoError(t, err)
		return kept
	}
	require.True(t, exchange(Memory{}, "a"))
	require.False(t, exchange(Memory{}, "b"))
	a := read()
	require.Equal(t, "a", a.Value)
	require.True(t, exchange(a, "c"))
	require.False(t, exchange(a, "d"))
	require.Equal(t, "c", read().Value)
	require.False(t, exchange(Memory{}, "e"))
	require.NoError(t, l.Remember(t.Context(), map[string]string{"last name": "f"}))
	require.True(t, exchange(read(), "g"))
}

// TestEachOfManyExchangesIsKept counts with several workers at once.
func TestEachOfManyExchangesIsKept(t *testing.T) {
	l := open(t)
	const workers, each = 4, 10
	var all sync.WaitGroup
	var failed atomic.Int64
	for range workers {
		all.Go(func() {
			for done := 0; done < each; {
				known, err := l.Remembered(t.Context(), []string{"count"})
				if err != nil {
					failed.Add(1)
					return
				}
				before := known["count"]
				kept, err := l.Exchange(t.Context(), "count", before, before.Value+"x")
				if err != nil {
					failed.Add(1)
					return
				}
				if kept {
					done++
				}
			}
		})
	}
	all.Wait()
	require.Zero(t, failed.Load())
	known, err := l.Remembered(t.Context(), []string{"count"})
	require.NoError(t, err)
	require.Len(t, known["count"].Value, workers*each)
}
