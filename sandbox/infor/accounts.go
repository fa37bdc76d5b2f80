package infor

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tradewind/sandbox/business"
)

// ErrUnknown is what the changes from outside say of something that M3 does not hold.
var ErrUnknown = errors.New("M3 does not hold it")

func (m *M3) getAccount(c call) ([]record, *miError) {
	for _, a := range m.accounts {
		if m.fits(a, c) && a["AITM"] == strings.TrimSpace(c.input["AITM"]) {
			return []record{a}, nil
		}
	}
	return nil, missing("Accounting identity", c.input["AITM"])
}

// listAccounts gives one dimension from an id on.
func (m *M3) listAccounts(c call) ([]record, *miError) {
	var out []record
	for _, a := range m.accounts {
		if m.fits(a, c) && a["AITM"] >= strings.TrimSpace(c.input["AITM"]) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b record) int { return cmp.Compare(a["AITM"], b["AITM"]) })
	return out, nil
}

// theAccount finds the one that a transaction names by dimension and id.
func (m *M3) theAccount(c call) (record, bool) {
	key := with(m.given(c), record{"AITM": strings.TrimSpace(c.input["AITM"])})
	at := slices.IndexFunc(m.accounts, func(a record) bool { return same("CONO", "AITP", "AITM")(a, key) })
	if at < 0 {
		return key, false
	}
	return m.accounts[at], true
}

var (
	accountDates   = []string{"VFDT", "VTDT"}
	accountNumbers = []string{"AITP", "AT01", "AT02", "AT03", "AT11", "LCCD"}
)

// addAccount makes an accounting object, of the division that the call names or is made in.
func (m *M3) addAccount(c call) ([]record, *miError) {
	account, there := m.theAccount(c)
	if there {
		return nil, exists("AITM", "", "Accounting identity "+account["AITM"])
	}
	if e := wellFormed(account, accountDates, accountNumbers); e != nil {
		return nil, e
	}
	account["DIVI"] = cmp.Or(account["DIVI"], c.divi)
	if account["DIVI"] != "" && !business.Division(c.cono, account["DIVI"]) {
		return nil, refusal("DIVI", "XRE0103", "Division "+account["DIVI"]+" does not exist")
	}
	defaults := record{"LCCD": "0", "AT01": "0", "AT02": "0", "AT11": "0", "VFDT": "0", "VTDT": "0"}
	return m.keep(entry{Accounts: []record{made(with(defaults, account))}})
}

// updateAccount lays fields over an accounting object; a date that is cleared ends no validity any more.
func (m *M3) updateAccount(c call) ([]record, *miError) {
	account, there := m.theAccount(c)
	if !there {
		return nil, missing("Accounting identity", c.input["AITM"])
	}
	input := m.given(c)
	delete(input, "DIVI")
	if e := wellFormed(laid(input, nil), accountDates, accountNumbers); e != nil { // what it has says 0 for no date
		return nil, e
	}
	return m.keep(entry{Accounts: []record{touched(laid(account, input))}})
}

func (m *M3) fits(account record, c call) bool {
	divi := cmp.Or(strings.TrimSpace(c.input["DIVI"]), c.divi)
	return account["CONO"] == c.cono && account["AITP"] == c.input["AITP"] && (divi == "" || divi == account["DIVI"])
}

// checkAccounts looks up what each line would be posted to, on the accounting date.
func (m *M3) checkAccounts(b *batch, v *verdict) {
	for _, line := range b.lines {
		for dimension, id := range m.coding(b, line) {
			if id == "" && dimension == "AIT1" {
				v.fail(inError, line["TRNO"], "line %s has no account", line["TRNO"])
			}
			if fault := m.accountFault(b.head, strings.TrimPrefix(dimension, "AIT"), id); id != "" && fault != "" {
				v.fail(inError, line["TRNO"], "line %s: %s of %s %s", line["TRNO"], id, dimension, fault)
			}
		}
	}
}

func (m *M3) accountFault(head record, dimension, id string) string {
	key, date := record{"CONO": head["CONO"], "AITP": dimension, "AITM": id}, accountingDate(head)
	at := slices.IndexFunc(m.accounts, func(a record) bool { return same("CONO", "AITP", "AITM")(a, key) })
	if at < 0 {
		return "does not exist"
	}
	switch a := m.accounts[at]; {
	case a["LCCD"] != "0":
		return "is blocked"
	case plain(a["VFDT"]) != "0" && date < a["VFDT"], plain(a["VTDT"]) != "0" && date > a["VTDT"]:
		return "is not valid on " + date
	}
	return ""
}

// open says whether the period of a date is open: it is not closed, and its year is
// this one or next to it.
func (m *M3) open(cono, date string) bool {
	if len(date) != len(day) {
		return false
	}
	year, _ := strconv.Atoi(yearOf(date))
	away := year - business.Now().Year()
	return away >= -1 && away <= 1 && !slices.Contains(m.periods[cono], date[:6])
}

// ClosePeriods closes these periods (YYYYMM), by company, and opens all others.
func (m *M3) ClosePeriods(closed map[string][]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	closed = maps.Clone(closed)
	if closed == nil {
		closed = map[string][]string{}
	}
	return m.commit(entry{Closed: closed})
}

// Accounts shows the accounting objects of all companies.
func (m *M3) Accounts() []map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]record{}, m.accounts...)
}

// ChangeAccount lays fields over an accounting object in every company that has it.
func (m *M3) ChangeAccount(dimension, id string, fields map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var e entry
	for _, a := range m.accounts {
		if a["AITP"] == dimension && a["AITM"] == id {
			e.Accounts = append(e.Accounts, touched(with(a, fields)))
		}
	}
	if e.Accounts == nil {
		return fmt.Errorf("accounting object %s of dimension %s: %w", id, dimension, ErrUnknown)
	}
	return m.commit(e)
}

// Receive books receipts for an order: quantities by line number, or all that is
// open when there are none.
func (m *M3) Receive(cono, number string, quantities map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.find(cono, number)
	if found == nil {
		return fmt.Errorf("order %s of company %s: %w", number, cono, ErrUnknown)
	}
	order := found.Copy()
	if err := order.Receive(quantities, business.Now()); err != nil {
		return err
	}
	return m.commit(entry{Orders: []*business.Order{order}})
}
