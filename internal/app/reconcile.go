package app

import (
	"context"
	"time"

	"tradewind/internal/config"
	"tradewind/internal/masterdata"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
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
	drift, err := reconcile.Drift(ctx, a.Ledger, RulesOf(settings), to)
	return report.With(drift), err
}

// RulesOf gives what the reconciliation asks of a configuration.
func RulesOf(c *config.Config) reconcile.Rules {
	rules := reconcile.Rules{Partners: c.Partners, Allocation: c.Allocation}
	for _, flow := range []trade.Flow{trade.Suppliers, trade.Customers, trade.Accounts} {
		settings, _ := c.Masters(flow)
		rules.Masters = append(rules.Masters, masterRules(flow, settings))
	}
	return rules
}

func masterRules(flow trade.Flow, settings config.MasterSettings) reconcile.MasterRules {
	entity := settings.Entity
	fields := map[string]masterdata.Field{}
	rules := reconcile.MasterRules{Flow: flow, Entity: entity.Name, Dimensions: settings.Dimensions, Checksum: entity.Checksum(),
		NeverInInfor: entity.CreateInfor == masterdata.CreateNever, NeverAtCleo: entity.CreateCleo == masterdata.CreateNever}
	for _, f := range entity.Fields {
		fields[f.Name] = f
		rules.Fields = append(rules.Fields, f.Name)
	}
	rules.Equal = func(field, infor, cleo string) bool { return fields[field].Equal(infor, cleo) }
	rules.Selects = func(code string, profile bool) (bool, error) { return settings.Selects(code, nil, profile) }
	return rules
}
