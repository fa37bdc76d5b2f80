package activities

import (
	"context"
	"fmt"

	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// outwardSets are the sets of ours that an 824 may be about, with the flow and the functional id (GS01)
// of each.
var outwardSets = []struct {
	set, functional string
	flow            trade.Flow
}{{"850", "PO", trade.OrdersOut}, {trade.SetChange, "PC", trade.OrdersOut}, {"810", "IN", trade.InvoicesOut}}

// advised finds the document of ours that an 824 means: by its number, else by the control numbers
// that it went out with.
func (m *businessAnswer) advised(ctx context.Context, d trade.AdvisedDocument) (ledger.Record, bool, error) {
	flow := trade.OrdersOut
	for _, known := range outwardSets {
		if known.set == d.Set {
			flow = known.flow
		}
	}
	r, found, err := m.Ledger.LastSent(ctx, flow, m.record.Partner, d.Number)
	if err != nil || found || numberOf(d.Group) == 0 && numberOf(d.Control) == 0 {
		return r, found, err
	}
	return m.numbered(ctx, d) // what stands for the number may be any other reference
}

// numbered finds a document by its group and set, or by the set alone where the envelope is Cleo's.
// Numbers that several of ours have, of other kinds, name none of them.
func (m *businessAnswer) numbered(ctx context.Context, d trade.AdvisedDocument) (found ledger.Record, ok bool, err error) {
	counters, err := m.countersOf(d)
	if err != nil {
		return found, false, err
	}
	number := numberOf(d.Group)
	if m.profile.Envelope == mapping.Cleo {
		number = numberOf(d.Control)
	}
	for _, counter := range counters {
		id, known, err := m.Ledger.Numbered(ctx, counter, number)
		if err != nil {
			return ledger.Record{}, false, err
		}
		if !known {
			continue
		}
		r, err := m.Ledger.Record(ctx, id)
		switch {
		case err != nil:
			return ledger.Record{}, false, err
		case d.Control != "" && numberOf(d.Control) != numberOf(r.SetControl) || numberOf(r.Group) != numberOf(d.Group) && m.profile.Envelope != mapping.Cleo:
			continue // another attempt of the same record, or another set
		case ok && r.ID != found.ID:
			return ledger.Record{}, false, nil
		}
		found, ok = r, true
	}
	return found, ok, nil
}

// countersOf are the counters that may have given a document its number.
func (m *businessAnswer) countersOf(d trade.AdvisedDocument) ([]string, error) {
	if m.profile.Envelope == mapping.Cleo {
		return []string{ledger.SetCounter(m.record.Partner)}, nil
	}
	key, err := trade.ParseCompany(m.record.Company)
	if err != nil {
		return nil, err
	}
	company, err := m.config.Company(key)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, known := range outwardSets {
		if d.Set == "" || d.Set == known.set {
			out = append(out, ledger.GroupCounter(string(company.Group), string(m.profile.Group), known.functional))
		}
	}
	return out, nil
}

// named says which document an 824 means.
func named(d trade.AdvisedDocument) string {
	switch {
	case d.Number != "" && d.Set == "810":
		return "invoice " + d.Number
	case d.Number != "":
		return "order " + d.Number
	}
	return fmt.Sprintf("document of group %q and set %q", d.Group, d.Control)
}
