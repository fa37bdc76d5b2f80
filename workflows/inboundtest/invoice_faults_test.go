package inboundtest

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// TestEachFaultOnTheWayIntoM3LeavesOneInvoice lets one thing go wrong at a time, for the
// first requests of that kind, and counts batches and vouchers in M3. The steps stand in
// installations of their own, which run beside one another.
func TestEachFaultOnTheWayIntoM3LeavesOneInvoice(t *testing.T) {
	t.Parallel()
	writing := []string{"504-before", "504-after", "cut-after", "locked", "429", "401"}
	for _, c := range []struct {
		system, operation string
		faults            []string
	}{
		{"infor", "APS450MI/AddHead", writing},
		{"infor", "APS450MI/AddLine", writing},
		{"infor", "APS455MI/ValidByBatchNo", writing},
		{"infor", "PPS200MI/GetHead", []string{"429"}},
		{"cleo", "download", []string{"429", "401", "403", "cut-middle", "short"}},
		{"cleo", "list", []string{"401"}},
	} {
		t.Run(c.operation, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Set("infor.yaml", "validationWait: 20s", "validationWait: 1s")
			w.StartWorker().AwaitLog(t, "worker serves")
			for _, fault := range c.faults {
				t.Run(fault, func(t *testing.T) {
					w.T = t
					w.postsThrough(faults.Rule{System: c.system, Operation: c.operation, Fault: fault, Times: 3})
				})
			}
		})
	}
}

// postsThrough bills while requests go wrong by a rule, and wants each invoice posted once.
func (w *world) postsThrough(rule faults.Rule) {
	w.T.Helper()
	const files = 12 // twelve hold one with freight and tax
	switch rule.Fault {
	case "504-after":
		rule.Times = files // every answer is lost once
	case "401":
		rule.Times = 1 // the token is renewed; twice in a row stops the lane, which rests a minute
	case "429":
		rule.RetryAfter = "1"
	}
	w.Sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{rule}})
	made := w.bill(files)
	w.awaitOutcomes(made)
	w.postedOnce(made)
	require.Equal(w.T, rule.Times, w.Sandbox.Faults.Rules().Rules[0].Fired)
	heads := map[string]int{}
	for _, b := range w.Sandbox.M3.Batches() {
		heads[b["SINO"].(string)]++
	}
	for _, i := range made {
		require.Equal(w.T, 1, heads[i.Number], "batches of invoice %s", i.Number)
	}
}

// TestAFolderThatCannotBeListedLosesNoFile refuses the listings that come between the look of
// the poll and the download of the files that it found.
func TestAFolderThatCannotBeListedLosesNoFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	for _, fault := range []string{"403", "404", "503"} {
		t.Run(fault, func(t *testing.T) {
			w.T = t
			const looks, times = 2, 2 // the poll looks twice, because the files are new
			w.Sandbox.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "cleo", Operation: "list", Fault: fault, After: looks, Times: times}}})
			made := w.bill(2)
			w.awaitOutcomes(made)
			w.postedOnce(made)
			require.Equal(t, times, w.Sandbox.Faults.Rules().Rules[0].Fired)
		})
	}
}

// TestAFileUnderTwoNamesIsOneInvoice delivers the same bytes twice at once, and once more
// when all is done.
func TestAFileUnderTwoNamesIsOneInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	made, err := w.Sandbox.AddInvoices(3)
	require.NoError(t, err)
	deliver := func(i business.Invoice, n int) business.Invoice {
		i.File, i.Expect = fmt.Sprintf("copy%d_%s", n, i.File), "duplicate"
		require.NoError(t, w.Sandbox.Hub.Deliver("inbound/edi", i.File, i.Content))
		return i
	}
	all := made
	for _, i := range made {
		all = append(all, deliver(i, 1))
	}
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitOutcomes(all)
	w.postedOnce(all)

	late := append(all[:len(all):len(all)], deliver(made[0], 2))
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitOutcomes(late)
	w.postedOnce(late)
	records, err := w.Ledger.Records(t.Context(), ledger.Filter{Flow: trade.InvoicesIn, State: trade.StateDuplicate})
	require.NoError(t, err)
	require.Len(t, records, 4)
	for _, r := range records {
		require.Equal(t, "0", r.Amount, "a copy counts, and is worth nothing")
	}
}

// TestAnInvoiceSentAgainIsADuplicate sends posted invoices once more in another envelope, the
// same and with another text, and those that somebody has entered in M3 by hand.
func TestAnInvoiceSentAgainIsADuplicate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(3)
	w.awaitOutcomes(made)
	again, other := readdressed(t, made[0], 901, ""), readdressed(t, made[1], 902, "1")
	again.Expect, other.Expect = "duplicate", "parked"
	for _, i := range []business.Invoice{again, other} {
		require.NoError(t, w.Sandbox.Hub.Deliver("inbound/edi", i.File, i.Content))
	}
	late := append(made[:len(made):len(made)], again, other)
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitOutcomes(late)
	w.postedOnce(late)
	require.Len(t, w.Records("--state", "parked", "--reason", trade.ReasonInvoiceDiffers), 1)

	typed, err := w.Sandbox.AddInvoices(2) // the mailbox is read when it is triggered
	require.NoError(t, err)
	for n, i := range typed {
		amount := decimal.RequireFromString(i.Total)
		if n == 1 {
			amount = amount.Add(decimal.NewFromInt(5))
		}
		divi := map[string]string{"100": "AAA", "200": "BBB"}[i.Cono]
		require.NoError(t, w.Sandbox.M3.Book(i.Cono, divi, map[string]string{"SUNO": i.Supplier, "SPYN": i.Supplier, "SINO": i.Number, "IVDT": business.Now().Format("20060102"),
			"CUCD": i.Currency, "CUAM": amount.String(), "YEA4": business.Now().Format("2006")}, []map[string]string{{"RDTP": "2", "CEID": "FREIGH", "PUNO": i.Order, "NLAM": amount.String()}}))
		typed[n].Expect = []string{"duplicate", "parked"}[n]
	}
	before := len(w.Sandbox.M3.Vouchers())
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitOutcomes(typed)
	require.Len(t, w.Sandbox.M3.Vouchers(), before, "nothing is posted beside what was typed")
}

// readdressed is an invoice in an envelope with other control numbers; more is added to its texts.
func readdressed(t *testing.T, of business.Invoice, control int, more string) business.Invoice {
	t.Helper()
	trees, err := edi.ReadAll(bytes.NewReader(of.Content))
	require.NoError(t, err)
	tree := trees[0]
	tree.Interchange.Control, tree.Groups[0].Group.Control = fmt.Sprintf("%09d", control), fmt.Sprint(control)
	var out bytes.Buffer
	e := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~'})
	require.NoError(t, e.BeginInterchange(tree.Interchange))
	require.NoError(t, e.BeginGroup(tree.Groups[0].Group))
	segments := append([]edi.SegmentData{}, tree.Groups[0].Sets[0].Segments...)
	for i, s := range segments {
		if s.ID == "PID" && more != "" {
			segments[i] = edi.NewSegment("PID", "F", "", "", "", s.Element(5)+more)
		}
	}
	require.NoError(t, e.WriteSet("810", "0001", segments))
	require.NoError(t, e.EndGroup())
	require.NoError(t, e.EndInterchange())
	of.File, of.Content = fmt.Sprintf("again_%d.edi", control), out.Bytes()
	return of
}
