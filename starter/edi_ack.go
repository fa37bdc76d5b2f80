package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"tradewind/edi/ack"
	"tradewind/edi/schema"
)

func ackCommand() *cobra.Command {
	var partner string
	var o ack.Options
	cmd := &cobra.Command{Use: "ack FILE", Short: "Prints the acknowledgement that a file deserves: 997 or 999, and TA1", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			rules, err := partnerRules(partner)
			if err != nil {
				return err
			}
			return withFile(cmd, args[0], func(in io.Reader, out *bufio.Writer) error {
				return acknowledge(in, out, cmd.ErrOrStderr(), args[0], schema.Options{Partner: rules}, o)
			})
		}}
	cmd.Flags().Var(oneOf(&o.Kind, map[string]ack.Kind{"997": ack.Functional, "999": ack.Implementation}, "997"), "kind",
		"997, or 999, which answers groups of 005010 and later only")
	cmd.Flags().BoolVar(&o.FailingOnly, "failing", false, "tell only of sets in which something is wrong")
	cmd.Flags().BoolVar(&o.Reject, "reject", false, "reject sets with errors, which else are accepted with errors noted")
	cmd.Flags().Var(oneOf(&o.TA1, map[string]ack.When{"requested": ack.Requested, "always": ack.Always, "never": ack.Never}, "requested"), "ta1",
		"when to answer the interchange too: requested, always or never")
	partnerFlag(cmd, &partner)
	return cmd
}

// acknowledge writes the answers to a file, and nothing else, to out.
func acknowledge(in io.Reader, out *bufio.Writer, notes io.Writer, name string, rules schema.Options, o ack.Options) error {
	written, err := ack.Acknowledge(out, in, rules, o, ack.Numbers{Interchange: 1, Group: 1}, time.Now().UTC())
	switch {
	case errors.Is(err, schema.ErrNoInterchange):
		return err
	case err != nil:
		return fmt.Errorf("%s: %s", name, printable(err.Error()))
	case written == 0:
		_, err = fmt.Fprintf(notes, "tradewind: %s: nothing is to be answered: acknowledgements never are, and a rejected interchange only where it asks, or with --ta1 always\n", name)
	}
	return err
}
