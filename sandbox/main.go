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
	flag.StringVar(&o.InforAddr, "infor", "127.0.0.1:0", "loopback address of the ION gateway")
	flag.StringVar(&o.CleoAddr, "cleo", "127.0.0.1:0", "loopback address of Cleo")
	flag.StringVar(&o.StateDir, "state", ".tradewind/sandbox", "folder that keeps what the sandbox holds")
	flag.Uint64Var(&o.Seed, "seed", 1, "seed of the business data")
	flag.IntVar(&o.Orders, "orders", 40, "sendable purchase orders")
	flag.IntVar(&o.Invoices, "invoices", 0, "files with supplier invoices at Cleo")
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
