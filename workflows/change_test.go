package workflows

import (
	"bytes"
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// landed are the sets at Cleo in the order of their interchanges.
func (w *world) landed() []edi.Set {
	w.t.Helper()
	var trees []edi.InterchangeTree
	for _, f := range w.sandbox.Hub.Files() {
		content, err := w.sandbox.Hub.Content(f.ID)
		require.NoError(w.t, err)
		read, err := edi.ReadAll(bytes.NewReader(content))
		require.NoError(w.t, err, f.Name)
		trees = append(trees, read...)
	}
	slices.SortFunc(trees, func(a, b edi.InterchangeTree) int { return cmp.Compare(a.Control, b.Control) })
	var sets []edi.Set
	for _, tree := range trees {
		if tree.Groups[0].Functional != "FA" {
			sets = append(sets, tree.Groups[0].Sets...)
		}
	}
	return sets
}

// purposes are set and purpose (BEG01, BCH01) of what landed: "860 04".
func (w *world) purposes() (out []string) {
	w.t.Helper()
	for _, set := range w.landed() {
		out = append(out, set.ID+" "+set.Segments[0].Elements[0])
	}
	return out
}

// supplierHas is the order as the supplier knows it behind all that landed.
func (w *world) supplierHas() (has doc.PurchaseOrder) {
	w.t.Helper()
	for _, set := range w.landed() {
		var err error
		if set.ID == "850" {
			has, err = doc.UnmarshalPurchaseOrder(set.Segments)
		} else {
			change, unreadable := doc.UnmarshalOrderChange(set.Segments)
			require.NoError(w.t, unreadable)
			has, err = mapping.ApplyChange860(has, change)
		}
		require.NoError(w.t, err)
	}
	return has
}

// quantities are those of the order's lines, by line.
func quantities(o doc.PurchaseOrder) map[string]string {
	out := map[string]string{}
	for _, line := range o.Lines {
		out[line.ID] = line.Quantity.String()
	}
	return out
}

// orders sets the quantity of an order's first line in M3.
func (w *world) orders(number, quantity string) {
	w.t.Helper()
	w.edit(number, func(o *business.Order) {
		line := o.Lines[0]
		line["LNA2"], line["ORQA"] = business.Number(line["PUPR"]).Mul(business.Number(quantity)).Div(business.Number(line["PUCD"])).Round(2).String(), quantity
	})
}

// revision polls and gives the record of an order's newest revision.
func (w *world) revision(number, poll string, n int64) ledger.Record {
	w.t.Helper()
	w.poll(poll)
	found, err := w.Ledger.Find(w.t.Context(), number)
	require.NoError(w.t, err)
	require.Len(w.t, found, int(n))
	last := slices.MaxFunc(found, func(a, b ledger.Record) int { return cmp.Compare(a.Revision, b.Revision) })
	require.Equal(w.t, n, last.Revision)
	return last
}

// TestAChangeTakenBackEndsWithTheSupplierKnowingTheFirst changes an order and takes the change
// back: before the change was sent, and after.
func TestAChangeTakenBackEndsWithTheSupplierKnowingTheFirst(t *testing.T) {
	for name, test := range map[string]struct {
		sent  bool
		want  []string
		state trade.State
	}{
		"before it was sent": {false, []string{"850 00"}, trade.StateDuplicate},
		"after it was sent":  {true, []string{"850 00", "860 04", "860 04"}, trade.StateSent},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			r := w.one(business.Normal)
			quantity := w.expected(business.Normal)[r.Number].Lines[0]["ORQA"]
			require.NoError(t, w.send(r, nil).GetWorkflowError())
			first := quantities(w.supplierHas())
			w.orders(r.Number, "1000")
			second := w.revision(r.Number, "second", 2)
			if test.sent {
				require.NoError(t, w.send(second, nil).GetWorkflowError())
				require.NotEqual(t, first, quantities(w.supplierHas()))
				require.Equal(t, "860", w.state(second).Set)
			}
			w.orders(r.Number, quantity)
			third := w.revision(r.Number, "third", 3)
			if third.State != trade.StateDuplicate {
				require.NoError(t, w.send(third, nil).GetWorkflowError())
			}
			require.Equal(t, test.state, w.state(third).State)
			require.Equal(t, test.want, w.purposes())
			require.Equal(t, first, quantities(w.supplierHas()))
		})
	}
}

// TestSeveralChangesBetweenTwoPollsAreOne changes quantities twice, and a date, before the next
// poll.
func TestSeveralChangesBetweenTwoPollsAreOne(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	w.orders(r.Number, "1000")
	w.orders(r.Number, "40")
	w.edit(r.Number, func(o *business.Order) { o.Lines[0]["DWDT"] = "20270104" })
	require.NoError(t, w.send(w.revision(r.Number, "second", 2), nil).GetWorkflowError())
	require.Equal(t, []string{"850 00", "860 04"}, w.purposes())
	has := w.supplierHas()
	require.Equal(t, "40", has.Lines[0].Quantity.String())
	require.Equal(t, doc.Date("20270104"), has.Lines[0].Dates[0].Date)
}

