package mapping

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi/doc"
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
	o, reason := OrderFromM3(us, "Acme Fasteners", detail(), nil)
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

// TestTheContractIsTheSuppliersNumberOfTheAgreement goes from M3's fields to BEG06 and REF CT.
func TestTheContractIsTheSuppliersNumberOfTheAgreement(t *testing.T) {
	d := detail()
	d.Head.OurReference = "1000011"
	d.Lines[0].OurReference, d.Lines[0].OurReferenceType = "1000012", "1"
	d.Lines[1].OurReference, d.Lines[1].OurReferenceType = "1000011", "1"
	agreement := func(number string) ionapi.AgreementKey {
		return ionapi.AgreementKey{Supplier: "0010045", Number: number}
	}
	require.Equal(t, []ionapi.AgreementKey{agreement("1000011"), agreement("1000012")}, Agreements(d), "each once")

	known := Contracts{agreement("1000011"): "FA-2026/7", {Supplier: "0010051", Number: "1000012"}: "of another supplier"}
	o, reason := OrderFromM3(us, "Acme", d, known)
	require.True(t, reason.IsZero())
	require.Equal(t, []string{"FA-2026/7", "1000012", "FA-2026/7"}, []string{o.Contract, o.Lines[0].Contract, o.Lines[1].Contract})
	out, reason := mapper(t, func(m *Order850) {
		m.Order.Contract, m.Order.Lines[0].Contract, m.Order.Lines[1].Contract = o.Contract, o.Lines[0].Contract, o.Lines[1].Contract
	}).Map()
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, "FA-2026/7", out.Contract, "BEG06")
	require.Equal(t, []doc.Reference{{Qualifier: "CT", Value: "1000012"}}, out.Lines[0].References)
	require.Empty(t, out.Lines[1].References, "the contract of the order is not repeated")
}

func TestWhatIsNoAgreementIsNotAskedFor(t *testing.T) {
	for name, change := range map[string]func(*ionapi.OrderDetail){
		"another type of reference": func(d *ionapi.OrderDetail) { d.Head.OurReferenceType = "2" },
		"no reference":              func(d *ionapi.OrderDetail) { d.Head.OurReference = "" },
		"longer than a number":      func(d *ionapi.OrderDetail) { d.Head.OurReference = "AGREEMENT7" },
		"on a cancelled order":      func(d *ionapi.OrderDetail) { d.Lines[0].LowestStatus, d.Lines[1].LowestStatus = "99", "99" },
		"on a deleted line": func(d *ionapi.OrderDetail) {
			d.Lines[1].OurReference, d.Lines[1].OurReferenceType, d.Lines[1].LowestStatus = "AG77", "1", "99"
			d.Head.OurReferenceType = "0"
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := detail()
			change(&d)
			require.Empty(t, Agreements(d))
			o, reason := OrderFromM3(us, "Acme", d, nil)
			require.True(t, reason.IsZero())
			require.Equal(t, map[bool]string{true: d.Head.OurReference}[d.Head.OurReferenceType == "1"], o.Contract)
		})
	}
}

func TestStatusesAndReceiptsDoNotMakeANewRevision(t *testing.T) {
	before, _ := OrderFromM3(us, "Acme", detail(), nil)
	moved := detail()
	moved.Lines[0].LowestStatus, moved.Lines[0].HighestStatus, moved.Lines[0].ReceivedQuantity = "50", "70", "500"
	after, _ := OrderFromM3(us, "Acme", moved, nil)
	require.Equal(t, checksum(t, before), checksum(t, after))
	moved.Lines[0].OrderedQuantity = "600"
	changed, _ := OrderFromM3(us, "Acme", moved, nil)
	require.NotEqual(t, checksum(t, before), checksum(t, changed))
}

func TestADeletedLineDoesNotGoOut(t *testing.T) {
	d := detail()
	d.Lines[1].LowestStatus = "99"
	o, reason := OrderFromM3(us, "Acme", d, nil)
	require.True(t, reason.IsZero())
	require.Len(t, o.Lines, 1)
	require.Equal(t, "62.5", o.Amount.String())
}

func TestAnIncompleteReadingIsRefused(t *testing.T) {
	d := detail()
	d.Lines = d.Lines[:1]
	_, reason := OrderFromM3(us, "Acme", d, nil)
	require.Equal(t, trade.ReasonLinesIncomplete, reason.Code)
	require.Contains(t, reason.String(), "M3 says 2 lines and listed 1")
}

func TestAFieldThatCannotBeReadIsNamed(t *testing.T) {
	d := detail()
	d.Lines[0].Price = "12,50"
	_, reason := OrderFromM3(us, "Acme", d, nil)
	require.Equal(t, trade.ReasonValueInvalid, reason.Code)
	require.Contains(t, reason.String(), "line 10, field PUPR")
}

func checksum(t *testing.T, o trade.PurchaseOrder) string {
	t.Helper()
	canonical, err := o.Canonical()
	require.NoError(t, err)
	return trade.Checksum(canonical)
}
