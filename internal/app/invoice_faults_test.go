package app_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// TestEachFaultOnTheWayIntoM3LeavesOneInvoice lets one thing go wrong at a time, for the
// first requests of that kind, and counts batches and vouchers in M3.
func TestEachFaultOnTheWayIntoM3LeavesOneInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.set("infor.yaml", "validationWait: 20s", "validationWait: 1s")
	w.startWorker().awaitLog(t, "worker serves")
	type step struct{ system, operation string }
	addHead, addLine, validate := step{"infor", "APS450MI/AddHead"}, step{"infor", "APS450MI/AddLine"}, step{"infor", "APS455MI/ValidByBatchNo"}
	for _, c := range []struct {
		fault string
		steps []step
	}{
		{"504-before", []step{addHead, addLine, validate}},
		{"504-after", []step{addHead, addLine, validate}},
		{"cut-after", []step{addHead, addLine, validate}},
		{"locked", []step{addHead, addLine, validate}},
		{"429", []step{addHead, addLine, validate, {"infor", "PPS200MI/GetHead"}, {"cleo", "download"}}},
		{"401", []step{addHead, addLine, validate, {"cleo", "download"}, {"cleo", "list"}}},
		{"cut-middle", []step{{"cleo", "download"}}},
		{"short", []step{{"cleo", "download"}}},
	} {
		for _, s := range c.steps {
			t.Run(c.fault+" "+s.operation, func(t *testing.T) {
				w.t = t
				const files, times = 12, 3 // twelve hold one with freight and tax
				rule := faults.Rule{System: s.system, Operation: s.operation, Fault: c.fault, Times: times, RetryAfter: map[bool]string{true: "1"}[c.fault == "429"]}
				if c.fault == "504-after" {
					rule.Times = files // every answer is lost once
				}
				if c.fault == "401" { // once: the token is renewed; twice in a row stops the lane, which rests a minute
					rule.Times = 1
				}
				w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{rule}})
				made := w.bill(files)
				w.awaitOutcomes(made)
				w.postedOnce(made)
				require.Equal(t, rule.Times, w.sandbox.Faults.Rules().Rules[0].Fired)
				heads := map[string]int{}
				for _, b := range w.sandbox.M3.Batches() {
					heads[b["SINO"].(string)]++
				}
				for _, i := range made {
					require.Equal(t, 1, heads[i.Number], "batches of invoice %s", i.Number)
				}
			})
		}
	}
}

// TestAFileUnderTwoNamesIsOneInvoice delivers the same bytes twice at once, and once more
// when all is done.
func TestAFileUnderTwoNamesIsOneInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.startWorker().awaitLog(t, "worker serves")
	made, err := w.sandbox.AddInvoices(3)
	require.NoError(t, err)
	deliver := func(i business.Invoice, n int) business.Invoice {
		i.File, i.Expect = fmt.Sprintf("copy%d_%s", n, i.File), "duplicate"
		require.NoError(t, w.sandbox.Hub.Deliver("inbound/edi", i.File, i.Content))
		return i
	}
	all := made
	for _, i := range made {
		all = append(all, deliver(i, 1))
	}
	w.run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitOutcomes(all)
	w.postedOnce(all)

	late := append(all[:len(all):len(all)], deliver(made[0], 2))
	w.run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitOutcomes(late)
	w.postedOnce(late)
	records, err := w.ledger.Records(t.Context(), ledger.Filter{Flow: trade.InvoicesIn, State: trade.StateDuplicate})
	require.NoError(t, err)
	require.Len(t, records, 4)
	for _, r := range records {
		require.Equal(t, "0", r.Amount, "a copy counts, and is worth nothing")
	}
}
