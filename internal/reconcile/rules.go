package reconcile

import (
	"slices"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Rules are what the configuration says of master data, as far as chain D asks.
type Rules struct {
	// Masters has one entry for each kind of master data.
	Masters []MasterRules
	// Partners are the profiles of all companies, and Allocation codes their invoices.
	Partners   []mapping.Profile
	Allocation *mapping.Allocation
}

// MasterRules say how one kind of master data is kept equal.
type MasterRules struct {
	Flow trade.Flow
	// Entity is what one record is called, such as trade.EntitySupplier.
	Entity string
	// Fields are those that are compared, and Equal compares two values of one in its own form.
	Fields []string
	Equal  func(field, infor, cleo string) bool
	// NeverInInfor and NeverAtCleo say that what one side lacks is not made there.
	NeverInInfor, NeverAtCleo bool
	// Selects says whether a record is kept equal, by its code; profile says that a partner's profile stands for it.
	Selects func(code string, profile bool) (bool, error)
	// Dimensions are those of accounts that are kept equal.
	Dimensions []string
	// Checksum changes with the rules: a comparison notes by which ones it was made.
	Checksum string
}

// of gives the rules of a flow.
func (r Rules) of(flow trade.Flow) MasterRules {
	for _, rules := range r.Masters {
		if rules.Flow == flow {
			return rules
		}
	}
	return MasterRules{Flow: flow}
}

// profiled says whether a partner's profile stands for a supplier of a company.
func (r Rules) profiled(company, supplier string) bool {
	return slices.ContainsFunc(r.Partners, func(p mapping.Profile) bool { return string(p.Company) == company && string(p.Supplier) == supplier })
}

// inactive says whether a status is that of a blocked record.
func (r MasterRules) inactive(status string) bool {
	return slices.Contains(r.Fields, trade.MasterStatus) && r.Equal(trade.MasterStatus, status, trade.MasterBlocked)
}
