package mapping

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// TestWhichLinesM3IsTold confirms an order of 10 EA for 2026-03-16 in many ways.
func TestWhichLinesM3IsTold(t *testing.T) {
	accepted, changed := trade.LineAccepted, trade.LineQuantityChanged
	part := func(status trade.LineStatus, quantity int64, delivery, shipment trade.Date) trade.ConfirmationPart {
		return trade.ConfirmationPart{Place: "PO1[1]/ACK[1]", Status: status, Quantity: new(decimal.NewFromInt(quantity)), Unit: "EA", Delivery: delivery, Shipment: shipment}
	}
	type parts = []trade.ConfirmationPart
	for name, test := range map[string]struct {
		parts parts
		price string
		// agreed and all are what M3 is told by either setting: quantity and day, nothing where empty.
		agreed, all string
		// left are the differences that are left to the buyer where all is told.
		left []trade.DifferenceKind
	}{
		"as ordered":                    {parts: parts{part(accepted, 10, "20260316", "")}, agreed: "10 20260316", all: "10 20260316"},
		"without a date":                {parts: parts{part(accepted, 10, "", "")}, agreed: "10 20260316", all: "10 20260316"},
		"a day later, which may be":     {parts: parts{part(accepted, 10, "20260317", "")}, agreed: "10 20260317", all: "10 20260317"},
		"shipped before":                {parts: parts{part(accepted, 10, "", "20260310")}, agreed: "10 20260316", all: "10 20260316"},
		"shipped a day later":           {parts: parts{part(accepted, 10, "", "20260317")}, agreed: "10 20260317", all: "10 20260317"},
		"two parts within the days":     {parts: parts{part(accepted, 6, "20260316", ""), part(accepted, 4, "20260317", "")}, agreed: "10 20260317", all: "10 20260317"},
		"less":                          {parts: parts{part(changed, 8, "", "")}, all: "8 20260316"},
		"later":                         {parts: parts{part(accepted, 10, "20260401", "")}, all: "10 20260401"},
		"less and later":                {parts: parts{part(changed, 8, "20260401", "")}, all: "8 20260401"},
		"two parts, later, on one day":  {parts: parts{part(accepted, 6, "20260401", ""), part(accepted, 4, "20260401", "")}, all: "10 20260401"},
		"two parts on two days":         {parts: parts{part(accepted, 6, "20260316", ""), part(accepted, 4, "20260401", "")}, left: []trade.DifferenceKind{trade.DifferenceDate}},
		"shipped too late":              {parts: parts{part(accepted, 10, "", "20260401")}, left: []trade.DifferenceKind{trade.DifferenceDate}},
		"nothing":                       {parts: parts{part(changed, 0, "", "")}, left: []trade.DifferenceKind{trade.DifferenceQuantity}},
		"another price":                 {parts: parts{part(accepted, 10, "", "")}, price: "2", left: []trade.DifferenceKind{trade.DifferencePrice}},
		"less at another price":         {parts: parts{part(changed, 8, "", "")}, price: "2", left: []trade.DifferenceKind{trade.DifferencePrice, trade.DifferenceQuantity}},
		"rejected":                      {parts: parts{part(trade.LineRejected, 10, "", "")}, left: []trade.DifferenceKind{trade.DifferenceRejected}},
		"a part backordered":            {parts: parts{part(accepted, 8, "", ""), part(trade.LineBackordered, 2, "", "")}, left: []trade.DifferenceKind{trade.DifferenceBackorder}},
		"another quantity, not which":   {parts: parts{part(changed, 10, "", "")}, left: []trade.DifferenceKind{trade.DifferenceQuantity}},
		"accepted, with a date to come": {parts: parts{part(trade.LinePending, 10, "", "")}, left: []trade.DifferenceKind{trade.DifferencePending}},
	} {
		t.Run(name, func(t *testing.T) {
			order := trade.PurchaseOrder{Number: "4500001", Currency: "USD", DeliveryDate: "20260316", Lines: []trade.OrderLine{
				{Number: 10, Item: "A", Unit: "EA", Quantity: decimal.NewFromInt(10), Price: decimal.NewFromInt(1), PriceBasis: 1},
				{Number: 20, Item: "B", Unit: "EA", Quantity: decimal.NewFromInt(5), DeliveryDate: "20260320", Price: decimal.NewFromInt(1), PriceBasis: 1}}}
			line := trade.ConfirmationLine{Place: "PO1[1]", ID: "10", Unit: "EA", Parts: test.parts}
			if test.price != "" {
				line.Price, line.PriceBasis = new(decimal.RequireFromString(test.price)), 1
			}
			// The other line is not listed, and shares the acceptance.
			c := trade.Confirmation{Order: "4500001", Code: "AE", Verdict: trade.VerdictAccepted, Lines: []trade.ConfirmationLine{line}}
			for write, want := range map[WriteBack]string{WriteAgreed: test.agreed, WriteAll: test.all} {
				lines, left := LinesToConfirm(order, c, ConfirmationSet{Days: 1, Write: write})
				got := map[string]string{}
				for _, l := range lines {
					got[l.Ordered.LineID()] = l.Quantity.String() + " " + string(l.Date)
				}
				require.Equal(t, "5 20260320", got["20"])
				require.Equal(t, want, got["10"], write)
				if write == WriteAll {
					require.Equal(t, test.left, kinds(left))
				} else {
					require.Equal(t, CompareConfirmation(order, c, 1), left)
				}
			}
			lines, left := LinesToConfirm(order, c, ConfirmationSet{Days: 1})
			require.Empty(t, lines)
			require.Equal(t, CompareConfirmation(order, c, 1), left)
		})
	}
}

// TestOfAnOrderThatIsNotTakenM3IsToldNothing refuses, keeps on hold, and confirms in another currency.
func TestOfAnOrderThatIsNotTakenM3IsToldNothing(t *testing.T) {
	order := trade.PurchaseOrder{Number: "4500001", Currency: "USD", Lines: []trade.OrderLine{{Number: 10, Quantity: decimal.NewFromInt(1)}}}
	for name, c := range map[string]trade.Confirmation{
		"refused": {Order: "4500001", Code: "RJ"}, "on hold": {Order: "4500001", Code: "AH"},
		"another order": {Order: "4500002", Code: "AK"}, "another currency": {Order: "4500001", Code: "AK", Currency: "EUR"},
	} {
		lines, left := LinesToConfirm(order, c, ConfirmationSet{Write: WriteAll})
		require.Empty(t, lines, name)
		require.Len(t, left, 1, name)
	}
}
