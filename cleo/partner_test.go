package cleo

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// ours is the key of the partner in the tests.
var ours = Key{Company: "100", Supplier: "0010045"}

// wanted is a partner that is not there yet.
func wanted() Partner {
	return Partner{Alias: "ACME", Type: "supplier", InterchangeIDs: []InterchangeID{{ID: "ACMEFAST", Qualifier: "ZZ"}},
		Contacts:   []Contact{{FirstName: "Kim", Email: "kim@acme.test", Business: true}},
		Attributes: map[string]string{AttributeCompany: ours.Company, AttributeSupplier: ours.Supplier, "city": "Milwaukee"}}
}

// received is a partner as Cleo may describe it, with much that nobody here knows.
const received = `{"id":"p1","alias":"ACME","type":"supplier","enabled":"false","ready":true,"active":"true","editable":true,"runnable":false,"notReadyReason":null,
	"interchangeIds":[{"id":"ACMEFAST","qualifier":"ZZ","test":"false"}],
	"contacts":[{"firstName":"Kim","email":"kim@acme.test","business":"True","technical":null,"pager":17}],
	"attributes":{"company":"100","supplier":"0010045","city":"Milwaukee","rating":1.50,
		"big":12345678901234567890,"hold":"true","live":true,"nothing":null,"nested":{"a":[1,{"b":"true"}]}},
	"region":{"code":"MW","share":0.10},"groupIds":["A","B"],"meta":{"resourceType":"partner"},"_links":{"self":{"href":"/api/partners/p1"}}}`

// sentBack is what has to be put when nothing of it changes.
const sentBack = `{"alias":"ACME","type":"supplier","enabled":"false",
	"interchangeIds":[{"id":"ACMEFAST","qualifier":"ZZ","test":"false"}],
	"contacts":[{"firstName":"Kim","email":"kim@acme.test","business":"True","technical":null,"pager":17}],
	"attributes":{"company":"100","supplier":"0010045","city":"Milwaukee","rating":1.50,
		"big":12345678901234567890,"hold":"true","live":true,"nothing":null,"nested":{"a":[1,{"b":"true"}]}},
	"region":{"code":"MW","share":0.10},"groupIds":["A","B"]}`

func TestAPartnerIsRead(t *testing.T) {
	t.Parallel()
	m, h := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.EscapedPath() == "/hub/api/partners/p1" {
			respond(w, http.StatusOK, received)
			return
		}
		respond(w, http.StatusNotFound, `{"message":"no such partner"}`)
	})
	p, err := m.Partner(t.Context(), "p1")
	require.NoError(t, err)
	require.Equal(t, "p1", p.ID)
	require.Equal(t, "ACME", p.Alias)
	require.Equal(t, ours, p.Key())
	require.Equal(t, map[string]string{"company": "100", "supplier": "0010045", "city": "Milwaukee", "rating": "1.50",
		"big": "12345678901234567890", "hold": "true", "live": "true", "nothing": ""}, p.Attributes)
	require.Equal(t, "ZZ", p.InterchangeIDs[0].Qualifier)
	require.Equal(t, "kim@acme.test", p.Contacts[0].Email)
	require.True(t, p.Contacts[0].Business)
	require.False(t, p.Contacts[0].Technical)
	whole, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, received, string(whole))
	require.Contains(t, string(whole), `"rating":1.50`)
	require.Contains(t, string(whole), `12345678901234567890`)
	require.Equal(t, "partners get", h.observed()[1].Operation)

	_, err = m.Partner(t.Context(), "a/b")
	require.ErrorContains(t, requireError(t, err, NotFound), `cleo partners get of "a/b": cleo says "no such partner" (HTTP 404); read the list of partners again`)
	for _, id := range []string{"", ".", ".."} {
		_, err = m.Partner(t.Context(), id)
		requireError(t, err, InvalidInput)
	}
	require.Len(t, h.observed(), 3, "what is no id is not sent")
}

// kept is a hub with the one partner p1: a PUT replaces it.
func kept(t *testing.T, body string, puts *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			content, err := io.ReadAll(r.Body)
			if err != nil || r.Header.Get("Content-Type") != "application/json" || r.URL.EscapedPath() != "/hub/api/partners/p1" {
				t.Errorf("the request is not understood: %v", r)
			}
			*puts = append(*puts, string(content))
			body = strings.Replace(string(content), "{", `{"id":"p1",`, 1)
		}
		respond(w, http.StatusOK, body)
	}
}

