package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// claimOf is the business key of a plan, with what tells whether another invoice looks like it.
func (p *posting) claimOf(plan Plan) (ledger.Claim, error) {
	facts, err := json.Marshal(mapping.FactsOf(plan.Invoice))
	near := strings.Join([]string{plan.Invoice.Company.Cono, plan.Invoice.Supplier, string(plan.Invoice.Kind), plan.Invoice.Currency}, "/")
	return ledger.Claim{Key: plan.Key, Record: p.record.ID, Checksum: plan.Checksum, Near: near, Day: string(plan.Invoice.Date), Facts: string(facts)}, err
}

// lookalike warns of another invoice of the supplier that may be the same under another number:
// of about the same day and amount. It stops nothing.
func (p *posting) lookalike(ctx context.Context, plan Plan) (warning string, err error) {
	cono, _, _ := strings.Cut(p.record.Company, "-")
	profile, known := p.config.PartnerByID(cono, p.record.Partner)
	if !known || profile.Invoice.NearDays == 0 {
		return "", nil
	}
	claim, err := p.claimOf(plan)
	if err != nil {
		return "", err
	}
	day, days := plan.Invoice.Date.Time(), profile.Invoice.NearDays
	others, err := p.Ledger.Neighbours(ctx, claim, string(trade.DateOf(day.AddDate(0, 0, -days))), string(trade.DateOf(day.AddDate(0, 0, days))))
	if err != nil {
		return "", err
	}
	for _, other := range others {
		var facts mapping.InvoiceFacts
		if err := json.Unmarshal([]byte(other.Facts), &facts); err != nil {
			return "", fmt.Errorf("facts of %s: %w", other.Record, err)
		}
		if sentence, near := profile.Invoice.NearDuplicate(mapping.FactsOf(plan.Invoice), facts); near {
			return fmt.Sprintf("%s (record %s)", sentence, other.Record), nil
		}
	}
	return "", nil
}
