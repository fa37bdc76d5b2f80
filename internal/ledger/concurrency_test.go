package ledger

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func TestFourHundredTransactionsAtOnceLoseNoNumber(t *testing.T) {
	l := open(t)
	id := register(t, l, "4500001", "a").Record
	const writers = 400
	numbers := make([]int64, writers)
	var writing sync.WaitGroup
	for i := range numbers {
		writing.Go(func() {
			n, err := l.Allocate(context.Background(), id, Counters{Interchange: "ISA13/a/b"})
			if err != nil {
				t.Error(err)
			}
			numbers[i] = n.Interchange
		})
	}
	writing.Wait()
	seen := map[int64]bool{}
	for _, n := range numbers {
		require.False(t, seen[n], "number %d was given twice", n)
		require.LessOrEqual(t, n, int64(writers), "numbers have no gaps")
		seen[n] = true
	}
}

func TestManyWorkersClaimARecordAndOneGetsIt(t *testing.T) {
	l := open(t)
	id := register(t, l, "4500001", "a").Record
	var claimed atomic.Int64
	var claiming sync.WaitGroup
	for i := range 20 {
		claiming.Go(func() {
			_, err := l.Transition(context.Background(), id, Change{From: []trade.State{trade.StateDiscovered}, To: trade.StatePrepared,
				Event: "prepared", Actor: fmt.Sprint(i), Apply: func(r *Record) { r.FileName = fmt.Sprint(i) }})
			if err == nil {
				claimed.Add(1)
			}
		})
	}
	claiming.Wait()
	require.Equal(t, int64(1), claimed.Load())
	require.NoError(t, l.VerifyChain(t.Context(), id))
}

func TestOneOfManyProcessesMayRenewAToken(t *testing.T) {
	l := open(t)
	var held atomic.Int64
	var asking sync.WaitGroup
	for i := range 20 {
		asking.Go(func() {
			lease, err := l.LeaseToken(context.Background(), "infor/ACME", fmt.Sprint(i), "", 100, time.Hour)
			if err != nil {
				t.Error(err)
			}
			if lease.Held {
				held.Add(1)
			}
		})
	}
	asking.Wait()
	require.Equal(t, int64(1), held.Load())
}
