package main

import (
	"fmt"
	"io"
	"strings"

	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
)

// printOrderAnswers prints how many of the orders that were sent are acknowledged, rejected, overdue,
// or still waiting, and of one that was rejected the reason and the cure.
func printOrderAnswers(w io.Writer, outcomes []reconcile.Outcome) error {
	counts := map[trade.State]int{}
	var rejected *reconcile.Outcome
	for i, o := range outcomes {
		if o.Flow != trade.OrdersOut || !o.State.Delivered() {
			continue
		}
		counts[o.State] += o.Records
		if o.State == trade.StateRejected {
			rejected = &outcomes[i]
		}
	}
	var parts []string
	for _, state := range []trade.State{trade.StateAcknowledged, trade.StateRejected, trade.StateOverdue, trade.StateSent} {
		if counts[state] > 0 || state != trade.StateSent {
			parts = append(parts, fmt.Sprintf("%s %d", state, counts[state]))
		}
	}
	_, err := fmt.Fprintf(w, "orders: %s\n", strings.Join(parts, ", "))
	if err == nil && rejected != nil {
		_, err = fmt.Fprintf(w, "rejected: PO %s of %s: %s\n", rejected.Example.Number, rejected.Example.Partner, rejected.Example.Reason)
	}
	return err
}
