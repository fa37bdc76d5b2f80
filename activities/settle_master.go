package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// SettleParams name a record of master data; Replay is set when somebody decided about it.
type SettleParams struct {
	Record string               `json:"record"`
	Replay *trade.ReplayRequest `json:"replay,omitempty"`
}

// The events of a settlement.
const (
	eventDecided        = "decided"
	eventMasterIntended = "write to M3 intended"
	eventMasterWritten  = "written to M3"
	eventCleoWritten    = "written to Cleo"
	eventAsked          = "asked"
	eventSynced         = "synced"
	eventSuperseded     = "superseded"
)

// workedOn are the states of a record of which something is still to come, or that somebody replays.
var workedOn = []trade.State{trade.StateDiscovered, trade.StateParked, trade.StateHeld, trade.StatePrepared, trade.StateUnknown, trade.StateResolved}

// settling is a record of master data with what it is about.
type settling struct {
	*masters
	record ledger.Record
	has    ledger.Master
}

func (a *Activities) settling(ctx context.Context, record string) (*settling, error) {
	r, err := a.Ledger.Record(ctx, record)
	if err != nil {
		return nil, err
	}
	key, err := trade.ParseCompany(r.Company)
	if err != nil {
		return nil, err
	}
	m, err := a.openMasters(ctx, r.Flow, key, &trade.PollResult{})
	if err != nil {
		return nil, err
	}
	m.work = r.ID
	known, err := m.known(ctx, []string{r.Number})
	return &settling{masters: m, record: r, has: known[r.Number]}, err
}

// settledState says whether nothing is left to do for a record of master data.
func settledState(r ledger.Record, replay *trade.ReplayRequest) bool {
	switch r.State {
	case trade.StateSynced, trade.StateSuperseded:
		return true
	}
	return r.State == trade.StateResolved && replay == nil
}

// DecideMaster compares the two sides of a record again, with what a person chose, and writes down what
// is to be done. What a person must still decide parks.
func (a *Activities) DecideMaster(ctx context.Context, p SettleParams) (trade.Settlement, error) {
	ctx = subject(ctx, p.Record)
	defer beat(ctx)()
	s, err := a.settling(ctx, p.Record)
	if err != nil {
		return trade.Settlement{}, translate(err)
	}
	if settledState(s.record, p.Replay) {
		return trade.Settlement{State: s.record.State}, nil
	}
	refused := trade.Reason{}
	if s.record, refused, err = a.takeReplay(ctx, s.record, p.Replay); err != nil {
		return trade.Settlement{}, translate(err)
	}
	if !refused.IsZero() {
		return trade.Settlement{}, a.stop(ctx, s.record, refused, false)
	}
	side, err := s.cleoSide(ctx)
	if err != nil {
		return trade.Settlement{}, translate(err)
	}
	says, err := side.one(ctx, s.has)
	if err == nil {
		var left bool
		if left, err = s.leaves(says); left {
			return settlement(s.withdraw(ctx))
		}
	}
	if reason := refusedForGood(s.place(), err); !reason.IsZero() {
		return trade.Settlement{}, a.stop(ctx, s.record, reason, false)
	}
	if err != nil {
		return trade.Settlement{}, translate(err)
	}
	d, reason, err := s.decide(ctx, says, p.Replay)
	switch {
	case err != nil:
		return trade.Settlement{}, translate(err)
	case !reason.IsZero():
		if err := s.ask(ctx, d, says); err != nil {
			return settlement(trade.Settlement{}, err)
		}
		return trade.Settlement{}, a.stop(ctx, s.record, reason, false)
	}
	return settlement(s.writeDown(ctx, d, says))
}

// leaves says whether the record is none of those that are kept equal, by what M3 had last, or where M3 has none, by what Cleo says.
func (s *settling) leaves(says *cleoRecord) (bool, error) {
	if s.has.Left() || s.has.Infor.Exists || s.has.Agreed != nil || says == nil {
		return s.has.Left(), nil
	}
	one := map[string]masterdata.Values{s.has.Code: says.values}
	err := s.selected(one)
	return len(one) == 0, err
}

// withdraw supersedes the record, because what it is about is none of those that are kept equal: whatever either side has stays there.
func (s *settling) withdraw(ctx context.Context) (trade.Settlement, error) {
	_, err := s.Ledger.Transition(ctx, s.record.ID, ledger.Change{From: workedOn, To: trade.StateSuperseded, Event: eventSuperseded, Actor: "worker",
		Detail: map[string]any{"by": notKept}})
	return trade.Settlement{State: trade.StateSuperseded}, err
}

