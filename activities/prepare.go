package activities

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tradewind/edi/ack"
	"tradewind/edi/schema"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// PrepareParams name the record; Replay is set when somebody asked for another run.
type PrepareParams struct {
	Record string               `json:"record"`
	Replay *trade.ReplayRequest `json:"replay,omitempty"`
}

// PrepareOrder fixes what will be sent: it maps the order, gives it control
// numbers once, archives the bytes and writes all that down. A record that needs
// no sending comes back in its final state.
func (a *Activities) PrepareOrder(ctx context.Context, p PrepareParams) (trade.Prepared, error) {
	r, err := a.Ledger.Record(ctx, p.Record)
	if err != nil {
		return trade.Prepared{}, translate(err)
	}
	if _, newer, err := a.Ledger.SentAfter(ctx, r); err != nil || newer && r.State.Delivered() {
		return prepared(r), translate(err) // the supplier has a later revision
	}
	return a.prepare(ctx, r, p.Replay, a.predecessor, a.fix)
}

// prepare takes a record through its preparation: before says what must be settled first, and fix
// makes its bytes.
func (a *Activities) prepare(ctx context.Context, r ledger.Record, replay *trade.ReplayRequest,
	before func(context.Context, *ledger.Record) (trade.Reason, bool, error),
	fix func(context.Context, ledger.Record, *trade.ReplayRequest) (trade.Prepared, trade.Reason, error),
) (trade.Prepared, error) {
	if settled(r, replay) {
		return prepared(r), nil
	}
	r, refused, err := a.takeReplay(ctx, r, replay)
	if err != nil {
		return trade.Prepared{}, translate(err)
	}
	if !refused.IsZero() {
		return trade.Prepared{}, a.stop(ctx, r, refused, false)
	}
	if keepsBytes(r, replay) {
		return prepared(r), nil
	}
	if standing(r, replay) {
		return trade.Prepared{}, a.stop(ctx, r, r.Reason, false)
	}
	reason, wait, err := before(ctx, &r)
	if err == nil && settled(r, replay) {
		return prepared(r), nil
	}
	if err == nil && !reason.IsZero() {
		return trade.Prepared{}, a.stop(ctx, r, reason, wait)
	}
	var out trade.Prepared
	if err == nil {
		out, reason, err = fix(ctx, r, replay)
	}
	switch {
	case superseded(err):
		return trade.Prepared{State: trade.StateSuperseded}, nil // a newer revision came in between
	case err != nil:
		return trade.Prepared{}, translate(err)
	case !reason.IsZero():
		return trade.Prepared{}, a.stop(ctx, r, reason, false)
	}
	return out, nil
}

// standing says whether the reason that stopped the record still holds: what a poll
// found wrong parks the record until somebody asks to go on, also when the worker
// died behind the parking; and what was not read whole cannot go out at all.
func standing(r ledger.Record, replay *trade.ReplayRequest) bool {
	waits := r.State == trade.StateDiscovered || r.State == trade.StateParked
	return waits && !r.Reason.IsZero() && (replay == nil || r.Reason.Reread)
}

// superseded says whether a change came too late, because a newer revision took the
// record's place.
func superseded(err error) bool {
	var refused *ledger.StateError
	return errors.As(err, &refused) && refused.State == trade.StateSuperseded
}

// noteReplay writes down who asked for another run, once for each.
func (a *Activities) noteReplay(ctx context.Context, r ledger.Record, replay *trade.ReplayRequest) (ledger.Record, error) {
	if replay == nil {
		return r, nil
	}
	if done, err := a.noted(ctx, r, *replay); err != nil || done {
		return r, err
	}
	return a.Ledger.Transition(ctx, r.ID, ledger.ReplayRequested(r, *replay))
}

// noted says whether a request is in the trail already.
func (a *Activities) noted(ctx context.Context, r ledger.Record, replay trade.ReplayRequest) (bool, error) {
	if replay.ID == "" {
		return replay.Attempt > 0 && r.Attempt >= replay.Attempt, nil
	}
	events, err := a.Ledger.Events(ctx, r.ID)
	return slices.ContainsFunc(events, func(e ledger.Event) bool {
		return e.Kind == ledger.EventReplayRequested && e.Detail["id"] == replay.ID
	}), err
}

