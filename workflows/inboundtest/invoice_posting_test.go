package inboundtest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// TestGoodsThatVanishBeforeTheValidationHoldTheBatch books the receipts back while the batch is
// on its way into M3, which then refuses to match it, and books them again.
func TestGoodsThatVanishBeforeTheValidationHoldTheBatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Set("infor.yaml", "validationWait: 20s", "validationWait: 1s")
	w.StartWorker().AwaitLog(t, "worker serves")
	for _, c := range []struct {
		name, profile, expect string
		sameBatch             bool
	}{
		{"M3 validates the batch again", `{}`, "posted", true},
		{"M3 validates no batch twice", `{"refuseRevalidation":true}`, "posted", false},
		{"nor deletes one", `{"refuseRevalidation":true,"onPremises":true}`, "parked", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.T = t
			w.Put("infor/profile", c.profile)
			w.Sandbox.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "infor", Operation: "APS450MI/AddHead", Fault: "slow", Times: 1, DelayMillis: 3000}}})
			made := w.bill(1)
			require.Eventually(t, func() bool { return w.Sandbox.Faults.Rules().Rules[0].Fired == 1 }, patience, 10*time.Millisecond)
			w.receive(made[0], false)
			var held ledger.Record
			require.Eventually(t, func() bool {
				held = w.received(made)[made[0].Number][0]
				return held.State == trade.StateHeld
			}, patience, 50*time.Millisecond)
			require.Equal(t, trade.ReasonNotReceived, held.Reason.Code)
			require.Contains(t, held.Reason.Message, "M3 refused the batch at status 78")
			require.NotEmpty(t, held.Batch)

			w.receive(made[0], true)
			made[0].Expect = c.expect
			w.awaitOutcomes(made)
			w.postedOnce(made)
			record := w.received(made)[made[0].Number][0]
			require.Equal(t, c.sameBatch, held.Batch == record.Batch)
			if c.expect == "parked" {
				require.Equal(t, trade.ReasonBatchStuck, record.Reason.Code)
			}
		})
	}
}

// receive books all receipts of an invoice's order, or takes them back.
func (w *world) receive(i business.Invoice, all bool) {
	w.T.Helper()
	trees, err := edi.ReadAll(bytes.NewReader(i.Content))
	require.NoError(w.T, err)
	var lines []string
	for _, s := range trees[0].Groups[0].Sets[0].Segments {
		if s.ID == "IT1" {
			lines = append(lines, fmt.Sprintf(`%q:{"RVQA":%q}`, s.Element(1), map[bool]string{true: s.Element(2), false: "0"}[all]))
		}
	}
	w.Put("infor/orders/"+i.Cono+"/"+i.Order, `{"lines":{`+strings.Join(lines, ",")+`}}`)
}

// TestABatchThatM3RefusesIsPostedAfterAReplay has M3 refuse batches in which nothing is wrong
// that we can see: a person looks, and replays; the batch itself is validated again.
func TestABatchThatM3RefusesIsPostedAfterAReplay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	for _, c := range []struct{ status, reason string }{{"78", trade.ReasonMatchingFailed}, {"15", trade.ReasonBatchErrors}} {
		t.Run(c.status, func(t *testing.T) {
			w.T = t
			w.Put("infor/matching", fmt.Sprintf(`{"failNext":1,"status":%q}`, c.status))
			made := w.bill(1)
			made[0].Expect = "parked"
			w.awaitOutcomes(made)
			parked := w.received(made)[made[0].Number][0]
			require.Equal(t, c.reason, parked.Reason.Code)
			require.Contains(t, parked.Reason.String(), "see APS450, batch "+parked.Batch)
			w.postedOnce(made)

			w.Run("records", "replay", parked.ID, "--note", "looked at in APS450")
			made[0].Expect = "posted"
			w.awaitOutcomes(made)
			w.postedOnce(made)
			require.Equal(t, parked.Batch, w.received(made)[made[0].Number][0].Batch)
		})
	}
}

