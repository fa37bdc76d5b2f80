// Starter is the operator's command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"tradewind/internal/app"
)

func main() {
	app.Private()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "tradewind:", err)
		status := 1
		var exit exitError
		if errors.As(err, &exit) {
			status = exit.status
		}
		os.Exit(status)
	}
}
