package operator

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/pmezard/go-difflib/difflib"

	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Proposed is what a partner says of one supplier in an 838, and how much of it goes to Cleo.
type Proposed struct {
	mapping.SupplierProposal
	// NotKept are the fields, of those with a value, that masterdata.yaml does not keep equal: what is said of them goes nowhere.
	NotKept []string `json:"notKept,omitempty"`
}

// proposed marks what a configuration does not keep equal.
func proposed(c *config.Config, all []mapping.SupplierProposal) (out []Proposed) {
	kept := c.RulesOf(trade.Suppliers).Fields
	for _, s := range all {
		p := Proposed{SupplierProposal: s}
		for _, name := range slices.Sorted(maps.Keys(s.Values)) {
			if !slices.Contains(kept, name) {
				p.NotKept = append(p.NotKept, name)
			}
		}
		out = append(out, p)
	}
	return out
}

// ProposedRows writes what a partner says of suppliers, a row for each value and remark.
func ProposedRows(all []Proposed) (rows []string) {
	for _, p := range all {
		rows = append(rows, fmt.Sprintf("%s: supplier %s, %d values for Cleo", p.Place, p.Supplier, len(p.Values)-len(p.NotKept)))
		for _, name := range slices.Sorted(maps.Keys(p.Values)) {
			row := fmt.Sprintf("  %-16s %q", name, p.Values[name])
			if slices.Contains(p.NotKept, name) {
				row += " goes nowhere: masterdata.yaml does not keep it equal"
			}
			rows = append(rows, row)
		}
		for _, remark := range p.RemitTo {
			rows = append(rows, fmt.Sprintf("  where money goes, for two people and no field: %s (%s)", remark.Text, remark.Place))
		}
	}
	return rows
}

// isProfile says whether a record is a received 838 that is entered at Cleo, or the copy of a file of such; one that came
// before those were is an unsupported set of invoices-in.
func isProfile(r ledger.Record) bool {
	return r.Flow == trade.Suppliers && (r.Set == trade.SetProfile || r.State == trade.StateDuplicate)
}

// finishedProfile says why nothing more can come of an 838; it is nil where something can.
func finishedProfile(r ledger.Record) error {
	switch r.State {
	case trade.StateSynced, trade.StateSuperseded, trade.StateTest, trade.StateDuplicate:
		return fmt.Errorf("record %s is %s, and nothing of it is entered any more; a correction is another profile of the partner", r.ID, r.State)
	}
	return nil
}

// proposals reads what was written down for Cleo; what of it is kept equal is told by the current configuration.
func (o *Operator) proposals(ctx context.Context, content []byte) ([]Proposed, error) {
	var all []mapping.SupplierProposal
	if err := json.Unmarshal(content, &all); err != nil {
		return nil, err
	}
	c, err := o.Configuration(ctx, "")
	if err != nil {
		return nil, err
	}
	return proposed(c, all), nil
}

// previewProfile shows what would be entered at Cleo. As with a trial, M3 and Cleo are not asked whose a supplier is, and who
// has accepted where money goes is left to the replay.
func (o *Operator) previewProfile(ctx context.Context, c *config.Config, r ledger.Record, p Preview, request trade.ReplayRequest) (Preview, error) {
	if err := finishedProfile(r); err != nil {
		return p, err
	}
	if r.Partner == "" {
		return p, fmt.Errorf("record %s has no partner yet; replay it without --dry-run to look for one again", r.ID)
	}
	t, err := o.tryProfile(ctx, c, r, request)
	if err != nil {
		return p, err
	}
	if p.Reason = t.reason(); !p.Reason.IsZero() {
		return p, nil
	}
	var before []Proposed
	if r.Document.SHA256 != "" {
		content, err := o.Archive.Get(ctx, r.Document.SHA256)
		if err != nil {
			return p, err
		}
		if before, err = o.proposals(ctx, content); err != nil {
			return p, err
		}
	}
	p.Diff, err = difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: ended(ProposedRows(before)), B: ended(ProposedRows(t.Proposals)), FromFile: "proposed", ToFile: "replay", Context: 1,
	})
	return p, err
}

// tryProfile reads the 838 of a record with its corrections, by its partner's profile.
func (o *Operator) tryProfile(ctx context.Context, c *config.Config, r ledger.Record, request trade.ReplayRequest) (*trial, error) {
	company, err := trade.ParseCompany(r.Company)
	if err != nil {
		return nil, err
	}
	profile, known := c.PartnerByID(company.Cono, r.Partner)
	if !known {
		return nil, fmt.Errorf("record %s: there is no profile %s any more; add a file for it to partners/", r.ID, r.Partner)
	}
	overlay, err := o.Ledger.Overlay(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	f, err := o.Set(ctx, r.ID)
	if err == nil {
		f, err = f.Correct(overlay.With(request, o.Ledger.Now()))
	}
	if err != nil {
		return nil, err
	}
	findings, err := f.Errors(profile.Overlay())
	t := &trial{Trial: Trial{Path: f.Set.Path, Set: f.Set.ID, Partner: r.Partner, Company: r.Company}, config: c, profile: profile}
	t.findings(findings)
	t.proposals(f.Set)
	return t, err
}

// reason is the first that would park a record again, whoever asks.
func (t *trial) reason() trade.Reason {
	for _, r := range t.Reasons {
		if r.Code != trade.ReasonRemitChange {
			return r
		}
	}
	return trade.Reason{}
}
