package activities

import (
	"context"
	"errors"
	"reflect"

	"tradewind/cleo"
	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// MatchMastersParams name what to compare; Read is what the reading of M3 told.
type MatchMastersParams struct {
	Input trade.PollInput  `json:"input"`
	Read  trade.PollResult `json:"read"`
}

// MatchMasters compares what M3 says with what Cleo says, page by page. What only Cleo
// needs is written at once; what M3 needs, and what a person must decide, becomes a record.
func (a *Activities) MatchMasters(ctx context.Context, p MatchMastersParams) (trade.PollResult, error) {
	defer beat(ctx)()
	out := p.Read
	ctx = subject(ctx, out.Window.Poll+"/"+out.Window.Run)
	m, err := a.openMasters(ctx, p.Input.Flow, p.Input.Company, &out)
	if err != nil {
		return out, translate(err)
	}
	reason, err := a.mayWrite(ctx, m.config, laneCleo)
	if err != nil || !reason.IsZero() {
		out.Stopped = reason.Message
		return out, translate(err)
	}
	err = m.match(ctx)
	if cleo.KindOf(err) == cleo.Unauthorized {
		out.Stopped, err = err.Error(), a.stopLane(ctx, laneCleo, err, lanePause(err, m.config))
		return out, translate(err)
	}
	if err == nil {
		err = a.Ledger.OpenLane(ctx, laneCleo)
	}
	return out, translate(err)
}

// matching is one comparison of a company's master data.
type matching struct {
	*masters
	side cleoSide
	seen map[string]bool
	// changed is what of the page is to be remembered.
	changed []ledger.Master
	// awaited are the records that need something at Cleo.
	awaited []awaited
	// moved says that something changed meanwhile, at Cleo or in the ledger, which the next run compares again.
	moved bool
}

func (m *masters) match(ctx context.Context) error {
	began := m.Ledger.Now()
	side, err := m.cleoSide(ctx)
	if err != nil {
		return err
	}
	t := &matching{masters: m, side: side, seen: map[string]bool{}}
	if err := side.told(ctx, func(page []cleoRecord) error { return t.readTold(ctx, page) }); err != nil {
		return err
	}
	if err := t.readOthers(ctx); err != nil {
		return err
	}
	err = t.writeAwaited(ctx)
	if err == nil && !t.moved {
		err = m.Ledger.MarkCompared(ctx, m.settings.Entity.Name, m.key.String(), ledger.Compared{Began: began, By: m.settings.Entity.Checksum()})
	}
	if err != nil {
		return err
	}
	return m.importPartners(ctx)
}

// readTold compares what Cleo says.
func (t *matching) readTold(ctx context.Context, page []cleoRecord) error {
	known, err := t.known(ctx, keysOf(page, func(r cleoRecord) string { return r.code }))
	if err != nil {
		return err
	}
	for _, says := range page {
		if t.seen[says.code] {
			t.warn("Cleo has %s %s more than once, and the first is kept equal; take the key off the others", t.settings.Entity.Name, says.code)
			continue
		}
		t.seen[says.code] = true
		if err := t.decide(ctx, known[says.code], &says); err != nil {
			return err
		}
	}
	return t.save(ctx)
}

// readOthers compares what M3 has and of which Cleo said nothing.
func (t *matching) readOthers(ctx context.Context) error {
	for after := ""; ; {
		page, err := t.Ledger.Masters(ctx, t.settings.Entity.Name, t.key.String(), after, masterPage)
		if err != nil {
			return err
		}
		for _, has := range page {
			nothing := !has.Infor.Exists && has.Agreed == nil && has.Cleo.Reference == "" && has.Record == "" && has.Differs == nil
			if t.seen[has.Code] || nothing {
				continue
			}
			says, err := t.side.untold(ctx, has)
			if err != nil {
				return err
			}
			if err := t.decide(ctx, has, says); err != nil {
				return err
			}
		}
		if err := t.save(ctx); err != nil || len(page) < masterPage {
			return err
		}
		after = page[len(page)-1].Code
	}
}

// decide compares one record. What is equal is only remembered, where it is not yet.
func (t *matching) decide(ctx context.Context, has ledger.Master, says *cleoRecord) error {
	if has.Left() {
		return t.leftAlone(ctx, has, says)
	}
	if foreign, err := t.foreign(has, says); err != nil || foreign {
		if foreign && (has.Record != "" || has.Differs != nil) {
			return t.leftAlone(ctx, has, says)
		}
		return err
	}
	before, d := has, t.compare(has, says)
	has.Cleo = says.said(has.Cleo)
	found := difference{Decision: d, Partner: has.Cleo.Reference}
	toCleo := !d.Empty() && !found.toInfor()
	if toCleo {
		closed, err := t.closed(ctx, has, found)
		if err != nil || closed && d.Reason().IsZero() {
			return err
		}
		t.await(has, says)
	}
	switch {
	case found.toInfor(), !d.Reason().IsZero(), len(d.Overwritten()) > 0: // what is written over an edit is told by a record
		record, err := t.registerDifference(ctx, has, found, d.Reason())
		if err != nil {
			return err
		}
		has.Record, has.Differs = record, differing(d.Differing())
	case toCleo:
		return nil // remembered behind the write
	default:
		t.out.Unchanged++
		has.Agreed, has.Differs = d.Next, nil
		if err := t.settled(ctx, &has); err != nil {
			return err
		}
	}
	if !reflect.DeepEqual(before, has) {
		t.changed = append(t.changed, has)
	}
	return nil
}

// save remembers what a page changed.
func (t *matching) save(ctx context.Context) error {
	page := t.changed
	t.changed = nil
	overtaken, err := t.Ledger.SaveCompared(ctx, page, trade.SourceCleo, t.Ledger.Now())
	t.moved = t.moved || len(overtaken) > 0
	return err
}

// foreign says whether a record of Cleo's of which M3 said nothing is none of those that are kept equal.
func (t *matching) foreign(has ledger.Master, says *cleoRecord) (bool, error) {
	if says == nil || has.Infor.Exists || has.Agreed != nil {
		return false, nil
	}
	one := map[string]masterdata.Values{says.code: says.values}
	err := t.selected(one)
	return len(one) == 0, err
}

// leftAlone asks nothing more about a record that is none of those that are kept equal, and whatever either side has stays
// there. Where Cleo has something else than is agreed, that is remembered: a file tells it once.
func (t *matching) leftAlone(ctx context.Context, has ledger.Master, says *cleoRecord) error {
	before := has
	if has.Record != "" {
		stays, err := t.Ledger.WithdrawMaster(ctx, t.flow, t.key, has.Code, notKept)
		if err != nil || stays {
			return err
		}
		has.Record = ""
	}
	if !has.Infor.Exists {
		has.Cleo = ledger.MasterSide{SeenAt: has.Cleo.SeenAt}
	}
	if says != nil {
		has.Differs = t.disagreed(has, says.values)
	}
	if !reflect.DeepEqual(before, has) {
		t.changed = append(t.changed, has)
	}
	return nil
}

// notKept is why the record of a difference is withdrawn whose record of master data left.
const notKept = "it is none of those that are kept equal any more"

// disagreed are the fields in which Cleo has something else than is agreed.
func (m *masters) disagreed(has ledger.Master, there masterdata.Values) map[string]ledger.SideValues {
	var out map[string]ledger.SideValues
	for _, f := range m.settings.Entity.Fields {
		if f.Equal(has.Agreed[f.Name], there[f.Name]) {
			continue
		}
		if out == nil {
			out = map[string]ledger.SideValues{}
		}
		out[f.Name] = ledger.SideValues{Infor: has.Values[f.Name], Cleo: there[f.Name]}
	}
	return out
}

// settled closes the record of a difference that is there no more.
func (m *masters) settled(ctx context.Context, has *ledger.Master) error {
	if has.Record == "" {
		return nil
	}
	has.Record = ""
	_, err := m.Ledger.WithdrawMaster(ctx, m.flow, m.key, has.Code, "both sides agree again")
	return err
}

// written remembers that both sides agree once Cleo has what it needed.
func (t *matching) written(ctx context.Context, page []writtenRecord) error {
	known, err := t.known(ctx, keysOf(page, func(w writtenRecord) string { return w.code }))
	if err != nil {
		return err
	}
	changed := make([]ledger.Master, 0, len(page))
	for _, w := range page {
		if w.stored.moved { // the next run compares it again
			t.moved = true
			continue
		}
		has := known[w.code]
		if err := t.conclude(ctx, &has, w); err != nil {
			return err
		}
		changed = append(changed, has)
	}
	overtaken, err := t.Ledger.SaveConcluded(ctx, changed, trade.SourceCleo, t.Ledger.Now())
	t.moved = t.moved || len(overtaken) > 0
	return err
}

// conclude is what is to be remembered of a record that was written, or that Cleo refused.
func (t *matching) conclude(ctx context.Context, has *ledger.Master, w writtenRecord) (err error) {
	if !w.stored.refused.IsZero() {
		has.Cleo, has.Differs = w.compared().said(has.Cleo), differing(w.decision.Differing())
		if has.Record, err = t.registerDifference(ctx, *has, difference{Decision: w.decision, Partner: w.reference}, w.stored.refused); err != nil {
			return err
		}
		return t.tellRefused(ctx, has.Record, w.stored.refused)
	}
	t.count(w.cleoWrite)
	has.Agreed, has.Cleo = w.decision.Next, w.stored.said(ledger.MasterSide{SeenAt: t.Ledger.Now()})
	has.Differs = differing(w.decision.Conflicts())
	return t.close(ctx, has, w.decision)
}

// tellRefused warns of what Cleo refused where the record waits for something else, or was closed.
func (t *matching) tellRefused(ctx context.Context, record string, refused trade.Reason) error {
	r, err := t.Ledger.Record(ctx, record)
	if err == nil && r.Reason.Code != refused.Code {
		t.warn("%s", refused.Message)
	}
	return err
}

func (t *matching) count(w cleoWrite) {
	if w.decision.Create == masterdata.Cleo {
		t.out.Created++
	} else {
		t.out.Updated++
	}
}

// close ends the record of a decision that Cleo has, unless a person is asked something by it, and tells in it what was
// written over.
func (m *masters) close(ctx context.Context, has *ledger.Master, d masterdata.Decision) error {
	if len(d.Overwritten()) == 0 && d.Reason().IsZero() {
		return m.settled(ctx, has)
	}
	if len(d.Overwritten()) == 0 || has.Record == "" {
		return nil
	}
	r, err := m.Ledger.Record(ctx, has.Record)
	if err != nil {
		return err
	}
	change := ledger.Change{From: workedOn, To: trade.StateSynced, Event: eventSynced, Actor: "sync", Detail: overwritten(d), Repeat: true}
	if !d.Reason().IsZero() {
		change.From, change.To, change.Event, change.Reason = []trade.State{r.State}, r.State, eventCleoWritten, r.Reason
	}
	_, err = m.Ledger.Transition(ctx, r.ID, change)
	if d.Reason().IsZero() {
		has.Record = ""
	}
	var moved *ledger.StateError
	if errors.As(err, &moved) { // its own workflow was faster
		return nil
	}
	return err
}

// overwritten is the detail of an event by which what somebody entered was written over.
func overwritten(d masterdata.Decision) map[string]any {
	over := d.Overwritten()
	told := make([]string, len(over))
	for i, f := range over {
		told[i] = f.String()
	}
	return map[string]any{"toInfor": d.ToInfor, "toCleo": d.ToCleo, "overwritten": told}
}
