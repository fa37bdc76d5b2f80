package mapping

import (
	"fmt"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// settledElsewhere is SAC12 of a bill back: it is not in the total.
const settledElsewhere = "01"

func (r *invoiceReading) charges() (reason trade.Reason) {
	r.out.Charges, reason = r.chargesOf("", r.in.Charges)
	return reason
}

// chargesOf reads the SACs of the head or of a line; within is the place they stand in.
func (r *invoiceReading) chargesOf(within string, charges []doc.InvoiceCharge) ([]trade.InvoiceCharge, trade.Reason) {
	var out []trade.InvoiceCharge
	for i, in := range charges {
		if in.Indicator == "N" || in.Handling == settledElsewhere {
			continue
		}
		charge, reason := r.charge(fmt.Sprintf("%sSAC[%d]", within, i+1), in.Charge)
		if !reason.IsZero() {
			return nil, reason
		}
		out = append(out, charge)
	}
	return out, trade.Reason{}
}

func (r *invoiceReading) charge(place string, in doc.Charge) (trade.InvoiceCharge, trade.Reason) {
	out := trade.InvoiceCharge{Place: place, Code: firstOf(in.Code, in.AgencyCode, in.Description), Text: in.Description}
	amount, known := r.chargeAmount(in)
	switch {
	case in.Indicator != "A" && in.Indicator != "C":
		return out, trade.Data(trade.ReasonChargeUnclear, place+"-01", askPartner, "%q is neither an allowance (A) nor a charge (C)", in.Indicator)
	case out.Code == "":
		return out, trade.Data(trade.ReasonChargeUnclear, place+"-02", askPartner, "nothing says what the amount is for")
	case !known:
		return out, trade.Data(trade.ReasonChargeUnclear, place+"-05", askPartner, "the charge %q has no amount", out.Code)
	case in.Indicator == "A":
		amount = amount.Neg()
	}
	out.Amount = r.signed(amount)
	var reason trade.Reason
	out.Element, reason = r.code(r.Charges, out.Code, trade.ReasonChargeUnmapped, place+"-02", "charge")
	return out, reason
}

// chargeAmount is SAC05, else rate times quantity.
func (r *invoiceReading) chargeAmount(in doc.Charge) (amount decimal.Decimal, known bool) {
	switch {
	case in.Amount != nil:
		return r.money(*in.Amount), true
	case in.Rate != nil && in.Quantity != nil:
		return in.Rate.Mul(*in.Quantity).Round(cents(r.out.Currency)), true
	}
	return decimal.Zero, false
}

const (
	onlyInformation = "O" // TXI07 of a tax that is not added
	notExempt       = "2" // TXI06 that says no
)

// taxes gathers the taxes of the summary, and those of lines and charges where they are part
// of the total.
func (r *invoiceReading) taxes() trade.Reason {
	type group struct {
		within string
		taxes  []doc.Tax
	}
	groups := []group{{"", r.in.Taxes}}
	if r.set.LineTaxes == TaxesAdd {
		for i, line := range r.in.Lines {
			place := fmt.Sprintf("IT1[%d]/", i+1)
			groups = append(groups, group{place, line.Taxes})
			for n, charge := range line.Charges {
				groups = append(groups, group{fmt.Sprintf("%sSAC[%d]/", place, n+1), charge.Taxes})
			}
		}
		for n, charge := range r.in.Charges {
			groups = append(groups, group{fmt.Sprintf("SAC[%d]/", n+1), charge.Taxes})
		}
	}
	for _, g := range groups {
		for i, in := range g.taxes {
			if in.Relationship == onlyInformation {
				continue
			}
			if reason := r.tax(fmt.Sprintf("%sTXI[%d]", g.within, i+1), in); !reason.IsZero() {
				return reason
			}
		}
	}
	return trade.Reason{}
}

// tax adds a tax. One without an amount counts for nothing only where it says so: by a rate
// of zero, or because it is an exemption.
func (r *invoiceReading) tax(place string, in doc.Tax) trade.Reason {
	exempt := (in.Exempt != "" && in.Exempt != notExempt) || (in.Percent != nil && in.Percent.IsZero())
	if in.Amount == nil && !exempt {
		return trade.Data(trade.ReasonTaxUnclear, place+"-02", askPartner, "the tax %q has no amount", in.Type)
	}
	amount := decimal.Zero
	if in.Amount != nil {
		amount = r.signed(*in.Amount)
	}
	key, ours := r.taxCode(in)
	switch {
	case len(ours) == 0 && amount.IsZero():
		return trade.Reason{} // nothing to post, and no code to post it by
	case len(ours) != 1:
		_, reason := r.code(r.Taxes, key, trade.ReasonTaxUnmapped, place+"-01", "tax")
		return reason
	}
	r.out.Taxes = append(r.out.Taxes, trade.InvoiceTax{Place: place, Type: in.Type, Code: ours[0], Amount: amount})
	return trade.Reason{}
}

// taxCode looks a tax up by type and rate, then by its type alone.
func (r *invoiceReading) taxCode(in doc.Tax) (key string, ours []string) {
	if in.Percent != nil {
		key = in.Type + "/" + doc.Trim(*in.Percent).String()
		if ours = r.Taxes.Ours(string(r.Profile.ID), key, r.out.Date); len(ours) > 0 {
			return key, ours
		}
	}
	return firstOf(key, in.Type), r.Taxes.Ours(string(r.Profile.ID), in.Type, r.out.Date)
}
