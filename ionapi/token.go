package ionapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// TokenSource gives the access token of the next call. Implementations are safe for use by many goroutines. The
// entitlement of a tenant is small (Infor OS: 100 access tokens a day per client, 20 authentications a minute), so a
// source hands one token to everybody until it nears its end.
type TokenSource interface {
	// Token gives a token that is good for a call now.
	Token(ctx context.Context) (*oauth2.Token, error)
	// Invalidate reports that the gateway refused this token. It has no effect when the source has a newer one.
	Invalidate(token *oauth2.Token)
}

// defaultLifetime holds for a token answer that does not tell one: two hours is the documented default of ION API.
const defaultLifetime = 2 * time.Hour

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
		return nil, &Error{Kind: Unavailable, Program: tokenCall, Message: "gave up waiting for a token", Err: context.Cause(ctx)}
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

// tokenCall names the token endpoint in errors and to the observer.
const tokenCall = "token"

// passwordGrant fetches tokens for the service account of a File: the resource owner password grant is the one that
// Infor documents for unattended clients.
type passwordGrant struct {
	config    oauth2.Config
	revokeURL string
	username  string
	password  string
	http      *http.Client
	observe   Observer
	now       func() time.Time
}

// newPasswordGrant prepares the grant of a file. The style of client authentication is explicit: probing doubles every
// refused login.
func newPasswordGrant(file *File, style oauth2.AuthStyle, client *http.Client, observe Observer, now func() time.Time) *passwordGrant {
	return &passwordGrant{
		config: oauth2.Config{
			ClientID:     file.ClientID,
			ClientSecret: file.clientSecret,
			Endpoint:     oauth2.Endpoint{TokenURL: file.TokenURL(), AuthStyle: style},
			Scopes:       file.Scopes,
		},
		revokeURL: file.RevokeURL(),
		username:  file.accessKey,
		password:  file.secretKey,
		http:      client,
		observe:   observe,
		now:       now,
	}
}

// fetch renews the previous token by its refresh token where there is one, and signs in again where there is none or
// the authorization server no longer takes it.
func (g *passwordGrant) fetch(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error) {
	if previous != nil && previous.RefreshToken != "" {
		token, err := g.call(ctx, func(ctx context.Context) (*oauth2.Token, error) {
			return g.config.TokenSource(ctx, &oauth2.Token{RefreshToken: previous.RefreshToken}).Token()
		})
		if KindOf(err) != Unauthorized {
			return token, err
		}
	}
	return g.call(ctx, func(ctx context.Context) (*oauth2.Token, error) {
		return g.config.PasswordCredentialsToken(ctx, g.username, g.password)
	})
}

// call runs one request to the token endpoint and reports it to the observer, without digests: they would be digests
// of secrets.
func (g *passwordGrant) call(ctx context.Context, request func(context.Context) (*oauth2.Token, error)) (*oauth2.Token, error) {
	started := g.now()
	token, err := request(context.WithValue(ctx, oauth2.HTTPClient, g.http))
	status := http.StatusOK
	if err != nil {
		refused := tokenError(err, g.now())
		status, err = refused.Status, refused
	} else {
		token.Expiry = started.Add(lifetime(token))
	}
	g.observe(ctx, Call{Operation: tokenCall, Started: started, Latency: g.now().Sub(started), Status: status, Err: err})
	if err != nil {
		return nil, err
	}
	return token, nil
}

// lifetime is how long a fresh token lives, by the answer's expires_in.
func lifetime(token *oauth2.Token) time.Duration {
	if token.ExpiresIn > 0 {
		return time.Duration(token.ExpiresIn) * time.Second
	}
	return defaultLifetime
}

// tokenError translates an error of the oauth2 package. Its RetrieveError quotes the whole body and is therefore
// neither shown nor wrapped; of the answer only the status and a standard error code are kept.
func tokenError(err error, now time.Time) *Error {
	var refused *oauth2.RetrieveError
	var transport *url.Error
	switch {
	case errors.As(err, &refused):
		return refusedToken(refused, now)
	case errors.As(err, &transport) && !errors.Is(err, errTooLarge) && !errors.Is(err, errNotAllowed):
		return &Error{Kind: Unavailable, Program: tokenCall, Message: "the authorization server cannot be reached", Err: transport.Err}
	}
	return &Error{Kind: Malformed, Program: tokenCall, Status: http.StatusOK,
		Message: `the answer of the authorization server is no token; check "pu" and "ot" of the .ionapi file`}
}

// grantErrors are the error codes of RFC 6749 §5.2. Others are not shown: they would be foreign text.
var grantErrors = []string{"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
	"unsupported_grant_type", "invalid_scope"}

// refusedToken sorts an answer of the token endpoint that is not a token.
func refusedToken(refused *oauth2.RetrieveError, now time.Time) *Error {
	status := refused.Response.StatusCode
	e := &Error{Kind: kindOfStatus(status), Program: tokenCall, Status: status,
		RetryAfter: retryAfter(refused.Response.Header, now), Message: "the authorization server gave no token"}
	if slices.Contains(grantErrors, refused.ErrorCode) {
		e.Code = refused.ErrorCode
	}
	switch {
	case status == http.StatusBadRequest || status == http.StatusUnauthorized || status < 300:
		e.Kind, e.Message = Unauthorized, "the authorization server refuses the client or the service account"
	case e.Kind == NotAvailable:
		e.Kind, e.Message = Malformed, `there is no token endpoint; check "pu" and "ot" of the .ionapi file`
	}
	return e
}
