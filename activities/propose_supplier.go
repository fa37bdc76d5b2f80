package activities

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"tradewind/cleo"
	"tradewind/edi/doc"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// ProposalParams name a received trading partner profile; Replay is set when somebody asked for another run.
type ProposalParams struct {
	Record string               `json:"record"`
	Replay *trade.ReplayRequest `json:"replay,omitempty"`
}

// The events of a proposal.
const (
	eventProposed = "proposed"
	eventEntered  = "entered at Cleo"
)

// DecideProposal reads what a partner says of suppliers, and writes down what is to be entered at Cleo. What the partner may
// not say, and what says where money goes, parks.
func (a *Activities) DecideProposal(ctx context.Context, params ProposalParams) (trade.Proposed, error) {
	ctx = subject(ctx, params.Record)
	defer beat(ctx)()
	r, err := a.Ledger.Record(ctx, params.Record)
	if err != nil {
		return trade.Proposed{}, translate(err)
	}
	if settledProposal(r, params.Replay) {
		return trade.Proposed{State: r.State}, nil
	}
	r, reason, err := a.takeReplay(ctx, r, params.Replay)
	var ended trade.State
	if err == nil && reason.IsZero() {
		if standing(r, params.Replay) {
			return trade.Proposed{}, a.stop(ctx, r, r.Reason, false)
		}
		ended, reason, err = a.addressed(ctx, r)
	}
	switch {
	case err != nil:
		return trade.Proposed{}, translate(err)
	case ended != "":
		return trade.Proposed{State: ended}, nil
	case !reason.IsZero():
		return trade.Proposed{}, a.stop(ctx, r, reason, false)
	}
	p, err := a.openProposal(ctx, r.ID)
	if err != nil {
		return trade.Proposed{}, translate(err)
	}
	if err := p.inTurn(ctx); err != nil {
		return trade.Proposed{}, translate(err)
	}
	all, reason, wait, err := p.decide(ctx, params.Replay)
	switch {
	case err != nil:
		return p.ended(ctx, err)
	case !reason.IsZero():
		return trade.Proposed{}, a.stop(ctx, p.record, reason, wait)
	}
	return p.writeDown(ctx, all)
}

// EnterProposal enters at Cleo, in the partner's name, what was written down, and closes the record: the next sync finds it
// there as it finds every other edit.
func (a *Activities) EnterProposal(ctx context.Context, params ProposalParams) (trade.Proposed, error) {
	ctx = subject(ctx, params.Record)
	defer beat(ctx)()
	p, err := a.openProposal(ctx, params.Record)
	if err != nil {
		return trade.Proposed{}, translate(err)
	}
	if settledProposal(p.record, nil) {
		return trade.Proposed{State: p.record.State}, nil
	}
	if reason, err := a.mayWrite(ctx, p.config, laneCleo); err != nil || !reason.IsZero() {
		if err != nil {
			return trade.Proposed{}, translate(err)
		}
		return trade.Proposed{}, a.stop(ctx, p.record, reason, true)
	}
	reason, err := p.enter(ctx)
	switch {
	case err != nil:
		return p.ended(ctx, err)
	case !reason.IsZero():
		return trade.Proposed{}, a.stop(ctx, p.record, reason, false)
	}
	return trade.Proposed{State: trade.StateSynced, Suppliers: len(p.written)}, nil
}

// settledProposal says whether nothing is left to do for a record, or never was.
func settledProposal(r ledger.Record, replay *trade.ReplayRequest) bool {
	return settledState(r, replay) || r.State == trade.StateTest || r.State == trade.StateDuplicate
}

// proposing is a trading partner profile on its way to Cleo.
type proposing struct {
	*masters
	record  ledger.Record
	partner mapping.Profile
	// written is what the last decision wrote down.
	written []mapping.SupplierProposal
	// insisted is when a person wanted it to stand over what was entered later; zero where nobody did.
	insisted time.Time
	// asked is when the last decision began to ask what M3 and Cleo have.
	asked time.Time
}

// openProposal reads the record, its partner's profile, and what was decided before.
func (a *Activities) openProposal(ctx context.Context, record string) (*proposing, error) {
	r, err := a.Ledger.Record(ctx, record)
	if err != nil {
		return nil, err
	}
	company, err := trade.ParseCompany(r.Company)
	if err != nil {
		return nil, err
	}
	p := &proposing{record: r}
	if p.masters, err = a.openMasters(ctx, trade.Suppliers, trade.Company{Cono: company.Cono}, &trade.PollResult{}); err != nil {
		return nil, err
	}
	p.work = r.ID
	p.partner, _ = p.config.PartnerByID(company.Cono, r.Partner)
	if r.Document.SHA256 == "" {
		return p, nil
	}
	content, err := a.Archive.Get(ctx, r.Document.SHA256)
	if err != nil {
		return nil, err
	}
	return p, json.Unmarshal(content, &p.written)
}

