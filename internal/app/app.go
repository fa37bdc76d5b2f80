// Package app wires the application: configuration, clients, ledger, archive and
// workers. What the commands do lives here, so that a test can call it.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"

	"tradewind/activities"
	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/operator"
	"tradewind/internal/schedules"
	"tradewind/internal/vault"
)

// App is the application without its workers.
type App struct {
	*activities.Activities
	Vault     *vault.Vault
	Namespace string
	Log       *slog.Logger

	env config.Environment
	// sdk is empty where nobody serves metrics.
	sdk sdkMetrics
	// published is the folder as this process published it last.
	published []byte
}

// Dial connects to Temporal as the TEMPORAL_… variables say, and gives the namespace.
// Everything that goes there is sealed by the codec; calls and tasks are counted where metrics
// are wanted.
func Dial(ctx context.Context, logger *slog.Logger, codec converter.PayloadCodec, metrics client.MetricsHandler) (client.Client, string, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, "", err
	}
	options.Logger, options.MetricsHandler = log.NewStructuredLogger(logger), metrics
	if codec != nil {
		options.DataConverter, options.FailureConverter = vault.Converters(codec)
	}
	c, err := client.DialContext(ctx, options)
	if err != nil {
		return nil, "", fmt.Errorf("temporal at %s does not answer; check TEMPORAL_ADDRESS, or start the demo: %w", cmp.Or(options.HostPort, client.DefaultHostPort), err)
	}
	return c, cmp.Or(options.Namespace, client.DefaultNamespace), nil
}

// OpenStores opens and migrates the ledger, and opens vault and archive: all that
// reading commands need.
func OpenStores(ctx context.Context, env config.Environment, logger *slog.Logger) (a *App, err error) {
	if err := privateFolder(env.State); err != nil {
		return nil, err
	}
	a = &App{Log: logger, env: env, Activities: &activities.Activities{Armed: env.Armed}}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if a.Ledger, err = ledger.Open(ctx, env.LedgerURL, env.State); err != nil {
		return a, err
	}
	if err := a.Ledger.Migrate(ctx); err != nil {
		return a, err
	}
	if a.Vault, err = vault.Open(ctx, env.Keeper, env.State, a.Ledger); err != nil {
		return a, err
	}
	if a.Archive, err = archive.Open(ctx, env.ArchiveURL, env.State, a.Vault); err != nil {
		return a, err
	}
	a.Systems = newSystems(a)
	return a, nil
}

// privateFolder makes the state folder, for us alone.
func privateFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("the state folder cannot be made; check TRADEWIND_STATE: %w", err)
	}
	info, err := os.Stat(folder)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	if err := os.Chmod(folder, 0o700); err != nil {
		return fmt.Errorf("the state folder can be read by others; run: chmod 700 %s: %w", folder, err)
	}
	return nil
}

// Connect gives the application its client of Temporal.
func (a *App) Connect(ctx context.Context) error {
	c, namespace, err := Dial(ctx, a.Log, a.Vault.Codec(), a.sdk.handler)
	if err != nil {
		return err
	}
	a.Temporal, a.Namespace = c, namespace
	return nil
}

// ReadConfiguration loads the configuration folder.
func ReadConfiguration(env config.Environment) (*config.Config, error) {
	files, err := config.ReadFolder(env.Config)
	if err != nil {
		return nil, err
	}
	return config.Load(files)
}

// PublishFolder publishes the configuration folder as the current version.
func (a *App) PublishFolder(ctx context.Context) (string, error) {
	files, err := config.ReadFolder(a.env.Config)
	if err != nil {
		return "", err
	}
	version, err := a.Publish(ctx, files)
	if err == nil {
		a.published, err = files.Bundle()
	}
	return version, err
}

// Operator is what a person can do with the records of this application.
func (a *App) Operator() *operator.Operator {
	return &operator.Operator{Ledger: a.Ledger, Archive: a.Archive, Temporal: a.Temporal, Configuration: a.Configuration, Basis: a.Activities.Basis,
		Invoice: a.Activities.PreviewInvoice, Settle: a.settling, Check: a.Activities.CheckReplay, Set: a.Activities.ReceivedSet}
}

// Schedules manages the schedules of the namespace.
func (a *App) Schedules() schedules.Manager {
	return schedules.Manager{Temporal: a.Temporal, Namespace: a.Namespace, Ledger: a.Ledger}
}

// Close releases what was opened.
func (a *App) Close() error {
	var errs []error
	if a.Temporal != nil {
		a.Temporal.Close()
	}
	if a.Archive != nil {
		errs = append(errs, a.Archive.Close())
	}
	if a.Vault != nil {
		errs = append(errs, a.Vault.Close())
	}
	if a.Ledger != nil {
		errs = append(errs, a.Ledger.Close())
	}
	return errors.Join(errs...)
}
