package activities

import (
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// orders reads what M3 knows of the orders that an invoice names.
func (p *posting) orders(ctx context.Context, invoice trade.Invoice) (map[string]mapping.OrderFacts, error) {
	var requests []ionapi.OrderRequest
	for _, line := range invoice.Lines {
		request := ionapi.OrderRequest{Number: line.Order}
		if line.Order != "" && !slices.Contains(requests, request) {
			requests = append(requests, request)
		}
	}
	out := map[string]mapping.OrderFacts{}
	if len(requests) == 0 {
		return out, nil
	}
	details, err := p.client.PurchaseOrders(p.config.Infor.Programs.Orders).Details(ctx, p.company, requests)
	if err != nil {
		return nil, err
	}
	for i, d := range details {
		switch {
		case d.Err != nil && d.Err.Kind == ionapi.RecordMissing:
			continue // the matching tells
		case d.Err != nil:
			return nil, d.Err
		}
		facts, err := orderFacts(d)
		if err != nil {
			return nil, fmt.Errorf("order %s: %w", requests[i].Number, err)
		}
		out[requests[i].Number] = facts
	}
	return out, nil
}

func orderFacts(d ionapi.OrderDetail) (mapping.OrderFacts, error) {
	out := mapping.OrderFacts{Number: d.Head.Number, Supplier: d.Head.Supplier, Payee: d.Head.Payee, Division: d.Head.Division, Currency: d.Head.Currency,
		Type: d.Head.OrderType, Buyer: d.Head.Buyer}
	for _, l := range d.Lines {
		facts := mapping.OrderLineFacts{Line: l.Key.Line, Suffix: l.Key.Subline, Item: l.Item, SupplierItem: l.SupplierItem, Unit: l.Unit,
			Warehouse: l.Warehouse, Facility: l.Facility, Status: l.LowestStatus, PriceBasis: 1}
		for _, number := range []struct {
			text string
			into *decimal.Decimal
		}{{l.Price, &facts.Price}, {l.OrderedQuantity, &facts.Quantity}, {l.ReceivedQuantity, &facts.Received}, {l.InvoicedQuantity, &facts.Invoiced}} {
			var err error
			if *number.into, err = decimal.NewFromString(number.text); err != nil {
				return out, fmt.Errorf("line %d: %q is not a number", l.Key.Line, number.text)
			}
		}
		if basis, err := decimal.NewFromString(l.PriceQuantity); err == nil && basis.IsPositive() {
			facts.PriceBasis = int(basis.IntPart())
		}
		out.Lines = append(out.Lines, facts)
	}
	return out, nil
}
