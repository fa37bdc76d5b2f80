package reconcile

import (
	"cmp"
	"slices"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// Outcome is what became of some records of a flow: those of one state and, where they
// stopped, of one reason. The example is the one that changed last.
type Outcome struct {
	Flow    trade.Flow
	State   trade.State
	Reason  string
	Records int
	Example ledger.Record
}

// add counts a record with those that came to the same end.
func add(outcomes []Outcome, r ledger.Record) []Outcome {
	i := slices.IndexFunc(outcomes, func(o Outcome) bool { return o.Flow == r.Flow && o.State == r.State && o.Reason == r.Reason.Code })
	if i < 0 {
		return append(outcomes, Outcome{Flow: r.Flow, State: r.State, Reason: r.Reason.Code, Records: 1, Example: r})
	}
	outcomes[i].Records++
	if outcomes[i].Example.UpdatedAt.Before(r.UpdatedAt) {
		outcomes[i].Example = r
	}
	return outcomes
}

func byFlow(a, b Outcome) int {
	return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(b.Records, a.Records), cmp.Compare(a.State, b.State), cmp.Compare(a.Reason, b.Reason))
}
