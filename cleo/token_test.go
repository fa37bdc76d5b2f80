package cleo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ask is a call that any hub answers.
func ask(t *testing.T, m *REST) error {
	_, err := m.List(t.Context(), "out")
	return err
}

// emptyFolder answers ask.
var emptyFolder = always(http.StatusOK, listingOf())

func TestLoginPostsAForm(t *testing.T) {
	t.Parallel()
	h := newHub(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "Bearer token-1", r.Header.Get("Authorization"))
		emptyFolder(w, r)
	})
	var form url.Values
	h.login = func(w http.ResponseWriter, r *http.Request, _ int64) {
		assert.NoError(t, r.ParseForm())
		form = r.PostForm
		assert.Equal(t, "tradewind", r.UserAgent())
		respond(w, http.StatusOK, `{"access_token":"token-1"}`)
	}
	m := h.mailbox(t)
	require.NoError(t, m.Ping(t.Context()))
	require.NoError(t, ask(t, m))
	assert.Equal(t, url.Values{"grant_type": {"password"}, "username": {testUser}, "password": {testPassword}}, form)
	assert.EqualValues(t, 1, h.logins.Load())
}

func TestTokenIsSharedByAllGoroutines(t *testing.T) {
	t.Parallel()
	m, h := setup(t, emptyFolder)
	inParallel(50, func() { assert.NoError(t, ask(t, m)) })
	assert.EqualValues(t, 1, h.logins.Load())
}

func TestTokenIsRenewedEarly(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		expiresIn   string
		good, stale time.Duration
	}{
		{"five minutes before the end of a long life", `43200`, 42899 * time.Second, 42900 * time.Second},
		{"by a numeric string as well", `"100"`, 79 * time.Second, 80 * time.Second},
		{"two seconds before the end of a very short life", `5`, 2 * time.Second, 3 * time.Second},
		{"after an hour by default", `null`, 3299 * time.Second, 3300 * time.Second},
		{"after an hour when the life makes no sense", `-1`, 3299 * time.Second, 3300 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			h := newHub(t, emptyFolder)
			h.login = func(w http.ResponseWriter, _ *http.Request, n int64) {
				respond(w, http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","expires_in":%s}`, n, test.expiresIn))
			}
			m := h.mailbox(t, withNow(clock))
			require.NoError(t, ask(t, m))
			clock.advance(test.good)
			require.NoError(t, ask(t, m))
			assert.EqualValues(t, 1, h.logins.Load(), "still good")
			clock.advance(test.stale - test.good)
			require.NoError(t, ask(t, m))
			assert.EqualValues(t, 2, h.logins.Load(), "renewed")
		})
	}
}

func TestRefreshTokenIsUsedAndThePasswordAfterIt(t *testing.T) {
	t.Parallel()
	clock := newClock()
	h := newHub(t, emptyFolder)
	var grants []string
	h.login = func(w http.ResponseWriter, r *http.Request, n int64) {
		assert.NoError(t, r.ParseForm())
		grants = append(grants, r.PostForm.Get("grant_type")+r.PostForm.Get("refresh_token"))
		switch n {
		case 1:
			respond(w, http.StatusOK, `{"access_token":"token-1","expires_in":60,"refresh_token":"refresh-1"}`)
		case 3:
			respond(w, http.StatusUnauthorized, `{"message":"refresh-1 is over"}`)
		default:
			respond(w, http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","expires_in":60}`, n))
		}
	}
	m := h.mailbox(t, withNow(clock))
	for range 3 {
		require.NoError(t, ask(t, m))
		clock.advance(time.Minute)
	}
	assert.Equal(t, []string{"password", "refresh_tokenrefresh-1", "refresh_tokenrefresh-1", "password"}, grants)
}

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	m, h := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer token-1" {
			respond(w, http.StatusUnauthorized, `{"message":"token-1 expired"}`)
			return
		}
		emptyFolder(w, r)
	})
	inParallel(50, func() { assert.NoError(t, ask(t, m)) })
	assert.EqualValues(t, 2, h.logins.Load(), "one login, one forced renewal for all")
}

func TestSecondRefusalIsUnauthorized(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	m, h := setup(t, func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusUnauthorized, fmt.Sprintf(`{"message":"no to token-%d"}`, calls.Add(1)))
	})
	e := requireError(t, ask(t, m), Unauthorized)
	assert.Equal(t, http.StatusUnauthorized, e.Status)
	assert.EqualValues(t, 2, calls.Load())
	assert.EqualValues(t, 2, h.logins.Load())
	observed := h.observed()
	require.Len(t, observed, 4)
	for _, call := range observed {
		if call.Err != nil {
			requireError(t, call.Err, Unauthorized)
		}
	}
}

