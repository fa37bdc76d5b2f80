package mapping

import (
	"slices"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// Recoding gives the accounting lines that the strategy recode puts on a posted invoice, one
// for each part of a line or a charge; none for other strategies.
func (m M3Invoice) Recoding() []ionapi.RecodeLine {
	if m.Allocated.Strategy != Recode {
		return nil
	}
	var out []ionapi.RecodeLine
	for _, item := range m.Allocated.Items {
		for _, part := range item.Parts {
			if !part.Amount.IsZero() {
				out = append(out, ionapi.RecodeLine{Amount: plain(part.Amount), Objects: part.Objects})
			}
		}
	}
	return out
}

// Transfer makes a recoding of what a voucher has on the given accounts (AIT1), where M3 coded
// the invoice by itself: each of those lines is taken back, and the amount is given to the
// wanted objects. A reason comes back where the two are not the same amount, because then
// some other line would be touched.
func Transfer(voucher []ionapi.VoucherLine, accounts []string, wanted []ionapi.RecodeLine) ([]ionapi.RecodeLine, trade.Reason) {
	var out []ionapi.RecodeLine
	taken, given := decimal.Zero, decimal.Zero
	for _, line := range voucher {
		if !slices.Contains(accounts, line.Objects[0]) {
			continue
		}
		amount, err := decimal.NewFromString(line.Amount)
		if err != nil {
			return nil, trade.Data(trade.ReasonRecodeUnbalanced, "voucher "+line.Voucher, "see the voucher in GLS200, then replay", "the amount %q of line %d is not a number", line.Amount, line.Number)
		}
		taken = taken.Add(amount)
		out = append(out, line.Reversed())
	}
	for _, line := range wanted {
		given = given.Add(decimal.RequireFromString(line.Amount))
	}
	if !taken.Equal(given) {
		return nil, trade.Configuration(trade.ReasonRecodeUnbalanced, "allocation.yaml: recodeFrom", "name there the accounts to which M3 codes goods and charges, then replay",
			"the voucher has %s on the accounts %v, and the invoice's goods and charges are %s", taken, accounts, given)
	}
	return append(out, wanted...), trade.Reason{}
}

// Possible gives the strategy that the tenant's M3 can follow: objects and recode give the
// same coding in the end, and take each other's place. A reason comes back where it can neither.
func (s Strategy) Possible(can ionapi.Capabilities) (Strategy, trade.Reason) {
	switch {
	case s == Objects && !can.LineObjects && can.Recode:
		return Recode, trade.Reason{}
	case s == Recode && !can.Recode && can.LineObjects:
		return Objects, trade.Reason{}
	case (s == Objects && !can.LineObjects) || (s == Recode && !can.Recode):
		return s, trade.Configuration(trade.ReasonStrategyUnavailable, "strategy "+string(s), "choose m3-rules or hold for the supplier in allocation.yaml, then replay",
			"this M3 takes accounting objects neither with the lines of a batch (AO01 to AO07 of AddLine) nor afterwards (AddLineRecode)")
	}
	return s, trade.Reason{}
}
