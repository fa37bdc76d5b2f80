package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/ledger"
	"tradewind/internal/operator"
	"tradewind/internal/trade"
)

func recordsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "records", Short: "Business documents on their way"}
	cmd.AddCommand(listCommand(), showCommand(), replayCommand(), resolveCommand())
	return cmd
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
	Warning    string      `json:"warning,omitempty"`
}

func listedRecord(r ledger.Record) listed {
	return listed{r.ID, r.Flow, r.Company, r.Partner, r.Set, r.Number, r.State, r.Reason.Code, r.Amount, r.Currency, r.ID, r.UpdatedAt, r.Warning}
}

func listCommand() *cobra.Command {
	var f ledger.Filter
	var state, flow string
	var warned, asJSON bool
	cmd := &cobra.Command{Use: "list", Short: "Lists records and why they stopped", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.State, f.Flow = trade.State(state), trade.Flow(flow)
			return withStores(cmd, func(ctx context.Context, a *app.App) error {
				list := a.Ledger.Records
				if warned {
					list = a.Ledger.Warned
				}
				records, err := list(ctx, f)
				if err != nil {
					return err
				}
				return printRecords(cmd.OutOrStdout(), records, asJSON)
			})
		}}
	cmd.Flags().StringVar(&state, "state", "", "only records in this state")
	cmd.Flags().StringVar(&flow, "flow", "", "only records of this flow")
	cmd.Flags().StringVar(&f.Company, "company", "", "only records of this company, such as 100-AAA")
	cmd.Flags().StringVar(&f.Partner, "partner", "", "only records of this partner")
	cmd.Flags().StringVar(&f.Reason, "reason", "", "only records that stopped with this reason code")
	cmd.Flags().BoolVar(&warned, "warning", false, "only records with a warning, such as an invoice that looks like another")
	cmd.Flags().IntVar(&f.Limit, "limit", 0, "at most so many; 0 is all")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printRecords(w io.Writer, records []ledger.Record, asJSON bool) error {
	if asJSON {
		out := []listed{}
		for _, r := range records {
			out = append(out, listedRecord(r))
		}
		return printJSON(w, out)
	}
	rows := [][]string{}
	for _, r := range records {
		rows = append(rows, []string{r.ID, r.Partner, string(r.State), r.Amount, r.Currency, because(r)})
	}
	return printTable(w, []string{"record", "partner", "state", "amount", "currency", "reason"}, rows)
}

// because says why a record stopped, and what a person should look at although it goes on.
func because(r ledger.Record) string {
	if r.Warning == "" {
		return r.Reason.String()
	}
	return strings.TrimSpace(r.Reason.String() + " warning: " + r.Warning)
}

// replayWait is how long the command watches what comes of a replay.
const replayWait = 30 * time.Second

func replayCommand() *cobra.Command {
	var how operator.Replay
	var set []string
	var dryRun, asJSON bool
	cmd := &cobra.Command{Use: "replay RECORD...", Short: "Runs parked or finished records again, also with corrected values", Args: cobra.MinimumNArgs(1),
		Example: "  tradewind records replay CHI-78841 --set TDS-01=10050 --note \"total confirmed by the supplier\"\n" +
			"  tradewind records replay 4500045 --set 'lines[2].unit=EA' --dry-run\n" +
			"  tradewind records replay supplier/100/0010045/1 --set email==desk@example.com --note \"asked them\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if how.Set, err = corrections(set); err != nil {
				return err
			}
			if len(how.Set)+len(how.Unset) > 0 && len(args) > 1 {
				return errors.New("--set and --unset correct one record at a time")
			}
			if dryRun {
				return withStores(cmd, func(ctx context.Context, a *app.App) error {
					return previewAll(ctx, cmd.OutOrStdout(), a, args, how, asJSON)
				})
			}
			if err := how.Explained(); err != nil {
				return err
			}
			return withTemporal(cmd, func(ctx context.Context, a *app.App) error {
				return replayAll(ctx, cmd.OutOrStdout(), a, args, how, asJSON)
			})
		}}
	cmd.Flags().StringVar(&how.Note, "note", "", "why, for the audit trail")
	cmd.Flags().StringVar(&how.By, "by", operatorName(), "who asks")
	cmd.Flags().StringVar(&how.Version, "mapping-version", "", "a version ever used; the current one when empty, and always for master data and 838s")
	cmd.Flags().BoolVar(&how.Resend, "resend", false, "send the same bytes with the same numbers once more")
	cmd.Flags().StringArrayVar(&set, "set", nil,
		"correct a value, PATH=VALUE, for this and every later attempt, or choose one of master data, FIELD=infor, FIELD=cleo or FIELD==VALUE; needs --note")
	cmd.Flags().StringArrayVar(&how.Unset, "unset", nil, "take the correction of a PATH back; needs --note")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be sent, and send nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// corrections reads what --set says.
