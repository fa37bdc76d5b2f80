package workflows

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// fromPartner is an interchange of a record's partner with one set, and the record that it becomes.
func (w *world) fromPartner(r ledger.Record, functional, set string, control int, segments ...edi.SegmentData) ledger.Record {
	w.t.Helper()
	content, err := w.Archive.Get(w.t.Context(), w.state(r).Document.SHA256)
	require.NoError(w.t, err)
	trees, err := edi.ReadAll(bytes.NewReader(content))
	require.NoError(w.t, err)
	ours, group := trees[0], trees[0].Groups[0]
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	e := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Segment: '~'})
	require.NoError(w.t, e.BeginInterchange(edi.Interchange{SenderQualifier: ours.ReceiverQualifier, Sender: ours.Receiver, ReceiverQualifier: ours.SenderQualifier,
		Receiver: ours.Sender, Time: at, Version: "00401", Control: fmt.Sprintf("%09d", control), Usage: ours.Usage}))
	require.NoError(w.t, e.BeginGroup(edi.Group{Functional: functional, Sender: group.Receiver, Receiver: group.Sender, Time: at, Control: fmt.Sprint(control), Version: "004010"}))
	require.NoError(w.t, e.WriteSet(set, "0001", segments))
	require.NoError(w.t, e.EndGroup())
	require.NoError(w.t, e.EndInterchange())
	received := w.receive(out.Bytes())
	require.Len(w.t, received, 1)
	return received[0]
}

// confirmed is an 855 about a sent order; change alters the quantity of its first line.
func (w *world) confirmed(r ledger.Record, code string, control int, change func(quantity string) string) ledger.Record {
	w.t.Helper()
	has := w.supplierHas()
	s := edi.NewSegment
	segments := []edi.SegmentData{s("BAK", "00", code, r.Number, "20260301")}
	for i, line := range has.Lines {
		quantity := line.Quantity.String()
		if i == 0 {
			quantity = change(quantity)
		}
		status := "IA"
		if quantity != line.Quantity.String() {
			status = "IQ"
		}
		segments = append(segments, s("PO1", line.ID, line.Quantity.String(), line.Unit, line.Price.String(), line.Basis), s("ACK", status, quantity, line.Unit))
	}
	return w.fromPartner(r, "PR", "855", control, append(segments, s("CTT", fmt.Sprint(len(has.Lines))))...)
}

func same(quantity string) string { return quantity }

// TestAConfirmationIsComparedWithItsOrder confirms an order as it is, changes a line, and refuses.
func TestAConfirmationIsComparedWithItsOrder(t *testing.T) {
	for name, test := range map[string]struct {
		code    string
		change  func(string) string
		setting string
		reason  string
		state   trade.State // of the order
		verdict trade.Verdict
	}{
		"as it was ordered":  {"AD", same, "", "", trade.StateSent, trade.VerdictAccepted},
		"less than ordered":  {"AC", func(string) string { return "1" }, "", trade.ReasonConfirmationDiffers, trade.StateSent, trade.VerdictChanged},
		"less, and is noted": {"AC", func(string) string { return "1" }, "note", "", trade.StateSent, trade.VerdictChanged},
		"the order refused":  {"RJ", same, "note", "", trade.StateRejected, trade.VerdictRejected},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			if test.setting != "" {
				w.publishWith("partners/base.yaml", "differs: park", "differs: "+test.setting)
			}
			r := w.one(business.Normal)
			require.NoError(t, w.send(r, nil).GetWorkflowError())
			said := w.match(w.confirmed(r, test.code, 700001, test.change))
			if test.reason != "" {
				requireStop(t, stop{test.reason, trade.ClassData, trade.StateParked, "order " + r.Number, "1 "}, said)
			} else {
				require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
			}
			require.Equal(t, test.state, w.state(r).State)
			answers := w.saidOf(r)
			require.Len(t, answers, 1)
			require.Equal(t, []any{trade.LevelApplication, test.verdict}, []any{answers[0].Level, answers[0].Verdict})
			require.Equal(t, test.verdict == trade.VerdictChanged, w.state(r).Warning != "", w.state(r).Warning)
		})
	}
}

// TestAConfirmationOfNothingParks confirms an order that nobody sent, once the wait for it is over.
func TestAConfirmationOfNothingParks(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	other := r
	other.Number = "9999999"
	received := w.confirmed(other, "AD", 700001, same)
	w.Ledger.Now = func() time.Time { return time.Now().Add(time.Hour) }
	requireStop(t, stop{trade.ReasonAckUnmatched, trade.ClassData, trade.StateParked, "855", "no order 9999999 was sent to " + r.Partner}, w.match(received))
	require.Empty(t, w.saidOf(r))
}

// TestAnAdviceSpeaksOfItsOrder has an 824 refuse an order by its number.
func TestAnAdviceSpeaksOfItsOrder(t *testing.T) {
	for code, want := range map[string]trade.State{"TA": trade.StateSent, "TR": trade.StateRejected} {
		t.Run(code, func(t *testing.T) {
			w := newWorld(t, 1)
			r := w.one(business.Normal)
			require.NoError(t, w.send(r, nil).GetWorkflowError())
			s := edi.NewSegment
			said := w.match(w.fromPartner(r, "AG", "824", 700001, s("BGN", "00", "ADV1", "20260301"),
				s("OTI", code, "PO", r.Number, "", "", "", "", "", "", "850"), s("TED", "024", "the ship-to is not ours")))
			require.Equal(t, trade.StateAccepted, said.State, said.Reason.String())
			require.Equal(t, want, w.state(r).State)
			require.Equal(t, trade.LevelApplication, w.saidOf(r)[0].Level)
			if want == trade.StateRejected {
				require.Contains(t, w.state(r).Reason.Message, "the ship-to is not ours")
			}
		})
	}
}
