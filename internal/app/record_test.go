package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/encoding/protojson"

	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/workflows"
)

// recordings is where the replay tests find histories.
const recordings = "../../workflows/testdata/replay"

// identity is the process and the machine that a history names.
var identity = regexp.MustCompile(`"\d+@[^"]*"`)

// TestEveryHistoryReplays runs every situation of a record once and replays what
// came of it. With TRADEWIND_RECORD=1 it keeps the histories.
func TestEveryHistoryReplays(t *testing.T) {
	w := newWorld(t, 2)
	w.startWorker()
	w.pollAll()
	w.awaitRecords("sent", 2)
	w.awaitRecords("parked", 5)
	parked := w.records("--reason", trade.ReasonUnitUnmapped)[0]
	superseded := w.records("--reason", trade.ReasonNoLines)[0]
	resolved := w.records("--reason", trade.ReasonItemNumberMissing)[0]
	w.run("records", "resolve", resolved.ID, "--note", "bought elsewhere")
	w.mendUnits()
	w.run("records", "replay", parked.ID)

	require.NoError(t, w.sandbox.Change(func(orders *[]*business.Order) {
		for _, o := range *orders {
			if o.Head["PUNO"] == superseded.Number {
				o.Head["YRE1"], o.Head["TEPY"], o.Head["LMDT"] = "changed", "N60", time.Now().Format("20060102")
				o.Head["TXPY"] = "60 days net"
			}
		}
	}))
	w.pollAll()
	w.awaitRecords("superseded", 1)
	first := w.records("--state", "sent")[0]
	w.run("records", "replay", first.ID, "--resend")

	for name, id := range map[string]string{
		"send_order_sent": w.records("--state", "sent")[1].ID, "send_order_replayed": parked.ID, "send_order_superseded": superseded.ID,
		"send_order_resolved": resolved.ID, "send_order_resent": first.ID, "poll_orders": w.lastPoll(),
	} {
		t.Run(name, func(t *testing.T) {
			history := w.history(id)
			replayer := worker.NewWorkflowReplayer()
			workflows.Register(replayer)
			require.NoError(t, replayer.ReplayWorkflowHistory(nil, history))
			if os.Getenv("TRADEWIND_RECORD") == "" {
				return
			}
			text, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(history)
			require.NoError(t, err)
			text = identity.ReplaceAll(text, []byte(`"worker"`))
			require.NoError(t, os.MkdirAll(recordings, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(recordings, name+".json"), append(text, '\n'), 0o644))
		})
	}
}

// lastPoll gives the id of a poll that a schedule started.
func (w *world) lastPoll() string {
	w.t.Helper()
	description, err := w.temporal.ScheduleClient().GetHandle(w.t.Context(), schedule).Describe(w.t.Context())
	require.NoError(w.t, err)
	recent := description.Info.RecentActions
	require.NotEmpty(w.t, recent)
	return recent[len(recent)-1].StartWorkflowResult.WorkflowID
}

// history waits for the end of a workflow and reads its events.
func (w *world) history(id string) *historypb.History {
	w.t.Helper()
	require.NoError(w.t, w.temporal.GetWorkflow(w.t.Context(), id, "").Get(w.t.Context(), nil), id)
	var out historypb.History
	for events := w.temporal.GetWorkflowHistory(w.t.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		event, err := events.Next()
		require.NoError(w.t, err)
		out.Events = append(out.Events, event)
	}
	return &out
}
