package cleo

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Attributes that tell whose master record a trading partner stands for.
const (
	AttributeCompany  = "company"
	AttributeSupplier = "supplier"
	AttributeCustomer = "customer"
	AttributeAccount  = "account"
)

// Key is what a trading partner is known by to us: a company, and the supplier, customer or account for which it stands.
// Cleo keeps it as attributes like any others.
type Key struct{ Company, Supplier, Customer, Account string }

// StandsFor says whether a partner of the key stands for what another key names; it may stand for more, such as a supplier that
// is a customer too. An empty key names partners that stand for nothing.
func (k Key) StandsFor(other Key) bool {
	covers := func(has, wanted string) bool { return wanted == "" || has == wanted }
	if other == (Key{}) {
		return k == other
	}
	return k.Company == other.Company && covers(k.Supplier, other.Supplier) && covers(k.Customer, other.Customer) && covers(k.Account, other.Account)
}

// Partner is a trading partner at an EDI hub. It remembers every member and every form in which it was received, unknown
// ones too, because the hub replaces the whole partner when one of its fields changes. As JSON it is what was received
// with the changes laid over it.
type Partner struct {
	ID             string // the hub's own id; empty before the partner is created
	Alias          string // its name at the hub, unique there
	Type           string
	InterchangeIDs []InterchangeID
	Contacts       []Contact
	// Attributes are texts, numbers and booleans, all as text; null is empty. One that is an object or a list is not shown,
	// and goes back as it came.
	Attributes map[string]string

	received   members
	attributes members // those among received
}

// InterchangeID is an identity of a partner in ISA05 and ISA06, or ISA07 and ISA08.
type InterchangeID struct {
	ID, Qualifier string

	received members
}

// Contact is a person at a partner. The names of its members are those of Cleo's CSV import, which the web service is
// assumed to share.
type Contact struct {
	FirstName, LastName, Email, Title, Department, WorkPhone, CellPhone string
	Business, Technical                                                 bool

	received members
}

// Key gives the company and what of it the partner stands for; all are empty at a partner that is not ours.
func (p Partner) Key() Key {
	return Key{Company: p.Attributes[AttributeCompany], Supplier: p.Attributes[AttributeSupplier],
		Customer: p.Attributes[AttributeCustomer], Account: p.Attributes[AttributeAccount]}
}

// clone gives a copy of the partner that may be changed without it.
func (p Partner) clone() Partner {
	p.InterchangeIDs, p.Contacts, p.Attributes = slices.Clone(p.InterchangeIDs), slices.Clone(p.Contacts), maps.Clone(p.Attributes)
	return p
}

func (p *Partner) texts() map[string]*string {
	return map[string]*string{"id": &p.ID, "alias": &p.Alias, "type": &p.Type}
}

func (i *InterchangeID) texts() map[string]*string {
	return map[string]*string{"id": &i.ID, "qualifier": &i.Qualifier}
}

func (c *Contact) texts() map[string]*string {
	return map[string]*string{"firstName": &c.FirstName, "lastName": &c.LastName, "email": &c.Email, "title": &c.Title,
		"department": &c.Department, "workPhone": &c.WorkPhone, "cellPhone": &c.CellPhone}
}

func (c *Contact) flags() map[string]*bool {
	return map[string]*bool{"business": &c.Business, "technical": &c.Technical}
}

// UnmarshalJSON reads a partner as the hub describes it.
func (p *Partner) UnmarshalJSON(data []byte) error {
	m, err := readMembers(data)
	if err != nil {
		return err
	}
	*p = Partner{received: m, Attributes: map[string]string{}}
	err = errors.Join(m.readTexts(p.texts()), m.read("interchangeIds", &p.InterchangeIDs), m.read("contacts", &p.Contacts), m.read("attributes", &p.attributes))
	for name, raw := range p.attributes {
		if text, ok := scalar(raw); ok {
			p.Attributes[name] = text
		}
	}
	return err
}

