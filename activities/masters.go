package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tradewind/cleo"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// masterPage is how many records of master data are compared at once.
const masterPage = 500

// masters is what reading, comparing and settling the master data of a company have in common.
type masters struct {
	m3Reader
	flow     trade.Flow
	key      trade.Company
	settings config.MasterSettings
	// work names what is done: the flow of a company, or the record that is settled.
	work string
}

// openMasters finds what is kept equal in a flow and company.
func (a *Activities) openMasters(ctx context.Context, flow trade.Flow, key trade.Company, out *trade.PollResult) (*masters, error) {
	m := &masters{m3Reader: m3Reader{Activities: a, out: out}, flow: flow, key: key, work: string(flow) + "/" + key.String()}
	var err error
	if m.config, err = a.Configuration(ctx, ""); err != nil {
		return nil, err
	}
	if m.company, err = m.config.CompanyOf(key); err != nil {
		return nil, err
	}
	if m.context, err = InforCompany(m.company.Key()); err != nil {
		return nil, err
	}
	var known bool
	if m.settings, known = m.config.Masters(flow); !known {
		return nil, fmt.Errorf("flow %q carries no master data", flow)
	}
	m.settings.Choice.Day = string(trade.DateOf(m.Ledger.Now().In(m.company.Location())))
	return m, nil
}

// reads says whether a record can be among those that are kept equal: an account whose dimension is not cannot.
func (m *masters) reads(code string) bool {
	if m.flow != trade.Accounts {
		return true
	}
	dimension, _, err := trade.ParseAccountCode(code)
	return err == nil && slices.Contains(m.settings.Dimensions, dimension)
}

// selected leaves only the records that are kept equal.
func (m *masters) selected(values map[string]masterdata.Values) error {
	for code, has := range values {
		_, profile := m.profile(code)
		selected, err := m.settings.Selects(code, has, profile)
		if err != nil {
			return err
		}
		if !selected || !m.reads(code) {
			delete(values, code)
		}
	}
	return nil
}

// profile is that of the partner for whom a record stands; only suppliers have one.
func (m *masters) profile(code string) (mapping.Profile, bool) {
	if m.flow != trade.Suppliers {
		return mapping.Profile{}, false
	}
	return m.config.Partner(m.key.Cono, code)
}

// infor connects to M3.
func (m *masters) infor(ctx context.Context) (err error) {
	m.client, err = m.Systems.Infor(ctx, m.company.Tenant)
	return err
}

// directory gives the trading partners at Cleo.
func (a *Activities) directory(ctx context.Context) (cleo.Directory, error) {
	mailbox, err := a.Systems.Mailbox(ctx)
	if err != nil {
		return nil, err
	}
	directory, ok := mailbox.(cleo.Directory)
	if !ok {
		return nil, fmt.Errorf("the mailbox adapter keeps no trading partners; set adapter: rest in cleo.yaml")
	}
	return directory, nil
}

// known gives what the ledger knows of codes, and an empty record for each that is new.
func (m *masters) known(ctx context.Context, codes []string) (map[string]ledger.Master, error) {
	known, err := m.Ledger.MasterByCodes(ctx, m.settings.Entity.Name, m.key.String(), codes)
	if err != nil {
		return nil, err
	}
	for _, code := range codes {
		if _, found := known[code]; !found {
			known[code] = ledger.Master{Entity: m.settings.Entity.Name, Company: m.key.String(), Code: code}
		}
	}
	return known, nil
}

// compare decides about one record; there is nothing at Cleo where says is nil.
func (m *masters) compare(has ledger.Master, says *cleoRecord) masterdata.Decision {
	infor := masterdata.Side{Exists: has.Infor.Exists, Values: has.Values}
	var there masterdata.Side
	if says != nil {
		there = masterdata.Side{Exists: true, Values: says.values}
	}
	return masterdata.Compare(m.settings.Entity, has.Code, has.Agreed, infor, there)
}

// difference is what a record of master data holds: the decision that it waits for, or is to carry out.
type difference struct {
	Decision masterdata.Decision `json:"decision"`
	// Partner is the id of the trading partner, where there is one.
	Partner string `json:"partner,omitempty"`
}

// checksum is that of the question to a person, as long as there is one and M3 needs nothing: what else moves on does not ask anew.
func (d difference) checksum() string {
	if question := d.Decision.Question(); question != "" && !d.toInfor() {
		return question
	}
	content, err := json.Marshal(d)
	if err != nil {
		panic(err) // texts always marshal
	}
	return trade.Checksum(content)
}

// toInfor says whether M3 is to be written to.
func (d difference) toInfor() bool {
	return len(d.Decision.ToInfor) > 0 || d.Decision.Create == masterdata.Infor
}

// closed says whether a person closed the record of this very difference, or Cleo refused it: it is not tried or asked again.
func (m *masters) closed(ctx context.Context, has ledger.Master, d difference) (bool, error) {
	if has.Record == "" {
		return false, nil
	}
	before, err := m.Ledger.Record(ctx, has.Record)
	if err != nil {
		return false, err
	}
	if same, err := m.same(ctx, before, d); err != nil || !same {
		return false, err
	}
	refused := before.Reason.Code == trade.ReasonMasterRefused || before.Reason.Code == trade.ReasonNameTaken
	resolved := before.State == trade.StateResolved && (!d.toInfor() || d.Decision.Question() == "")
	return resolved || before.State == trade.StateParked && refused, nil
}

// same says whether a record is about a difference: about its question, where a person is asked one and M3 needs nothing.
func (m *masters) same(ctx context.Context, r ledger.Record, d difference) (bool, error) {
	question := d.Decision.Question()
	if r.Checksum == d.checksum() || question == "" || d.toInfor() {
		return r.Checksum == d.checksum(), nil
	}
	asked, err := m.asked(ctx, r)
	return asked.Decision.Question() == question, err
}

// asks says whether the record that waits for a person asks about this difference already.
func (m *masters) asks(ctx context.Context, has ledger.Master, d difference) (bool, error) {
	if has.Record == "" || d.toInfor() {
		return false, nil
	}
	waiting, err := m.Ledger.Record(ctx, has.Record)
	if err != nil || waiting.State != trade.StateParked {
		return false, err
	}
	return m.same(ctx, waiting, d)
}

// registerDifference makes a record of what is to be written to M3 or decided by a person, and of what was
// refused for a reason. One that a person closed is not asked again.
func (m *masters) registerDifference(ctx context.Context, has ledger.Master, d difference, reason trade.Reason) (string, error) {
	for _, stands := range []func(context.Context, ledger.Master, difference) (bool, error){m.closed, m.asks} {
		if stands, err := stands(ctx, has, d); err != nil || stands {
			return has.Record, err
		}
	}
	content, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	source, err := m.Archive.Put(ctx, content)
	if err != nil {
		return "", err
	}
	profile, _ := m.profile(has.Code)
	made, err := m.Ledger.RegisterMaster(ctx, ledger.NewMaster{Flow: m.flow, Company: m.key, Partner: string(profile.ID), Number: has.Code,
		Checksum: d.checksum(), Source: source, Reason: reason})
	if made.Created {
		m.out.Registered++
	}
	return made.Record, err
}
