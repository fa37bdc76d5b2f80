package workflows

import (
	"crypto/sha256"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"tradewind/internal/trade"
	"tradewind/internal/vault"
)

// The recorded histories are those of real runs; `make record` makes them anew when
// a change of a workflow is meant to break open ones.
func TestRecordedHistoriesReplay(t *testing.T) {
	files, err := filepath.Glob("testdata/replay/*.json")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 5)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			replayer := replayer(t)
			Register(replayer)
			require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, file))
		})
	}
}

// replayer reads histories that were sealed with the fixed key of recordings.
func replayer(t *testing.T) worker.WorkflowReplayer {
	t.Helper()
	codec, err := vault.FixedCodec(sha256.Sum256([]byte("recorded histories")))
	require.NoError(t, err)
	data, failures := vault.Converters(codec)
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: data, FailureConverter: failures})
	require.NoError(t, err)
	return r
}

func TestAChangedWorkflowDoesNotReplay(t *testing.T) {
	replayer := replayer(t)
	replayer.RegisterWorkflowWithOptions(func(ctx workflow.Context, in trade.SendOrderInput) (trade.SendOrderResult, error) {
		return trade.SendOrderResult{}, workflow.ExecuteActivity(localWork(ctx, ""), run.TransmitOrder, nil).Get(ctx, nil)
	}, workflow.RegisterOptions{Name: TypeSendOrder})
	require.Error(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, "testdata/replay/send_order_sent.json"))
}
