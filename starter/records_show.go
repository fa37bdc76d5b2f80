package main

import (
	"context"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/operator"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

func showCommand() *cobra.Command {
	var asJSON, full bool
	cmd := &cobra.Command{Use: "show RECORD", Short: "Tells the story of a record, found by id, order, control number or file name", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStores(cmd, func(ctx context.Context, a *app.App) error {
				r, err := a.Operator().One(ctx, args[0])
				if err != nil {
					return err
				}
				story, err := a.Operator().Story(ctx, r)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd.OutOrStdout(), storyJSON(story))
				}
				return printStory(cmd.OutOrStdout(), story, full)
			})
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&full, "full", false, "print long documents to their end")
	return cmd
}

// result is what goes out as `records show --json` gives it: the head and lines of a batch
// in M3, or the segments of a set.
type result struct {
	Head     *ionapi.InvoiceHead  `json:"head,omitempty"`
	Lines    []ionapi.InvoiceLine `json:"lines,omitempty"`
	Segments []operator.Segment   `json:"segments,omitempty"`
	// Overlay are the corrections that it was made with.
	Overlay trade.Overlay `json:"overlay,omitempty"`
}

func storyJSON(s operator.Story) any {
	overlay, out, trace := s.Overlay, (*result)(nil), []mapping.AllocationStep{}
	if overlay == nil {
		overlay = trade.Overlay{}
	}
	if s.Plan != nil {
		out = &result{Head: &s.Plan.Head, Lines: s.Plan.Lines, Overlay: s.Plan.Overlay}
		trace = append(trace, s.Plan.Trace...)
	} else if len(s.Sent) > 0 {
		out = &result{Segments: s.Sent}
	}
	return struct {
		listed
		Revision       int64                    `json:"revision"`
		Attempt        int64                    `json:"attempt"`
		Explanation    trade.Reason             `json:"explanation"`
		MappingVersion string                   `json:"mappingVersion"`
		Interchange    string                   `json:"interchange"`
		Group          string                   `json:"group"`
		FileName       string                   `json:"fileName"`
		FileID         string                   `json:"fileId"`
		Source         operator.Source          `json:"source"`
		Overlay        trade.Overlay            `json:"overlay"`
		Result         *result                  `json:"result"`
		Trace          []mapping.AllocationStep `json:"trace"`
		Document       string                   `json:"document"`
		Events         []ledger.Event           `json:"events"`
		Attempts       []ledger.Attempt         `json:"attempts"`
		Tampered       string                   `json:"tampered,omitempty"`
	}{listedRecord(s.Record), s.Record.Revision, s.Record.Attempt, s.Record.Reason, s.Record.MappingVersion, s.Record.Interchange, s.Record.Group,
		s.Record.FileName, s.Record.FileID, s.Source, overlay, out, trace, string(s.Document), s.Events, s.Attempts, s.Tampered}
}

func printStory(w io.Writer, s operator.Story, full bool) error {
	r := s.Record
	fmt.Fprintf(w, "%s  %s\npartner %s, %s %s, revision %d\n", r.ID, r.State, r.Partner, r.Amount, r.Currency, r.Revision)
	if !r.Reason.IsZero() {
		fmt.Fprintf(w, "why: %s\n", r.Reason)
	}
	if r.FileName != "" {
		fmt.Fprintf(w, "interchange %s, group %s, set %s, file %s (%s), mapping version %.12s\n", r.Interchange, r.Group, r.SetControl, r.FileName, r.FileID, r.MappingVersion)
	}
	if err := printDocuments(w, s, full); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nevents:")
	for _, e := range s.Events {
		fmt.Fprintf(w, "  %3d  %s  %-16s %-10s by %s%s\n", e.Seq, e.At.UTC().Format(time.RFC3339), e.Kind, e.State, e.Actor, details(e.Detail))
	}
	if s.Tampered != "" {
		fmt.Fprintf(w, "  WARNING: %s\n", s.Tampered)
	}
	if len(s.Attempts) > 0 {
		fmt.Fprintln(w, "\nattempts:")
	}
	for _, a := range s.Attempts {
		fmt.Fprintf(w, "  %s  %s %s, attempt %d: %s %d in %s %s\n", a.At.UTC().Format(time.RFC3339Nano), a.System, a.Operation, a.Attempt, a.Outcome, a.Status, a.Latency, a.Message)
	}
	if len(s.Document) > 0 && s.Plan == nil {
		fmt.Fprintf(w, "\ndocument:\n%s\n", s.Document)
	}
	return nil
}

func details(detail map[string]any) string {
	var out []string
	for name, value := range detail {
		if text := inWords(value); text != "" {
			out = append(out, name+"="+text)
		}
	}
	sort.Strings(out)
	if len(out) == 0 {
		return ""
	}
	return "  " + strings.Join(out, " ")
}

// inWords writes a value of an event's detail; a correction as it is given on the command
// line.
func inWords(value any) string {
	switch v := value.(type) {
	case []any:
		words := make([]string, len(v))
		for i, each := range v {
			words[i] = inWords(each)
		}
		return strings.Join(words, ",")
	case map[string]any:
		if v["path"] != nil {
			return fmt.Sprintf("%v=%v", v["path"], v["value"])
		}
	}
	return fmt.Sprint(value)
}
