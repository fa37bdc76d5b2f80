package inboundtest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// TestAFileOfManyInvoicesLosesOnlyTheBadOne sends one interchange with many invoices for the
// same order line, a unit each, and one whose total is wrong. TRADEWIND_BULK=1000 is the long one.
func TestAFileOfManyInvoicesLosesOnlyTheBadOne(t *testing.T) {
	t.Parallel()
	invoices := apptest.Number(t, "TRADEWIND_BULK", 100)
	w := newWorld(t)
	made, err := w.Sandbox.AddInvoices(40) // orders to bill, on whose mailbox nobody looks yet
	require.NoError(t, err)
	for _, f := range w.Sandbox.Hub.Files() {
		require.NoError(t, w.Sandbox.Hub.Remove(f.ID))
	}
	of, line := longestLine(t, made)
	w.widen(of, line, invoices)
	content := billOneByOne(t, of, line, invoices)
	require.NoError(t, w.Sandbox.Hub.Deliver("inbound/edi", "bulk.edi", content))
	w.StartWorker().AwaitLog(t, "worker serves")
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	var states map[trade.State]int
	require.Eventually(t, func() bool {
		states = map[trade.State]int{}
		records, err := w.Ledger.Records(t.Context(), ledger.Filter{Flow: trade.InvoicesIn})
		require.NoError(t, err)
		for _, r := range records {
			states[r.State]++
		}
		return states[trade.StatePosted] == invoices-1 && states[trade.StateParked] == 1 && len(records) == invoices
	}, max(patience, time.Duration(invoices)*patience/100), 200*time.Millisecond, "%v", apptest.Lazily(func() string { return fmt.Sprint(states) }))
	require.Len(t, w.Records("--reason", trade.ReasonUnbalanced), 1)
	posted := w.vouchers()
	for i := range invoices {
		if i != bad {
			require.Len(t, posted[bulkNumber(i)], 1, bulkNumber(i))
		}
	}
	require.Empty(t, posted[bulkNumber(bad)])
	require.Contains(t, w.Run("reconcile"), "balanced: true")
}

// bad is the invoice of the file whose total is wrong.
const bad = 7

func bulkNumber(i int) string { return fmt.Sprintf("BULK-%05d", i) }

// longestLine finds the right invoice that bills most of one line, and that line.
func longestLine(t *testing.T, made []business.Invoice) (of business.Invoice, line edi.SegmentData) {
	var most decimal.Decimal
	for _, i := range made {
		if i.Kind != business.Right {
			continue
		}
		trees, err := edi.ReadAll(bytes.NewReader(i.Content))
		require.NoError(t, err)
		for _, s := range trees[0].Groups[0].Sets[0].Segments {
			if s.ID == "IT1" && s.Element(5) == "PE" && decimal.RequireFromString(s.Element(2)).GreaterThan(most) {
				most, of, line = decimal.RequireFromString(s.Element(2)), i, s
			}
		}
	}
	require.NotEmpty(t, of.Number)
	return of, line
}

// widen makes sure that the order line is ordered and received often enough.
func (w *world) widen(of business.Invoice, line edi.SegmentData, n int) {
	w.T.Helper()
	quantity := fmt.Sprint(max(n, int(decimal.RequireFromString(line.Element(2)).IntPart())))
	w.Put("infor/orders/"+of.Cono+"/"+of.Order, fmt.Sprintf(`{"lines":{%q:{"ORQA":%q,"CFQA":%q,"RVQA":%q}}}`, line.Element(1), quantity, quantity, quantity))
}

// billOneByOne writes one interchange of n invoices, each for one unit of the line.
func billOneByOne(t *testing.T, of business.Invoice, line edi.SegmentData, n int) []byte {
	trees, err := edi.ReadAll(bytes.NewReader(of.Content))
	require.NoError(t, err)
	tree := trees[0]
	var out bytes.Buffer
	e := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~'})
	require.NoError(t, e.BeginInterchange(tree.Interchange))
	require.NoError(t, e.BeginGroup(tree.Groups[0].Group))
	price := decimal.RequireFromString(line.Element(4)).Round(2)
	for i := range n {
		total := price
		if i == bad {
			total = total.Add(decimal.NewFromInt(1))
		}
		var segments []edi.SegmentData
		for _, s := range tree.Groups[0].Sets[0].Segments {
			switch s.ID {
			case "BIG":
				elements := append([]string{}, s.Elements...)
				elements[1] = bulkNumber(i)
				segments = append(segments, edi.NewSegment("BIG", elements...))
			case "TDS":
				elements := append([]string{}, line.Elements...)
				elements[1] = "1"
				segments = append(segments, edi.NewSegment("IT1", elements...), edi.NewSegment("TDS", total.Shift(2).StringFixed(0)), edi.NewSegment("CTT", "1"))
			case "IT1", "PID", "CTT", "SAC", "TXI":
			default:
				segments = append(segments, s)
			}
		}
		require.NoError(t, e.WriteSet("810", fmt.Sprintf("%09d", i+1), segments))
	}
	require.NoError(t, e.EndGroup())
	require.NoError(t, e.EndInterchange())
	return out.Bytes()
}
