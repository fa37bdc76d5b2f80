package cleo

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/faults"
)

// desk is a hub and a token for it.
type desk struct {
	*Hub
	t      *testing.T
	server *httptest.Server
	token  string

	mu    sync.Mutex
	calls map[string]int
}

func open(t *testing.T, dir string) *desk {
	t.Helper()
	hub, err := Open(dir, "kim", "hidden", &faults.Faults{})
	require.NoError(t, err)
	d := &desk{Hub: hub, t: t, calls: map[string]int{}}
	hub.Count = func(operation string) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.calls[operation]++
	}
	d.server = httptest.NewServer(hub)
	t.Cleanup(d.server.Close)
	response, err := http.PostForm(d.server.URL+"/api/authentication", url.Values{"username": {"kim"}, "password": {"hidden"}})
	require.NoError(t, err)
	defer response.Body.Close()
	var login struct {
		Token string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&login))
	d.token = login.Token
	return d
}

// ask sends a request and gives the status and the answer.
func (d *desk) ask(method, path, body string) (int, string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.server.URL+"/api/partners"+path, strings.NewReader(body))
	require.NoError(d.t, err)
	req.Header.Set("Authorization", "Bearer "+d.token)
	response, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(d.t, err)
	return response.StatusCode, string(content)
}

// add makes a partner and gives its id.
func (d *desk) add(body string) string {
	d.t.Helper()
	var fields map[string]json.RawMessage
	require.NoError(d.t, json.Unmarshal([]byte(body), &fields))
	id, err := d.AddPartner(fields)
	require.NoError(d.t, err)
	return id
}

// page is an answer of the list.
type page struct {
	Total     int `json:"totalResults"`
	Start     int `json:"startIndex"`
	Count     int `json:"count"`
	Resources []struct {
		ID    string `json:"id"`
		Alias string `json:"alias"`
	} `json:"resources"`
}

func (d *desk) list(query url.Values) page {
	d.t.Helper()
	status, body := d.ask("GET", "?"+query.Encode(), "")
	require.Equal(d.t, http.StatusOK, status, body)
	var p page
	require.NoError(d.t, json.Unmarshal([]byte(body), &p))
	return p
}

func (p page) aliases() string {
	var all []string
	for _, each := range p.Resources {
		all = append(all, each.Alias)
	}
	return strings.Join(all, " ")
}

const acme = `{"alias":"ACME","type":"supplier","interchangeIds":[{"id":"ACMEFAST","qualifier":"ZZ"},{"id":"123","qualifier":"01"}],
	"contacts":[{"email":"ap@acme.test","business":"true"}],"attributes":{"company":"100","supplier":"0010045","rating":1.50,"hold":"false"},"region":{"code":"MW"}}`

func TestAPartnerIsKeptAsItWasSent(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	status, body := d.ask("POST", "", acme)
	require.Equal(t, http.StatusCreated, status, body)
	var made struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(body), &made))
	require.Regexp(t, `^[A-Za-z0-9_-]{22}$`, made.ID)
	whole := strings.Replace(acme, `{"alias"`, `{"id":"`+made.ID+`","enabled":"true","active":"true","editable":true,"ready":true,"meta":{"resourceType":"partner"},
		"_links":{"self":{"href":"/api/partners/`+made.ID+`"}},"alias"`, 1)
	require.JSONEq(t, whole, body)
	require.Contains(t, body, "1.50", "numbers keep their text")

	for _, d := range []*desk{d, open(t, dir)} {
		status, body = d.ask("GET", "/"+made.ID, "")
		require.Equal(t, http.StatusOK, status)
		require.JSONEq(t, whole, body, "a restart keeps it")
	}
}

