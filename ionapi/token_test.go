package ionapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ask is a read that any M3 answers.
func ask(t *testing.T, c *Client) error {
	_, err := c.General("GENERAL").ServerTime(t.Context())
	return err
}

// timeAnswer is what ask wants to see.
var timeAnswer = ok(`{"transaction":"GetServerTime","records":[{"DATE":"20261123","TIME":"090000","LMTS":"1795424400000"}]}`)

func TestTokenRequestIsAPasswordGrant(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		opts  []Option
		want  url.Values
		basic bool
	}{
		{"with the client in the body", nil, url.Values{"grant_type": {"password"}, "username": {testAccessKey},
			"password": {testSecretKey}, "client_id": {"ACME_TST~id"}, "client_secret": {testClientSecret}}, false},
		{"with the client in the header", []Option{WithBasicAuth()}, url.Values{"grant_type": {"password"},
			"username": {testAccessKey}, "password": {testSecretKey}}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, always(http.StatusOK, timeAnswer))
			var form url.Values
			var basic bool
			g.token = func(w http.ResponseWriter, r *http.Request, _ int64) {
				assert.NoError(t, r.ParseForm())
				form = r.PostForm
				_, _, basic = r.BasicAuth()
				respond(w, http.StatusOK, `{"access_token":"token-1","expires_in":"7200"}`)
			}
			require.NoError(t, ask(t, g.client(t, test.opts...)))
			assert.Equal(t, test.want, form)
			assert.Equal(t, test.basic, basic)
		})
	}
}

func TestTokenIsSharedByAllGoroutines(t *testing.T) {
	t.Parallel()
	c, g := setup(t, always(http.StatusOK, timeAnswer))
	inParallel(50, func() { assert.NoError(t, ask(t, c)) })
	assert.EqualValues(t, 1, g.tokens.Load())
}

// inParallel runs n goroutines to their end.
func inParallel(n int, run func()) {
	var group sync.WaitGroup
	for range n {
		group.Go(run)
	}
	group.Wait()
}

func TestTokenIsRenewedEarly(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		expiresIn   string
		good, stale time.Duration
	}{
		{"five minutes before the end of a long life", `7200`, 6899 * time.Second, 6900 * time.Second},
		{"by a numeric string as well", `"7200"`, 6899 * time.Second, 6900 * time.Second},
		{"with a fifth left of a short life", `100`, 79 * time.Second, 80 * time.Second},
		{"two seconds before the end of a very short life", `5`, 2 * time.Second, 3 * time.Second},
		{"after two hours by default", `null`, 6899 * time.Second, 6900 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			g := newGateway(t, always(http.StatusOK, timeAnswer))
			g.token = func(w http.ResponseWriter, _ *http.Request, n int64) {
				respond(w, http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","expires_in":%s}`, n, test.expiresIn))
			}
			c := g.client(t, WithNow(clock.now))
			require.NoError(t, ask(t, c))
			clock.advance(test.good)
			require.NoError(t, ask(t, c))
			assert.EqualValues(t, 1, g.tokens.Load(), "still good")
			clock.advance(test.stale - test.good)
			require.NoError(t, ask(t, c))
			assert.EqualValues(t, 2, g.tokens.Load(), "renewed")
		})
	}
}

func TestRefreshTokenIsUsedAndThePasswordAfterIt(t *testing.T) {
	t.Parallel()
	clock := newClock()
	g := newGateway(t, always(http.StatusOK, timeAnswer))
	var grants []string
	g.token = func(w http.ResponseWriter, r *http.Request, n int64) {
		assert.NoError(t, r.ParseForm())
		grants = append(grants, r.PostForm.Get("grant_type")+r.PostForm.Get("refresh_token"))
		if n == 3 {
			respond(w, http.StatusBadRequest, `{"error":"invalid_grant"}`)
			return
		}
		respond(w, http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","expires_in":60,"refresh_token":"refresh-%d"}`, n, n))
	}
	c := g.client(t, WithNow(clock.now))
	for range 3 {
		require.NoError(t, ask(t, c))
		clock.advance(time.Minute)
	}
	assert.Equal(t, []string{"password", "refresh_tokenrefresh-1", "refresh_tokenrefresh-2", "password"}, grants)
}

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	c, g := setup(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if r.Header.Get("Authorization") == "Bearer token-1" {
			respond(w, http.StatusUnauthorized, `{"error":"token-1 expired"}`)
			return
		}
		respond(w, http.StatusOK, timeAnswer)
	})
	require.NoError(t, ask(t, c))
	assert.EqualValues(t, 2, calls.Load())
	assert.EqualValues(t, 2, g.tokens.Load())

	observed := g.observed()
	require.Len(t, observed, 4)
	assert.Equal(t, []string{"token", "GENERAL/GetServerTime", "token", "GENERAL/GetServerTime"},
		[]string{observed[0].Operation, observed[1].Operation, observed[2].Operation, observed[3].Operation})
	assert.Equal(t, []int{200, 401, 200, 200}, []int{observed[0].Status, observed[1].Status, observed[2].Status, observed[3].Status})
	requireError(t, observed[1].Err, Unauthorized)
	assert.NoError(t, observed[3].Err)
}

