package cleo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Directory is the list of trading partners at an EDI hub. All its errors are of type *Error, but for those that a change
// gives itself.
type Directory interface {
	// Partners gives all partners one by one, read page by page; change none meanwhile. A list that grows or shrinks under
	// the reader is read again, and gives those that it has not given yet; it fails rather than settle for a part. Only
	// a removal and an addition between the same two pages can hide a partner, and it gives one that was removed since:
	// look at a partner itself before it is taken for deleted. The sequence ends after its first error.
	Partners(ctx context.Context) iter.Seq2[Partner, error]
	// Partner gives the partner of that id. NotFound means that there is none any more.
	Partner(ctx context.Context, id string) (Partner, error)
	// PartnerBy gives the partner of that alias if it stands for the key. NotFound means that nobody has the alias,
	// Conflict that another partner has it. It is the look after a CreatePartner of Conflict or OutcomeUnknown.
	PartnerBy(ctx context.Context, alias string, key Key) (Partner, error)
	// CreatePartner makes a partner, which must have an alias and its key. Conflict means that the alias is taken,
	// OutcomeUnknown that the partner may be there: look before creating again. When the hub has kept something else than
	// was sent, the partner is given together with an error of kind InvalidInput.
	CreatePartner(ctx context.Context, p Partner) (Partner, error)
	// UpdatePartner reads a partner, lets change change it, and puts the whole back, with all that nobody here knows of it.
	// Nothing is written when nothing changed, so that it is its own look after OutcomeUnknown: call it again. An error of
	// change, which says for example that the partner is no longer what the caller has compared, ends it and is given
	// as it is. What the hub has kept otherwise is told as by CreatePartner.
	UpdatePartner(ctx context.Context, id string, change func(*Partner) error) (Partner, error)
}

// The operations, as the observer sees them.
const (
	listPartners  = "partners list"
	getPartner    = "partners get"
	createPartner = "partners create"
	updatePartner = "partners update"
)

// maxPasses is how often a list that changes under the reader is read.
const maxPasses = 5

// Partners implements Directory.
func (m *REST) Partners(ctx context.Context) iter.Seq2[Partner, error] { return m.selected(ctx, "") }

// PartnerBy implements Directory. It filters by alias, the only filter of a name that Cleo documents, and trusts only
// what came back.
func (m *REST) PartnerBy(ctx context.Context, alias string, key Key) (Partner, error) {
	filter := "alias eq " + quoted(alias)
	var other *Partner
	for p, err := range m.selected(ctx, filter) {
		switch {
		case err != nil:
			return Partner{}, err
		case p.Alias == alias && p.Key().StandsFor(key):
			return p, nil
		case p.Alias == alias:
			other = &p
		}
	}
	x := selection(filter)
	if other == nil {
		return Partner{}, x.fail(NotFound, "no partner has this alias", nil)
	}
	return Partner{}, x.fail(Conflict, fmt.Sprintf("the alias belongs to %s, not to %s", other.Key(), key), nil)
}

// String names what the partner stands for, or says that there is nothing.
func (k Key) String() string {
	switch {
	case k == (Key{}):
		return "a partner without company and supplier"
	case k.Customer != "":
		return fmt.Sprintf("customer %q of company %q", shorten(k.Customer), shorten(k.Company))
	case k.Account != "":
		return fmt.Sprintf("account %q of company %q", shorten(k.Account), shorten(k.Company))
	}
	return fmt.Sprintf("supplier %q of company %q", shorten(k.Supplier), shorten(k.Company))
}

// quoted writes a text as a filter compares it.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// selected gives the partners that a filter selects, all of them when it is empty.
func (m *REST) selected(ctx context.Context, filter string) iter.Seq2[Partner, error] {
	return func(yield func(Partner, error) bool) {
		l := partnerList{mailbox: m, filter: filter, seen: map[string]int{}, yield: yield}
		for l.pass = 1; l.pass <= maxPasses; l.pass++ {
			if settled := l.read(ctx); settled {
				return
			}
		}
		yield(Partner{}, selection(filter).fail(Unavailable, fmt.Sprintf("the list changed while it was read, %d times", maxPasses), nil))
	}
}

