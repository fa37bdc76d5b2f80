package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tradewind/internal/mapping"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// profileFault finds the first setting for profiles of trading partners (838) that cannot work.
func profileFault(s mapping.ProfileSet) fault {
	for _, f := range []fault{
		codesFault("suppliers", s.Suppliers, 2, 3), codesFault("remitTo", s.RemitTo, 2, 3), codesFault("numbers", s.Numbers, 1, 2),
		codesFault("bankAccounts", s.BankAccounts, 2, 3), codesFault("deletions", s.Deletions, 1, 2),
		fieldsFault("contacts", s.Contacts), fieldsFault("references", s.References),
	} {
		if f.message != "" {
			return f
		}
	}
	if s.TaxNumber != "" && !proposed(s.TaxNumber) {
		return fault{"profile838.taxNumber", notProposed(s.TaxNumber)}
	}
	if len(s.Suppliers) == 0 {
		return fault{"profile838.suppliers", "profile838.suppliers needs a code of a party, such as SU"}
	}
	for _, code := range s.RemitTo {
		if slices.Contains(s.Suppliers, code) {
			return fault{"profile838.remitTo", fmt.Sprintf("profile838.remitTo and profile838.suppliers both name %s; a party is one of them", code)}
		}
	}
	for _, code := range s.BankAccounts {
		if s.References[string(code)] != "" {
			return fault{"profile838.bankAccounts", fmt.Sprintf("profile838.bankAccounts and profile838.references both name %s; what says where money goes is no other field", code)}
		}
	}
	return fault{}
}

func codesFault(setting string, codes []mapping.Code, shortest, longest int) fault {
	for i, code := range codes {
		if f := needed(fmt.Sprintf("profile838.%s[%d]", setting, i), string(code), shortest, longest); f.message != "" {
			return f
		}
	}
	return fault{}
}

func fieldsFault(setting string, fields map[string]string) fault {
	for _, qualifier := range slices.Sorted(maps.Keys(fields)) {
		path := "profile838." + setting + "." + qualifier
		if f := needed(path, qualifier, 2, 3); f.message != "" {
			return f
		}
		if !proposed(fields[qualifier]) {
			return fault{path, notProposed(fields[qualifier])}
		}
	}
	return fault{}
}

// proposed says whether a field of a supplier may come out of a reference or a contact: what says where money goes comes
// from a party only.
func proposed(field string) bool { return slices.Contains(proposable(), field) }

func proposable() (out []string) {
	for _, a := range masterdata.Attributes(trade.EntitySupplier) {
		if !a.Guarded {
			out = append(out, a.Name)
		}
	}
	return out
}

func notProposed(field string) string {
	return fmt.Sprintf("%q is no field of a supplier that a partner may give here; it must be one of %s", field, strings.Join(proposable(), ", "))
}

// Holder finds the partner that stands for a supplier, with however many leading zeros its number is written.
func (c *Config) Holder(cono, supplier string) (mapping.Profile, bool) {
	for _, p := range c.Partners {
		if string(p.Company) == cono && mapping.SameCode(string(p.Supplier), supplier) {
			return p, true
		}
	}
	return mapping.Profile{}, false
}
