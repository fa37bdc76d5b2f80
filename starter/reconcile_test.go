package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
)

func chainOf(flow trade.Flow, partner, currency string, counts map[trade.State]int, amounts map[trade.State]string, open ...string) reconcile.Chain {
	c := reconcile.Chain{Flow: flow, Company: "100-AAA", Partner: partner, Currency: currency, Counts: counts, Amounts: amounts, Open: open, Balanced: len(open) == 0}
	for _, n := range counts {
		c.Received += n
	}
	return c
}

// TestEachFlowIsSummedByCurrency prints what goes out before what comes in, each with its sums
// and with what became of its own records.
func TestEachFlowIsSummedByCurrency(t *testing.T) {
	report := reconcile.Report{Chains: []reconcile.Chain{
		chainOf(trade.AcksIn, "ACME", "", map[trade.State]int{trade.StateDiscovered: 2}, map[trade.State]string{trade.StateDiscovered: "0"}),
		chainOf(trade.InvoicesIn, "ACME", "USD", map[trade.State]int{trade.StatePosted: 2, trade.StateParked: 1}, map[trade.State]string{trade.StatePosted: "10.5", trade.StateParked: "1"}),
		chainOf(trade.InvoicesIn, "BOLT", "EUR", map[trade.State]int{trade.StateHeld: 1}, map[trade.State]string{trade.StateHeld: "7"}),
		chainOf(trade.InvoicesIn, "CORD", "USD", map[trade.State]int{trade.StateDuplicate: 1, trade.StatePosted: 1}, map[trade.State]string{trade.StateDuplicate: "0", trade.StatePosted: "-0.125"}, "invoice-in/9"),
		chainOf(trade.OrdersOut, "ACME", "USD", map[trade.State]int{trade.StateSent: 1, trade.StateTest: 1}, map[trade.State]string{trade.StateSent: "3", trade.StateTest: "4"}),
	}, Outcomes: []reconcile.Outcome{
		{Flow: trade.InvoicesIn, State: trade.StateParked, Reason: "UNBALANCED", Records: 1, Example: ledger.Record{Number: "INV-1", Reason: trade.Reason{Message: "it is 1 off"}}},
	}}
	var out bytes.Buffer
	require.NoError(t, printReport(&out, report))
	text := out.String()
	at := func(line string) int {
		require.Contains(t, text, line)
		return strings.Index(text, line)
	}
	require.Less(t, at("chain A, orders-out"), at("chain B, invoices-in"))
	require.Less(t, at("chain B, invoices-in"), at("acks-in: "))
	require.NotContains(t, text, "acks-out", "it has no records")
	at("sum\t\tUSD\t5\t3\t1\t0\t1\t0\t11.375\t10.375\t1\n")
	at("sum\t\tEUR\t1\t0\t0\t1\t0\t0\t7.00\t0.00\t0\n")
	at("sum\t\tUSD\t2\t1\t0\t0\t0\t1\t7.00\t3.00\t0\n")
	require.Less(t, at("sum\t\tEUR"), at("parked\t1\tUNBALANCED\tINV-1\tit is 1 off\n"))
	require.Less(t, at("INV-1"), at("acks-in: "))
	at("unexplained: invoice-in/9\nbalanced: false\n")
}

func TestTheLastColumnHasWhatIsLeft(t *testing.T) {
	require.Equal(t, 100-4-(5+3)-(7+3), room(100, []string{"a", "records", "because"}, [][]string{{"Städt", "1", strings.Repeat("x", 200)}}))
	require.Equal(t, leastWidth, room(20, []string{"a", "because"}, nil))
	require.True(t, numeric([][]string{{"1", "x"}, {"-2.50", "3"}}, 0))
	require.False(t, numeric([][]string{{"1", "x"}, {"-2.50", "3"}}, 1))
}
