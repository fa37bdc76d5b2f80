package mapping

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// M3Invoice is everything that decides what an invoice looks like in M3.
type M3Invoice struct {
	Invoice   trade.Invoice
	Allocated Allocated
	// AccountingDate is ACDT; without one M3 chooses.
	AccountingDate trade.Date
	// OriginalYear is the year of the invoice that a credit note corrects, where somebody
	// has looked it up; 0 is the credit note's own, in which most stand.
	OriginalYear int
}

// The values of AddHead that are the same for every invoice.
const (
	batchSupplierInvoice = "20" // IBTP
	matchNothing         = "0"  // IMCD
	matchReceipts        = "1"
	withoutTax           = "0" // TXIN: the amounts of lines are net
)

// Widths of M3's fields.
const (
	widthNumber     = 24
	widthSupplier   = 10
	widthOrder      = 10
	widthItem       = 15
	widthUnit       = 3
	widthElement    = 6
	widthChargeText = 30
	widthVATCode    = 2
	widthNote       = 20
	widthInfo       = 45
	widthPercent    = 6
)

// Records gives the batch as AddHead and AddLine take it: each line followed by its charges,
// then the charges of the head by order, then one line for each VAT code.
func (m M3Invoice) Records() (ionapi.InvoiceHead, []ionapi.InvoiceLine, trade.Reason) {
	if reason := m.fits(); !reason.IsZero() {
		return ionapi.InvoiceHead{}, nil, reason
	}
	var lines []ionapi.InvoiceLine
	for _, line := range m.Invoice.Lines {
		lines = append(lines, m.item(line)...)
		for _, charge := range line.Charges {
			out := m.charge(charge)
			for i := range out {
				out[i].Order, out[i].OrderLine, out[i].Suffix, out[i].Item = line.Order, line.OrderLine, line.Suffix, line.Item
			}
			lines = append(lines, out...)
		}
	}
	for _, charge := range m.Invoice.Charges {
		lines = append(lines, m.orderCharge(charge)...)
	}
	vat, taxes := m.taxes()
	lines = append(lines, taxes...)
	for i := range lines {
		lines[i].Number = i + 1
	}
	return m.head(vat), lines, trade.Reason{}
}

func (m M3Invoice) head(vat decimal.Decimal) ionapi.InvoiceHead {
	inv := m.Invoice
	h := ionapi.InvoiceHead{
		Supplier: inv.Supplier, Payee: inv.Payee, Number: inv.Number, Date: string(inv.Date), Type: batchSupplierInvoice,
		Division: inv.Company.Divi, Year: strconv.Itoa(InvoiceYear(inv)), Currency: inv.Currency, Amount: plain(inv.Total), VAT: plain(vat),
		AccountingDate: string(m.AccountingDate), DueDate: string(inv.DueDate), Order: onlyOrder(inv), Matching: matchNothing,
		TaxIncluded: withoutTax, Correlation: CorrelationID(BusinessKey(inv)),
	}
	for i, d := range inv.Discounts { // fits has counted them
		h.DiscountDates[i], h.DiscountPercents[i], h.DiscountAmounts[i] = string(d.Date), plainOrNone(d.Percent), plainOrNone(d.Amount)
	}
	for _, line := range inv.Lines {
		if line.OrderLine != 0 {
			h.Matching = matchReceipts
		}
	}
	if inv.Kind == trade.KindCredit && inv.Original != "" {
		h.Original, h.OriginalYear = inv.Original, strconv.Itoa(InvoiceYear(inv))
		if m.OriginalYear != 0 {
			h.OriginalYear = strconv.Itoa(m.OriginalYear)
		}
	}
	return h
}

// item is a line of goods. Where its amount is split, so is its quantity, in the same
// proportion: together they are what was invoiced.
func (m M3Invoice) item(line trade.InvoiceLine) []ionapi.InvoiceLine {
	base := ionapi.InvoiceLine{Type: ionapi.LineItem, Order: line.Order, OrderLine: line.OrderLine, Suffix: line.Suffix, Item: line.Item,
		Unit: line.Unit, NetPrice: plain(line.Price), PriceUnit: line.Unit, PriceBasis: strconv.Itoa(line.PriceBasis), DeliveryNote: m.Invoice.DeliveryNote}
	parts := m.parts(line.Place, line.Amount)
	shares := make([]decimal.Decimal, len(parts))
	for i, part := range parts {
		shares[i] = part.Percent
	}
	quantities := SplitAmount(line.Quantity, shares, quantityDecimals)
	out := make([]ionapi.InvoiceLine, len(parts))
	for i, part := range parts {
		out[i] = base
		out[i].Quantity, out[i].Amount, out[i].Objects = plain(quantities[i]), plain(part.Amount), part.Objects
	}
	return out
}

// charge is a charge of a line, in its parts.
func (m M3Invoice) charge(charge trade.InvoiceCharge) []ionapi.InvoiceLine {
	var out []ionapi.InvoiceLine
	for _, part := range m.parts(charge.Place, charge.Amount) {
		out = append(out, chargeLine(ionapi.LineCharge, charge, part))
	}
	return out
}

// orderCharge is a charge of the head: each of its parts is divided among the orders of the
// invoice, because M3 wants a charge to be of one order.
func (m M3Invoice) orderCharge(charge trade.InvoiceCharge) []ionapi.InvoiceLine {
	orders, shares := goodsShares(m.Invoice)
	if len(orders) == 0 {
		orders, shares = []string{""}, []decimal.Decimal{hundred}
	}
	var out []ionapi.InvoiceLine
	for _, part := range m.parts(charge.Place, charge.Amount) {
		whole := part.Amount
		for i, amount := range SplitAmount(whole, shares, cents(m.Invoice.Currency)) {
			if amount.IsZero() && !whole.IsZero() {
				continue
			}
			part.Amount = amount
			line := chargeLine(ionapi.LineOrderCharge, charge, part)
			line.Order = orders[i]
			out = append(out, line)
		}
	}
	return out
}

