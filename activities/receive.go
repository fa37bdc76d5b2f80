package activities

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// RegisterSets reads an archived file and makes a record of each of its transaction sets.
// What cannot be worked on begins parked, with its reason; nothing is dropped.
func (a *Activities) RegisterSets(ctx context.Context, p FileParams) (trade.FileResult, error) {
	f, err := a.Ledger.File(ctx, p.File)
	if err != nil {
		return trade.FileResult{}, translate(err)
	}
	if f.State == trade.FileDuplicate {
		return trade.FileResult{State: f.State, Sets: map[trade.State]int{trade.StateDuplicate: 1}}, translate(a.registerCopy(ctx, f))
	}
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return trade.FileResult{}, translate(err)
	}
	content, err := a.Archive.Get(ctx, f.SHA256)
	if err != nil {
		return trade.FileResult{}, translate(err)
	}
	r := reception{Activities: a, config: c, file: f}
	if reason := r.read(content); !reason.IsZero() {
		return trade.FileResult{State: trade.FileParked}, translate(a.Ledger.CloseFile(ctx, f.Number, trade.FileParked, reason))
	}
	sets, err := r.sets(ctx)
	if err == nil {
		_, err = a.Ledger.RegisterReceived(ctx, sets)
	}
	if err == nil {
		err = a.Ledger.CloseFile(ctx, f.Number, trade.FileReceived, trade.Reason{})
	}
	out := trade.FileResult{State: trade.FileReceived, Sets: map[trade.State]int{}}
	for _, s := range sets {
		out.Sets[s.State]++
	}
	return out, translate(err)
}

// registerCopy makes one record of a file whose bytes came before: it counts, and is worth
// nothing.
func (a *Activities) registerCopy(ctx context.Context, f ledger.File) error {
	first, err := a.Ledger.OfFile(ctx, f.SameAs, "", 1)
	if err != nil {
		return err
	}
	copied := ledger.NewReceived{ID: trade.ReceivedRecordID(f.Number, "copy", fmt.Sprint(f.SameAs), "", 0), State: trade.StateDuplicate, Number: f.Name, Amount: "0", Source: f.SHA256, File: f}
	if len(first) > 0 {
		copied.Partner, copied.Currency = first[0].Partner, first[0].Currency
		if copied.Company, err = trade.ParseCompany(first[0].Company); err != nil {
			return err
		}
	}
	_, err = a.Ledger.RegisterReceived(ctx, []ledger.NewReceived{copied})
	return err
}

// reception is one file that is being read.
type reception struct {
	*Activities
	config *config.Config
	file   ledger.File
	trees  []edi.InterchangeTree
	// reports are what the validator says of each interchange, in the same order.
	reports []ack.Interchange
}

// read takes the file apart, or gives the reason why that cannot be done.
func (r *reception) read(content []byte) trade.Reason {
	var c ack.Collector
	if _, err := schema.Validate(bytes.NewReader(content), &c, schema.Options{}); err != nil {
		return unreadable(r.file, err)
	}
	trees, err := edi.ReadTolerant(bytes.NewReader(content))
	if err != nil {
		return unreadable(r.file, err)
	}
	r.trees, r.reports = trees, c.Interchanges
	return trade.Reason{}
}

func unreadable(f ledger.File, err error) trade.Reason {
	place := "file " + f.Name
	var fault *edi.SyntaxError
	if errors.As(err, &fault) {
		place = fmt.Sprintf("file %s, byte %d %s", f.Name, fault.Offset, fault.Path)
	}
	return trade.Data(trade.ReasonFileUnreadable, place, "ask the partner to send it again; it is archived as it came", "the file cannot be read to its end: %v", err)
}

