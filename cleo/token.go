package cleo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// TokenSource gives the access token of the next call. Implementations are safe for use by many goroutines.
type TokenSource interface {
	// Token gives a token that is good for a call now.
	Token(ctx context.Context) (*oauth2.Token, error)
	// Invalidate reports that Cleo refused this token. It has no effect when the source has a newer one.
	Invalidate(token *oauth2.Token)
}

// defaultLifetime holds for a login answer that does not tell one: an hour is the default for users of a mailbox.
const defaultLifetime = time.Hour

// sharedToken is a TokenSource that keeps one token in memory and lets one goroutine at a time fetch the next.
type sharedToken struct {
	// fetch gets a new token; previous is the one it follows, nil at first.
	fetch func(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error)
	now   func() time.Time

	mu      sync.Mutex
	token   *oauth2.Token
	renewAt time.Time // from here on token counts as expired
	pending *tokenFetch
}

// tokenFetch is a fetch under way; everybody who needs its result waits for done.
type tokenFetch struct {
	done  chan struct{}
	token *oauth2.Token
	err   error
}

// Token implements TokenSource.
func (s *sharedToken) Token(ctx context.Context) (*oauth2.Token, error) {
	s.mu.Lock()
	if s.token != nil && s.now().Before(s.renewAt) {
		defer s.mu.Unlock()
		return s.token, nil
	}
	if s.pending == nil {
		s.pending = &tokenFetch{done: make(chan struct{})}
		// The fetch serves all who wait, so it must not end with the first caller's context; the HTTP client's
		// time-out bounds it.
		go s.run(context.WithoutCancel(ctx), s.pending, s.token)
	}
	pending := s.pending
	s.mu.Unlock()

	select {
	case <-pending.done:
		return pending.token, pending.err
	case <-ctx.Done():
		return nil, &Error{Kind: Unavailable, Operation: loginCall, Message: "gave up waiting for a token", Err: context.Cause(ctx)}
	}
}

// run fetches a token and hands it to all who wait.
func (s *sharedToken) run(ctx context.Context, pending *tokenFetch, previous *oauth2.Token) {
	pending.token, pending.err = s.fetch(ctx, previous)
	s.mu.Lock()
	if pending.err == nil {
		s.token = pending.token
		s.renewAt = renewalTime(pending.token.Expiry, s.now())
	}
	s.pending = nil
	s.mu.Unlock()
	close(pending.done)
}

// Invalidate implements TokenSource. The refused token stays known: its refresh token may still be good.
func (s *sharedToken) Invalidate(token *oauth2.Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != nil && token != nil && s.token.AccessToken == token.AccessToken {
		s.renewAt = time.Time{}
	}
}

// renewalTime is when a token counts as expired: with a fifth of its life left, at most five minutes and at least two
// seconds before its end, so that no call starts with a token that dies under way.
func renewalTime(expiry, now time.Time) time.Time {
	early := min(expiry.Sub(now)/5, 5*time.Minute)
	return expiry.Add(-max(early, 2*time.Second))
}

// loginCall names the login in errors and to the observer.
const loginCall = "login"

// refusalsBeforeLockout is how many refused logins in a row end all attempts for a time. Cleo locks an account after
// five within a minute; two leave room for a person who tries the password elsewhere.
const refusalsBeforeLockout = 2

// passwordLogin fetches tokens by user name and password, and counts the refusals. Its fetches run one after the other
// (see sharedToken), which keeps the count without a lock of its own.
type passwordLogin struct {
	address  string
	username string
	password string
	lockout  time.Duration
	http     *http.Client
	observe  Observer
	now      func() time.Time

	refusals    int // refused logins in a row
	lockedUntil time.Time
}

// fetch renews the previous token by its refresh token where there is one, and logs in again where there is none or
// Cleo no longer takes it.
func (l *passwordLogin) fetch(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error) {
	if previous != nil && previous.RefreshToken != "" {
		token, err := l.call(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {previous.RefreshToken}})
		if KindOf(err) != Unauthorized {
			return token, err
		}
	}
	if wait := l.lockedUntil.Sub(l.now()); wait > 0 {
		return nil, l.locked(wait, 0)
	}
	token, err := l.call(ctx, url.Values{"grant_type": {"password"}, "username": {l.username}, "password": {l.password}})
	switch {
	case err == nil:
		l.refusals = 0
	case KindOf(err) == Unauthorized:
		if l.refusals++; l.refusals >= refusalsBeforeLockout {
			l.lockedUntil = l.now().Add(l.lockout)
			err = l.locked(l.lockout, http.StatusUnauthorized)
		}
	}
	return token, err
}

