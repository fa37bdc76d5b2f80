package app_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/postgrestest"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
)

// TestKilledWorkersLoseNothingAndSendNothingTwice gives the worker SIGKILL again and
// again while orders are on their way, a third of the times between Cleo's commit
// and the answer, and then counts what Cleo holds. TRADEWIND_KILLS=20
// TRADEWIND_KILL_ORDERS=200 is the long one.
func TestKilledWorkersLoseNothingAndSendNothingTwice(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { killWorkers(t, ledger.DefaultURL) })
	t.Run("postgres", func(t *testing.T) { killWorkers(t, postgrestest.URL(t)) })
}

func killWorkers(t *testing.T, ledgerURL string) {
	t.Parallel()
	kills, orders := apptest.Number(t, "TRADEWIND_KILLS", 5), apptest.Number(t, "TRADEWIND_KILL_ORDERS", 40)
	seed := uint64(apptest.Number(t, "TRADEWIND_KILL_SEED", 1))
	random := rand.New(rand.NewPCG(seed, seed))
	w := &world{apptest.NewOn(t, orders, ledgerURL)}
	w.limitUploads(2 * orders / kills)
	w.Sandbox.Faults.Replace(faults.Set{Seed: seed, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: "slow-after", Probability: 0.5, DelayMillis: 400}}})

	p := w.StartWorker()
	p.AwaitLog(t, "worker serves")
	w.pollAll()
	committed := 0
	for kill := 1; kill <= kills; kill++ {
		before, wanted := len(w.Sandbox.Hub.Files()), 1+random.IntN(max(1, orders/kills/2))
		betweenCommitAndAnswer := kill%3 != 0
		require.Eventually(t, func() bool {
			if betweenCommitAndAnswer {
				return w.Sandbox.Faults.Held()["upload"] > 0 && len(w.Sandbox.Hub.Files()) > before
			}
			return len(w.Sandbox.Hub.Files()) >= before+wanted
		}, patience, time.Millisecond, "kill %d of %d: no work in flight; %d files", kill, kills, before)
		held, files := w.Sandbox.Faults.Held()["upload"], len(w.Sandbox.Hub.Files())
		p.Kill()
		open := w.openRecords()
		require.Positive(t, open, "kill %d came when all was done", kill)
		if held > 0 {
			committed++
		}
		t.Logf("kill %2d: %3d files at Cleo, %d uploads committed and not answered, %3d records on their way", kill, files, held, open)
		p = w.StartWorker()
	}
	require.GreaterOrEqual(t, committed, kills/4, "kills between Cleo's commit and our confirmation")

	w.awaitRecords("sent", orders)
	at := w.ordersAtCleo()
	require.Len(t, at, orders)
	for order, n := range at {
		require.Equal(t, 1, n, order)
	}
	require.Contains(t, w.Run("reconcile"), "balanced: true")
	lookedUp := 0
	records, err := w.Ledger.Records(t.Context(), ledger.Filter{State: trade.StateSent})
	require.NoError(t, err)
	for _, r := range records {
		require.NoError(t, w.Ledger.VerifyChain(t.Context(), r.ID))
		events, err := w.Ledger.Events(t.Context(), r.ID)
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
	w.T.Helper()
	file := w.Path("config", "cleo.yaml")
	content, err := os.ReadFile(file)
	require.NoError(w.T, err)
	content = append(content, []byte("callsPerSecond: "+strconv.Itoa(perSecond)+"\n")...)
	require.False(w.T, strings.Contains(string(content[:len(content)-20]), "callsPerSecond"))
	require.NoError(w.T, os.WriteFile(file, content, 0o600))
}

func (w *world) openRecords() int {
	w.T.Helper()
	n := 0
	for _, state := range []trade.State{trade.StateDiscovered, trade.StatePrepared, trade.StateUnknown} {
		records, err := w.Ledger.Records(w.T.Context(), ledger.Filter{State: state})
		require.NoError(w.T, err)
		n += len(records)
	}
	return n
}