// settlement ends a step: a record whose place another one took is left alone.
func settlement(out trade.Settlement, err error) (trade.Settlement, error) {
	if superseded(err) {
		return trade.Settlement{State: trade.StateSuperseded}, nil
	}
	return out, translate(err)
}

// decide gives the decision that stands, or the reason why a person must decide.
func (s *settling) decide(ctx context.Context, says *cleoRecord, replay *trade.ReplayRequest) (masterdata.Decision, trade.Reason, error) {
	d := s.compare(s.has, says)
	if replay == nil {
		return d, waitsFor(d), nil
	}
	if d.Parked != masterdata.Neither { // whoever replays it accepts it
		s.settings.Entity.CreateInfor, s.settings.Entity.CreateCleo = masterdata.CreateFromTemplate, masterdata.CreateAlways
		d = s.compare(s.has, says)
	}
	choices, err := ChoicesOf(*replay)
	if err != nil || len(choices) == 0 || d.Question() == "" { // or nothing is left to choose
		return d, waitsFor(d), err
	}
	asked, err := s.asked(ctx, s.record)
	if err != nil {
		return d, trade.Reason{}, err
	}
	if asked.Decision.Question() != d.Question() {
		reason := d.Reason()
		reason.Message = "what was decided no longer holds, because one side changed meanwhile: " + reason.Message
		return d, reason, nil
	}
	if reason, err := s.approved(ctx, d, says, choices, *replay); err != nil || !reason.IsZero() {
		return d, reason, err
	}
	resolved, err := masterdata.Resolve(d, choices)
	return resolved, waitsFor(resolved), err
}

// waitsFor is the reason why a person must decide before anything else: what the rules settle is written first.
func waitsFor(d masterdata.Decision) trade.Reason {
	if d.Empty() {
		return d.Reason()
	}
	return trade.Reason{}
}

// asked is the question that a person was asked last: one side may have moved on since the record was made.
func (a *Activities) asked(ctx context.Context, r ledger.Record) (d difference, err error) {
	if r.Document.SHA256 != "" {
		content, err := a.Archive.Get(ctx, r.Document.SHA256)
		if err != nil {
			return d, err
		}
		if err := json.Unmarshal(content, &d); err != nil || d.Decision.Question() != "" {
			return d, err
		}
	}
	return d, a.canonical(ctx, r, &d)
}

// AskedMaster is what a person was asked last about a record of master data, or what the record was made of.
func (a *Activities) AskedMaster(ctx context.Context, r ledger.Record) (masterdata.Decision, error) {
	d, err := a.asked(ctx, r)
	return d.Decision, err
}

// ask keeps the question where it is another one than a person was asked before.
func (s *settling) ask(ctx context.Context, d masterdata.Decision, says *cleoRecord) error {
	before, err := s.asked(ctx, s.record)
	if err != nil || before.Decision.Question() == d.Question() && s.record.State != trade.StateResolved {
		return err
	}
	document, err := s.keep(ctx, d, says)
	if err != nil {
		return err
	}
	s.record, err = s.Ledger.Transition(ctx, s.record.ID, ledger.Change{From: workedOn, To: trade.StateParked, Event: eventAsked, Actor: "worker", Reason: d.Reason(),
		Detail: map[string]any{"question": document.SHA256}, Apply: func(r *ledger.Record) { r.Document = document }})
	return err
}

// keep archives a decision.
func (s *settling) keep(ctx context.Context, d masterdata.Decision, says *cleoRecord) (trade.Document, error) {
	kept := difference{Decision: d}
	if says != nil {
		kept.Partner = says.reference
	}
	content, err := json.Marshal(kept)
	if err != nil {
		return trade.Document{}, err
	}
	sha, err := s.Archive.Put(ctx, content)
	return trade.Document{SHA256: sha, Size: int64(len(content))}, err
}

// givenValue begins a choice that is a value itself.
const givenValue = "="

// ChoicesOf reads what a person chose, by field: the value of a side, or another one.
func ChoicesOf(replay trade.ReplayRequest) (map[string]masterdata.Choice, error) {
	out := map[string]masterdata.Choice{}
	for _, c := range replay.Set {
		choice, err := choiceOf(c.Path, c.Value)
		if err != nil {
			return nil, err
		}
		out[c.Path] = choice
	}
	return out, nil
}

