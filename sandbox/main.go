// Sandbox serves the simulated M3 and the simulated Cleo on loopback addresses.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"tradewind/sandbox/server"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var o server.Options
	o.Flags(flag.CommandLine)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s, err := server.Start(ctx, o)
	if err != nil {
		return err
	}
	fmt.Printf("infor %s\ncleo %s\nionapi %s\n", s.InforURL, s.CleoURL, s.IonAPIFile)
	<-ctx.Done()
	return s.Close()
}
