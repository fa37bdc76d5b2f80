package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"tradewind/internal/trade"
)

// Strategy says who codes an invoice, and how.
type Strategy string

// The strategies.
const (
	// M3Rules leaves the coding to M3's accounting rules; no objects are sent.
	M3Rules Strategy = "m3-rules"
	// Objects sends accounting objects with every line (AO01 to AO07).
	Objects Strategy = "objects"
	// Recode posts first and recodes afterwards.
	Recode Strategy = "recode"
	// HoldForPerson parks the invoice until a person has coded it.
	HoldForPerson Strategy = "hold"
)

// Strategies lists all of them.
var Strategies = []Strategy{M3Rules, Objects, Recode, HoldForPerson}

// Allocation decides the accounting dimensions of each part of an invoice by ordered rules.
type Allocation struct {
	// File is where the rules stand, as cures quote it.
	File string
	// Strategy holds for suppliers that neither Suppliers nor their profile names.
	Strategy  Strategy
	Suppliers map[SupplierKey]Strategy
	// Dimensions gives for each name the number of the accounting object, 1 to 7.
	Dimensions map[string]int
	// RecodeFrom are the accounts to which M3 codes goods and charges by itself: the strategy
	// recode takes the amounts from there.
	RecodeFrom []string
	// Required are the dimensions that every part needs.
	Required []string
	Rules    []AllocationRule
}

// SupplierKey names a supplier within a company.
type SupplierKey struct{ Company, Supplier string }

// AllocationRule writes dimensions where its condition holds. A dimension that an earlier
// rule has written stays.
type AllocationRule struct {
	Name string
	// When is the condition in words, Holds the same compiled, Inputs the facts it asks for,
	// such as "warehouse.code". A nil Holds always holds.
	When   string
	Holds  func(AllocationFacts) (bool, error)
	Inputs []string
	// Set are the dimensions it writes.
	Set map[string]string
	// Split divides the amount; the first split of a part goes.
	Split []Share
}

// Share is a part of a split.
type Share struct {
	Percent decimal.Decimal
	Set     map[string]string
}

// AllocationInput is what rules and checks ask for beside the invoice.
type AllocationInput struct {
	// Strategy is that of the partner's profile; empty is that of the allocation.
	Strategy Strategy
	Orders   map[string]OrderFacts
	// Supplier is what M3 says about the supplier.
	Supplier SupplierFacts
	// Date is the accounting date.
	Date trade.Date
	// Accounts looks up a value of an accounting object, 1 to 7; nil checks none.
	Accounts func(object int, value string) (AccountFacts, bool)
}

// SupplierFacts are for rules.
type SupplierFacts struct{ Group, Country string }

// AccountFacts is what M3 says about a value of an accounting object. The zero dates are no
// limits.
type AccountFacts struct {
	Blocked     bool
	From, Until trade.Date
}

// ValidOn says whether the value may be posted to on a day.
func (f AccountFacts) ValidOn(day trade.Date) bool {
	return !f.Blocked && f.From <= day && (f.Until.IsZero() || day <= f.Until)
}

// Allocated is a decision, to be stored with the record.
type Allocated struct {
	Strategy Strategy `json:"strategy"`
	// Items are the lines, each followed by its charges, and then the charges of the head;
	// none where M3 codes the invoice.
	Items []AllocatedItem  `json:"items,omitempty"`
	Trace []AllocationStep `json:"trace"`
}

// AllocatedItem is a line or a charge, by its place, and what it is divided into: one part
// where nothing splits it.
type AllocatedItem struct {
	Place string          `json:"place"`
	Parts []AllocatedPart `json:"parts"`
}

// AllocatedPart is an amount on accounting objects. Percent is its share of the item.
type AllocatedPart struct {
	Amount     decimal.Decimal   `json:"amount"`
	Percent    decimal.Decimal   `json:"percent"`
	Dimensions map[string]string `json:"dimensions"`
	// Objects are the values of AO01 to AO07.
	Objects [7]string `json:"objects"`
}

