package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/config"
)

func proposeCommand() *cobra.Command {
	var p app.ProposeParams
	var write, asJSON bool
	cmd := &cobra.Command{Use: "propose SUPPLIER", Short: "Proposes a partner's profile from a supplier of M3 and its trading partner at Cleo", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p.Supplier = args[0]
			return withStores(cmd, func(ctx context.Context, a *app.App) error {
				return propose(ctx, cmd.OutOrStdout(), a, p, write, asJSON)
			})
		}}
	cmd.Flags().StringVar(&p.Company, "company", "", "the supplier's company, where several have the number")
	cmd.Flags().StringVar(&p.ID, "id", "", "the partner's id; else the supplier's search key")
	cmd.Flags().BoolVar(&write, "write", false, "save the profile in the configuration folder, as .yaml.proposed while something is missing, and write over nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// propose prints the profile, or saves it and prints what comes next.
func propose(ctx context.Context, w io.Writer, a *app.App, p app.ProposeParams, write, asJSON bool) error {
	proposal, err := a.ProposePartner(ctx, p)
	if err != nil {
		return errors.New(printable(err.Error()))
	}
	path := ""
	if write {
		if path, err = a.WriteProposal(proposal); err != nil {
			return err
		}
	}
	switch {
	case asJSON:
		return printJSON(w, proposal)
	case write:
		return printNext(w, path, proposal)
	}
	_, err = w.Write(proposal.YAML())
	return err
}

// printNext tells what a person does with a profile that was saved.
func printNext(w io.Writer, path string, p config.Proposal) error {
	fmt.Fprintln(w, "saved "+path)
	if len(p.Missing) > 0 {
		fmt.Fprintln(w, "no worker reads it yet; complete it, and `config check` tells what is left:")
		for _, q := range p.Missing {
			fmt.Fprintf(w, "  %-22s %s\n", q.Setting, q.Ask)
		}
		fmt.Fprintf(w, "then rename it to %s\n", p.CompleteFile())
	}
	_, err := fmt.Fprintf(w, "then: tradewind config check; tradewind partners test --partner %s FILE, with a file of the partner\n", p.Profile.ID)
	return err
}
