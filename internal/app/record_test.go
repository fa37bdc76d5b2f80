package app_test

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/encoding/protojson"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/internal/vault"
	"tradewind/sandbox/business"
	"tradewind/workflows"
)

// recordings is where the replay tests find histories.
const recordings = "../../workflows/testdata/replay"

// identity is the process and the machine that a history names, and sticky the queue that is
// named after the machine.
var (
	identity = regexp.MustCompile(`"\d+@[^"]*"`)
	sticky   = regexp.MustCompile(`"[^":]+:([0-9a-f]{8}-[0-9a-f-]{27})"`)
)

// fixtureKey is what the key of recorded histories is made of; the replay tests of
// package workflows name it too.
const fixtureKey = "recorded histories"

// TestEveryHistoryReplays runs every situation of a record once and replays what
// came of it. With TRADEWIND_RECORD=1 it keeps the histories.
func TestEveryHistoryReplays(t *testing.T) {
	t.Parallel()
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
				o.Head["YRE1"], o.Head["TEPY"], o.Head["LMDT"] = "changed", "N60", business.Now().Format("20060102")
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
		"send_order_resolved": resolved.ID, "send_order_resent": first.ID, "poll_orders": w.lastPoll(schedule),
	} {
		t.Run(name, func(t *testing.T) { w.replays(t, name, id) })
	}
}

// TestEveryInvoiceHistoryReplays does the same for what comes in.
func TestEveryInvoiceHistoryReplays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.startWorker().awaitLog(t, "worker serves")
	made := w.bill(24)
	w.awaitOutcomes(made)
	of := func(kind string) ledger.Record {
		for _, i := range made {
			if i.Kind == kind {
				return w.received(made)[i.Number][0]
			}
		}
		t.Fatal(kind)
		return ledger.Record{}
	}
	posted, waiting, parked := of(business.Charged), of(business.Early), of(business.WrongTotal)
	w.run("records", "resolve", parked.ID, "--note", "the supplier sends another")
	for _, i := range made {
		if i.Kind == business.Early {
			w.put("infor/receipts/"+i.Cono+"/"+i.Order, "{}")
		}
	}
	file, err := trade.FileOfRecord(posted.ID)
	require.NoError(t, err)
	for name, id := range map[string]string{"post_invoice_posted": posted.ID, "post_invoice_held": waiting.ID, "post_invoice_resolved": parked.ID,
		"receive_interchange": trade.FileWorkflowID(file), "poll_mailbox": w.lastPoll("tradewind/mailbox/cleo")} {
		t.Run(name, func(t *testing.T) { w.replays(t, name, id) })
	}
}

// replays replays the history of a workflow, and keeps it where that is wanted.
func (w *world) replays(t *testing.T, name, id string) {
	history := w.history(id)
	data, failures := vault.Converters(w.codec)
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: data, FailureConverter: failures})
	require.NoError(t, err)
	workflows.Register(replayer)
	require.NoError(t, replayer.ReplayWorkflowHistory(nil, history))
	if os.Getenv("TRADEWIND_RECORD") == "" {
		return
	}
	seal(t, w.codec, history)
	text, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(history)
	require.NoError(t, err)
	text = sticky.ReplaceAll(identity.ReplaceAll(text, []byte(`"worker"`)), []byte(`"worker:$1"`))
	require.NoError(t, os.MkdirAll(recordings, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(recordings, name+".json"), append(text, '\n'), 0o644))
}

// seal seals a history anew, with the fixed key that the replay tests have.
func seal(t *testing.T, from converter.PayloadCodec, history *historypb.History) {
	t.Helper()
	fixed, err := vault.FixedCodec(sha256.Sum256([]byte(fixtureKey)))
	require.NoError(t, err)
	err = proxy.VisitPayloads(t.Context(), history, proxy.VisitPayloadsOptions{SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			plain, err := from.Decode(payloads)
			if err != nil {
				return nil, err
			}
			return fixed.Encode(plain)
		}})
	require.NoError(t, err)
}

// lastPoll gives the id of a poll that a schedule started.
func (w *world) lastPoll(id string) string {
	w.t.Helper()
	description, err := w.temporal.ScheduleClient().GetHandle(w.t.Context(), id).Describe(w.t.Context())
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
