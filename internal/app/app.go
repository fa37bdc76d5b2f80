// Package app wires the application: configuration, clients, ledger, archive and
// workers. What the commands do lives here, so that a test can call it.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"

	"tradewind/activities"
	"tradewind/cleo"
	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/operator"
	"tradewind/internal/schedules"
	"tradewind/ionapi"
)

// App is the application without its workers.
type App struct {
	*activities.Activities
	Namespace string
	Log       *slog.Logger

	env config.Environment
}

// Dial connects to Temporal as the TEMPORAL_… variables say, and gives the namespace.
func Dial(ctx context.Context, logger *slog.Logger) (client.Client, string, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, "", err
	}
	options.Logger = log.NewStructuredLogger(logger)
	c, err := client.DialContext(ctx, options)
	if err != nil {
		return nil, "", fmt.Errorf("temporal at %s does not answer; check TEMPORAL_ADDRESS, or start the demo: %w", firstOf(options.HostPort, client.DefaultHostPort), err)
	}
	return c, firstOf(options.Namespace, client.DefaultNamespace), nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// OpenStores opens and migrates the ledger, and opens the archive: all that
// reading commands need.
func OpenStores(ctx context.Context, env config.Environment, logger *slog.Logger) (*App, error) {
	l, err := ledger.Open(ctx, env.LedgerURL, env.State)
	if err != nil {
		return nil, err
	}
	if err := l.Migrate(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	a, err := archive.Open(ctx, env.ArchiveURL, env.State)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &App{Log: logger, env: env, Activities: &activities.Activities{Ledger: l, Archive: a, Armed: env.Armed}}, nil
}

// Open opens ledger and archive and builds the clients of both systems.
func Open(ctx context.Context, env config.Environment, temporal client.Client, namespace string, logger *slog.Logger) (*App, error) {
	a, err := OpenStores(ctx, env, logger)
	if err != nil {
		return nil, err
	}
	a.Temporal, a.Namespace = temporal, namespace
	c, err := ReadConfiguration(env)
	if err == nil {
		a.Infor, err = a.inforClient()
	}
	if err == nil {
		a.Mailbox, err = a.mailbox(c)
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// ReadConfiguration loads the configuration folder.
func ReadConfiguration(env config.Environment) (*config.Config, error) {
	files, err := config.ReadFolder(env.Config)
	if err != nil {
		return nil, err
	}
	return config.Load(files)
}

// inforFile reads the tenant's .ionapi file.
func (a *App) inforFile() (*ionapi.File, error) {
	if a.env.IonAPIFile == "" {
		return nil, errors.New("TRADEWIND_IONAPI_FILE is not set; it must name the tenant's .ionapi file")
	}
	content, err := os.ReadFile(a.env.IonAPIFile)
	if err != nil {
		return nil, fmt.Errorf("TRADEWIND_IONAPI_FILE must name the tenant's .ionapi file: %w", err)
	}
	return ionapi.ParseFile(a.env.IonAPIFile, content)
}

// inforClient builds the client of M3; nothing is called yet.
func (a *App) inforClient() (*ionapi.Client, error) {
	file, err := a.inforFile()
	if err != nil {
		return nil, err
	}
	options := []ionapi.Option{ionapi.WithObserver(a.tracer().Infor)}
	if len(a.env.AllowHosts) > 0 {
		options = append(options, ionapi.WithAllowedHosts(a.env.AllowHosts...))
	}
	return ionapi.New(file, options...)
}

// mailbox builds the client of Cleo; nothing is called yet.
func (a *App) mailbox(c *config.Config) (cleo.Mailbox, error) {
	if _, err := url.Parse(a.env.CleoURL); err != nil || a.env.CleoURL == "" {
		return nil, errors.New("TRADEWIND_CLEO_URL is not set; it must be the base address of Cleo")
	}
	return cleo.NewREST(cleo.RESTConfig{
		BaseURL: a.env.CleoURL, Username: a.env.CleoUsername, Password: a.env.CleoPassword.Reveal(), Observer: a.tracer().Cleo,
		Paths: cleo.Paths{Login: c.Cleo.Paths.Login, Files: c.Cleo.Paths.Files}, PageSize: c.Cleo.PageSize, Lockout: c.Cleo.Lockout.Std(),
	})
}

func (a *App) tracer() activities.Tracer { return activities.Tracer{Ledger: a.Ledger, Log: a.Log} }

// PublishFolder publishes the configuration folder as the current version.
func (a *App) PublishFolder(ctx context.Context) (string, error) {
	files, err := config.ReadFolder(a.env.Config)
	if err != nil {
		return "", err
	}
	return a.Publish(ctx, files)
}

// Operator is what a person can do with the records of this application.
func (a *App) Operator() *operator.Operator {
	return &operator.Operator{Ledger: a.Ledger, Archive: a.Archive, Temporal: a.Temporal, Configuration: a.Configuration}
}

// Schedules manages the schedules of the namespace.
func (a *App) Schedules() schedules.Manager {
	return schedules.Manager{Temporal: a.Temporal, Namespace: a.Namespace, Ledger: a.Ledger}
}

// Close releases ledger and archive.
func (a *App) Close() error { return errors.Join(a.Archive.Close(), a.Ledger.Close()) }
