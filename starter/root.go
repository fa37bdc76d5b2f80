package main

import (
	"context"
	"fmt"
	"log/slog"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/config"
)

func root() *cobra.Command {
	cmd := &cobra.Command{Use: "tradewind", Short: "Connects Infor M3 with Cleo on Temporal", SilenceUsage: true, SilenceErrors: true}
	cmd.AddCommand(demoCommand(), pingCommand(), setupCommand(), credentialsCommand(), configCommand(), recordsCommand(), partnersCommand(), schedulesCommand(), ediCommand(),
		reconcileCommand(), workerCommand(), sandboxCommand(), healthCommand())
	refuseUnknown(cmd.Commands())
	return cmd
}

// refuseUnknown lets commands that only have commands below them refuse a word that is none, as cobra does for the root alone.
func refuseUnknown(commands []*cobra.Command) {
	for _, cmd := range commands {
		if !cmd.HasSubCommands() || cmd.Runnable() {
			continue
		}
		refuseUnknown(cmd.Commands())
		cmd.Args, cmd.RunE, cmd.DisableFlagsInUseLine = knownCommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }, true
	}
}

func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, each := range cmd.Commands() {
		if each.IsAvailableCommand() {
			known = append(known, each.Name())
		}
	}
	return fmt.Errorf("unknown command %q for %q; give one of %s", args[0], cmd.CommandPath(), strings.Join(known, ", "))
}

// quiet is for commands whose output is their result.
var quiet = slog.New(slog.DiscardHandler)

// withStores runs a command that only needs the ledger and the archive.
func withStores(cmd *cobra.Command, do func(context.Context, *app.App) error) error {
	env, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	a, err := app.OpenStores(cmd.Context(), env, quiet)
	if err != nil {
		return err
	}
	defer a.Close()
	return do(cmd.Context(), a)
}

// withTemporal runs a command that also needs Temporal.
func withTemporal(cmd *cobra.Command, do func(context.Context, *app.App) error) error {
	return withStores(cmd, func(ctx context.Context, a *app.App) error {
		if err := a.Connect(ctx); err != nil {
			return err
		}
		return do(ctx, a)
	})
}

// operatorName is who acts, for the audit trail.
func operatorName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "operator"
}

func day(text string, otherwise time.Time) (time.Time, error) {
	if text == "" {
		return otherwise, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fmt.Errorf("%q is not a day of the form YYYY-MM-DD", text)
	}
	return t, nil
}

// instant reads a day or an RFC 3339 time.
func instant(flag, text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fmt.Errorf("--%s %q is neither a day, 2026-03-01, nor a time, 2026-03-01T06:00:00Z", flag, text)
	}
	return t, nil
}
