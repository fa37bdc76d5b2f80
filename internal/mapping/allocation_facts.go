package mapping

import (
	"slices"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// AllocationFacts are what a rule can ask for, by variable and field. Every field is always
// there: of a charge of the head the line is blank, of goods the charge. Amounts are whole
// cents, so that a rule compares exactly.
type AllocationFacts map[string]map[string]any

// BlankFacts names every fact and its type.
func BlankFacts() AllocationFacts {
	return factsOf(trade.Invoice{}, AllocationInput{}, allocating{})
}

func factsOf(inv trade.Invoice, in AllocationInput, of allocating) AllocationFacts {
	var line trade.InvoiceLine
	if of.line != nil {
		line = *of.line
	}
	var charge trade.InvoiceCharge
	if of.charge != nil {
		charge = *of.charge
	}
	order := in.Orders[firstOf(line.Order, onlyOrder(inv))]
	facility := ""
	for _, l := range order.Lines {
		if of.line != nil && l.Line == line.OrderLine && l.Suffix == line.Suffix {
			facility = l.Facility
		}
	}
	return AllocationFacts{
		"invoice": {"company": inv.Company.Cono, "division": inv.Company.Divi, "partner": inv.Partner, "payee": inv.Payee, "kind": string(inv.Kind),
			"number": inv.Number, "currency": inv.Currency, "totalCents": inCents(inv.Total)},
		"line": {"id": line.ID, "order": line.Order, "item": line.Item, "supplierItem": line.SupplierItem, "unit": line.Unit,
			"description": line.Description, "amountCents": inCents(line.Amount)},
		"order":     {"number": order.Number, "type": order.Type, "buyer": order.Buyer},
		"warehouse": {"code": firstOf(line.Warehouse, onlyWarehouse(inv, of)), "facility": facility},
		"supplier":  {"number": inv.Supplier, "group": in.Supplier.Group, "country": in.Supplier.Country},
		"charge":    {"code": charge.Code, "element": charge.Element, "text": charge.Text, "amountCents": inCents(charge.Amount)},
	}
}

func inCents(d decimal.Decimal) int64 { return d.Shift(2).Round(0).IntPart() }

// onlyOrder is the order of all lines, where there is one.
func onlyOrder(inv trade.Invoice) string {
	return only(inv.Lines, func(l trade.InvoiceLine) string { return l.Order })
}

// onlyWarehouse is the warehouse of a charge of the head: that of all lines, where there is
// one.
func onlyWarehouse(inv trade.Invoice, of allocating) string {
	if of.line != nil {
		return ""
	}
	return only(inv.Lines, func(l trade.InvoiceLine) string { return l.Warehouse })
}

// only is the value that all lines share.
func only(lines []trade.InvoiceLine, value func(trade.InvoiceLine) string) string {
	if len(lines) == 0 || slices.ContainsFunc(lines, func(l trade.InvoiceLine) bool { return value(l) != value(lines[0]) }) {
		return ""
	}
	return value(lines[0])
}

// goodsShares are the orders of an invoice in the order of their lines, and the percentage of
// the goods that each has. Lines of another sign, such as what came back, count by their
// size; where the goods are worth nothing, the first order has all.
func goodsShares(inv trade.Invoice) (orders []string, shares []decimal.Decimal) {
	goods, total := map[string]decimal.Decimal{}, decimal.Zero
	for _, line := range inv.Lines {
		if _, seen := goods[line.Order]; !seen && line.Order != "" {
			orders = append(orders, line.Order)
		}
		goods[line.Order] = goods[line.Order].Add(line.Amount)
	}
	for _, order := range orders {
		total = total.Add(goods[order].Abs())
	}
	shares = make([]decimal.Decimal, len(orders))
	for i, order := range orders {
		switch {
		case !total.IsZero():
			shares[i] = goods[order].Abs().Mul(hundred).DivRound(total, sharesDecimals)
		case i == 0:
			shares[i] = hundred
		}
	}
	return orders, shares
}

// sharesDecimals leave a share so exact that no cent depends on it.
const sharesDecimals = 24

var hundred = decimal.NewFromInt(100)

func percents(split []Share) []decimal.Decimal {
	out := make([]decimal.Decimal, len(split))
	for i, share := range split {
		out[i] = share.Percent
	}
	return out
}

// SplitAmount divides an amount by percentages that come to 100. Each part has the given
// decimals, and together they are the amount: what rounding down leaves goes to the parts
// that lost the most by it, one unit each, the first of equals first.
func SplitAmount(amount decimal.Decimal, percents []decimal.Decimal, places int32) []decimal.Decimal {
	parts := make([]decimal.Decimal, len(percents))
	lost := make([]decimal.Decimal, len(percents))
	order := make([]int, len(percents))
	left := amount.Abs()
	for i, percent := range percents {
		exact := amount.Abs().Mul(percent).Shift(-2)
		parts[i] = exact.RoundFloor(places)
		lost[i], order[i] = exact.Sub(parts[i]), i
		left = left.Sub(parts[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return lost[b].Cmp(lost[a]) })
	for _, i := range order {
		unit := decimal.Min(decimal.New(1, -places), left)
		parts[i], left = parts[i].Add(unit), left.Sub(unit)
	}
	if amount.IsNegative() {
		for i := range parts {
			parts[i] = parts[i].Neg()
		}
	}
	return parts
}
