package app

import (
	"context"
	"fmt"
	"strings"

	"tradewind/activities"
	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/operator"
	"tradewind/internal/trade"
)

// settling gives what a replay of a record of master data would write, by what a person was asked last and what a request chooses.
func (a *App) settling(ctx context.Context, r ledger.Record, request trade.ReplayRequest) (operator.Settling, error) {
	asked, err := a.Activities.AskedMaster(ctx, r)
	if err != nil {
		return operator.Settling{}, err
	}
	if asked.Parked != masterdata.Neither { // whoever replays it accepts it
		return settlingOf(accepted(asked)), nil
	}
	if asked.Question() != "" && rests(r) { // what the rules settle went its way meanwhile
		asked.Create, asked.ToInfor, asked.ToCleo, asked.Next = masterdata.Neither, nil, nil, masterdata.Values{}
	}
	choices, err := activities.ChoicesOf(request)
	if err != nil {
		return operator.Settling{}, err
	}
	resolved, err := masterdata.Resolve(asked, choices)
	if err != nil {
		return operator.Settling{}, err
	}
	out := settlingOf(resolved)
	approvals, err := a.approvals(ctx, r, asked, choices)
	out.Notes = append(approvals, out.Notes...)
	return out, err
}

// rests says whether a record waits for nothing but a person's choice, or for nothing.
func rests(r ledger.Record) bool {
	refused := r.Reason.Code == trade.ReasonMasterRefused || r.Reason.Code == trade.ReasonNameTaken
	return (r.State == trade.StateParked || r.State == trade.StateResolved) && !refused
}

// accepted is the decision that makes the record on the side that lacks it.
func accepted(asked masterdata.Decision) masterdata.Decision {
	entity := masterdata.Entity{Name: asked.Entity, CreateInfor: masterdata.CreateFromTemplate, CreateCleo: masterdata.CreateAlways}
	infor := masterdata.Side{Exists: asked.Parked != masterdata.Infor, Values: masterdata.Values{}}
	cleo := masterdata.Side{Exists: asked.Parked != masterdata.Cleo, Values: masterdata.Values{}}
	for _, f := range asked.Fields {
		entity.Fields = append(entity.Fields, f.Field)
		infor.Values[f.Name], cleo.Values[f.Name] = f.Infor, f.Cleo
	}
	return masterdata.Compare(entity, asked.Key, asked.Next, infor, cleo)
}

// approvals tells of a choice about where money goes that it is one of two, and who chose what so far; of others it tells nothing.
func (a *App) approvals(ctx context.Context, r ledger.Record, asked masterdata.Decision, choices map[string]masterdata.Choice) ([]string, error) {
	var guarded []string
	for _, f := range asked.Conflicts() {
		if _, chosen := choices[f.Name]; chosen && f.Guarded {
			guarded = append(guarded, f.Name)
		}
	}
	if len(guarded) == 0 {
		return nil, nil
	}
	given, err := a.Ledger.Approvals(ctx, r.ID)
	note := strings.Join(guarded, ", ") + " says where money goes: the replay counts as one approval of two, and nothing is written before two people have chosen the same value"
	for _, g := range given {
		note += fmt.Sprintf("; %s chose %s", g.By, g.Note)
	}
	return []string{note}, err
}

// settlingOf tells a decision: what it writes, or why it parks.
func settlingOf(d masterdata.Decision) (out operator.Settling) {
	waits := d.Reason()
	switch {
	case d.Empty() && waits.IsZero():
		return operator.Settling{Notes: []string{"both sides are alike, and neither is written to"}}
	case d.Empty():
		return operator.Settling{Reason: waits}
	case d.Create == masterdata.Infor:
		out.Notes = []string{fmt.Sprintf("%s %s is made in M3, of the template in masterdata.yaml with these values over it", d.Entity, d.Key)}
	case d.Create == masterdata.Cleo:
		out.Notes = []string{fmt.Sprintf("%s %s is made at Cleo with these values", d.Entity, d.Key)}
	}
	for _, f := range d.Fields {
		for _, side := range []struct {
			name, stands string
			lacks        bool
			gets         masterdata.Values
		}{{"M3", f.Infor, d.Create == masterdata.Infor, d.ToInfor}, {"Cleo", f.Cleo, d.Create == masterdata.Cleo, d.ToCleo}} {
			value, written := side.gets[f.Name]
			if !written {
				continue
			}
			if out.Written = append(out.Written, row(side.name, f.Name, value)); !side.lacks {
				out.Stands = append(out.Stands, row(side.name, f.Name, side.stands))
			}
		}
	}
	if !waits.IsZero() {
		out.Notes = append(out.Notes, "it waits for a person behind that: "+waits.Message)
	}
	return out
}

func row(side, field, value string) string { return fmt.Sprintf("%-4s %-16s %q", side, field, value) }
