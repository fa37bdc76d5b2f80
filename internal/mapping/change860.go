package mapping

import (
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// Change860 is everything that decides what an 860 says of a new revision of an order.
type Change860 struct {
	// Before is the last revision that was sent and not rejected, with the corrections it
	// was sent with: what the supplier has.
	Before trade.PurchaseOrder
	// After is the new revision, and how it is written; Before is written the same way, so
	// that a new setting of the profile alone changes no order.
	After Order850
	// Sequence is BCH05: the changes of the order that were sent, with this one.
	Sequence int
	// Date is BCH11, the day of the change.
	Date trade.Date
	// Received is how much of a line was delivered already, by its LineID and in its unit;
	// POC04 is the rest. A line that is not in it was not delivered.
	Received map[string]decimal.Decimal
	// Whole asks for a replacement in any case: what the supplier has is not known for sure.
	Whole bool
}

// BCH01 and BEG01.
const (
	purposeOriginal = "00"
	purposeCancel   = "01"
	purposeChange   = "04"
	purposeReplace  = "05"
)

// Map gives the 860 that makes the new revision of the earlier one: the parts of the
// header that differ, each whole, and the lines that differ. It says false where the
// supplier would see no difference, and there is nothing to send then.
//
// An 860 cannot say that a part of the header is gone. Where one is, and where the
// earlier revision cannot be written any more as the partner wants it today, the 860
// replaces the order and says all of it. A reason comes back where the new revision
// cannot go out as it is; one without lines is a Cancel860.
func (c Change860) Map() (change doc.OrderChange, differs bool, reason trade.Reason) {
	after, reason := c.After.Map()
	if reason.IsZero() {
		reason = c.check(after)
	}
	if !reason.IsZero() {
		return doc.OrderChange{}, false, reason
	}
	earlier := c.After
	earlier.Order = c.Before
	before, unwritten := earlier.Map()
	if !unwritten.IsZero() {
		return c.replacement(linesOnly(c.Before), after), true, trade.Reason{}
	}
	change = c.After.changeHead(purposeChange, c.Sequence, c.Date)
	found := headerChange(&change, before, after)
	if c.Whole || found.gone || len(linesByID(before)) < len(before.Lines) {
		return c.replacement(before, after), true, trade.Reason{}
	}
	change.Lines = c.lines(before, after)
	change.Totals = changeTotals(change.Lines, after)
	differs = found.differs || len(change.Lines) > 0 || !sameAmounts(before.Totals, after.Totals)
	if !differs {
		return doc.OrderChange{}, false, trade.Reason{}
	}
	return change, true, trade.Reason{}
}

// check refuses what no 860 can say: another order, or lines of which two have one id.
func (c Change860) check(after doc.PurchaseOrder) trade.Reason {
	place := "order " + after.Number
	if c.Before.Number != c.After.Order.Number || c.Before.Supplier != c.After.Order.Supplier {
		return trade.Data(trade.ReasonValueInvalid, place, "tell the supplier of the change, then resolve the record",
			"it is compared with order %s of supplier %s, which is another order", c.Before.Number, c.Before.Supplier)
	}
	seen := map[string]bool{}
	for _, line := range after.Lines {
		if seen[line.ID] {
			return trade.Data(trade.ReasonValueInvalid, place+", line "+line.ID, "give each line a number of its own; the next poll reads it",
				"two lines have the number %s, and a change could mean either", line.ID)
		}
		seen[line.ID] = true
	}
	return trade.Reason{}
}

// Encode writes an interchange that holds this one 860, as Order850.Encode does for an
// order; the group's functional id is PC.
func (c Change860) Encode(change doc.OrderChange, n Numbers, at time.Time) ([]byte, trade.Reason) {
	return c.After.outgoing("860", "PC", change).Encode(n, at)
}

// Cancel860 is everything that decides what the 860 says that takes an order back.
type Cancel860 struct {
	// Order is the last revision that was sent, and how it was written.
	Order Order850
	// Sequence and Date are those of Change860.
	Sequence int
	Date     trade.Date
}

// Map gives the 860 that cancels the order: its number and date, and no lines.
func (c Cancel860) Map() doc.OrderChange {
	return c.Order.changeHead(purposeCancel, c.Sequence, c.Date)
}

// Encode writes an interchange that holds this one 860.
func (c Cancel860) Encode(change doc.OrderChange, n Numbers, at time.Time) ([]byte, trade.Reason) {
	return c.Order.outgoing("860", "PC", change).Encode(n, at)
}

// changeHead gives BCH.
func (m Order850) changeHead(purpose string, sequence int, day trade.Date) doc.OrderChange {
	return doc.OrderChange{Purpose: purpose, Type: string(m.Profile.Order.Type), Number: m.Order.Number, Sequence: strconv.Itoa(sequence),
		Date: doc.Date(m.Order.OrderDate), Contract: m.Order.Contract, ChangedOn: doc.Date(day)}
}

// difference is what two revisions have of it.
type difference struct {
	differs bool
	// gone says that something of the earlier one has nothing that takes its place.
	gone bool
}

// headerChange fills in the parts of the header that differ.
func headerChange(change *doc.OrderChange, before, after doc.PurchaseOrder) difference {
	d := difference{differs: before.Date != after.Date || before.Contract != after.Contract, gone: before.Contract != "" && after.Contract == ""}
	if !reflect.DeepEqual(before.Currency, after.Currency) {
		change.Currency = after.Currency
		d.differs, d.gone = true, d.gone || after.Currency == nil
	}
	change.References = changed(before.References, after.References, referenceKind, &d)
	change.Contacts = changed(before.Contacts, after.Contacts, func(c doc.Contact) string { return c.Function }, &d)
	change.Freight = changed(before.Freight, after.Freight, func(doc.Freight) string { return "" }, &d)
	change.Terms = changed(before.Terms, after.Terms, func(doc.Terms) string { return "" }, &d)
	change.Dates = changed(before.Dates, after.Dates, dateKind, &d)
	change.Texts = changed(before.Texts, after.Texts, textKind, &d)
	change.Parties = slices.DeleteFunc(changed(before.Parties, slices.Clone(after.Parties), func(p doc.Party) string { return p.Code }, &d), func(p doc.Party) bool {
		return slices.ContainsFunc(before.Parties, func(earlier doc.Party) bool { return reflect.DeepEqual(earlier, p) })
	})
	return d
}

// changed gives a part of the new revision where it differs, and notes what is gone: what
// has no other of its kind in the new revision.
func changed[E any](before, after []E, kind func(E) string, d *difference) []E {
	if len(before) == len(after) && (len(after) == 0 || reflect.DeepEqual(before, after)) {
		return nil
	}
	d.differs = true
	for _, earlier := range before {
		d.gone = d.gone || !slices.ContainsFunc(after, func(e E) bool { return kind(e) == kind(earlier) })
	}
	return after
}

func referenceKind(r doc.Reference) string { return r.Qualifier }
func dateKind(d doc.DateTime) string       { return d.Qualifier }
func textKind(t doc.Text) string           { return t.Qualifier }

// replacement says the new revision whole.
func (c Change860) replacement(before, after doc.PurchaseOrder) doc.OrderChange {
	out := c.After.changeHead(purposeReplace, c.Sequence, c.Date)
	out.Currency, out.References, out.Contacts, out.Freight = after.Currency, after.References, after.Contacts, after.Freight
	out.Terms, out.Dates, out.Texts, out.Parties = after.Terms, after.Dates, after.Texts, after.Parties
	out.Lines = c.allLines(before, after)
	out.Totals = changeTotals(out.Lines, after)
	return out
}

// linesOnly is what can be said of a revision that cannot be written: which lines it has.
func linesOnly(o trade.PurchaseOrder) doc.PurchaseOrder {
	var out doc.PurchaseOrder
	for _, line := range o.Lines {
		out.Lines = append(out.Lines, doc.OrderLine{ID: line.LineID()})
	}
	return out
}

// changeTotals gives CTT for the lines that go out, and AMT for the order as it is now.
func changeTotals(lines []doc.LineChange, after doc.PurchaseOrder) *doc.OrderTotals {
	out := &doc.OrderTotals{Amounts: after.Totals.Amounts}
	if after.Totals.Hash != nil {
		hash := decimal.Zero
		for _, line := range lines {
			hash = hash.Add(line.Quantity)
		}
		out.Hash = new(doc.Trim(hash))
	}
	return out
}

func sameAmounts(before, after *doc.OrderTotals) bool {
	return slices.EqualFunc(before.Amounts, after.Amounts, func(b, a doc.Amount) bool { return b.Qualifier == a.Qualifier && b.Value.Equal(*a.Value) })
}
