// Worker serves the task queues until it is signalled.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"

	"tradewind/internal/app"
	"tradewind/internal/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	env, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return err
	}
	c, err := client.DialContext(ctx, options)
	if err != nil {
		return err
	}
	defer c.Close()
	a, err := app.Open(ctx, env, c, slog.Default())
	if err != nil {
		return err
	}
	defer a.Close()
	if _, err := a.PublishFolder(ctx, env.Config); err != nil {
		return err
	}
	stopWorkers, err := a.StartWorkers()
	if err != nil {
		return err
	}
	defer stopWorkers()
	<-ctx.Done()
	return nil
}
