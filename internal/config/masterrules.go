package config

import (
	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// MasterRules say how each kind of master data is kept equal, for those who only compare.
func (c *Config) MasterRules() (all []mapping.MasterRules) {
	for _, flow := range []trade.Flow{trade.Suppliers, trade.Customers, trade.Accounts} {
		all = append(all, c.RulesOf(flow))
	}
	return all
}

// RulesOf says how one kind of master data is kept equal.
func (c *Config) RulesOf(flow trade.Flow) mapping.MasterRules {
	s, _ := c.Masters(flow)
	fields := map[string]masterdata.Field{}
	rules := mapping.MasterRules{Flow: flow, Entity: s.Entity.Name, Dimensions: s.Dimensions, Checksum: s.Entity.Checksum(),
		NeverInInfor: s.Entity.CreateInfor == masterdata.CreateNever, NeverAtCleo: s.Entity.CreateCleo == masterdata.CreateNever}
	for _, f := range s.Entity.Fields {
		fields[f.Name] = f
		rules.Fields = append(rules.Fields, f.Name)
	}
	rules.Equal = func(field, infor, cleo string) bool { return fields[field].Equal(infor, cleo) }
	rules.Selects = func(code string, profile bool) (bool, error) { return s.Selects(code, nil, profile) }
	return rules
}
