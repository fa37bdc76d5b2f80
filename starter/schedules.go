package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/config"
	"tradewind/internal/schedules"
)

func schedulesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "schedules", Short: "When the flows run: schedules.yaml as Temporal Schedules"}
	cmd.AddCommand(planCommand("plan", "Shows what apply would do", false), planCommand("apply", "Makes Temporal follow schedules.yaml", true),
		listSchedulesCommand(), backfillCommand(),
		actCommand("pause", "Keeps a schedule from running", func(ctx context.Context, m schedules.Manager, id, note string) error { return m.Pause(ctx, id, note) }),
		actCommand("resume", "Lets a paused schedule run again", func(ctx context.Context, m schedules.Manager, id, note string) error { return m.Resume(ctx, id, note) }),
		actCommand("trigger", "Runs a schedule once, now", func(ctx context.Context, m schedules.Manager, id, _ string) error { return m.Trigger(ctx, id) }))
	return cmd
}

func planCommand(name, short string, apply bool) *cobra.Command {
	var asJSON, prune bool
	cmd := &cobra.Command{Use: name, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := config.FromEnvironment()
			if err != nil {
				return err
			}
			c, err := app.ReadConfiguration(env)
			if err != nil {
				return err
			}
			return withTemporal(cmd, func(ctx context.Context, a *app.App) error {
				var steps []schedules.Step
				if apply {
					steps, err = a.Schedules().Apply(ctx, c, prune)
				} else {
					steps, err = a.Schedules().Plan(ctx, c)
				}
				if err != nil {
					return err
				}
				return printSteps(cmd.OutOrStdout(), steps, asJSON)
			})
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	if apply {
		cmd.Flags().BoolVar(&prune, "prune", false, "delete schedules of ours that the file does not declare")
	}
	return cmd
}

func printSteps(w io.Writer, steps []schedules.Step, asJSON bool) error {
	if asJSON {
		return printJSON(w, append([]schedules.Step{}, steps...))
	}
	rows := [][]string{}
	for _, s := range steps {
		rows = append(rows, []string{s.ID, s.Action, s.Why})
	}
	return printTable(w, []string{"schedule", "action", "why"}, rows)
}

func listSchedulesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "list", Short: "Lists the schedules", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withTemporal(cmd, func(ctx context.Context, a *app.App) error {
				shown, err := a.Schedules().List(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd.OutOrStdout(), append([]schedules.Shown{}, shown...))
				}
				rows := [][]string{}
				for _, s := range shown {
					state := "running"
					if s.Paused {
						state = "paused"
					}
					rows = append(rows, []string{s.ID, state, clock(s.Last), clock(s.Next), strconv.Itoa(s.Runs), strconv.Itoa(s.Skipped), s.Note})
				}
				return printTable(cmd.OutOrStdout(), []string{"schedule", "state", "last", "next", "runs", "skipped", "note"}, rows)
			})
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func clock(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

func actCommand(name, short string, act func(ctx context.Context, m schedules.Manager, id, note string) error) *cobra.Command {
	var note string
	cmd := &cobra.Command{Use: name + " SCHEDULE", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withTemporal(cmd, func(ctx context.Context, a *app.App) error {
				if err := act(ctx, a.Schedules(), args[0], note); err != nil {
					return err
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: %s done\n", args[0], name)
				return err
			})
		}}
	if name != "trigger" {
		cmd.Flags().StringVar(&note, "note", "by "+operatorName(), "why, shown with the schedule")
	}
	return cmd
}

func backfillCommand() *cobra.Command {
	var from, to string
	var wait time.Duration
	var asJSON bool
	cmd := &cobra.Command{Use: "backfill SCHEDULE", Short: "Reads the past again, losing no tick, and prints what the ledger covers", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			start, err := instant("from", from)
			if err != nil {
				return err
			}
			end, err := instant("to", to)
			if err != nil {
				return err
			}
			return withTemporal(cmd, func(ctx context.Context, a *app.App) error {
				ctx, cancel := context.WithTimeout(ctx, wait)
				defer cancel()
				coverage, err := a.Schedules().Backfill(ctx, args[0], start, end)
				if err != nil {
					return err
				}
				return printCoverage(cmd.OutOrStdout(), coverage, asJSON)
			})
		}}
	cmd.Flags().StringVar(&from, "from", "", "first nominal time: a day or an RFC 3339 time")
	cmd.Flags().StringVar(&to, "to", "", "last nominal time")
	cmd.Flags().DurationVar(&wait, "wait", 10*time.Minute, "how long to wait for the ticks")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printCoverage(w io.Writer, c schedules.Coverage, asJSON bool) error {
	if asJSON {
		if err := printJSON(w, c); err != nil {
			return err
		}
	} else {
		rows := [][]string{}
		for _, t := range c.Ticks {
			rows = append(rows, []string{clock(&t.Nominal), clock(&t.From), clock(&t.To), strconv.Itoa(t.Reads), strconv.Itoa(t.Found), strconv.Itoa(t.Registered)})
		}
		if err := printTable(w, []string{"nominal", "read from", "read to", "reads", "found", "registered"}, rows); err != nil {
			return err
		}
		fmt.Fprintf(w, "%d of %d ticks covered\n", c.Covered, len(c.Ticks))
	}
	if !c.Complete() {
		return errors.New("some ticks are not read yet; see the schedule's runs in the Web UI")
	}
	return nil
}
