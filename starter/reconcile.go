package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
)

func reconcileCommand() *cobra.Command {
	var from, to string
	var asJSON bool
	cmd := &cobra.Command{Use: "reconcile", Short: "Proves that every record is accounted for", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			start, err := day(from, time.Time{})
			if err != nil {
				return err
			}
			end, err := day(to, time.Now().UTC().Truncate(24*time.Hour))
			if err != nil {
				return err
			}
			return withStores(cmd, func(ctx context.Context, a *app.App) error {
				report, err := reconcile.Records(ctx, a.Ledger, start, end.Add(24*time.Hour-time.Microsecond))
				if err != nil {
					return err
				}
				if asJSON {
					err = printJSON(cmd.OutOrStdout(), report)
				} else {
					err = printReport(cmd.OutOrStdout(), report)
				}
				if err == nil && !report.Balanced {
					err = errors.New("the reconciliation does not balance; the open records are listed")
				}
				return err
			})
		}}
	cmd.Flags().StringVar(&from, "from", "", "first day, YYYY-MM-DD, UTC; everything when empty")
	cmd.Flags().StringVar(&to, "to", "", "last day, YYYY-MM-DD, UTC; today when empty")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// printReport prints the chains, what became of the records and why, and whether all is explained.
func printReport(w io.Writer, r reconcile.Report) error {
	var chains, outcomes [][]string
	for _, c := range r.Chains {
		done, amount := finished(c)
		parked, held, duplicates := c.Counts[trade.StateParked], c.Counts[trade.StateHeld], c.Counts[trade.StateDuplicate]
		chains = append(chains, []string{string(c.Flow), c.Company, c.Partner, c.Currency, strconv.Itoa(c.Received), strconv.Itoa(done), strconv.Itoa(parked),
			strconv.Itoa(held), strconv.Itoa(duplicates), strconv.Itoa(c.Received - done - parked - held - duplicates), amount.String(), strconv.FormatBool(c.Balanced)})
	}
	if err := printTable(w, []string{"flow", "company", "partner", "currency", "received", "done", "parked", "held", "duplicate", "other", "amount done", "balanced"}, chains); err != nil {
		return err
	}
	for _, o := range r.Outcomes {
		outcomes = append(outcomes, []string{string(o.Flow), string(o.State), strconv.Itoa(o.Records), o.Reason, o.Example.Number, o.Example.Reason.Message})
	}
	if err := printTable(w, []string{"flow", "state", "records", "reason", "for example", "because"}, outcomes); err != nil {
		return err
	}
	for _, c := range r.Chains {
		for _, id := range c.Open {
			fmt.Fprintf(w, "unexplained: %s\n", id)
		}
	}
	_, err := fmt.Fprintf(w, "balanced: %t\n", r.Balanced)
	return err
}

// finished counts what is sent or posted, with its amount.
func finished(c reconcile.Chain) (n int, amount decimal.Decimal) {
	for state, count := range c.Counts {
		if state.Delivered() || state == trade.StatePosted {
			n += count
			amount = amount.Add(decimal.RequireFromString(c.Amounts[state]))
		}
	}
	return n, amount
}
