package mapping

import (
	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// ConfirmedLine is what M3 is to be told of an order line.
type ConfirmedLine struct {
	// Ordered is the line as it was sent, DeliveryDate the day that it was ordered for.
	Ordered trade.OrderLine
	// Quantity is in the unit of the line, and not zero.
	Quantity decimal.Decimal
	// Date is the day of delivery, empty where neither side names one.
	Date trade.Date
}

// LinesToConfirm are the lines of a confirmation that M3 is to have by the profile's setting, in the
// order's order, and the differences that are left to the buyer: all of CompareConfirmation but
// those that M3 is told. Of a line that differs in anything but quantity and date, or whose one
// delivery day is not clear, M3 is told nothing.
func LinesToConfirm(order trade.PurchaseOrder, c trade.Confirmation, set ConfirmationSet) (lines []ConfirmedLine, left []trade.Difference) {
	left = CompareConfirmation(order, c, set.Days)
	k := comparison{order: order, confirmed: c, days: set.Days}
	if set.Write != WriteAgreed && set.Write != WriteAll || !k.whole() || len(k.out) > 0 {
		return nil, left
	}
	answers, unknown := k.matched()
	left = nil
	for i, line := range order.Lines {
		k.out = nil
		if len(answers[i]) == 0 {
			k.unanswered(line)
		} else {
			k.line(line, answers[i])
		}
		confirmed, writable := k.answerTo(line, answers[i]).toConfirm(k.out, set.Write)
		if !writable {
			left = append(left, k.out...)
			continue
		}
		lines = append(lines, confirmed)
	}
	k.out = nil
	k.unknown(unknown)
	return lines, append(left, k.out...)
}

// toConfirm is what M3 is told of the line, and whether it may be told: as ordered, or with another
// quantity or day that the supplier names.
func (a *lineAnswer) toConfirm(differences []trade.Difference, write WriteBack) (ConfirmedLine, bool) {
	moved := false
	for _, d := range differences {
		named := d.Confirmed != "" && (d.Kind == trade.DifferenceQuantity || d.Kind == trade.DifferenceDate)
		if write != WriteAll || !named {
			return ConfirmedLine{}, false
		}
		moved = moved || d.Kind == trade.DifferenceDate
	}
	day, certain := a.deliveryDay()
	quantity := a.summed().of[toBeDelivered]
	if moved && !certain || !quantity.IsPositive() {
		return ConfirmedLine{}, false
	}
	return ConfirmedLine{Ordered: a.ordered, Quantity: quantity, Date: day}, true
}

// deliveryDay is the day by which all of the line is delivered; it is certain where the supplier
// names one day of delivery for all parts. Goods are not there before they are shipped.
func (a *lineAnswer) deliveryDay() (day trade.Date, certain bool) {
	certain = true
	for i, part := range a.delivered() {
		on := part.Delivery
		if on.IsZero() && !a.day.IsZero() {
			certain, on = certain && part.Shipment <= a.day, max(a.day, part.Shipment)
		}
		certain = certain && (i == 0 || on == day)
		day = max(day, on)
	}
	return day, certain
}
