package mapping

import (
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// fate is what becomes of a part, as far as its quantity goes.
type fate int

const (
	toBeDelivered fate = iota
	toBeBackordered
	onHold
	refused
	fates
)

func fateOf(status trade.LineStatus) fate {
	switch status {
	case trade.LineBackordered:
		return toBeBackordered
	case trade.LineOnHold:
		return onHold
	case trade.LineRejected:
		return refused
	}
	return toBeDelivered
}

// sums are the quantities of a line's parts.
type sums struct {
	of [fates]decimal.Decimal
	// first is the first part of each fate, -1 where there is none.
	first [fates]int
	// said says whether any part has a quantity.
	said bool
}

func (s sums) has(f fate) bool { return s.first[f] >= 0 }

// quantities compares how much is delivered, backordered, held and refused with how much was
// ordered, all in the ordered unit.
func (a *lineAnswer) quantities() {
	for _, part := range a.parts {
		if part.Status == trade.LinePartBackordered {
			a.partBackordered(part)
			return
		}
	}
	s := a.summed()
	ordered := amountOf(a.ordered.Quantity, a.ordered.Unit)
	for _, told := range []struct {
		fate fate
		kind trade.DifferenceKind
		word string
	}{
		{toBeBackordered, trade.DifferenceBackorder, "backordered"}, {onHold, trade.DifferenceHold, "on hold"}, {refused, trade.DifferenceRejected, "rejected"},
	} {
		if !s.has(told.fate) {
			continue
		}
		part, quantity := a.parts[s.first[told.fate]], s.of[told.fate]
		confirmed, what := amountOf(quantity, a.ordered.Unit), ""
		switch {
		case quantity.Equal(a.ordered.Quantity):
			what = "all " + ordered + " " + told.word
		case quantity.IsZero():
			confirmed, what = "", "a part of "+ordered+" "+told.word
		default:
			what = confirmed + " of " + ordered + " " + told.word
		}
		a.differ(told.kind, part.Place, ordered, confirmed, "%s%s%s", what, until(part, told.fate), a.because(part))
	}
	if short := s.total(); s.said && !short.Equal(a.ordered.Quantity) {
		a.differ(trade.DifferenceQuantity, a.quantityPlace(), ordered, amountOf(s.of[toBeDelivered], a.ordered.Unit), "%s, %s ordered%s",
			a.deliveries(s), ordered, forDay(a.day))
	}
}

// summed adds the quantities up. Where no quantity is said of one fate, its parts are what is
// left of the line.
func (a *lineAnswer) summed() sums {
	s := sums{first: [fates]int{-1, -1, -1, -1}}
	for i, part := range a.parts {
		f := fateOf(part.Status)
		if !s.has(f) {
			s.first[f] = i
		}
		if quantity := a.quantityOf(part); quantity != nil {
			s.of[f], s.said = s.of[f].Add(*quantity), true
		}
	}
	left := a.ordered.Quantity.Sub(s.total())
	for f := range fates {
		if s.has(f) && s.of[f].IsZero() && left.IsPositive() && a.open(f) {
			s.of[f] = left
			break
		}
	}
	return s
}

// quantityOf is the quantity of a part, nil where none is said in the ordered unit: a part may
// be refused for its unit.
func (a *lineAnswer) quantityOf(part answerPart) *decimal.Decimal {
	if part.Unit != "" && part.Unit != a.ordered.Unit {
		return nil
	}
	return part.Quantity
}

// open says whether the parts of a fate leave their quantity open. A refusal of nothing is a
// refusal of what is left; nothing to be delivered is nothing.
func (a *lineAnswer) open(f fate) bool {
	for _, part := range a.parts {
		if quantity := a.quantityOf(part); fateOf(part.Status) == f && quantity != nil && (f == toBeDelivered || !quantity.IsZero()) {
			return false
		}
	}
	return true
}

func (s sums) total() decimal.Decimal {
	total := decimal.Zero
	for _, quantity := range s.of {
		total = total.Add(quantity)
	}
	return total
}

// partBackordered tells of a line that comes in part: some suppliers name what is shipped and
// others what is not.
func (a *lineAnswer) partBackordered(part answerPart) {
	ordered := amountOf(a.ordered.Quantity, a.ordered.Unit)
	if part.Quantity == nil {
		a.differ(trade.DifferenceBackorder, part.Place, ordered, "", "a part of %s is backordered%s", ordered, a.because(part))
		return
	}
	said := amountOf(*part.Quantity, a.ordered.Unit)
	a.differ(trade.DifferenceBackorder, part.Place, ordered, said, "a part of %s is backordered%s, and the supplier names %s without saying of which part", ordered, a.because(part), said)
}

func (a *lineAnswer) quantityPlace() string {
	for _, part := range a.parts {
		if part.Quantity != nil {
			return part.Place
		}
	}
	return a.parts[0].Place
}

// deliveries lists what is delivered, with its days: "6 EA confirmed for 2026-03-04 and 4 EA
// for 2026-03-11".
func (a *lineAnswer) deliveries(s sums) string {
	var out []string
	for _, part := range a.delivered() {
		if part.Quantity == nil {
			continue
		}
		word := " confirmed"
		if len(out) > 0 {
			word = ""
		}
		out = append(out, amountOf(*part.Quantity, a.ordered.Unit)+word+forDay(part.Delivery))
	}
	if len(out) == 0 {
		return amountOf(s.of[toBeDelivered], a.ordered.Unit) + " confirmed"
	}
	return strings.Join(out, " and ")
}

func forDay(d trade.Date) string {
	if d.IsZero() {
		return ""
	}
	return " for " + dayOf(d)
}

// until is when what is not delivered at once comes.
func until(part answerPart, f fate) string {
	day := trade.Date(firstOf(string(part.Delivery), string(part.Shipment)))
	if f == refused || day.IsZero() {
		return ""
	}
	return " until " + dayOf(day)
}
