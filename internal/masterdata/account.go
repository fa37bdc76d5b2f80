package masterdata

import (
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// accountAttributes are the fields of values of accounting dimensions, with the lengths of CRS630MI's UpdAccountID.
var accountAttributes = []Attribute{
	{Name: "name", Field: "TX40", Length: 40, Needed: true},
	{Name: "shortName", Field: "TX15", Length: 15},
	{Name: "group", Field: "AICL", Length: 8},
	{Name: StatusField, Field: "LCCD", Length: 1, Needed: true, closed: true, words: map[string]string{accountOpen: "active", accountBlocked: Inactive}},
	{Name: "validFrom", Field: "VFDT", Length: 10, day: true},
	{Name: "validTo", Field: "VTDT", Length: 10, day: true},
}

// The codes of a value that may be posted to, and of one that may not.
const (
	accountOpen    = "0"
	accountBlocked = "1"
)

// AccountCode is the code under which an account is kept, such as 1/4010: its dimension and its id.
func AccountCode(a ionapi.Account) string { return trade.AccountCode(a.Dimension, a.ID) }

// AccountValues are what M3 says about a value of an accounting dimension; days are YYYYMMDD.
func AccountValues(a ionapi.Account) Values {
	return records{InBasicData: entryOf(a)}.values(trade.EntityAccount)
}

// entryOf is an account in the form in which M3 takes it.
func entryOf(a ionapi.Account) *ionapi.AccountEntry {
	entry := &ionapi.AccountEntry{Division: a.Division, Dimension: a.Dimension, ID: a.ID, Name: a.Name, ShortName: a.ShortName, Group: a.Group,
		Blocked: accountOpen, From: a.From, To: a.To}
	if a.Blocked {
		entry.Blocked = accountBlocked
	}
	return entry
}

// AccountChange is what makes the values stand in M3, or nil where they do: only the fields that differ from what M3 has, and
// ionapi.Clear where one is to be emptied. It fails where M3 cannot keep a value, naming the field.
func AccountChange(has ionapi.Account, to Values) (*ionapi.AccountEntry, error) {
	change := &ionapi.AccountEntry{Division: has.Division, Dimension: has.Dimension, ID: has.ID}
	changed, err := records{InBasicData: entryOf(has)}.change(trade.EntityAccount, to, records{InBasicData: change})
	if err != nil || !changed[InBasicData] {
		return nil, about(trade.EntityAccount, AccountCode(has), err)
	}
	return change, nil
}

// NewAccount is what makes a value of an accounting dimension in M3, of a code such as 1/4010: the template's MI fields, and
// the values over them. It fails where something is missing without which M3 makes none, naming it.
func NewAccount(code string, values Values, template map[string]string) (ionapi.AccountEntry, error) {
	dimension, id, err := trade.ParseAccountCode(code)
	entry := ionapi.AccountEntry{Dimension: dimension, ID: id}
	if err == nil {
		_, err = records{InBasicData: &entry}.create(trade.EntityAccount, values, template)
	}
	if err != nil {
		return ionapi.AccountEntry{}, about(trade.EntityAccount, code, err)
	}
	return entry, nil
}
