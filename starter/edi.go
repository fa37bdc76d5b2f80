package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/schema"
)

// The exit statuses of `edi validate`.
const (
	exitFindings = 1
	exitNoX12    = 2
)

// exitError ends the program with a status of its own.
type exitError struct {
	status int
	err    error
}

func (e exitError) Error() string { return e.err.Error() }

func (e exitError) Unwrap() error { return e.err }

func ediCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "edi", Short: "Reads and judges X12 files"}
	cmd.AddCommand(validateCommand(), inspectCommand(), ackCommand())
	return cmd
}

// open gives the file of a name; "-" is standard input.
func open(cmd *cobra.Command, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(cmd.InOrStdin()), nil
	}
	return os.Open(name)
}

// streamingMemory is what the collector aims at while a file streams through.
const streamingMemory = 16 << 20

func validateCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "validate FILE", Short: "Checks a file against the set tables; exit status 1 for faults, 2 where there is no X12", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := open(cmd, args[0])
			if err != nil {
				return err
			}
			defer in.Close()
			debug.SetMemoryLimit(streamingMemory) // a file of any length is read in little memory
			out := bufio.NewWriter(cmd.OutOrStdout())
			var h schema.Handler = &plainReport{w: out}
			if asJSON {
				h = &jsonReport{w: out}
			}
			ok, err := schema.Validate(in, h, schema.Options{})
			if asJSON && !errors.Is(err, schema.ErrNoInterchange) {
				h.(*jsonReport).close(ok)
			}
			if flushErr := out.Flush(); err == nil {
				err = flushErr
			}
			switch {
			case errors.Is(err, schema.ErrNoInterchange):
				return exitError{exitNoX12, fmt.Errorf("%s: %w", args[0], err)}
			case err != nil:
				return err
			case !ok:
				return exitError{exitFindings, fmt.Errorf("%s has faults", args[0])}
			}
			return nil
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// plainReport prints what it is told as it comes.
type plainReport struct{ w io.Writer }

func (p *plainReport) BeginInterchange(ic edi.Interchange) {
	fmt.Fprintf(p.w, "interchange %s from %s to %s\n", ic.Control, ic.Sender, ic.Receiver)
}

func (p *plainReport) BeginGroup(g edi.Group) {
	fmt.Fprintf(p.w, "  group %s %s, version %s\n", g.Functional, g.Control, g.Version)
}

func (p *plainReport) Set(s schema.SetReport) {
	fmt.Fprintf(p.w, "    set %s %s: %s, %d segments\n", s.Set, s.Control, s.Verdict, s.Segments)
	p.findings("      ", s.Findings)
	if s.Omitted > 0 {
		fmt.Fprintf(p.w, "      and %d more\n", s.Omitted)
	}
}

func (p *plainReport) EndGroup(f []schema.Finding) { p.findings("  ", f) }

func (p *plainReport) EndInterchange(f []schema.Finding) { p.findings("", f) }

func (p *plainReport) findings(indent string, findings []schema.Finding) {
	for _, f := range findings {
		fmt.Fprintf(p.w, "%s%s %s, byte %d: %s [%s]\n", indent, f.Severity, f.Path, f.Offset, f.Message, f.Code)
	}
}

// jsonReport writes the JSON of a validation as it goes on, so that the length of a
// file does not matter.
type jsonReport struct {
	w                          io.Writer
	interchanges, groups, sets int
}

func (j *jsonReport) BeginInterchange(ic edi.Interchange) {
	j.separator(j.interchanges, `{"interchanges":[`)
	j.interchanges++
	j.groups = 0
	j.fields(map[string]string{"control": ic.Control, "sender": ic.Sender, "receiver": ic.Receiver, "version": ic.Version})
	j.text(`,"groups":[`)
}

func (j *jsonReport) BeginGroup(g edi.Group) {
	j.separator(j.groups, "")
	j.groups++
	j.sets = 0
	j.fields(map[string]string{"functional": g.Functional, "control": g.Control, "version": g.Version})
	j.text(`,"sets":[`)
}

