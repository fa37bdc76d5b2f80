package mapping

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// each is the unit of a line that has none in M3: one of whatever it says.
const each = "EA"

func (m OutgoingInvoice810) lines(out *doc.Invoice) trade.Reason {
	for n, line := range m.Invoice.Lines {
		mapped, reason := m.line(fmt.Sprintf("IT1[%d]", n+1), line)
		if !reason.IsZero() {
			return reason
		}
		out.Lines = append(out.Lines, mapped)
	}
	return trade.Reason{}
}

func (m OutgoingInvoice810) line(place string, l trade.InvoiceLine) (doc.InvoiceLine, trade.Reason) {
	if reason := m.written(place, l.Amount); !reason.IsZero() {
		return doc.InvoiceLine{}, reason
	}
	unit, known := each, true
	if l.Unit != "" {
		unit, known = m.Units.Lookup(string(m.Profile.ID), l.Unit, m.Invoice.Date)
	}
	if !known {
		return doc.InvoiceLine{}, trade.Configuration(trade.ReasonUnitUnmapped, place+"-03", "add it to "+m.Units.File()+", then replay",
			"unit %q has no X12 code for partner %s", l.Unit, m.Profile.ID)
	}
	text := l.Description
	price, exact := unitPrice(l.Amount, l.Quantity)
	if !exact {
		text = strings.TrimSpace(fmt.Sprintf("%s (%s %s)", text, l.Quantity, unit))
		l.Quantity, unit, price = one, each, l.Amount
	}
	out := doc.InvoiceLine{ID: l.ID, Quantity: doc.Trim(m.signed(l.Quantity)), Unit: unit, Price: doc.Trim(price), Basis: priceBasis[1]}
	if text = m.Profile.clean(text); text != "" {
		out.Descriptions = wrap(text, doc.MaxDescription)
	}
	return out, trade.Reason{}
}

const (
	// fewestPriceDecimals and mostPriceDecimals are how exact a unit price may be.
	fewestPriceDecimals = 2
	mostPriceDecimals   = 10
)

// hundredthOfCent is how far quantity times price may be from the amount, so that many lines
// together come to their sum even for a partner who rounds only that.
var hundredthOfCent = decimal.New(1, -4)

// unitPrice gives the price with the fewest decimals by which a quantity comes to an amount, so near
// that rounding gives the amount itself. It says false where none does.
func unitPrice(amount, quantity decimal.Decimal) (price decimal.Decimal, exact bool) {
	if quantity.IsZero() {
		return decimal.Zero, false
	}
	for decimals := int32(fewestPriceDecimals); decimals <= mostPriceDecimals && !exact; decimals++ {
		price = amount.DivRound(quantity, decimals)
		exact = quantity.Mul(price).Sub(amount).Abs().LessThanOrEqual(hundredthOfCent)
	}
	return price, exact
}

// written says why an amount has more decimals than type N2 or the currency.
func (m OutgoingInvoice810) written(place string, amount decimal.Decimal) trade.Reason {
	if amount.Equal(amount.Round(cents(m.Invoice.Currency))) {
		return trade.Reason{}
	}
	return trade.Data(trade.ReasonValueInvalid, place, "tell the partner another way, and resolve the record",
		"the amount %s has more decimals than an 810 carries in %s, which is %d", amount, m.Invoice.Currency, cents(m.Invoice.Currency))
}

// charges writes charges and allowances. Which of them an amount is follows the direction of the
// invoice: what a credit note gives back of a charge is a charge with the sign of the credit note.
func (m OutgoingInvoice810) charges(out *doc.Invoice) trade.Reason {
	for n, charge := range m.Invoice.Charges {
		place := fmt.Sprintf("SAC[%d]", n+1)
		if reason := m.written(place+"-05", charge.Amount); !reason.IsZero() {
			return reason
		}
		code, known := m.Charges.Lookup(string(m.Profile.ID), charge.Element, m.Invoice.Date)
		if !known || len(code) != 4 {
			return trade.Configuration(trade.ReasonChargeUnmapped, place+"-02", "give it a row with four characters in "+m.Charges.File()+", then replay",
				"costing element %q has no SAC02 for partner %s", charge.Element, m.Profile.ID)
		}
		mapped := doc.Charge{Indicator: "C", Code: code, Description: m.Profile.clean(charge.Text)}
		amount := m.signed(charge.Amount)
		if charge.Amount.IsNegative() != (m.Invoice.Kind == trade.KindCredit) {
			mapped.Indicator, amount = "A", amount.Neg()
		}
		mapped.Amount = new(m.money(amount))
		out.Charges = append(out.Charges, doc.InvoiceCharge{Charge: mapped})
	}
	return trade.Reason{}
}

func (m OutgoingInvoice810) taxes(out *doc.Invoice) trade.Reason {
	for n, tax := range m.Invoice.Taxes {
		place := fmt.Sprintf("TXI[%d]", n+1)
		if reason := m.written(place+"-02", tax.Amount); !reason.IsZero() {
			return reason
		}
		mapped, known := m.taxType(tax.Code)
		if !known {
			return trade.Configuration(trade.ReasonTaxUnmapped, place+"-01", "give it a row such as ST or VA/20 in "+m.Taxes.File()+", then replay",
				"VAT code %q has no TXI01 for partner %s", tax.Code, m.Profile.ID)
		}
		mapped.Amount = new(m.signed(tax.Amount))
		out.Taxes = append(out.Taxes, mapped)
	}
	return trade.Reason{}
}

// taxType gives TXI01, and TXI03 where the crosswalk names the rate.
func (m OutgoingInvoice810) taxType(code string) (doc.Tax, bool) {
	text, known := m.Taxes.Lookup(string(m.Profile.ID), code, m.Invoice.Date)
	name, rate, rated := strings.Cut(text, "/")
	out := doc.Tax{Type: name}
	if rated {
		percent, err := decimal.NewFromString(rate)
		if err != nil {
			return out, false
		}
		out.Percent = &percent
	}
	return out, known && len(name) == 2
}

// balance adds up what is written, as the partner will.
func (m OutgoingInvoice810) balance(out *doc.Invoice) trade.Reason {
	sum := decimal.Zero
	for _, line := range out.Lines {
		sum = sum.Add(line.Quantity.Mul(line.Price).Round(cents(m.Invoice.Currency)))
	}
	for _, tax := range out.Taxes {
		sum = sum.Add(*tax.Amount)
	}
	sum = m.money(sum)
	for _, charge := range out.Charges {
		if charge.Indicator == "A" {
			sum = sum.Sub(*charge.Amount)
			continue
		}
		sum = sum.Add(*charge.Amount)
	}
	if total := *out.Totals.Amount; !sum.Equal(total) {
		return trade.Data(trade.ReasonUnbalanced, "TDS-01", "see the voucher in GLS200; the next poll reads it again, or resolve the record",
			"the total is %s, and lines, charges, allowances and taxes come to %s, which is %s off", total, sum, total.Sub(sum))
	}
	return trade.Reason{}
}
