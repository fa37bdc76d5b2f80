package activities

import (
	"context"
	"maps"

	"tradewind/cleo"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// unlike gives those of the values that differ from what there is, each field in its own form. Fields that are not kept
// equal are left out.
func (m *masters) unlike(has, given masterdata.Values) masterdata.Values {
	out := masterdata.Values{}
	for _, f := range m.settings.Entity.Fields {
		if value, said := given[f.Name]; said && !f.Equal(has[f.Name], value) {
			out[f.Name] = value
		}
	}
	return out
}

// toMake is what a sync would make a record at Cleo of. A guarded value that nobody agreed on is not for us to enter.
func (m *masters) toMake(has ledger.Master) masterdata.Values {
	if !has.Infor.Exists {
		return masterdata.Values{}
	}
	made := m.settings.Entity
	made.CreateCleo = masterdata.CreateAlways
	return masterdata.Compare(made, has.Code, has.Agreed, masterdata.Side{Exists: true, Values: has.Values}, masterdata.Side{}).ToCleo
}

// find looks for a partner that stands for a record under whatever alias.
func (s *partnersAtCleo) find(ctx context.Context, has ledger.Master) (alike *cleoRecord, err error) {
	if there, err := s.one(ctx, has); err != nil || there != nil {
		return there, err
	}
	for partner, err := range s.directory.Partners(ctx) {
		if err != nil {
			return nil, err
		}
		record := s.record(partner)
		switch {
		case partner.Key().Company != s.key.String():
		case record.code == has.Code:
			return &record, nil
		case record.code != "" && mapping.SameCode(record.code, has.Code):
			alike = &record
		}
	}
	return alike, nil
}

func (s *partnersAtCleo) enter(ctx context.Context, has ledger.Master, values masterdata.Values) (trade.Reason, error) {
	there, err := s.find(ctx, has)
	switch {
	case err != nil:
		return trade.Reason{}, err
	case there == nil || there.code != has.Code:
		whole := s.toMake(has)
		maps.Copy(whole, s.unlike(whole, values))
		_, err = s.directory.CreatePartner(ctx, s.newPartner(has.Code, whole))
	default:
		err = s.change(ctx, there.reference, values)
	}
	if reason := refusedAtCleo(s.settings.Entity.Name+" "+has.Code, err); !reason.IsZero() {
		return reason, nil
	}
	if cleo.KindOf(err) == cleo.NotFound { // it was deleted meanwhile: the next attempt makes it
		err = errMoved
	}
	return trade.Reason{}, err
}

// change lays values over a partner as it is now. It is its own look behind a lost answer.
func (s *partnersAtCleo) change(ctx context.Context, id string, values masterdata.Values) error {
	lay := func(p *cleo.Partner) error {
		layOver(p, s.unlike(s.record(*p).values, values))
		return nil
	}
	_, err := s.directory.UpdatePartner(ctx, id, lay)
	if cleo.KindOf(err) == cleo.OutcomeUnknown {
		_, err = s.directory.UpdatePartner(ctx, id, lay)
	}
	return err
}

func (s *filesAtCleo) find(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	if there, err := s.one(ctx, has); err != nil || there != nil {
		return there, err
	}
	spellings := mapping.SpellingsOf(has.Code)
	known, err := s.known(ctx, spellings)
	if err != nil {
		return nil, err
	}
	for _, spelling := range spellings {
		if there, err := s.one(ctx, known[spelling]); err != nil || there != nil {
			return there, err
		}
	}
	return nil, nil
}

// enter tells Cleo's table by a whole row, and the next sync by a row of its own, as if Cleo had said it: of what is new
// there, of all fields.
func (s *filesAtCleo) enter(ctx context.Context, has ledger.Master, values masterdata.Values) (trade.Reason, error) {
	there, err := s.one(ctx, has)
	if err != nil {
		return trade.Reason{}, err
	}
	whole := masterdata.Values{}
	if there != nil {
		maps.Copy(whole, there.values)
	} else {
		whole = s.toMake(has)
	}
	entered := s.unlike(whole, values)
	if there != nil && len(entered) == 0 {
		return trade.Reason{}, nil
	}
	maps.Copy(whole, entered)
	if there == nil {
		entered = whole
	}
	table, err := masterdata.PrintFile(s.settings.Entity, s.key.String(), []masterdata.Row{{Code: has.Code, Values: whole}})
	if err != nil {
		return trade.Reason{}, err
	}
	edit, err := masterdata.PrintEdit(s.key.String(), masterdata.Row{Code: has.Code, Values: entered})
	if err != nil {
		return trade.Reason{}, err
	}
	for _, file := range []struct {
		folder  string
		content []byte
	}{{s.settings.Folders.Out, table}, {s.settings.Folders.In, edit}} {
		u := s.upload(file.folder, s.settings.Entity.Name, file.content)
		u.work += " " + has.Code + " " + file.folder
		if err := u.run(ctx); err != nil {
			return trade.Reason{}, err
		}
	}
	return trade.Reason{}, nil
}
