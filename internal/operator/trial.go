package operator

import (
	"bytes"
	"errors"
	"fmt"

	"tradewind/edi"
	"tradewind/edi/ack"
	"tradewind/edi/doc"
	"tradewind/edi/schema"
	"tradewind/internal/config"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Trial is what would become of one transaction set of a file, without side effects: no
// system is asked, so that orders and receipts are not looked at.
type Trial struct {
	Path    string `json:"path"`
	Set     string `json:"set"`
	Number  string `json:"number,omitempty"`
	Company string `json:"company,omitempty"`
	Partner string `json:"partner,omitempty"`
	// Reasons are what would stop it, the findings of the validation first.
	Reasons []trade.Reason `json:"reasons,omitempty"`
	// Invoice is what an 810 is understood as.
	Invoice *trade.Invoice `json:"invoice,omitempty"`
	// Proposals are what an 838 would have entered at Cleo.
	Proposals []Proposed `json:"proposals,omitempty"`
}

// Try reads a file as if a partner had sent it; an empty id finds the partner by the
// envelope.
func Try(c *config.Config, content []byte, partner string) ([]Trial, error) {
	var profile mapping.Profile
	if partner != "" {
		var known bool
		if profile, known = profileOf(c, partner); !known {
			return nil, fmt.Errorf("there is no partner %q; `partners list` names them", partner)
		}
	}
	var reports ack.Collector
	if _, err := schema.Validate(bytes.NewReader(content), &reports, schema.Options{Partner: profile.Overlay()}); err != nil {
		return nil, err
	}
	trees, err := edi.ReadTolerant(bytes.NewReader(content))
	var out []Trial
	for i, tree := range trees {
		for k, group := range tree.Groups {
			for n, set := range group.Sets {
				t := trial{Trial: Trial{Path: set.Path, Set: set.ID, Number: set.Control}, config: c, profile: profile}
				t.find(tree.Interchange, group.Sender, partner != "")
				if i < len(reports.Interchanges) && k < len(reports.Interchanges[i].Groups) && n < len(reports.Interchanges[i].Groups[k].Sets) {
					t.findings(reports.Interchanges[i].Groups[k].Sets[n].Findings)
				}
				t.understand(set)
				out = append(out, t.Trial)
			}
		}
	}
	return out, err
}

func profileOf(c *config.Config, id string) (mapping.Profile, bool) {
	for _, p := range c.Partners {
		if string(p.ID) == id {
			return p, true
		}
	}
	return mapping.Profile{}, false
}

// trial is a set that is being tried.
type trial struct {
	Trial
	config  *config.Config
	profile mapping.Profile
	company config.Company
}

func (t *trial) stop(r trade.Reason) { t.Reasons = append(t.Reasons, r) }

// find says whom the set is from and for. Where the partner is given, the envelope need not
// know it.
func (t *trial) find(ic edi.Interchange, group string, given bool) {
	var known bool
	t.company, known = t.config.Receiver(ic)
	if given {
		for _, company := range t.config.Companies {
			if company.Cono == t.profile.Company && !known {
				t.company, known = company, true
			}
		}
	} else {
		t.profile, given = t.config.Sender(t.company, ic, group)
	}
	if t.Partner = string(t.profile.ID); known {
		t.Company = t.company.Key().String()
	}
	switch {
	case !known:
		t.stop(trade.Configuration(trade.ReasonReceiverUnknown, t.Path, "add the company to company.yaml, or name a partner with --partner",
			"the interchange is for %s %s, which is none of our companies", ic.ReceiverQualifier, ic.Receiver))
	case !given:
		t.stop(trade.Configuration(trade.ReasonPartnerUnknown, t.Path, "add a file for it to partners/, or name one with --partner",
			"no profile of company %s has the interchange address %s %s with group %q", t.company.Cono, ic.SenderQualifier, ic.Sender, group))
	}
}

func (t *trial) findings(findings []schema.Finding) {
	for _, f := range findings {
		if f.Severity == schema.Error {
			t.stop(trade.Data(trade.ReasonSetInvalid, f.Path, "ask the partner to correct it, or loosen the rule in the profile", "the set is not valid: %s", f.Message))
		}
	}
}

// understand maps an 810 or an 838.
func (t *trial) understand(set edi.Set) {
	switch set.ID {
	case "810":
		t.invoice(set)
	case trade.SetProfile:
		t.proposals(set)
	default:
		t.stop(trade.Configuration(trade.ReasonSetUnsupported, t.Path, "nothing; it would be recorded", "set %s is recorded, and nothing is done with it yet", set.ID))
	}
}

// readable says whether a set could be read, and stops it where a field could not.
func (t *trial) readable(err error) bool {
	var field *doc.FieldError
	if errors.As(err, &field) {
		t.stop(trade.Data(trade.ReasonValueInvalid, t.Path+"/"+field.Path, "ask the partner to correct it", "%v", field.Err))
	}
	return err == nil && t.Partner != ""
}

func (t *trial) invoice(set edi.Set) {
	in, err := doc.UnmarshalInvoice(set.Segments)
	if !t.readable(err) {
		return
	}
	t.Number = in.Number
	invoice, reason := t.config.Invoice810(t.company.Key(), t.profile).Map(in)
	if !reason.IsZero() {
		t.stop(reason)
		return
	}
	t.Invoice = &invoice
}

// proposals says what of an 838 would be entered at Cleo. Whether M3 or Cleo has a supplier that no partner stands for is not
// looked at.
func (t *trial) proposals(set edi.Set) {
	in, err := doc.UnmarshalTradingPartnerProfile(set.Segments)
	if !t.readable(err) {
		return
	}
	t.Number = in.Number
	all, reason := mapping.ReadProfile838(in, t.profile)
	if !reason.IsZero() {
		t.stop(reason)
		return
	}
	t.Proposals = proposed(t.config, all)
	for _, p := range all {
		if holder, held := t.config.Holder(string(t.profile.Company), p.Supplier); held && holder.ID != t.profile.ID {
			t.stop(mapping.ForeignSupplier(p, t.Partner, "partner "+string(holder.ID)))
		}
	}
	if reason := mapping.RemitToChanged(all); !reason.IsZero() {
		t.stop(reason)
	}
}