func corrections(set []string) ([]trade.Correction, error) {
	var out []trade.Correction
	for _, text := range set {
		path, value, ok := strings.Cut(text, "=")
		if !ok || path == "" {
			return nil, fmt.Errorf("--set %q is not PATH=VALUE, such as TDS-01=10050 for an invoice or lines[2].unit=EA for an order, "+
				"nor a choice such as email=infor, email=cleo or email==desk@example.com for master data", text)
		}
		out = append(out, trade.Correction{Path: path, Value: value})
	}
	return out, nil
}

func replayAll(ctx context.Context, w io.Writer, a *app.App, terms []string, how operator.Replay, asJSON bool) error {
	var failures []error
	out := []listed{}
	for _, term := range terms {
		after, err := act(ctx, a, term, func(r ledger.Record) error { return a.Operator().Replay(ctx, r, how) })
		if err != nil {
			failures = append(failures, err)
			continue
		}
		if out = append(out, listedRecord(after)); !asJSON {
			fmt.Fprintf(w, "%s is %s %s\n", after.ID, after.State, after.Reason)
		}
	}
	if asJSON {
		failures = append(failures, printJSON(w, out))
	}
	return errors.Join(failures...)
}

// act finds a record, does something with it, and watches what comes of it.
func act(ctx context.Context, a *app.App, term string, do func(ledger.Record) error) (ledger.Record, error) {
	r, err := a.Operator().One(ctx, term)
	if err != nil {
		return r, err
	}
	trail, err := a.Ledger.Events(ctx, r.ID)
	if err != nil {
		return r, err
	}
	if err := do(r); err != nil {
		return r, err
	}
	watch, cancel := context.WithTimeout(ctx, replayWait)
	defer cancel()
	return a.Operator().Rest(watch, r.ID, len(trail))
}

func previewAll(ctx context.Context, w io.Writer, a *app.App, terms []string, how operator.Replay, asJSON bool) error {
	out := []operator.Preview{}
	for _, term := range terms {
		r, err := a.Operator().One(ctx, term)
		if err != nil {
			return err
		}
		p, err := a.Operator().Preview(ctx, r, how)
		if err != nil {
			return err
		}
		if out = append(out, p); !asJSON {
			printPreview(w, p)
		}
	}
	if asJSON {
		return printJSON(w, out)
	}
	return nil
}

func printPreview(w io.Writer, p operator.Preview) {
	switch {
	case !p.Reason.IsZero():
		fmt.Fprintf(w, "%s would park: %s\n", p.Record, p.Reason)
	case p.Version == "":
		fmt.Fprintf(w, "%s:\n%s", p.Record, p.Diff)
	case p.Diff == "":
		fmt.Fprintf(w, "%s: mapping version %.12s gives the same document\n", p.Record, p.Version)
	default:
		fmt.Fprintf(w, "%s with mapping version %.12s:\n%s", p.Record, p.Version, p.Diff)
	}
	for _, note := range p.Notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
}

func resolveCommand() *cobra.Command {
	var note, by string
	cmd := &cobra.Command{Use: "resolve RECORD", Short: "Closes a record that waits for a person", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withTemporal(cmd, func(ctx context.Context, a *app.App) error {
				r, err := act(ctx, a, args[0], func(r ledger.Record) error { return a.Operator().Resolve(ctx, r, by, note) })
				if err == nil {
					_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is %s\n", r.ID, r.State)
				}
				return err
			})
		}}
	cmd.Flags().StringVar(&note, "note", "", "why the record needs no sending")
	cmd.Flags().StringVar(&by, "by", operatorName(), "who resolves")
	return cmd
}
