package app_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	sdkpb "go.temporal.io/api/sdk/v1"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/workflows"
)

// mendUnits gives drums an X12 unit and waits until the worker has published it.
func (w *world) mendUnits() {
	w.T.Helper()
	w.published(func() {
		file, err := os.OpenFile(w.Path("config", "crosswalks", "units.csv"), os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(w.T, err)
		_, err = file.WriteString(",DRM,DR,,\n")
		require.NoError(w.T, err)
		require.NoError(w.T, file.Close())
	})
}

// published changes the configuration folder and waits until the worker has published it.
func (w *world) published(change func()) {
	w.T.Helper()
	before, err := w.Ledger.CurrentConfiguration(w.T.Context())
	require.NoError(w.T, err)
	change()
	require.Eventually(w.T, func() bool {
		now, err := w.Ledger.CurrentConfiguration(w.T.Context())
		return err == nil && now != before
	}, patience, 50*time.Millisecond)
}

// shown gives what the Web UI shows of a workflow: details and search attributes.
func (w *world) shown(id string) (details string, attributes map[string]string, run string) {
	w.T.Helper()
	answer, err := w.Temporal.QueryWorkflow(w.T.Context(), id, "", "__temporal_workflow_metadata")
	require.NoError(w.T, err)
	var metadata sdkpb.WorkflowMetadata
	require.NoError(w.T, answer.Get(&metadata))
	description, err := w.Temporal.DescribeWorkflowExecution(w.T.Context(), id, "")
	require.NoError(w.T, err)
	attributes = map[string]string{}
	for name, payload := range description.GetWorkflowExecutionInfo().GetSearchAttributes().GetIndexedFields() {
		attributes[name] = string(payload.GetData())
	}
	return metadata.GetCurrentDetails(), attributes, description.GetWorkflowExecutionInfo().GetExecution().GetRunId()
}

func TestAParkedOrderIsExplainedAndReplayedByEveryFace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	_, err := w.Sandbox.AddOrders(business.UnitMissing, 12)
	require.NoError(t, err)
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 3)
	w.awaitRecords("parked", 17)
	parked := w.Records("--reason", trade.ReasonUnitUnmapped)
	require.Len(t, parked, 13)

	first := parked[0]
	require.Contains(t, w.Run("records", "list", "--state", "parked"), `unit "DRM" has no X12 code`)
	require.Contains(t, w.Run("records", "show", first.Number), "crosswalks/units.csv")
	details, attributes, run := w.shown(first.WorkflowID)
	require.Contains(t, details, `unit "DRM" has no X12 code`)
	require.Equal(t, `"UNIT_UNMAPPED"`, attributes["ReasonCode"])
	require.Equal(t, `"parked"`, attributes["RecordState"])

	require.Contains(t, w.Run("records", "replay", first.ID), "is parked", "nothing was mended yet")
	w.mendUnits()
	require.Contains(t, w.Run("records", "replay", "--dry-run", first.ID), "+PO1*10*")
	require.Contains(t, w.Run("records", "replay", first.ID, "--note", "unit added"), "is sent")
	_, attributes, sameRun := w.shown(first.WorkflowID)
	require.Equal(t, run, sameRun, "in the same workflow history")
	require.Equal(t, `"sent"`, attributes["RecordState"])
	require.NotContains(t, attributes, "ReasonCode")

	second := parked[1]
	w.cli("workflow", "update", "execute", "--workflow-id", second.WorkflowID, "--name", "replay", "--input", `{"by":"kim"}`)
	w.awaitRecords("sent", 5)

	w.awaitVisible("RecordState = 'parked' AND ReasonCode = 'UNIT_UNMAPPED'", 11)
	w.cli("workflow", "signal", "--name", "replay", "--input", `{"by":"kim"}`, "--query", "RecordState = 'parked' AND ReasonCode = 'UNIT_UNMAPPED'", "--reason", "units mended", "--yes")
	w.awaitRecords("sent", 16)
	for order, n := range w.ordersAtCleo() {
		require.Equal(t, 1, n, order)
	}
	require.Contains(t, w.Run("records", "resolve", w.Records("--reason", trade.ReasonNoLines)[0].ID, "--note", "cancelled by phone"), "is resolved")
	require.Contains(t, w.Run("reconcile"), "balanced: true")
}