func TestPutReplacesTheWholePartner(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	id := d.add(acme)
	status, body := d.ask("PUT", "/"+id, `{"alias":"ACME2","enabled":"false","attributes":{"company":"100"}}`)
	require.Equal(t, http.StatusOK, status, body)
	for _, d := range []*desk{d, open(t, dir)} {
		require.Len(t, d.Partners(), 1)
		p := d.Partners()[0]
		require.JSONEq(t, `"ACME2"`, string(p["alias"]))
		require.JSONEq(t, `"false"`, string(p["enabled"]))
		require.JSONEq(t, `{"company":"100"}`, string(p["attributes"]))
		for _, gone := range []string{"type", "region", "contacts", "interchangeIds"} {
			require.NotContains(t, p, gone)
		}
	}
	require.Equal(t, "ACME2", d.list(url.Values{"filter": {`alias sw "ACME"`}}).aliases(), "the old alias is gone")
	require.NotEmpty(t, d.add(acme), "and free")
}

func TestPartnersAreRefused(t *testing.T) {
	d := open(t, t.TempDir())
	id := d.add(acme)
	d.add(`{"alias":"OTHER"}`)
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		says               string
	}{
		"a taken alias":        {"POST", "", `{"alias":"OTHER"}`, 409, "taken"},
		"an alias of others":   {"PUT", "/" + id, `{"alias":"OTHER"}`, 409, "taken"},
		"no alias":             {"POST", "", `{"type":"supplier"}`, 400, "alias"},
		"an alias of null":     {"POST", "", `{"alias":null}`, 400, "alias"},
		"attributes as a list": {"POST", "", `{"alias":"NEW","attributes":[]}`, 400, "attributes"},
		"no JSON":              {"POST", "", `alias`, 400, "no partner"},
		"an id":                {"PUT", "/" + id, `{"alias":"ACME","id":"` + id + `"}`, 400, "id cannot be set"},
		"links":                {"PUT", "/" + id, `{"alias":"ACME","_links":{}}`, 400, "_links cannot be set"},
		"an unknown partner":   {"PUT", "/unknown", `{"alias":"NEW"}`, 404, "no such partner"},
		"a read of none":       {"GET", "/unknown", ``, 404, "no such partner"},
		"a deletion":           {"DELETE", "/" + id, ``, 405, "not supported"},
		"a patch":              {"PATCH", "/" + id, `{}`, 405, "not supported"},
		"a path below":         {"GET", "/" + id + "/x", ``, 404, "no such path"},
		"a bad filter":         {"GET", "?filter=" + url.QueryEscape(`alias like "A"`), ``, 400, "like"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := d.ask(test.method, test.path, test.body)
			require.Equal(t, test.status, status, body)
			var refusal struct{ Message string }
			require.NoError(t, json.Unmarshal([]byte(body), &refusal))
			require.Contains(t, refusal.Message, test.says)
		})
	}
	require.Len(t, d.Partners(), 2)
	require.JSONEq(t, `"ACME"`, string(d.Partners()[0]["alias"]))
	d.Revoke()
	status, _ := d.ask("GET", "", "")
	require.Equal(t, http.StatusUnauthorized, status)
}

func TestPartnersAreListedInPages(t *testing.T) {
	d := open(t, t.TempDir())
	for i := range 250 {
		d.add(fmt.Sprintf(`{"alias":"P%03d","attributes":{"even":%t}}`, (i*7)%250, i%2 == 0))
	}
	for start, want := range map[string][2]int{"0": {100, 0}, "100": {100, 100}, "200": {50, 200}, "250": {0, 0}, "900": {0, 0}, "-1": {100, 0}} {
		p := d.list(url.Values{"startIndex": {start}, "count": {"500"}})
		require.Equal(t, 250, p.Total)
		require.Equal(t, want[0], p.Count, "a page has a hundred at most")
		require.Len(t, p.Resources, want[0])
		if want[0] > 0 {
			require.Equal(t, fmt.Sprintf("P%03d", want[1]), p.Resources[0].Alias, "by alias, counted from 0")
		}
	}
	require.Len(t, d.list(nil).Resources, 100)
	p := d.list(url.Values{"filter": {`attributes.even eq "true"`}, "startIndex": {"100"}, "count": {"20"}})
	require.Equal(t, 125, p.Total)
	require.Len(t, p.Resources, 20)
}

