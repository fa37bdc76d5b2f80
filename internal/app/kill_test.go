package app_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/postgrestest"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
)

// The kill test's size: TRADEWIND_KILLS=20 TRADEWIND_KILL_ORDERS=200 is the long one.
func number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, variable)
	return n
}

// TestKilledWorkersLoseNothingAndSendNothingTwice gives the worker SIGKILL again and
// again while orders are on their way, a third of the times between Cleo's commit
// and the answer, and then counts what Cleo holds.
func TestKilledWorkersLoseNothingAndSendNothingTwice(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { killWorkers(t, ledger.DefaultURL) })
	t.Run("postgres", func(t *testing.T) { killWorkers(t, postgrestest.URL(t)) })
}

func killWorkers(t *testing.T, ledgerURL string) {
	t.Parallel()
	kills, orders := number(t, "TRADEWIND_KILLS", 5), number(t, "TRADEWIND_KILL_ORDERS", 40)
	seed := uint64(number(t, "TRADEWIND_KILL_SEED", 1))
	random := rand.New(rand.NewPCG(seed, seed))
	w := newWorldOn(t, orders, ledgerURL)
	w.limitUploads(2 * orders / kills)
	w.sandbox.Faults.Replace(faults.Set{Seed: seed, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: "slow-after", Probability: 0.5, DelayMillis: 400}}})

	p := w.startWorker()
	p.awaitLog(t, "worker serves")
	w.pollAll()
	committed := 0
	for kill := 1; kill <= kills; kill++ {
		before, wanted := len(w.sandbox.Hub.Files()), 1+random.IntN(max(1, orders/kills/2))
		betweenCommitAndAnswer := kill%3 != 0
		require.Eventually(t, func() bool {
			if betweenCommitAndAnswer {
				return w.sandbox.Faults.Held()["upload"] > 0 && len(w.sandbox.Hub.Files()) > before
			}
			return len(w.sandbox.Hub.Files()) >= before+wanted
		}, patience, time.Millisecond, "kill %d of %d: no work in flight; %d files", kill, kills, before)
		held, files := w.sandbox.Faults.Held()["upload"], len(w.sandbox.Hub.Files())
		p.kill()
		open := w.openRecords()
		require.Positive(t, open, "kill %d came when all was done", kill)
		if held > 0 {
			committed++
		}
		t.Logf("kill %2d: %3d files at Cleo, %d uploads committed and not answered, %3d records on their way", kill, files, held, open)
		p = w.startWorker()
	}
	require.GreaterOrEqual(t, committed, kills/4, "kills between Cleo's commit and our confirmation")

	w.awaitRecords("sent", orders)
	at := w.ordersAtCleo()
	require.Len(t, at, orders)
	for order, n := range at {
		require.Equal(t, 1, n, order)
	}
	require.Contains(t, w.run("reconcile"), "balanced: true")
	lookedUp := 0
	records, err := w.ledger.Records(t.Context(), ledger.Filter{State: trade.StateSent})
	require.NoError(t, err)
	for _, r := range records {
		require.NoError(t, w.ledger.VerifyChain(t.Context(), r.ID))
		events, err := w.ledger.Events(t.Context(), r.ID)
		require.NoError(t, err)
		for _, e := range events {
			if e.Detail["confirmed"] == "looked up" {
				lookedUp++
			}
		}
	}
	t.Logf("seed %d: %d kills, %d between commit and confirmation; %d orders at Cleo, each once; %d confirmed by looking", seed, kills, committed, len(at), lookedUp)
	require.Positive(t, lookedUp)
}

// limitUploads keeps the work from being done before the kills are.
func (w *world) limitUploads(perSecond int) {
	w.t.Helper()
	file := w.path("config", "cleo.yaml")
	content, err := os.ReadFile(file)
	require.NoError(w.t, err)
	content = append(content, []byte("callsPerSecond: "+strconv.Itoa(perSecond)+"\n")...)
	require.False(w.t, strings.Contains(string(content[:len(content)-20]), "callsPerSecond"))
	require.NoError(w.t, os.WriteFile(file, content, 0o600))
}

func (w *world) openRecords() int {
	w.t.Helper()
	n := 0
	for _, state := range []trade.State{trade.StateDiscovered, trade.StatePrepared, trade.StateUnknown} {
		records, err := w.ledger.Records(w.t.Context(), ledger.Filter{State: state})
		require.NoError(w.t, err)
		n += len(records)
	}
	return n
}