func TestUpdateSendsBackWhatNobodyKnows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Partner)
		want   map[string]string // what stands in sentBack, and what is put in its place
	}{
		"an attribute":         {func(p *Partner) { p.Attributes["city"] = "Omaha" }, map[string]string{`"Milwaukee"`: `"Omaha"`}},
		"a new attribute":      {func(p *Partner) { p.Attributes["tier"] = "2" }, map[string]string{`"rating"`: `"tier":"2","rating"`}},
		"a number":             {func(p *Partner) { p.Attributes["rating"] = "2.00" }, map[string]string{`1.50`: `2.00`}},
		"a number as text":     {func(p *Partner) { p.Attributes["rating"] = "A+" }, map[string]string{`1.50`: `"A+"`}},
		"a number with zeros":  {func(p *Partner) { p.Attributes["rating"] = "007" }, map[string]string{`1.50`: `"007"`}},
		"a boolean as text":    {func(p *Partner) { p.Attributes["hold"] = "false" }, map[string]string{`"hold":"true"`: `"hold":"false"`}},
		"a boolean":            {func(p *Partner) { p.Attributes["live"] = "false" }, map[string]string{`"live":true`: `"live":false`}},
		"what was null":        {func(p *Partner) { p.Attributes["nothing"] = "x" }, map[string]string{`"nothing":null`: `"nothing":"x"`}},
		"an attribute cleared": {func(p *Partner) { p.Attributes["city"] = "" }, map[string]string{`"Milwaukee"`: `""`}},
		"an attribute removed": {func(p *Partner) { delete(p.Attributes, "city") }, map[string]string{`"city":"Milwaukee",`: ``}},
		"the alias":            {func(p *Partner) { p.Alias = "ACME2" }, map[string]string{`"alias":"ACME"`: `"alias":"ACME2"`}},
		"a contact":            {func(p *Partner) { p.Contacts[0].Email = "ap@acme.test" }, map[string]string{`kim@acme.test`: `ap@acme.test`}},
		"flags of a contact": {func(p *Partner) { p.Contacts[0].Business, p.Contacts[0].Technical = false, true },
			map[string]string{`"business":"True"`: `"business":"false"`, `"technical":null`: `"technical":true`}},
		"another identity": {func(p *Partner) { p.InterchangeIDs = append(p.InterchangeIDs, InterchangeID{ID: "1", Qualifier: "01"}) },
			map[string]string{`"test":"false"}`: `"test":"false"},{"id":"1","qualifier":"01"}`}},
		"no contact": {func(p *Partner) { p.Contacts = nil },
			map[string]string{`[{"firstName":"Kim","email":"kim@acme.test","business":"True","technical":null,"pager":17}]`: `[]`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var puts []string
			m, _ := setup(t, kept(t, received, &puts))
			update := func() Partner {
				p, err := m.UpdatePartner(t.Context(), "p1", func(p *Partner) error { test.change(p); return nil })
				require.NoError(t, err)
				return p
			}
			first := update()
			want := sentBack
			for old, new := range test.want {
				require.Contains(t, want, old)
				want = strings.Replace(want, old, new, 1)
			}
			require.Len(t, puts, 1)
			require.JSONEq(t, want, puts[0])
			for _, text := range []string{"12345678901234567890", "0.10"} {
				require.Contains(t, puts[0], text, "numbers keep their text")
			}
			if name != "another identity" { // that one adds another each time
				require.Equal(t, first.Attributes, update().Attributes)
				require.Len(t, puts, 1, "the second update has nothing to write")
			}
		})
	}
}

func TestUpdateWritesNothingWithoutAChange(t *testing.T) {
	t.Parallel()
	var puts []string
	m, h := setup(t, kept(t, received, &puts))
	p, err := m.UpdatePartner(t.Context(), "p1", func(p *Partner) error { p.Attributes["city"] = "Milwaukee"; return nil })
	require.NoError(t, err)
	require.Equal(t, "ACME", p.Alias)
	moved := errors.New("somebody changed it")
	_, err = m.UpdatePartner(t.Context(), "p1", func(p *Partner) error { p.Attributes["city"] = "Omaha"; return moved })
	require.ErrorIs(t, err, moved)
	require.Equal(t, moved, err)
	require.Empty(t, puts)
	require.Len(t, h.observed(), 3)
}

func TestUpdateTellsWhatCleoHasNotKept(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ answer, says string }{
		"a value that was cut":       {strings.Replace(received, "Milwaukee", "Oma", 1), "attributes.city"},
		"an attribute that is gone":  {strings.NewReplacer("Milwaukee", "Omaha", `"hold":"true",`, "").Replace(received), "attributes.hold"},
		"contacts that are gone":     {strings.NewReplacer("Milwaukee", "Omaha", `"contacts":`, `"persons":`).Replace(received), "contacts"},
		"what Cleo counts by itself": {strings.NewReplacer("Milwaukee", "Omaha", "1.50", "1.5", `"live"`, `"changes":7,"live"`).Replace(received), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut {
					respond(w, http.StatusOK, test.answer)
					return
				}
				respond(w, http.StatusOK, received)
			})
			p, err := m.UpdatePartner(t.Context(), "p1", func(p *Partner) error { p.Attributes["city"] = "Omaha"; return nil })
			require.Equal(t, "ACME", p.Alias, "what is there is given")
			if test.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, requireError(t, err, InvalidInput), `cleo partners update of "ACME": cleo has not kept as it was sent: `+test.says+"; correct the partner's data")
		})
	}
}

