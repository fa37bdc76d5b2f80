package main

import (
	"context"

	"github.com/rogpeppe/go-internal/testscript"

	"tradewind/internal/app"
	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/vault"
)

// storesOf opens the stores that the commands of a script use, so that a script can begin with what a sync would have left.
func storesOf(ctx context.Context, ts *testscript.TestScript) *app.App {
	a, err := app.OpenStores(ctx, config.Environment{State: ts.Getenv("TRADEWIND_STATE"), Config: ts.Getenv("TRADEWIND_CONFIG"),
		LedgerURL: ledger.DefaultURL, ArchiveURL: archive.DefaultURL, Keeper: vault.DefaultKeeper}, quiet)
	ts.Check(err)
	return a
}