func (j *jsonReport) Set(s schema.SetReport) {
	j.separator(j.sets, "")
	j.sets++
	j.value(s)
}

func (j *jsonReport) EndGroup(f []schema.Finding) { j.end(f) }

func (j *jsonReport) EndInterchange(f []schema.Finding) { j.end(f) }

// end closes a list and its object.
func (j *jsonReport) end(findings []schema.Finding) {
	j.text(`],"findings":`)
	j.value(append([]schema.Finding{}, findings...))
	j.text("}")
}

func (j *jsonReport) close(ok bool) {
	if j.interchanges == 0 {
		j.text(`{"interchanges":[`)
	}
	j.text(fmt.Sprintf("],\"ok\":%t}\n", ok))
}

// separator stands in front of an element of a list.
func (j *jsonReport) separator(before int, opening string) {
	if before > 0 {
		j.text(",")
		return
	}
	j.text(opening)
}

// fields writes the beginning of an object, without its end.
func (j *jsonReport) fields(f map[string]string) {
	content, _ := json.Marshal(f) // strings always marshal
	j.text(strings.TrimSuffix(string(content), "}"))
}

func (j *jsonReport) value(v any) {
	content, err := json.Marshal(v)
	if err != nil {
		content = []byte("null")
	}
	_, _ = j.w.Write(content) // Flush tells
}

func (j *jsonReport) text(s string) { _, _ = io.WriteString(j.w, s) } // Flush tells

func inspectCommand() *cobra.Command {
	return &cobra.Command{Use: "inspect FILE", Short: "Prints a readable outline with the names of elements", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := open(cmd, args[0])
			if err != nil {
				return err
			}
			defer in.Close()
			out := bufio.NewWriter(cmd.OutOrStdout())
			err = inspect(out, in)
			return errors.Join(err, out.Flush())
		}}
}

// inspect prints each segment with its elements; envelopes decide how far in.
func inspect(w io.Writer, r io.Reader) error {
	decoder := edi.NewDecoder(r)
	decoder.Tolerate(func(fault *edi.SyntaxError) { fmt.Fprintf(w, "!! %v\n", fault) })
	tables, _, err := schema.ForVersion("004010")
	if err != nil {
		return err
	}
	depth := 0
	for {
		s, err := decoder.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch id := s.ID(); id {
		case "ISA":
			depth = 0
		case "GS":
			if tables, _, err = schema.ForVersion(s.Text(8)); err != nil {
				return err
			}
			depth = 1
		case "GE", "IEA":
			depth = max(depth-1, 0)
		case "ST":
			depth = 2
		}
		fmt.Fprintf(w, "%s%s\n", strings.Repeat("  ", depth), s.ID())
		for i := 1; i <= s.Len(); i++ {
			if value := s.Text(i); value != "" {
				fmt.Fprintf(w, "%s  %s%02d %-40s %s\n", strings.Repeat("  ", depth), s.ID(), i, tables.ElementName(s.ID(), i), value)
			}
		}
		if s.Is("ST") {
			depth = 3
		}
		if s.Is("SE") {
			depth = 2
		}
	}
}

func ackCommand() *cobra.Command {
	return &cobra.Command{Use: "ack FILE", Short: "Prints the 997 that a file deserves", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := open(cmd, args[0])
			if err != nil {
				return err
			}
			defer in.Close()
			var c ack.Collector
			if _, err := schema.Validate(in, &c, schema.Options{}); errors.Is(err, schema.ErrNoInterchange) {
				return exitError{exitNoX12, fmt.Errorf("%s: %w", args[0], err)}
			} else if err != nil {
				return err
			}
			for i, ic := range c.Interchanges {
				numbers := ack.Numbers{Interchange: int64(i + 1), Group: 1}
				if _, err := ic.Write(cmd.OutOrStdout(), edi.DefaultDelimiters, numbers, time.Now().UTC()); err != nil {
					return fmt.Errorf("%s: interchange %s cannot be answered: %w", args[0], ic.Control, err)
				}
			}
			return nil
		}}
}
