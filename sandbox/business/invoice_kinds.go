package business

import (
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"
)

// perCase is how many pieces are in a case of a Packed invoice.
const perCase = 12

// inCases makes the first line of an order one of pieces that fill two cases.
func (g *Generator) inCases(o *Order) *Order {
	line := g.line(o, 10)
	for line["PUUN"] != "EA" {
		line = g.line(o, 10)
	}
	quantity := decimal.NewFromInt(2 * perCase)
	amount := quantity.Mul(Number(line["PUPR"])).DivRound(Number(line["PUCD"]), 2).String()
	line["ORQA"], line["LNAM"], line["LNA2"] = quantity.String(), amount, amount
	o.Lines[0] = line
	return o
}

// elsewhere makes another order of a supplier, for another warehouse where its company has
// several.
func (g *Generator) elsewhere(first *Order, s Supplier) *Order {
	other := g.order(Delivered, s)
	for other.Head["WHLO"] == first.Head["WHLO"] && len(sites[s.Cono]) > 1 {
		g.next--
		other = g.order(Delivered, s)
	}
	return g.spoil(other)
}

// packInto invoices a line in packs of so many pieces, at the price of a pack; the amount
// stays as it is.
func (l *billLine) packInto(unit string, pieces int64) {
	size, per := decimal.NewFromInt(pieces), map[string]int64{"PE": 1, "HP": 100, "TP": 1000}[l.basis]
	l.price, l.basis = Number(l.price).Mul(size).Div(decimal.NewFromInt(per)).String(), "PE"
	l.quantity, l.packed, l.packedUnit, l.unit = l.quantity.Div(size), strconv.FormatInt(pieces, 10), l.unit, unit
}

// credit makes the bill a credit note for the first line of an invoice.
func (b *bill) credit(original string) {
	b.kind, b.original, b.lines = "CR", original, append([]billLine(nil), b.lines[:1]...)
	b.lines[0].quantity, b.lines[0].amount = b.lines[0].quantity.Neg(), b.lines[0].amount.Neg()
}

// creditFor is a credit note for an invoice of another file, for each another one.
func (g *Generator) creditFor(right []Invoice, credited map[string]bool, sequence int) Invoice {
	of := right[g.random.IntN(len(right))]
	for credited[of.Number] {
		of = right[g.random.IntN(len(right))]
	}
	credited[of.Number] = true
	made := of
	made.Original, made.Number, made.File = of.Number, fmt.Sprintf("INV-%06d", sequence), fileName(of.bill.supplier, sequence)
	made.bill.credit(of.Number)
	made.bill.number, made.bill.control, made.bill.total = made.Number, control(sequence), made.bill.goods()
	return made
}
