package inboundtest

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// ofKind finds the first invoice of a kind with its record.
func (w *world) ofKind(made []business.Invoice, kind string) (business.Invoice, ledger.Record) {
	w.T.Helper()
	for _, i := range made {
		if i.Kind == kind {
			records := w.received(made)[i.Number]
			require.Len(w.T, records, 1)
			return i, records[0]
		}
	}
	require.FailNow(w.T, "no invoice is "+kind)
	return business.Invoice{}, ledger.Record{}
}

// rightTotal is TDS01 as the parts of a wrong-total invoice ask for it: they come to 1.00
// less than it says.
func rightTotal(i business.Invoice) decimal.Decimal {
	return decimal.RequireFromString(i.Total).Sub(decimal.NewFromInt(1))
}

// TestAnInvoiceWithAWrongTotalIsPostedOnceItsTotalIsCorrected leaves the original as it came.
func TestAnInvoiceWithAWrongTotalIsPostedOnceItsTotalIsCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(24)
	w.awaitOutcomes(made)
	wrong, r := w.ofKind(made, business.WrongTotal)
	require.Equal(t, trade.ReasonUnbalanced, r.Reason.Code)
	right := rightTotal(wrong)
	cents := func(d decimal.Decimal) string { return d.Shift(2).String() }

	// What cannot be is refused in front of everything that is written.
	for set, want := range map[string]string{
		"TDS-01=much": `TDS[1]-01 cannot be "much"`, "SE-01=9": "control segments", "IT1[99]-02=1": "the set has IT1[1]", "TDS": "is not PATH=VALUE",
	} {
		_, errs, err := w.Try("records", "replay", r.ID, "--set", set, "--note", "n")
		require.Error(t, err, set)
		require.Contains(t, errs, want)
	}
	_, errs, err := w.Try("records", "replay", r.ID, "--set", "TDS-01="+cents(right))
	require.Error(t, err)
	require.Contains(t, errs, "needs a note")
	events, err := w.Ledger.Events(t.Context(), r.ID)
	require.NoError(t, err)
	require.Contains(t, w.Run("records", "replay", "--dry-run", r.ID), "would park")
	require.Contains(t, w.Run("records", "replay", "--dry-run", r.ID, "--set", "TDS-01="+cents(right)), " CUAM="+right.String()+" ")
	after, err := w.Ledger.Events(t.Context(), r.ID)
	require.NoError(t, err)
	require.Equal(t, events, after, "refusals and looks leave no trace")

	// A value that is wrong as well parks again; the next takes its place.
	require.Contains(t, w.Run("records", "replay", r.ID, "--set", "TDS-01="+cents(right.Add(decimal.NewFromInt(5))), "--note", "a first try"), "UNBALANCED")
	require.Zero(t, len(w.vouchers()[wrong.Number]))
	w.Run("records", "replay", r.ID, "--set", r.Reason.Place+"="+cents(right), "--note", "total confirmed by phone", "--by", "kim")
	for i := range made {
		if made[i].Number == wrong.Number {
			made[i].Expect, made[i].Total = "posted", right.String()
		}
	}
	w.awaitOutcomes(made)
	w.postedOnce(made)
	require.NoError(t, w.Ledger.VerifyChain(t.Context(), r.ID))

	var story struct {
		Source struct {
			Segments []struct {
				Path   string
				Values []struct{ At, Text string }
			}
		}
		Overlay trade.Overlay
		Result  struct {
			Head    struct{ Amount string }
			Overlay trade.Overlay
		}
		Trace    []struct{ Place, Rule, Dimension, Value, Why string }
		Document string
		Amount   string
	}
	require.NoError(t, json.Unmarshal([]byte(w.Run("records", "show", r.ID, "--json")), &story))
	for _, s := range story.Source.Segments {
		if s.Path == "TDS[1]" {
			require.Equal(t, cents(decimal.RequireFromString(wrong.Total)), s.Values[0].Text, "the source stays as it came")
		}
	}
	require.Len(t, story.Overlay, 1)
	c := story.Overlay[0]
	require.Equal(t, []string{"TDS[1]-01", cents(decimal.RequireFromString(wrong.Total)), cents(right), "kim", "total confirmed by phone"}, []string{c.Path, c.Old, c.Value, c.By, c.Note})
	require.False(t, c.At.IsZero())
	require.Equal(t, right.String(), story.Result.Head.Amount)
	require.Equal(t, story.Overlay, story.Result.Overlay, "the plan names what it was made with")
	require.NotEmpty(t, story.Trace)
	require.Contains(t, story.Document, `"overlay":[{"path":"TDS[1]-01"`)
	require.Equal(t, right.String(), story.Amount)

	text := w.Run("records", "show", r.ID)
	for _, part := range []string{"source: set 810 as it came, at ISA[1]/GS[1]/ST[1]", "TDS[1]    01=" + c.Old, "overlay:\n  TDS[1]-01: \"" + c.Old + "\" → \"" + c.Value + "\", by kim at ",
		"total confirmed by phone", "result: what M3 gets", "CUAM=" + right.String(), "allocation: which rule gave what", "corrected=TDS[1]-01", "a first try"} {
		require.Contains(t, text, part)
	}
	_, errs, err = w.Try("records", "replay", r.ID, "--set", "TDS-01=1", "--note", "n")
	require.Error(t, err)
	require.Contains(t, errs, "is posted as voucher")
}

// TestAnInvalidSetGoesOnAsItIsCorrected delivers a parked invoice once more under new control
// numbers, with a date that is none, and corrects its date, its total and its number.
func TestAnInvalidSetGoesOnAsItIsCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.StartWorker().AwaitLog(t, "worker serves")
	made := w.bill(24)
	w.awaitOutcomes(made)
	wrong, first := w.ofKind(made, business.WrongTotal)
	text := string(wrong.Content)
	date := strings.SplitN(text[strings.Index(text, "BIG*"):], "*", 3)[1]
	for old, changed := range map[string]string{"BIG*" + date: "BIG*20261399", first.Interchange: "900000001", "*" + first.Group + "*X*": "*9001*X*", "GE*1*" + first.Group: "GE*1*9001"} {
		require.Contains(t, text, old)
		text = strings.ReplaceAll(text, old, changed)
	}
	require.NoError(t, w.Sandbox.Hub.Deliver("inbound/edi", "broken.edi", []byte(text)))
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	broken := func() []apptest.ListedRecord { return w.Records("--reason", trade.ReasonSetInvalid) }
	require.Eventually(t, func() bool { return len(broken()) == 1 }, patience, 100*time.Millisecond)
	id := broken()[0].ID
	require.Contains(t, w.Run("records", "replay", id), "is parked", "nothing was corrected yet")
	total, number := rightTotal(wrong), wrong.Number+"X"
	require.Contains(t, w.Run("records", "replay", id, "--set", "BIG-01="+date, "--note", "read from the paper"), "UNBALANCED", "the set is valid now")
	w.Run("records", "replay", id, "--set", "TDS-01="+total.Shift(2).String(), "--set", "BIG-02="+number, "--note", "both confirmed")
	require.Eventually(t, func() bool { return w.vouchers()[number][total.String()] == 1 }, patience, 100*time.Millisecond)
	require.Empty(t, w.vouchers()[wrong.Number])
	require.Contains(t, w.Run("records", "show", number), "BIG[1]-02: \""+wrong.Number+"\" → \""+number+"\"")
	require.Contains(t, w.Run("reconcile"), "balanced: true")
}
