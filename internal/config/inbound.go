package config

import (
	"strings"

	"tradewind/edi"
	"tradewind/internal/mapping"
)

// Receiver finds which of our companies an interchange is for, by its receiver.
func (c *Config) Receiver(ic edi.Interchange) (Company, bool) {
	for _, company := range c.Companies {
		if sameAddress(company.Interchange, ic.ReceiverQualifier, ic.Receiver) {
			return company, true
		}
	}
	return Company{}, false
}

// Sender finds the partner that a group of an interchange comes from, within the company
// it is for. A group's id decides where a partner has several profiles under one address.
func (c *Config) Sender(company Company, ic edi.Interchange, group string) (mapping.Profile, bool) {
	var found []mapping.Profile
	for _, p := range c.Partners {
		if p.Company == company.Cono && sameAddress(p.Interchange, ic.SenderQualifier, ic.Sender) {
			found = append(found, p)
		}
	}
	for _, p := range found {
		if string(p.Group) == strings.TrimSpace(group) {
			return p, true
		}
	}
	if len(found) == 1 && group == "" {
		return found[0], true
	}
	return mapping.Profile{}, false
}

func sameAddress(a mapping.Address, qualifier, id string) bool {
	return string(a.Qualifier) == strings.TrimSpace(qualifier) && string(a.ID) == strings.TrimSpace(id)
}

// PartnerByID finds a profile of a company by the partner's id.
func (c *Config) PartnerByID(cono, id string) (mapping.Profile, bool) {
	for _, p := range c.Partners {
		if string(p.Company) == cono && string(p.ID) == id {
			return p, true
		}
	}
	return mapping.Profile{}, false
}
