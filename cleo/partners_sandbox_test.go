package cleo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	sandbox "tradewind/sandbox/cleo"
	"tradewind/sandbox/faults"
)

// simulated is a Cleo that keeps what it is sent, and a mailbox at it.
type simulated struct {
	*sandbox.Hub
	*REST
	t *testing.T

	mu    sync.Mutex
	calls map[string]int
}

func simulate(t *testing.T, change ...func(*RESTConfig)) *simulated {
	t.Helper()
	hub, err := sandbox.Open(t.TempDir(), testUser, testPassword, &faults.Faults{})
	require.NoError(t, err)
	s := &simulated{Hub: hub, t: t, calls: map[string]int{}}
	hub.Count = func(operation string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.calls[operation]++
	}
	server := httptest.NewServer(hub)
	t.Cleanup(server.Close)
	config := RESTConfig{BaseURL: server.URL, Username: testUser, Password: testPassword}
	for _, c := range change {
		c(&config)
	}
	s.REST, err = NewREST(config)
	require.NoError(t, err)
	t.Cleanup(s.CloseIdleConnections)
	return s
}

// fault lets the next request of an operation go wrong.
func (s *simulated) fault(operation, fault string) {
	s.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "cleo", Operation: operation, Fault: fault, Times: 1}}})
}

// called counts the requests of an operation.
func (s *simulated) called(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[operation]
}

// only gives the one partner that Cleo has.
func (s *simulated) only() map[string]json.RawMessage {
	s.t.Helper()
	partners := s.Hub.Partners()
	require.Len(s.t, partners, 1)
	return partners[0]
}

// ensure creates a partner as a caller does who does not give up: it looks before it writes again.
func (s *simulated) ensure(p Partner) (Partner, error) {
	for {
		made, err := s.CreatePartner(s.t.Context(), p)
		switch KindOf(err) {
		case RateLimited:
			continue
		case OutcomeUnknown, Conflict:
			found, look := s.PartnerBy(s.t.Context(), p.Alias, p.Key())
			if KindOf(look) == NotFound {
				continue
			}
			return found, look
		}
		return made, err
	}
}

// Each fault, and how often the partner is to be sent until it is there.
var writeFaults = map[string]int{"500-before": 2, "504-before": 2, "503": 2, "429": 2, "401": 2, "cut-before": 2,
	"500-after": 1, "504-after": 1, "cut-after": 1, "cut-middle": 1, "short": 1, "slow": 1}

func TestALostCreateLeavesOnePartner(t *testing.T) {
	t.Parallel()
	for fault, sent := range writeFaults {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			s.fault("partners create", fault)
			p, err := s.ensure(wanted())
			require.NoError(t, err)
			require.Equal(t, wanted().fields(), p.fields())
			require.JSONEq(t, `"`+p.ID+`"`, string(s.only()["id"]))
			require.JSONEq(t, `{"company":"100","supplier":"0010045","city":"Milwaukee"}`, string(s.only()["attributes"]))
			require.Equal(t, sent, s.called("partners create"))
			require.Equal(t, 1, s.Faults.Rules().Rules[0].Fired)
		})
	}
}

