package mapping

import (
	"tradewind/internal/trade"
)

// Books are the accounting dates that a division takes; without From and Until only M3
// judges, and the accounting date of an invoice is its own.
type Books struct {
	From  trade.Date `yaml:"from"`
	Until trade.Date `yaml:"until"`
	// Late says what becomes of an invoice that is dated before From.
	Late Late `yaml:"late"`
}

// Late says what becomes of an invoice of a closed period.
type Late string

// The choices of Late.
const (
	LateParks Late = "park"
	// LateFirstOpenDay books it on the first day that is open.
	LateFirstOpenDay Late = "first-open-day"
)

// AccountingDate gives the day on which an invoice is booked. One that is dated after the
// open periods waits for its own.
func (b Books) AccountingDate(invoice trade.Date) (trade.Date, trade.Reason) {
	switch {
	case b.Until != "" && invoice > b.Until:
		return "", trade.Timing(trade.ReasonPeriodNotOpen, "open the period, and set books in company.yaml; the record then goes on by itself",
			"the invoice is dated %s, and the books are open until %s", invoice, b.Until).At("BIG-01")
	case b.From == "" || invoice >= b.From:
		return invoice, trade.Reason{}
	case b.Late == LateFirstOpenDay:
		return b.From, trade.Reason{}
	}
	return "", trade.Data(trade.ReasonPeriodClosed, "BIG-01", "book it in an open period with `records replay --set BIG-01=CCYYMMDD`, or set books.late in company.yaml, then replay",
		"the invoice is dated %s, and the books are open from %s", invoice, b.From)
}
