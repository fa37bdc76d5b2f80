package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sort"
	"strconv"
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
	var at, company string
	cmd := &cobra.Command{Use: "show RECORD | show supplier|customer|account CODE", Short: "Tells the story of a record, found by id, order, control number or file name, or what master data was",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStores(cmd, func(ctx context.Context, a *app.App) error {
				if len(args) == 2 {
					return showMaster(ctx, cmd.OutOrStdout(), a, args[0], args[1], company, at, asJSON)
				}
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
	cmd.Flags().StringVar(&at, "at", "", "of master data: the day or instant that is asked about; now when empty")
	cmd.Flags().StringVar(&company, "company", "", "of master data: the company, where several have the code")
	return cmd
}

// result is what goes out as `records show --json` gives it: the head and lines of a batch
// in M3, or the segments of a set, or what is entered at Cleo.
type result struct {
	Head     *ionapi.InvoiceHead  `json:"head,omitempty"`
	Lines    []ionapi.InvoiceLine `json:"lines,omitempty"`
	Segments []operator.Segment   `json:"segments,omitempty"`
	// Proposals are what a partner says of suppliers.
	Proposals []operator.Proposed `json:"proposals,omitempty"`
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
	} else if len(s.Proposals) > 0 {
		out = &result{Proposals: s.Proposals, Overlay: s.Overlay}
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
		Other          *operator.Other          `json:"other,omitempty"`
		AnswerDue      time.Time                `json:"answerDue,omitzero"`
		Levels         []operator.Standing      `json:"levels,omitempty"`
		Answers        []ledger.Answered        `json:"answers,omitempty"`
		Document       string                   `json:"document"`
		Events         []ledger.Event           `json:"events"`
		Attempts       []ledger.Attempt         `json:"attempts"`
		Tampered       string                   `json:"tampered,omitempty"`
	}{listedRecord(s.Record), s.Record.Revision, s.Record.Attempt, s.Record.Reason, s.Record.MappingVersion, s.Record.Interchange, s.Record.Group,
		s.Record.FileName, s.Record.FileID, s.Source, overlay, out, trace, s.Other, s.Record.DueAt, s.Standings, s.Answers, string(s.Document), s.Events, s.Attempts, s.Tampered}
}

// printHead prints what a record is, where it stands and why.
func printHead(w io.Writer, r ledger.Record) {
	fmt.Fprintf(w, "%s  %s\n%s\n", r.ID, r.State, facts("partner", r.Partner, "amount", strings.TrimSpace(r.Amount+" "+r.Currency), "revision", revision(r)))
	if !r.Reason.IsZero() {
		fmt.Fprintf(w, "why: %s\n", r.Reason)
	}
	if r.Warning != "" {
		fmt.Fprintf(w, "warning: %s\n", r.Warning)
	}
	for _, line := range []string{
		facts("interchange", r.Interchange, "group", r.Group, "set", r.SetControl, "file", r.FileName, "file id", r.FileID),
		facts("batch", r.Batch, "voucher", r.Voucher, "mapping version", fmt.Sprintf("%.12s", r.MappingVersion)),
	} {
		if line != "" {
			fmt.Fprintln(w, line)
		}
	}
}

// revision is that of an order; what is received has none.
func revision(r ledger.Record) string {
	if r.Flow != trade.OrdersOut {
		return ""
	}
	return strconv.FormatInt(r.Revision, 10)
}

// facts joins names and values, leaving out those without a value.
func facts(pairs ...string) string {
	var out []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, pairs[i]+" "+pairs[i+1])
		}
	}
	return strings.Join(out, ", ")
}

func printStory(w io.Writer, s operator.Story, full bool) error {
	printHead(w, s.Record)
	if err := printDocuments(w, s, full); err != nil {
		return err
	}
	if s.Other != nil {
		printOther(w, *s.Other, full)
	}
	printAnswers(w, s)
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

// printAnswers prints where the answers stand, level by level, and what the partner said.
func printAnswers(w io.Writer, s operator.Story) {
	if len(s.Standings) > 0 {
		fmt.Fprintln(w, "\nanswers:")
	}
	for _, level := range s.Standings {
		due := ""
		if level.State == trade.AnswerWaiting || level.State == trade.AnswerOverdue {
			due = "since " + s.Record.SentAt.UTC().Format(time.RFC3339)
			if level.Level == trade.LevelFunctional {
				due = "due " + s.Record.DueAt.UTC().Format(time.RFC3339)
			}
		}
		fmt.Fprintf(w, "  %-12s %s\n", level.Level, remarks(string(level.State), due, told(level.Late, "late"), told(level.Again > 0, fmt.Sprintf("repeated %d times", level.Again))))
	}
	for _, a := range s.Answers {
		said := remarks(string(a.Verdict), told(a.Earlier, "to an earlier attempt"), told(a.Late, "late"), told(a.Again, "repeated"))
		fmt.Fprintf(w, "  %s  %s: %s, number %d, in %s\n", a.At.UTC().Format(time.RFC3339), a.Level, said, a.Number, a.Acknowledgement)
		for _, reason := range a.Reasons {
			fmt.Fprintf(w, "      %s\n", reason)
		}
	}
}

// told is a remark where there is something to tell.
func told(so bool, remark string) string {
	if so {
		return remark
	}
	return ""
}

// remarks puts those that are not empty behind what they are about, in brackets.
func remarks(what string, remarks ...string) string {
	remarks = slices.DeleteFunc(remarks, func(r string) bool { return r == "" })
	if len(remarks) == 0 {
		return what
	}
	return what + " (" + strings.Join(remarks, ", ") + ")"
}

// printOther prints the document that the record repeats, and where the two differ.
func printOther(w io.Writer, o operator.Other, full bool) {
	fmt.Fprintf(w, "\nother: %s", o.ID)
	if o.State != "" {
		fmt.Fprintf(w, ", %s", o.State)
	}
	if o.File != "" {
		fmt.Fprintf(w, ", in file %s", o.File)
	}
	if !o.At.IsZero() {
		fmt.Fprintf(w, ", came at %s", o.At.UTC().Format(time.RFC3339))
	}
	fmt.Fprintln(w)
	switch {
	case o.Missing != "":
		fmt.Fprintf(w, "  %s\n", o.Missing)
	case o.Diff == "":
		fmt.Fprintln(w, "  it says the same")
	default:
		printRows(w, strings.Split(strings.TrimSuffix(o.Diff, "\n"), "\n"), full)
	}
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
