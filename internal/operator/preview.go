package operator

import (
	"bytes"
	"context"
	"time"

	"github.com/pmezard/go-difflib/difflib"

	"tradewind/edi"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Preview is what a replay would send, compared with what was prepared last.
type Preview struct {
	Record string `json:"record"`
	// Version is empty for master data, which no version shapes.
	Version string `json:"mappingVersion"`
	// Reason is set when the record would park.
	Reason trade.Reason `json:"reason"`
	// Diff is a unified difference of the set's segments, empty when nothing in it
	// would change. Envelopes are left out: changed content gets new numbers. Of an
	// invoice it is one of the calls of M3, of an 838 one of what is entered at Cleo, and of
	// master data one of what both sides have in the fields that are written.
	Diff string `json:"diff"`
	// Notes are what the difference does not tell, such as who must agree first.
	Notes []string `json:"notes,omitempty"`
}

// Preview maps a record without side effects, with its corrections and those that a replay
// would bring. A correction that cannot be made is a *trade.CorrectionError.
func (o *Operator) Preview(ctx context.Context, r ledger.Record, how Replay) (Preview, error) {
	p := Preview{Record: r.ID}
	if err := how.versioned(r); err != nil {
		return p, err
	}
	if isSettled(r) {
		return o.previewMaster(ctx, r, p, how.request(r))
	}
	c, err := o.Configuration(ctx, how.Version)
	if err != nil {
		return p, err
	}
	p.Version = c.Version
	request, err := o.Check(ctx, r.ID, how.request(r))
	if err != nil {
		return p, err
	}
	if isProfile(r) {
		return o.previewProfile(ctx, c, r, p, request)
	}
	if r.Flow == trade.AcksOut || r.Flow == trade.AcksIn {
		return p, nil // what an acknowledgement says was fixed when its interchange came
	}
	if r.Flow == trade.InvoicesIn {
		return o.previewInvoice(ctx, r, p, request)
	}
	document, differs, reason, err := o.outgoing(ctx, c, r, request)
	if err != nil || !reason.IsZero() || !differs {
		p.Reason = reason
		return p, err
	}
	content, reason := document.Encode(mapping.Numbers{Set: 1}, time.Unix(0, 0).UTC())
	if !reason.IsZero() {
		p.Reason = reason
		return p, nil
	}
	var before []byte
	if r.Document.SHA256 != "" {
		if before, err = o.Archive.Get(ctx, r.Document.SHA256); err != nil {
			return p, err
		}
	}
	p.Diff, err = compare(before, content)
	return p, err
}

// outgoing gives what the partner would get of a record; it says false where there is nothing to tell.
func (o *Operator) outgoing(ctx context.Context, c *config.Config, r ledger.Record, request trade.ReplayRequest) (_ mapping.Outgoing, differs bool, _ trade.Reason, err error) {
	if r.Flow == trade.InvoicesOut {
		return o.outgoingInvoice(ctx, c, r)
	}
	order, err := o.order(ctx, r)
	if err != nil {
		return mapping.Outgoing{}, false, trade.Reason{}, err
	}
	overlay, err := o.Ledger.Overlay(ctx, r.ID)
	if err != nil {
		return mapping.Outgoing{}, false, trade.Reason{}, err
	}
	if order, err = order.Correct(overlay.With(request, o.Ledger.Now())); err != nil {
		return mapping.Outgoing{}, false, trade.Reason{}, err
	}
	m, reason, err := c.Order850(order)
	if err != nil || !reason.IsZero() {
		return mapping.Outgoing{}, false, reason, err
	}
	basis, err := o.Basis(ctx, r.ID)
	if err != nil {
		return mapping.Outgoing{}, false, trade.Reason{}, err
	}
	document, differs, reason := m.Outgoing(basis, trade.DateOf(o.Ledger.Now()))
	return document, differs, reason, nil
}

func (o *Operator) outgoingInvoice(ctx context.Context, c *config.Config, r ledger.Record) (_ mapping.Outgoing, differs bool, _ trade.Reason, err error) {
	invoice, err := o.invoice(ctx, r)
	if err != nil {
		return mapping.Outgoing{}, false, trade.Reason{}, err
	}
	m, reason, err := c.OutgoingInvoice810(invoice)
	if err != nil || !reason.IsZero() {
		return mapping.Outgoing{}, false, reason, err
	}
	document, reason := m.Outgoing()
	return document, reason.IsZero(), reason, nil
}

// previewInvoice shows what would be posted: the head and the lines as M3 would take them.
func (o *Operator) previewInvoice(ctx context.Context, r ledger.Record, p Preview, request trade.ReplayRequest) (Preview, error) {
	after, err := o.Invoice(ctx, r.ID, request)
	if err != nil || !after.Reason.IsZero() {
		p.Reason = after.Reason
		return p, err
	}
	var before []string
	if r.Document.SHA256 != "" {
		content, err := o.Archive.Get(ctx, r.Document.SHA256)
		if err != nil {
			return p, err
		}
		plan, err := planOf(r, content)
		if err != nil {
			return p, err
		}
		before = postedLines(*plan)
	}
	p.Diff, err = difflib.GetUnifiedDiffString(difflib.UnifiedDiff{A: before, B: postedLines(after.Plan), FromFile: "accepted", ToFile: "replay", Context: 1})
	return p, err
}

func compare(before, after []byte) (string, error) {
	a, err := body(before)
	if err != nil {
		return "", err
	}
	b, err := body(after)
	if err != nil {
		return "", err
	}
	return difflib.GetUnifiedDiffString(difflib.UnifiedDiff{A: a, B: b, FromFile: "prepared", ToFile: "replay", Context: 1})
}

// body gives the segments of the only set of an interchange, a line each, without
// its header and trailer.
func body(content []byte) ([]string, error) {
	if len(content) == 0 {
		return nil, nil
	}
	trees, err := edi.ReadAll(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	return linesOf(trees[0].Groups[0].Sets[0]), nil
}
