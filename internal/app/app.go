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
	"go.temporal.io/sdk/worker"

	"tradewind/activities"
	"tradewind/cleo"
	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/ionapi"
	"tradewind/workflows"
)

// App is the application without its workers.
type App struct {
	*activities.Activities
	Log *slog.Logger
}

// Open opens ledger and archive and builds the clients of both systems.
func Open(ctx context.Context, env config.Environment, temporal client.Client, log *slog.Logger) (*App, error) {
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
	app := &App{Log: log, Activities: &activities.Activities{Ledger: l, Archive: a, Temporal: temporal, Armed: env.Armed}}
	if err := app.connect(env); err != nil {
		return nil, errors.Join(err, app.Close())
	}
	return app, nil
}

// connect builds the clients of M3 and Cleo; nothing is called yet.
func (a *App) connect(env config.Environment) error {
	files, err := config.ReadFolder(env.Config)
	if err != nil {
		return err
	}
	c, err := config.Load(files)
	if err != nil {
		return err
	}
	tracer := activities.Tracer{Ledger: a.Ledger, Log: a.Log}
	content, err := os.ReadFile(env.IonAPIFile)
	if err != nil {
		return fmt.Errorf("TRADEWIND_IONAPI_FILE must name the tenant's .ionapi file: %w", err)
	}
	file, err := ionapi.ParseFile(env.IonAPIFile, content)
	if err != nil {
		return err
	}
	if a.Infor, err = ionapi.New(file, ionapi.WithObserver(tracer.Infor)); err != nil {
		return err
	}
	if _, err := url.Parse(env.CleoURL); err != nil || env.CleoURL == "" {
		return errors.New("TRADEWIND_CLEO_URL must be the base address of Cleo")
	}
	a.Mailbox, err = cleo.NewREST(cleo.RESTConfig{
		BaseURL: env.CleoURL, Username: env.CleoUsername, Password: env.CleoPassword.Reveal(), Observer: tracer.Cleo,
		Paths: cleo.Paths{Login: c.Cleo.Paths.Login, Files: c.Cleo.Paths.Files}, PageSize: c.Cleo.PageSize, Lockout: c.Cleo.Lockout.Std(),
	})
	return err
}

// PublishFolder publishes the configuration folder as the current version.
func (a *App) PublishFolder(ctx context.Context, folder string) (string, error) {
	files, err := config.ReadFolder(folder)
	if err != nil {
		return "", err
	}
	return a.Publish(ctx, files)
}

// StartWorkers serves the task queues until the returned function stops them.
func (a *App) StartWorkers() (stop func(), err error) {
	var started []worker.Worker
	stop = func() {
		for _, w := range started {
			w.Stop()
		}
	}
	for _, queue := range []string{activities.TaskQueue, activities.TaskQueueInfor, activities.TaskQueueCleo} {
		w := worker.New(a.Temporal, queue, worker.Options{})
		if queue == activities.TaskQueue {
			workflows.Register(w)
		}
		w.RegisterActivity(a.Activities)
		if err := w.Start(); err != nil {
			stop()
			return nil, fmt.Errorf("worker of %s: %w", queue, err)
		}
		started = append(started, w)
	}
	return stop, nil
}

// Close releases ledger and archive.
func (a *App) Close() error { return errors.Join(a.Archive.Close(), a.Ledger.Close()) }
