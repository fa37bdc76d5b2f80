package mapping

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// refusals say why a line is refused, by ACK01.
var refusals = map[string]string{
	"ID": "the supplier deleted it",
	"R1": "it is no item of the contract",
	"R2": "the item number is not valid",
	"R3": "the unit is not valid",
	"R4": "the item of the contract is not available",
	"R5": "it is to be ordered just in time",
	"R6": "it is to be ordered for extended delivery",
	"R7": "it is to be ordered as a drop shipment",
	"R8": "it is to be ordered as a surge order",
	"R9": "the item is discontinued",
}

// because gives the supplier's code, and what it and the line's notes say.
func (a *lineAnswer) because(part answerPart) string {
	out := ""
	if part.Code != "" {
		out = " (" + part.Code + ")"
	}
	if why := refusals[part.Code]; why != "" {
		out += ", " + why
	}
	var notes []string
	for _, line := range a.lines {
		notes = append(notes, line.Notes...)
	}
	return out + quoted(notes)
}

// refused tells of a line that is rejected altogether, of which nothing else is compared.
func (a *lineAnswer) refused() bool {
	for _, part := range a.parts {
		if part.Status != trade.LineRejected {
			return false
		}
	}
	ordered := amountOf(a.ordered.Quantity, a.ordered.Unit)
	a.differ(trade.DifferenceRejected, a.parts[0].Place, ordered, "", "rejected%s", a.because(a.parts[0]))
	return true
}

// items compares what is delivered with the item that was ordered.
func (a *lineAnswer) items() {
	l := a.ordered
	for _, part := range a.delivered() {
		ours := part.item != "" && l.Item != "" && part.item != l.Item
		theirs := part.supplierItem != "" && l.SupplierItem != "" && part.supplierItem != l.SupplierItem
		if !ours && !theirs {
			continue
		}
		ordered, confirmed := l.SupplierItem, part.supplierItem
		if ours {
			ordered, confirmed = l.Item, part.item
		}
		a.differ(trade.DifferenceItem, part.Place, ordered, confirmed, "item %s confirmed, item %s ordered", confirmed, ordered)
		return
	}
}

// units says whether something is confirmed in another unit than the ordered one; quantities
// and prices cannot be compared then.
func (a *lineAnswer) units() bool {
	for _, line := range a.lines {
		parts := append([]trade.ConfirmationPart{{Place: line.Place + "-03", Unit: line.Unit}}, line.Parts...)
		for _, part := range parts {
			if part.Status == trade.LineRejected || part.Unit == "" || part.Unit == a.ordered.Unit {
				continue
			}
			ordered, confirmed := amountOf(a.ordered.Quantity, a.ordered.Unit), part.Unit
			if part.Quantity != nil {
				confirmed = amountOf(*part.Quantity, part.Unit)
			} else if first := a.parts[0]; first.Quantity != nil {
				confirmed = amountOf(*first.Quantity, first.Unit)
			}
			a.differ(trade.DifferenceUnit, part.Place, ordered, confirmed, "%s confirmed, %s ordered, and the units differ", confirmed, ordered)
			return true
		}
	}
	return false
}

// prices compares the price with the one that the 850 carried.
func (a *lineAnswer) prices() {
	if a.otherCurrency() {
		return
	}
	ordered, basis := sentPrice(a.ordered)
	for _, line := range a.lines {
		if line.Price == nil {
			continue
		}
		confirmedBasis := decimal.NewFromInt(int64(line.PriceBasis))
		if line.Price.Mul(decimal.NewFromInt(int64(basis))).Equal(ordered.Mul(confirmedBasis)) {
			continue
		}
		was, is := a.priceOf(ordered, basis), a.priceOf(*line.Price, line.PriceBasis)
		a.differ(trade.DifferencePrice, line.Place+"-04", was, is, "%s confirmed, %s ordered", is, was)
		return
	}
}

// sentPrice is the price of an order line as an 850 carries it: for one, a hundred or a
// thousand.
func sentPrice(l trade.OrderLine) (price decimal.Decimal, basis int) {
	if priceBasis[l.PriceBasis] != "" {
		return l.Price, l.PriceBasis
	}
	return l.Price.DivRound(decimal.NewFromInt(int64(max(l.PriceBasis, 1))), 6), 1
}