// awaitVisible waits until a query of Temporal's visibility finds so many.
func (w *world) awaitVisible(query string, n int64) {
	w.T.Helper()
	require.Eventually(w.T, func() bool {
		counted, err := w.Temporal.CountWorkflow(w.T.Context(), countRequest(w.Namespace, query))
		return err == nil && counted.GetCount() == n
	}, patience, 100*time.Millisecond, query)
}

func TestAFinishedOrderIsSentAgainOnlyWhenAskedTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 1)
	r := w.Records("--state", "sent")[0]
	_, errs, err := w.Try("records", "replay", r.ID)
	require.Error(t, err)
	require.Contains(t, errs, "--resend")
	require.Equal(t, 1, w.uploads())

	require.Contains(t, w.Run("records", "replay", r.ID, "--resend", "--note", "supplier lost it"), "is sent")
	files := w.Sandbox.Hub.Files()
	require.Len(t, files, 2)
	require.Equal(t, files[0].SHA256, files[1].SHA256, "the same bytes with the same numbers")
	require.Contains(t, w.Run("records", "show", r.ID), "supplier lost it")

	record, err := w.Ledger.Record(t.Context(), r.ID)
	require.NoError(t, err)
	require.Equal(t, int64(2), record.Attempt)
	require.NoError(t, w.Ledger.VerifyChain(t.Context(), r.ID))
}

func TestADeliveredOrderCostsAtMost24Events(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 2)
	for _, r := range w.Records("--state", "sent") {
		require.NoError(t, w.Temporal.GetWorkflow(t.Context(), r.WorkflowID, "").Get(t.Context(), nil))
		description, err := w.Temporal.DescribeWorkflowExecution(t.Context(), r.WorkflowID, "")
		require.NoError(t, err)
		require.LessOrEqual(t, description.GetWorkflowExecutionInfo().GetHistoryLength(), int64(24))
		require.Equal(t, enums.WORKFLOW_EXECUTION_STATUS_COMPLETED, description.GetWorkflowExecutionInfo().GetStatus())
	}
}

func TestOrdersRegisteredByAKilledWorkerAreStartedByTheNextPoll(t *testing.T) {
	w := newWorld(t, 4)
	// The worker dies where it must not matter: behind the registration, before any
	// workflow of a record was started.
	registered := registerOnly(t, w)
	require.Equal(t, 9, registered)
	require.Empty(t, w.ordersAtCleo())
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 4)
	w.awaitRecords("parked", 5)
	for order, n := range w.ordersAtCleo() {
		require.Equal(t, 1, n, order)
	}
}

func TestAnInvalidConfigurationKeepsTheVersionBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	p := w.StartWorker()
	p.AwaitLog(t, "worker serves")
	before, err := w.Ledger.CurrentConfiguration(t.Context())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(w.Path("config", "infor.yaml"), []byte("reader: exportmi\nreadr: search\n"), 0o600))
	p.AwaitLog(t, "the version before stays in use")
	p.AwaitLog(t, "infor.yaml:2:1")
	after, err := w.Ledger.CurrentConfiguration(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after)
	w.pollAll()
	w.awaitRecords("sent", 1)
}

func TestWorkflowsShowWhatTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 1)
	r := w.Records("--state", "sent")[0]
	description, err := w.Temporal.DescribeWorkflow(t.Context(), r.WorkflowID, "")
	require.NoError(t, err)
	summary, err := description.GetStaticSummary()
	require.NoError(t, err)
	require.Equal(t, "850 PO "+r.Number+" → "+r.Partner, summary)
	require.Equal(t, workflows.TypeSendOrder, description.WorkflowType.Name)
	records, err := w.Ledger.Records(t.Context(), ledger.Filter{State: trade.StateSent})
	require.NoError(t, err)
	require.Len(t, records, 1)
}
