package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"tradewind/edi/schema"
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// fault is something wrong at a place of a file.
type fault struct{ path, message string }

// checkPartner says what is wrong with a profile, or with two profiles that
// claim the same supplier, id or interchange address.
func (c *Config) checkPartner(file string, content, base []byte, p mapping.Profile, seen map[string]string) error {
	if f := partnerFault(p); f.message != "" {
		return at(file, content, f.path, "%s", f.message)
	}
	if !slices.ContainsFunc(c.Companies, func(company Company) bool { return company.Cono == p.Company }) {
		return at(file, content, "company", "company %q is not in company.yaml", p.Company)
	}
	usual := p.Invoice.Division
	if usual != "" && !slices.ContainsFunc(c.Companies, func(company Company) bool { return company.Cono == p.Company && company.Divi == usual }) {
		return at(file, content, "invoice.division", "division %q of company %q is not in company.yaml", usual, p.Company)
	}
	if _, known := c.Calendars[string(p.Calendar)]; !known && p.Calendar != "" && p.Calendar != AlwaysOpen {
		return at(file, content, "calendar", "calendar %q is not in %s, and is not %s", p.Calendar, calendarsFile, AlwaysOpen)
	}
	if err := checkRules(file, content, base, p, seen); err != nil {
		return err
	}
	claims := []fault{
		{"supplier", fmt.Sprintf("supplier %q of company %q", p.Supplier, p.Company)},
		{"id", fmt.Sprintf("partner id %q", p.ID)},
		{"interchange", fmt.Sprintf("interchange address %s with group %q in company %q", p.Interchange, p.Group, p.Company)},
	}
	for _, claim := range claims {
		if other, taken := seen[claim.message]; taken {
			return at(file, content, claim.path, "%s is already described in %s", claim.message, other)
		}
		seen[claim.message] = file
	}
	return nil
}

// checkRules tries each rule on the tables of the partner's version. Where the partner
// has no rules of its own, a fault is the base profile's, and told for one partner.
func checkRules(file string, content, base []byte, p mapping.Profile, seen map[string]string) error {
	tables, _, err := schema.ForVersion(string(p.Version))
	if err != nil {
		return err
	}
	for i, rule := range p.Rules {
		if _, err := tables.With(&schema.Overlay{Rules: []schema.Rule{rule}}); err != nil {
			place := fmt.Sprintf("rules[%d]", i)
			fault := fmt.Sprintf("%s: %v", place, errors.Unwrap(err)) // which counts from 1
			switch {
			case has(content, "rules"):
				return at(file, content, place, "%s", fault)
			case seen[fault] == "":
				seen[fault] = basePartner
				return at(basePartner, base, place, "%s", fault)
			}
		}
	}
	return nil
}

// partnerFault finds the first setting of a profile that cannot work.
func partnerFault(p mapping.Profile) fault {
	for _, f := range []fault{
		needed("id", string(p.ID), 1, 35), needed("name", p.Name, 1, 60),
		needed("company", string(p.Company), 1, 3), needed("supplier", string(p.Supplier), 1, 10),
		needed("interchange.qualifier", string(p.Interchange.Qualifier), 2, 2),
		needed("interchange.id", string(p.Interchange.ID), 1, 15), needed("group", string(p.Group), 2, 15),
		oneOf("version", string(p.Version), "004010", "005010"),
		oneOf("envelope", string(p.Envelope), "ours", "cleo"),
		oneOf("acknowledge", string(p.Acknowledge), "ours", "cleo"), acknowledgeFault(p),
		oneOf("charset", string(p.Charset), "basic", "extended", "utf8"),
		oneOf("order.currency", string(p.Order.Currency), "always", "foreign", "never"),
		oneOf("order.longDescription", string(p.Order.LongDescription), "split", "park"),
		oneOf("order.confirmation.differs", string(p.Order.Confirmation.Differs), "park", "note"), confirmationFault(p.Order.Confirmation),
		oneOf("order.changes", string(p.Order.Changes), "860", "850", "park"),
		oneOf("order.zeroDecimals", string(p.Order.ZeroDecimals), "hundredths", "units"),
		needed("order.type", string(p.Order.Type), 2, 2), delimiterFault(p.Delimiters), itemFault(p.Order.ItemIDs), answerFault("order.answer", p.Order.Answer), invoiceFault(p.Invoice), outgoingInvoiceFault(p.OutgoingInvoice), profileFault(p.Profile838),
	} {
		if f.message != "" {
			return f
		}
	}
	return fault{}
}

// acknowledgeFault finds what keeps us from answering a partner's files.
func acknowledgeFault(p mapping.Profile) fault {
	if p.Acknowledge == mapping.Ours && p.Envelope == mapping.Cleo {
		return fault{"acknowledge", "acknowledge: ours needs envelope: ours, because an acknowledgement has control numbers of its own"}
	}
	if p.AcknowledgeWith == "" {
		return fault{}
	}
	return oneOf("acknowledgeWith", string(p.AcknowledgeWith), "997", "999")
}

// confirmationFault finds a wish for M3 that is not understood; profiles of before it have none.
func confirmationFault(c mapping.ConfirmationSet) fault {
	for _, f := range []fault{
		oneOf("order.confirmation.write", cmp.Or(string(c.Write), "off"), "off", "agreed", "all"),
		oneOf("order.confirmation.confirmed", cmp.Or(string(c.Confirmed), "park"), "park", "replace"),
	} {
		if f.message != "" {
			return f
		}
	}
	return fault{}
}