// TestInvoicesAreRecodedOrCodedWithTheirLines compares the coding in M3 under each strategy,
// also where the tenant has only one of the two ways.
func TestInvoicesAreRecodedOrCodedWithTheirLines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Set("allocation.yaml", "strategy: m3-rules", "strategy: recode")
	w.StartWorker().AwaitLog(t, "worker serves")
	rules := []faults.Rule{}
	for _, operation := range []string{"APS450MI/AddHeadRecode", "APS450MI/AddLineRecode"} {
		for _, fault := range []string{"504-before", "504-after", "cut-after"} {
			rules = append(rules, faults.Rule{System: "infor", Operation: operation, Fault: fault, Times: 1})
		}
	}
	w.Sandbox.Faults.Replace(faults.Set{Rules: rules})
	made := w.bill(12)
	w.awaitOutcomes(made)
	w.postedOnce(made)
	recodings := map[string]int{}
	for _, b := range w.Sandbox.M3.Batches() {
		if b["IBTP"] == "25" {
			require.Equal(t, "90", b["SUPA"])
			recodings[b["SINO"].(string)]++
		}
	}
	for _, i := range made {
		require.Equal(t, 1, recodings[i.Number], "recodings of %s", i.Number)
	}
	require.Contains(t, w.Run("records", "show", made[0].Number), "recoded")

	w.Put("infor/profile", `{"onPremises":true}`)
	w.Set("allocation.yaml", "strategy: recode", "strategy: objects")
	w.Worker.Kill()
	w.StartWorker().AwaitLog(t, "worker serves")
	made = w.bill(3)
	for i := range made {
		made[i].Expect = "parked"
	}
	w.awaitOutcomes(made)
	require.Len(t, w.Records("--reason", trade.ReasonStrategyUnavailable), 3)
}

// TestAnInvoiceOfAPeriodToComeWaitsForIt closes the books before the day of the invoices, and
// opens them.
func TestAnInvoiceOfAPeriodToComeWaitsForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	closed, open := `books: {from: "20000101", until: "20000131"}`, `books: {from: "20000101", until: "20991231"}`
	for _, group := range []string{"TRADEWINDUS", "TRADEWINDCA"} {
		w.Set("company.yaml", "    group: "+group+"\n", "    group: "+group+"\n    "+closed+"\n")
	}
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(2)
	for i := range made {
		made[i].Expect = "held"
	}
	w.awaitOutcomes(made)
	require.Len(t, w.Records("--reason", trade.ReasonPeriodNotOpen), 2)
	w.postedOnce(made)
	w.Set("company.yaml", closed, open)
	w.Set("company.yaml", closed, open)
	for i := range made {
		made[i].Expect = "posted"
	}
	w.awaitOutcomes(made)
	w.postedOnce(made)
}

// TestAResolvedInvoiceGivesItsNumberBack resolves an invoice that M3 refused, whose batch stays
// there, and takes the same number in another envelope.
func TestAResolvedInvoiceGivesItsNumberBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	w.Put("infor/matching", `{"failNext":1,"status":"78"}`)
	made := w.bill(1)
	made[0].Expect = "parked"
	w.awaitOutcomes(made)
	w.Run("records", "resolve", w.received(made)[made[0].Number][0].ID, "--note", "the supplier sends it again")

	again := readdressed(t, made[0], 901, "")
	made[0].Expect, again.Expect = "resolved", "posted"
	require.NoError(t, w.Sandbox.Hub.Deliver("inbound/edi", again.File, again.Content))
	both := []business.Invoice{made[0], again}
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitOutcomes(both)
	w.postedOnce(both)
	require.Len(t, w.Sandbox.M3.Batches(), 1, "the batch that was there is the one that is posted")
}

// TestAHeldInvoiceNeedNotWait resolves one that waits for its goods, and lets another try now.
func TestAHeldInvoiceNeedNotWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	made, err := w.Sandbox.AddInvoices(2)
	require.NoError(t, err)
	for i := range made {
		w.receive(made[i], false)
		made[i].Expect = "held"
	}
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitOutcomes(made)
	w.Run("records", "resolve", made[0].Number, "--note", "the supplier takes it back")
	w.receive(made[1], true)
	w.Run("records", "replay", made[1].Number, "--note", "the goods are here")
	made[0].Expect, made[1].Expect = "resolved", "posted"
	w.awaitOutcomes(made)
	w.postedOnce(made)
}
