package activities

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// inTurn keeps the order in which the profiles of a partner came: of two about one supplier, the later one stands.
func (p *proposing) inTurn(ctx context.Context) error {
	r := p.record
	if err := p.Activities.inTurn(ctx, r); err != nil || r.State != trade.StateDiscovered || p.Ledger.Now().Sub(r.CreatedAt) > outOfTurn {
		return err
	}
	for _, state := range []trade.State{trade.StateDiscovered, trade.StatePrepared} {
		others, err := p.Ledger.Records(ctx, ledger.Filter{Flow: r.Flow, Company: r.Company, Partner: r.Partner, State: state})
		if err != nil {
			return err
		}
		for _, other := range others {
			if other.Set == trade.SetProfile && cameBefore(other, r) {
				return later("waits for record "+other.ID+", which came first", 300*time.Millisecond)
			}
		}
	}
	return nil
}

// cameBefore says whether a received record stands in an earlier file, or earlier in the same.
func cameBefore(a, b ledger.Record) bool {
	first, err := trade.FileOfRecord(a.ID)
	second, failed := trade.FileOfRecord(b.ID)
	return err == nil && failed == nil && (first < second || first == second && a.Revision < b.Revision)
}

// overtaken refuses what is older than a profile of the partner about the same supplier that is entered, until a person
// insists. One that was entered since then asks anew.
func (p *proposing) overtaken(ctx context.Context, s mapping.SupplierProposal) (trade.Reason, error) {
	last, entered, err := p.spoken(ctx, s.Supplier)
	if err != nil || entered.IsZero() || last.Partner != p.record.Partner || !cameBefore(p.record, last) {
		return trade.Reason{}, err
	}
	if !p.insisted.Before(entered) {
		return trade.Reason{}, nil
	}
	return mapping.Overtaken(s, last.Number), nil
}

// accepted is when somebody replayed the record last while it was parked for a reason; it is zero where nobody did. However often
// a replay is attempted, it stays the time of the request. It outlasts holds and other reasons, and a correction ends it: the
// record says something else then.
func (p *proposing) accepted(ctx context.Context, code string, replay *trade.ReplayRequest) (at time.Time, err error) {
	events, err := p.Ledger.Events(ctx, p.record.ID)
	for _, e := range events {
		if e.Kind != ledger.EventReplayRequested {
			continue
		}
		if e.Detail["set"] != nil || e.Detail["unset"] != nil {
			at = time.Time{}
		}
		if asked := p.answers(replay, code) && e.Detail["id"] == replay.ID; asked || e.State == trade.StateParked && e.Detail["reason"] == code {
			at = e.At
		}
	}
	return at, err
}

// spoken is the latest profile about a supplier that was entered, and when; the time is zero where none was.
func (p *proposing) spoken(ctx context.Context, supplier string) (r ledger.Record, entered time.Time, err error) {
	name := p.enteredOf(supplier)
	remembered, err := p.Ledger.Remembered(ctx, []string{name})
	if err != nil || remembered[name].Value == "" {
		return r, entered, err
	}
	r, err = p.Ledger.Record(ctx, remembered[name].Value)
	return r, remembered[name].At, err
}

// spoke remembers that this profile is entered for a supplier, unless a later one of the partner is.
func (p *proposing) spoke(ctx context.Context, supplier string) error {
	last, entered, err := p.spoken(ctx, supplier)
	if err != nil || !entered.IsZero() && last.Partner == p.record.Partner && cameBefore(p.record, last) {
		return err
	}
	return p.Ledger.Remember(ctx, map[string]string{p.enteredOf(supplier): p.record.ID})
}

// brings remembers that this profile is about to be entered for a supplier. What Cleo has of it from here on may be our entry,
// also where the answer is lost, or says that not all was kept.
func (p *proposing) brings(ctx context.Context, supplier string) error {
	return p.Ledger.Remember(ctx, map[string]string{p.begunOf(supplier): p.record.ID})
}

// began says whether this record itself entered a supplier, or may have. What M3 has of it then followed from that.
func (p *proposing) began(ctx context.Context, supplier string) (bool, error) {
	name := p.begunOf(supplier)
	remembered, err := p.Ledger.Remembered(ctx, []string{name})
	if err != nil || remembered[name].Value == p.record.ID {
		return err == nil, err
	}
	events, err := p.Ledger.Events(ctx, p.record.ID)
	return slices.ContainsFunc(events, func(e ledger.Event) bool {
		return e.Kind == eventEntered && e.Detail["supplier"] == supplier
	}), err
}

// brought says whether the partner brought a number to Cleo, and refuses one that another partner brought, or is about to, with
// whatever leading zeros. What was entered once and is there no more is nobody's, and so is what began and was given up. Cleo
// is not asked what came since the decision began: that counts as there.
func (p *proposing) brought(ctx context.Context, s mapping.SupplierProposal, there *cleoRecord) (own bool, foreign trade.Reason, err error) {
	for _, spelling := range mapping.SpellingsOf(s.Supplier) {
		entered, begun := p.enteredOf(spelling), p.begunOf(spelling)
		remembered, err := p.Ledger.Remembered(ctx, []string{entered, begun})
		if err != nil {
			return false, foreign, err
		}
		last := cmp.Or(remembered[begun].Value, remembered[entered].Value) // whoever began last did so where nobody else had it
		if last == "" {
			continue
		}
		before, err := p.Ledger.Record(ctx, last)
		if err != nil {
			return false, foreign, err
		}
		stays := there != nil && there.code == spelling || !remembered[entered].At.Before(p.asked)
		switch {
		case before.Partner == p.record.Partner:
			own = own || spelling == s.Supplier
		case !stays && (before.State == trade.StateSynced || before.State == trade.StateResolved):
		default:
			return false, p.foreign(s, "partner "+before.Partner, spelling), nil
		}
	}
	return own, foreign, nil
}

// enteredOf and begunOf name what is remembered of a supplier: the profile that is entered, and the one that is about to be.
func (p *proposing) enteredOf(supplier string) string { return p.memoryOf("about", supplier) }

func (p *proposing) begunOf(supplier string) string { return p.memoryOf("brings", supplier) }

func (p *proposing) memoryOf(what, supplier string) string {
	return fmt.Sprintf("profile %s %s %s/%s", what, p.settings.Entity.Name, p.key, supplier)
}
