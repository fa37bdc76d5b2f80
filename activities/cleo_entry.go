package activities

import (
	"cmp"
	"context"
	"maps"
	"slices"

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

// news is what of the values a partner is to have entered of a record of which Cleo has something. Who is paid is the same under
// whatever leading zeros, and that a supplier is paid itself is no news where neither side says that somebody else is.
func (m *masters) news(has ledger.Master, there, given masterdata.Values) masterdata.Values {
	out := m.unlike(there, given)
	if payee, said := out[mapping.PayeeField]; said && mapping.SameCode(payee, cmp.Or(there[mapping.PayeeField], has.Values[mapping.PayeeField], has.Code)) {
		delete(out, mapping.PayeeField)
	}
	return out
}

// asKept writes the number of who is paid as M3 has it, or the profile of a partner, where a partner leaves out leading zeros.
func (m *masters) asKept(ctx context.Context, given masterdata.Values) (masterdata.Values, error) {
	spellings := mapping.SpellingsOf(given[mapping.PayeeField])
	if given[mapping.PayeeField] == "" || len(spellings) == 0 {
		return given, nil
	}
	known, err := m.known(ctx, spellings)
	if err != nil || known[given[mapping.PayeeField]].Infor.Exists {
		return given, err
	}
	kept := slices.DeleteFunc(spellings, func(spelling string) bool { return !known[spelling].Infor.Exists })
	if holder, held := m.config.Holder(m.key.Cono, given[mapping.PayeeField]); held && len(kept) == 0 {
		kept = []string{string(holder.Supplier)}
	}
	if len(kept) == 1 { // of several it is not for us to choose
		given = maps.Clone(given)
		given[mapping.PayeeField] = kept[0]
	}
	return given, nil
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
	values, err := s.asKept(ctx, values)
	if err != nil {
		return trade.Reason{}, err
	}
	there, err := s.find(ctx, has)
	switch {
	case err != nil:
		return trade.Reason{}, err
	case there == nil || there.code != has.Code:
		whole := s.toMake(has)
		maps.Copy(whole, s.news(has, whole, values))
		_, err = s.directory.CreatePartner(ctx, s.newPartner(has.Code, whole))
	default:
		err = s.change(ctx, there.reference, has, values)
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
func (s *partnersAtCleo) change(ctx context.Context, id string, has ledger.Master, values masterdata.Values) error {
	lay := func(p *cleo.Partner) error {
		layOver(p, s.news(has, s.record(*p).values, values))
		return nil
	}
	_, err := s.directory.UpdatePartner(ctx, id, lay)
	if cleo.KindOf(err) == cleo.OutcomeUnknown {
		_, err = s.directory.UpdatePartner(ctx, id, lay)
	}
	return err
}

func (s *filesAtCleo) find(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	if err := s.readWaiting(ctx); err != nil {
		return nil, err
	}
	if there, err := s.latest(ctx, has); err != nil || there != nil {
		return there, err
	}
	spellings := mapping.SpellingsOf(has.Code)
	known, err := s.known(ctx, spellings)
	if err != nil {
		return nil, err
	}
	for _, spelling := range spellings {
		if there, err := s.latest(ctx, known[spelling]); err != nil || there != nil {
			return there, err
		}
	}
	return nil, nil
}

// latest is what Cleo has of a record by all files, those too that no sync took yet: what was entered a moment ago is one.
func (s *filesAtCleo) latest(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	if s.rows[has.Code] == nil {
		return s.one(ctx, has)
	}
	there, err := s.whole(ctx, has)
	return &there, err
}

// readWaiting reads the files that no sync took yet, and leaves them to the next one.
func (s *filesAtCleo) readWaiting(ctx context.Context) error {
	listed, err := s.mailbox.List(ctx, s.settings.Folders.In)
	if err != nil {
		return err
	}
	listed = s.ours(listed)
	remembered, err := s.Ledger.Remembered(ctx, keysOf(listed, fileMemory))
	if err != nil {
		return err
	}
	for _, file := range listed {
		if remembered[fileMemory(file)].Value == fileTaken {
			continue
		}
		if err := s.readFile(ctx, file); err != nil {
			return err
		}
	}
	return nil
}

// enter tells Cleo's table by a whole row, and the next sync by a row of its own, as if Cleo had said it: of what is new
// there, of all fields. What was entered before and no sync took yet is part of the row.
func (s *filesAtCleo) enter(ctx context.Context, has ledger.Master, values masterdata.Values) (trade.Reason, error) {
	values, err := s.asKept(ctx, values)
	if err == nil {
		err = s.readWaiting(ctx)
	}
	if err != nil {
		return trade.Reason{}, err
	}
	there, err := s.latest(ctx, has)
	if err != nil {
		return trade.Reason{}, err
	}
	whole := masterdata.Values{}
	if there != nil {
		maps.Copy(whole, there.values)
	} else {
		whole = s.toMake(has)
	}
	entered := s.news(has, whole, values)
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
	return trade.Reason{}, s.uploadBoth(ctx, has.Code, table, edit)
}

// uploadBoth tells Cleo's table first: once the edit is there, nothing is left to do. Should the values come back to these,
// both go out anew.
func (s *filesAtCleo) uploadBoth(ctx context.Context, code string, table, edit []byte) error {
	out, in := s.upload(s.settings.Folders.Out, s.settings.Entity.Name, table), s.upload(s.settings.Folders.In, s.settings.Entity.Name, edit)
	if err := in.understood(); err != nil { // then the table is not told either
		return err
	}
	uploads := []*masterUpload{&out, &in}
	for _, u := range uploads {
		u.work += " " + code + " " + u.folder
		if err := u.run(ctx); err != nil {
			return err
		}
	}
	for _, u := range uploads {
		if err := u.forget(ctx); err != nil {
			return err
		}
	}
	return nil
}
