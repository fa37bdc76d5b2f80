package app_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"tradewind/edi"
	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// TestWhatPartnersAcknowledgeMovesTheOrders has every supplier accept its orders, then reject
// them, and then answer something that nobody sent.
func TestWhatPartnersAcknowledgeMovesTheOrders(t *testing.T) {
	t.Parallel()
	const orders = 8
	w := newWorld(t, orders)
	w.StartWorker().AwaitLog(t, "worker serves")
	w.pollAll()
	w.awaitRecords("sent", orders)
	answer := func(kind string, again bool) {
		n, err := w.Sandbox.Answer(kind, again)
		require.NoError(t, err)
		require.Equal(t, orders, n)
		w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	}
	answer("accepted", false)
	w.awaitRecords("acknowledged", orders)
	answer("rejected", true)
	w.awaitRecords("rejected", orders)
	for _, r := range w.Records("--reason", trade.ReasonAckRejected) {
		story := w.Run("records", "show", r.ID)
		for _, part := range []string{"answers:", "functional: accepted", "functional: rejected", "CSH"} {
			require.Contains(t, story, part)
		}
	}
	answer("unmatched", true)
	require.Eventually(t, func() bool { return len(w.Records("--reason", trade.ReasonAckUnmatched)) == orders }, patience, 100*time.Millisecond)
	require.Contains(t, w.Run("reconcile"), "balanced: true")
	require.Len(t, w.Sandbox.Hub.Files(), 4*orders, "nothing was sent twice")
}

// TestOrdersWaitForTheirAnswers lets orders be acknowledged, be overdue, be given up and be
// rejected on a real server, and replays what it recorded of each.
func TestOrdersWaitForTheirAnswers(t *testing.T) {
	t.Parallel()
	const orders = 4
	w := newWorld(t, orders)
	w.Set("partners/base.yaml", "  type: SA\n", "  type: SA\n  answer: {within: 1h, giveUp: 2h}\n")
	w.StartWorker().AwaitLog(t, "worker serves")
	w.pollAll()
	w.awaitRecords("sent", orders)
	waiting := w.Records("--state", "sent")
	for _, r := range waiting {
		require.Equal(t, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, w.status(r.WorkflowID))
		require.Contains(t, w.Run("records", "show", r.ID), "functional   waiting (due ")
	}
	for _, kind := range []string{"accepted", "accepted", "accepted"} { // the same thrice
		_, err := w.Sandbox.Answer(kind, true)
		require.NoError(t, err)
	}
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitRecords("acknowledged", orders)
	w.awaitRecords("accepted", 3*orders)
	for _, r := range waiting {
		require.NoError(t, w.Temporal.GetWorkflow(t.Context(), r.WorkflowID, "").Get(t.Context(), nil))
		description, err := w.Temporal.DescribeWorkflowExecution(t.Context(), r.WorkflowID, "")
		require.NoError(t, err)
		require.LessOrEqual(t, description.GetWorkflowExecutionInfo().GetHistoryLength(), int64(32))
		answers, err := w.Ledger.Answers(t.Context(), r.ID)
		require.NoError(t, err)
		require.Len(t, slices.DeleteFunc(answers, func(a ledger.Answered) bool { return a.Again }), 1)
	}
	w.Replays(t, "send_order_acknowledged", waiting[0].WorkflowID)
	w.Replays(t, "match_acknowledgement", w.Records("--flow", string(trade.AcksIn))[0].ID)
	require.Contains(t, w.Run("reconcile"), "balanced: true")
	require.Equal(t, orders, w.uploads())
}

