package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/config"
	"tradewind/sandbox/server"
)

func pingCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "ping", Short: "Tries every part and says what to do where one fails", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := config.FromEnvironment()
			if err != nil {
				return err
			}
			checks := []app.Check{}
			failed := app.Ping(cmd.Context(), env, func(c app.Check) {
				if checks = append(checks, c); !asJSON {
					fmt.Fprintln(cmd.OutOrStdout(), checkLine(c))
				}
			})
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), checks)
			}
			if err == nil && failed > 0 {
				err = fmt.Errorf("%d of %d checks failed", failed, len(checks))
			}
			return err
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func checkLine(c app.Check) string {
	if c.OK {
		return fmt.Sprintf("ok    %-22s %s", c.Name, c.Detail)
	}
	return fmt.Sprintf("FAIL  %-22s %s → %s", c.Name, c.Detail, c.Cure)
}

func setupCommand() *cobra.Command {
	return &cobra.Command{Use: "setup", Short: "Prepares ledger, namespace, configuration and schedules; may be repeated", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withTemporal(cmd, func(ctx context.Context, a *app.App) error {
				return a.Setup(ctx, func(line string) { fmt.Fprintln(cmd.OutOrStdout(), line) })
			})
		}}
}

func configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "The configuration folder"}
	cmd.AddCommand(&cobra.Command{Use: "check", Short: "Validates the whole configuration, and says what proposed profiles wait for", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := config.FromEnvironment()
			if err != nil {
				return err
			}
			c, err := app.ReadConfiguration(env)
			if err != nil {
				return err
			}
			notes, err := app.ProposalNotes(env, c)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "valid: %d companies, %d partners, %d schedules, mapping version %.12s\n",
				len(c.Companies), len(c.Partners), len(c.Schedules), c.Version)
			for _, note := range notes {
				fmt.Fprintln(cmd.OutOrStdout(), "note: "+printable(note))
			}
			return err
		}})
	return cmd
}

// workerCommand and sandboxCommand are hidden: they let one program play every part
// of the demo.
func workerCommand() *cobra.Command {
	return &cobra.Command{Use: "worker", Short: "Serves the task queues", Args: cobra.NoArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := config.FromEnvironment()
			if err != nil {
				return err
			}
			return app.RunWorker(cmd.Context(), env)
		}}
}

// healthCommand is for containers that have no shell.
func healthCommand() *cobra.Command {
	var url string
	cmd := &cobra.Command{Use: "health", Short: "Asks a worker whether it is well", Args: cobra.NoArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), 4*time.Second)
			defer cancel()
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
			if err != nil {
				return err
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				return err
			}
			defer response.Body.Close()
			if response.StatusCode != http.StatusOK {
				return fmt.Errorf("%s answered %s", url, response.Status)
			}
			return nil
		}}
	cmd.Flags().StringVar(&url, "url", "http://127.0.0.1:8099/healthz", "what to ask")
	return cmd
}

func sandboxCommand() *cobra.Command {
	var o server.Options
	cmd := &cobra.Command{Use: "sandbox", Short: "Serves the simulated M3 and Cleo", Args: cobra.NoArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM)
			defer stop()
			s, err := server.Start(ctx, o)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "infor %s\ncleo %s\nionapi %s\nuser %s\n", s.InforURL, s.CleoURL, s.IonAPIFile, s.Username)
			<-ctx.Done()
			return s.Close()
		}}
	flags := flag.NewFlagSet(cmd.Use, flag.ContinueOnError)
	o.Flags(flags)
	cmd.Flags().AddGoFlagSet(flags)
	return cmd
}