// locked is the error while no login is tried.
func (l *passwordLogin) locked(wait time.Duration, status int) *Error {
	return &Error{Kind: Unauthorized, Operation: loginCall, Status: status, RetryAfter: wait,
		Message: fmt.Sprintf("%d logins in a row were refused; no other is tried before %s, so that Cleo does not lock the account: check the user name and the password",
			l.refusals, l.lockedUntil.UTC().Format(time.RFC3339))}
}

// call posts a form to the login address and reports it to the observer, without digests: they would be digests of
// secrets.
func (l *passwordLogin) call(ctx context.Context, form url.Values) (*oauth2.Token, error) {
	started := l.now()
	status, token, failure := l.post(ctx, form)
	var err error
	if failure != nil {
		err = failure
	} else {
		token.Expiry = started.Add(time.Duration(token.ExpiresIn) * time.Second)
	}
	l.observe(ctx, Call{Operation: loginCall, Started: started, Latency: l.now().Sub(started), Status: status, Err: err})
	return token, err
}

// post is the HTTP round trip. The form is written here, not by the oauth2 package: that has no way to send a password
// without a client id and quotes the answer in its errors.
func (l *passwordLogin) post(ctx context.Context, form url.Values) (int, *oauth2.Token, *Error) {
	req, err := newRequest(ctx, http.MethodPost, l.address, "application/x-www-form-urlencoded", []byte(form.Encode()))
	if err != nil {
		return 0, nil, l.fail(InvalidInput, "no request can be made of the login address", nil)
	}
	resp, err := l.http.Do(req)
	if err != nil {
		return 0, nil, l.transportError(withoutURL(err))
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body) // the guard has limited it
	if err != nil {
		return resp.StatusCode, nil, l.transportError(err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return resp.StatusCode, nil, l.refused(resp)
	}
	token := parseToken(body, form.Get("refresh_token"))
	if token == nil {
		return resp.StatusCode, nil, l.fail(Malformed, "the answer holds no token", nil)
	}
	return resp.StatusCode, token, nil
}

// fail makes an error of the login.
func (l *passwordLogin) fail(kind Kind, message string, cause error) *Error {
	return &Error{Kind: kind, Operation: loginCall, Message: message, Err: cause}
}

// transportError sorts a login without an answer.
func (l *passwordLogin) transportError(err error) *Error {
	if errors.Is(err, errTooLarge) {
		return l.fail(Malformed, "the answer holds no token", err)
	}
	return l.fail(Unavailable, "cleo cannot be reached", err)
}

// refused sorts a login that Cleo does not grant. Its message is not shown: it could quote what was sent. A locked
// account answers like a wrong password.
func (l *passwordLogin) refused(resp *http.Response) *Error {
	e := l.fail(kindOfStatus(resp.StatusCode), "cleo grants no token", nil)
	e.Status, e.RetryAfter = resp.StatusCode, retryAfter(resp.Header, l.now())
	switch resp.StatusCode {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		e.Kind, e.Message = Unauthorized, "cleo refuses the user name or the password, or has locked the account"
	case http.StatusNotFound:
		e.Kind, e.Message = Malformed, "there is no login at this address"
	}
	return e
}

// parseToken reads the answer to a login; nil when it holds no token. Only access_token is certain: Cleo's own clients
// read nothing else. A refresh answer without a refresh token leaves the old one good.
func parseToken(body []byte, refreshToken string) *oauth2.Token {
	var answer struct {
		AccessToken  string  `json:"access_token"`
		TokenType    lenient `json:"token_type"`
		ExpiresIn    lenient `json:"expires_in"`
		RefreshToken string  `json:"refresh_token"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.AccessToken == "" {
		return nil
	}
	seconds, err := strconv.ParseInt(string(answer.ExpiresIn), 10, 64)
	if err != nil || seconds <= 0 {
		seconds = int64(defaultLifetime / time.Second)
	}
	if answer.RefreshToken != "" {
		refreshToken = answer.RefreshToken
	}
	return &oauth2.Token{AccessToken: answer.AccessToken, TokenType: string(answer.TokenType), RefreshToken: refreshToken, ExpiresIn: seconds}
}
