package app_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/app"
	"tradewind/internal/apptest"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/schedules"
	"tradewind/internal/trade"
	"tradewind/workflows"
)

const schedule = "tradewind/orders-out/100-AAA"

func countRequest(namespace, query string) *workflowservice.CountWorkflowExecutionsRequest {
	return &workflowservice.CountWorkflowExecutionsRequest{Namespace: namespace, Query: query}
}

// registerOnly reads M3 and registers what it finds, and stops there.
func registerOnly(t *testing.T, w *world) int {
	t.Helper()
	for _, v := range w.Environ {
		if name, value, _ := strings.Cut(v, "="); strings.HasPrefix(name, "TRADEWIND_") || strings.HasPrefix(name, "TEMPORAL_") {
			t.Setenv(name, value)
		}
	}
	env, err := config.FromEnvironment()
	require.NoError(t, err)
	log, err := app.NewLogger("error")
	require.NoError(t, err)
	a, err := app.OpenStores(t.Context(), env, log)
	require.NoError(t, err)
	defer a.Close()
	require.NoError(t, a.Connect(t.Context()))
	queue := worker.New(w.Temporal, "register-only", worker.Options{})
	queue.RegisterActivity(a.Activities)
	queue.RegisterWorkflow(registerWorkflow)
	require.NoError(t, queue.Start())
	defer queue.Stop()
	total := 0
	for _, c := range []trade.Company{{Cono: "100", Divi: "AAA"}, {Cono: "200", Divi: "BBB"}} {
		run, err := w.Temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: "register-only"}, registerWorkflow, trade.PollInput{Flow: trade.OrdersOut, Company: c})
		require.NoError(t, err)
		var result trade.PollResult
		require.NoError(t, run.Get(t.Context(), &result))
		total += result.Registered
	}
	return total
}

func (w *world) steps(args ...string) map[string]string {
	w.T.Helper()
	var steps []schedules.Step
	require.NoError(w.T, json.Unmarshal([]byte(w.Run(append(append([]string{"schedules"}, args...), "--json")...)), &steps))
	out := map[string]string{}
	for _, s := range steps {
		out[s.ID] = s.Action
	}
	return out
}

func TestSchedulesFollowTheFileAndThePauseFollowsTheOperator(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for id, action := range w.steps("apply") {
		require.Equal(t, schedules.Keep, action, "setup applied %s", id)
	}
	w.Run("schedules", "pause", schedule, "--note", "stocktaking")

	content, err := os.ReadFile(w.Path("config", "schedules.yaml"))
	require.NoError(t, err)
	changed := strings.Replace(string(content), "every: 5m", "cron: [\"*/10 6-18 * * MON-FRI\"]\n    timeZone: America/Chicago\n    exclude: [\"20261225\"]", 1)
	changed = strings.Split(changed, "  - flow: orders-out\n    company: \"200-BBB\"")[0]
	absent := []string{"tradewind/orders-out/200-BBB", "tradewind/orders-out/100-AAA/full", "tradewind/orders-out/200-BBB/full",
		"tradewind/invoices-out/100-AAA", "tradewind/invoices-out/200-BBB", "tradewind/suppliers/100", "tradewind/suppliers/200", "tradewind/suppliers/100/full", "tradewind/suppliers/200/full",
		"tradewind/customers/100", "tradewind/customers/200", "tradewind/customers/100/full", "tradewind/customers/200/full",
		"tradewind/accounts/100-AAA", "tradewind/accounts/200-BBB", "tradewind/accounts/100-AAA/full", "tradewind/accounts/200-BBB/full",
		"tradewind/mailbox/cleo", "tradewind/tokens/cleo", "tradewind/tokens/infor"}
	require.NoError(t, os.WriteFile(w.Path("config", "schedules.yaml"), []byte(changed), 0o600))
	want := map[string]string{schedule: schedules.Update}
	for _, id := range absent {
		want[id] = schedules.Absent
	}
	require.Equal(t, want, w.steps("plan"))
	require.Equal(t, want, w.steps("apply"))
	require.Equal(t, schedules.Keep, w.steps("apply")[schedule])

	description, err := w.Temporal.ScheduleClient().GetHandle(t.Context(), schedule).Describe(t.Context())
	require.NoError(t, err)
	require.True(t, description.Schedule.State.Paused)
	require.Equal(t, "stocktaking", description.Schedule.State.Note)
	require.Equal(t, "America/Chicago", description.Schedule.Spec.TimeZoneName)

	err = w.Temporal.ScheduleClient().GetHandle(t.Context(), schedule).Update(t.Context(), client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			in.Description.Schedule.Policy.CatchupWindow = 24 * time.Hour
			return &client.ScheduleUpdate{Schedule: &in.Description.Schedule}, nil
		}})
	require.NoError(t, err)
	require.Equal(t, schedules.Update, w.steps("apply", "--prune")[schedule], "a change by hand is put right")
	require.Equal(t, map[string]string{schedule: schedules.Keep}, w.steps("plan"))
	require.Contains(t, w.Run("schedules", "resume", schedule), "done")
}

