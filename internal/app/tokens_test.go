package app_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/app"
	"tradewind/internal/apptest"
	"tradewind/internal/config"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/server"
	"tradewind/workflows"
)

// process opens the application as one more process on a state folder would.
func process(t *testing.T, s *server.Server, state string) *app.App {
	t.Helper()
	log, err := app.NewLogger("error")
	require.NoError(t, err)
	a, err := app.OpenStores(t.Context(), config.Environment{Config: "../../config", State: state, LedgerURL: "sqlite:ledger.db", ArchiveURL: "dir:archive",
		Keeper: "file:key", IonAPIFile: s.IonAPIFile, CleoURL: s.CleoURL, CleoUsername: s.Username, CleoPassword: config.Secret(s.Password)}, log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Close()) })
	return a
}

// TestShortLivedTokensFailNoCall makes steady calls from three processes while tokens
// live for some seconds only. TRADEWIND_TOKEN_LIFETIME=30 TRADEWIND_TOKEN_SECONDS=300
// is the long one.
func TestShortLivedTokensFailNoCall(t *testing.T) {
	t.Parallel()
	lifetime := time.Duration(apptest.Number(t, "TRADEWIND_TOKEN_LIFETIME", 5)) * time.Second
	lasting := time.Duration(apptest.Number(t, "TRADEWIND_TOKEN_SECONDS", 60)) * time.Second
	dir := t.TempDir()
	s, err := server.Start(t.Context(), server.Options{StateDir: dir + "/sandbox", Seed: 1, Orders: 1})
	require.NoError(t, err)
	defer s.Close()
	s.M3.TokenLifetime, s.Hub.TokenLifetime = lifetime, lifetime

	ctx, cancel := context.WithTimeout(t.Context(), lasting)
	defer cancel()
	var calling sync.WaitGroup
	var calls atomic.Int64
	for range 3 {
		a := process(t, s, dir+"/state")
		calling.Go(func() {
			pace := time.NewTicker(20 * time.Millisecond)
			defer pace.Stop()
			for ; ctx.Err() == nil; <-pace.C {
				if err := callBoth(t.Context(), a); err != nil {
					t.Error(err)
					return
				}
				calls.Add(2)
			}
		})
	}
	calling.Wait()
	// A token is renewed a fifth of its life ahead, at least two seconds, and up to a
	// tenth of that earlier by chance.
	early := max(lifetime/5, 2*time.Second) * 11 / 10
	renewals := int(lasting/(lifetime-early)) + 2
	require.LessOrEqual(t, s.Calls()["ion token"], renewals)
	require.LessOrEqual(t, s.Calls()["cleo login"], renewals)
	require.GreaterOrEqual(t, s.Calls()["ion token"], int(lasting/lifetime))
	t.Logf("%d calls, %d tokens of M3, %d of Cleo in %s", calls.Load(), s.Calls()["ion token"], s.Calls()["cleo login"], lasting)
}

// callBoth calls each system once.
func callBoth(ctx context.Context, a *app.App) error {
	infor, err := a.Systems.Infor(ctx, "ACME_TST")
	if err != nil {
		return err
	}
	if _, err := infor.General("GENERAL").ServerTime(ctx); err != nil {
		return err
	}
	mailbox, err := a.Systems.Mailbox(ctx)
	if err != nil {
		return err
	}
	_, err = mailbox.List(ctx, "outbound/850")
	return err
}

func TestTenProcessesAtOnceTakeOneTokenAndARevokedOneCostsOneRefresh(t *testing.T) {
	dir := t.TempDir()
	s, err := server.Start(t.Context(), server.Options{StateDir: dir + "/sandbox", Seed: 1, Orders: 1})
	require.NoError(t, err)
	defer s.Close()
	processes := make([]*app.App, 10)
	for i := range processes {
		processes[i] = process(t, s, dir+"/state")
	}
	all := func() {
		var calling sync.WaitGroup
		for _, a := range processes {
			calling.Go(func() {
				if err := callBoth(context.Background(), a); err != nil {
					t.Error(err)
				}
			})
		}
		calling.Wait()
	}
	all()
	require.Equal(t, 1, s.Calls()["ion token"])
	require.Equal(t, 1, s.Calls()["cleo login"])
	s.M3.Revoke()
	s.Hub.Revoke()
	all()
	require.Equal(t, 2, s.Calls()["ion token"])
	require.Equal(t, 2, s.Calls()["cleo login"])
}

func TestRefreshTokensShowsWhenAndNeverWhat(t *testing.T) {
	w := newWorld(t, 1)
	w.StartWorker()
	w.Run("schedules", "trigger", "tradewind/tokens/infor")
	w.Run("schedules", "trigger", "tradewind/tokens/cleo")
	w.awaitVisible("WorkflowType = '"+workflows.TypeRefreshTokens+"' AND ExecutionStatus = 'Completed'", 2)
	description, err := w.Temporal.ScheduleClient().GetHandle(t.Context(), "tradewind/tokens/infor").Describe(t.Context())
	require.NoError(t, err)
	recent := description.Info.RecentActions[0].StartWorkflowResult
	var states []trade.TokenState
	require.NoError(t, w.Temporal.GetWorkflow(t.Context(), recent.WorkflowID, "").Get(t.Context(), &states))
	require.Len(t, states, 1)
	require.Equal(t, "infor/ACME_TST", states[0].Name)
	require.Equal(t, int64(1), states[0].Taken)
	details, _, _ := w.shown(recent.WorkflowID)
	require.Contains(t, details, "1 of 100 tokens taken today")
	for _, token := range w.Sandbox.Tokens() {
		require.NotContains(t, details, token)
	}
	require.Equal(t, 1, w.Sandbox.Calls()["ion token"])
}

func TestWrongCredentialsStopTheLaneAndRecordsGoOnOnceCorrected(t *testing.T) {
	w := newWorld(t, 2)
	w.Sandbox.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "cleo", Operation: "login", Fault: "401"}}})
	w.shorterLockout()
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("held", 2)
	require.Contains(t, w.Run("records", "list", "--state", "held"), "LANE_STOPPED")
	require.Zero(t, w.uploads())
	logins := w.Sandbox.Calls()["cleo login"]
	require.LessOrEqual(t, logins, 4, "the account must not be locked")
	w.Sandbox.Faults.Replace(faults.Set{})
	w.awaitRecords("sent", 2)
	require.Equal(t, 2, w.uploads())
}

// shorterLockout lets a test wait for the end of a lockout.
func (w *world) shorterLockout() {
	w.T.Helper()
	folder := w.configWith("cleo.yaml", "lockout: 15m", "lockout: 8s")
	w.Environ = w.with("TRADEWIND_CONFIG=" + folder)
	require.True(w.T, strings.HasSuffix(folder, "config"))
}
