package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"tradewind/internal/trade"
)

// Overlay gives the corrections that stand for a record: what its replay requests set and
// nothing later replaced or took back.
func (l *Ledger) Overlay(ctx context.Context, recordID string) (trade.Overlay, error) {
	events, err := l.Events(ctx, recordID)
	if err != nil {
		return nil, err
	}
	var out trade.Overlay
	for _, e := range events {
		if e.Kind != EventReplayRequested {
			continue
		}
		request, err := e.corrections()
		if err != nil {
			return nil, err
		}
		out = out.With(request, e.At)
	}
	return out, nil
}

// corrections reads what a replay request brought, out of its event.
func (e Event) corrections() (trade.ReplayRequest, error) {
	var request trade.ReplayRequest
	if err := json.Unmarshal([]byte(e.detail), &request); err != nil {
		return request, fmt.Errorf("ledger: event %d of %s: %w", e.Seq, e.Record, err)
	}
	request.By = e.Actor
	return request, nil
}