// sets makes a record of each set.
func (r *reception) sets(ctx context.Context) ([]ledger.NewReceived, error) {
	var out []ledger.NewReceived
	for i, tree := range r.trees {
		company, _ := r.config.Receiver(tree.Interchange)
		twice, err := r.seenBefore(ctx, tree, company)
		if err != nil {
			return nil, err
		}
		for k, group := range tree.Groups {
			for n, set := range group.Sets {
				_, profile, unknown := whose(r.config, tree, group, set)
				received := r.received(tree, group, set, len(out)+1)
				received.Company, received.Partner = company.Key(), string(profile.ID)
				describe(&received, set, profile)
				switch {
				case !unknown.IsZero():
					received.Reason = unknown
				case tree.Usage == "T" && company.Usage != "T":
					received.State = trade.StateTest
				case twice.same:
					received.State = trade.StateDuplicate
				default:
					received.Reason = cmpReason(twice.reason, r.invalid(i, k, n, set))
				}
				if !received.Reason.IsZero() {
					received.State = trade.StateParked
				}
				out = append(out, received)
			}
		}
	}
	return out, nil
}

// cmpReason gives the first reason that there is.
func cmpReason(reasons ...trade.Reason) trade.Reason {
	for _, reason := range reasons {
		if !reason.IsZero() {
			return reason
		}
	}
	return trade.Reason{}
}

func (r *reception) received(tree edi.InterchangeTree, group edi.GroupTree, set edi.Set, index int) ledger.NewReceived {
	return ledger.NewReceived{
		ID:  trade.ReceivedRecordID(r.file.Number, tree.Control, group.Control, set.Control, index),
		Set: set.ID, State: trade.StateDiscovered, Amount: "0", Checksum: checksum(set), Source: r.file.SHA256, File: r.file,
		Interchange: tree.Control, Group: group.Control, SetControl: set.Control,
	}
}

