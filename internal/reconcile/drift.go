package reconcile

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

// MasterData is chain D: what M3 and Cleo have of each other's master data, as they were compared last. It is a state, and
// belongs to no period.
type MasterData struct {
	// Agrees says that every difference has an explanation.
	Agrees   bool         `json:"agrees"`
	Flows    []MasterFlow `json:"flows"`
	Reliance []Reliance   `json:"reliance"`
}

// noMasterData is the chain where nothing is known.
var noMasterData = MasterData{Agrees: true, Flows: []MasterFlow{}, Reliance: []Reliance{}}

// MasterFlow is the master data of a flow and company.
type MasterFlow struct {
	Flow    trade.Flow `json:"flow"`
	Company string     `json:"company"`
	// Records are those that are kept equal and that one side has at least, Agree those that are equal on both sides by the fields' own forms; what was
	// deleted in M3 and is blocked at Cleo, where nothing can be deleted, agrees.
	Records int `json:"records"`
	Agree   int `json:"agree"`
	// WithoutProfile are the suppliers active in M3 that are trading partners at Cleo, and have no profile here.
	WithoutProfile int `json:"withoutProfile,omitempty"`
	// ComparedAt is when the last comparison began that left nothing behind; nil where there was none.
	ComparedAt *time.Time   `json:"comparedAt"`
	Items      []MasterItem `json:"items"`
}

// MasterItem is a record of master data in which the two sides differ.
type MasterItem struct {
	Flow    trade.Flow `json:"flow"`
	Company string     `json:"company"`
	// Code is the number of the supplier or customer, of an account its trade.AccountCode.
	Code   string           `json:"code"`
	Kind   MasterKind       `json:"kind"`
	Fields []DifferingField `json:"fields"`
	// Record is the id of what waits for the difference to be settled, or was refused, or was closed by a person.
	Record    string `json:"record"`
	Reason    string `json:"reason"`
	Explained bool   `json:"explained"`
}

// DifferingField is a field with what each side has.
type DifferingField struct {
	Name  string `json:"name"`
	Infor string `json:"infor"`
	Cleo  string `json:"cleo"`
}

// MasterKind says in what two sides differ, or what a setting relies on and M3 does not have.
type MasterKind string

// The kinds of differences.
const (
	MissingCleo  MasterKind = "missing_cleo"
	MissingInfor MasterKind = "missing_infor"
	Differs      MasterKind = "differs"
	BlockedInfor MasterKind = "blocked_infor"
	BlockedCleo  MasterKind = "blocked_cleo"
)

// Drift finds out what differs of the master data that the ledger knows, and what the configuration relies on that M3 does not
// have on the last day of the report. A difference is explained by the record that waits for it, was refused or closed, by a
// setting that creates nothing, and by a change since the last comparison.
func Drift(ctx context.Context, l *ledger.Ledger, rules Rules, last time.Time) (MasterData, error) {
	out := noMasterData
	known, err := l.MasterCounts(ctx)
	if err != nil {
		return out, err
	}
	for _, of := range rules.Masters {
		for _, count := range known {
			if count.Entity != of.Entity {
				continue
			}
			d := drifting{ledger: l, all: rules, rules: of, out: MasterFlow{Flow: of.Flow, Company: count.Company, Items: []MasterItem{}}}
			if err := d.read(ctx); err != nil {
				return out, err
			}
			out.Agrees = out.Agrees && d.out.Unexplained() == 0
			out.Flows = append(out.Flows, d.out)
		}
	}
	out.Reliance, err = reliance(ctx, l, rules, out.Flows, last)
	return out, err
}

// Unexplained counts the items without an explanation.
func (f MasterFlow) Unexplained() (n int) {
	for _, item := range f.Items {
		if !item.Explained {
			n++
		}
	}
	return n
}

// drifting reads the master data of a flow and company.
type drifting struct {
	ledger   *ledger.Ledger
	all      Rules
	rules    mapping.MasterRules
	compared ledger.Compared
	out      MasterFlow
}

func (d *drifting) read(ctx context.Context) (err error) {
	if d.compared, err = d.ledger.LastCompared(ctx, d.rules.Entity, d.out.Company); err != nil {
		return err
	}
	if !d.compared.Began.IsZero() {
		d.out.ComparedAt = &d.compared.Began
	}
	for after := ""; ; {
		page, err := d.ledger.Masters(ctx, d.rules.Entity, d.out.Company, after, ledger.MostMasters)
		if err != nil {
			return err
		}
		for _, m := range page {
			if err := d.add(ctx, m); err != nil {
				return err
			}
		}
		if len(page) < ledger.MostMasters {
			slices.SortStableFunc(d.out.Items, unexplainedFirst)
			return nil
		}
		after = page[len(page)-1].Code
	}
}