// AllocationStep says which rule wrote what, and why.
type AllocationStep struct {
	Place     string `json:"place,omitempty"`
	Rule      string `json:"rule"`
	Dimension string `json:"dimension,omitempty"`
	Value     string `json:"value"`
	Why       string `json:"why"`
}

// Item finds what a line or a charge was allocated to.
func (a Allocated) Item(place string) (AllocatedItem, bool) {
	i := slices.IndexFunc(a.Items, func(item AllocatedItem) bool { return item.Place == place })
	if i < 0 {
		return AllocatedItem{}, false
	}
	return a.Items[i], true
}

// Allocate decides the dimensions of an invoice whose lines are matched. A reason comes back
// where a required dimension has no rule, or M3 would not take its value: nothing goes to
// suspense.
func (a *Allocation) Allocate(inv trade.Invoice, in AllocationInput) (Allocated, trade.Reason) {
	out := a.strategy(inv, in)
	switch out.Strategy {
	case M3Rules:
		return out, trade.Reason{}
	case HoldForPerson:
		return out, trade.Data(trade.ReasonAllocationHold, "invoice "+inv.Number, "code it in M3 and resolve this record, or choose another strategy in "+a.File+" and replay",
			"invoices of supplier %s wait for a person to code them", inv.Supplier)
	}
	for _, part := range allocatable(inv) {
		item, reason := a.item(inv, in, part, &out.Trace)
		if !reason.IsZero() {
			return out, reason
		}
		out.Items = append(out.Items, item)
	}
	return out, trade.Reason{}
}

// strategy is the profile's, else the supplier's, else the general one.
func (a *Allocation) strategy(inv trade.Invoice, in AllocationInput) Allocated {
	strategy, why := a.Strategy, "the general strategy of "+a.File
	if s, ok := a.Suppliers[SupplierKey{inv.Company.Cono, inv.Supplier}]; ok {
		strategy, why = s, "the strategy of supplier "+inv.Supplier+" in "+a.File
	}
	if in.Strategy != "" {
		strategy, why = in.Strategy, "invoice.allocation in the profile of "+inv.Partner
	}
	return Allocated{Strategy: strategy, Trace: []AllocationStep{{Rule: "strategy", Value: string(strategy), Why: why}}}
}

// allocating is a line or a charge on its way; line is nil for a charge of the head.
type allocating struct {
	place  string
	amount decimal.Decimal
	line   *trade.InvoiceLine
	charge *trade.InvoiceCharge
}

// allocatable lists what has to be coded, in the order of Allocated.Items.
func allocatable(inv trade.Invoice) []allocating {
	var out []allocating
	for i := range inv.Lines {
		line := &inv.Lines[i]
		out = append(out, allocating{line.Place, line.Amount, line, nil})
		for n := range line.Charges {
			out = append(out, allocating{line.Charges[n].Place, line.Charges[n].Amount, line, &line.Charges[n]})
		}
	}
	for n := range inv.Charges {
		out = append(out, allocating{inv.Charges[n].Place, inv.Charges[n].Amount, nil, &inv.Charges[n]})
	}
	return out
}

// item runs the rules over a line or a charge.
func (a *Allocation) item(inv trade.Invoice, in AllocationInput, of allocating, trace *[]AllocationStep) (AllocatedItem, trade.Reason) {
	facts, written := factsOf(inv, in, of), coding{common: map[string]string{}}
	for _, rule := range a.Rules {
		holds, err := rule.holds(facts)
		if err != nil {
			return AllocatedItem{}, trade.Configuration(trade.ReasonAllocationFailed, of.place, "correct the rule in "+a.File+", then replay", "the rule %q cannot be applied: %v", rule.Name, err)
		}
		if !holds {
			continue
		}
		for _, step := range written.apply(rule, rule.why(facts)) {
			step.Place = of.place
			*trace = append(*trace, step)
		}
	}
	split := written.split
	if split == nil {
		split = []Share{{Percent: hundred}}
	}
	item := AllocatedItem{Place: of.place}
	for i, amount := range SplitAmount(of.amount, percents(split), cents(inv.Currency)) {
		part := AllocatedPart{Amount: amount, Percent: split[i].Percent, Dimensions: maps.Clone(written.common)}
		maps.Copy(part.Dimensions, split[i].Set)
		if reason := a.check(&part, in, of.place); !reason.IsZero() {
			return item, reason
		}
		item.Parts = append(item.Parts, part)
	}
	return item, trade.Reason{}
}

