package activities

import (
	"bytes"
	"context"
	"slices"

	"tradewind/edi"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// eventAddressed is the event of a record whose company and partner are known now.
const eventAddressed = "addressed"

// addressed finds company and partner of a record that had none when it came: somebody may have added them since. What would
// have ended or stopped it on arrival, had they been known, does so now, also where a worker died behind finding them.
func (a *Activities) addressed(ctx context.Context, r ledger.Record) (ended trade.State, reason trade.Reason, err error) {
	if r.Partner != "" {
		return "", trade.Reason{}, a.foundRepeated(ctx, r)
	}
	c, err := a.Configuration(ctx, "")
	if err != nil {
		return "", trade.Reason{}, err
	}
	found, err := a.find(ctx, r)
	if err != nil {
		return "", trade.Reason{}, err
	}
	company, profile, reason := whose(c, found.tree, found.group, found.set)
	if !reason.IsZero() {
		return "", reason, nil
	}
	again, other, err := a.repeated(ctx, c, r)
	if err != nil {
		return "", trade.Reason{}, err
	}
	change := ledger.Change{To: r.State, Event: eventAddressed, Actor: "worker", Reason: r.Reason, Detail: map[string]any{"partner": string(profile.ID)},
		Apply: func(r *ledger.Record) { r.Company, r.Partner = company.Key().String(), string(profile.ID) }}
	var stopped error
	switch {
	case found.tree.Usage == "T" && company.Usage != "T":
		ended = trade.StateTest
	case again.same:
		ended = trade.StateDuplicate
		change.Detail["other"] = other
	case !again.reason.IsZero(): // in one step: between two, a worker that dies would leave nothing of it
		change.To, change.Reason, stopped = trade.StateParked, again.reason, parked(again.reason)
		change.Detail["other"] = other
	}
	if ended != "" {
		change.To, change.Reason = ended, trade.Reason{}
	}
	if _, err = a.Ledger.Transition(ctx, r.ID, change); err == nil {
		err = stopped
	}
	return ended, trade.Reason{}, err
}

// foundRepeated stops a record that was parked when its partner was found, and of which nobody was told: the worker died behind it.
func (a *Activities) foundRepeated(ctx context.Context, r ledger.Record) error {
	if r.Reason.Code != trade.ReasonDuplicateControl {
		return nil
	}
	events, err := a.Ledger.Events(ctx, r.ID)
	for _, e := range slices.Backward(events) {
		switch e.Kind {
		case eventAddressed:
			return parked(r.Reason)
		case ledger.EventReplayRequested, string(trade.StateParked):
			return err
		}
	}
	return err
}

// repeated compares the control numbers of a record again with those that came before: without a partner nothing was made of
// that. It gives the record or the file that had them.
func (a *Activities) repeated(ctx context.Context, c *config.Config, r ledger.Record) (again repeat, other string, err error) {
	number, err := trade.FileOfRecord(r.ID)
	if err != nil {
		return again, "", err
	}
	f, err := a.Ledger.File(ctx, number)
	if err != nil {
		return again, "", err
	}
	content, err := a.Archive.Get(ctx, r.Source)
	if err != nil {
		return again, "", err
	}
	in := reception{Activities: a, config: c, file: f, within: map[string]string{}, brought: map[int64][]ledger.Record{}}
	if in.trees, err = edi.ReadTolerant(bytes.NewReader(content)); err != nil {
		return again, "", err
	}
	sets := 0
	for i, tree := range in.trees {
		all, err := in.repeats(ctx, i)
		if err != nil {
			return again, "", err
		}
		for k, group := range tree.Groups {
			for n, set := range group.Sets {
				if sets++; trade.ReceivedRecordID(r.Flow, number, tree.Control, group.Control, set.Control, sets) == r.ID {
					return in.earlier(ctx, r, all.of(k, n))
				}
			}
		}
	}
	return again, "", nil
}

// earlier names what had the control numbers of a record before.
func (r *reception) earlier(ctx context.Context, of ledger.Record, again repeat) (repeat, string, error) {
	if !again.same && again.reason.IsZero() {
		return again, "", nil
	}
	other, err := r.counterpart(ctx, again, ledger.NewReceived{Group: of.Group, SetControl: of.SetControl})
	return again, other, err
}