func unexplainedFirst(a, b MasterItem) int {
	place := map[bool]int{false: 0, true: 1}
	return cmp.Compare(place[a.Explained], place[b.Explained])
}

// add counts a record, and makes an item of one that differs.
func (d *drifting) add(ctx context.Context, m ledger.Master) error {
	if nowhere := !m.Infor.Exists && !m.Cleo.Exists; nowhere || m.Left() {
		return nil
	}
	d.out.Records++
	if d.withoutProfile(m) {
		d.out.WithoutProfile++
	}
	kind, fields := d.difference(m)
	if kind == "" {
		d.out.Agree++
		return nil
	}
	item := MasterItem{Flow: d.out.Flow, Company: d.out.Company, Code: m.Code, Kind: kind, Fields: fields}
	err := d.explain(ctx, m, &item)
	d.out.Items = append(d.out.Items, item)
	return err
}

func (d *drifting) withoutProfile(m ledger.Master) bool {
	if d.out.Flow != trade.Suppliers || !m.Cleo.Exists || m.Values[trade.MasterStatus] != trade.MasterActive {
		return false
	}
	return !d.all.profiled(d.out.Company, m.Code)
}

// difference puts the sides of a record next to each other; the kind is empty where they are equal.
func (d *drifting) difference(m ledger.Master) (kind MasterKind, fields []DifferingField) {
	fields = []DifferingField{}
	for _, f := range d.rules.Fields {
		infor, cleo := m.Values[f], atCleo(m, f)
		if m.Infor.Exists && m.Cleo.Exists && !d.rules.Equal(f, infor, cleo) {
			fields = append(fields, DifferingField{f, infor, cleo})
		}
	}
	blockedAtCleo := d.rules.Inactive(atCleo(m, trade.MasterStatus))
	status := slices.IndexFunc(fields, func(f DifferingField) bool { return f.Name == trade.MasterStatus })
	switch {
	case !m.Cleo.Exists:
		return MissingCleo, fields
	case !m.Infor.Exists && m.Agreed != nil && blockedAtCleo:
		return "", fields
	case !m.Infor.Exists:
		return MissingInfor, fields
	case status >= 0 && d.rules.Inactive(fields[status].Infor):
		return BlockedInfor, fields
	case status >= 0 && blockedAtCleo:
		return BlockedCleo, fields
	case len(fields) > 0:
		return Differs, fields
	}
	return "", fields
}

// atCleo is what Cleo has in a field, as far as is known.
func atCleo(m ledger.Master, field string) string {
	if differs, known := m.Differs[field]; known {
		return differs.Cleo
	}
	return m.Agreed[field]
}

// explain says why two sides differ.
func (d *drifting) explain(ctx context.Context, m ledger.Master, item *MasterItem) (err error) {
	item.Explained = true
	if m.Record != "" {
		if item.Reason, err = d.waiting(ctx, m.Record); err != nil || item.Reason != "" {
			item.Record = m.Record
			return err
		}
	}
	switch {
	case item.Kind == MissingCleo && d.rules.NeverAtCleo:
		item.Reason = "createCleo is never in masterdata.yaml"
	case item.Kind == MissingInfor && d.rules.NeverInInfor:
		item.Reason = "createInfor is never in masterdata.yaml"
	case d.compared.Began.IsZero():
		item.Reason = "it waits for the first comparison"
	case m.Since.After(d.compared.Began):
		item.Reason = "M3 changed it after the last comparison"
	case d.compared.By != d.rules.Checksum:
		item.Reason = "masterdata.yaml changed after the last comparison"
	default:
		item.Explained = false
		item.Reason = fmt.Sprintf("nothing waits for it; look at %s on both sides, and let the next sync compare it", m.Code)
	}
	return nil
}

// waiting is what a record says of its difference; it is empty where nothing is to come of it any more.
func (d *drifting) waiting(ctx context.Context, id string) (string, error) {
	r, err := d.ledger.Record(ctx, id)
	if err != nil {
		return "", err
	}
	switch r.State {
	case trade.StateParked, trade.StateHeld:
		return r.Reason.Message, nil
	case trade.StateDiscovered, trade.StatePrepared, trade.StateUnknown:
		return "it is on its way: " + string(r.State), nil
	case trade.StateResolved:
		return d.closed(ctx, id)
	}
	return "", nil
}

// closed tells who closed a record, and with which note.
func (d *drifting) closed(ctx context.Context, id string) (string, error) {
	events, err := d.ledger.Events(ctx, id)
	for _, e := range slices.Backward(events) {
		if e.State == trade.StateResolved {
			return fmt.Sprintf("closed by %s: %v", e.Actor, e.Detail["note"]), err
		}
	}
	return "closed by a person", err
}