// coding is what the rules have written so far: for the whole of an item, and for the parts
// of its split.
type coding struct {
	common map[string]string
	split  []Share
}

// apply writes what a rule may still write, and gives the steps.
func (c *coding) apply(rule AllocationRule, why string) []AllocationStep {
	var steps []AllocationStep
	note := func(set map[string]string, why string) {
		for _, name := range slices.Sorted(maps.Keys(set)) {
			steps = append(steps, AllocationStep{Rule: rule.Name, Dimension: name, Value: set[name], Why: why})
		}
	}
	set := c.unwritten(rule.Set)
	maps.Copy(c.common, set)
	note(set, why)
	if len(rule.Split) == 0 || c.split != nil {
		return steps
	}
	var split []Share
	for _, share := range rule.Split {
		if set := c.unwritten(share.Set); len(set) > 0 {
			split = append(split, Share{share.Percent, set})
			note(set, fmt.Sprintf("%s %%: %s", share.Percent, why))
		}
	}
	c.split = split
	return steps
}

// unwritten are the dimensions of a set that no rule has written yet. The parts of a split
// have the same dimensions: the first speaks for all.
func (c *coding) unwritten(set map[string]string) map[string]string {
	out := maps.Clone(set)
	maps.DeleteFunc(out, func(name, _ string) bool {
		_, written := c.common[name]
		if !written && len(c.split) > 0 {
			_, written = c.split[0].Set[name]
		}
		return written
	})
	return out
}

func (r AllocationRule) holds(facts AllocationFacts) (bool, error) {
	if r.Holds == nil {
		return true, nil
	}
	return r.Holds(facts)
}

// why is the condition with the facts that it asked for.
func (r AllocationRule) why(facts AllocationFacts) string {
	if r.When == "" {
		return "always"
	}
	if len(r.Inputs) == 0 {
		return r.When
	}
	inputs := make([]string, len(r.Inputs))
	for i, path := range r.Inputs {
		variable, field, _ := strings.Cut(path, ".")
		inputs[i] = fmt.Sprintf("%s is %q", path, fmt.Sprint(facts[variable][field]))
	}
	return r.When + ", and " + strings.Join(inputs, ", ")
}

// check completes a part, and says what M3 would not take.
func (a *Allocation) check(part *AllocatedPart, in AllocationInput, place string) trade.Reason {
	for _, name := range a.Required {
		if part.Dimensions[name] == "" {
			return trade.Configuration(trade.ReasonAllocationMissing, place, "add a rule to "+a.File+", then replay", "no rule gives the %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(part.Dimensions)) {
		value, object := part.Dimensions[name], a.Dimensions[name]
		part.Objects[object-1] = value
		if in.Accounts == nil {
			continue
		}
		account, known := in.Accounts(object, value)
		if reason := a.usable(name, value, account, known, in.Date); !reason.IsZero() {
			return reason.At(place)
		}
	}
	return trade.Reason{}
}

// usable says why a value cannot be posted to on the accounting date.
func (a *Allocation) usable(name, value string, account AccountFacts, known bool, day trade.Date) trade.Reason {
	cure := "correct it in CRS630 or choose another value in " + a.File + ", then replay"
	switch {
	case !known:
		return trade.Configuration(trade.ReasonAccountUnknown, name, cure, "M3 does not know the %s %q", name, value)
	case account.ValidOn(day):
		return trade.Reason{}
	case account.Blocked:
		return trade.Configuration(trade.ReasonAccountBlocked, name, cure, "the %s %q is blocked", name, value)
	case account.From > day:
		return trade.Configuration(trade.ReasonAccountExpired, name, cure, "the %s %q is valid from %s, and the accounting date is %s", name, value, account.From, day)
	}
	return trade.Configuration(trade.ReasonAccountExpired, name, cure, "the %s %q was valid until %s, and the accounting date is %s", name, value, account.Until, day)
}
