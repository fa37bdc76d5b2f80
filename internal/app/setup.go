package app

import (
	"context"
	"maps"

	"go.temporal.io/api/enums/v1"

	"tradewind/internal/devserver"
	"tradewind/internal/schedules"
	"tradewind/workflows"
)

// searchAttributes are all that the namespace needs.
func searchAttributes() map[string]enums.IndexedValueType {
	out := maps.Clone(workflows.SearchAttributes)
	out[schedules.AttributeHash.GetName()] = schedules.AttributeHash.GetValueType()
	return out
}

// Setup prepares what the worker relies on, and may be repeated: the ledger's
// tables (by opening), search attributes, the namespace's retention, the published
// configuration and the schedules. It tells each step.
func (a *App) Setup(ctx context.Context, say func(string)) error {
	say("ledger: tables are up to date")
	if err := devserver.RegisterSearchAttributes(ctx, a.Temporal, a.Namespace, searchAttributes()); err != nil {
		return err
	}
	say("temporal: search attributes are registered")
	if err := devserver.SetRetention(ctx, a.Temporal, a.Namespace, devserver.DefaultRetention); err != nil {
		return err
	}
	say("temporal: closed workflows stay for at least 90 days")
	version, err := a.PublishFolder(ctx)
	if err != nil {
		return err
	}
	say("configuration: mapping version " + version[:12] + " is current")
	c, err := ReadConfiguration(a.env)
	if err != nil {
		return err
	}
	steps, err := a.Schedules().Apply(ctx, c, false)
	for _, s := range steps {
		say("schedule " + s.ID + ": " + s.Action)
	}
	return err
}
