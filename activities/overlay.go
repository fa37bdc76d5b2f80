package activities

import (
	"context"
	"errors"
	"slices"

	"tradewind/edi/doc"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// overlay gives the corrections that stand for a record; before somebody asked for another
// run there are none.
func (a *Activities) overlay(ctx context.Context, r ledger.Record) (trade.Overlay, error) {
	if r.Attempt <= 1 {
		return nil, nil
	}
	return a.Ledger.Overlay(ctx, r.ID)
}

// takeReplay writes down who asked for another run and what is corrected in it, once for
// each request. A reason comes back where a correction cannot be made: then nothing is
// written.
func (a *Activities) takeReplay(ctx context.Context, r ledger.Record, replay *trade.ReplayRequest) (ledger.Record, trade.Reason, error) {
	if replay == nil || !replay.Corrects() {
		r, err := a.noteReplay(ctx, r, replay)
		return r, trade.Reason{}, err
	}
	if done, err := a.noted(ctx, r, *replay); err != nil || done {
		return r, trade.Reason{}, err
	}
	request, err := *replay, replay.Explained()
	if err == nil {
		request, err = a.CheckReplay(ctx, r.ID, request)
	}
	var refused *trade.CorrectionError
	if errors.As(err, &refused) {
		return r, correctionRefused(refused), nil
	}
	if err == nil {
		r, err = a.noteReplay(ctx, r, &request)
	}
	return r, trade.Reason{}, err
}

// correctable is a document that takes corrections.
type correctable interface {
	// Value gives what stands at a path in the original, and the path in its full form.
	Value(path string) (full, value string, err error)
	// Takes refuses an overlay that cannot be put on the original.
	Takes(overlay trade.Overlay) error
}

// CheckReplay completes the corrections of a request: the full paths, and what stands there
// in the original. It writes nothing. The error of a correction that cannot be made is a
// *trade.CorrectionError.
func (a *Activities) CheckReplay(ctx context.Context, record string, request trade.ReplayRequest) (trade.ReplayRequest, error) {
	if !request.Corrects() {
		return request, nil
	}
	r, err := a.Ledger.Record(ctx, record)
	if err != nil {
		return request, err
	}
	if err := mayCorrect(r, request); err != nil {
		return request, err
	}
	original, err := a.original(ctx, r)
	if err != nil {
		return request, err
	}
	stands, err := a.overlay(ctx, r)
	if err != nil {
		return request, err
	}
	if request, err = complete(request, original, stands); err != nil {
		return request, err
	}
	return request, original.Takes(stands.With(request, a.Ledger.Now()))
}

// mayCorrect refuses corrections that would come too late, or of what is not worked on.
func mayCorrect(r ledger.Record, request trade.ReplayRequest) error {
	switch {
	case r.Flow == trade.Suppliers && (r.Set == trade.SetProfile && settledProposal(r, &request) || r.State == trade.StateDuplicate):
		return trade.Refuse("", "record %s is %s, and nothing of it is entered any more; a correction is another profile of the partner", r.ID, r.State)
	case trade.MasterEntity(r.Flow) != "":
		return nil // what is set chooses a value
	case r.Flow == trade.InvoicesIn && r.Set != "810", r.Flow != trade.InvoicesIn && r.Flow != trade.OrdersOut:
		return trade.Refuse("", "record %s holds no invoice and no order; only their values can be corrected", r.ID)
	case r.Flow == trade.InvoicesIn && (planned(r, true) || r.Voucher != ""):
		return trade.Refuse("", "record %s is %s, and what M3 gets of it is fixed; wait until it is parked, or send another invoice once it is posted", r.ID, r.State)
	case r.Flow == trade.OrdersOut && keepsBytes(r, &request):
		return trade.Refuse("", "record %s may have reached Cleo as it is; find out first, then resolve it or replay it with --resend", r.ID)
	}
	return nil
}

// original is the document of a record as it came.
func (a *Activities) original(ctx context.Context, r ledger.Record) (correctable, error) {
	switch {
	case r.Flow == trade.OrdersOut:
		return a.order(ctx, r)
	case trade.MasterEntity(r.Flow) != "" && r.Set != trade.SetProfile:
		return a.asked(ctx, r)
	}
	return a.setFile(ctx, r)
}

// complete names each path in full, with the value that stands there, and refuses a path
// that is named twice or has no correction to take back.
func complete(request trade.ReplayRequest, original correctable, stands trade.Overlay) (trade.ReplayRequest, error) {
	var named []string
	full := func(path string) (string, string, error) {
		full, value, err := original.Value(path)
		if err == nil && slices.Contains(named, full) {
			err = trade.Refuse(path, "%s is named twice; a path has one correction", path)
		}
		named = append(named, full)
		return full, value, err
	}
	out := request
	out.Set, out.Unset = nil, nil
	for _, c := range request.Set {
		path, old, err := full(c.Path)
		if err != nil {
			return request, err
		}
		out.Set = append(out.Set, trade.Correction{Path: path, Value: c.Value, Old: old})
	}
	for _, unset := range request.Unset {
		path, _, err := full(unset)
		switch {
		case err != nil:
			return request, err
		case len(stands) == 0:
			return request, trade.Refuse(unset, "%s has no correction to take back: nothing of the record is corrected", unset)
		case !stands.Has(path):
			return request, trade.Refuse(unset, "%s has no correction to take back; corrected are %s", unset, stands)
		}
		out.Unset = append(out.Unset, path)
	}
	return out, nil
}

// correctedOrder gives the order of a record with the corrections that stand for it.
func (a *Activities) correctedOrder(ctx context.Context, r ledger.Record) (trade.PurchaseOrder, error) {
	order, err := a.order(ctx, r)
	if err != nil {
		return order, err
	}
	overlay, err := a.overlay(ctx, r)
	if err != nil {
		return order, err
	}
	return order.Correct(overlay)
}

// setFile gives the set of a record within its archived file, as it came.
func (a *Activities) setFile(ctx context.Context, r ledger.Record) (mapping.SetFile, error) {
	found, err := a.find(ctx, r)
	if err != nil {
		return mapping.SetFile{}, err
	}
	content, err := a.Archive.Get(ctx, r.Source)
	return mapping.SetFile{Content: content, Set: found.set, Version: found.group.Version}, err
}

// ReceivedSet gives the set of a record as it came.
func (a *Activities) ReceivedSet(ctx context.Context, record string) (mapping.SetFile, error) {
	r, err := a.Ledger.Record(ctx, record)
	if err != nil {
		return mapping.SetFile{}, err
	}
	return a.setFile(ctx, r)
}

// understanding is a received invoice as it is understood: as it came, or with its
// corrections.
type understanding struct {
	invoice doc.Invoice
	// checksum is that of the set with its corrections.
	checksum string
}

// corrected gives the set of a record with its corrections. A set that is corrected, or that
// somebody replays, is judged by the rules that hold now, as every set is when it comes.
func (a *Activities) corrected(ctx context.Context, r ledger.Record, profile mapping.Profile, overlay trade.Overlay) (mapping.SetFile, trade.Reason, error) {
	f, err := a.setFile(ctx, r)
	if err == nil {
		f, err = f.Correct(overlay)
	}
	if err != nil || r.Attempt <= 1 && len(overlay) == 0 && !slices.Contains(unjudged, r.Reason.Code) {
		return f, trade.Reason{}, err
	}
	findings, err := f.Errors(profile.Overlay())
	return f, invalidSet(r.Flow, f.Set, findings), err
}

// understand reads the invoice of the record.
func (p *posting) understand(ctx context.Context, profile mapping.Profile, overlay trade.Overlay) (understanding, trade.Reason, error) {
	f, reason, err := p.corrected(ctx, p.record, profile, overlay)
	if err != nil || !reason.IsZero() {
		return understanding{}, reason, err
	}
	invoice, err := doc.UnmarshalInvoice(f.Set.Segments)
	var field *doc.FieldError
	if errors.As(err, &field) {
		return understanding{}, trade.Data(trade.ReasonValueInvalid, f.Set.Path+"/"+field.Path, "correct it with `records replay --set`, or ask the partner to", "%v", field.Err), nil
	}
	return understanding{invoice, checksum(f.Set)}, trade.Reason{}, err
}

// claim takes the business key of a plan for the record; done says that another record has it.
// Keys that it had before it was corrected are given back once M3 has no batch of them.
func (p *posting) claim(ctx context.Context, plan Plan) (done bool, err error) {
	claim, err := p.claimOf(plan)
	if err != nil {
		return false, err
	}
	holder, claimed, err := p.Ledger.ClaimKey(ctx, claim)
	if err != nil || claimed {
		return false, err
	}
	return true, p.repeats(ctx, holder, plan.Invoice.Number, plan.Checksum)
}

// taken looks whether another record has the invoice's key, before the orders are asked: the
// goods of a repeated invoice are all invoiced already.
func (p *posting) taken(ctx context.Context, m mapped) (done bool, err error) {
	holder, found, err := p.Ledger.HolderOf(ctx, mapping.DuplicateKey(m.invoice, m.profile.Invoice.DuplicateScope))
	if err != nil || !found || holder.Record == p.record.ID {
		return false, err
	}
	return true, p.repeats(ctx, holder, m.invoice.Number, m.checksum)
}

// repeats ends an invoice whose key another record has: with the same content it is a
// duplicate, with another only a person can tell which is right.
func (p *posting) repeats(ctx context.Context, holder ledger.Claim, number, content string) error {
	if holder.Checksum == content {
		return p.to(ctx, trade.StateDuplicate, "duplicate", map[string]any{"other": holder.Record, "key": holder.Key}, nil)
	}
	return p.stopBeside(ctx, p.record, trade.Data(trade.ReasonInvoiceDiffers, "invoice "+number,
		"compare both; correct the number of one of them, resolve one, or ask the supplier for another number",
		"the supplier's number %s came before with other content, in record %s", number, holder.Record), false, holder.Record)
}

// eventAccepted is the event of an invoice whose plan is fixed; it names the business key.
const eventAccepted = "accepted"
