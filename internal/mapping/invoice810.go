package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// Invoice810 is everything that decides how an 810 is understood.
type Invoice810 struct {
	Profile Profile
	Company trade.Company
	Units   *Crosswalk
	// Conversions say how many of an order's units an invoiced one is.
	Conversions *Conversions
	// Charges give the costing element of a SAC02, Taxes the VAT code of a TXI01, or of a
	// TXI01 at one rate: "VA/20".
	Charges, Taxes *Crosswalk
}

// Map turns an 810 into the canonical invoice. A reason comes back where it cannot be
// understood as it is, or where its parts do not come to its total.
func (m Invoice810) Map(in doc.Invoice) (trade.Invoice, trade.Reason) {
	r := invoiceReading{Invoice810: m, in: in, set: m.Profile.Invoice}
	for _, read := range []func() trade.Reason{
		r.head, r.kind, r.payee, r.references, r.information, r.lines, r.charges, r.taxes, r.terms, r.balance,
	} {
		if reason := read(); !reason.IsZero() {
			return r.out, reason
		}
	}
	return r.out, trade.Reason{}
}

// invoiceReading is an 810 on its way to the canonical invoice.
type invoiceReading struct {
	Invoice810
	in  doc.Invoice
	set InvoiceSet
	out trade.Invoice
	// turned says that the amounts of a credit note arrived positive.
	turned bool
	// orders are the numbers of orders that the head names.
	orders []named
}

// named is a value with its place in the set.
type named struct{ place, value string }

const (
	askPartner      = "ask the partner for a corrected invoice, then resolve this record"
	partnersProfile = "the partner's profile"
)

func (r *invoiceReading) head() trade.Reason {
	in := r.in
	r.out = trade.Invoice{Company: r.Company, Partner: string(r.Profile.ID), Supplier: string(r.Profile.Supplier),
		Number: strings.TrimSpace(in.Number), Date: trade.Date(in.Date), Currency: firstOf(string(r.set.HomeCurrency), string(r.Profile.Order.HomeCurrency))}
	if in.Currency != nil && in.Currency.Code != "" {
		r.out.Currency = in.Currency.Code
	}
	switch {
	case r.out.Number == "":
		return trade.Data(trade.ReasonNumberMissing, "BIG-02", askPartner, "the invoice has no number")
	case r.out.Date.IsZero():
		return trade.Data(trade.ReasonDateMissing, "BIG-01", askPartner, "the invoice has no date")
	case r.out.Currency == "":
		return trade.Configuration(trade.ReasonCurrencyMissing, "CUR-02", "set invoice.currency in "+partnersProfile+", then replay",
			"the invoice names no currency, and the profile of %s has none", r.Profile.ID)
	case in.Totals.Amount == nil:
		return trade.Data(trade.ReasonTotalMissing, "TDS-01", askPartner, "the invoice has no total")
	case in.Purpose != "" && in.Purpose != "00" && in.Purpose != "07":
		return trade.Data(trade.ReasonPurposeUnsupported, "BIG-08", "settle it with the partner, then resolve this record",
			"the purpose %q is neither an original (00) nor a copy (07)", in.Purpose)
	}
	return trade.Reason{}
}

// kind tells invoice from credit note, and which sign the amounts of a credit note have.
func (r *invoiceReading) kind() trade.Reason {
	total := r.money(*r.in.Totals.Amount)
	kind, said := r.set.Kinds[r.in.Type]
	switch {
	case r.in.Type != "" && !said:
		return trade.Configuration(trade.ReasonKindUnknown, "BIG-07", "add it to invoice.kinds in "+partnersProfile+", then replay",
			"the type %q says neither invoice nor credit note", r.in.Type)
	case !said && total.IsNegative():
		kind = trade.KindCredit
	case !said:
		kind = trade.KindInvoice
	case kind == trade.KindInvoice && total.IsNegative():
		return trade.Data(trade.ReasonSignConflict, "TDS-01", askPartner, "the type %q is an invoice, and its total is %s", r.in.Type, total)
	case kind == trade.KindCredit && total.IsPositive() && r.set.CreditSign == SignNegative,
		kind == trade.KindCredit && total.IsNegative() && r.set.CreditSign == SignPositive:
		return trade.Configuration(trade.ReasonSignConflict, "TDS-01", "correct invoice.creditSign in "+partnersProfile+" if the partner sends credit notes so, then replay",
			"the credit note's total is %s, and amounts of this partner's credit notes are to arrive %s", total, r.set.CreditSign)
	}
	r.turned = said && kind == trade.KindCredit && r.set.CreditSign == SignPositive
	r.out.Kind, r.out.Total = kind, r.signed(total)
	return trade.Reason{}
}

// signed gives an amount or a quantity the sign that ours has.
func (r *invoiceReading) signed(d decimal.Decimal) decimal.Decimal {
	if r.turned {
		return d.Neg()
	}
	return d
}

// assignedByBuyer is N103 of an id that is ours.
const assignedByBuyer = "92"

