package activities

import (
	"context"
	"maps"
	"slices"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// answers says whether somebody replays the record because of what it is parked for.
func (p *proposing) answers(replay *trade.ReplayRequest, code string) bool {
	return replay != nil && p.record.State == trade.StateParked && p.record.Reason.Code == code
}

// standsFor refuses proposals about suppliers of others, and those from which nothing would follow. A partner speaks of its
// own, and of those that nobody has yet.
func (p *proposing) standsFor(ctx context.Context, all []mapping.SupplierProposal, replay *trade.ReplayRequest) (reason trade.Reason, wait bool, err error) {
	for _, s := range all {
		if holder, held := p.config.Holder(p.key.Cono, s.Supplier); held && holder.ID != p.partner.ID {
			return mapping.ForeignSupplier(s, string(p.partner.ID), "partner "+string(holder.ID)), false, nil
		}
	}
	for _, s := range all {
		if reason, wait, err = p.mayEnter(ctx, s, replay); err != nil || !reason.IsZero() {
			return reason, wait, err
		}
	}
	return trade.Reason{}, false, nil
}

// stillStands asks once more, right before a supplier is entered, what others may have entered since the decision.
func (p *proposing) stillStands(ctx context.Context, s mapping.SupplierProposal) (trade.Reason, error) {
	if reason, err := p.overtaken(ctx, s); err != nil || !reason.IsZero() {
		return reason, err
	}
	if _, own := p.config.Holder(p.key.Cono, s.Supplier); own {
		return trade.Reason{}, nil
	}
	_, foreign, err := p.brought(ctx, s, nil)
	return foreign, err
}

// mayEnter looks for a supplier at Cleo, and in M3 where that is not known, and says why it may not be entered.
func (p *proposing) mayEnter(ctx context.Context, s mapping.SupplierProposal, replay *trade.ReplayRequest) (reason trade.Reason, wait bool, err error) {
	side, has, err := p.atCleo(ctx, s.Supplier)
	if err != nil {
		return reason, false, err
	}
	there, err := side.find(ctx, has)
	if err != nil {
		return reason, false, err
	}
	_, own := p.config.Holder(p.key.Cono, s.Supplier)
	if own && there != nil && there.code != s.Supplier {
		there = nil
	}
	if known := has.Infor.Exists && !has.Left(); own && there != nil && known {
		reason, err = p.unselected(s, has.Values)
		return reason, false, err
	}
	open, lane, err := p.Ledger.EnterLane(ctx, laneInfor, laneInforPause)
	if err != nil || !open {
		return laneReason(laneInfor, lane.Reason), true, err
	}
	if err = p.infor(ctx); err == nil {
		if own {
			reason, err = p.ownSupplier(ctx, s, has, there)
		} else {
			reason, err = p.newSupplier(ctx, s, there)
		}
	}
	if err == nil {
		err = p.Ledger.OpenLane(ctx, laneInfor)
	}
	if err == nil && reason.IsZero() && there == nil {
		reason, err = p.uncreated(ctx, s, replay)
	}
	return reason, false, err
}

// atCleo gives Cleo's side, and what the ledger knows of a supplier.
func (p *proposing) atCleo(ctx context.Context, supplier string) (cleoSide, ledger.Master, error) {
	known, err := p.known(ctx, []string{supplier})
	if err != nil {
		return nil, ledger.Master{}, err
	}
	side, err := p.cleoSide(ctx)
	return side, known[supplier], err
}

// ownSupplier reads what M3 has of the partner's own supplier, so that a partner can be made of it.
func (p *proposing) ownSupplier(ctx context.Context, s mapping.SupplierProposal, has ledger.Master, there *cleoRecord) (trade.Reason, error) {
	asked := p.Ledger.Now()
	values, found, err := p.source().one(ctx, s.Supplier)
	if err != nil {
		return trade.Reason{}, err
	}
	if !found {
		if has.Left() {
			return mapping.Unkept(s, "is not in M3, and had left those that are kept equal", "enter it in M3 again"), nil
		}
		if has.Infor.Exists {
			if err := p.forgetThese(ctx, []string{s.Supplier}, asked); err != nil {
				return trade.Reason{}, err
			}
		}
		return p.unmade(s, there)
	}
	if reason, err := p.unselected(s, values); err != nil || !reason.IsZero() {
		return reason, err
	}
	return trade.Reason{}, p.remember(ctx, map[string]masterdata.Values{s.Supplier: values}, asked)
}

// newSupplier refuses a number that M3 or Cleo has, with whatever leading zeros, unless the partner itself brought it to Cleo. M3
// may have it where this record brought it, and got no further.
func (p *proposing) newSupplier(ctx context.Context, s mapping.SupplierProposal, there *cleoRecord) (trade.Reason, error) {
	spellings := mapping.SpellingsOf(s.Supplier)
	missing, err := p.source().missing(ctx, spellings)
	if err != nil {
		return trade.Reason{}, err
	}
	began, err := p.began(ctx, s.Supplier)
	if err != nil {
		return trade.Reason{}, err
	}
	ours := began && there != nil && there.code == s.Supplier
	for _, spelling := range spellings {
		if ours && spelling == s.Supplier {
			continue
		}
		if !slices.Contains(missing, spelling) {
			return p.foreign(s, "M3", spelling), nil
		}
	}
	own, foreign, err := p.brought(ctx, s, there)
	switch {
	case err != nil || !foreign.IsZero():
		return foreign, err
	case there != nil && (there.code != s.Supplier || !own):
		return p.foreign(s, "Cleo", there.code), nil
	case ours && !slices.Contains(missing, s.Supplier):
		return trade.Reason{}, nil
	}
	return p.unmade(s, there)
}

// foreign names the system that has a supplier, and its spelling of the number where that is another.
func (p *proposing) foreign(s mapping.SupplierProposal, system, spelling string) trade.Reason {
	if spelling != s.Supplier {
		system += " (as " + spelling + ")"
	}
	return mapping.ForeignSupplier(s, string(p.partner.ID), system)
}

// unselected refuses a supplier that is none of those that are kept equal.
func (p *proposing) unselected(s mapping.SupplierProposal, values masterdata.Values) (trade.Reason, error) {
	_, profile := p.profile(s.Supplier)
	selected, err := p.settings.Selects(s.Supplier, values, profile)
	if err != nil || selected {
		return trade.Reason{}, err
	}
	return mapping.Unkept(s, "is none of those that are kept equal", "let suppliers.only in masterdata.yaml select it"), nil
}

// unmade refuses a supplier that is new to M3 where nothing would make it there.
func (p *proposing) unmade(s mapping.SupplierProposal, there *cleoRecord) (trade.Reason, error) {
	if p.settings.Entity.CreateInfor == masterdata.CreateNever {
		return mapping.Unkept(s, "is not in M3, and createInfor is never", "enter the supplier in M3 and in the profile of its partner, or let suppliers.createInfor in masterdata.yaml make it"), nil
	}
	values := masterdata.Values{}
	if there != nil {
		maps.Copy(values, there.values)
	}
	maps.Copy(values, s.Values)
	return p.unselected(s, values)
}

// uncreated says why no partner is made for a supplier that Cleo does not have: never, or not before a person accepts it.
func (p *proposing) uncreated(ctx context.Context, s mapping.SupplierProposal, replay *trade.ReplayRequest) (trade.Reason, error) {
	switch p.settings.Entity.CreateCleo {
	case masterdata.CreateNever:
		return mapping.Unkept(s, "is not at Cleo, and createCleo is never", "let suppliers.createCleo in masterdata.yaml make a partner for it"), nil
	case masterdata.CreatePark:
		if accepted, err := p.accepted(ctx, trade.ReasonMasterNew, replay); err != nil || !accepted.IsZero() {
			return trade.Reason{}, err
		}
		return trade.Data(trade.ReasonMasterNew, p.settings.Entity.Name+" "+s.Supplier, "replay it to accept, or resolve this record",
			"the partner speaks of a %s that Cleo does not have, where only a person may create one", p.settings.Entity.Name), nil
	}
	return trade.Reason{}, nil
}
