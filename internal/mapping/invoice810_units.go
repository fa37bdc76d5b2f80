package mapping

import (
	"fmt"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// What M3 holds of a quantity and a price.
const (
	quantityDecimals  = 6
	priceDecimals     = 6
	longestPriceBasis = 10_000 // PUCD has five digits
)

// inOrderUnit gives a line in the unit of its order line. The amount stays as it is; quantity
// and price change, and the line keeps what it said before.
func (m Invoice810) inOrderUnit(inv trade.Invoice, line trade.InvoiceLine, l OrderLineFacts) (trade.InvoiceLine, trade.Reason) {
	if line.Unit == l.Unit {
		return line, trade.Reason{}
	}
	factor, known, reason := m.factor(inv, line, l)
	if !reason.IsZero() {
		return line, reason
	}
	differ := fmt.Sprintf("line %s of order %s is in %s, and the invoice in %s", l.ID(), line.Order, l.Unit, line.Unit)
	if !known {
		return line, trade.Configuration(trade.ReasonUnitDiffers, line.Place+"-03",
			fmt.Sprintf("add a row from %s to %s to %s, or correct the order in M3, and replay; or ask the partner to invoice in %s and resolve this record", line.Unit, l.Unit, m.Conversions.File(), l.Unit),
			"%s, and nothing says how many %s one %s is", differ, l.Unit, line.Unit)
	}
	out, ok := converted(line, factor, l.Unit, cents(inv.Currency))
	if !ok {
		return line, trade.Data(trade.ReasonUnitDiffers, line.Place+"-02", "enter the invoice in APS100 and resolve this record",
			"%s, and %s %s at %s have more digits in %s than M3 holds (%s)", differ, line.Quantity, line.Unit, line.Price, l.Unit, factor.Source)
	}
	return out, trade.Reason{}
}

// factor finds how many of the order's units one invoiced unit is. What the line says about
// its packing goes before a row for units in general; a row for the item must not contradict
// it, because one of the two is wrong then.
func (m Invoice810) factor(inv trade.Invoice, line trade.InvoiceLine, l OrderLineFacts) (Factor, bool, trade.Reason) {
	listed, isListed := m.Conversions.Factor(inv.Company.Cono, string(m.Profile.ID), l.Item, line.Unit, l.Unit, inv.Date)
	packed, isPacked, reason := packFactor(line, l.Unit)
	switch {
	case !reason.IsZero():
		return Factor{}, false, reason
	case isPacked && isListed && listed.OfItem && !listed.Same(packed):
		return Factor{}, false, trade.Data(trade.ReasonUnitDiffers, line.Place+"-03", "correct the row and replay, or ask the partner for a corrected invoice and resolve this record",
			"how many %s of item %s one %s is, is not clear: %s, and %s", l.Unit, l.Item, line.Unit, packed.Source, listed.Source)
	case isPacked:
		return packed, true, trade.Reason{}
	}
	return listed, isListed, trade.Reason{}
}

// packFactor is what the line's own packing says about a unit.
func packFactor(line trade.InvoiceLine, unit string) (factor Factor, found bool, reason trade.Reason) {
	for _, pack := range line.Packs {
		if pack.Unit != unit {
			continue
		}
		said := Factor{Times: pack.Quantity, Per: one, Source: fmt.Sprintf("%s: one %s is %s %s", pack.Place, line.Unit, pack.Quantity, unit)}
		if found && !factor.Same(said) {
			return Factor{}, false, trade.Data(trade.ReasonUnitDiffers, pack.Place, askPartner,
				"how many %s one %s is, is not clear: %s, and %s", unit, line.Unit, factor.Source, said.Source)
		}
		factor, found = said, true
	}
	return factor, found, trade.Reason{}
}

// converted gives a line in another unit, or false where quantity and price have no form in
// which they still come to the amount. The quantity is cut, not rounded, so that the parts of
// an order line never come to more than the whole.
func converted(line trade.InvoiceLine, factor Factor, unit string, cents int32) (trade.InvoiceLine, bool) {
	out := line
	out.Converted = &trade.InvoiceConversion{Quantity: line.Quantity, Unit: line.Unit, Price: line.Price, PriceBasis: line.PriceBasis, Source: factor.Source}
	out.Unit = unit
	out.Quantity, _ = line.Quantity.Mul(factor.Times).QuoRem(factor.Per, quantityDecimals)
	basis := decimal.NewFromInt(int64(line.PriceBasis))
	switch {
	case line.Quantity.IsZero(): // one invoiced unit is worth as much as so many of the order's
		return priced(out, line.Price.Mul(factor.Per), factor.Times.Mul(basis), cents)
	case out.Quantity.IsZero():
		return line, false
	}
	units := out.Quantity.Mul(basis)
	if exact, ok := priced(out, line.Quantity.Mul(line.Price), units, cents); ok {
		return exact, true
	}
	// What is left out of a price may still turn a half cent: the amount itself does not.
	return priced(out, line.Amount.Mul(basis), units, cents)
}

// priced gives a line the price by which so many units are worth so much, per as many units as
// its decimals need to come to the line's amount.
func priced(line trade.InvoiceLine, worth, units decimal.Decimal, cents int32) (trade.InvoiceLine, bool) {
	for ; line.PriceBasis <= longestPriceBasis; line.PriceBasis *= 10 {
		basis := decimal.NewFromInt(int64(line.PriceBasis))
		line.Price = worth.Mul(basis).DivRound(units, priceDecimals)
		if line.Quantity.Mul(line.Price).DivRound(basis, cents).Equal(line.Amount) {
			return line, true
		}
	}
	return line, false
}
