package activities

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/schema"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// RegisterSets reads an archived file and makes a record of each of its transaction sets, and
// one of each acknowledgement that it deserves. What cannot be worked on begins parked, with
// its reason; nothing is dropped.
func (a *Activities) RegisterSets(ctx context.Context, p FileParams) (trade.FileResult, error) {
	f, err := a.Ledger.File(ctx, p.File)
	if err != nil {
		return trade.FileResult{}, translate(err)
	}
	if f.State == trade.FileDuplicate {
		return trade.FileResult{State: f.State, Sets: map[trade.State]int{trade.StateDuplicate: 1}}, translate(a.registerCopy(ctx, f))
	}
	out, _, err := a.register(ctx, f)
	return out, translate(err)
}

// register reads a file and makes its records. A file that cannot be read becomes one parked
// record, whose reason it gives.
func (a *Activities) register(ctx context.Context, f ledger.File) (trade.FileResult, trade.Reason, error) {
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return trade.FileResult{}, trade.Reason{}, err
	}
	content, err := a.Archive.Get(ctx, f.SHA256)
	if err != nil {
		return trade.FileResult{}, trade.Reason{}, err
	}
	r := reception{Activities: a, config: c, file: f, within: map[string]string{}, brought: map[int64][]ledger.Record{}}
	out, reason := trade.FileResult{State: trade.FileReceived, Sets: map[trade.State]int{}}, r.read(content)
	if reason.IsZero() {
		err = r.records(ctx)
	} else {
		out.State = trade.FileParked
		r.out = []ledger.NewReceived{r.unread(reason)}
	}
	for _, each := range r.out {
		if each.Flow != trade.AcksOut {
			out.Sets[each.State]++
		}
	}
	if err == nil {
		_, err = a.Ledger.RegisterReceived(ctx, r.out)
	}
	if err == nil {
		err = a.Ledger.CloseFile(ctx, f.Number, out.State, reason)
	}
	return out, reason, err
}

// registerCopy makes one record of a file whose bytes came before: it counts, and is worth
// nothing.
func (a *Activities) registerCopy(ctx context.Context, f ledger.File) error {
	first, err := a.Ledger.OfFile(ctx, f.SameAs, "", maxCounterparts)
	if err != nil {
		return err
	}
	copied := ledger.NewReceived{Flow: trade.InvoicesIn, State: trade.StateDuplicate, Number: f.Name, Amount: "0", Source: f.SHA256, File: f, Other: trade.FileWorkflowID(f.SameAs)}
	if like, found := origin(first); found {
		copied.Flow, copied.Partner, copied.Currency = like.Flow, like.Partner, like.Currency
		if like.Company != "" {
			if copied.Company, err = trade.ParseCompany(like.Company); err != nil {
				return err
			}
		}
	}
	copied.ID = trade.ReceivedRecordID(copied.Flow, f.Number, "copy", fmt.Sprint(f.SameAs), "", 0)
	_, err = a.Ledger.RegisterReceived(ctx, []ledger.NewReceived{copied})
	return err
}

// origin gives the record of a file that a copy of the file counts with: an invoice, if it
// brought one.
func origin(records []ledger.Record) (out ledger.Record, found bool) {
	for _, r := range records {
		if r.Flow != trade.AcksOut && (!found || out.Flow != trade.InvoicesIn) {
			out, found = r, true
		}
	}
	return out, found
}

// reception is one file that is being read.
type reception struct {
	*Activities
	config *config.Config
	file   ledger.File
	trees  []edi.InterchangeTree
	// reports are what the validator says of each interchange, in the same order.
	reports []ack.Interchange
	// within are the control numbers that the file itself brought so far, with the checksum
	// of what came under them.
	within map[string]string
	// brought are the records of files that came before, by their numbers.
	brought map[int64][]ledger.Record
	// out are the records of the file.
	out []ledger.NewReceived
}

// read takes the file apart and judges it, or gives the reason why that cannot be done.
func (r *reception) read(content []byte) trade.Reason {
	trees, err := edi.ReadTolerant(bytes.NewReader(content))
	r.trees = trees
	if err == nil {
		err = r.judge(content)
	}
	if err != nil {
		return unreadable(r.file, err)
	}
	return trade.Reason{}
}