func TestCreateSendsThePartner(t *testing.T) {
	t.Parallel()
	var sent string
	m, h := setup(t, func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		sent = r.Method + " " + r.URL.EscapedPath() + " " + r.Header.Get("Content-Type") + r.Header.Get("Idempotency-Key") + " " + string(content)
		respond(w, http.StatusCreated, strings.Replace(string(content), "{", `{"id":"p1",`, 1))
	})
	p, err := m.CreatePartner(t.Context(), wanted())
	require.NoError(t, err)
	require.Equal(t, "p1", p.ID)
	require.Equal(t, `POST /hub/api/partners application/json {"alias":"ACME","attributes":{"city":"Milwaukee","company":"100","supplier":"0010045"},`+
		`"contacts":[{"business":true,"email":"kim@acme.test","firstName":"Kim"}],"interchangeIds":[{"id":"ACMEFAST","qualifier":"ZZ"}],"type":"supplier"}`, sent)
	require.Equal(t, "partners create", h.observed()[1].Operation)
	for _, change := range []func(*Partner){
		func(p *Partner) { p.Alias = "" }, func(p *Partner) { p.Attributes = nil }, func(p *Partner) { delete(p.Attributes, AttributeSupplier) },
	} {
		p := wanted()
		change(&p)
		_, err := m.CreatePartner(t.Context(), p)
		require.ErrorContains(t, requireError(t, err, InvalidInput), "not sent: a partner needs an alias")
	}
	require.Len(t, h.observed(), 2)
}

func TestPartnersSortErrors(t *testing.T) {
	t.Parallel()
	cut := func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }
	for name, test := range map[string]struct {
		answer      http.HandlerFunc
		read, write Kind
	}{
		"a taken alias":            {always(409, `{"message":"exists"}`), Conflict, Conflict},
		"bad data":                 {always(400, ``), InvalidInput, InvalidInput},
		"data that break a rule":   {always(422, ``), InvalidInput, InvalidInput},
		"a list that is read only": {always(403, ``), NotPermitted, NotPermitted},
		"no such path":             {always(404, ``), NotFound, NotFound},
		"another method":           {always(405, ``), InvalidInput, InvalidInput},
		"refused credentials":      {always(401, ``), Unauthorized, Unauthorized},
		"too many calls":           {always(429, ``), RateLimited, RateLimited},
		"a failing hub":            {always(500, ``), Unavailable, OutcomeUnknown},
		"a busy hub":               {always(503, ``), Unavailable, OutcomeUnknown},
		"a slow hub":               {always(504, ``), Unavailable, OutcomeUnknown},
		"a cut connection":         {cut, Unavailable, OutcomeUnknown},
		"a redirect to a page": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://other.test/", http.StatusFound)
		}, Malformed, OutcomeUnknown},
		"a page of HTML":       {always(200, `<html>`), Malformed, OutcomeUnknown},
		"nothing":              {always(200, ``), Malformed, OutcomeUnknown},
		"a partner without id": {always(200, `{"alias":"ACME"}`), Malformed, OutcomeUnknown},
		"another partner":      {always(200, `{"id":"p2","alias":"ACME"}`), Malformed, OutcomeUnknown},
		"contacts of no shape": {always(200, `{"id":"p1","alias":"ACME","contacts":"Kim"}`), Malformed, OutcomeUnknown},
		"an alias of no shape": {always(200, `{"id":"p1","alias":["ACME"]}`), Malformed, OutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var writes atomic.Int64
			m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet {
					writes.Add(1)
				}
				test.answer(w, r)
			})
			_, err := m.Partner(t.Context(), "p1")
			requireError(t, err, test.read)
			_, err = m.UpdatePartner(t.Context(), "p1", func(*Partner) error { t.Error("nothing was read"); return nil })
			requireError(t, err, test.read)
			require.Zero(t, writes.Load())
			if name == "another partner" {
				return // its id is new
			}
			p, err := m.CreatePartner(t.Context(), wanted())
			requireError(t, err, test.write)
			require.Equal(t, Partner{}, p)
			attempts := int64(1)
			if test.write == Unauthorized {
				attempts = 2
			}
			require.Equal(t, attempts, writes.Load())
		})
	}
}
