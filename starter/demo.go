package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/config"
)

func demoCommand() *cobra.Command {
	var o app.DemoOptions
	var exit, asJSON bool
	cmd := &cobra.Command{Use: "demo", Short: "Runs the main job against a sandbox of both systems", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd, o, exit, asJSON) }}
	cmd.Flags().BoolVar(&exit, "exit", false, "end when the work is done instead of leaving the Web UI up")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as one line of JSON")
	cmd.Flags().IntVar(&o.Orders, "orders", 40, "original 850s to make; exceptions come on top")
	cmd.Flags().IntVar(&o.Invoices, "invoices", 24, "inbound 810 files to make, of one invoice each")
	cmd.Flags().BoolVar(&o.Hostile, "faults", false, "let both systems fail in every way that can be looked up afterwards")
	cmd.Flags().StringVar(&o.Dump, "dump", "", "folder for what the sandbox really holds at the end")
	return cmd
}

func runDemo(cmd *cobra.Command, o app.DemoOptions, exit, asJSON bool) (err error) {
	if o.Orders < 0 || o.Invoices < 0 {
		return errors.New("--orders and --invoices must not be negative")
	}
	env, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	o.Progress = cmd.ErrOrStderr()
	d, err := app.StartDemo(cmd.Context(), env, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	following, unfollow := context.WithCancel(cmd.Context())
	defer unfollow()
	go d.FollowFolder(following)
	result, err := d.Run(cmd.Context())
	if err != nil {
		return err
	}
	if asJSON {
		err = printJSON(cmd.OutOrStdout(), result)
	} else {
		err = errors.Join(printReport(cmd.OutOrStdout(), result.Reconcile), printOrderAnswers(cmd.OutOrStdout(), result.Reconcile.Outcomes))
	}
	if err == nil && !exit {
		fmt.Fprintf(cmd.ErrOrStderr(), `
Web UI:          %s
Other commands:  set -a; . %s; set +a
                 go run ./starter records list
Ctrl-C ends the demo; its state stays in %s.
`, result.WebUI, d.EnvFile, env.State)
		<-cmd.Context().Done()
	}
	if err == nil && !result.OK {
		err = errors.New("the reconciliation does not balance")
	}
	return err
}