func TestLoginStopsAfterTwoRefusals(t *testing.T) {
	t.Parallel()
	clock := newClock()
	h := newHub(t, emptyFolder)
	var good atomic.Bool
	h.login = func(w http.ResponseWriter, _ *http.Request, _ int64) {
		if good.Load() {
			respond(w, http.StatusOK, `{"access_token":"token-1"}`)
			return
		}
		respond(w, http.StatusUnauthorized, `{"message":"wrong `+testPassword+`"}`)
	}
	m := h.mailbox(t, withNow(clock))
	requireError(t, ask(t, m), Unauthorized)
	assert.EqualValues(t, 1, h.logins.Load(), "the refresh of a failed call must not log in again")
	second := requireError(t, ask(t, m), Unauthorized)
	assert.Equal(t, 15*time.Minute, second.RetryAfter)
	assert.EqualValues(t, 2, h.logins.Load())

	clock.advance(15*time.Minute - time.Second)
	inParallel(20, func() {
		e := requireErrorAsync(t, ask(t, m))
		assert.Contains(t, e, "before 2026-11-23T09:15:00Z")
		assert.Contains(t, e, "come back in 1s")
	})
	assert.EqualValues(t, 2, h.logins.Load(), "no login while locked out")

	clock.advance(time.Second)
	requireError(t, ask(t, m), Unauthorized)
	assert.EqualValues(t, 3, h.logins.Load(), "one attempt after the lockout")
	requireError(t, ask(t, m), Unauthorized)
	assert.EqualValues(t, 3, h.logins.Load(), "and no other after its refusal")

	clock.advance(15 * time.Minute)
	good.Store(true)
	require.NoError(t, ask(t, m))
}

// requireErrorAsync gives the text of an Unauthorized error without ending the test from another goroutine.
func requireErrorAsync(t *testing.T, err error) string {
	if !assert.Equal(t, Unauthorized, KindOf(err)) {
		return ""
	}
	return err.Error()
}

func TestSuccessForgetsARefusal(t *testing.T) {
	t.Parallel()
	clock := newClock()
	h := newHub(t, emptyFolder)
	h.login = func(w http.ResponseWriter, _ *http.Request, n int64) {
		if n%2 == 1 {
			respond(w, http.StatusUnauthorized, "")
			return
		}
		respond(w, http.StatusOK, `{"access_token":"token-1","expires_in":60}`)
	}
	m := h.mailbox(t, withNow(clock))
	for range 3 {
		requireError(t, ask(t, m), Unauthorized)
		require.NoError(t, ask(t, m))
		clock.advance(time.Minute)
	}
	assert.EqualValues(t, 6, h.logins.Load())
}

func TestRebuiltMailboxMayLogInAtOnce(t *testing.T) {
	t.Parallel()
	h := newHub(t, emptyFolder)
	h.login = func(w http.ResponseWriter, _ *http.Request, _ int64) { respond(w, http.StatusUnauthorized, "") }
	for range 2 {
		m := h.mailbox(t)
		for range 3 {
			requireError(t, ask(t, m), Unauthorized)
		}
	}
	assert.EqualValues(t, 4, h.logins.Load())
}

func TestLoginErrorsAreSortedAndShowNoBody(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		want   Kind
		says   string
	}{
		{"a wrong password", 401, `{"message":"` + testPassword + `"}`, Unauthorized, "refuses the user name or the password"},
		{"a bad grant", 400, `{"message":"` + testPassword + `"}`, Unauthorized, "refuses the user name or the password"},
		{"too many logins", 429, "", RateLimited, "come back in 7s"},
		{"a failing server", 500, testPassword, Unavailable, "HTTP 500"},
		{"a wrong path", 404, "", Malformed, "no login at this address"},
		{"a page instead of a token", 200, "<html>", Malformed, "no token"},
		{"an answer without a token", 200, "{}", Malformed, "no token"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHub(t, emptyFolder)
			h.login = func(w http.ResponseWriter, _ *http.Request, _ int64) {
				w.Header().Set("Retry-After", "7")
				respond(w, test.status, test.body)
			}
			e := requireError(t, ask(t, h.mailbox(t)), test.want)
			assert.Contains(t, e.Error(), test.says)
			assert.EqualValues(t, 1, h.logins.Load(), "no second attempt")
			observed := h.observed()
			require.Len(t, observed, 1)
			assert.Equal(t, "login", observed[0].Operation)
			assert.Equal(t, test.status, observed[0].Status)
			assert.Empty(t, observed[0].RequestSHA256+observed[0].ResponseSHA256)
			requireError(t, observed[0].Err, test.want)
		})
	}
}

func TestLoginIsNotRedirected(t *testing.T) {
	t.Parallel()
	h := newHub(t, emptyFolder)
	h.login = func(w http.ResponseWriter, r *http.Request, _ int64) {
		http.Redirect(w, r, "/hub/api/authentication", http.StatusTemporaryRedirect)
	}
	requireError(t, ask(t, h.mailbox(t)), Malformed)
	assert.EqualValues(t, 1, h.logins.Load(), "the password must not travel again")
}

func TestLoginWithoutServerIsUnavailable(t *testing.T) {
	t.Parallel()
	m, h := setup(t, emptyFolder)
	h.Close()
	requireError(t, m.Ping(t.Context()), Unavailable)
}

func TestWaiterCanGiveUpWhileOthersKeepWaiting(t *testing.T) {
	t.Parallel()
	h := newHub(t, emptyFolder)
	asked, release := make(chan struct{}), make(chan struct{})
	h.login = func(w http.ResponseWriter, _ *http.Request, _ int64) {
		close(asked)
		<-release
		respond(w, http.StatusOK, `{"access_token":"token-1"}`)
	}
	m := h.mailbox(t)
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp, done := make(chan error), make(chan error)
	go func() { gaveUp <- m.Ping(ctx) }()
	<-asked
	go func() { done <- m.Ping(t.Context()) }()
	cancel()
	require.ErrorIs(t, <-gaveUp, context.Canceled)
	close(release)
	require.NoError(t, <-done)
	assert.EqualValues(t, 1, h.logins.Load())
}
