package app_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// TestWhatPartnersAcknowledgeMovesTheOrders has every supplier accept its orders, then reject
// them, and then answer something that nobody sent.
func TestWhatPartnersAcknowledgeMovesTheOrders(t *testing.T) {
	t.Parallel()
	const orders = 8
	w := newWorld(t, orders)
	w.startWorker().awaitLog(t, "worker serves")
	w.pollAll()
	w.awaitRecords("sent", orders)
	answer := func(kind string, again bool) {
		n, err := w.sandbox.Answer(kind, again)
		require.NoError(t, err)
		require.Equal(t, orders, n)
		w.run("schedules", "trigger", "tradewind/mailbox/cleo")
	}
	answer("accepted", false)
	w.awaitRecords("acknowledged", orders)
	answer("rejected", true)
	w.awaitRecords("rejected", orders)
	for _, r := range w.records("--reason", trade.ReasonAckRejected) {
		story := w.run("records", "show", r.ID)
		for _, part := range []string{"answers:", "functional: accepted", "functional: rejected", "CSH"} {
			require.Contains(t, story, part)
		}
	}
	answer("unmatched", true)
	require.Eventually(t, func() bool { return len(w.records("--reason", trade.ReasonAckUnmatched)) == orders }, patience, 100*time.Millisecond)
	require.Contains(t, w.run("reconcile"), "balanced: true")
	require.Len(t, w.sandbox.Hub.Files(), 4*orders, "nothing was sent twice")
}

// TestOrdersWaitForTheirAnswers lets orders be acknowledged, be overdue, be given up and be
// rejected on a real server, and replays what it recorded of each.
func TestOrdersWaitForTheirAnswers(t *testing.T) {
	t.Parallel()
	const orders = 4
	w := newWorld(t, orders)
	w.set("partners/base.yaml", "  type: SA\n", "  type: SA\n  answer: {within: 1h, giveUp: 2h}\n")
	w.startWorker().awaitLog(t, "worker serves")
	w.pollAll()
	w.awaitRecords("sent", orders)
	waiting := w.records("--state", "sent")
	for _, r := range waiting {
		require.Equal(t, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, w.status(r.WorkflowID))
		require.Contains(t, w.run("records", "show", r.ID), "functional   waiting (due ")
	}
	for _, kind := range []string{"accepted", "accepted", "accepted"} { // the same thrice
		_, err := w.sandbox.Answer(kind, true)
		require.NoError(t, err)
	}
	w.run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitRecords("acknowledged", orders)
	w.awaitRecords("accepted", 3*orders)
	for _, r := range waiting {
		require.NoError(t, w.temporal.GetWorkflow(t.Context(), r.WorkflowID, "").Get(t.Context(), nil))
		description, err := w.temporal.DescribeWorkflowExecution(t.Context(), r.WorkflowID, "")
		require.NoError(t, err)
		require.LessOrEqual(t, description.GetWorkflowExecutionInfo().GetHistoryLength(), int64(32))
		answers, err := w.ledger.Answers(t.Context(), r.ID)
		require.NoError(t, err)
		require.Len(t, slices.DeleteFunc(answers, func(a ledger.Answered) bool { return a.Again }), 1)
	}
	w.replays(t, "send_order_acknowledged", waiting[0].WorkflowID)
	require.Contains(t, w.run("reconcile"), "balanced: true")
	require.Equal(t, orders, w.uploads())
}

// TestAnOverdueOrderIsVisibleAndItsLateAnswerIsToo has a partner whose every hour counts take too
// long, acknowledge at last, and reject what was sent after nobody waited any more.
func TestAnOverdueOrderIsVisibleAndItsLateAnswerIsToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.set("partners/base.yaml", "  type: SA\n", "  type: SA\n  answer: {within: 500ms, giveUp: 1h}\n")
	w.startWorker().awaitLog(t, "worker serves")
	w.pollAll()
	w.awaitRecords("overdue", 2)
	overdue := w.records("--state", "overdue")
	answer := func(kind string, again bool) {
		_, err := w.sandbox.Answer(kind, again)
		require.NoError(t, err)
		w.run("schedules", "trigger", "tradewind/mailbox/cleo")
	}
	require.Equal(t, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, w.status(overdue[0].WorkflowID))
	answer("accepted", false)
	w.awaitRecords("acknowledged", 2)
	require.NoError(t, w.temporal.GetWorkflow(t.Context(), overdue[0].WorkflowID, "").Get(t.Context(), nil))
	require.Contains(t, w.run("records", "show", overdue[0].ID), "functional   accepted (late)")
	w.replays(t, "send_order_overdue", overdue[0].WorkflowID)
	answer("rejected", true) // the workflows are closed
	w.awaitRecords("rejected", 2)
	w.run("records", "resolve", overdue[0].ID, "--note", "they took it by telephone")
	require.Contains(t, w.run("reconcile"), "balanced: true")
}

// TestARejectedOrderIsMendedAndSentAgain has the partners demand a segment; the profile is mended,
// the order replayed with new numbers in its own workflow, and the later 997 closes it.
func TestARejectedOrderIsMendedAndSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	const answers = "  answer: {within: 1h, giveUp: 2h}\n"
	w.set("partners/base.yaml", "  type: SA\n", "  type: SA\n"+answers)
	w.startWorker().awaitLog(t, "worker serves")
	w.pollAll()
	w.awaitRecords("sent", 1)
	first, err := w.ledger.Record(t.Context(), w.records("--state", "sent")[0].ID)
	require.NoError(t, err)
	answer := func(kind string, again bool) {
		_, err := w.sandbox.Answer(kind, again)
		require.NoError(t, err)
		w.run("schedules", "trigger", "tradewind/mailbox/cleo")
	}
	answer("rejected", false)
	w.awaitRecords("rejected", 1)
	w.published(func() { w.set("partners/base.yaml", "  type: SA\n"+answers, "  type: RL\n"+answers) })
	w.run("records", "replay", first.ID, "--note", "they asked for another type of order")
	w.awaitRecords("sent", 1)
	second, err := w.ledger.Record(t.Context(), first.ID)
	require.NoError(t, err)
	for name, numbers := range map[string][2]string{"interchange": {first.Interchange, second.Interchange}, "group": {first.Group, second.Group},
		"document": {first.Document.SHA256, second.Document.SHA256}} {
		require.NotEqual(t, numbers[0], numbers[1], name)
	}
	answer("accepted", false)
	w.awaitRecords("acknowledged", 1)
	require.NoError(t, w.temporal.GetWorkflow(t.Context(), first.ID, "").Get(t.Context(), nil))
	story := w.run("records", "show", first.ID)
	for _, part := range []string{"functional: rejected (to an earlier attempt)", "functional: accepted,", "CSH", first.Interchange, second.Interchange} {
		require.Contains(t, story, part)
	}
	w.replays(t, "send_order_rejected", first.ID)
}

// status is that of a workflow's last run.
func (w *world) status(id string) enums.WorkflowExecutionStatus {
	w.t.Helper()
	description, err := w.temporal.DescribeWorkflowExecution(w.t.Context(), id, "")
	require.NoError(w.t, err)
	return description.GetWorkflowExecutionInfo().GetStatus()
}