func TestALostUpdateIsItsOwnLook(t *testing.T) {
	t.Parallel()
	for fault, sent := range writeFaults {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			id, err := s.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"ACME"`), "enabled": json.RawMessage(`"false"`), "region": json.RawMessage(`{"share":0.10}`),
				"attributes": json.RawMessage(`{"company":"100","supplier":"0010045","city":"Milwaukee","rating":1.50,"hold":"true"}`)})
			require.NoError(t, err)
			s.fault("partners update", fault)
			for {
				p, err := s.UpdatePartner(t.Context(), id, func(p *Partner) error { p.Attributes["city"] = "Omaha"; return nil })
				if kind := KindOf(err); kind == OutcomeUnknown || kind == RateLimited {
					continue
				}
				require.NoError(t, err)
				require.Equal(t, "Omaha", p.Attributes["city"])
				break
			}
			require.Equal(t, sent, s.called("partners update"))
			require.Equal(t, `{"company":"100","supplier":"0010045","city":"Omaha","rating":1.50,"hold":"true"}`, inOrder(t, s.only()["attributes"]))
			require.JSONEq(t, `"false"`, string(s.only()["enabled"]), "who was switched off stays so")
			require.Equal(t, `{"share":0.10}`, string(s.only()["region"]))
		})
	}
}

// inOrder writes attributes in the order of the tests, numbers as they came.
func inOrder(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var m map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(raw, &m))
	text := ""
	for _, name := range []string{"company", "supplier", "city", "rating", "hold"} {
		text += fmt.Sprintf(",%q:%s", name, m[name])
		delete(m, name)
	}
	require.Empty(t, m)
	return "{" + text[1:] + "}"
}

func TestATakenAliasIsOursOrNot(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	first, err := s.CreatePartner(t.Context(), wanted())
	require.NoError(t, err)

	_, err = s.CreatePartner(t.Context(), wanted())
	require.ErrorContains(t, requireError(t, err, Conflict), `cleo says "the alias is taken: ACME" (HTTP 409)`)
	found, err := s.ensure(wanted())
	require.NoError(t, err)
	require.Equal(t, first.ID, found.ID, "it is ours")

	other := wanted()
	other.Attributes = map[string]string{AttributeCompany: "200", AttributeSupplier: ours.Supplier}
	_, err = s.ensure(other)
	require.ErrorContains(t, requireError(t, err, Conflict), `the alias belongs to supplier "0010045" of company "100"`)
	require.JSONEq(t, `{"company":"100","supplier":"0010045","city":"Milwaukee"}`, string(s.only()["attributes"]), "nobody has touched it")
}

func TestAPartnerThatIsGone(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	p, err := s.CreatePartner(t.Context(), wanted())
	require.NoError(t, err)
	require.NoError(t, s.RemovePartner(p.ID))
	_, err = s.UpdatePartner(t.Context(), p.ID, func(*Partner) error { return nil })
	requireError(t, err, NotFound)
	_, err = s.PartnerBy(t.Context(), p.Alias, p.Key())
	requireError(t, err, NotFound)
}

// A person at Cleo works on the list while it is read.
func TestAListIsReadWhilePeopleWorkOnIt(t *testing.T) {
	t.Parallel()
	for name, work := range map[string]func(s *simulated) error{
		"one is added in front":   func(s *simulated) error { return s.add("A000") },
		"one is added behind":     func(s *simulated) error { return s.add("Z000") },
		"one is removed in front": func(s *simulated) error { return s.RemovePartner(s.idOf("P003")) },
		"one is removed behind":   func(s *simulated) error { return s.RemovePartner(s.idOf("P249")) },
		"the alias of one moves":  func(s *simulated) error { return s.rename("P003", "Z000") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			for i := range 250 {
				require.NoError(t, s.add(fmt.Sprintf("P%03d", i)))
			}
			seen := map[string]int{}
			for p, err := range s.REST.Partners(t.Context()) {
				require.NoError(t, err)
				if seen[p.ID]++; len(seen) == 120 {
					require.NoError(t, work(s))
				}
			}
			for _, p := range s.Hub.Partners() {
				var id string
				require.NoError(t, json.Unmarshal(p["id"], &id))
				require.Equal(t, 1, seen[id], "%s is given once", p["alias"])
			}
		})
	}
}

func (s *simulated) add(alias string) error {
	_, err := s.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(fmt.Sprintf("%q", alias))})
	return err
}

func (s *simulated) rename(alias, to string) error {
	return s.ChangePartner(s.idOf(alias), map[string]json.RawMessage{"alias": json.RawMessage(fmt.Sprintf("%q", to))})
}

func (s *simulated) idOf(alias string) (id string) {
	for _, p := range s.Hub.Partners() {
		if string(p["alias"]) == fmt.Sprintf("%q", alias) {
			require.NoError(s.t, json.Unmarshal(p["id"], &id))
		}
	}
	return id
}

// A page is asked for when those before it are used up: what the reader holds is one page and the ids, however long
// the list is.
func TestManyPartnersAreReadPageByPage(t *testing.T) {
	t.Parallel()
	const many = 20_000
	s := simulate(t, func(c *RESTConfig) { c.PageSize = 500 })
	for i := range many {
		require.NoError(t, s.add(fmt.Sprintf("P%05d", i)))
	}
	n := 0
	for p, err := range s.REST.Partners(t.Context()) {
		if err != nil || p.Alias != fmt.Sprintf("P%05d", n) || s.called("partners list") != 1+n/100 {
			require.FailNow(t, "the list is not read as it should be", "%d: %s after %d calls: %v", n, p.Alias, s.called("partners list"), err)
		}
		n++
	}
	require.Equal(t, many, n)
	require.Equal(t, many/100, s.called("partners list"))

	for p, err := range s.REST.Partners(t.Context()) {
		require.NoError(t, err)
		if p.Alias == "P00120" {
			break
		}
	}
	require.Equal(t, many/100+2, s.called("partners list"), "who has seen enough asks no more")

	p, err := s.PartnerBy(t.Context(), "P13579", Key{})
	require.NoError(t, err)
	require.Equal(t, "P13579", p.Alias)
	require.Equal(t, many/100+3, s.called("partners list"))
	_, err = s.List(t.Context(), "inbound/edi")
	require.NoError(t, err)
	require.Equal(t, 1, s.called("login"), "files and partners share a token")
}

func TestPartnersLogInAgain(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	p, err := s.CreatePartner(t.Context(), wanted())
	require.NoError(t, err)
	s.Revoke()
	_, err = s.UpdatePartner(t.Context(), p.ID, func(p *Partner) error { p.Type = "carrier"; return nil })
	require.NoError(t, err)
	s.Revoke()
	ids, err := all(t, s.REST)
	require.NoError(t, err)
	require.Equal(t, []string{p.ID}, ids)
	require.Equal(t, 3, s.called("login"))
}

func TestPartnersOfACancelledCaller(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.CreatePartner(ctx, wanted())
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, s.Hub.Partners())
}
