package mapping

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func TestAnInvoiceIsBookedInAnOpenPeriod(t *testing.T) {
	parks := Books{From: "20261101", Until: "20261130", Late: LateParks}
	moves := Books{From: "20261101", Until: "20261130", Late: LateFirstOpenDay}
	for _, c := range []struct {
		name       string
		books      Books
		date, want trade.Date
		reason     string
		class      trade.Class
		text       string
	}{
		{"no books", Books{}, "20200101", "20200101", "", "", ""},
		{"the first open day", parks, "20261101", "20261101", "", "", ""},
		{"the last open day", parks, "20261130", "20261130", "", "", ""},
		{"a closed period", parks, "20261031", "", trade.ReasonPeriodClosed, trade.ClassData, "open from 20261101"},
		{"a closed period, moved", moves, "20261031", "20261101", "", "", ""},
		{"a period to come", moves, "20261201", "", trade.ReasonPeriodNotOpen, trade.ClassTiming, "open until 20261130"},
	} {
		date, reason := c.books.AccountingDate(c.date)
		require.Equal(t, c.want, date, c.name)
		if c.reason == "" {
			require.True(t, reason.IsZero(), c.name)
			continue
		}
		readsWell(t, reason, c.reason, c.text)
		require.Equal(t, c.class, reason.Class, c.name)
	}
}
