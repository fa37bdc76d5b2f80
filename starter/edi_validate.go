package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"tradewind/edi"
	"tradewind/edi/schema"
)

func validateCommand() *cobra.Command {
	var asJSON bool
	var partner string
	cmd := &cobra.Command{Use: "validate FILE", Short: "Checks a file against the set tables; exit status 1 for faults, 2 where there is no X12", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			rules, err := partnerRules(partner)
			if err != nil {
				return err
			}
			return withFile(cmd, args[0], func(in io.Reader, out *bufio.Writer) error {
				return validate(in, out, args[0], schema.Options{Partner: rules}, asJSON)
			})
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	partnerFlag(cmd, &partner)
	return cmd
}

// report is a handler that has something to say at the end.
type report interface {
	schema.Handler
	close(ok bool)
}

func validate(in io.Reader, out *bufio.Writer, name string, options schema.Options, asJSON bool) error {
	var to report = &plainReport{plainText: plainText{w: out}}
	if asJSON {
		to = &jsonReport{w: out}
	}
	stream()
	ok, err := schema.Validate(in, to, options)
	to.close(ok && err == nil)
	if err == nil && !ok {
		err = exitError{exitFindings, fmt.Errorf("%s has faults", name)}
	}
	return err
}

// plainReport prints what it is told as it comes, and counts.
type plainReport struct {
	plainText
	interchanges, groups, sets int
	errors, warnings, omitted  int
}

func (p *plainReport) BeginInterchange(ic edi.Interchange) {
	p.interchanges++
	p.line(0, "interchange %s from %s %s to %s %s", ic.Control, ic.SenderQualifier, ic.Sender, ic.ReceiverQualifier, ic.Receiver)
}

func (p *plainReport) BeginGroup(g edi.Group) {
	p.groups++
	p.line(1, "group %s %s, version %s", short(g.Functional), short(g.Control), short(g.Version))
}

func (p *plainReport) Set(s schema.SetReport) {
	p.sets++
	p.line(2, "set %s %s: %s, %s", s.Set, s.Control, s.Verdict, counted(s.Segments, "segment"))
	p.findings(3, s.Findings)
	p.omit(3, s.Omitted)
}

func (p *plainReport) EndGroup(g schema.GroupReport) {
	p.findings(1, g.Findings)
	p.omit(1, g.Omitted)
}

func (p *plainReport) EndInterchange(r schema.InterchangeReport) {
	p.findings(0, r.Findings)
	p.omit(0, r.Omitted)
}

// omit says how many findings are not shown.
func (p *plainReport) omit(depth, n int) {
	if n > 0 {
		p.omitted += n
		p.line(depth, "and %s not shown", counted(n, "finding"))
	}
}

func (p *plainReport) findings(depth int, findings []schema.Finding) {
	for _, f := range findings {
		if f.Severity == schema.Error {
			p.errors++
		} else {
			p.warnings++
		}
		p.finding(depth, f)
	}
}

// close sums up.
func (p *plainReport) close(bool) {
	if p.interchanges == 0 {
		return
	}
	var found []string
	if p.errors > 0 {
		found = append(found, counted(p.errors, "error"))
	}
	if p.warnings > 0 {
		found = append(found, counted(p.warnings, "warning"))
	}
	if p.omitted > 0 {
		found = append(found, fmt.Sprintf("%d more not shown", p.omitted))
	}
	if found == nil {
		found = []string{"no faults"}
	}
	p.line(0, "%s in %s, %s, %s", strings.Join(found, ", "), counted(p.interchanges, "interchange"), counted(p.groups, "group"), counted(p.sets, "set"))
}
