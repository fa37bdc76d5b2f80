package mapping

import (
	"reflect"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// Changes says how a partner is told that an order changed after it was sent.
type Changes string

// The choices of Changes.
const (
	// ChangesBy860 sends what changed.
	ChangesBy860 Changes = "860"
	// ChangesBy850 sends the whole order again, as one that replaces the other.
	ChangesBy850 Changes = "850"
	// ChangesPark leaves it to a person.
	ChangesPark Changes = "park"
)

// Basis is what the supplier has of an order.
type Basis struct {
	// Order is the last revision that was sent and not rejected, with the corrections that it was
	// sent with.
	Order trade.PurchaseOrder
	// Uncertain is set where the supplier may have been told of something else since: then all of
	// the order is said.
	Uncertain bool
	// Changes counts the 860s that were sent before.
	Changes int
	// Received is how much of a line was delivered, as in Change860.
	Received map[string]decimal.Decimal
}

// The sets by which an order and its changes go out.
const (
	set850, functionalOrder  = "850", "PO"
	set860, functionalChange = trade.SetChange, "PC"
)

// Outgoing gives what the partner gets of this revision; basis is nil where the supplier has
// nothing of the order. It says false where there is nothing to tell. The day is that of the
// change, where the order is ours.
func (m Order850) Outgoing(basis *Basis, day trade.Date) (out Outgoing, differs bool, _ trade.Reason) {
	switch {
	case basis == nil || basis.Order.Cancelled:
		if m.Order.Cancelled {
			return Outgoing{}, false, trade.Reason{}
		}
		return m.whole(purposeOriginal)
	case m.Profile.Order.Changes == ChangesPark:
		return Outgoing{}, true, trade.Data(trade.ReasonChangePending, "order "+m.Order.Number, "tell the supplier of the change, then resolve the record",
			"the order was sent already, and changes for partner %s are left to a person", m.Profile.ID)
	case m.Order.Cancelled:
		return m.cancel(*basis, day)
	case m.Profile.Order.Changes == ChangesBy850:
		return m.replace(*basis)
	}
	change := Change860{Before: basis.Order, After: m, Sequence: basis.Changes + 1, Date: day, Received: basis.Received, Whole: basis.Uncertain}
	document, differs, reason := change.Map()
	return m.outgoing(set860, functionalChange, document), differs, reason
}

// outgoing puts a document of the order into the envelope of its partner.
func (m Order850) outgoing(set, functional string, document marshaler) Outgoing {
	return Outgoing{Set: set, Functional: functional, Sender: m.Sender, Profile: m.Profile, document: document}
}

// whole gives the order as an 850.
func (m Order850) whole(purpose string) (Outgoing, bool, trade.Reason) {
	m.Purpose = purpose
	document, reason := m.Map()
	return m.outgoing(set850, functionalOrder, document), true, reason
}

// replace gives the order as an 850 that replaces the earlier one, where the two differ.
func (m Order850) replace(basis Basis) (Outgoing, bool, trade.Reason) {
	out, _, reason := m.whole(purposeReplace)
	earlier := m
	earlier.Order, earlier.Purpose = basis.Order, purposeReplace
	before, unwritten := earlier.Map()
	return out, basis.Uncertain || !unwritten.IsZero() || !reflect.DeepEqual(before, out.document), reason
}

// cancel takes the order back as it was sent.
func (m Order850) cancel(basis Basis, day trade.Date) (Outgoing, bool, trade.Reason) {
	m.Order = basis.Order
	if m.Profile.Order.Changes == ChangesBy850 {
		return m.whole(purposeCancel)
	}
	cancel := Cancel860{Order: m, Sequence: basis.Changes + 1, Date: day}
	return m.outgoing(set860, functionalChange, cancel.Map()), true, trade.Reason{}
}