// settled says whether nothing is left to do for the record.
func settled(r ledger.Record, replay *trade.ReplayRequest) bool {
	switch r.State {
	case trade.StateSuperseded, trade.StateDuplicate:
		return true
	}
	return replay == nil && (r.State.Delivered() || r.State == trade.StateResolved)
}

// keepsBytes says whether the bytes of an earlier preparation stand: they may be
// on the wire, a worker died behind the preparation, or a person wants the same
// bytes again.
func keepsBytes(r ledger.Record, replay *trade.ReplayRequest) bool {
	if r.Document.SHA256 == "" {
		return false
	}
	uncertain := !r.IntentAt.IsZero() && !r.State.Delivered()
	return uncertain || replay == nil || replay.Resend
}

func prepared(r ledger.Record) trade.Prepared {
	return trade.Prepared{State: r.State, Document: r.Document, FileName: r.FileName, Interchange: r.Interchange, Group: r.Group,
		Set: r.SetControl, MappingVersion: r.MappingVersion}
}

// predecessor says whether an older revision stands in the way, and whether
// waiting helps. A revision equal to the one that was sent becomes a duplicate.
func (a *Activities) predecessor(ctx context.Context, r *ledger.Record) (reason trade.Reason, wait bool, err error) {
	before, exists, err := a.Ledger.Predecessor(ctx, *r)
	if err != nil || !exists {
		return trade.Reason{}, false, err
	}
	has, exists, err := a.Ledger.Basis(ctx, *r)
	if err != nil {
		return trade.Reason{}, false, err
	}
	if exists && !has.Uncertain && has.Record.ID == before.ID && before.Checksum == r.Checksum {
		*r, err = a.Ledger.Transition(ctx, r.ID, ledger.Change{
			From: []trade.State{trade.StateDiscovered, trade.StateHeld, trade.StateParked}, To: trade.StateDuplicate, Event: "duplicate",
			Actor: "worker", Detail: map[string]any{"equalTo": before.ID},
		})
		return trade.Reason{}, false, err
	}
	if before.State.Delivered() || before.State == trade.StateResolved {
		return trade.Reason{}, false, nil
	}
	return trade.Timing(trade.ReasonPredecessor, "it goes on by itself; see record "+before.ID,
		"revision %d of order %s is %s and must be settled first", before.Revision, r.Number, before.State).At("revision " + fmt.Sprint(r.Revision)), true, nil
}

// stop writes a stop into the ledger and gives the error that tells the workflow.
func (a *Activities) stop(ctx context.Context, r ledger.Record, reason trade.Reason, wait bool) error {
	return a.stopBeside(ctx, r, reason, wait, "")
}

// stopBeside stops a record that another one, or something in M3, stands in the way of.
func (a *Activities) stopBeside(ctx context.Context, r ledger.Record, reason trade.Reason, wait bool, other string) error {
	var detail map[string]any
	if other != "" {
		detail = map[string]any{"other": other}
	}
	state, failure := trade.StateParked, parked
	if wait {
		state, failure = trade.StateHeld, held
	}
	_, err := a.Ledger.Transition(ctx, r.ID, ledger.Change{
		From: []trade.State{trade.StateDiscovered, trade.StatePrepared, trade.StateHeld, trade.StateParked, trade.StateUnknown, trade.StateResolved,
			trade.StateSent, trade.StateAcknowledged, trade.StateOverdue, trade.StateRejected, trade.StateAccepted, trade.StateStaged, trade.StateSubmitted},
		To: state, Event: string(state), Actor: "worker", Reason: reason, Detail: detail, Repeat: r.Attempt > 1,
	})
	if superseded(err) {
		return held(trade.Timing(trade.ReasonPredecessor, "it closes by itself", "a newer revision took the place of record %s", r.ID).At("revision " + fmt.Sprint(r.Revision)))
	}
	if err != nil {
		return translate(err)
	}
	return failure(reason)
}

