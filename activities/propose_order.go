package activities

import (
	"context"
	"fmt"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// inTurn keeps the order in which the profiles of a partner came: of two about one supplier, the later one stands.
func (p *proposing) inTurn(ctx context.Context) error {
	r := p.record
	if err := p.Activities.inTurn(ctx, r); err != nil || r.State != trade.StateDiscovered || p.Ledger.Now().Sub(r.CreatedAt) > outOfTurn {
		return err
	}
	for _, state := range []trade.State{trade.StateDiscovered, trade.StatePrepared} {
		others, err := p.Ledger.Records(ctx, ledger.Filter{Flow: r.Flow, Company: r.Company, Partner: r.Partner, State: state})
		if err != nil {
			return err
		}
		for _, other := range others {
			if other.Set == trade.SetProfile && cameBefore(other, r) {
				return later("waits for record "+other.ID+", which came first", 300*time.Millisecond)
			}
		}
	}
	return nil
}

// cameBefore says whether a received record stands in an earlier file, or earlier in the same.
func cameBefore(a, b ledger.Record) bool {
	first, err := trade.FileOfRecord(a.ID)
	second, failed := trade.FileOfRecord(b.ID)
	return err == nil && failed == nil && (first < second || first == second && a.Revision < b.Revision)
}

// overtaken refuses what is older than a profile of the partner about the same supplier that is entered, until a person
// insists.
func (p *proposing) overtaken(ctx context.Context, all []mapping.SupplierProposal, replay *trade.ReplayRequest) (trade.Reason, error) {
	if p.answers(replay, trade.ReasonProfileOvertaken) {
		return trade.Reason{}, nil
	}
	for _, s := range all {
		last, spoken, err := p.spoken(ctx, s.Supplier)
		if err != nil {
			return trade.Reason{}, err
		}
		if spoken && last.Partner == p.record.Partner && cameBefore(p.record, last) {
			return mapping.Overtaken(s, last.Number), nil
		}
	}
	return trade.Reason{}, nil
}

// spoken is the latest profile about a supplier that was entered, if any was.
func (p *proposing) spoken(ctx context.Context, supplier string) (r ledger.Record, spoken bool, err error) {
	name := p.memoryOf(supplier)
	remembered, err := p.Ledger.Remembered(ctx, []string{name})
	if err != nil || remembered[name].Value == "" {
		return r, false, err
	}
	r, err = p.Ledger.Record(ctx, remembered[name].Value)
	return r, err == nil, err
}

// spoke remembers that this profile is entered for a supplier, unless a later one is.
func (p *proposing) spoke(ctx context.Context, supplier string) error {
	last, spoken, err := p.spoken(ctx, supplier)
	if err != nil || spoken && cameBefore(p.record, last) {
		return err
	}
	return p.Ledger.Remember(ctx, map[string]string{p.memoryOf(supplier): p.record.ID})
}

func (p *proposing) memoryOf(supplier string) string {
	return fmt.Sprintf("profile about %s %s/%s", p.settings.Entity.Name, p.key, supplier)
}
