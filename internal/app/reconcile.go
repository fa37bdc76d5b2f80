package app

import (
	"context"
	"time"

	"tradewind/internal/reconcile"
)

// Reconcile proves that every record of a period is accounted for, and that every difference in master data is explained
// as things stand now. It reads the ledger, and neither of the two systems.
func (a *App) Reconcile(ctx context.Context, from, to time.Time) (reconcile.Report, error) {
	report, err := reconcile.Records(ctx, a.Ledger, from, to)
	if err != nil {
		return report, err
	}
	known, err := a.Ledger.MasterCounts(ctx)
	if err != nil || len(known) == 0 {
		return report, err
	}
	settings, err := a.Configuration(ctx, "")
	if err != nil {
		return report, err
	}
	rules := reconcile.Rules{Masters: settings.MasterRules(), Partners: settings.Partners, Allocation: settings.Allocation}
	drift, err := reconcile.Drift(ctx, a.Ledger, rules, to)
	return report.With(drift), err
}