// fix maps what the partner gets of the revision, and writes it down.
func (a *Activities) fix(ctx context.Context, r ledger.Record, replay *trade.ReplayRequest) (trade.Prepared, trade.Reason, error) {
	c, reason, err := a.wantedVersion(ctx, replay)
	if err != nil || !reason.IsZero() {
		return trade.Prepared{}, reason, err
	}
	order, err := a.correctedOrder(ctx, r)
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	m, reason, err := c.Order850(order)
	if err != nil || !reason.IsZero() {
		return trade.Prepared{}, reason, err
	}
	now, err := a.nowIn(c, order.Company)
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	basis, err := a.basis(ctx, r)
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	document, differs, reason := m.Outgoing(basis, trade.DateOf(now))
	if !reason.IsZero() {
		return trade.Prepared{}, reason, nil
	}
	if !differs {
		return a.nothingToSend(ctx, r)
	}
	return a.number(ctx, r, c.Version, document, now, replay)
}

// wantedVersion gives the configuration that a replay asks for, or the current one.
func (a *Activities) wantedVersion(ctx context.Context, replay *trade.ReplayRequest) (*config.Config, trade.Reason, error) {
	version := versionOf(replay)
	c, err := a.Configuration(ctx, version)
	if version != "" && errors.Is(err, ErrVersion) {
		return nil, trade.Configuration(trade.ReasonVersionUnknown, "mapping version "+version,
			"replay with a version that was published, or with none for the current one", "%v", err), nil
	}
	return c, trade.Reason{}, err
}

// nowIn is the time where a company is.
func (a *Activities) nowIn(c *config.Config, key trade.Company) (time.Time, error) {
	company, err := c.Company(key)
	if err != nil {
		return time.Time{}, err
	}
	return a.Ledger.Now().In(company.Location()), nil
}

// number gives a document its control numbers, once, and writes it down.
func (a *Activities) number(ctx context.Context, r ledger.Record, version string, document mapping.Outgoing, now time.Time, replay *trade.ReplayRequest) (trade.Prepared, trade.Reason, error) {
	// A first pass with numbers that are not used shows what cannot be written
	// before any number is spent.
	trial, reason := document.Encode(mapping.Numbers{}, time.Unix(0, 0).UTC())
	var err error
	if reason.IsZero() {
		reason, err = invalid(trial, document.Profile.Overlay())
	}
	if err != nil || !reason.IsZero() {
		return trade.Prepared{}, reason, err
	}
	numbers, err := a.Ledger.Allocate(ctx, r.ID, counters(document))
	if err != nil {
		return trade.Prepared{}, trade.Reason{}, err
	}
	content, reason := document.Encode(setNumber(numbers), now)
	if !reason.IsZero() {
		return trade.Prepared{}, reason, nil
	}
	out, err := a.writeDown(ctx, r, fixed{content: content, version: version, partner: string(document.Profile.ID), kind: document.Set, interchange: mapping.InterchangeNumber(numbers.Interchange),
		group: mapping.GroupNumber(numbers.Group), set: mapping.SetNumber(setNumber(numbers).Set)}, replay)
	return out, trade.Reason{}, err
}

// invalid gives the first fault that a partner's system would find in a document, by
// the standard or by the partner's own rules.
func invalid(content []byte, rules *schema.Overlay) (trade.Reason, error) {
	var c ack.Collector
	ok, err := schema.Validate(bytes.NewReader(content), &c, schema.Options{Partner: rules})
	if err != nil || ok {
		return trade.Reason{}, err
	}
	for _, g := range c.Interchanges[0].Groups {
		for _, s := range g.Sets {
			for _, f := range s.Findings {
				if f.Severity == schema.Error {
					return trade.Data(trade.ReasonValueInvalid, f.Path, "correct it in M3 or in the profile; the next poll, or a replay, tries again",
						"the document would not be valid: %s", f.Message), nil
				}
			}
		}
	}
	return trade.Data(trade.ReasonValueInvalid, "envelope", "correct the ids in company.yaml or the profile, then replay", "the document's envelope would not be valid"), nil
}

