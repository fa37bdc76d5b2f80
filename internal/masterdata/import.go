package masterdata

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Identifier is an interchange identifier of a trading partner, as in ISA06 and ISA05.
type Identifier struct{ ID, Qualifier string }

// PartnerLine is a line of the file of trading partners that a person imports at Cleo: the partner, and a contact or an
// interchange identifier of it or both.
type PartnerLine struct {
	Alias string
	// Contact are the supplier's fields that have a column; its other fields have none.
	Contact    Values
	Identifier Identifier
}

// importColumns are those of Cleo's import (user guide, "Importing Contacts and EDI Parameters"), in its order. What M3 does
// not have of a contact stays empty; its names among them, because a supplier's name is none of a person.
var importColumns = []struct {
	title string
	text  func(PartnerLine) string
}{
	{"Trading Partner Alias", func(l PartnerLine) string { return l.Alias }},
	{"First Name", unknown},
	{"Last Name", unknown},
	{"Email", contact("email")},
	{"Title", unknown},
	{"Department", unknown},
	{"Work Phone", contact("phone")},
	{"Work Phone Extension", unknown},
	{"Cell Phone", unknown},
	{"Address 1", contact("street")},
	{"Address 2", contact("street2")},
	{"City", contact("town")},
	{"State/Province", contact("state")},
	{"Zip", contact("postalCode")},
	{"Country", contact("country")},
	{"Business", func(l PartnerLine) string { return importFlag(l.Contact["email"] != "") }},
	{"Technical", func(PartnerLine) string { return importFlag(false) }},
	{"Address Type", unknown},
	{"Interchange Identifier", func(l PartnerLine) string { return l.Identifier.ID }},
	{"Qualifier", func(l PartnerLine) string { return l.Identifier.Qualifier }},
}

// contactFields are the fields of a supplier that have a column.
var contactFields = []string{"email", "phone", "street", "street2", "town", "state", "postalCode", "country"}

func unknown(PartnerLine) string { return "" }

func contact(field string) func(PartnerLine) string {
	return func(l PartnerLine) string { return l.Contact[field] }
}

func importFlag(set bool) string {
	if set {
		return "True"
	}
	return "False"
}

// PartnerLines are the lines of a supplier: one for each identifier, the first with the contact, and one for the contact
// alone where there is no identifier.
func PartnerLines(alias string, ids []Identifier, values Values) []PartnerLine {
	first := PartnerLine{Alias: alias, Contact: Values{}}
	for _, field := range contactFields {
		first.Contact.set(field, strings.TrimSpace(values[field]))
	}
	lines := []PartnerLine{first}
	for i, id := range ids {
		if i > 0 {
			lines = append(lines, PartnerLine{Alias: alias})
		}
		lines[i].Identifier = id
	}
	return lines
}

// PrintImport writes lines as CSV (RFC 4180, UTF-8, lines end with LF) under a header, with all 20 columns of Cleo's import.
// Values stand as they are: who reads the file is a machine. One line that CheckImport refuses spoils the whole import.
func PrintImport(lines []PartnerLine) ([]byte, error) {
	var out bytes.Buffer
	records := make([][]string, len(lines)+1)
	for _, column := range importColumns {
		records[0] = append(records[0], column.title)
		for i, line := range lines {
			records[i+1] = append(records[i+1], column.text(line))
		}
	}
	if err := csv.NewWriter(&out).WriteAll(records); err != nil {
		return nil, fmt.Errorf("an import of %d trading partners cannot be written: %w", len(lines), err)
	}
	return out.Bytes(), nil
}

// CheckImport says why a line is not to be imported: because Cleo would break off, or because a spreadsheet in which a person
// looks at the file first would compute it. An address of e-mail that mail could not reach is taken for what Cleo refuses.
func CheckImport(l PartnerLine) error {
	email := l.Contact["email"]
	switch id := l.Identifier; {
	case l.Alias == "":
		return fmt.Errorf("it has no alias; give its profile an id")
	case id.ID == "" && id.Qualifier != "" || id.ID != "" && id.Qualifier == "":
		return fmt.Errorf("its interchange identifier is %q with qualifier %q; its profile must have both", id.ID, id.Qualifier)
	case id.ID == "" && email == "":
		return fmt.Errorf("it has neither an interchange identifier nor an e-mail; give it a profile, or an e-mail")
	}
	if address, err := mail.ParseAddress(email); email != "" && (err != nil || address.Address != email) {
		return fmt.Errorf("its e-mail is %q, which is not one address; correct it", email)
	}
	for _, column := range importColumns {
		switch value := column.text(l); {
		case !utf8.ValidString(value) || strings.ContainsFunc(value, breaksLine):
			return fmt.Errorf("its %s is %q, with a character that cannot be printed; correct it", column.title, value)
		case computed(value):
			return fmt.Errorf("its %s is %q, which a spreadsheet would compute; correct it", column.title, value)
		}
	}
	return nil
}

func breaksLine(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) }

// computed says whether a spreadsheet takes a value for a formula that may do harm. A phone number such as +44 (20) 7946-0018
// begins like a formula too, but has nothing in it that could name a function or a program.
func computed(value string) bool {
	return value != "" && strings.ContainsRune("=+-@", rune(value[0])) && strings.Trim(value, "0123456789 +-()./") != ""
}