func TestSecondRefusalIsUnauthorized(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	c, g := setup(t, func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		respond(w, http.StatusUnauthorized, "")
	})
	e := requireError(t, ask(t, c), Unauthorized)
	assert.Equal(t, http.StatusUnauthorized, e.Status)
	assert.EqualValues(t, 2, calls.Load())
	assert.EqualValues(t, 2, g.tokens.Load())
}

func TestRevokedTokenIsReplacedOnceForAllGoroutines(t *testing.T) {
	t.Parallel()
	c, g := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer token-1" {
			respond(w, http.StatusUnauthorized, "")
			return
		}
		respond(w, http.StatusOK, timeAnswer)
	})
	inParallel(50, func() { assert.NoError(t, ask(t, c)) })
	assert.EqualValues(t, 2, g.tokens.Load())
}

func TestTokenErrorsAreSortedAndShowNoBody(t *testing.T) {
	t.Parallel()
	quoting := fmt.Sprintf(`{"error":"%s","error_description":"%s %s"}`, testSecretKey, testClientSecret, testAccessKey)
	tests := []struct {
		name   string
		status int
		body   string
		want   Kind
		says   string
	}{
		{"a wrong service account", 400, `{"error":"invalid_grant","error_description":"` + testSecretKey + `"}`, Unauthorized, "invalid_grant"},
		{"a wrong client", 401, quoting, Unauthorized, "service account"},
		{"an error inside a 200", 200, quoting, Unauthorized, "service account"},
		{"the quota of tokens", 429, quoting, RateLimited, "come back in 7s"},
		{"a failing server", 500, quoting, Unavailable, "HTTP 500"},
		{"a wrong path", 404, quoting, Malformed, `"ot"`},
		{"a page instead of a token", 200, "<html>" + testSecretKey, Malformed, "no token"},
		{"an answer without a token", 200, `{}`, Malformed, "no token"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, always(http.StatusOK, timeAnswer))
			g.token = func(w http.ResponseWriter, _ *http.Request, _ int64) {
				w.Header().Set("Retry-After", "7")
				respond(w, test.status, test.body)
			}
			e := requireError(t, ask(t, g.client(t)), test.want)
			assert.Contains(t, e.Error(), test.says)
			assert.EqualValues(t, 1, g.tokens.Load(), "no second attempt")
			observed := g.observed()
			require.Len(t, observed, 1)
			assert.Equal(t, "token", observed[0].Operation)
			assert.Equal(t, test.status, observed[0].Status)
			assert.Empty(t, observed[0].RequestSHA256+observed[0].ResponseSHA256)
			requireError(t, observed[0].Err, test.want)
		})
	}
}

func TestTokenCutUnderWayIsUnavailable(t *testing.T) {
	t.Parallel()
	g := newGateway(t, always(http.StatusOK, timeAnswer))
	g.token = func(w http.ResponseWriter, _ *http.Request, _ int64) {
		w.Header().Set("Content-Length", "500")
		respond(w, http.StatusOK, `{"access_token":"token-1"`)
	}
	requireError(t, ask(t, g.client(t)), Unavailable)
}

func TestTokenRequestIsNotRedirected(t *testing.T) {
	t.Parallel()
	g := newGateway(t, always(http.StatusOK, timeAnswer))
	g.token = func(w http.ResponseWriter, r *http.Request, _ int64) {
		http.Redirect(w, r, testTokenPath, http.StatusTemporaryRedirect)
	}
	requireError(t, ask(t, g.client(t)), Malformed)
	assert.EqualValues(t, 1, g.tokens.Load(), "the secrets must not travel again")
}

func TestWaiterCanGiveUpWhileOthersKeepWaiting(t *testing.T) {
	t.Parallel()
	g := newGateway(t, always(http.StatusOK, timeAnswer))
	asked, release := make(chan struct{}), make(chan struct{})
	g.token = func(w http.ResponseWriter, _ *http.Request, _ int64) {
		close(asked)
		<-release
		respond(w, http.StatusOK, `{"access_token":"token-1","expires_in":7200}`)
	}
	c := g.client(t)
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp, done := make(chan error), make(chan error)
	go func() { gaveUp <- c.CheckToken(ctx) }()
	<-asked
	go func() { done <- c.CheckToken(t.Context()) }()
	cancel()
	require.ErrorIs(t, <-gaveUp, context.Canceled)
	close(release)
	require.NoError(t, <-done)
	assert.EqualValues(t, 1, g.tokens.Load())
}
