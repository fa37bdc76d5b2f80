package activities

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"strings"

	"tradewind/cleo"
	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// WriteMasterInfor writes to M3 what a decision gives it. It reads first: what is there already is not
// written again, and where M3 has something else than was compared, the decision is made anew.
func (a *Activities) WriteMasterInfor(ctx context.Context, p SettleParams) (trade.Settlement, error) {
	return a.writeMaster(ctx, p, laneInfor, (*settling).writeInfor)
}

// WriteMasterCleo writes to Cleo what a decision gives it, and closes the record: both sides agree.
func (a *Activities) WriteMasterCleo(ctx context.Context, p SettleParams) (trade.Settlement, error) {
	return a.writeMaster(ctx, p, laneCleo, (*settling).writeCleo)
}

// writeMaster writes to one system, as long as that may be written to. Refused credentials stop its lane.
func (a *Activities) writeMaster(ctx context.Context, p SettleParams, lane string, write func(*settling, context.Context) (trade.Settlement, error)) (trade.Settlement, error) {
	ctx = subject(ctx, p.Record)
	defer beat(ctx)()
	s, err := a.settling(ctx, p.Record)
	if err != nil {
		return trade.Settlement{}, translate(err)
	}
	if settledState(s.record, nil) {
		return trade.Settlement{State: s.record.State}, nil
	}
	if reason, err := a.mayWrite(ctx, s.config, lane); err != nil || !reason.IsZero() {
		if err != nil {
			return trade.Settlement{}, translate(err)
		}
		return trade.Settlement{}, a.stop(ctx, s.record, reason, true)
	}
	out, err := write(s, ctx)
	if ionapi.KindOf(err) == ionapi.Unauthorized || cleo.KindOf(err) == cleo.Unauthorized {
		if err := a.stopLane(ctx, lane, err, lanePause(err, s.config)); err != nil {
			return out, translate(err)
		}
		return out, a.stop(ctx, s.record, laneReason(lane, err.Error()), true)
	}
	if reason := refusedForGood(s.place(), err); !reason.IsZero() {
		return out, a.stop(ctx, s.record, reason, false)
	}
	return settlement(out, err)
}

func (s *settling) writeInfor(ctx context.Context) (trade.Settlement, error) {
	if err := s.infor(ctx); err != nil {
		return trade.Settlement{}, err
	}
	d, err := s.decided(ctx)
	if err != nil {
		return trade.Settlement{}, err
	}
	source := s.source()
	now, found, err := s.seeNow(ctx, source)
	if err != nil {
		return trade.Settlement{}, err
	}
	if s.has.Left() {
		return s.withdraw(ctx)
	}
	left, moved := leftToWrite(d.Decision, now, !s.record.IntentAt.IsZero())
	if moved || !found && d.Decision.Create != masterdata.Infor {
		return trade.Settlement{State: trade.StateDiscovered, Again: true}, nil
	}
	if len(left) > 0 {
		reason, err := s.act(ctx, source, left)
		if err != nil {
			return trade.Settlement{}, err
		}
		if !reason.IsZero() {
			return trade.Settlement{}, s.stop(ctx, s.record, reason, false)
		}
		if _, _, err := s.seeNow(ctx, source); err != nil {
			return trade.Settlement{}, err
		}
	}
	_, err = s.Ledger.Transition(ctx, s.record.ID, ledger.Change{From: workedOn, To: trade.StatePrepared, Event: eventMasterWritten, Actor: "worker", Detail: map[string]any{"fields": left}, Repeat: true})
	return trade.Settlement{State: trade.StatePrepared, Infor: true}, err
}

// seeNow reads what M3 has now, and remembers it.
func (s *settling) seeNow(ctx context.Context, source masterSource) (values masterdata.Values, found bool, err error) {
	asked := s.Ledger.Now()
	values, found, err = source.one(ctx, s.has.Code)
	if err != nil {
		return nil, false, err
	}
	code, one := s.has.Code, func() map[string]masterdata.Values {
		return map[string]masterdata.Values{s.has.Code: maps.Clone(values)}
	}
	switch {
	case found:
		if !s.has.Infor.Exists { // what is new there is known, also where it is none of those that are kept equal
			err = s.remember(ctx, one(), asked)
		}
		if err == nil {
			err = s.take(ctx, one(), asked)
		}
	case s.has.Left(): // it stays as it was
		return masterdata.Values{}, false, nil
	default:
		values, err = masterdata.Values{}, s.forgetThese(ctx, []string{code}, asked)
	}
	if err != nil {
		return nil, false, err
	}
	known, err := s.known(ctx, []string{code})
	s.has = known[code]
	return values, found, err
}

