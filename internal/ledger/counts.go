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

// MasterCount is how many records of master data of an entity and company are known in M3 or at Cleo, and
// how many of them both sides agree on with nothing left to settle.
type MasterCount struct {
	Entity  string
	Company string
	Known   int
	Agreed  int
}

// MasterCounts counts the records of master data that exist on one side at least.
func (l *Ledger) MasterCounts(ctx context.Context) ([]MasterCount, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT entity, company, COUNT(*), SUM(CASE WHEN infor_exists AND cleo_exists AND agreed <> '' AND record_id = '' THEN 1 ELSE 0 END)
		FROM masters WHERE infor_exists OR cleo_exists GROUP BY entity, company ORDER BY entity, company`)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var out []MasterCount
	for rows.Next() {
		var c MasterCount
		if err := rows.Scan(&c.Entity, &c.Company, &c.Known, &c.Agreed); err != nil {
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