// UnmarshalJSON reads an identity of a partner.
func (i *InterchangeID) UnmarshalJSON(data []byte) error {
	m, err := readMembers(data)
	if err != nil {
		return err
	}
	*i = InterchangeID{received: m}
	return m.readTexts(i.texts())
}

// UnmarshalJSON reads a person at a partner.
func (c *Contact) UnmarshalJSON(data []byte) error {
	m, err := readMembers(data)
	if err != nil {
		return err
	}
	*c = Contact{received: m}
	for name, into := range c.flags() {
		*into = isTrue(m[name])
	}
	return m.readTexts(c.texts())
}

// MarshalJSON writes what was received, with the fields of the partner laid over it.
func (p Partner) MarshalJSON() ([]byte, error) {
	m, err := p.members()
	if err != nil {
		return nil, err
	}
	return json.Marshal(m)
}

// MarshalJSON writes an identity, members that came with it included.
func (i InterchangeID) MarshalJSON() ([]byte, error) {
	return json.Marshal(i.received.with(i.texts()))
}

// MarshalJSON writes a person, members that came with it included.
func (c Contact) MarshalJSON() ([]byte, error) {
	m := c.received.with(c.texts())
	for name, value := range c.flags() {
		if isTrue(m[name]) != *value {
			m[name] = form(m[name], strconv.FormatBool(*value), true)
		}
	}
	return json.Marshal(m)
}

// readOnly are members that Cleo answers with and takes from nobody. Enabled is not one of them: left out, it would switch
// a partner on again that was switched off.
var readOnly = []string{"id", "meta", "_links", "active", "editable", "runnable", "ready", "notReadyReason"}

// body is the partner as it is sent.
func (p Partner) body() ([]byte, error) {
	m, err := p.members()
	if err != nil {
		return nil, err
	}
	for _, name := range readOnly {
		delete(m, name)
	}
	return json.Marshal(m)
}

// members lays the fields over what was received.
func (p Partner) members() (members, error) {
	m := p.received.with(p.texts())
	attributes := members{}
	for name, raw := range p.attributes {
		if _, ok := scalar(raw); !ok {
			attributes[name] = raw
		}
	}
	for name, text := range p.Attributes {
		if raw, ok := p.attributes[name]; ok {
			attributes[name] = raw
		}
		attributes.put(name, text)
	}
	return m, errors.Join(m.putList("interchangeIds", len(p.InterchangeIDs), p.InterchangeIDs), m.putList("contacts", len(p.Contacts), p.Contacts),
		m.putList("attributes", len(attributes), attributes))
}

// differences names the fields that did not become what was sent: those that were changed from before, and others that
// are gone. What the hub itself makes of the rest is its own.
func differences(before, sent, stored Partner) []string {
	old, wanted, got := before.fields(), sent.fields(), stored.fields()
	all := maps.Clone(old)
	maps.Copy(all, wanted)
	var names []string
	for name := range all {
		if wanted[name] != got[name] && (wanted[name] != old[name] || got[name] == "") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// fields are the values that a partner is compared by. The order of identities and contacts is the hub's own.
func (p Partner) fields() map[string]string {
	fields := map[string]string{"alias": p.Alias, "type": p.Type}
	for name, text := range p.Attributes {
		fields["attributes."+name] = text
	}
	var ids, contacts []string
	for _, id := range p.InterchangeIDs {
		ids = append(ids, strconv.Quote(id.Qualifier)+strconv.Quote(id.ID))
	}
	for _, c := range p.Contacts {
		c.received = nil
		text, _ := json.Marshal(c) // texts can always be written
		contacts = append(contacts, string(text))
	}
	slices.Sort(ids)
	slices.Sort(contacts)
	fields["interchangeIds"], fields["contacts"] = strings.Join(ids, ","), strings.Join(contacts, ",")
	return fields
}