// TestAnOrderThatFellTo99IsTakenBack closes an order in M3 after it was sent: once, and not again.
func TestAnOrderThatFellTo99IsTakenBack(t *testing.T) {
	for changes, want := range map[string]string{`"860"`: "860 01", `"850"`: "850 01"} {
		t.Run(changes, func(t *testing.T) {
			w := newWorld(t, 1)
			w.publishWith("partners/base.yaml", `changes: "860"`, "changes: "+changes)
			r := w.one(business.Normal)
			require.NoError(t, w.send(r, nil).GetWorkflowError())
			w.edit(r.Number, func(o *business.Order) {
				o.Head["PUSL"], o.Head["PUST"] = "99", "99"
				for _, line := range o.Lines {
					line["PUSL"], line["PUST"] = "99", "99"
				}
			})
			cancelled := w.revision(r.Number, "second", 2)
			require.NoError(t, w.send(cancelled, nil).GetWorkflowError())
			require.Equal(t, []string{"850 00", want}, w.purposes())
			require.Equal(t, trade.StateSent, w.state(cancelled).State)
			w.edit(r.Number, func(o *business.Order) { o.Head["TXPY"] = "changed behind its end" })
			w.revision(r.Number, "third", 2)
		})
	}
}

// TestAPartnerMayWantAllOfAChangedOrder sends the order again as one that replaces the other.
func TestAPartnerMayWantAllOfAChangedOrder(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("partners/base.yaml", `changes: "860"`, `changes: "850"`)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	w.orders(r.Number, "1000")
	require.NoError(t, w.send(w.revision(r.Number, "second", 2), nil).GetWorkflowError())
	require.Equal(t, []string{"850 00", "850 05"}, w.purposes())
	require.Equal(t, "1000", w.supplierHas().Lines[0].Quantity.String())
}

// TestAChangeIsMadeOfWhatWasNotRejected has the supplier reject a change: the next one is
// computed from the order as it was before.
func TestAChangeIsMadeOfWhatWasNotRejected(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	w.orders(r.Number, "1000")
	second := w.revision(r.Number, "second", 2)
	require.NoError(t, w.send(second, nil).GetWorkflowError())
	w.matched("accepted", false)
	require.Equal(t, trade.StateAcknowledged, w.state(second).State, "its group is of another kind")
	_, err := w.Ledger.Answer(t.Context(), second.ID, trade.Answer{Level: trade.LevelFunctional, Verdict: trade.VerdictRejected, Number: 1, Acknowledgement: r.ID},
		trade.Data(trade.ReasonAckRejected, "997", "mend it", "no"))
	require.NoError(t, err)
	require.Equal(t, trade.StateRejected, w.state(second).State)
	quantity := w.expected(business.Normal)[r.Number].Lines[0]["ORQA"]
	w.edit(r.Number, func(o *business.Order) { o.Lines[0]["DWDT"] = "20270104" })
	third := w.revision(r.Number, "third", 3)
	require.NoError(t, w.send(third, nil).GetWorkflowError())
	require.Equal(t, []string{"850 00", "860 04", "860 04"}, w.purposes())
	change, err := doc.UnmarshalOrderChange(w.landed()[2].Segments)
	require.NoError(t, err)
	require.Equal(t, "CA", change.Lines[0].Change, "quantity and date, both against the order of the beginning")
	require.Equal(t, quantity, change.Lines[0].Quantity.String())
}

// TestNothingGoesOutWhereTheSupplierWouldSeeNoDifference changes what the partner's document does
// not hold.
func TestNothingGoesOutWhereTheSupplierWouldSeeNoDifference(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("partners/base.yaml", "texts: true", "texts: false")
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	next := w.revise(r, "a word that does not go out")
	require.NoError(t, w.send(next, nil).GetWorkflowError())
	require.Equal(t, trade.StateDuplicate, w.state(next).State)
	require.Equal(t, []string{"850 00"}, w.purposes())
}

// TestAChangeSaysHowMuchIsStillToCome receives a part of a line, and orders more of it.
func TestAChangeSaysHowMuchIsStillToCome(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	w.edit(r.Number, func(o *business.Order) { o.Lines[0]["RVQA"] = "3" })
	w.orders(r.Number, "1000")
	require.NoError(t, w.send(w.revision(r.Number, "second", 2), nil).GetWorkflowError())
	change, err := doc.UnmarshalOrderChange(w.landed()[1].Segments)
	require.NoError(t, err)
	require.Equal(t, []string{"1000", "997"}, []string{change.Lines[0].Quantity.String(), change.Lines[0].Left.String()})
}

// TestAnOrderReplayedBehindItsChangeStays asks for the first revision again after the second was
// sent.
func TestAnOrderReplayedBehindItsChangeStays(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.Normal)
	require.NoError(t, w.send(r, nil).GetWorkflowError())
	w.orders(r.Number, "1000")
	require.NoError(t, w.send(w.revision(r.Number, "second", 2), nil).GetWorkflowError())
	before := w.state(r)
	require.NoError(t, w.sendAgain(r, &trade.ReplayRequest{By: "kim", Note: "again", Attempt: 2}).GetWorkflowError())
	require.Equal(t, before, w.state(r))
	require.Len(t, w.purposes(), 2)
}