// counters names the counters of a document. Where Cleo makes the envelope, only the set's number is
// ours.
func counters(document mapping.Outgoing) ledger.Counters {
	profile, sender := document.Profile, document.Sender
	if profile.Envelope == mapping.Cleo {
		return ledger.Counters{Set: ledger.SetCounter(string(profile.ID))}
	}
	return ledger.Counters{
		Interchange: ledger.InterchangeCounter(sender.Interchange.String(), profile.Interchange.String()),
		Group:       ledger.GroupCounter(string(sender.Group), string(profile.Group), document.Functional),
	}
}

// setNumber gives ST02 its number: 1 within a group of ours.
func setNumber(n ledger.ControlNumbers) mapping.Numbers {
	if n.Set == 0 {
		n.Set = 1
	}
	return mapping.Numbers{Interchange: n.Interchange, Group: n.Group, Set: n.Set}
}

// fixed is a document as it goes out, with its control numbers.
type fixed struct {
	content                 []byte
	version, partner        string
	kind                    string // of set
	interchange, group, set string
}

// writeDown archives a document and prepares its record.
func (a *Activities) writeDown(ctx context.Context, r ledger.Record, d fixed, replay *trade.ReplayRequest) (trade.Prepared, error) {
	sha, err := a.Archive.Put(ctx, d.content)
	if err != nil {
		return trade.Prepared{}, err
	}
	actor, detail := "worker", map[string]any{"document": sha, "mappingVersion": d.version, "interchange": d.interchange, "group": d.group, "set": d.set}
	if replay != nil {
		actor, detail["note"] = replay.By, replay.Note
	}
	r, err = a.Ledger.Transition(ctx, r.ID, ledger.Change{
		To: trade.StatePrepared, Event: "prepared", Actor: actor, Detail: detail,
		From: []trade.State{trade.StateDiscovered, trade.StatePrepared, trade.StateHeld, trade.StateParked, trade.StateRejected, trade.StateAcknowledged, trade.StateOverdue,
			trade.StateSent, trade.StateResolved},
		Apply: func(r *ledger.Record) {
			r.Document = trade.Document{SHA256: sha, Size: int64(len(d.content)), Kind: "x12"}
			r.MappingVersion, r.Partner = d.version, d.partner
			r.Set, r.Interchange, r.Group, r.SetControl = d.kind, d.interchange, d.group, d.set
			r.FileName, r.FileID = fileName(*r, sha), ""
			// SentAt stays: the supplier may have the document that went out before.
			r.IntentAt, r.DueAt, r.GiveUpAt = time.Time{}, time.Time{}, time.Time{} // nobody answers what is still to go out
		},
	})
	return prepared(r), err
}

// fileName is the same for the same bytes of the same record, so that a later
// look knows what to look for.
func fileName(r ledger.Record, sha string) string {
	number := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' {
			return c
		}
		return '_'
	}, r.Number)
	return fmt.Sprintf("%s_%s_%s_%d_%s.edi", r.Set, r.Company, number, r.Revision, sha[:12])
}

// ResolveParams close a record that waits for a person.
type ResolveParams struct {
	Record  string               `json:"record"`
	Request trade.ResolveRequest `json:"request"`
}

// ResolveRecord closes a record with a note.
func (a *Activities) ResolveRecord(ctx context.Context, p ResolveParams) error {
	_, err := a.Ledger.Transition(ctx, p.Record, ledger.Change{
		From: []trade.State{trade.StateParked, trade.StateRejected, trade.StateHeld}, To: trade.StateResolved, Event: "resolved",
		Actor: p.Request.By, Detail: map[string]any{"note": p.Request.Note}, Release: true,
	})
	return translate(err)
}

// Publish archives a configuration and makes it the one that new work uses. It
// gives the mapping version.
func (a *Activities) Publish(ctx context.Context, files config.Files) (string, error) {
	c, err := config.Load(files)
	if err != nil {
		return "", err
	}
	bundle, err := files.Bundle()
	if err != nil {
		return "", err
	}
	sha, err := a.Archive.Put(ctx, bundle)
	if err != nil {
		return "", err
	}
	return c.Version, a.Ledger.PublishConfiguration(ctx, c.Version, sha)
}
