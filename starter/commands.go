package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
)

func root() *cobra.Command {
	cmd := &cobra.Command{Use: "tradewind", Short: "Connects Infor M3 with Cleo on Temporal", SilenceUsage: true, SilenceErrors: true}
	cmd.AddCommand(demoCommand(), configCommand(), recordsCommand(), reconcileCommand())
	return cmd
}

func demoCommand() *cobra.Command {
	var o app.DemoOptions
	var exit, asJSON bool
	cmd := &cobra.Command{Use: "demo", Short: "Runs the main job against a sandbox of both systems", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := config.FromEnvironment()
			if err != nil {
				return err
			}
			o.Progress = cmd.ErrOrStderr()
			d, err := app.StartDemo(cmd.Context(), env, o)
			if err != nil {
				return err
			}
			result, err := d.Run(cmd.Context())
			if err == nil {
				err = printDemo(cmd.OutOrStdout(), result, asJSON)
			}
			if err == nil && !exit {
				fmt.Fprintf(cmd.ErrOrStderr(), "Web UI: %s — Ctrl-C ends the demo\n", result.WebUI)
				<-cmd.Context().Done()
			}
			if closeErr := d.Close(); err == nil {
				err = closeErr
			}
			if err == nil && !result.OK {
				err = fmt.Errorf("the reconciliation does not balance")
			}
			return err
		}}
	cmd.Flags().BoolVar(&exit, "exit", false, "end when the work is done instead of leaving the Web UI up")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as one line of JSON")
	cmd.Flags().IntVar(&o.Orders, "orders", 40, "original 850s to make; exceptions come on top")
	cmd.Flags().BoolVar(&o.Hostile, "faults", false, "let both systems fail in every way that can be looked up afterwards")
	cmd.Flags().StringVar(&o.Dump, "dump", "", "folder for what the sandbox really holds at the end")
	return cmd
}

func printDemo(w io.Writer, r app.DemoResult, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	printReport(w, r.Reconcile)
	return nil
}

func configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "The configuration folder"}
	cmd.AddCommand(&cobra.Command{Use: "check", Short: "Validates the whole configuration", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := config.FromEnvironment()
			if err != nil {
				return err
			}
			files, err := config.ReadFolder(env.Config)
			if err != nil {
				return err
			}
			c, err := config.Load(files)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "valid: %d companies, %d partners, %d schedules, mapping version %.12s\n",
				len(c.Companies), len(c.Partners), len(c.Schedules), c.Version)
			return nil
		}})
	return cmd
}

// withLedger opens the ledger of the environment for a command that only reads.
func withLedger(cmd *cobra.Command, do func(*ledger.Ledger) error) error {
	env, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	l, err := ledger.Open(cmd.Context(), env.LedgerURL, env.State)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.Migrate(cmd.Context()); err != nil {
		return err
	}
	return do(l)
}

// listed is a record as `records list --json` gives it.
type listed struct {
	ID         string      `json:"id"`
	Flow       trade.Flow  `json:"flow"`
	Company    string      `json:"company"`
	Partner    string      `json:"partner"`
	Set        string      `json:"set"`
	Number     string      `json:"number"`
	State      trade.State `json:"state"`
	Reason     string      `json:"reason"`
	Amount     string      `json:"amount"`
	Currency   string      `json:"currency"`
	WorkflowID string      `json:"workflowId"`
	UpdatedAt  time.Time   `json:"updatedAt"`
}

func recordsCommand() *cobra.Command {
	var state, flow string
	var asJSON bool
	list := &cobra.Command{Use: "list", Short: "Lists records and why they stopped", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withLedger(cmd, func(l *ledger.Ledger) error {
				records, err := l.Records(cmd.Context(), ledger.Filter{State: trade.State(state), Flow: trade.Flow(flow)})
				if err != nil {
					return err
				}
				return printRecords(cmd.OutOrStdout(), records, asJSON)
			})
		}}
	list.Flags().StringVar(&state, "state", "", "only records in this state")
	list.Flags().StringVar(&flow, "flow", "", "only records of this flow")
	list.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd := &cobra.Command{Use: "records", Short: "Business documents on their way"}
	cmd.AddCommand(list)
	return cmd
}

func printRecords(w io.Writer, records []ledger.Record, asJSON bool) error {
	if asJSON {
		out := []listed{}
		for _, r := range records {
			out = append(out, listed{r.ID, r.Flow, r.Company, r.Partner, r.Set, r.Number, r.State, r.Reason.Code, r.Amount, r.Currency, r.ID, r.UpdatedAt})
		}
		return json.NewEncoder(w).Encode(out)
	}
	t := table.NewWriter()
	t.SetOutputMirror(w)
	t.AppendHeader(table.Row{"record", "partner", "state", "amount", "", "reason"})
	for _, r := range records {
		t.AppendRow(table.Row{r.ID, r.Partner, r.State, r.Amount, r.Currency, r.Reason.String()})
	}
	t.Render()
	return nil
}

func reconcileCommand() *cobra.Command {
	var from, to string
	var asJSON bool
	cmd := &cobra.Command{Use: "reconcile", Short: "Proves that every record is accounted for", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			start, err := day(from, time.Time{})
			if err != nil {
				return err
			}
			end, err := day(to, time.Now().UTC())
			if err != nil {
				return err
			}
			return withLedger(cmd, func(l *ledger.Ledger) error {
				report, err := reconcile.Outward(cmd.Context(), l, trade.OrdersOut, start, end.Add(24*time.Hour))
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(report)
				}
				printReport(cmd.OutOrStdout(), report)
				return nil
			})
		}}
	cmd.Flags().StringVar(&from, "from", "", "first day, YYYY-MM-DD")
	cmd.Flags().StringVar(&to, "to", "", "last day, YYYY-MM-DD")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
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

func printReport(w io.Writer, r reconcile.Report) {
	t := table.NewWriter()
	t.SetOutputMirror(w)
	t.AppendHeader(table.Row{"company", "partner", "", "received", "sent", "parked", "other", "amount sent", "balanced"})
	for _, c := range r.Chains {
		sent, parked := c.Counts[trade.StateSent], c.Counts[trade.StateParked]
		t.AppendRow(table.Row{c.Company, c.Partner, c.Currency, c.Received, sent, parked, c.Received - sent - parked, c.Amounts[trade.StateSent], c.Balanced})
	}
	t.Render()
	fmt.Fprintf(w, "balanced: %t\n", r.Balanced)
}
