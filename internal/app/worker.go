package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/config"
	"tradewind/workflows"
)

// RunWorker is the worker process: it connects, publishes the configuration,
// serves the task queues and follows the configuration folder until ctx ends.
func RunWorker(ctx context.Context, env config.Environment) error {
	logger, err := NewLogger(env.LogLevel)
	if err != nil {
		return err
	}
	a, err := OpenStores(ctx, env, logger)
	if err != nil {
		return err
	}
	defer a.Close()
	if a.sdk, err = newSDKMetrics(); err != nil {
		return err
	}
	if err := a.Connect(ctx); err != nil {
		return err
	}
	if env.HTTPAddr != "off" {
		endpoint, err := a.Serve(ctx, env.HTTPAddr)
		if err != nil {
			return err
		}
		defer endpoint.Close()
		logger.Info("health, metrics and codec", "health", endpoint.URL+"/healthz", "metrics", endpoint.URL+"/metrics", "codec", endpoint.CodecURL())
	}
	version, err := a.PublishFolder(ctx)
	if err != nil {
		return err
	}
	stop, err := a.StartWorkers()
	if err != nil {
		return err
	}
	defer stop()
	logger.Info("worker serves", "namespace", a.Namespace, "state", env.State, "mappingVersion", version, "armed", env.Armed)
	a.FollowFolder(ctx)
	return nil
}

// NewLogger writes to standard error from the given level on.
func NewLogger(level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("TRADEWIND_LOG_LEVEL is %q; it must be debug, info, warn or error", level)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: l})), nil
}

// StartWorkers serves the task queues until the returned function stops them.
func (a *App) StartWorkers() (stop func(), err error) {
	c, err := ReadConfiguration(a.env)
	if err != nil {
		return nil, err
	}
	limits := map[string]float64{activities.TaskQueueInfor: c.Infor.Limits.CallsPerSecond, activities.TaskQueueCleo: c.Cleo.CallsPerSecond}
	queues := []string{activities.TaskQueue, activities.TaskQueueInfor, activities.TaskQueueCleo}
	for _, q := range a.env.Queues {
		if !slices.Contains(queues, q) {
			return nil, fmt.Errorf("TRADEWIND_QUEUES names %q; the queues are %s", q, strings.Join(queues, ", "))
		}
	}
	var started []worker.Worker
	stop = func() {
		for _, w := range started {
			w.Stop()
		}
	}
	for _, queue := range queues {
		if len(a.env.Queues) > 0 && !slices.Contains(a.env.Queues, queue) {
			continue
		}
		w := worker.New(a.Temporal, queue, a.workerOptions(limits[queue]))
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

// workerOptions limit a queue for all workers together, and turn on versioning
// where a deployment is named.
func (a *App) workerOptions(perSecond float64) worker.Options {
	o := worker.Options{TaskQueueActivitiesPerSecond: perSecond}
	if a.env.Deployment != "" {
		o.DeploymentOptions = worker.DeploymentOptions{
			UseVersioning: true, DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
			Version: worker.WorkerDeploymentVersion{DeploymentName: a.env.Deployment, BuildID: a.env.BuildID},
		}
	}
	return o
}

// followPause is how often the configuration folder is looked at.
const followPause = 2 * time.Second

// FollowFolder publishes the configuration whenever its files differ from what was
// published last, until ctx ends. An invalid folder keeps the old version and is
// told once.
func (a *App) FollowFolder(ctx context.Context) {
	var refused []byte
	ticker := time.NewTicker(followPause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := a.Vault.Refresh(ctx); err != nil && ctx.Err() == nil {
			a.Log.Warn("new data keys could not be read yet", "error", err)
		}
		now := a.bundle()
		if now == nil || bytes.Equal(now, a.published) || bytes.Equal(now, refused) {
			continue
		}
		if _, err := ReadConfiguration(a.env); err != nil {
			refused = now
			a.Log.Error("the configuration is invalid; the version before stays in use", "error", err)
			continue
		}
		if version, err := a.PublishFolder(ctx); err != nil {
			a.Log.Warn("the configuration could not be published yet", "error", err)
		} else {
			a.Log.Info("configuration published", "mappingVersion", version)
		}
	}
}

// bundle is the folder's content, nil while it cannot be read.
func (a *App) bundle() []byte {
	files, err := config.ReadFolder(a.env.Config)
	if err != nil {
		return nil
	}
	content, err := files.Bundle()
	if err != nil {
		return nil
	}
	return content
}