// TRADEWIND_TICKS=288 is a day of polls five minutes apart.
func TestBackfillingTwiceReadsTheRecordedWindowsAgainAndSendsNothingTwice(t *testing.T) {
	t.Parallel()
	ticks := apptest.Number(t, "TRADEWIND_TICKS", 96)
	every := 24 * time.Hour / time.Duration(ticks)
	w := newWorld(t, 6)
	w.Set("schedules.yaml", "every: 5m", "every: "+every.String())
	w.Run("schedules", "apply")
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 6)
	uploads := w.uploads()
	day := time.Now().UTC().AddDate(0, 0, -3).Truncate(24 * time.Hour)
	from, to := day.Format(time.RFC3339), day.Add(24*time.Hour-time.Second).Format(time.RFC3339)

	for round := 1; round <= 2; round++ {
		w.cli("schedule", "backfill", "--schedule-id", schedule, "--start-time", from, "--end-time", to, "--overlap-policy", "BufferAll")
		require.Eventually(t, func() bool {
			windows, err := w.Ledger.Windows(context.Background(), schedule, day, day.Add(24*time.Hour-time.Second))
			return err == nil && closed(windows) == round*ticks
		}, 3*patience, 200*time.Millisecond)
	}
	windows, err := w.Ledger.Windows(t.Context(), schedule, day, day.Add(24*time.Hour-time.Second))
	require.NoError(t, err)
	reads := map[time.Time][]trade.Window{}
	for _, window := range windows {
		require.True(t, window.Backfill)
		reads[window.Nominal] = append(reads[window.Nominal], window.Window)
	}
	require.Len(t, reads, ticks)
	for nominal, twice := range reads {
		require.Len(t, twice, 2, nominal)
		require.Equal(t, twice[0].From, twice[1].From)
		require.Equal(t, twice[0].To, twice[1].To)
	}
	require.Equal(t, uploads, w.uploads())

	hour := day.Add(24 * time.Hour)
	out := w.Run("schedules", "backfill", schedule, "--from", hour.Format(time.RFC3339), "--to", hour.Add(6*every).Format(time.RFC3339))
	require.Contains(t, out, "6 of 6 ticks covered")
	require.Equal(t, uploads, w.uploads())
}

// TestAFullReadHasASchedule sends orders that only full reads have seen, takes one of them back that
// was deleted, and backfills the nights before.
func TestAFullReadHasASchedule(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.StartWorker()
	for _, company := range []string{"100-AAA", "200-BBB"} {
		w.Run("schedules", "trigger", "tradewind/orders-out/"+company+"/full")
	}
	w.awaitRecords("sent", 2)
	sent := w.Records("--state", "sent")[0]
	company := strings.Split(sent.ID, "/")[1:3]
	found, err := w.Sandbox.DeleteOrder(company[0], sent.Number)
	require.NoError(t, err)
	require.True(t, found)
	full := "tradewind/orders-out/" + strings.Join(company, "-") + "/full"
	w.Run("schedules", "trigger", full)
	w.awaitRecords("sent", 3)

	day := time.Now().UTC().AddDate(0, 0, -3).Truncate(24 * time.Hour)
	out := w.Run("schedules", "backfill", full, "--from", day.Format(time.RFC3339), "--to", day.Add(48*time.Hour).Format(time.RFC3339))
	require.Contains(t, out, "2 of 2 ticks covered")
	require.Contains(t, w.Run("schedules", "list"), full)
	require.Len(t, w.Sandbox.Hub.Files(), 3)
}

func closed(windows []ledger.RecordedWindow) int {
	n := 0
	for _, w := range windows {
		if !w.Closed.IsZero() {
			n++
		}
	}
	return n
}

// registerWorkflow is the first half of PollOrders.
func registerWorkflow(ctx workflow.Context, in trade.PollInput) (trade.PollResult, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	var a *activities.Activities
	var window trade.Window
	var result trade.PollResult
	err := workflow.ExecuteActivity(ctx, a.OpenWindow, activities.OpenWindowParams{Input: in, Poll: workflows.PollID(in),
		Nominal: workflow.Now(ctx), Run: workflow.GetInfo(ctx).WorkflowExecution.RunID}).Get(ctx, &window)
	if err == nil {
		err = workflow.ExecuteActivity(ctx, a.ReadOrders, activities.ReadParams{Input: in, Window: window}).Get(ctx, &result)
	}
	return result, err
}
