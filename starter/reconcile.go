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

func printReport(w io.Writer, r reconcile.Report) error {
	rows := [][]string{}
	for _, c := range r.Chains {
		sent, parked := c.Counts[trade.StateSent], c.Counts[trade.StateParked]
		rows = append(rows, []string{c.Company, c.Partner, c.Currency, strconv.Itoa(c.Received), strconv.Itoa(sent), strconv.Itoa(parked),
			strconv.Itoa(c.Received - sent - parked), c.Amounts[trade.StateSent], c.Amounts[trade.StateParked], strconv.FormatBool(c.Balanced)})
	}
	if err := printTable(w, []string{"company", "partner", "currency", "received", "sent", "parked", "other", "amount sent", "amount parked", "balanced"}, rows); err != nil {
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