// judge validates the file with the rules of each partner that it is from, and keeps of each
// validation what it says of that partner's groups. Nearly always that is one.
func (r *reception) judge(content []byte) error {
	said := map[string][]ack.Interchange{}
	by := func(p mapping.Profile) ([]ack.Interchange, error) {
		key := string(p.Company + "/" + p.ID)
		if _, known := said[key]; known {
			return said[key], nil
		}
		var c ack.Collector
		_, err := schema.Validate(bytes.NewReader(content), &c, schema.Options{Partner: p.Overlay()})
		said[key] = c.Interchanges
		return c.Interchanges, err
	}
	if len(r.trees) == 0 {
		_, err := by(mapping.Profile{})
		return cmp.Or(err, schema.ErrNoInterchange)
	}
	for i, tree := range r.trees {
		company, _ := r.config.Receiver(tree.Interchange)
		first, _ := r.firstProfile(company, tree)
		reports, err := by(first)
		if err != nil || len(reports) != len(r.trees) {
			return cmp.Or(err, fmt.Errorf("%d interchanges were read and %d judged", len(r.trees), len(reports)))
		}
		report := reports[i]
		report.Groups = append([]ack.Group(nil), report.Groups...)
		for k, group := range tree.Groups {
			profile, _ := r.config.Sender(company, tree.Interchange, group.Sender)
			own, err := by(profile)
			if err != nil || len(own[i].Groups) != len(tree.Groups) {
				return cmp.Or(err, fmt.Errorf("%d groups of interchange %s were read and %d judged", len(tree.Groups), tree.Control, len(own[i].Groups)))
			}
			report.Groups[k] = own[i].Groups[k]
		}
		r.reports = append(r.reports, report)
	}
	return nil
}

// firstProfile gives the profile of an interchange's first group.
func (r *reception) firstProfile(company config.Company, tree edi.InterchangeTree) (mapping.Profile, bool) {
	group := ""
	if len(tree.Groups) > 0 {
		group = tree.Groups[0].Sender
	}
	return r.config.Sender(company, tree.Interchange, group)
}

func unreadable(f ledger.File, err error) trade.Reason {
	place := "file " + f.Name
	var fault *edi.SyntaxError
	if errors.As(err, &fault) {
		place = strings.TrimSpace(fmt.Sprintf("file %s, byte %d %s", f.Name, fault.Offset, fault.Path))
	}
	return trade.Data(trade.ReasonFileUnreadable, place, "ask the partner to send it again and resolve this one; a replay reads it once more, as it came",
		"the file cannot be read to its end: %v", err)
}

// unread is the record that stands for a file that cannot be read, so that it is found and
// counted. It belongs to whom the first interchange names, if it got as far as that.
func (r *reception) unread(reason trade.Reason) ledger.NewReceived {
	out := ledger.NewReceived{ID: trade.ReceivedRecordID(trade.InvoicesIn, r.file.Number, "unreadable", "", "", 0), Flow: trade.InvoicesIn,
		Number: r.file.Name, State: trade.StateParked, Reason: reason, Amount: "0", Source: r.file.SHA256, File: r.file}
	if len(r.trees) > 0 {
		company, _ := r.config.Receiver(r.trees[0].Interchange)
		profile, _ := r.firstProfile(company, r.trees[0])
		out.Company, out.Partner = company.Key(), string(profile.ID)
	}
	return out
}

// records makes a record of each set and TA1, and of the answer to each interchange.
func (r *reception) records(ctx context.Context) error {
	sets, technical := 0, 0
	for i, tree := range r.trees {
		again, err := r.repeats(ctx, i)
		if err != nil {
			return err
		}
		for _, s := range tree.Segments {
			technical++
			set := edi.Set{ID: s.ID, Control: s.Element(1), Path: fmt.Sprintf("ISA[%d]/TA1", i+1), Segments: []edi.SegmentData{s}}
			if err := r.add(ctx, tree, edi.GroupTree{Group: edi.Group{Control: s.ID}}, set, technical, again.interchange, r.technical(i)); err != nil {
				return err
			}
		}
		for k, group := range tree.Groups {
			refusal := r.refusal(i, k)
			for n, set := range group.Sets {
				sets++
				if err := r.add(ctx, tree, group, set, sets, again.of(k, n), slices.Concat(refusal, r.findings(i, k, n))); err != nil {
					return err
				}
			}
		}
		if err := r.answer(ctx, i, again); err != nil {
			return err
		}
	}
	return nil
}