// ended gives the error of an activity that broke off. Refused credentials stop the lane of their system, and what no
// repetition would change parks.
func (p *proposing) ended(ctx context.Context, err error) (trade.Proposed, error) {
	var lane string
	switch {
	case ionapi.KindOf(err) == ionapi.Unauthorized:
		lane = laneInfor
	case cleo.KindOf(err) == cleo.Unauthorized:
		lane = laneCleo
	default:
		if reason := refusedForGood(p.record.Number, err); !reason.IsZero() {
			return trade.Proposed{}, p.stop(ctx, p.record, reason, false)
		}
		return trade.Proposed{}, translate(err)
	}
	if err := p.stopLane(ctx, lane, err, lanePause(err, p.config)); err != nil {
		return trade.Proposed{}, translate(err)
	}
	return trade.Proposed{}, p.stop(ctx, p.record, laneReason(lane, err.Error()), true)
}

// decide reads the set. A reason comes back where it parks, or, with wait, where it goes on by itself.
func (p *proposing) decide(ctx context.Context, replay *trade.ReplayRequest) (all []mapping.SupplierProposal, reason trade.Reason, wait bool, err error) {
	if p.partner.ID == "" {
		return nil, trade.Configuration(trade.ReasonPartnerUnknown, "partner "+p.record.Partner, "add a file for it to partners/, then replay",
			"there is no profile %s any more", p.record.Partner), false, nil
	}
	overlay, err := p.overlay(ctx, p.record)
	if err != nil {
		return nil, reason, false, err
	}
	f, reason, err := p.corrected(ctx, p.record, p.partner, overlay)
	if err != nil || !reason.IsZero() {
		return nil, reason, false, err
	}
	in, err := doc.UnmarshalTradingPartnerProfile(f.Set.Segments)
	if err != nil {
		return nil, trade.Data(trade.ReasonSetInvalid, f.Set.Path, "correct it with `records replay --set`, or ask the partner to, then replay", "the profile cannot be read: %v", err), false, nil
	}
	if all, reason = mapping.ReadProfile838(in, p.partner); !reason.IsZero() {
		return nil, reason, false, nil
	}
	unsettled, err := p.approved(ctx, all, replay) // noted first: a lane that holds the record must not lose it
	if err != nil {
		return nil, reason, false, err
	}
	p.asked = p.Ledger.Now().Truncate(time.Microsecond) // as exactly as the ledger keeps times
	if reason, wait, err = p.standsFor(ctx, all, replay); err != nil || !reason.IsZero() {
		return nil, reason, wait, err
	}
	if !unsettled.IsZero() {
		return nil, unsettled, false, nil
	}
	if p.insisted, err = p.accepted(ctx, trade.ReasonProfileOvertaken, replay); err != nil {
		return nil, reason, false, err
	}
	for _, s := range all {
		if reason, err = p.overtaken(ctx, s); err != nil || !reason.IsZero() {
			break
		}
	}
	return all, reason, false, err
}

// writeDown fixes what is to be entered.
func (p *proposing) writeDown(ctx context.Context, all []mapping.SupplierProposal) (trade.Proposed, error) {
	content, err := json.Marshal(all)
	if err != nil {
		return trade.Proposed{}, err
	}
	sha, err := p.Archive.Put(ctx, content)
	if err != nil {
		return trade.Proposed{}, translate(err)
	}
	detail := map[string]any{"asked": p.asked.UTC().Format(time.RFC3339Nano), "proposals": sha, "suppliers": keysOf(all, func(s mapping.SupplierProposal) string { return s.Supplier })}
	if dropped := p.dropped(all); len(dropped) > 0 {
		detail["dropped"] = dropped
	}
	if !p.insisted.IsZero() {
		detail["insisted"] = p.insisted.UTC().Format(time.RFC3339Nano)
	}
	_, err = p.Ledger.Transition(ctx, p.record.ID, ledger.Change{From: workedOn, To: trade.StatePrepared, Event: eventProposed, Actor: "worker", Detail: detail,
		Apply: func(r *ledger.Record) { r.Document = trade.Document{SHA256: sha, Size: int64(len(content))} }})
	return trade.Proposed{State: trade.StatePrepared, Suppliers: len(all)}, translate(err)
}

