package apptest

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

	"tradewind/internal/vault"
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

// Replays replays the history of a workflow, and keeps it where TRADEWIND_RECORD is set: as the
// recording of that name, for the replay tests of package workflows.
func (w *World) Replays(t *testing.T, name, id string) {
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

// LastPoll gives the id of a poll that a schedule started.
func (w *World) LastPoll(id string) string {
	w.T.Helper()
	description, err := w.Temporal.ScheduleClient().GetHandle(w.T.Context(), id).Describe(w.T.Context())
	require.NoError(w.T, err)
	recent := description.Info.RecentActions
	require.NotEmpty(w.T, recent)
	return recent[len(recent)-1].StartWorkflowResult.WorkflowID
}

// history waits for the end of a workflow and reads its events.
func (w *World) history(id string) *historypb.History {
	w.T.Helper()
	require.NoError(w.T, w.Temporal.GetWorkflow(w.T.Context(), id, "").Get(w.T.Context(), nil), id)
	var out historypb.History
	for events := w.Temporal.GetWorkflowHistory(w.T.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		event, err := events.Next()
		require.NoError(w.T, err)
		out.Events = append(out.Events, event)
	}
	return &out
}