// partnerList is a list on its way to whoever asked for it.
type partnerList struct {
	mailbox *REST
	filter  string
	pass    int            // counted from 1
	seen    map[string]int // the pass that saw a partner last, by id
	yield   func(Partner, error) bool
}

// read goes through the list once. It says no when the list moved under it, and has to be read again.
func (l *partnerList) read(ctx context.Context) (settled bool) {
	start, total := 0, 0
	for page := range maxPages {
		p, err := l.mailbox.partnerPage(ctx, l.filter, start)
		if err != nil {
			return l.end(err)
		}
		if page == 0 {
			total = p.total()
		}
		fresh, wanted := l.give(p.partners)
		start += len(p.partners)
		switch {
		case !wanted:
			return true
		case p.total() != total:
			return false
		case len(p.partners) == 0 && start < total:
			return l.fail(fmt.Sprintf("the listing ends after %d of %d partners", start, total))
		case len(p.partners) == 0:
			return true
		case fresh == 0:
			return l.fail("the listing repeats itself")
		case fresh < len(p.partners):
			return false
		case total != unknownTotal && start >= total:
			return true
		}
	}
	return l.fail("the listing does not end")
}

// give hands on the partners that no pass has seen, and counts those that are new in this one. Wanted says that the
// caller goes on.
func (l *partnerList) give(partners []Partner) (fresh int, wanted bool) {
	for _, p := range partners {
		last := l.seen[p.ID]
		if last != l.pass {
			fresh++
		}
		l.seen[p.ID] = l.pass
		if last == 0 && !l.yield(p, nil) {
			return fresh, false
		}
	}
	return fresh, true
}

func (l *partnerList) fail(problem string) (settled bool) {
	return l.end(selection(l.filter).notUnderstood(problem))
}

func (l *partnerList) end(err error) (settled bool) {
	l.yield(Partner{}, err)
	return true
}

// selection describes the listing of the partners that a filter selects.
func selection(filter string) *exchange {
	subject := "every partner"
	if filter != "" {
		subject = "those with " + shorten(filter)
	}
	return &exchange{operation: listPartners, subject: subject, method: http.MethodGet}
}

// partnerPage is a part of the list. Resources is nil when the answer is no list, Total when it does not say.
type partnerPage struct {
	Total     *int               `json:"totalResults"`
	Resources *[]json.RawMessage `json:"resources"`
	partners  []Partner
}

// unknownTotal is the length of a list that does not tell it.
const unknownTotal = -1

func (p *partnerPage) total() int {
	if p.Total == nil {
		return unknownTotal
	}
	return *p.Total
}

// partnerPage reads the part of the list that begins at start, counted from 0.
func (m *REST) partnerPage(ctx context.Context, filter string, start int) (*partnerPage, error) {
	x := selection(filter)
	query := url.Values{"startIndex": {strconv.Itoa(start)}, "count": {strconv.Itoa(m.pageSize)}}
	if filter != "" {
		query.Set("filter", filter)
	}
	x.address = m.address(m.paths.Partners) + "?" + query.Encode()
	page := new(partnerPage)
	x.understand = func(body []byte) error {
		if err := json.Unmarshal(body, page); err != nil || page.Resources == nil {
			return x.notUnderstood("the answer is no listing")
		}
		for _, resource := range *page.Resources {
			p, err := readPartner(resource)
			if err != nil {
				return x.notUnderstood(err.Error())
			}
			page.partners = append(page.partners, p)
		}
		page.Resources = nil
		return nil
	}
	return page, m.run(ctx, x)
}

