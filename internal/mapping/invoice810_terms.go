package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// discountSteps is how many discounts M3 takes on an invoice.
const discountSteps = 3

const tooManyDiscounts = "the invoice has %d discounts, and M3 takes %d"

// terms reads the ITDs: one due date, and a discount from each that has one.
func (r *invoiceReading) terms() trade.Reason {
	if r.set.Terms == TermsOfSupplier {
		return trade.Reason{}
	}
	for i, in := range r.in.Terms {
		place := fmt.Sprintf("ITD[%d]", i+1)
		for _, read := range []func(string, doc.Terms) trade.Reason{instalment, r.due, r.discount} {
			if reason := read(place, in); !reason.IsZero() {
				return reason
			}
		}
	}
	slices.SortStableFunc(r.out.Discounts, func(a, b trade.InvoiceDiscount) int { return cmp.Compare(a.Date, b.Date) })
	if n := len(r.out.Discounts); n > discountSteps {
		return termsUnclear("ITD", tooManyDiscounts, n, discountSteps)
	}
	return trade.Reason{}
}

func termsUnclear(place, format string, args ...any) trade.Reason {
	return trade.Configuration(trade.ReasonTermsUnclear, place, "set invoice.terms: supplier in the profile, so that M3's terms of the supplier hold, and replay", format, args...)
}

// instalment refuses terms by which only a part of the invoice is due: M3 has one due date.
func instalment(place string, in doc.Terms) trade.Reason {
	switch {
	case in.DeferredAmount != nil && !in.DeferredAmount.IsZero():
		return termsUnclear(place+"-10", "an instalment of %s is due on its own day, and M3 takes one due date", in.DeferredAmount)
	case in.PercentPayable != nil && !in.PercentPayable.IsZero() && !in.PercentPayable.Equal(hundred):
		return termsUnclear(place+"-11", "an instalment of %s %% is due on its own day, and M3 takes one due date", in.PercentPayable)
	}
	return trade.Reason{}
}

// due reads the due date; several ITDs may say it again, but no other.
func (r *invoiceReading) due(place string, in doc.Terms) trade.Reason {
	basis, known := r.basisDate(in.Basis)
	date, ok := dateBy(in.NetDate, in.NetDays, basis, known)
	switch {
	case !ok:
		return termsUnclear(place+"-02", "the net days count from a date that the invoice does not have (basis %q)", in.Basis)
	case date.IsZero():
		return trade.Reason{}
	case !r.out.DueDate.IsZero() && r.out.DueDate != date:
		return termsUnclear(place, "the invoice is due on %s and on %s, and M3 takes one due date", r.out.DueDate, date)
	}
	r.out.DueDate = date
	return trade.Reason{}
}

// discount adds the discount that an ITD offers: a percentage, an amount, or both.
func (r *invoiceReading) discount(place string, in doc.Terms) trade.Reason {
	var out trade.InvoiceDiscount
	what := ""
	if amount := in.DiscountAmount; amount != nil && !amount.IsZero() {
		// Partners differ in whose sign it has; M3 wants the invoice's.
		signed := r.money(*amount).Abs()
		if r.out.Total.IsNegative() {
			signed = signed.Neg()
		}
		out.Amount, what = &signed, signed.String()
	}
	if percent := in.DiscountPercent; percent != nil && !percent.IsZero() {
		out.Percent, what = percent, percent.String()+" %"
	}
	if what == "" {
		return trade.Reason{}
	}
	basis, known := r.basisDate(in.Basis)
	date, ok := dateBy(in.DiscountDate, in.DiscountDays, basis, known)
	same := func(d trade.InvoiceDiscount) bool { return d.Date == date }
	switch {
	case !ok || date.IsZero():
		return termsUnclear(place+"-04", "the discount of %s has no date", what)
	case out.Percent != nil && (out.Percent.IsNegative() || out.Percent.GreaterThanOrEqual(hundred)):
		return termsUnclear(place+"-03", "the discount of %s is not one between 0 and 100 %%", what)
	case out.Amount != nil && out.Amount.Abs().GreaterThan(r.out.Total.Abs()):
		return termsUnclear(place+"-08", "the discount of %s is more than the invoice, which is over %s", out.Amount, r.out.Total)
	case slices.ContainsFunc(r.out.Discounts, same):
		return termsUnclear(place, "the discount of %s is the second one until %s", what, date)
	}
	out.Date = date
	r.out.Discounts = append(r.out.Discounts, out)
	return trade.Reason{}
}

// basisDates are the qualifiers of DTM for the date that ITD02 counts from.
var basisDates = map[string]string{"1": "011", "2": "035"}

// basisDate is the day that terms count from: that of the invoice unless ITD02 says another.
func (r *invoiceReading) basisDate(basis string) (trade.Date, bool) {
	if basis == "" || basis == "3" {
		return r.out.Date, true
	}
	for _, d := range r.in.Dates {
		if qualifier := basisDates[basis]; qualifier != "" && d.Qualifier == qualifier && d.Date != "" {
			return trade.Date(d.Date), true
		}
	}
	return "", false
}

// dateBy is a date as it is said, or days from the basis; neither is no date.
func dateBy(date doc.Date, days string, basis trade.Date, known bool) (trade.Date, bool) {
	if date != "" || days == "" {
		return trade.Date(date), true
	}
	n, err := strconv.Atoi(days)
	if err != nil || !known {
		return "", false
	}
	return trade.DateOf(basis.Time().AddDate(0, 0, n)), true
}
