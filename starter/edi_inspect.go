package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"tradewind/edi"
	"tradewind/edi/schema"
)

func inspectCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "inspect FILE", Short: "Prints an outline with the names of segments and elements, and what codes mean", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withFile(cmd, args[0], func(in io.Reader, out *bufio.Writer) error {
				var to outline = plainOutline{&plainText{w: out}}
				if asJSON {
					to = newJSONOutline(out)
				}
				return inspect(in, to, args[0])
			})
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON: one object for each segment")
	return cmd
}

// outline takes what an inspection comes by, in order. A fault stands in front of the
// segment that shows it.
type outline interface {
	segment(line)
	fault(*edi.SyntaxError)
	close()
}

// line is a segment with its place in the outline.
type line struct {
	*edi.Segment
	depth      int
	tables     *schema.Tables
	delimiters edi.Delimiters
}

// inspect reads an input of any length and gives its segments to an outline.
func inspect(in io.Reader, to outline, name string) error {
	stream()
	decoder := edi.NewDecoder(in)
	decoder.Tolerate(to.fault)
	tables, _, err := schema.ForVersion("004010") // until a group says
	if err != nil {
		return err
	}
	depth := depths{tables: tables}
	for begun := false; ; begun = true {
		s, err := decoder.Read()
		var fault *edi.SyntaxError
		switch {
		case !begun && (errors.Is(err, io.EOF) || errors.Is(err, edi.ErrNoInterchange)):
			to.close()
			return schema.ErrNoInterchange
		case errors.Is(err, io.EOF):
			to.close()
			return nil
		case errors.As(err, &fault):
			to.fault(fault)
			to.close()
			return exitError{exitFindings, fmt.Errorf("%s cannot be read to its end: %s", name, printable(err.Error()))}
		case err != nil:
			to.close()
			return err
		}
		at, err := depth.of(s)
		if err != nil {
			return err
		}
		to.segment(line{Segment: s, depth: at, tables: depth.tables, delimiters: decoder.Delimiters()})
	}
}

// depths follows envelopes and loops.
type depths struct {
	tables *schema.Tables
	loops  *schema.Outline
}

// envelopes are the segments around sets, with their depth; what a set holds stands
// below them.
var envelopes = map[string]int{"ISA": 0, "TA1": 1, "GS": 1, "ST": 2, "SE": 2, "GE": 1, "IEA": 0}

func (d *depths) of(s *edi.Segment) (depth int, err error) {
	depth, envelope := envelopes[string(s.Element(0))]
	switch {
	case s.Is("GS"):
		d.tables, _, err = schema.ForVersion(s.Text(8))
	case s.Is("ST"):
		d.loops = d.tables.Outline(s.Text(1))
		d.loops.Depth(s)
	case !envelope && d.loops != nil:
		depth = envelopes["ST"] + 1 + d.loops.Depth(s)
	}
	return depth, err
}
