package mapping

import (
	"slices"
	"unicode/utf8"

	"tradewind/edi/doc"
)

// readable gives a party with its texts in UTF-8, as Cleo and M3 are told them.
func readable(p doc.ProfileParty) doc.ProfileParty {
	p.Name, p.ID, p.Town, p.State, p.Postal, p.Country = readText(p.Name), readText(p.ID), readText(p.Town), readText(p.State), readText(p.Postal), readText(p.Country)
	p.Names, p.Street = withEach(p.Names, readText), withEach(p.Street, readText)
	p.References = withEach(p.References, func(r doc.Reference) doc.Reference {
		r.Value, r.Description = readText(r.Value), readText(r.Description)
		return r
	})
	p.Contacts = withEach(p.Contacts, func(c doc.Contact) doc.Contact {
		c.Name = readText(c.Name)
		c.Numbers = withEach(c.Numbers, func(n doc.Communication) doc.Communication {
			n.Number = readText(n.Number)
			return n
		})
		return c
	})
	p.Taxes = withEach(p.Taxes, func(t doc.TaxReference) doc.TaxReference {
		t.Number = readText(t.Number)
		return t
	})
	return p
}

// withEach changes a copy, nil where there is nothing.
func withEach[T any](all []T, change func(T) T) []T {
	all = slices.Clone(all)
	for i := range all {
		all[i] = change(all[i])
	}
	return all
}

// readText takes a text that is not UTF-8 for Latin-1 (ISO 8859-1): X12 names no character set, and these two are what
// partners send.
func readText(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	out := make([]rune, len(text))
	for i := range len(text) {
		out[i] = rune(text[i])
	}
	return string(out)
}
