package config

import (
	"errors"
	"fmt"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

// OutgoingInvoice810 gathers what decides how an invoice of accounts payable looks as an 810, or gives
// the reason why this configuration lets none go to its partner.
func (c *Config) OutgoingInvoice810(invoice trade.Invoice) (mapping.OutgoingInvoice810, trade.Reason, error) {
	company, err := c.Company(invoice.Company)
	if err != nil {
		return mapping.OutgoingInvoice810{}, trade.Reason{}, err
	}
	profile, ok := c.Partner(invoice.Company.Cono, invoice.Supplier)
	if !ok || !profile.OutgoingInvoice.Send {
		return mapping.OutgoingInvoice810{}, trade.Configuration(trade.ReasonNotOptedIn, "supplier "+invoice.Supplier,
			"resolve the record; or set outgoingInvoice in the partner's file, then replay", "no partner of company %s gets invoices of supplier %s (any more)", invoice.Company.Cono, invoice.Supplier), nil
	}
	return mapping.OutgoingInvoice810{Invoice: invoice, Profile: profile, Sender: company.Sender(), Units: c.Units, Terms: c.Terms, Charges: c.Charges, Taxes: c.Taxes},
		trade.Reason{}, nil
}

// InvoicePartners are the partners of a company that get invoices of accounts payable, by supplier.
func (c *Config) InvoicePartners(cono string) map[string]mapping.Profile {
	out := map[string]mapping.Profile{}
	for _, p := range c.Partners {
		if string(p.Company) == cono && p.OutgoingInvoice.Send {
			out[string(p.Supplier)] = p
		}
	}
	return out
}

// loadOutgoingInvoices says what is wrong with the settings of infor.yaml for outgoing invoices.
func (c *Config) loadOutgoingInvoices(content []byte) (err error) {
	var faults []error
	settings := c.Infor.OutgoingInvoices
	fault := func(path, format string, args ...any) {
		faults = append(faults, at("infor.yaml", content, "outgoingInvoices."+path, format, args...))
	}
	if c.selectsInvoice, err = compile("invoice", settings.Select); err != nil {
		fault("select", "%v", err)
	}
	if settings.Table == "" || len(settings.Prefix) != 2 {
		fault("table", "table names the supplier ledger, and prefix the two letters that its columns begin with, such as FPLEDG and EP")
	}
	if s := settings.Sign; s != "positive" && s != "negative" {
		fault("sign", "sign is %q; it must be positive or negative: how the ledger holds the amounts of an invoice", s)
	}
	seen := map[mapping.Code]string{}
	claim := func(path string, account mapping.Code) {
		if other, taken := seen[account]; taken {
			fault(path, "account %q stands in %s and in %s", account, other, path)
		}
		seen[account] = path
	}
	for _, account := range settings.Accounts.Payable {
		claim("accounts.payable", account)
	}
	for _, account := range settings.Accounts.Tax {
		claim("accounts.tax", account)
	}
	for account, element := range settings.Accounts.Charges {
		claim("accounts.charges", account)
		if element == "" || len(element) > 6 {
			fault("accounts.charges", "account %q needs a costing element of 1 to 6 characters, as charges.csv has it", account)
		}
	}
	return errors.Join(faults...)
}

// outgoingInvoiceFault finds the first setting for outgoing invoices that cannot work.
func outgoingInvoiceFault(s mapping.OutgoingInvoiceSet) fault {
	const in = "outgoingInvoice."
	if s.Send && s.Purpose == "" {
		return fault{in + "purpose", fmt.Sprintf("outgoingInvoice.send needs a purpose, one of %v: suppliers do not get their own invoices back for none", mapping.Purposes)}
	}
	if s.Purpose != "" {
		if f := oneOf(in+"purpose", string(s.Purpose), purposeNames()...); f.message != "" {
			return f
		}
	}
	for _, f := range []fault{
		optional(in+"type", string(s.Type), 2, 2), optional(in+"creditType", string(s.CreditType), 2, 2),
		oneOf(in+"creditSign", string(s.CreditSign), string(mapping.SignNegative), string(mapping.SignPositive)),
		oneOf(in+"currency", string(s.Currency), "always", "foreign", "never"),
		oneOf(in+"zeroDecimals", string(s.ZeroDecimals), "hundredths", "units"),
		optional(in+"supplierReference", string(s.SupplierReference), 2, 3), optional(in+"voucherReference", string(s.VoucherReference), 2, 3),
		optional(in+"parallelReference", string(s.ParallelReference), 2, 3), answerFault(in+"answer", s.Answer),
	} {
		if f.message != "" {
			return f
		}
	}
	return fault{}
}

// optional is needed for a setting that may be empty.
func optional(path, value string, shortest, longest int) fault {
	if value == "" {
		return fault{}
	}
	return needed(path, value, shortest, longest)
}

func purposeNames() []string {
	var out []string
	for _, p := range mapping.Purposes {
		out = append(out, string(p))
	}
	return out
}
