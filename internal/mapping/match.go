package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// OrderFacts is what M3 knows about a purchase order that an invoice names.
type OrderFacts struct {
	Number   string
	Supplier string
	// Payee is who the order says is paid; empty is nobody in particular.
	Payee    string
	Division string
	Currency string
	// Type and Buyer are for rules of allocation.
	Type, Buyer string
	Lines       []OrderLineFacts
}

// OrderLineFacts is what M3 knows about a line. Quantities are in Unit.
type OrderLineFacts struct {
	Line, Suffix       int
	Item, SupplierItem string
	Unit               string
	Price              decimal.Decimal
	PriceBasis         int
	Quantity           decimal.Decimal
	Received, Invoiced decimal.Decimal
	Warehouse          string
	Facility           string
	// Status is the line's lowest; a deleted line has 99.
	Status string
}

// ID names the line as PO101 does.
func (l OrderLineFacts) ID() string {
	return trade.OrderLine{Number: l.Line, Suffix: l.Suffix}.LineID()
}

const (
	correctOrder  = "correct the order in M3 and replay, or ask the partner for a corrected invoice and resolve this record"
	waitForGoods  = "the record goes on by itself once they are received"
	nameLineByIDs = "ask the partner for the line number of the order in IT101, or for our item number"
)

// Match finds the purchase order line of every line that names an order: by its number in
// IT101, by our item, by the supplier's item; a line in another unit than its order line is
// converted. It leaves the invoice it is given alone and gives one that knows orders, lines,
// warehouses and its division.
//
// A reason of class timing says that all is well but the goods; a credit note does not wait.
func (m Invoice810) Match(inv trade.Invoice, orders map[string]OrderFacts) (trade.Invoice, trade.Reason) {
	inv.Lines = slices.Clone(inv.Lines)
	divisions, orderLines := map[string]bool{}, map[orderLineKey]OrderLineFacts{}
	for i := range inv.Lines {
		line := &inv.Lines[i]
		if line.Order == "" {
			continue
		}
		order, known := orders[line.Order]
		if !known {
			return inv, trade.Data(trade.ReasonOrderUnknown, line.Place, correctOrder, "M3 has no order %s", line.Order)
		}
		if reason := fitsOrder(inv, *line, order); !reason.IsZero() {
			return inv, reason
		}
		divisions[order.Division] = true
		found, reason := matchLine(*line, order)
		if !reason.IsZero() {
			return inv, reason
		}
		if *line, reason = m.inOrderUnit(inv, *line, found); !reason.IsZero() {
			return inv, reason
		}
		line.OrderLine, line.Suffix, line.Item, line.Warehouse = found.Line, found.Suffix, found.Item, found.Warehouse
		orderLines[keyOf(*line)] = found
	}
	var reason trade.Reason
	if inv.Company.Divi, reason = m.division(inv, divisions); !reason.IsZero() || inv.Kind == trade.KindCredit {
		return inv, reason
	}
	return inv, receipts(inv, orderLines)
}

// division is that of all orders, else the profile's, else that of the company that received
// the invoice; orders of several divisions need the profile's.
func (m Invoice810) division(inv trade.Invoice, said map[string]bool) (string, trade.Reason) {
	delete(said, "")
	all, usual := slices.Sorted(maps.Keys(said)), string(m.Profile.Invoice.Division)
	switch {
	case len(all) == 1:
		return all[0], trade.Reason{}
	case usual != "":
		return usual, trade.Reason{}
	case len(all) > 1:
		return inv.Company.Divi, trade.Data(trade.ReasonDivisionUnclear, "invoice "+inv.Number,
			"set invoice.division in the profile and replay, or ask the partner for one invoice per division and resolve this record",
			"its orders are of divisions %s", strings.Join(all, " and "))
	}
	return inv.Company.Divi, trade.Reason{}
}

// fitsOrder says whether an invoice can be of an order at all.
func fitsOrder(inv trade.Invoice, line trade.InvoiceLine, order OrderFacts) trade.Reason {
	switch {
	case order.Supplier != inv.Supplier:
		return trade.Data(trade.ReasonOrderOfOtherSupplier, line.Place, correctOrder,
			"order %s is of supplier %s, and the invoice of supplier %s", line.Order, order.Supplier, inv.Supplier)
	case order.Currency != "" && order.Currency != inv.Currency:
		return trade.Data(trade.ReasonCurrencyDiffers, "CUR-02, "+line.Place, correctOrder,
			"order %s is in %s, and the invoice in %s", line.Order, order.Currency, inv.Currency)
	case order.Payee != "" && order.Payee != inv.Payee:
		return trade.Data(trade.ReasonPayeeDiffers, line.Place, "correct the payee in M3, or invoice.payee in the profile, and replay",
			"order %s is paid to %s, and the invoice to %s", line.Order, order.Payee, inv.Payee)
	}
	return trade.Reason{}
}

