package mapping

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
)

// The qualifiers of product ids: our number of an item, the supplier's, and our order. The
// first that a line has goes.
var (
	ourItem       = []string{"BP", "IN"}
	supplierItem  = []string{"VN", "VP"}
	purchaseOrder = []string{"PO"}
)

func (r *invoiceReading) lines() trade.Reason {
	if len(r.in.Lines) == 0 {
		return trade.Data(trade.ReasonNoLines, "IT1", askPartner, "the invoice has no lines")
	}
	for i, line := range r.in.Lines {
		mapped, reason := r.line(fmt.Sprintf("IT1[%d]", i+1), line)
		if !reason.IsZero() {
			return reason
		}
		r.out.Lines = append(r.out.Lines, mapped)
	}
	return trade.Reason{}
}

func (r *invoiceReading) line(place string, in doc.InvoiceLine) (trade.InvoiceLine, trade.Reason) {
	out := trade.InvoiceLine{Place: place, ID: in.ID, Quantity: r.signed(in.Quantity), Price: in.Price,
		Item: productID(in, ourItem).value, SupplierItem: productID(in, supplierItem).value, Description: strings.Join(in.Descriptions, " ")}
	if in.NoQuantity || in.NoPrice {
		element, what := "-02", "quantity"
		if in.NoPrice {
			element, what = "-04", "price"
		}
		return out, trade.Data(trade.ReasonLineIncomplete, place+element, askPartner, "the line has no %s", what)
	}
	// A credit note may have its sign in the price.
	if r.out.Kind == trade.KindCredit && out.Price.IsNegative() {
		out.Quantity, out.Price = out.Quantity.Neg(), out.Price.Neg()
	}
	var reason trade.Reason
	if out.Unit, reason = r.unit(place, in.Unit); !reason.IsZero() {
		return out, reason
	}
	out.Packs = r.packs(place, in.Packs)
	if out.PriceBasis, reason = r.priceBasis(place, in.Basis); !reason.IsZero() {
		return out, reason
	}
	// Round is half away from zero.
	out.Amount = out.Quantity.Mul(out.Price).DivRound(decimal.NewFromInt(int64(out.PriceBasis)), cents(r.out.Currency))
	if out.Order, reason = r.order(place, in); !reason.IsZero() {
		return out, reason
	}
	out.Charges, reason = r.chargesOf(place+"/", in.Charges)
	return out, reason
}

// productID finds the first of the qualifiers that a line has.
func productID(in doc.InvoiceLine, qualifiers []string) named {
	for _, qualifier := range qualifiers {
		for i, id := range in.ProductIDs {
			if value := strings.TrimSpace(id.ID); id.Qualifier == qualifier && value != "" {
				return named{fmt.Sprintf("-%02d", 7+2*i), value}
			}
		}
	}
	return named{}
}

// unit gives M3's code of a unit.
func (r *invoiceReading) unit(place, unit string) (string, trade.Reason) {
	if unit == "" {
		return "", trade.Data(trade.ReasonLineIncomplete, place+"-03", askPartner, "the line has no unit")
	}
	return r.code(r.Units, unit, trade.ReasonUnitUnmapped, place+"-03", "unit")
}

// packs reads what the line says about the packing of one unit: PO401 packs of PO402 units of
// PO403. What says no size or has no one unit of ours tells nothing; it is no fault.
func (r *invoiceReading) packs(place string, packs []doc.Pack) []trade.InvoicePack {
	var out []trade.InvoicePack
	for i, in := range packs {
		units := r.Units.Ours(string(r.Profile.ID), in.Unit, r.out.Date)
		if in.Size == nil || len(units) != 1 {
			continue
		}
		quantity := *in.Size
		if in.Inner != nil {
			quantity = quantity.Mul(*in.Inner)
		}
		if quantity.IsPositive() {
			out = append(out, trade.InvoicePack{Place: fmt.Sprintf("%s/PO4[%d]", place, i+1), Quantity: quantity, Unit: units[0]})
		}
	}
	return out
}

// code translates a code of the partner's, of a kind that the sentence names.
func (r *invoiceReading) code(c *Crosswalk, theirs, reason, place, kind string) (string, trade.Reason) {
	ours := c.Ours(string(r.Profile.ID), theirs, r.out.Date)
	if len(ours) == 1 {
		return ours[0], trade.Reason{}
	}
	meaning := "has no code of ours"
	if len(ours) > 1 {
		meaning = "stands for each of " + strings.Join(ours, ", ")
	}
	return "", trade.Configuration(reason, place, "give it one row for the partner in "+c.File()+", then replay",
		"%s %q of partner %s %s", kind, theirs, r.Profile.ID, meaning)
}

// priceBasis is for how many units the price holds; a price without a code is for one.
func (r *invoiceReading) priceBasis(place, code string) (int, trade.Reason) {
	if code == "" {
		return 1, trade.Reason{}
	}
	if basis := r.set.PriceBases[code]; basis > 0 {
		return basis, trade.Reason{}
	}
	return 0, trade.Configuration(trade.ReasonPriceBasisUnknown, place+"-05", "add it to invoice.priceBases in "+partnersProfile+", then replay",
		"the price basis %q does not say for how many units the price holds", code)
}

// order is the number of the purchase order that a line is of: its own, else the head's.
func (r *invoiceReading) order(place string, in doc.InvoiceLine) (string, trade.Reason) {
	var said []named
	if id := productID(in, purchaseOrder); id.value != "" {
		said = append(said, named{place + id.place, id.value})
	}
	for i, ref := range in.References {
		if value := strings.TrimSpace(ref.Value); ref.Qualifier == "PO" && value != "" {
			said = addNamed(said, named{fmt.Sprintf("%s/REF[%d]-02", place, i+1), value})
		}
	}
	if len(said) == 0 {
		said = r.orders
	}
	switch {
	case len(said) == 1:
		return said[0].value, trade.Reason{}
	case len(said) > 1:
		return "", trade.Data(trade.ReasonOrderConflict, place+", "+said[1].place, askPartner,
			"the line is of order %s by %s and of order %s by %s", said[0].value, said[0].place, said[1].value, said[1].place)
	case r.set.Orders == Optional:
		return "", trade.Reason{}
	}
	return "", trade.Data(trade.ReasonOrderMissing, place, "ask the partner for the number; where it invoices without orders, set invoice.orders: optional in the profile and replay",
		"the line names no purchase order")
}
