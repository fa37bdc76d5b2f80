package config

import (
	"slices"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// Invoice810 gathers what decides how a partner's invoice to a company is understood.
func (c *Config) Invoice810(company trade.Company, profile mapping.Profile) mapping.Invoice810 {
	return mapping.Invoice810{Profile: profile, Company: company, Units: c.Units, Charges: c.Charges, Taxes: c.Taxes}
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
	if s.Tolerance.IsNegative() {
		return fault{"invoice.tolerance", "a tolerance is 0 or more"}
	}
	if s.Allocation != "" && !slices.Contains(mapping.Strategies, s.Allocation) {
		return oneOf("invoice.allocation", string(s.Allocation), strategyNames()...)
	}
	for _, f := range []fault{
		needed("invoice.payee", string(s.Payee), 0, 10), needed("invoice.currency", string(s.HomeCurrency), 0, 3),
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