// matchLine finds the order line of an invoice line.
func matchLine(line trade.InvoiceLine, order OrderFacts) (OrderLineFacts, trade.Reason) {
	live := filter(order.Lines, func(l OrderLineFacts) bool { return l.Status != statusDeleted })
	var found []OrderLineFacts
	for _, by := range []func(OrderLineFacts) bool{
		func(l OrderLineFacts) bool { return isLine(line.ID, l) && !contradicts(line, l) },
		func(l OrderLineFacts) bool { return line.Item != "" && l.Item == line.Item },
		func(l OrderLineFacts) bool { return line.SupplierItem != "" && l.SupplierItem == line.SupplierItem },
	} {
		if found = filter(live, by); len(found) > 0 {
			break
		}
	}
	switch {
	case len(found) == 0:
		return OrderLineFacts{}, trade.Data(trade.ReasonLineUnknown, line.Place, correctOrder,
			"order %s has no line for number %q, item %q, supplier's item %q", line.Order, line.ID, line.Item, line.SupplierItem)
	case len(found) > 1:
		ids := make([]string, len(found))
		for i, l := range found {
			ids[i] = l.ID()
		}
		return OrderLineFacts{}, trade.Data(trade.ReasonLineAmbiguous, line.Place, nameLineByIDs+"; then resolve this record",
			"lines %s of order %s all fit", strings.Join(ids, ", "), line.Order)
	}
	return found[0], trade.Reason{}
}

func filter(lines []OrderLineFacts, keep func(OrderLineFacts) bool) []OrderLineFacts {
	var out []OrderLineFacts
	for _, l := range lines {
		if keep(l) {
			out = append(out, l)
		}
	}
	return out
}

// isLine says whether IT101 is the number of an order line, "10" or "20-1".
func isLine(id string, l OrderLineFacts) bool {
	number, suffix, _ := strings.Cut(strings.TrimSpace(id), "-")
	n, err := strconv.Atoi(number)
	if err != nil || n != l.Line {
		return false
	}
	s, err := strconv.Atoi(firstOf(suffix, "0"))
	return err == nil && s == l.Suffix
}

// contradicts says whether the line names another item than the order line: many suppliers
// count their own lines in IT101.
func contradicts(line trade.InvoiceLine, l OrderLineFacts) bool {
	if line.Item != "" && l.Item != "" {
		return line.Item != l.Item
	}
	return line.SupplierItem != "" && l.SupplierItem != "" && line.SupplierItem != l.SupplierItem
}

// orderLineKey names a line of an order.
type orderLineKey struct {
	order        string
	line, suffix int
}

func keyOf(line trade.InvoiceLine) orderLineKey {
	return orderLineKey{line.Order, line.OrderLine, line.Suffix}
}

// receipts compares what is invoiced, all lines of an order line together, with what was
// received.
func receipts(inv trade.Invoice, orderLines map[orderLineKey]OrderLineFacts) trade.Reason {
	sums := map[orderLineKey]decimal.Decimal{}
	for _, line := range inv.Lines {
		sums[keyOf(line)] = sums[keyOf(line)].Add(line.Quantity)
	}
	var waiting trade.Reason
	for _, line := range inv.Lines {
		found, matched := orderLines[keyOf(line)]
		if !matched {
			continue
		}
		reason := received(line, found, sums[keyOf(line)])
		if reason.Class == trade.ClassData {
			return reason
		}
		if waiting.IsZero() {
			waiting = reason
		}
	}
	return waiting
}

// received compares the invoiced sum with one order line.
func received(line trade.InvoiceLine, l OrderLineFacts, sum decimal.Decimal) trade.Reason {
	where := fmt.Sprintf("%s, line %s of order %s", line.Place, l.ID(), line.Order)
	switch open := l.Received.Sub(l.Invoiced); {
	case !sum.IsPositive() || sum.LessThanOrEqual(open):
		return trade.Reason{}
	case l.Invoiced.IsPositive() && !open.IsPositive() && l.Received.GreaterThanOrEqual(l.Quantity):
		return trade.Data(trade.ReasonLineInvoiced, where, correctOrder,
			"all %s %s of the line were received, and invoiced before", l.Received, l.Unit)
	case l.Received.IsZero():
		return trade.Timing(trade.ReasonNotReceived, waitForGoods, "the goods are not received yet: %s %s are invoiced", sum, l.Unit).At(where)
	default:
		return trade.Timing(trade.ReasonNotReceived, waitForGoods, "the goods are only partly received: %s %s are invoiced, and %s of %s received ones were invoiced before",
			sum, l.Unit, l.Invoiced, l.Received).At(where)
	}
}