// technical are what the validator says of the TA1 of an interchange.
func (r *reception) technical(interchange int) (out []schema.Finding) {
	for _, f := range r.reports[interchange].Findings {
		if f.Segment == trade.TechnicalSet {
			out = append(out, f)
		}
	}
	return out
}

// findings are what the validator says of a set.
func (r *reception) findings(interchange, group, n int) []schema.Finding {
	sets := r.reports[interchange].Groups[group].Sets
	if n >= len(sets) {
		return []schema.Finding{{Severity: schema.Error, Message: "it could not be judged; look at it with `edi validate`"}}
	}
	return sets[n].Findings
}

// add makes the record of a set, in the state that it begins in.
func (r *reception) add(ctx context.Context, tree edi.InterchangeTree, group edi.GroupTree, set edi.Set, index int, again repeat, findings []schema.Finding) error {
	company, profile, unknown := whose(r.config, tree, group, set)
	flow := trade.ReceivedFlow(set.ID)
	record := ledger.NewReceived{
		ID: trade.ReceivedRecordID(flow, r.file.Number, tree.Control, group.Control, set.Control, index), Flow: flow,
		Company: company.Key(), Partner: string(profile.ID),
		Set: set.ID, State: trade.StateDiscovered, Amount: "0", Checksum: checksum(set), Source: r.file.SHA256, File: r.file,
		Interchange: tree.Control, Group: group.Control, SetControl: set.Control,
	}
	describe(&record, set, profile)
	var err error
	switch {
	case !unknown.IsZero():
		record.Reason = unknown
	case tree.Usage == "T" && company.Usage != "T":
		record.State = trade.StateTest
	case again.same:
		record.State = trade.StateDuplicate
		record.Other, err = r.counterpart(ctx, again, record)
	case !again.reason.IsZero():
		record.Reason = again.reason
		record.Other, err = r.counterpart(ctx, again, record)
	default:
		record.Reason = invalidSet(flow, set, findings)
	}
	if !record.Reason.IsZero() {
		record.State = trade.StateParked
	}
	r.out = append(r.out, record)
	return err
}

// describe fills in what lists and the reconciliation show of a set.
func describe(out *ledger.NewReceived, set edi.Set, profile mapping.Profile) {
	out.Number = set.Control
	if set.ID == trade.TechnicalSet {
		out.Number = out.Interchange // what it answers is the control number of another document
	}
	for _, s := range set.Segments {
		switch {
		case s.ID == "BTP" && set.ID == trade.SetProfile:
			out.Number = cmp.Or(s.Element(2), out.Number)
		case s.ID == "AK1" && out.Flow == trade.AcksIn:
			out.Number = cmp.Or(s.Element(2), out.Number) // the group of ours that it answers
		case set.ID != "810":
		case s.ID == "BIG":
			out.Number = s.Element(2)
		case s.ID == "CUR":
			out.Currency = s.Element(2)
		case s.ID == "TDS":
			if total, err := decimal.NewFromString(s.Element(1)); err == nil {
				out.Amount = total.Shift(-2).String()
			}
		}
	}
	if out.Currency == "" && set.ID == "810" {
		out.Currency = string(profile.Invoice.HomeCurrency)
	}
}

// invalidSet gives the reason why a set cannot be worked on in the flow of its record. A flow is given once: what came before
// there was one for its kind stays where it is.
func invalidSet(flow trade.Flow, set edi.Set, findings []schema.Finding) trade.Reason {
	switch {
	case flow != trade.InvoicesIn || set.ID == "810":
	case trade.ReceivedFlow(set.ID) != flow:
		return trade.Configuration(trade.ReasonSetUnsupported, set.Path, "ask the partner to send it under a new control number, and resolve this one",
			"set %s came before anything was done with it, and its record has no flow of its own", set.ID)
	default:
		return trade.Configuration(trade.ReasonSetUnsupported, set.Path, "resolve it with a note; it is archived as it came", "set %s is recorded, and nothing is done with it yet", set.ID)
	}
	for _, f := range findings {
		twice := f.Scope == schema.OfSet && f.Code == schema.SetControlTwice // which the control numbers tell
		if f.Severity == schema.Error && !twice {
			return trade.Data(trade.ReasonSetInvalid, cmp.Or(f.Path, set.Path), "ask the partner to correct it, or loosen the rule in the profile, then replay", "the set is not valid: %s", f.Message)
		}
	}
	return trade.Reason{}
}
