package mapping

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

func onAccount(values ...string) (out [7]string) {
	copy(out[:], values)
	return out
}

func TestARecodingTakesBackWhatM3CodedAndGivesTheSame(t *testing.T) {
	voucher := []ionapi.VoucherLine{
		{Number: 1, Objects: onAccount("2010"), Amount: "-115.50"}, // the supplier
		{Number: 2, Objects: onAccount("5010", "4101"), Amount: "100", Quantity: "4"},
		{Number: 3, Objects: onAccount("5200", "4101"), Amount: "10"},
		{Number: 4, Objects: onAccount("2330"), Amount: "5.50"}, // VAT
	}
	wanted := []ionapi.RecodeLine{{Amount: "60", Objects: onAccount("5010", "4102")}, {Amount: "50", Objects: onAccount("5010", "4103")}}
	lines, reason := Transfer(voucher, []string{"5010", "5200"}, wanted)
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, []ionapi.RecodeLine{{Amount: "-100", Quantity: "-4", Objects: onAccount("5010", "4101")}, {Amount: "-10", Objects: onAccount("5200", "4101")},
		wanted[0], wanted[1]}, lines)
	sum := decimal.Zero
	for _, line := range lines {
		sum = sum.Add(decimal.RequireFromString(line.Amount))
	}
	require.True(t, sum.IsZero())

	_, reason = Transfer(voucher, []string{"5010"}, wanted)
	readsWell(t, reason, trade.ReasonRecodeUnbalanced, "the voucher has 100 on the accounts [5010], and the invoice's goods and charges are 110")
	require.Equal(t, trade.ClassConfiguration, reason.Class)
}

func TestOnlyTheStrategyRecodeRecodes(t *testing.T) {
	allocated := Allocated{Items: []AllocatedItem{{Place: "IT1[1]", Parts: []AllocatedPart{
		{Amount: decimal.New(60, 0), Objects: onAccount("5010", "4101")}, {Amount: decimal.Zero, Objects: onAccount("5010", "4102")}}}}}
	for _, strategy := range Strategies {
		allocated.Strategy = strategy
		lines := M3Invoice{Allocated: allocated}.Recoding()
		if strategy == Recode {
			require.Equal(t, []ionapi.RecodeLine{{Amount: "60", Objects: onAccount("5010", "4101")}}, lines, "a part without an amount is no line")
		} else {
			require.Empty(t, lines, strategy)
		}
	}
}

func TestTheStrategyFollowsWhatM3Has(t *testing.T) {
	for _, c := range []struct {
		wanted, want    Strategy
		objects, recode bool
		reason          string
	}{
		{Objects, Objects, true, true, ""}, {Objects, Objects, true, false, ""}, {Objects, Recode, false, true, ""}, {Objects, Objects, false, false, trade.ReasonStrategyUnavailable},
		{Recode, Recode, true, true, ""}, {Recode, Recode, false, true, ""}, {Recode, Objects, true, false, ""}, {Recode, Recode, false, false, trade.ReasonStrategyUnavailable},
		{M3Rules, M3Rules, false, false, ""}, {HoldForPerson, HoldForPerson, false, false, ""},
	} {
		got, reason := c.wanted.Possible(ionapi.Capabilities{LineObjects: c.objects, Recode: c.recode})
		require.Equal(t, c.want, got, "%+v", c)
		if c.reason == "" {
			require.True(t, reason.IsZero())
			continue
		}
		readsWell(t, reason, c.reason, "neither with the lines of a batch")
	}
}