// act writes values to M3. Behind a lost answer the outcome is unknown, and the next attempt reads
// before it writes.
func (s *settling) act(ctx context.Context, source masterSource, left masterdata.Values) (trade.Reason, error) {
	if err := s.intend(ctx, left); err != nil {
		return trade.Reason{}, err
	}
	err := source.write(ctx, s.has.Code, left)
	var impossible *unwritable
	switch kind := ionapi.KindOf(err); {
	case err == nil:
		return trade.Reason{}, nil
	case errors.As(err, &impossible):
		said, advice, _ := strings.Cut(impossible.cause.Error(), "; ")
		return trade.Configuration(trade.ReasonMasterRefused, s.place(), cmp.Or(advice, "correct the value")+", then replay", "M3 cannot take it: %s", said), nil
	case kind == ionapi.OutcomeUnknown:
		_, failed := s.Ledger.Transition(ctx, s.record.ID, ledger.Change{To: trade.StateUnknown, Event: eventUnknown, Actor: "worker", Detail: map[string]any{"cause": err.Error()}})
		return trade.Reason{}, errors.Join(failed, err)
	case kind == ionapi.InvalidInput || kind == ionapi.NotPermitted || kind == ionapi.NotAvailable:
		return masterdata.Refused(s.place(), masterdata.Infor, err.Error()), nil
	}
	return trade.Reason{}, err
}

func (s *settling) place() string { return s.settings.Entity.Name + " " + s.has.Code }

// unwritable is a change that no call of M3 could make.
type unwritable struct{ cause error }

func (u *unwritable) Error() string { return u.cause.Error() }

// leftToWrite gives what M3 does not have yet, and says whether M3 has moved on to something else. What we began to
// make has values of its template, too.
func leftToWrite(d masterdata.Decision, now masterdata.Values, began bool) (left masterdata.Values, moved bool) {
	left, began = masterdata.Values{}, began && d.Create == masterdata.Infor
	for _, f := range d.Fields {
		want, writes := d.ToInfor[f.Name]
		switch {
		case writes && now[f.Name] == want:
		case now[f.Name] != f.Infor && !began:
			return nil, true
		case writes:
			left[f.Name] = want
		}
	}
	return left, false
}

// intend writes down what is about to be written to M3.
func (s *settling) intend(ctx context.Context, values masterdata.Values) error {
	r, err := s.Ledger.Transition(ctx, s.record.ID, ledger.Change{
		From: []trade.State{trade.StatePrepared, trade.StateHeld, trade.StateParked, trade.StateUnknown}, To: trade.StatePrepared, Event: eventMasterIntended, Actor: "worker",
		Detail: map[string]any{"fields": values}, Apply: func(r *ledger.Record) { r.IntentAt = s.Ledger.Now() },
	})
	if err == nil {
		s.record = r
	}
	return err
}

func (s *settling) writeCleo(ctx context.Context) (trade.Settlement, error) {
	if s.has.Left() {
		return s.withdraw(ctx)
	}
	d, err := s.decided(ctx)
	if err != nil {
		return trade.Settlement{}, err
	}
	has, waits := s.has, !d.Decision.Reason().IsZero()
	has.Differs = differing(d.Decision.Conflicts())
	if has.Agreed = d.Decision.Next; !waits {
		has.Record = ""
	}
	var stored cleoRecord
	if len(d.Decision.ToCleo) > 0 || d.Decision.Create == masterdata.Cleo {
		side, err := s.cleoSide(ctx)
		if err != nil {
			return trade.Settlement{}, err
		}
		err = side.write(ctx, []cleoWrite{{has.Code, d.Partner, d.Decision}}, func(_ cleoWrite, is cleoRecord) error {
			stored = is
			return nil
		})
		switch {
		case err != nil:
			return trade.Settlement{}, err
		case !stored.refused.IsZero():
			return trade.Settlement{}, s.stop(ctx, s.record, stored.refused, false)
		case stored.moved:
			return trade.Settlement{State: trade.StateDiscovered, Again: true}, nil
		}
		has.Cleo = stored.said(ledger.MasterSide{SeenAt: s.Ledger.Now()})
	}
	if err := s.conclude(ctx, has); err != nil {
		return trade.Settlement{}, err
	}
	if waits { // what the rules settle is done; now a person is asked
		return trade.Settlement{State: trade.StateDiscovered, Again: true}, nil
	}
	_, err = s.Ledger.Transition(ctx, s.record.ID, ledger.Change{From: workedOn, To: trade.StateSynced, Event: eventSynced, Actor: "worker", Detail: map[string]any{"agreed": d.Decision.Next}})
	return trade.Settlement{State: trade.StateSynced}, err
}

// conclude remembers what both sides agree on. Where a read was quicker, its values stay, and the record is closed beside them.
func (s *settling) conclude(ctx context.Context, has ledger.Master) error {
	overtaken, err := s.Ledger.SaveConcluded(ctx, []ledger.Master{has}, trade.SourceCleo, s.Ledger.Now())
	if err != nil || len(overtaken) == 0 {
		return err
	}
	known, err := s.known(ctx, overtaken)
	if now := known[has.Code]; err == nil && now.Record == s.record.ID {
		now.Record, now.Differs = has.Record, has.Differs
		_, err = s.Ledger.SaveCompared(ctx, []ledger.Master{now}, trade.SourceCleo, s.Ledger.Now())
	}
	return err
}
