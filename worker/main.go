// Worker serves the task queues until it is signalled.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"tradewind/internal/app"
	"tradewind/internal/config"
)

func main() {
	app.Private()
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
	return app.RunWorker(ctx, env)
}
