package ledger

import (
	"context"
	"fmt"

	"tradewind/internal/trade"
)

// Count is how many records of a flow and a company stand in a state.
type Count struct {
	Flow    trade.Flow
	Company string
	State   trade.State
	Records int64
}

// Counts counts all records by flow, company and state; where there are none, there is no count.
func (l *Ledger) Counts(ctx context.Context) ([]Count, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT flow, company, state, COUNT(*) FROM records GROUP BY flow, company, state ORDER BY flow, company, state`)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var out []Count
	for rows.Next() {
		var c Count
		if err := rows.Scan(&c.Flow, &c.Company, &c.State, &c.Records); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// Lanes gives every lane that was ever stopped, in the order of their names.
func (l *Ledger) Lanes(ctx context.Context) ([]Lane, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT name, state, reason, since, retry FROM lanes ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var out []Lane
	for rows.Next() {
		var (
			lane         Lane
			state        string
			since, retry int64
		)
		if err := rows.Scan(&lane.Name, &state, &lane.Reason, &since, &retry); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		lane.Stopped, lane.Since, lane.Retry = state == "stopped", instant(since), instant(retry)
		out = append(out, lane)
	}
	return out, rows.Err()
}
