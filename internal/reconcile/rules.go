package reconcile

import (
	"slices"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Rules are what the configuration says of master data, as far as chain D asks.
type Rules struct {
	// Masters has one entry for each kind of master data.
	Masters []mapping.MasterRules
	// Partners are the profiles of all companies, and Allocation codes their invoices.
	Partners   []mapping.Profile
	Allocation *mapping.Allocation
}

// of gives the rules of a flow.
func (r Rules) of(flow trade.Flow) mapping.MasterRules {
	for _, rules := range r.Masters {
		if rules.Flow == flow {
			return rules
		}
	}
	return mapping.MasterRules{Flow: flow}
}

// profiled says whether a partner's profile stands for a supplier of a company.
func (r Rules) profiled(company, supplier string) bool {
	return slices.ContainsFunc(r.Partners, func(p mapping.Profile) bool { return string(p.Company) == company && string(p.Supplier) == supplier })
}
