package config

import (
	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Order850 gathers what decides how an order looks as an 850, or gives the reason
// why this configuration cannot make one.
func (c *Config) Order850(order trade.PurchaseOrder) (mapping.Order850, trade.Reason, error) {
	company, err := c.Company(order.Company)
	if err != nil {
		return mapping.Order850{}, trade.Reason{}, err
	}
	profile, ok := c.Partner(order.Company.Cono, order.Supplier)
	if !ok {
		return mapping.Order850{}, trade.Configuration(trade.ReasonPartnerUnknown, "supplier "+order.Supplier,
			"add a file for it to partners/, then replay", "M3 calls supplier %s of company %s EDI, but it has no profile", order.Supplier, order.Company.Cono), nil
	}
	return mapping.Order850{Order: order, Profile: profile, Sender: company.Sender(), Units: c.Units, Terms: c.Terms}, trade.Reason{}, nil
}
