package mapping

import (
	"slices"
	"strings"
	"unicode"
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

// readText takes a text that is not UTF-8 for Windows-1252, which has Latin-1 (ISO 8859-1) in it: X12 names no character set,
// and these are what partners send. Nothing in it is left that cannot be printed.
func readText(text string) string {
	if !utf8.ValidString(text) {
		latin1 := make([]rune, len(text))
		for i := range len(text) {
			latin1[i] = rune(text[i])
		}
		text = string(latin1)
	}
	return strings.Map(readSign, text)
}

// readSign reads a control character of Latin-1 as the sign that Windows-1252 has in its place, also where it was taken into
// UTF-8 as it was, and as a blank where there is none.
func readSign(r rune) rune {
	if r >= 0x80 && r <= 0x9f {
		r = windows1252[r-0x80]
	}
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// windows1252 are the signs of the bytes 0x80 to 0x9F, by CP1252.TXT of the Unicode Consortium, with 0 where it has none.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}
