package cleo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// listed serves the partners of a list, size at most at once; the list may be another one at each call.
func listed(size int, list func(call int) []string) http.HandlerFunc {
	call := 0
	return func(w http.ResponseWriter, r *http.Request) {
		call++
		all := list(call)
		start, _ := strconv.Atoi(r.URL.Query().Get("startIndex"))
		var resources []string
		for _, id := range all[min(start, len(all)):min(start+size, len(all))] {
			resources = append(resources, fmt.Sprintf(`{"id":%q,"alias":%q}`, id, strings.ToUpper(id)))
		}
		respond(w, http.StatusOK, fmt.Sprintf(`{"totalResults":%d,"resources":[%s]}`, len(all), strings.Join(resources, ",")))
	}
}

// all reads a list to its end.
func all(t *testing.T, m *REST) (ids []string, err error) {
	t.Helper()
	for p, err := range m.Partners(t.Context()) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, p.ID)
	}
	return ids, nil
}

func TestAListThatChangesUnderTheReaderLosesNobody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		list  func(call int) []string
		want  []string
		calls int
	}{
		"nothing happens":                  {func(int) []string { return []string{"b", "c", "d", "e"} }, []string{"b", "c", "d", "e"}, 2},
		"one is added in front":            {after(1, []string{"b", "c", "d", "e"}, []string{"a", "b", "c", "d", "e"}), []string{"b", "c", "d", "a", "e"}, 5},
		"one is added behind":              {after(1, []string{"b", "c", "d"}, []string{"b", "c", "d", "e"}), []string{"b", "c", "d", "e"}, 4},
		"one is removed in front":          {after(1, []string{"b", "c", "d", "e", "f"}, []string{"c", "d", "e", "f"}), []string{"b", "c", "e", "f", "d"}, 4},
		"all but one are removed":          {after(1, []string{"b", "c", "d"}, []string{"c"}), []string{"b", "c"}, 3},
		"one in front, and one is removed": {after(1, []string{"b", "c", "d", "e"}, []string{"a", "b", "c", "e"}), []string{"b", "c", "e", "a"}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, h := setup(t, listed(2, test.list))
			ids, err := all(t, m)
			require.NoError(t, err)
			require.Equal(t, test.want, ids)
			require.Len(t, h.observed(), 1+test.calls)
		})
	}
}

// after gives one list up to a call and another one from then on.
func after(calls int, first, then []string) func(int) []string {
	return func(call int) []string {
		if call <= calls {
			return first
		}
		return then
	}
}

func TestPartnersFailRatherThanGiveAPart(t *testing.T) {
	t.Parallel()
	growing := func(call int) []string { return slices.Repeat([]string{"x"}, 10+call) }
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   Kind
		says   string
	}{
		"a list that never rests":         {listed(2, growing), Unavailable, "the list changed while it was read, 5 times"},
		"a page that repeats itself":      {always(200, `{"totalResults":500,"resources":[{"id":"p1","alias":"A"}]}`), Malformed, "repeats itself"},
		"a list that stops too early":     {always(200, `{"totalResults":5,"resources":[]}`), Malformed, "0 of 5 partners"},
		"an answer that is no list":       {always(200, `{"partners":[]}`), Malformed, "no listing"},
		"a partner without id":            {always(200, `{"resources":[{"alias":"A"}]}`), Malformed, "no id"},
		"a partner that is none":          {always(200, `{"resources":["A"]}`), Malformed, "an object is expected"},
		"attributes that are none":        {always(200, `{"resources":[{"id":"p1","alias":"A","attributes":[]}]}`), Malformed, `partner "A": attributes is not understood`},
		"identities that are no objects":  {always(200, `{"resources":[{"id":"p1","alias":"A","interchangeIds":["A"]}]}`), Malformed, "interchangeIds"},
		"a hub without a list":            {always(404, `{"message":"no such path"}`), NotFound, `cleo partners list of every partner: cleo says "no such path"`},
		"a filter that is not understood": {always(400, `{"message":"bad filter"}`), InvalidInput, "bad filter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, _ := setup(t, test.answer)
			_, err := all(t, m)
			require.ErrorContains(t, requireError(t, err, test.want), test.says)
		})
	}
}

func TestPartnersWithoutATotalAreReadToAnEmptyPage(t *testing.T) {
	t.Parallel()
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		start := r.URL.Query().Get("startIndex")
		if start == "2" {
			respond(w, http.StatusOK, `{"resources":[]}`)
			return
		}
		respond(w, http.StatusOK, `{"resources":[{"id":"p`+start+`","alias":"A"}]}`)
	})
	ids, err := all(t, m)
	require.NoError(t, err)
	require.Equal(t, []string{"p0", "p1"}, ids)
}

func TestPartnerByTrustsOnlyWhatCameBack(t *testing.T) {
	t.Parallel()
	const alias = `Say "hi" \ there`
	quotedAlias, _ := json.Marshal(alias)
	of := func(id, alias, company, supplier string) string {
		return fmt.Sprintf(`{"id":%q,"alias":%s,"attributes":{"company":%q,"supplier":%q}}`, id, alias, company, supplier)
	}
	mine := of("p1", string(quotedAlias), ours.Company, ours.Supplier)
	for name, test := range map[string]struct {
		resources []string
		want      Kind
		says      string
	}{
		"ours":                   {[]string{mine}, "", ""},
		"ours among all of them": {[]string{of("p0", `"A"`, "100", "1"), mine}, "", ""},
		"none":                   {nil, NotFound, `cleo partners list of those with alias eq "Say \"hi\" \\ there": no partner has this alias`},
		"others":                 {[]string{of("p0", `"A"`, ours.Company, ours.Supplier)}, NotFound, "no partner"},
		"the alias of another one": {[]string{of("p1", string(quotedAlias), "200", "0010045")}, Conflict,
			`belongs to supplier "0010045" of company "200", not to supplier "0010045" of company "100"; give one of the two another alias`},
		"the alias of somebody else":  {[]string{`{"id":"p1","alias":` + string(quotedAlias) + `}`}, Conflict, "belongs to a partner without company and supplier"},
		"the alias in another casing": {[]string{of("p1", strings.ToLower(string(quotedAlias)), ours.Company, ours.Supplier)}, NotFound, "no partner"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var query url.Values
			m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
				query = r.URL.Query()
				respond(w, http.StatusOK, listingOf(test.resources...))
			})
			p, err := m.PartnerBy(t.Context(), alias, ours)
			require.Equal(t, url.Values{"startIndex": {"0"}, "count": {"100"}, "filter": {`alias eq "Say \"hi\" \\ there"`}}, query)
			if test.want != "" {
				require.ErrorContains(t, requireError(t, err, test.want), test.says)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "p1", p.ID)
		})
	}
}

func TestPartnersUseTheConfiguredPath(t *testing.T) {
	t.Parallel()
	var paths []string
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		respond(w, http.StatusNotFound, "")
	}, func(c *RESTConfig) { c.Paths.Partners = "/v9/tradingPartners" })
	_, err := all(t, m)
	requireError(t, err, NotFound)
	_, err = m.Partner(t.Context(), "p1")
	requireError(t, err, NotFound)
	_, err = m.CreatePartner(t.Context(), wanted())
	requireError(t, err, NotFound)
	require.Equal(t, []string{"/hub/v9/tradingPartners", "/hub/v9/tradingPartners/p1", "/hub/v9/tradingPartners"}, paths)
}