// TestAnOverdueOrderIsVisibleAndItsLateAnswerIsToo has a partner whose every hour counts take too
// long, acknowledge at last, and reject what was sent after nobody waited any more.
func TestAnOverdueOrderIsVisibleAndItsLateAnswerIsToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.Set("partners/base.yaml", "  type: SA\n", "  type: SA\n  answer: {within: 500ms, giveUp: 1h}\n")
	w.StartWorker().AwaitLog(t, "worker serves")
	w.pollAll()
	w.awaitRecords("overdue", 2)
	overdue := w.Records("--state", "overdue")
	answer := func(kind string, again bool) {
		_, err := w.Sandbox.Answer(kind, again)
		require.NoError(t, err)
		w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	}
	require.Equal(t, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, w.status(overdue[0].WorkflowID))
	answer("accepted", false)
	w.awaitRecords("acknowledged", 2)
	require.NoError(t, w.Temporal.GetWorkflow(t.Context(), overdue[0].WorkflowID, "").Get(t.Context(), nil))
	require.Contains(t, w.Run("records", "show", overdue[0].ID), "functional   accepted (late)")
	w.Replays(t, "send_order_overdue", overdue[0].WorkflowID)
	answer("rejected", true) // the workflows are closed
	w.awaitRecords("rejected", 2)
	w.Run("records", "resolve", overdue[0].ID, "--note", "they took it by telephone")
	require.Contains(t, w.Run("reconcile"), "balanced: true")
}

// TestARejectedOrderIsMendedAndSentAgain has the partners demand a segment; the profile is mended,
// the order replayed with new numbers in its own workflow, and the later 997 closes it.
func TestARejectedOrderIsMendedAndSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	const answers = "  answer: {within: 1h, giveUp: 2h}\n"
	w.Set("partners/base.yaml", "  type: SA\n", "  type: SA\n"+answers)
	w.StartWorker().AwaitLog(t, "worker serves")
	w.pollAll()
	w.awaitRecords("sent", 1)
	first, err := w.Ledger.Record(t.Context(), w.Records("--state", "sent")[0].ID)
	require.NoError(t, err)
	answer := func(kind string, again bool) {
		_, err := w.Sandbox.Answer(kind, again)
		require.NoError(t, err)
		w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	}
	answer("rejected", false)
	w.awaitRecords("rejected", 1)
	w.published(func() { w.Set("partners/base.yaml", "  type: SA\n"+answers, "  type: RL\n"+answers) })
	w.Run("records", "replay", first.ID, "--note", "they asked for another type of order")
	w.awaitRecords("sent", 1)
	second, err := w.Ledger.Record(t.Context(), first.ID)
	require.NoError(t, err)
	for name, numbers := range map[string][2]string{"interchange": {first.Interchange, second.Interchange}, "group": {first.Group, second.Group},
		"document": {first.Document.SHA256, second.Document.SHA256}} {
		require.NotEqual(t, numbers[0], numbers[1], name)
	}
	answer("accepted", false)
	w.awaitRecords("acknowledged", 1)
	require.NoError(t, w.Temporal.GetWorkflow(t.Context(), first.ID, "").Get(t.Context(), nil))
	story := w.Run("records", "show", first.ID)
	for _, part := range []string{"functional: rejected (to an earlier attempt)", "functional: accepted,", "CSH", first.Interchange, second.Interchange} {
		require.Contains(t, story, part)
	}
	w.Replays(t, "send_order_rejected", first.ID)
}

