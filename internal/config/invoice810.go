package config

import (
	"slices"

	"github.com/shopspring/decimal"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Invoice810 gathers what decides how a partner's invoice to a company is understood.
func (c *Config) Invoice810(company trade.Company, profile mapping.Profile) mapping.Invoice810 {
	return mapping.Invoice810{Profile: profile, Company: company, Units: c.Units, Conversions: c.Conversions, Charges: c.Charges, Taxes: c.Taxes}
}

// invoiceFault finds the first setting for invoices that cannot work.
func invoiceFault(s mapping.InvoiceSet) fault {
	for code, kind := range s.Kinds {
		if f := oneOf("invoice.kinds."+code, string(kind), string(trade.KindInvoice), string(trade.KindCredit)); f.message != "" {
			return f
		}
	}
	for code, basis := range s.PriceBases {
		if basis < 1 {
			return fault{"invoice.priceBases." + code, "a price holds for one unit or more"}
		}
	}
	for qualifier, category := range s.References {
		if len(qualifier) < 2 || len(qualifier) > 3 || category < 1 || category > 999 {
			return fault{"invoice.references." + qualifier, "a reference has a qualifier of 2 or 3 characters and a category from 1 to 999"}
		}
	}
	if s.NearDays < 0 || s.NearDays > 366 {
		return fault{"invoice.nearDays", "nearDays is 0 to 366 days"}
	}
	if s.NearPercent.IsNegative() || s.NearPercent.GreaterThan(decimal.NewFromInt(100)) {
		return fault{"invoice.nearPercent", "nearPercent is 0 to 100"}
	}
	if s.Tolerance.IsNegative() {
		return fault{"invoice.tolerance", "a tolerance is 0 or more"}
	}
	if s.Allocation != "" && !slices.Contains(mapping.Strategies, s.Allocation) {
		return oneOf("invoice.allocation", string(s.Allocation), strategyNames()...)
	}
	for _, f := range []fault{
		needed("invoice.payee", string(s.Payee), 0, 10), needed("invoice.currency", string(s.HomeCurrency), 0, 3),
		needed("invoice.division", string(s.Division), 0, 3), oneOf("invoice.duplicateScope", string(s.DuplicateScope), "year", "ever"),
		oneOf("invoice.creditSign", string(s.CreditSign), "negative", "positive"),
		oneOf("invoice.zeroDecimals", string(s.ZeroDecimals), "hundredths", "units"),
		oneOf("invoice.orders", string(s.Orders), "required", "optional"),
		oneOf("invoice.lineTaxes", string(s.LineTaxes), "add", "explain"),
		oneOf("invoice.terms", string(s.Terms), "invoice", "supplier"),
	} {
		if f.message != "" {
			return f
		}
	}
	return fault{}
}

func strategyNames() []string {
	var out []string
	for _, s := range mapping.Strategies {
		out = append(out, string(s))
	}
	return out
}
