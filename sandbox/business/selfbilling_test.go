package business_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
)

func TestSelfBilledInvoicesComeInTurn(t *testing.T) {
	generator := business.NewGenerator(7, time.Date(2026, 1, 1, 15, 0, 0, 0, time.UTC))
	made := generator.SelfBilled(14, 0)
	require.Equal(t, made, append(generator.SelfBilled(3, 0), generator.SelfBilled(11, 3)...), "in whatever parts they are made")
	for i, b := range made {
		sum, kind := business.Number("0"), business.SelfBilledKind(i+1)
		for _, line := range b.Lines {
			sum = sum.Add(business.Number(line["NLAM"])).Add(business.Number(line["VTA1"]))
		}
		require.True(t, sum.Equal(business.Number(b.Head["CUAM"])), "%s: %s", kind, b.Head["CUAM"])
		require.Equal(t, kind == business.Credit, sum.IsNegative(), kind)
		require.Equal(t, kind == business.Charged, b.Head["VTAM"] != "", kind)
		require.Equal(t, kind == business.Discounted, b.Head["CDP1"] == "2" && b.Head["CDT1"] == "20260111", kind)
		lines := map[string]int{business.Charged: 4, business.Credit: 1}
		require.Len(t, b.Lines, cmp.Or(lines[kind], 2), kind)
	}
	require.Equal(t, []string{"3", "10", "7", "100.01"}, []string{made[2].Lines[0]["IVQA"], made[2].Lines[0]["NLAM"], made[2].Lines[1]["IVQA"], made[2].Lines[1]["NLAM"]})
	require.NotEqual(t, made[0].Lines, made[7].Lines, "the next round is another one")
}

func TestNobodyOrdersFromTheSelfBiller(t *testing.T) {
	generator := business.NewGenerator(7, time.Date(2026, 1, 1, 15, 0, 0, 0, time.UTC))
	orders := generator.Company(60)
	billing, err := generator.Invoices(60, 0)
	require.NoError(t, err)
	for _, o := range append(orders, billing.Orders...) {
		require.NotEqual(t, business.SelfBiller, o.Head["SUNO"])
	}
	for _, i := range billing.Invoices {
		require.NotEqual(t, business.SelfBiller, i.Supplier)
	}
}