func TestFilter(t *testing.T) {
	d := open(t, t.TempDir())
	for _, body := range []string{acme, `{"alias":"Say \"hi\" \\ there","type":"carrier"}`, `{"alias":"BOLT","attributes":{"company":"200","note":""},"interchangeIds":[{"id":"BOLT"}]}`} {
		d.add(body)
	}
	for filter, want := range map[string]string{
		``:                                   `ACME BOLT Say "hi" \ there`,
		`alias eq "ACME"`:                    `ACME`,
		`alias eq "acme"`:                    ``,
		`alias EQ "Say \"hi\" \\ there"`:     `Say "hi" \ there`,
		`alias sw "B"`:                       `BOLT`,
		`alias ew "T"`:                       `BOLT`,
		`alias co "hi"`:                      `Say "hi" \ there`,
		`alias ne "ACME" and type ne "x"`:    `BOLT Say "hi" \ there`,
		`type pr`:                            `ACME Say "hi" \ there`,
		`attributes.note pr`:                 ``,
		`attributes.company eq "100"`:        `ACME`,
		`attributes.company eq 200`:          `BOLT`,
		`attributes.rating eq 1.50`:          `ACME`,
		`interchangeIds.id eq "123"`:         `ACME`,
		`alias eq "BOLT" or alias eq "ACME"`: `ACME BOLT`,
		`type eq "supplier" and alias eq "BOLT" or type eq "carrier"`: `Say "hi" \ there`,
	} {
		require.Equal(t, want, d.list(url.Values{"filter": {filter}}).aliases(), filter)
	}
	for _, filter := range []string{`alias`, `alias eq`, `alias eq "A`, `alias eq "A" but`, `alias eq "A" and`, `alias gt "A"`, `"`} {
		_, err := parseFilter(filter)
		require.ErrorContains(t, err, "filter", filter)
	}
}

func TestFaultsOfPartners(t *testing.T) {
	for fault, stored := range map[string]int{"500-before": 0, "503": 0, "429": 0, "401": 0, "500-after": 1, "504-after": 1} {
		d := open(t, t.TempDir())
		d.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "cleo", Operation: "partners create", Fault: fault}}})
		status, _ := d.ask("POST", "", acme)
		require.GreaterOrEqual(t, status, 400, fault)
		require.Len(t, d.Partners(), stored, fault)
		require.Equal(t, 0, d.list(nil).Total-stored, "the list is not touched by the rule")
		require.Equal(t, 1, d.Faults.Rules().Rules[0].Fired)
		require.Equal(t, map[string]int{"login": 1, "partners create": 1, "partners list": 1}, d.calls)
	}
}

func TestPartnersOfAPersonAtCleo(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	id := d.add(acme)
	d.add(`{"alias":"OTHER"}`)
	change := func(body string) error {
		var fields map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(body), &fields))
		return d.ChangePartner(id, fields)
	}
	require.NoError(t, change(`{"type":"carrier","region":null,"attributes":{"hold":"true","rating":null,"fax":"555"}}`))
	require.ErrorIs(t, change(`{"alias":"OTHER"}`), ErrAliasTaken)
	require.ErrorContains(t, change(`{"alias":null}`), "alias")
	require.ErrorContains(t, change(`{"attributes":"x"}`), "attributes")
	require.ErrorIs(t, d.ChangePartner("unknown", nil), ErrUnknownPartner)
	for _, d := range []*desk{d, open(t, dir)} {
		p := d.Partners()[0]
		require.JSONEq(t, `{"company":"100","supplier":"0010045","hold":"true","fax":"555"}`, string(p["attributes"]))
		require.JSONEq(t, `"carrier"`, string(p["type"]))
		require.NotContains(t, p, "region")
	}
	require.NoError(t, d.RemovePartner(id))
	require.ErrorIs(t, d.RemovePartner(id), ErrUnknownPartner)
	require.Equal(t, "OTHER", open(t, dir).list(nil).aliases())
}

func TestPartnersSurviveManyWriters(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			_, _ = d.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(fmt.Sprintf(`"P%d"`, i%100))})
		})
	}
	group.Wait()
	require.Len(t, d.Partners(), 100, "an alias is given once")
	require.Equal(t, d.Partners(), open(t, dir).Partners())
}
