package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"tradewind/edi/schema"
	"tradewind/internal/app"
	"tradewind/internal/config"
	"tradewind/internal/operator"
)

func tryCommand() *cobra.Command {
	var partner string
	var asJSON bool
	cmd := &cobra.Command{Use: "test FILE", Short: "Shows what would become of a file, without side effects; exit status 1 where something would stop, 2 where there is no X12",
		Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error { return try(cmd, args[0], partner, asJSON) }}
	cmd.Flags().StringVar(&partner, "partner", "", "id of the partner whose profile holds; else the envelope says")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func try(cmd *cobra.Command, name, partner string, asJSON bool) error {
	env, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	c, err := app.ReadConfiguration(env)
	if err != nil {
		return err
	}
	var content []byte
	if name == "-" {
		content, err = io.ReadAll(cmd.InOrStdin())
	} else {
		content, err = os.ReadFile(name)
	}
	if err != nil {
		return exitError{exitNoX12, err}
	}
	trials, err := operator.Try(c, content, partner)
	if errors.Is(err, schema.ErrNoInterchange) {
		return exitError{exitNoX12, fmt.Errorf("%s: %w", name, err)}
	}
	stopped := err
	for _, t := range trials {
		if len(t.Reasons) > 0 && stopped == nil {
			stopped = exitError{exitFindings, fmt.Errorf("%s: not everything in it could go on", name)}
		}
	}
	if asJSON {
		if trials == nil {
			trials = []operator.Trial{}
		}
		return errors.Join(printJSON(cmd.OutOrStdout(), trials), stopped)
	}
	for _, t := range trials {
		printTrial(cmd.OutOrStdout(), t)
	}
	return stopped
}

func printTrial(w io.Writer, t operator.Trial) {
	fmt.Fprintln(w, printable(fmt.Sprintf("%s: %s %s of partner %q for company %q", t.Path, t.Set, t.Number, t.Partner, t.Company)))
	for _, r := range t.Reasons {
		fmt.Fprintln(w, "  would stop: "+printable(r.String()))
	}
	for _, row := range operator.ProposedRows(t.Proposals) {
		fmt.Fprintln(w, "  "+printable(row))
	}
	if i := t.Invoice; i != nil {
		fmt.Fprintln(w, printable(fmt.Sprintf("  %s %s of %s, %s %s, supplier %s, payee %s", i.Kind, i.Number, i.Date, i.Total, i.Currency, i.Supplier, i.Payee)))
		for _, l := range i.Lines {
			fmt.Fprintln(w, printable(fmt.Sprintf("  %s: order %q line %q, %s %s at %s, %s", l.Place, l.Order, l.ID, l.Quantity, l.Unit, l.Price, l.Amount)))
		}
		for _, c := range i.Charges {
			fmt.Fprintln(w, printable(fmt.Sprintf("  %s: charge %s as %s, %s", c.Place, c.Code, c.Element, c.Amount)))
		}
		for _, x := range i.Taxes {
			fmt.Fprintln(w, printable(fmt.Sprintf("  %s: tax %s as %s, %s", x.Place, x.Type, x.Code, x.Amount)))
		}
	}
}
