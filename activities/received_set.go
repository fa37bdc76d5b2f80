package activities

import (
	"bytes"
	"context"
	"fmt"

	"tradewind/edi"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

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

// unjudged are the reasons that parked a set on arrival: those of its validation, and those
// that came in front of it. A replay judges the set by the rules of now.
var unjudged = []string{trade.ReasonSetInvalid, trade.ReasonSetUnsupported, trade.ReasonPartnerUnknown, trade.ReasonReceiverUnknown, trade.ReasonDuplicateControl}

// readAgain reads a file once more that could not be read. Where that works now, its sets
// become records, and the one that stood for the file is closed.
func (a *Activities) readAgain(ctx context.Context, r ledger.Record) (trade.InvoiceResult, error) {
	number, err := trade.FileOfRecord(r.ID)
	if err != nil {
		return trade.InvoiceResult{}, translate(err)
	}
	f, err := a.Ledger.File(ctx, number)
	if err != nil {
		return trade.InvoiceResult{}, translate(err)
	}
	_, reason, err := a.register(ctx, f)
	if err != nil {
		return trade.InvoiceResult{}, translate(err)
	}
	if !reason.IsZero() {
		return trade.InvoiceResult{}, a.stop(ctx, r, reason, false)
	}
	_, err = a.Ledger.Transition(ctx, r.ID, ledger.Change{To: trade.StateResolved, Event: "read", Actor: "worker", Detail: map[string]any{"note": "the file can be read now; its sets are records"}})
	return trade.InvoiceResult{State: trade.StateResolved, File: number}, translate(err)
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