// readPartner reads a partner. Id and alias are what it is known by; without them it cannot be handled.
func readPartner(body []byte) (Partner, error) {
	var p Partner
	if !json.Valid(body) {
		return Partner{}, errors.New("it is no JSON")
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return Partner{}, fmt.Errorf("partner %q: %s", shorten(p.Alias), shorten(err.Error()))
	}
	if p.ID == "" || p.Alias == "" {
		return Partner{}, fmt.Errorf("a partner has no id or no alias (%q, %q)", shorten(p.ID), shorten(p.Alias))
	}
	return p, nil
}

// Partner implements Directory.
func (m *REST) Partner(ctx context.Context, id string) (Partner, error) {
	x, err := m.onePartner(getPartner, http.MethodGet, id)
	if err != nil {
		return Partner{}, err
	}
	return m.answered(ctx, x, id)
}

// CreatePartner implements Directory.
func (m *REST) CreatePartner(ctx context.Context, p Partner) (Partner, error) {
	x := &exchange{operation: createPartner, subject: strconv.Quote(shorten(p.Alias)), method: http.MethodPost, address: m.address(m.paths.Partners), writes: true}
	if key := p.Key(); p.Alias == "" || key.Company == "" || key.Supplier+key.Customer+key.Account == "" {
		return Partner{}, x.fail(InvalidInput, "not sent: a partner needs an alias and the attributes company and supplier, customer or account, by which it is found again", nil)
	}
	return m.store(ctx, x, "", Partner{}, p)
}

// UpdatePartner implements Directory.
func (m *REST) UpdatePartner(ctx context.Context, id string, change func(*Partner) error) (Partner, error) {
	before, err := m.Partner(ctx, id)
	if err != nil {
		return Partner{}, err
	}
	after := before.clone()
	if err := change(&after); err != nil {
		return Partner{}, err
	}
	x, err := m.onePartner(updatePartner, http.MethodPut, id)
	if err != nil {
		return Partner{}, err
	}
	x.subject, x.writes = strconv.Quote(shorten(before.Alias)), true
	return m.store(ctx, x, id, before, after)
}

// store writes a partner, unless it is there as it is to be, and compares what the hub has kept.
func (m *REST) store(ctx context.Context, x *exchange, id string, before, after Partner) (Partner, error) {
	old, err := before.body()
	body, err2 := after.body()
	if err := errors.Join(err, err2); err != nil {
		return Partner{}, x.fail(InvalidInput, "not sent: the partner cannot be written", err)
	}
	if string(old) == string(body) {
		return before, nil
	}
	x.body, x.contentType = body, "application/json"
	stored, err := m.answered(ctx, x, id)
	if err != nil {
		return Partner{}, err
	}
	if names := differences(before, after, stored); len(names) > 0 {
		return stored, x.fail(InvalidInput, "cleo has not kept as it was sent: "+shorten(strings.Join(names, ", ")), nil)
	}
	return stored, nil
}

// onePartner describes an exchange about the partner of that id.
func (m *REST) onePartner(operation, method, id string) (*exchange, error) {
	x := &exchange{operation: operation, subject: strconv.Quote(shorten(id)), method: method}
	if id == "" || id == "." || id == ".." {
		return nil, x.fail(InvalidInput, "not sent: it is no id of a partner", nil)
	}
	x.address = m.address(m.paths.Partners + "/" + url.PathEscape(id))
	return x, nil
}

// answered runs an exchange whose answer is a partner, that of the id unless it is empty.
func (m *REST) answered(ctx context.Context, x *exchange, id string) (Partner, error) {
	var p Partner
	x.understand = func(body []byte) (err error) {
		if p, err = readPartner(body); err != nil {
			return x.notUnderstood("the answer is no partner: " + err.Error())
		}
		if id != "" && p.ID != id {
			return x.notUnderstood(fmt.Sprintf("the answer is another partner, %q", shorten(p.ID)))
		}
		return nil
	}
	if err := m.run(ctx, x); err != nil {
		return Partner{}, err
	}
	return p, nil
}
