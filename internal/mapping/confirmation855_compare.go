package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// CompareConfirmation says in what a supplier's confirmation differs from the order as we sent
// it, in the order of its lines; what is accepted as ordered says nothing. A date that is no
// more than so many days from the ordered one is no difference. A shipment differs only where
// it is later than the ordered delivery.
//
// An order that is rejected or put on hold as a whole is one difference, whatever its lines
// say.
func CompareConfirmation(order trade.PurchaseOrder, c trade.Confirmation, days int) []trade.Difference {
	k := comparison{order: order, confirmed: c, days: days}
	if !k.whole() {
		return k.out
	}
	answers, unknown := k.matched()
	for i, line := range order.Lines {
		if len(answers[i]) == 0 {
			k.unanswered(line)
			continue
		}
		k.line(line, answers[i])
	}
	k.unknown(unknown)
	return k.out
}

// unknown tells of the lines of the confirmation that the order does not have.
func (k *comparison) unknown(lines []trade.ConfirmationLine) {
	for _, line := range lines {
		item := firstOf(line.SupplierItem, line.Item)
		name := "line " + line.ID
		if line.ID == "" {
			name = "line without a number"
		}
		k.add(trade.Difference{Kind: trade.DifferenceUnknown, Line: line.ID, Place: line.Place, Confirmed: item,
			Message: fmt.Sprintf("the confirmation has a %s (item %s), and the order has none", name, firstOf(item, "not named"))})
	}
}

// comparison is an order and its confirmation, and the differences found so far.
type comparison struct {
	order     trade.PurchaseOrder
	confirmed trade.Confirmation
	days      int
	out       []trade.Difference
}

func (k *comparison) add(d trade.Difference) { k.out = append(k.out, d) }

// whole compares what is said of the order as a whole, and says whether its lines are to be
// compared too.
func (k *comparison) whole() bool {
	c := k.confirmed
	said := fmt.Sprintf("(%s)%s", c.Code, quoted(c.Notes))
	switch {
	case !SameCode(c.Order, k.order.Number):
		k.add(trade.Difference{Kind: trade.DifferenceOrder, Place: "BAK-03", Ordered: k.order.Number, Confirmed: c.Order,
			Message: fmt.Sprintf("order %s is confirmed, and the one it is compared with is %s", c.Order, k.order.Number)})
		return false
	case types855[c.Code].verdict == trade.VerdictRejected:
		k.add(trade.Difference{Kind: trade.DifferenceRejected, Place: "BAK-02", Confirmed: c.Code, Message: "the order is rejected " + said})
		return false
	case types855[c.Code].verdict == trade.VerdictOnHold:
		k.add(trade.Difference{Kind: trade.DifferenceHold, Place: "BAK-02", Confirmed: c.Code, Message: "the order is on hold " + said})
		return false
	}
	if k.otherCurrency() {
		k.add(trade.Difference{Kind: trade.DifferenceCurrency, Place: "CUR-02", Ordered: k.order.Currency, Confirmed: c.Currency,
			Message: fmt.Sprintf("the order is confirmed in %s, and it was placed in %s", c.Currency, k.order.Currency)})
	}
	return true
}

func (k *comparison) otherCurrency() bool {
	return k.confirmed.Currency != "" && k.order.Currency != "" && k.confirmed.Currency != k.order.Currency
}

// quoted appends the supplier's own words to a sentence.
func quoted(notes []string) string {
	if len(notes) == 0 {
		return ""
	}
	return fmt.Sprintf(": %q", strings.Join(notes, " "))
}

// matched finds the order line of every confirmed line: by its number, unless it names the
// item of another one, because many suppliers count their own lines; by the item, where one
// line only has it; by the number all the same. Several confirmed lines may be parts of one.
func (k *comparison) matched() (answers [][]trade.ConfirmationLine, unknown []trade.ConfirmationLine) {
	answers = make([][]trade.ConfirmationLine, len(k.order.Lines))
	rest := k.confirmed.Lines
	for _, fits := range []func(trade.ConfirmationLine, trade.OrderLine, bool) bool{
		func(c trade.ConfirmationLine, l trade.OrderLine, _ bool) bool {
			return numbered(c, l) && !otherItem(c, l)
		},
		func(c trade.ConfirmationLine, l trade.OrderLine, taken bool) bool { return !taken && sameItem(c, l) },
		func(c trade.ConfirmationLine, l trade.OrderLine, taken bool) bool { return !taken && numbered(c, l) },
	} {
		taken := make([]bool, len(answers))
		for i := range answers {
			taken[i] = len(answers[i]) > 0
		}
		var left []trade.ConfirmationLine
		for _, line := range rest {
			if found := k.only(line, taken, fits); found >= 0 {
				answers[found] = append(answers[found], line)
			} else {
				left = append(left, line)
			}
		}
		rest = left
	}
	return answers, rest
}