// choiceOf reads one choice: the value of a side by its name, or "=" and the value.
func choiceOf(field, text string) (masterdata.Choice, error) {
	if value, given := strings.CutPrefix(text, givenValue); given {
		return masterdata.Choice{Value: value}, nil
	}
	if text == string(masterdata.Infor) || text == string(masterdata.Cleo) {
		return masterdata.Choice{Side: masterdata.System(text)}, nil
	}
	return masterdata.Choice{}, trade.Refuse(field, "%s is set to %q; write infor or cleo for the value of that side, or = and the value", field, text)
}

// Value shows the values among which a field is to be chosen.
func (d difference) Value(path string) (full, value string, err error) {
	for _, f := range d.Decision.Conflicts() {
		if f.Name == path {
			return path, f.String(), nil
		}
	}
	return "", "", trade.Refuse(path, "%s of %s %s waits for no decision", path, d.Decision.Entity, d.Decision.Key)
}

// Takes refuses choices that cannot be read.
func (d difference) Takes(overlay trade.Overlay) error {
	for _, c := range overlay {
		if _, err := choiceOf(c.Path, c.Value); err != nil {
			return err
		}
	}
	return nil
}

// approvers is how many people must decide alike about where money goes.
const approvers = 2

// approved notes what a person decided about guarded fields, and says why that is not enough.
func (s *settling) approved(ctx context.Context, d masterdata.Decision, says *cleoRecord, choices map[string]masterdata.Choice, replay trade.ReplayRequest) (trade.Reason, error) {
	chosen := guardedChoices(d, choices)
	if chosen == "" {
		return trade.Reason{}, nil
	}
	if s.record.State == trade.StateResolved {
		if err := s.ask(ctx, d, says); err != nil {
			return trade.Reason{}, err
		}
	}
	count, err := s.Ledger.ApproveChoice(ctx, s.record.ID, replay.By, chosen)
	if err != nil {
		return trade.Reason{}, err
	}
	given, err := s.Ledger.Approvals(ctx, s.record.ID)
	if err != nil {
		return trade.Reason{}, err
	}
	for _, other := range given {
		if other.Note != chosen {
			return trade.Data(trade.ReasonRemitChange, s.place(), "agree, and replay it with the same choice",
				"%s chose %s, and %s chose %s", other.By, other.Note, replay.By, chosen), nil
		}
	}
	if count < approvers {
		return trade.Data(trade.ReasonRemitChange, s.place(), "let a second person make sure of it by a contact that is known from before, and replay it with the same choice",
			"%s chose %s, and remit-to data need two people", replay.By, chosen), nil
	}
	return trade.Reason{}, nil
}

// guardedChoices writes the values that were chosen for guarded fields: a side may have another value tomorrow.
func guardedChoices(d masterdata.Decision, choices map[string]masterdata.Choice) string {
	var out []string
	for _, f := range d.Fields {
		choice, chosen := choices[f.Name]
		if !chosen || !f.Guarded {
			continue
		}
		value := map[masterdata.System]string{masterdata.Infor: f.Infor, masterdata.Cleo: f.Cleo, masterdata.Neither: choice.Value}[choice.Side]
		out = append(out, fmt.Sprintf("%s %q", f.Name, strings.TrimSpace(value)))
	}
	return strings.Join(out, ", ")
}

// writeDown fixes what is to be written.
func (s *settling) writeDown(ctx context.Context, d masterdata.Decision, says *cleoRecord) (trade.Settlement, error) {
	document, err := s.keep(ctx, d, says)
	if err != nil {
		return trade.Settlement{}, err
	}
	detail := overwritten(d)
	detail["decision"] = document.SHA256
	_, err = s.Ledger.Transition(ctx, s.record.ID, ledger.Change{From: workedOn, To: trade.StatePrepared, Event: eventDecided, Actor: "worker", Detail: detail,
		Apply: func(r *ledger.Record) { r.Document, r.IntentAt = document, time.Time{} }})
	return trade.Settlement{State: trade.StatePrepared, Infor: difference{Decision: d}.toInfor()}, err
}

// decided reads what was fixed.
func (s *settling) decided(ctx context.Context) (d difference, err error) {
	content, err := s.Archive.Get(ctx, s.record.Document.SHA256)
	if err != nil {
		return d, err
	}
	return d, errors.Join(json.Unmarshal(content, &d))
}