// answerFault finds a wait that could not end.
func answerFault(path string, t mapping.AnswerTime) fault {
	giveUp := path + ".giveUp"
	switch {
	case t.Within == 0 && t.GiveUp != 0:
		return fault{giveUp, fmt.Sprintf("%s needs %s.within: when the answer becomes overdue", giveUp, path)}
	case t.Within != 0 && t.GiveUp <= t.Within:
		return fault{giveUp, fmt.Sprintf("%s is %s; it must be longer than %s.within, %s", giveUp, t.GiveUp.Std(), path, t.Within.Std())}
	}
	return fault{}
}

func oneOf(path, value string, choices ...string) fault {
	if slices.Contains(choices, value) {
		return fault{}
	}
	return fault{path, fmt.Sprintf("%s is %q; it must be one of %v", path, value, choices)}
}

func needed(path, value string, shortest, longest int) fault {
	if len(value) >= shortest && len(value) <= longest {
		return fault{}
	}
	return fault{path, fmt.Sprintf("%s is %q; it needs %d to %d characters", path, value, shortest, longest)}
}

func delimiterFault(d mapping.Delimiters) fault {
	seen := map[mapping.Delimiter]bool{}
	for _, each := range []mapping.Delimiter{d.Element, d.Component, d.Segment} {
		letter := each >= 'A' && each <= 'Z' || each >= 'a' && each <= 'z' || each >= '0' && each <= '9'
		if each == 0 || each == ' ' || letter || seen[each] {
			return fault{"delimiters", "element, component and segment must be three different signs, no letter, digit or blank"}
		}
		seen[each] = true
	}
	return fault{}
}

func itemFault(ids []mapping.ItemID) fault {
	if len(ids) == 0 || len(ids) > 10 {
		return fault{"order.itemIds", "order.itemIds needs 1 to 10 entries"}
	}
	for i, id := range ids {
		if len(id.Qualifier) != 2 || (id.From != mapping.FromItem && id.From != mapping.FromSupplierItem) {
			return fault{fmt.Sprintf("order.itemIds[%d]", i), "an item id needs a qualifier of 2 characters and from: item or supplierItem"}
		}
	}
	return fault{}
}

var overlapPolicies = []string{"Skip", "BufferOne", "BufferAll", "AllowAll"}

func (c *Config) loadSchedules(files Files) error {
	content, err := files.required("schedules.yaml")
	if err != nil {
		return err
	}
	var in struct {
		Schedules []Schedule `yaml:"schedules"`
	}
	if err := decode("schedules.yaml", content, &in); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, s := range in.Schedules {
		if message := s.fault(); message != "" {
			return at("schedules.yaml", content, fmt.Sprintf("schedules[%d]", i), "%s: %s", s.ID(), message)
		}
		if seen[s.ID()] {
			return at("schedules.yaml", content, fmt.Sprintf("schedules[%d]", i), "%s is declared twice", s.ID())
		}
		seen[s.ID()] = true
		if s.Full && s.Flow != trade.OrdersOut && trade.MasterEntity(s.Flow) == "" {
			return at("schedules.yaml", content, fmt.Sprintf("schedules[%d].full", i), "%s: full is for %s, %s, %s and %s only",
				s.ID(), trade.OrdersOut, trade.Suppliers, trade.Customers, trade.Accounts)
		}
		if s.ofCompany() && !slices.ContainsFunc(c.Companies, s.runsFor) {
			return at("schedules.yaml", content, fmt.Sprintf("schedules[%d]", i), "company %q is not in company.yaml", s.Company)
		}
	}
	c.Schedules = in.Schedules
	return nil
}

// ofCompany says whether the schedule's flow runs for a company.
func (s Schedule) ofCompany() bool {
	return s.Flow == trade.OrdersOut || s.Flow == trade.InvoicesOut || trade.MasterEntity(s.Flow) != ""
}

// runsFor says whether the schedule is of a company; suppliers and customers are the same in all its divisions.
func (s Schedule) runsFor(company Company) bool {
	if s.Flow == trade.Suppliers || s.Flow == trade.Customers {
		return company.Cono == s.Company
	}
	return company.Key().String() == string(s.Company)
}

func (s Schedule) fault() string {
	if !s.ofCompany() && s.Flow != trade.Tokens && s.Flow != trade.Mailbox {
		return fmt.Sprintf("flow is %q; it must be %s, %s, %s, %s, %s, %s or %s", s.Flow, trade.OrdersOut, trade.InvoicesOut, trade.Suppliers, trade.Customers, trade.Accounts,
			trade.Mailbox, trade.Tokens)
	}
	if s.Flow == trade.Mailbox && s.Mailbox != "cleo" {
		return fmt.Sprintf("mailbox is %q; it must be cleo", s.Mailbox)
	}
	if s.Flow == trade.Tokens && s.System != "infor" && s.System != "cleo" {
		return fmt.Sprintf("system is %q; it must be infor or cleo", s.System)
	}
	if s.Every == 0 && len(s.Cron) == 0 && len(s.Calendar) == 0 {
		return "one of every, cron or calendar is needed"
	}
	if s.Overlap != "" && !slices.Contains(overlapPolicies, s.Overlap) {
		return fmt.Sprintf("overlap is %q; it must be one of %v", s.Overlap, overlapPolicies)
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil {
		return fmt.Sprintf("timeZone %q is not a zone such as America/Chicago", s.TimeZone)
	}
	for _, day := range s.Exclude {
		if d, err := trade.ParseDate(string(day)); err != nil || d.IsZero() {
			return fmt.Sprintf("exclude: %q is not a day of the form CCYYMMDD", day)
		}
	}
	return ""
}