// only gives the order line that fits, or -1 where none does or several do.
func (k *comparison) only(line trade.ConfirmationLine, taken []bool, fits func(trade.ConfirmationLine, trade.OrderLine, bool) bool) int {
	found := -1
	for i, l := range k.order.Lines {
		if !fits(line, l, taken[i]) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

func numbered(c trade.ConfirmationLine, l trade.OrderLine) bool {
	return isLine(c.ID, OrderLineFacts{Line: l.Number, Suffix: l.Suffix})
}

func otherItem(c trade.ConfirmationLine, l trade.OrderLine) bool {
	return contradicts(trade.InvoiceLine{Item: c.Item, SupplierItem: c.SupplierItem}, OrderLineFacts{Item: l.Item, SupplierItem: l.SupplierItem})
}

// sameItem says whether a confirmed line names the item of an order line.
func sameItem(c trade.ConfirmationLine, l trade.OrderLine) bool {
	if c.Item != "" && l.Item != "" {
		return c.Item == l.Item
	}
	return c.SupplierItem != "" && c.SupplierItem == l.SupplierItem
}

// unanswered is a line of the order that the confirmation does not have.
func (k *comparison) unanswered(l trade.OrderLine) {
	if k.confirmed.Complete {
		ordered := amountOf(l.Quantity, l.Unit)
		k.add(trade.Difference{Kind: trade.DifferenceMissing, Line: l.LineID(), Ordered: ordered,
			Message: fmt.Sprintf("line %s is not confirmed: %s of item %s were ordered", l.LineID(), ordered, firstOf(l.Item, l.SupplierItem))})
		return
	}
	k.answerTo(l, nil).dates()
}

// answerTo is what is confirmed of an order line; without a line of the confirmation it shares
// the verdict on the order.
func (k *comparison) answerTo(l trade.OrderLine, lines []trade.ConfirmationLine) *lineAnswer {
	answer := &lineAnswer{comparison: k, ordered: l, id: l.LineID(), day: k.orderedFor(l), lines: lines}
	if len(lines) == 0 {
		answer.take(trade.ConfirmationLine{}, trade.ConfirmationPart{Status: trade.LineAccepted})
	}
	for _, line := range lines {
		for _, part := range line.Parts {
			answer.take(line, part)
		}
	}
	return answer
}

// orderedFor is the day that a line was ordered for.
func (k *comparison) orderedFor(l trade.OrderLine) trade.Date {
	return trade.Date(firstOf(string(l.DeliveryDate), string(k.order.DeliveryDate)))
}

// line compares an order line with what is confirmed of it.
func (k *comparison) line(l trade.OrderLine, lines []trade.ConfirmationLine) {
	before := len(k.out)
	answer := k.answerTo(l, lines)
	if len(answer.parts) == 0 || answer.refused() {
		return
	}
	answer.items()
	if !answer.units() {
		answer.prices()
		answer.quantities()
	}
	answer.dates()
	answer.pending()
	answer.unexplained(k.out[before:])
}

// answerPart is a part of a line with all that holds for it.
type answerPart struct {
	trade.ConfirmationPart
	item, supplierItem string
}

// lineAnswer is what is confirmed of one order line.
type lineAnswer struct {
	*comparison
	ordered trade.OrderLine
	id      string
	// day is the one that the line was ordered for.
	day   trade.Date
	lines []trade.ConfirmationLine
	parts []answerPart
}

// take adds a part, with the items and dates of its line and of the order where it has none.
func (a *lineAnswer) take(line trade.ConfirmationLine, part trade.ConfirmationPart) {
	full := answerPart{part, part.Item, part.SupplierItem}
	if full.item == "" && full.supplierItem == "" {
		full.item, full.supplierItem = line.Item, line.SupplierItem
	}
	if part.Delivery.IsZero() && part.Shipment.IsZero() {
		full.Delivery, full.Shipment = line.Delivery, line.Shipment
	}
	if full.Delivery.IsZero() && full.Shipment.IsZero() {
		full.Shipment = a.confirmed.Shipment
		if a.confirmed.Delivery != a.order.DeliveryDate { // else it repeats the order, whose lines may have others
			full.Delivery = a.confirmed.Delivery
		}
	}
	a.parts = append(a.parts, full)
}

// delivered are the parts that the supplier delivers at once.
func (a *lineAnswer) delivered() []answerPart {
	return slices.DeleteFunc(slices.Clone(a.parts), func(p answerPart) bool {
		return p.Status == trade.LineRejected || p.Status == trade.LineBackordered || p.Status == trade.LineOnHold
	})
}

// differ adds a difference of the line; the sentence begins with its number.
func (a *lineAnswer) differ(kind trade.DifferenceKind, place, ordered, confirmed, format string, args ...any) {
	a.add(trade.Difference{Kind: kind, Line: a.id, Place: place, Ordered: ordered, Confirmed: confirmed,
		Message: "line " + a.id + ": " + fmt.Sprintf(format, args...)})
}

func amountOf(quantity decimal.Decimal, unit string) string {
	return strings.TrimSpace(quantity.String() + " " + unit)
}

func dayOf(d trade.Date) string { return d.Time().Format("2006-01-02") }