// payee finds who is paid; parties and references that contradict the profile park, because
// a changed payee is how money is led astray.
func (r *invoiceReading) payee() trade.Reason {
	r.out.Payee = string(r.set.Payee)
	for i, p := range r.in.Parties {
		if p.Qualifier != assignedByBuyer || p.ID == "" {
			continue
		}
		place := fmt.Sprintf("N1[%d]-04", i+1)
		switch p.Code {
		case "RI", "RE":
			if r.out.Payee != "" && !SameCode(r.out.Payee, p.ID) {
				return trade.Data(trade.ReasonPayeeDiffers, place, "ask the supplier over a known contact; if it is right, correct invoice.payee in the profile and replay",
					"the invoice is to be paid to %s, and %s is paid to %s", p.ID, r.Profile.ID, r.out.Payee)
			}
			if r.out.Payee == "" {
				r.out.Payee = p.ID
			}
		case "SU", "SE", "VN":
			if reason := r.sameSupplier(named{place, p.ID}); !reason.IsZero() {
				return reason
			}
		}
	}
	r.out.Payee = firstOf(r.out.Payee, r.out.Supplier)
	for i, ref := range r.in.References {
		if ref.Qualifier == "IA" && ref.Value != "" {
			if reason := r.sameSupplier(named{fmt.Sprintf("REF[%d]-02", i+1), ref.Value}); !reason.IsZero() {
				return reason
			}
		}
	}
	return trade.Reason{}
}

// sameSupplier compares our number of the supplier, where the invoice quotes it.
func (r *invoiceReading) sameSupplier(said named) trade.Reason {
	if SameCode(said.value, r.out.Supplier) {
		return trade.Reason{}
	}
	return trade.Data(trade.ReasonSupplierDiffers, said.place, "correct the supplier or the addresses in the profile and replay, or resolve this record",
		"the invoice is from supplier %s, and its interchange from %s, which is supplier %s", said.value, r.Profile.ID, r.out.Supplier)
}

// SameCode compares codes as people and spreadsheets copy them: without leading zeros.
func SameCode(a, b string) bool {
	return strings.TrimLeft(strings.TrimSpace(a), "0") == strings.TrimLeft(strings.TrimSpace(b), "0")
}

// references reads the numbers that the head quotes.
func (r *invoiceReading) references() trade.Reason {
	if number := strings.TrimSpace(r.in.OrderNumber); number != "" {
		r.orders = append(r.orders, named{"BIG-04", number})
	}
	for i, ref := range r.in.References {
		value := strings.TrimSpace(ref.Value)
		if value == "" {
			continue
		}
		switch ref.Qualifier {
		case "PO":
			r.orders = addNamed(r.orders, named{fmt.Sprintf("REF[%d]-02", i+1), value})
		case "PK":
			r.out.DeliveryNote = firstOf(r.out.DeliveryNote, value)
		case "OI":
			r.out.Original = firstOf(r.out.Original, value)
		}
	}
	return trade.Reason{}
}

// addNamed adds a value that is not there yet.
func addNamed(list []named, n named) []named {
	if slices.ContainsFunc(list, func(other named) bool { return other.value == n.value }) {
		return list
	}
	return append(list, n)
}

// zeroDecimals are the currencies without cents (ISO 4217).
var zeroDecimals = []string{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}

// cents is how many decimals an amount of a currency is rounded to.
func cents(currency string) int32 {
	if slices.Contains(zeroDecimals, currency) {
		return 0
	}
	return 2
}

// money reads an amount of type N2: where the partner writes whole units of a currency
// without cents, the two decimals that the type implies are none.
func (r *invoiceReading) money(d decimal.Decimal) decimal.Decimal {
	if r.set.ZeroDecimals == Units && cents(r.out.Currency) == 0 {
		return d.Shift(2)
	}
	return d
}

// balance compares the total with the sum of its parts.
func (r *invoiceReading) balance() trade.Reason {
	sum := decimal.Zero
	for _, line := range r.out.Lines {
		sum = sum.Add(line.Amount).Add(sumOfCharges(line.Charges))
	}
	sum = sum.Add(sumOfCharges(r.out.Charges))
	for _, tax := range r.out.Taxes {
		sum = sum.Add(tax.Amount)
	}
	difference := r.out.Total.Sub(sum)
	if difference.Abs().LessThanOrEqual(r.set.Tolerance.Decimal) {
		return trade.Reason{}
	}
	return trade.Data(trade.ReasonUnbalanced, "TDS-01", "ask the partner for a corrected invoice, or widen invoice.tolerance in the profile and replay",
		"the total is %s, and lines, charges, allowances and taxes come to %s, which is %s off", r.out.Total, sum, difference)
}

func sumOfCharges(charges []trade.InvoiceCharge) decimal.Decimal {
	sum := decimal.Zero
	for _, c := range charges {
		sum = sum.Add(c.Amount)
	}
	return sum
}
