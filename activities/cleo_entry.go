package activities

import (
	"context"
	"maps"

	"tradewind/cleo"
	"tradewind/internal/ledger"
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

// find looks for a partner that stands for a record under whatever alias.
func (s *partnersAtCleo) find(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	if there, err := s.one(ctx, has); err != nil || there != nil {
		return there, err
	}
	for partner, err := range s.directory.Partners(ctx) {
		if err != nil {
			return nil, err
		}
		if record := s.record(partner); partner.Key().Company == s.key.String() && record.code == has.Code {
			return &record, nil
		}
	}
	return nil, nil
}

func (s *partnersAtCleo) enter(ctx context.Context, has ledger.Master, values masterdata.Values) (masterdata.Values, trade.Reason, error) {
	there, err := s.find(ctx, has)
	if err != nil {
		return nil, trade.Reason{}, err
	}
	entered := s.unlike(nil, values)
	if there == nil {
		_, err = s.directory.CreatePartner(ctx, s.newPartner(has.Code, entered))
	} else {
		entered, err = s.change(ctx, there.reference, values)
	}
	if reason := refusedAtCleo(s.settings.Entity.Name+" "+has.Code, err); !reason.IsZero() {
		return nil, reason, nil
	}
	if cleo.KindOf(err) == cleo.NotFound { // it was deleted meanwhile: the next attempt makes it
		err = errMoved
	}
	return entered, trade.Reason{}, err
}

// change lays values over a partner as it is now. It is its own look behind a lost answer.
func (s *partnersAtCleo) change(ctx context.Context, id string, values masterdata.Values) (entered masterdata.Values, err error) {
	lay := func(p *cleo.Partner) error {
		entered = s.unlike(s.record(*p).values, values)
		layOver(p, entered)
		return nil
	}
	_, err = s.directory.UpdatePartner(ctx, id, lay)
	if written := entered; cleo.KindOf(err) == cleo.OutcomeUnknown {
		_, err = s.directory.UpdatePartner(ctx, id, lay)
		entered = written
	}
	return entered, err
}

func (s *filesAtCleo) find(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	return s.one(ctx, has)
}

// enter tells Cleo's table by a whole row, and the next sync by a row of its own, as if Cleo had said it.
func (s *filesAtCleo) enter(ctx context.Context, has ledger.Master, values masterdata.Values) (masterdata.Values, trade.Reason, error) {
	there, err := s.one(ctx, has)
	if err != nil {
		return nil, trade.Reason{}, err
	}
	whole := masterdata.Values{}
	if there != nil {
		maps.Copy(whole, there.values)
	}
	entered := s.unlike(whole, values)
	if len(entered) == 0 {
		return entered, trade.Reason{}, nil
	}
	maps.Copy(whole, entered)
	table, err := masterdata.PrintFile(s.settings.Entity, s.key.String(), []masterdata.Row{{Code: has.Code, Values: whole}})
	if err != nil {
		return nil, trade.Reason{}, err
	}
	edit, err := masterdata.PrintEdit(s.key.String(), masterdata.Row{Code: has.Code, Values: entered})
	if err != nil {
		return nil, trade.Reason{}, err
	}
	for _, file := range []struct {
		folder  string
		content []byte
	}{{s.settings.Folders.Out, table}, {s.settings.Folders.In, edit}} {
		u := s.upload(file.folder, s.settings.Entity.Name, file.content)
		u.work += " " + has.Code + " " + file.folder
		if err := u.run(ctx); err != nil {
			return nil, trade.Reason{}, err
		}
	}
	return entered, trade.Reason{}, nil
}