// chargeLine is a part of a charge. A text that CHGT does not hold gives way to the partner's
// code.
func chargeLine(kind string, charge trade.InvoiceCharge, part AllocatedPart) ionapi.InvoiceLine {
	text := charge.Text
	if utf8.RuneCountInString(text) > widthChargeText {
		text = charge.Code
	}
	return ionapi.InvoiceLine{Type: kind, Element: charge.Element, ElementText: text, Amount: plain(part.Amount), Objects: part.Objects}
}

// parts are what a line or a charge is divided into; only the strategy objects sends them
// with the batch.
func (m M3Invoice) parts(place string, amount decimal.Decimal) []AllocatedPart {
	item, ok := m.Allocated.Item(place)
	if m.Allocated.Strategy != Objects || !ok {
		return []AllocatedPart{{Amount: amount, Percent: hundred}}
	}
	return item.Parts
}

// taxes gives the sum of the taxes, and one line for each VAT code in the order in which
// they come.
func (m M3Invoice) taxes() (decimal.Decimal, []ionapi.InvoiceLine) {
	var codes []string
	sum, sums := decimal.Zero, map[string]decimal.Decimal{}
	for _, tax := range m.Invoice.Taxes {
		if _, ok := sums[tax.Code]; !ok {
			codes = append(codes, tax.Code)
		}
		sum, sums[tax.Code] = sum.Add(tax.Amount), sums[tax.Code].Add(tax.Amount)
	}
	lines := make([]ionapi.InvoiceLine, len(codes))
	for i, code := range codes {
		lines[i] = ionapi.InvoiceLine{Type: ionapi.LineVAT, VATCode: code, VATAmount: plain(sums[code])}
	}
	return sum, lines
}

// Info gives what AddAddInfo keeps beside the batch, numbered where a category has several
// texts. A description that is too long is cut at a word.
func (m M3Invoice) Info() []ionapi.InvoiceInfo {
	all, seen := map[int]int{}, map[int]int{}
	for _, info := range m.Invoice.Information {
		all[info.Category]++
	}
	var out []ionapi.InvoiceInfo
	for _, info := range m.Invoice.Information {
		text := info.Text
		if info.Free && utf8.RuneCountInString(text) > widthInfo {
			text = wrap(text, widthInfo-1)[0] + "…"
		}
		piece := ionapi.InvoiceInfo{Category: strconv.Itoa(info.Category), Text: text}
		if seen[info.Category]++; all[info.Category] > 1 {
			piece.Sequence = strconv.Itoa(seen[info.Category])
		}
		out = append(out, piece)
	}
	return out
}

// plainOrNone writes a number that may not be there.
func plainOrNone(d *decimal.Decimal) string {
	if d == nil {
		return ""
	}
	return plain(*d)
}

// plain writes a number as M3 takes it: digits and a point, without needless zeros.
func plain(d decimal.Decimal) string { return doc.Trim(d).String() }

// fits says what is too long for M3; an id is never cut.
func (m M3Invoice) fits() trade.Reason {
	inv := m.Invoice
	if utf8.RuneCountInString(inv.Number) > widthNumber {
		return trade.Data(trade.ReasonNumberTooLong, "BIG-02", "agree on a shorter number with the supplier, or enter the invoice in APS100 and resolve this record",
			"the invoice number %q has %d characters, and M3 takes %d", inv.Number, utf8.RuneCountInString(inv.Number), widthNumber)
	}
	type value struct {
		place, name, text string
		width             int
	}
	values := []value{{"N1", "supplier", inv.Supplier, widthSupplier}, {"N1", "payee", inv.Payee, widthSupplier},
		{"REF*OI", "original invoice number", inv.Original, widthNumber}, {"REF*PK", "delivery note", inv.DeliveryNote, widthNote}}
	charges := inv.Charges
	for _, line := range inv.Lines {
		values = append(values, value{line.Place, "order number", line.Order, widthOrder}, value{line.Place, "item number", line.Item, widthItem},
			value{line.Place, "unit", line.Unit, widthUnit})
		charges = append(charges[:len(charges):len(charges)], line.Charges...)
	}
	for _, charge := range charges {
		values = append(values, value{charge.Place, "costing element", charge.Element, widthElement})
	}
	for _, tax := range inv.Taxes {
		values = append(values, value{tax.Place, "VAT code", tax.Code, widthVATCode})
	}
	if n := len(inv.Discounts); n > discountSteps {
		return termsUnclear("ITD", tooManyDiscounts, n, discountSteps)
	}
	for _, d := range inv.Discounts {
		values = append(values, value{"ITD", "percentage of the discount", plainOrNone(d.Percent), widthPercent})
	}
	for _, info := range inv.Information {
		if !info.Free {
			values = append(values, value{info.Place, "reference", info.Text, widthInfo})
		}
	}
	for _, v := range values {
		if n := utf8.RuneCountInString(v.text); n > v.width {
			return trade.Data(trade.ReasonValueTooLong, v.place, "correct it with the partner or in the crosswalk, then replay",
				"the %s %s has %d characters, and M3 takes %d", v.name, fmt.Sprintf("%q", v.text), n, v.width)
		}
	}
	return trade.Reason{}
}