// TestOneAnswerToManySetsReachesEach has Cleo put the orders of one partner into one group, which
// one 997 answers set by set: while they are being sent, and twice more behind that.
// TRADEWIND_GROUP=450 gives a group of more than 300.
func TestOneAnswerToManySetsReachesEach(t *testing.T) {
	t.Parallel()
	orders := apptest.Number(t, "TRADEWIND_GROUP", 40)
	w := newWorld(t, orders)
	w.Set("partners/100-0010045.yaml", "id: ", "envelope: cleo\nid: ")
	w.Set("partners/base.yaml", "  type: SA\n", "  type: SA\n  answer: {within: 1h, giveUp: 2h}\n")
	require.NoError(t, w.Sandbox.Change(func(all *[]*business.Order) {
		for _, o := range *all {
			o.Head["SUNO"] = "0010045"
		}
	}))
	w.limitUploads(20)
	w.StartWorker().AwaitLog(t, "worker serves")
	w.Run("schedules", "trigger", schedule)
	sets := 0 // of the one company that is read
	require.Eventually(t, func() bool {
		windows, err := w.Ledger.Windows(t.Context(), schedule, time.Time{}, time.Now().Add(time.Hour))
		if err != nil || closed(windows) == 0 {
			return false
		}
		records, err := w.Ledger.Records(t.Context(), ledger.Filter{Flow: trade.OrdersOut, Company: "100-AAA"})
		sets = 0
		for _, r := range records {
			if r.State == trade.StateDiscovered {
				return false
			}
			if r.SetControl != "" {
				sets++
			}
		}
		return err == nil
	}, 2*patience, 100*time.Millisecond, "all have their numbers")
	require.GreaterOrEqual(t, sets, min(orders, 100))
	t.Logf("%d sets in the group", sets)
	rejected := sets / 3
	for n := range 3 {
		require.NoError(t, w.Sandbox.Hub.Deliver("inbound/edi", fmt.Sprintf("many-%d.edi", n), manyAnswers(t, sets, 600001+n)))
		w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
		w.awaitRecords("rejected", rejected)
		w.awaitRecords("acknowledged", sets-rejected)
		w.awaitRecords("accepted", n+1)
	}
	for _, r := range w.Records("--flow", string(trade.OrdersOut), "--partner", "HALVBRG") {
		answers, err := w.Ledger.Answers(t.Context(), r.ID)
		require.NoError(t, err)
		fresh := slices.DeleteFunc(slices.Clone(answers), func(a ledger.Answered) bool { return a.Again })
		if len(answers) > 0 {
			require.Len(t, answers, 3, r.ID)
			require.Len(t, fresh, 1, r.ID)
		}
	}
	all, err := w.Ledger.Records(t.Context(), ledger.Filter{Flow: trade.OrdersOut})
	require.NoError(t, err)
	sent := 0
	for _, r := range all {
		if r.FileID != "" {
			sent++
		}
	}
	require.Equal(t, sent, w.uploads(), "nothing is sent twice")
	require.Contains(t, w.Run("reconcile"), "balanced: true")
}

// manyAnswers is a 997 that rejects every third of so many sets, and accepts the others.
func manyAnswers(t *testing.T, sets, control int) []byte {
	t.Helper()
	s := edi.NewSegment
	segments, accepted := []edi.SegmentData{s("AK1", "PO", "77")}, 0
	for n := 1; n <= sets; n++ {
		segments = append(segments, s("AK2", "850", fmt.Sprintf("%04d", n)))
		if n%3 == 0 {
			segments = append(segments, s("AK3", "BEG", "2", "", "8"), s("AK4", "2", "92", "7"), s("AK5", "R", "5"))
			continue
		}
		accepted++
		segments = append(segments, s("AK5", "A"))
	}
	segments = append(segments, s("AK9", "P", fmt.Sprint(sets), fmt.Sprint(sets), fmt.Sprint(accepted)))
	var out bytes.Buffer
	e := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~'})
	at := time.Now().UTC()
	require.NoError(t, e.BeginInterchange(edi.Interchange{SenderQualifier: "01", Sender: "081550456", ReceiverQualifier: "ZZ", Receiver: "TRADEWINDUS",
		Time: at, Version: "00401", Control: fmt.Sprintf("%09d", control), Usage: "P"}))
	require.NoError(t, e.BeginGroup(edi.Group{Functional: "FA", Sender: "HALVBRG", Receiver: "TRADEWINDUS", Time: at, Control: fmt.Sprint(control), Version: "004010"}))
	require.NoError(t, e.WriteSet("997", "0001", segments))
	require.NoError(t, e.EndGroup())
	require.NoError(t, e.EndInterchange())
	return out.Bytes()
}

// status is that of a workflow's last run.
func (w *world) status(id string) enums.WorkflowExecutionStatus {
	w.T.Helper()
	description, err := w.Temporal.DescribeWorkflowExecution(w.T.Context(), id, "")
	require.NoError(w.T, err)
	return description.GetWorkflowExecutionInfo().GetStatus()
}
