// Find prints the path of the temporal command line that demo and tests start the
// local server with, and builds it first if it must.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"tradewind/internal/devserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	path, err := devserver.Find(ctx, devserver.FindOptions{Explicit: os.Getenv("TRADEWIND_TEMPORAL_CLI"), Progress: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(path)
}
