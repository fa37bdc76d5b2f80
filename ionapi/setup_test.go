package ionapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Secrets of the test file; no error, log or print may show them.
const (
	testClientSecret = "client-secret-of-the-test"
	testAccessKey    = "ACME_TST#access-key-of-the-test"
	testSecretKey    = "secret-key-of-the-test"
	testExecute      = "/gw/ACME_TST/M3/m3api-rest/v2/execute"
	testTokenPath    = "/sso/ACME_TST/as/token.oauth2"
)

var company = Company{CONO: 100, DIVI: "AAA"}

// gateway is an ION API gateway and authorization server under base paths, as tenants have them.
type gateway struct {
	*httptest.Server
	tokens  atomic.Int64 // token requests so far; the n-th token is "token-n"
	token   func(w http.ResponseWriter, r *http.Request, n int64)
	execute http.HandlerFunc

	mu    sync.Mutex
	calls []Call
}

// newGateway serves execute as M3.
func newGateway(t *testing.T, execute http.HandlerFunc) *gateway {
	t.Helper()
	g := &gateway{execute: execute}
	g.token = func(w http.ResponseWriter, _ *http.Request, n int64) {
		respond(w, http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","token_type":"Bearer","expires_in":7200}`, n))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+testTokenPath, func(w http.ResponseWriter, r *http.Request) { g.token(w, r, g.tokens.Add(1)) })
	mux.HandleFunc(testExecute, func(w http.ResponseWriter, r *http.Request) { g.execute(w, r) })
	mux.HandleFunc(testExecute+"/", func(w http.ResponseWriter, r *http.Request) { g.execute(w, r) })
	g.Server = httptest.NewServer(mux)
	t.Cleanup(g.Close)
	return g
}

// file is the .ionapi file of the gateway.
func (g *gateway) file(t *testing.T) *File {
	t.Helper()
	data := fmt.Sprintf(`{"ti":"ACME_TST","cn":"Bridge","dt":"12","ci":"ACME_TST~id","cs":%q,"iu":"%s/gw","pu":"%s/sso/ACME_TST/as/",
		"oa":"authorization.oauth2","ot":"token.oauth2","or":"revoke_token.oauth2","ev":"U1","v":"1.0","saak":%q,"sask":%q}`,
		testClientSecret, g.URL, g.URL, testAccessKey, testSecretKey)
	file, err := ParseFile("acme.ionapi", []byte(data))
	require.NoError(t, err)
	return file
}

// client is a client of the gateway whose calls are kept.
func (g *gateway) client(t *testing.T, opts ...Option) *Client {
	t.Helper()
	watch := WithObserver(func(_ context.Context, call Call) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.calls = append(g.calls, call)
	})
	c, err := New(g.file(t), append([]Option{watch}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// observed gives the calls so far.
func (g *gateway) observed() []Call {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Call(nil), g.calls...)
}

// setup is a gateway and its client.
func setup(t *testing.T, execute http.HandlerFunc, opts ...Option) (*Client, *gateway) {
	t.Helper()
	g := newGateway(t, execute)
	return g.client(t, opts...), g
}

// respond writes a JSON answer.
func respond(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// always answers every call alike.
func always(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { respond(w, status, body) }
}

// ok wraps results into a whole answer.
func ok(results string) string {
	return `{"results":[` + results + `],"wasTerminated":false,"nrOfSuccessfullTransactions":1,"nrOfFailedTransactions":0}`
}

// posted is a bulk request as M3 reads it.
type posted struct {
	Program            string `json:"program"`
	CONO               int    `json:"cono"`
	DIVI               string `json:"divi"`
	MaxReturnedRecords *int   `json:"maxReturnedRecords"`
	Transactions       []struct {
		Transaction     string            `json:"transaction"`
		Record          map[string]string `json:"record"`
		SelectedColumns []string          `json:"selectedColumns"`
	} `json:"transactions"`
}

// readPost decodes a bulk request.
func readPost(r *http.Request) (p posted) {
	_ = json.NewDecoder(r.Body).Decode(&p)
	return p
}

// eachTransaction answers a bulk request, one result by run for each transaction.
func eachTransaction(run func(transaction string, input map[string]string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var results []string
		for _, t := range readPost(r).Transactions {
			results = append(results, run(t.Transaction, t.Record))
		}
		respond(w, http.StatusOK, ok(strings.Join(results, ",")))
	}
}

// hangUp cuts the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// clock is a time that tests move.
type clock struct{ atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.Store(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.Add(int64(d)) }

// requireError asserts the kind of err and that it shows no secret, and gives it back.
func requireError(t *testing.T, err error, kind Kind) *Error {
	t.Helper()
	require.Error(t, err)
	requireNoSecrets(t, err.Error(), fmt.Sprintf("%v %+v %#v", err, err, err))
	require.Equal(t, kind, KindOf(err), "%v", err)
	return asError(err)
}

// requireNoSecrets asserts that no text shows a secret or a token.
func requireNoSecrets(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, secret := range []string{testClientSecret, testSecretKey, "access-key-of-the-test", "token-1", "token-2", "refresh-1"} {
			require.NotContains(t, text, secret)
		}
	}
}