// approved notes who accepts what is said of where money goes, and says why that is not enough.
func (p *proposing) approved(ctx context.Context, all []mapping.SupplierProposal, replay *trade.ReplayRequest) (trade.Reason, error) {
	decision, waits := mapping.RemitToDecision(all), mapping.RemitToChanged(all)
	if decision == "" {
		return trade.Reason{}, nil
	}
	count, err := p.approvals(ctx, decision)
	if err != nil || count >= approvers {
		return trade.Reason{}, err
	}
	if !p.answers(replay, trade.ReasonRemitChange) || strings.TrimSpace(replay.By) == "" {
		return waits, nil
	}
	if _, err := p.Ledger.ApproveChoice(ctx, p.record.ID, replay.By, decision); err != nil {
		return trade.Reason{}, err
	}
	if count, err = p.approvals(ctx, decision); err != nil || count >= approvers {
		return trade.Reason{}, err
	}
	waits.Message += ", which " + replay.By + " accepts, and remit-to data need two people"
	return waits, nil
}

// approvals counts the people who accepted just this.
func (p *proposing) approvals(ctx context.Context, decision string) (count int, err error) {
	given, err := p.Ledger.Approvals(ctx, p.record.ID)
	for _, one := range given {
		if one.Note == decision {
			count++
		}
	}
	return count, err
}

// enter carries out what was written down, supplier by supplier, and tells of each.
func (p *proposing) enter(ctx context.Context) (trade.Reason, error) {
	done, err := p.entered(ctx)
	if err != nil {
		return trade.Reason{}, err
	}
	for _, s := range p.written {
		if done[s.Supplier] {
			continue
		}
		if reason, err := p.stillStands(ctx, s); err != nil || !reason.IsZero() {
			return reason, err
		}
		side, has, err := p.atCleo(ctx, s.Supplier)
		if err != nil {
			return trade.Reason{}, err
		}
		if err := p.brings(ctx, s.Supplier); err != nil {
			return trade.Reason{}, err
		}
		if refused, err := side.enter(ctx, has, s.Values); err != nil || !refused.IsZero() {
			return refused, err
		}
		if err := p.spoke(ctx, s.Supplier); err != nil {
			return trade.Reason{}, err
		}
		_, err = p.Ledger.Transition(ctx, p.record.ID, ledger.Change{From: workedOn, To: trade.StatePrepared, Event: eventEntered, Actor: "worker",
			Detail: map[string]any{"supplier": s.Supplier, "entered": p.keptOf(s.Values)}, Repeat: true})
		if err != nil {
			return trade.Reason{}, err
		}
	}
	_, err = p.Ledger.Transition(ctx, p.record.ID, ledger.Change{From: workedOn, To: trade.StateSynced, Event: eventSynced, Actor: "worker"})
	return trade.Reason{}, errors.Join(err, p.Ledger.OpenLane(ctx, laneCleo))
}

// entered are the suppliers that an attempt before entered of what was written down last. It takes up when
// the decision began, and what was insisted on then.
func (p *proposing) entered(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	events, err := p.Ledger.Events(ctx, p.record.ID)
	for _, e := range events {
		switch e.Kind {
		case eventProposed:
			clear(out)
			p.asked, p.insisted = toldAt(e, "asked"), time.Time{}
			if e.Detail["insisted"] != nil {
				p.insisted = toldAt(e, "insisted")
			}
		case eventEntered:
			if supplier, told := e.Detail["supplier"].(string); told {
				out[supplier] = true
			}
		}
	}
	return out, err
}

// toldAt is the time that an event tells under a name, or its own: those of before tell none.
func toldAt(e ledger.Event, name string) time.Time {
	text, _ := e.Detail[name].(string)
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at
	}
	return e.At
}

// keptOf are those of the values whose fields are kept equal.
func (p *proposing) keptOf(values masterdata.Values) masterdata.Values {
	out := masterdata.Values{}
	for _, f := range p.settings.Entity.Fields {
		if value, said := values[f.Name]; said {
			out[f.Name] = value
		}
	}
	return out
}

// dropped are the fields of each supplier that the partner gives and that are not kept equal: nothing follows from them.
func (p *proposing) dropped(all []mapping.SupplierProposal) map[string][]string {
	out := map[string][]string{}
	for _, s := range all {
		kept := p.keptOf(s.Values)
		for _, name := range slices.Sorted(maps.Keys(s.Values)) {
			if _, is := kept[name]; !is {
				out[s.Supplier] = append(out[s.Supplier], name)
			}
		}
	}
	return out
}