// checksum identifies what a set says, whatever its delimiters and control numbers.
func checksum(set edi.Set) string {
	segments := make([][]string, len(set.Segments))
	for i, s := range set.Segments {
		segments[i] = append([]string{s.ID}, s.Elements...)
	}
	text, err := json.Marshal(segments)
	if err != nil {
		return "" // strings always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// describe fills in what lists and the reconciliation show of an invoice.
func describe(out *ledger.NewReceived, set edi.Set, profile mapping.Profile) {
	out.Number = set.Control
	if set.ID != "810" {
		return
	}
	for _, s := range set.Segments {
		switch s.ID {
		case "BIG":
			out.Number = s.Element(2)
		case "CUR":
			out.Currency = s.Element(2)
		case "TDS":
			if total, err := decimal.NewFromString(s.Element(1)); err == nil {
				out.Amount = total.Shift(-2).String()
			}
		}
	}
	if out.Currency == "" {
		out.Currency = string(profile.Invoice.HomeCurrency)
	}
}

// invalid gives the reason why a set cannot be worked on.
func (r *reception) invalid(interchange, group, n int, set edi.Set) trade.Reason {
	if set.ID != "810" {
		return trade.Configuration(trade.ReasonSetUnsupported, set.Path, "resolve it with a note; it is archived as it came", "set %s is recorded, and nothing is done with it yet", set.ID)
	}
	if interchange >= len(r.reports) || group >= len(r.reports[interchange].Groups) || n >= len(r.reports[interchange].Groups[group].Sets) {
		return trade.Data(trade.ReasonSetInvalid, set.Path, "look at it with `edi validate`", "the set could not be judged")
	}
	for _, f := range r.reports[interchange].Groups[group].Sets[n].Findings {
		if f.Severity == schema.Error {
			return trade.Data(trade.ReasonSetInvalid, f.Path, "ask the partner to correct it, or loosen the rule in the profile, then replay", "the set is not valid: %s", f.Message)
		}
	}
	return trade.Reason{}
}

// seen is what is known of an interchange's control number.
type seen struct {
	same   bool // the same content came under it before
	reason trade.Reason
}

// seenBefore compares the interchange's control number with those that came before.
func (r *reception) seenBefore(ctx context.Context, tree edi.InterchangeTree, company config.Company) (seen, error) {
	profile := r.anyProfile(tree, company)
	scope := fmt.Sprintf("ISA13/%s:%s/%s:%s/%s", tree.SenderQualifier, tree.Sender, tree.ReceiverQualifier, tree.Receiver, tree.Control)
	content := ""
	for _, g := range tree.Groups {
		for _, s := range g.Sets {
			content += checksum(s)
		}
	}
	sum := sha256.Sum256([]byte(content))
	control := ledger.Control{Scope: scope, File: r.file.Number, SHA256: hex.EncodeToString(sum[:])}
	earlier, again, err := r.Ledger.SeeControl(ctx, control, profile.Invoice.DuplicateWindow.Std())
	if err != nil || !again {
		return seen{}, err
	}
	if earlier.SHA256 == control.SHA256 {
		return seen{same: true}, nil
	}
	return seen{reason: trade.Data(trade.ReasonDuplicateControl, "interchange "+tree.Control, "compare both files; replay this one if it is no repetition, or resolve it with a note",
		"interchange %s from %s came with other content in file %d at %s", tree.Control, tree.Sender, earlier.File, earlier.At.Format(time.RFC3339))}, nil
}

// anyProfile gives the profile of the interchange's first group, or the defaults.
func (r *reception) anyProfile(tree edi.InterchangeTree, company config.Company) mapping.Profile {
	if len(tree.Groups) > 0 {
		if p, ok := r.config.Sender(company, tree.Interchange, tree.Groups[0].Sender); ok {
			return p
		}
	}
	return mapping.Profile{Invoice: mapping.DefaultInvoiceSet()}
}

// placed is a received set with the envelopes around it.
type placed struct {
	tree  edi.InterchangeTree
	group edi.GroupTree
	set   edi.Set
}

// find reads the set of a record out of its archived file.
func (a *Activities) find(ctx context.Context, r ledger.Record) (placed, error) {
	content, err := a.Archive.Get(ctx, r.Source)
	if err != nil {
		return placed{}, err
	}
	trees, err := edi.ReadTolerant(bytes.NewReader(content))
	if err != nil {
		return placed{}, err
	}
	for _, tree := range trees {
		for _, group := range tree.Groups {
			for _, set := range group.Sets {
				if tree.Control == r.Interchange && group.Control == r.Group && set.Control == r.SetControl && checksum(set) == r.Checksum {
					return placed{tree, group, set}, nil
				}
			}
		}
	}
	return placed{}, fmt.Errorf("set %s of record %s is not in its file", r.SetControl, r.ID)
}

// invoiceOf reads the invoice of a record.
func (a *Activities) invoiceOf(ctx context.Context, r ledger.Record) (doc.Invoice, edi.Set, error) {
	found, err := a.find(ctx, r)
	if err != nil {
		return doc.Invoice{}, edi.Set{}, err
	}
	invoice, err := doc.UnmarshalInvoice(found.set.Segments)
	return invoice, found.set, err
}

// whose says which company a set is for and which partner it is from.
func whose(c *config.Config, tree edi.InterchangeTree, group edi.GroupTree, set edi.Set) (config.Company, mapping.Profile, trade.Reason) {
	company, known := c.Receiver(tree.Interchange)
	if !known {
		return company, mapping.Profile{}, trade.Configuration(trade.ReasonReceiverUnknown, set.Path, "add the company to company.yaml, then replay",
			"the interchange is for %s %s, which is none of our companies", tree.ReceiverQualifier, tree.Receiver)
	}
	profile, known := c.Sender(company, tree.Interchange, group.Sender)
	if !known {
		return company, profile, trade.Configuration(trade.ReasonPartnerUnknown, set.Path, "add a file for it to partners/, then replay",
			"no profile of company %s has the interchange address %s %s with group %q", company.Cono, tree.SenderQualifier, tree.Sender, group.Sender)
	}
	return company, profile, trade.Reason{}
}
