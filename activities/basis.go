package activities

import (
	"context"

	"github.com/shopspring/decimal"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// basis reads what the supplier has of an order before a revision goes out; nil is nothing.
func (a *Activities) basis(ctx context.Context, r ledger.Record) (*mapping.Basis, error) {
	b, found, err := a.Ledger.Basis(ctx, r)
	if err != nil || !found {
		return nil, err
	}
	order, err := a.correctedOrder(ctx, b.Record)
	if err != nil {
		return nil, err
	}
	received, err := a.receivedBy(ctx, r)
	return &mapping.Basis{Order: order, Uncertain: b.Uncertain, Changes: b.Changes, Received: received}, err
}

// Basis is what the supplier has of an order before a revision goes out; nil is nothing.
func (a *Activities) Basis(ctx context.Context, record string) (*mapping.Basis, error) {
	r, err := a.Ledger.Record(ctx, record)
	if err != nil {
		return nil, err
	}
	return a.basis(ctx, r)
}

// receivedBy is how much of each line was delivered as the poll registered the revision.
func (a *Activities) receivedBy(ctx context.Context, r ledger.Record) (map[string]decimal.Decimal, error) {
	events, err := a.Ledger.Events(ctx, r.ID)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	received, _ := events[0].Detail["received"].(map[string]any)
	out := map[string]decimal.Decimal{}
	for line, quantity := range received {
		text, _ := quantity.(string)
		if out[line], err = decimal.NewFromString(text); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// nothingToSend closes a revision in which the supplier would see no difference.
func (a *Activities) nothingToSend(ctx context.Context, r ledger.Record) (trade.Prepared, trade.Reason, error) {
	detail := map[string]any{"why": "the supplier would see no difference"}
	if b, found, err := a.Ledger.Basis(ctx, r); err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	} else if found {
		detail["equalTo"] = b.Record.ID
	}
	r, err := a.Ledger.Transition(ctx, r.ID, ledger.Change{
		From: []trade.State{trade.StateDiscovered, trade.StateHeld, trade.StateParked, trade.StateRejected}, To: trade.StateDuplicate, Event: "duplicate",
		Actor: "worker", Detail: detail,
	})
	return prepared(r), trade.Reason{}, err
}
