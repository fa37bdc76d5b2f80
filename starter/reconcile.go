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
				report, err := a.Reconcile(ctx, start, end.Add(24*time.Hour-time.Microsecond))
				if err != nil {
					return err
				}
				if asJSON {
					err = printJSON(cmd.OutOrStdout(), report)
				} else {
					err = printReport(cmd.OutOrStdout(), report)
				}
				if err == nil && !report.Balanced {
					err = errors.New("the reconciliation does not balance; what is unexplained is listed")
				}
				return err
			})
		}}
	cmd.Flags().StringVar(&from, "from", "", "first day, YYYY-MM-DD, UTC; everything when empty")
	cmd.Flags().StringVar(&to, "to", "", "last day, YYYY-MM-DD, UTC; today when empty")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// chains are the flows in the order in which they are printed, with what each proves.
var chains = []struct {
	flow  trade.Flow
	title string
}{
	{trade.OrdersOut, "chain A, orders-out: purchase orders from M3 to Cleo"},
	{trade.InvoicesIn, "chain B, invoices-in: invoices from Cleo to M3"},
	{trade.InvoicesOut, "invoices-out: invoices of accounts payable from M3 to Cleo"},
	{trade.Suppliers, "suppliers: differences between M3 and Cleo"},
	{trade.Customers, "customers: differences between M3 and Cleo"},
	{trade.Accounts, "accounts: differences between M3 and Cleo"},
	{trade.AcksIn, "acks-in: what partners acknowledged"},
	{trade.AcksOut, "acks-out: what partners' files were answered with"},
}

// printReport prints for each flow its chains with their sums, and what became of the records
// and why; then whether all is explained.
func printReport(w io.Writer, r reconcile.Report) error {
	for _, c := range chains {
		if err := printFlow(w, r, c.flow, c.title); err != nil {
			return err
		}
	}
	if err := printMasterData(w, r.MasterData); err != nil {
		return err
	}
	for _, id := range unexplained(r) {
		fmt.Fprintf(w, "unexplained: %s\n", id)
	}
	_, err := fmt.Fprintf(w, "balanced: %t\n", r.Balanced)
	return err
}

func printFlow(w io.Writer, r reconcile.Report, flow trade.Flow, title string) error {
	var rows, outcomes [][]string
	var sums []*tally
	for _, c := range r.Chains {
		if c.Flow == flow {
			t := tallyOf(c)
			rows, sums = append(rows, t.row()), t.into(sums)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	for _, sum := range sums {
		rows = append(rows, sum.row())
	}
	for _, o := range r.Outcomes {
		if o.Flow == flow {
			outcomes = append(outcomes, []string{string(o.State), strconv.Itoa(o.Records), o.Reason, o.Example.Number, o.Example.Reason.Message})
		}
	}
	fmt.Fprintln(w, title)
	err := printTable(w, []string{"company", "partner", "currency", "received", "done", "parked", "held", "duplicate", "other", "amount", "amount done", "unexplained"}, rows)
	if err == nil {
		err = printTable(w, []string{"state", "records", "reason", "for example", "because"}, outcomes)
	}
	fmt.Fprintln(w)
	return err
}

// tally counts the records of a chain, or of all chains of a currency.
type tally struct {
	company, partner, currency                      string
	received, done, parked, held, duplicates, other int
	amount, amountDone                              decimal.Decimal
	unexplained                                     int
}

func tallyOf(c reconcile.Chain) tally {
	t := tally{company: c.Company, partner: c.Partner, currency: c.Currency, received: c.Received, unexplained: len(c.Open),
		parked: c.Counts[trade.StateParked], held: c.Counts[trade.StateHeld], duplicates: c.Counts[trade.StateDuplicate]}
	t.done, t.amountDone = finished(c)
	t.other = t.received - t.done - t.parked - t.held - t.duplicates
	for _, amount := range c.Amounts {
		t.amount = t.amount.Add(decimal.RequireFromString(amount))
	}
	return t
}

// into adds a chain to the sum of its currency, which comes first when it is new.
func (t tally) into(sums []*tally) []*tally {
	for _, sum := range sums {
		if sum.currency == t.currency {
			sum.received, sum.done, sum.parked, sum.held = sum.received+t.received, sum.done+t.done, sum.parked+t.parked, sum.held+t.held
			sum.duplicates, sum.other = sum.duplicates+t.duplicates, sum.other+t.other
			sum.amount, sum.amountDone, sum.unexplained = sum.amount.Add(t.amount), sum.amountDone.Add(t.amountDone), sum.unexplained+t.unexplained
			return sums
		}
	}
	t.company, t.partner = "sum", ""
	return append(sums, &t)
}

func (t tally) row() []string {
	row := []string{t.company, t.partner, t.currency}
	for _, n := range []int{t.received, t.done, t.parked, t.held, t.duplicates, t.other} {
		row = append(row, strconv.Itoa(n))
	}
	return append(row, money(t.amount), money(t.amountDone), strconv.Itoa(t.unexplained))
}

// money writes an amount with its cents, and with more digits where it has more.
func money(d decimal.Decimal) string {
	if d.Exponent() < -2 {
		return d.String()
	}
	return d.StringFixed(2)
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
