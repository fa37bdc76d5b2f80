package mapping

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// fact makes a condition on one fact.
func fact(variable, field string, value any) func(AllocationFacts) (bool, error) {
	return func(f AllocationFacts) (bool, error) { return f[variable][field] == value, nil }
}

func allocation() *Allocation {
	return &Allocation{File: "allocation.yaml", Strategy: Objects, Suppliers: map[SupplierKey]Strategy{},
		Dimensions: map[string]int{"account": 1, "costCentre": 3, "product": 4}, Required: []string{"account", "costCentre"},
		Rules: []AllocationRule{
			{Name: "goods", When: `charge.element == ""`, Holds: fact("charge", "element", ""), Inputs: []string{"charge.element"}, Set: map[string]string{"account": "5010"}},
			{Name: "charges", Set: map[string]string{"account": "5200"}},
			{Name: "Chicago", When: `warehouse.code == "W01"`, Holds: fact("warehouse", "code", "W01"), Inputs: []string{"warehouse.code"}, Set: map[string]string{"costCentre": "CHI"}},
			{Name: "others", Split: []Share{
				{number("40"), map[string]string{"costCentre": "DAL", "account": "9999"}}, {number("60"), map[string]string{"costCentre": "ATL", "account": "9999"}}}},
			{Name: "too late", Set: map[string]string{"costCentre": "TOR"}},
		}}
}

func allocate(t *testing.T, a *Allocation, in AllocationInput) (trade.Invoice, Allocated, trade.Reason) {
	t.Helper()
	inv, reason := match(t, nil, nil)
	require.True(t, reason.IsZero(), reason.String())
	in.Orders = map[string]OrderFacts{"4500001": orderFacts()}
	out, reason := a.Allocate(inv, in)
	return inv, out, reason
}

func TestTheFirstRuleThatWritesADimensionWins(t *testing.T) {
	_, out, reason := allocate(t, allocation(), AllocationInput{})
	require.True(t, reason.IsZero(), reason.String())
	golden(t, "allocated", out)
	goods, ok := out.Item("IT1[1]")
	require.True(t, ok)
	require.Equal(t, [7]string{"5010", "", "CHI"}, goods.Parts[0].Objects)
	other, _ := out.Item("IT1[2]")
	require.Len(t, other.Parts, 2)
	require.Equal(t, [7]string{"5010", "", "DAL"}, other.Parts[0].Objects, "the account was written before the split")
	charge, _ := out.Item("SAC[1]")
	require.Equal(t, "5200", charge.Parts[0].Dimensions["account"])
}

func TestTheStrategyIsTheProfilesElseTheSuppliers(t *testing.T) {
	a := allocation()
	a.Suppliers[SupplierKey{"100", "0010045"}] = M3Rules
	_, out, reason := allocate(t, a, AllocationInput{})
	require.True(t, reason.IsZero())
	require.Equal(t, M3Rules, out.Strategy)
	require.Empty(t, out.Items, "M3 codes it: no objects")
	require.Contains(t, out.Trace[0].Why, "supplier 0010045")
	_, out, reason = allocate(t, a, AllocationInput{Strategy: Recode})
	require.True(t, reason.IsZero())
	require.Equal(t, Recode, out.Strategy)
	require.NotEmpty(t, out.Items)
}

func TestWhatCannotBeCodedSaysSo(t *testing.T) {
	day := trade.Date("20260320")
	account := func(f AccountFacts, known bool) AllocationInput {
		return AllocationInput{Date: day, Accounts: func(object int, value string) (AccountFacts, bool) {
			if object == 3 {
				return f, known
			}
			return AccountFacts{}, true
		}}
	}
	nothing := func(a *Allocation) { a.Rules = a.Rules[:2] }
	for name, test := range map[string]struct {
		code, want string
		change     func(*Allocation)
		in         AllocationInput
	}{
		"no rule": {trade.ReasonAllocationMissing, "no rule gives the costCentre (IT1[1]); add a rule to allocation.yaml", nothing, AllocationInput{}},
		"a hold":  {trade.ReasonAllocationHold, "wait for a person", func(a *Allocation) { a.Strategy = HoldForPerson }, AllocationInput{}},
		"a broken rule": {trade.ReasonAllocationFailed, `the rule "bad" cannot be applied: no such key`, func(a *Allocation) {
			a.Rules = []AllocationRule{{Name: "bad", Holds: func(AllocationFacts) (bool, error) { return false, errors.New("no such key") }}}
		}, AllocationInput{}},
		"an unknown one": {trade.ReasonAccountUnknown, `M3 does not know the costCentre "CHI" (IT1[1])`, nil, account(AccountFacts{}, false)},
		"a blocked one":  {trade.ReasonAccountBlocked, `the costCentre "CHI" is blocked (IT1[1])`, nil, account(AccountFacts{Blocked: true}, true)},
		"an expired one": {trade.ReasonAccountExpired, "was valid until 20260319, and the accounting date is 20260320", nil, account(AccountFacts{Until: "20260319"}, true)},
		"a later one":    {trade.ReasonAccountExpired, "is valid from 20260321", nil, account(AccountFacts{From: "20260321"}, true)},
	} {
		t.Run(name, func(t *testing.T) {
			a := allocation()
			if test.change != nil {
				test.change(a)
			}
			_, _, reason := allocate(t, a, test.in)
			readsWell(t, reason, test.code, test.want)
		})
	}
	_, _, reason := allocate(t, allocation(), account(AccountFacts{From: day, Until: day}, true))
	require.True(t, reason.IsZero(), "the first and the last day count")
}

func TestASplitComesToTheCent(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		amount := decimal.New(random.Int64N(2_000_000)-1_000_000, -2)
		var percents []decimal.Decimal
		left := int64(10_000)
		for range random.IntN(6) {
			share := 1 + random.Int64N(left/2)
			percents, left = append(percents, decimal.New(share, -2)), left-share
		}
		percents = append(percents, decimal.New(left, -2))
		parts := SplitAmount(amount, percents, 2)
		sum := decimal.Zero
		for i, part := range parts {
			sum = sum.Add(part)
			require.True(t, part.Equal(part.Round(2)), "%s of %s", part, amount)
			exact := amount.Mul(percents[i]).Shift(-2)
			require.True(t, part.Sub(exact).Abs().LessThan(decimal.New(1, -2)), "%s is %s %% of %s", part, percents[i], amount)
		}
		require.True(t, sum.Equal(amount), "%s of %s by %s", sum, amount, percents)
	}
}

func TestTheLargestRemainderGetsTheCent(t *testing.T) {
	parts := SplitAmount(number("-0.10"), []decimal.Decimal{number("33.33"), number("33.33"), number("33.34")}, 2)
	require.Equal(t, []string{"-0.03", "-0.03", "-0.04"}, []string{parts[0].String(), parts[1].String(), parts[2].String()})
}
