package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tradewind/cleo"
	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// partnersAtCleo are master data that Cleo keeps as attributes of trading partners.
type partnersAtCleo struct {
	*masters
	directory cleo.Directory
}

func (s *partnersAtCleo) told(ctx context.Context, give func([]cleoRecord) error) error {
	var page []cleoRecord
	for partner, err := range s.directory.Partners(ctx) {
		if err != nil {
			return err
		}
		record := s.record(partner)
		if partner.Key().Company != s.key.String() || record.code == "" {
			continue
		}
		if _, _, err := trade.ParseAccountCode(record.code); s.flow == trade.Accounts && err != nil {
			s.warn("trading partner %s at Cleo stands for an account that is none: %v", partner.Alias, err)
			continue
		}
		if page = append(page, record); len(page) == masterPage {
			if err := give(page); err != nil {
				return err
			}
			page = nil
		}
	}
	return give(page)
}

// untold looks at a partner that was there: a list can hide one that was renamed while it was read.
func (s *partnersAtCleo) untold(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	if has.Cleo.Reference == "" {
		return nil, nil
	}
	return s.one(ctx, has)
}

func (s *partnersAtCleo) one(ctx context.Context, has ledger.Master) (*cleoRecord, error) {
	fresh := s.newPartner(has.Code, nil)
	read := func() (cleo.Partner, error) { return s.directory.PartnerBy(ctx, fresh.Alias, fresh.Key()) }
	if has.Cleo.Reference != "" {
		read = func() (cleo.Partner, error) { return s.directory.Partner(ctx, has.Cleo.Reference) }
	}
	found, err := read()
	switch kind := cleo.KindOf(err); {
	case kind == cleo.NotFound, kind == cleo.Conflict, err == nil && !found.Key().StandsFor(fresh.Key()): // or it stands for something else
		return nil, nil
	case err != nil:
		return nil, err
	}
	record := s.record(found)
	return &record, nil
}

// record is what a trading partner says: each field is an attribute.
func (s *partnersAtCleo) record(p cleo.Partner) cleoRecord {
	out := cleoRecord{code: p.Attributes[s.settings.Entity.Name], reference: p.ID, values: masterdata.Values{}}
	for _, field := range s.settings.Entity.Fields {
		if value := p.Attributes[field.Name]; value != "" {
			out.values[field.Name] = value
		}
	}
	return out
}

// write makes and changes partners one after the other.
func (s *partnersAtCleo) write(ctx context.Context, writes []cleoWrite, done func(cleoWrite, cleoRecord) error) error {
	for _, w := range writes {
		stored, err := s.store(ctx, w)
		record := s.record(stored)
		switch reason := refusedAtCleo(s.settings.Entity.Name+" "+w.code, err); {
		case !reason.IsZero():
			record = cleoRecord{code: w.code, refused: reason}
		case errors.Is(err, errMoved), cleo.KindOf(err) == cleo.NotFound:
			record = cleoRecord{code: w.code, moved: true}
		case err != nil:
			return err
		}
		if err := done(w, record); err != nil {
			return err
		}
	}
	return nil
}

func (s *partnersAtCleo) together() bool { return false }

// errMoved says that a partner is no longer what was compared.
var errMoved = errors.New("the trading partner changed since it was compared")

// store makes a trading partner, or changes the attributes that differ. What a lost answer did is looked up.
func (s *partnersAtCleo) store(ctx context.Context, w cleoWrite) (cleo.Partner, error) {
	if w.reference != "" {
		return s.update(ctx, w.reference, w)
	}
	p := s.newPartner(w.code, w.decision.ToCleo)
	stored, err := s.directory.CreatePartner(ctx, p)
	kind := cleo.KindOf(err)
	if kind != cleo.Conflict && kind != cleo.OutcomeUnknown {
		return stored, err
	}
	found, lookErr := s.directory.PartnerBy(ctx, p.Alias, p.Key())
	switch cleo.KindOf(lookErr) {
	case "":
		return s.update(ctx, found.ID, w)
	case cleo.NotFound: // it was not made: the next attempt makes it
		return stored, err
	}
	return stored, lookErr
}

// update changes the attributes that differ, unless somebody else did since they were compared. It is its own look.
func (s *partnersAtCleo) update(ctx context.Context, id string, w cleoWrite) (cleo.Partner, error) {
	change := func(p *cleo.Partner) error {
		if !p.Key().StandsFor(s.newPartner(w.code, nil).Key()) || w.movedOn(s.record(*p).values) {
			return errMoved
		}
		layOver(p, w.decision.ToCleo)
		return nil
	}
	stored, err := s.directory.UpdatePartner(ctx, id, change)
	if cleo.KindOf(err) == cleo.OutcomeUnknown {
		return s.directory.UpdatePartner(ctx, id, change)
	}
	return stored, err
}

// movedOn says whether Cleo has something in a field to be written that is neither what was compared nor what is wanted.
func (w cleoWrite) movedOn(now masterdata.Values) bool {
	for _, f := range w.decision.Fields {
		want, writes := w.decision.ToCleo[f.Name]
		if writes && now[f.Name] != want && now[f.Name] != f.Cleo {
			return true
		}
	}
	return false
}

// refusedAtCleo is the reason of a record whose change Cleo does not take; repeating it would not help.
func refusedAtCleo(place string, err error) trade.Reason {
	said, _, _ := strings.Cut(fmt.Sprint(err), "; ")
	switch cleo.KindOf(err) {
	case cleo.Conflict:
		return trade.Data(trade.ReasonNameTaken, place, "rename that partner at Cleo, or give it this supplier's key, then replay", "another trading partner has the alias: %s", said)
	case cleo.InvalidInput, cleo.NotPermitted:
		return masterdata.Refused(place, masterdata.Cleo, said)
	}
	return trade.Reason{}
}

// newPartner is the trading partner that a record becomes. A supplier with a profile has its ids.
func (m *masters) newPartner(code string, values masterdata.Values) cleo.Partner {
	entity, company := m.settings.Entity.Name, m.key.String()
	p := cleo.Partner{Alias: company + "-" + code, Attributes: map[string]string{cleo.AttributeCompany: company, entity: code}}
	if entity != trade.EntitySupplier {
		p.Alias = strings.Join([]string{company, entity, code}, "-")
	}
	if profile, known := m.config.Partner(m.key.Cono, code); known && entity == trade.EntitySupplier {
		p.Alias = string(profile.ID)
		p.InterchangeIDs = []cleo.InterchangeID{{ID: string(profile.Interchange.ID), Qualifier: string(profile.Interchange.Qualifier)}}
	}
	layOver(&p, values)
	return p
}

// layOver writes values into a partner; an empty one takes its attribute away.
func layOver(p *cleo.Partner, values masterdata.Values) {
	if p.Attributes == nil {
		p.Attributes = map[string]string{}
	}
	for name, value := range values {
		if value == "" {
			delete(p.Attributes, name)
			continue
		}
		p.Attributes[name] = value
	}
}
