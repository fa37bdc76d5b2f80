package schema

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestControlsKnowWhatTheySaw(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		var c controls
		seen := map[int]bool{}
		for range 2000 {
			n := random.IntN(1500)
			require.Equal(t, seen[n], c.add(strconv.Itoa(n)), n)
			seen[n] = true
		}
		for i := 1; i < len(c.ranges); i++ {
			require.Greater(t, c.ranges[i].from, c.ranges[i-1].to, "ranges go up")
		}
	}
	var c controls
	for n := range 3 * maxControls {
		require.False(t, c.add(strconv.Itoa(n)))
	}
	require.Len(t, c.ranges, 1, "numbers that count up are one range")
	require.Empty(t, c.others)
	require.False(t, c.add("A1"))
	require.True(t, c.add("A1"))
	require.True(t, c.add("0007"))
	require.True(t, c.add("7"), "leading zeros do not count")
}
