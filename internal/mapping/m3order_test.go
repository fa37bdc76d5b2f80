package mapping

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

var us = trade.Company{Cono: "100", Divi: "AAA"}

// detail is an order of two lines as M3 gives it.
func detail() ionapi.OrderDetail {
	return ionapi.OrderDetail{
		Head: ionapi.OrderHead{Number: "4500001", Supplier: "0010045", Warehouse: "W01", Currency: "USD",
			OrderDate: "20260302", RequestedDate: "20260316", LineCount: 2, OurReference: "AG77", OurReferenceType: "1"},
		Lines: []ionapi.OrderLine{
			{Key: ionapi.LineKey{Line: 10}, Item: "B-100", SupplierItem: "AX-1", Name: "Hex bolt", Description: "Hex bolt M8 x 40",
				OrderedQuantity: "500", Unit: "EA", Price: "12.50", PriceUnit: "EA", PriceQuantity: "100", LineAmount2: "62.50", LowestStatus: "15"},
			{Key: ionapi.LineKey{Line: 20, Subline: 1}, Item: "B-200", Name: "Nut", OrderedQuantity: "3", Unit: "BX",
				Price: "4", PriceUnit: "BX", LineAmount: "12", LowestStatus: "20", RequestedDate: "20260320"},
		},
	}
}

func TestOrderFromM3KeepsWhatTheSupplierSees(t *testing.T) {
	o, reason := OrderFromM3(us, "Acme Fasteners", detail())
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, "74.5", o.Amount.String())
	require.Equal(t, "AG77", o.Contract)
	require.Equal(t, "Hex bolt M8 x 40", o.Lines[0].Description)
	require.Equal(t, 100, o.Lines[0].PriceBasis)
	require.Equal(t, "Nut", o.Lines[1].Description)
	require.Equal(t, 1, o.Lines[1].PriceBasis)
	require.Equal(t, "20-1", o.Lines[1].LineID())
	require.Equal(t, trade.Date("20260320"), o.Lines[1].DeliveryDate)
}

func TestStatusesAndReceiptsDoNotMakeANewRevision(t *testing.T) {
	before, _ := OrderFromM3(us, "Acme", detail())
	moved := detail()
	moved.Lines[0].LowestStatus, moved.Lines[0].HighestStatus, moved.Lines[0].ReceivedQuantity = "50", "70", "500"
	after, _ := OrderFromM3(us, "Acme", moved)
	require.Equal(t, checksum(t, before), checksum(t, after))
	moved.Lines[0].OrderedQuantity = "600"
	changed, _ := OrderFromM3(us, "Acme", moved)
	require.NotEqual(t, checksum(t, before), checksum(t, changed))
}

func TestADeletedLineDoesNotGoOut(t *testing.T) {
	d := detail()
	d.Lines[1].LowestStatus = "99"
	o, reason := OrderFromM3(us, "Acme", d)
	require.True(t, reason.IsZero())
	require.Len(t, o.Lines, 1)
	require.Equal(t, "62.5", o.Amount.String())
}

func TestAnIncompleteReadingIsRefused(t *testing.T) {
	d := detail()
	d.Lines = d.Lines[:1]
	_, reason := OrderFromM3(us, "Acme", d)
	require.Equal(t, trade.ReasonLinesIncomplete, reason.Code)
	require.Contains(t, reason.String(), "M3 says 2 lines and listed 1")
}

func TestAFieldThatCannotBeReadIsNamed(t *testing.T) {
	d := detail()
	d.Lines[0].Price = "12,50"
	_, reason := OrderFromM3(us, "Acme", d)
	require.Equal(t, trade.ReasonValueInvalid, reason.Code)
	require.Contains(t, reason.String(), "line 10, field PUPR")
}

func checksum(t *testing.T, o trade.PurchaseOrder) string {
	t.Helper()
	canonical, err := o.Canonical()
	require.NoError(t, err)
	return trade.Checksum(canonical)
}
