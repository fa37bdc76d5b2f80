package mapping

import (
	"strconv"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// The set by which an invoice goes out, and its group.
const set810, functionalInvoice = "810", "IN"

// OutgoingInvoice810 is everything that decides what an 810 looks like that goes to a partner.
type OutgoingInvoice810 struct {
	Invoice trade.Invoice
	Profile Profile
	Sender  Sender
	// SupplierName is M3's name of the supplier; empty is that of the profile.
	SupplierName string
	Units, Terms *Crosswalk
	// Charges give the SAC02 of a costing element, Taxes the TXI01 of a VAT code, with its rate
	// where the crosswalk has one: "VA/20".
	Charges, Taxes *Crosswalk
}

// Outgoing gives the invoice as its partner gets it: an 810 in a group of functional id IN.
func (m OutgoingInvoice810) Outgoing() (Outgoing, trade.Reason) {
	document, reason := m.Map()
	return Outgoing{Set: set810, Functional: functionalInvoice, Sender: m.Sender, Profile: m.Profile, document: document}, reason
}

// Map turns the canonical invoice into an 810 for the partner. A reason comes back where it cannot
// go out as it is, or where what would be written does not come to its total; nothing is guessed
// or cut.
func (m OutgoingInvoice810) Map() (doc.Invoice, trade.Reason) {
	var out doc.Invoice
	for _, write := range []func(*doc.Invoice) trade.Reason{m.check, m.header, m.lines, m.charges, m.taxes, m.balance} {
		if reason := write(&out); !reason.IsZero() {
			return out, reason
		}
	}
	return out, trade.Reason{}
}

// check finds what an 810 cannot be without.
func (m OutgoingInvoice810) check(*doc.Invoice) trade.Reason {
	i, set := m.Invoice, m.Profile.OutgoingInvoice
	const resolve = "tell the partner another way, and resolve the record"
	switch {
	case i.Number == "":
		return trade.Data(trade.ReasonNumberMissing, "BIG-02", resolve, "the invoice has no number")
	case i.Date.IsZero():
		return trade.Data(trade.ReasonDateMissing, "BIG-01", resolve, "the invoice has no date")
	case i.Currency == "":
		return trade.Data(trade.ReasonCurrencyMissing, "CUR-02", resolve, "the invoice has no currency")
	case len(i.Lines) == 0:
		return trade.Data(trade.ReasonNoLines, "IT1", resolve, "the invoice has no lines of goods or services")
	case m.turned() && set.CreditType == "":
		return trade.Configuration(trade.ReasonKindUnknown, "BIG-07", "set outgoingInvoice.creditType in "+partnersProfile+", then replay",
			"a credit note whose amounts are written positive says nowhere that it is one")
	}
	return trade.Reason{}
}

// turned says that the amounts of a credit note are written positive.
func (m OutgoingInvoice810) turned() bool {
	return m.Invoice.Kind == trade.KindCredit && m.Profile.OutgoingInvoice.CreditSign == SignPositive
}

// signed gives an amount or a quantity the sign that the partner wants.
func (m OutgoingInvoice810) signed(d decimal.Decimal) decimal.Decimal {
	if m.turned() {
		return d.Neg()
	}
	return d
}

// money gives an amount as type N2 writes it: where the partner wants whole units of a currency
// without cents, the two decimals that the type implies are none.
func (m OutgoingInvoice810) money(d decimal.Decimal) decimal.Decimal {
	if m.Profile.OutgoingInvoice.ZeroDecimals == Units && cents(m.Invoice.Currency) == 0 {
		return d.Shift(-2)
	}
	return d
}

// BIG08.
const (
	invoiceOriginal = "00"
	invoiceCopy     = "07"
)

func (m OutgoingInvoice810) header(out *doc.Invoice) trade.Reason {
	i, set := m.Invoice, m.Profile.OutgoingInvoice
	out.Date, out.Number, out.Type, out.Purpose = doc.Date(i.Date), i.Number, string(set.Type), invoiceOriginal
	if i.Kind == trade.KindCredit {
		out.Type = string(set.CreditType)
	}
	if set.Purpose == Copy {
		out.Purpose = invoiceCopy
	}
	if set.Currency == Always || (set.Currency == Foreign && i.Currency != string(set.HomeCurrency)) {
		out.Currency = &doc.Currency{Party: "SE", Code: i.Currency}
	}
	for _, reference := range []struct {
		qualifier Code
		value     string
	}{{set.SupplierReference, i.Supplier}, {set.VoucherReference, i.Voucher}, {set.ParallelReference, i.Parallel}} {
		if reference.qualifier != "" && reference.value != "" {
			out.References = append(out.References, doc.Reference{Qualifier: string(reference.qualifier), Value: reference.value})
		}
	}
	supplier := doc.Party{Code: "SU", Name: m.Profile.clean(firstOf(m.SupplierName, m.Profile.Name)), Qualifier: assignedByBuyer, ID: i.Supplier}
	out.Parties = []doc.Party{supplier, m.Sender.buyer(m.Profile, i.Company)}
	out.Terms = m.terms()
	out.Totals.Amount = new(m.money(m.signed(i.Total)))
	out.Count = &doc.Count{}
	return trade.Reason{}
}

// ITD01 and ITD02.
const (
	termsNoDiscount  = "05"
	termsDiscount    = "08"
	termsFromInvoice = "3"
)

// terms gives one ITD for each discount, and one where there is none; all say the due date.
func (m OutgoingInvoice810) terms() []doc.Terms {
	i := m.Invoice
	if i.PaymentTerms == "" && i.DueDate.IsZero() && len(i.Discounts) == 0 {
		return nil
	}
	terms := doc.Terms{Type: termsNoDiscount, Basis: termsFromInvoice, NetDate: doc.Date(i.DueDate), NetDays: m.netDays(), Description: m.Profile.clean(i.PaymentTerms)}
	if len(i.Discounts) == 0 {
		return []doc.Terms{terms}
	}
	var out []doc.Terms
	for _, discount := range i.Discounts {
		t := terms
		t.Type, t.DiscountPercent, t.DiscountDate = termsDiscount, discount.Percent, doc.Date(discount.Date)
		if discount.Amount != nil {
			t.DiscountAmount = new(m.money(m.signed(*discount.Amount)))
		}
		out = append(out, t)
	}
	return out
}

// netDays are those of M3's payment terms, as far as the due date bears them out: M3 moves it to
// days of payment, and a person may set another, and then two answers would stand in one ITD.
func (m OutgoingInvoice810) netDays() string {
	text, known := m.Terms.Lookup(string(m.Profile.ID), m.Invoice.PaymentTerms, m.Invoice.Date)
	if !known || m.Invoice.DueDate.IsZero() {
		return text
	}
	days, err := strconv.Atoi(text)
	if err != nil || trade.DateOf(m.Invoice.Date.Time().AddDate(0, 0, days)) != m.Invoice.DueDate {
		return ""
	}
	return text
}