func (a *lineAnswer) priceOf(price decimal.Decimal, basis int) string {
	of := a.ordered.Unit
	if basis != 1 {
		of = fmt.Sprintf("%d %s", basis, of)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s", price, a.order.Currency)) + " per " + of
}

// dates compares the days of all that is delivered.
func (a *lineAnswer) dates() {
	if a.day.IsZero() {
		return
	}
	var confirmed, days []string
	place := ""
	for _, part := range a.delivered() {
		day, shipped := part.Delivery, part.Delivery.IsZero()
		if shipped {
			day = part.Shipment
		}
		late := daysBetween(a.day, day)
		if day.IsZero() || late <= a.days && -late <= a.days || shipped && late < 0 {
			continue
		}
		verb := "confirmed for"
		if shipped {
			verb = "to be shipped on"
		}
		what := ""
		if len(a.parts) > 1 && part.Quantity != nil {
			what = amountOf(*part.Quantity, part.Unit) + " "
		}
		confirmed = append(confirmed, fmt.Sprintf("%s%s %s (%s)", what, verb, dayOf(day), apart(late)))
		days, place = append(days, dayOf(day)), firstOf(place, part.Place)
	}
	if len(confirmed) > 0 {
		a.differ(trade.DifferenceDate, place, dayOf(a.day), strings.Join(days, ", "), "%s, ordered for %s", strings.Join(confirmed, " and "), dayOf(a.day))
	}
}

// daysBetween counts the days from one to another; it is negative where the other is earlier.
func daysBetween(from, to trade.Date) int {
	return int(to.Time().Sub(from.Time()) / (24 * time.Hour))
}

func apart(days int) string {
	word := "later"
	if days < 0 {
		days, word = -days, "earlier"
	}
	if days == 1 {
		return "1 day " + word
	}
	return fmt.Sprintf("%d days %s", days, word)
}

// pending tells of a price or a date that is still to come.
func (a *lineAnswer) pending() {
	for _, part := range a.parts {
		if part.Status != trade.LinePending {
			continue
		}
		what := map[string]string{"IE": "the price", "SP": "the date"}[part.Code]
		a.differ(trade.DifferencePending, part.Place, "", "", "accepted, and %s is still to come (%s)", firstOf(what, "something"), part.Code)
		return
	}
}

// unexplained tells of changes that the supplier says it made, and that nothing in the
// confirmation shows.
func (a *lineAnswer) unexplained(found []trade.Difference) {
	shown := map[trade.DifferenceKind]bool{}
	for _, d := range found {
		shown[d.Kind] = true
	}
	for _, part := range a.parts {
		var kind trade.DifferenceKind
		what, explained := "", false
		switch part.Status {
		case trade.LineQuantityChanged:
			kind, what = trade.DifferenceQuantity, "quantity"
			explained = shown[trade.DifferenceUnit] || shown[trade.DifferenceBackorder] || shown[trade.DifferenceRejected] || shown[trade.DifferenceHold]
		case trade.LinePriceChanged:
			kind, what, explained = trade.DifferencePrice, "price", shown[trade.DifferenceUnit] || shown[trade.DifferenceCurrency]
		case trade.LineDateChanged:
			kind, what, explained = trade.DifferenceDate, "date", a.moved(part.Status)
		case trade.LineSubstituted:
			kind, what = trade.DifferenceItem, "item"
		case trade.LineChanged:
			kind, what, explained = trade.DifferenceChange, "line", len(found) > 0 || a.moved(part.Status)
		}
		if kind == "" || explained || shown[kind] {
			continue
		}
		shown[kind] = true
		a.differ(kind, part.Place, "", "", "the supplier says that it changed the %s (%s), and does not say to what", what, part.Code)
	}
}

// moved says whether a part of a status has a date, and not the ordered one: within the
// tolerance it is no difference.
func (a *lineAnswer) moved(status trade.LineStatus) bool {
	for _, part := range a.parts {
		if part.Status == status && (part.Delivery != "" && part.Delivery != a.day || part.Delivery == "" && part.Shipment != "") {
			return true
		}
	}
	return false
}
