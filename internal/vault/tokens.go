package vault

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// Fetch takes a token from a system; previous is the one it follows, nil at first.
type Fetch func(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error)

// Broker shares tokens between all processes on one ledger: one of them renews, the
// others take what it stored.
type Broker struct {
	Vault  *Vault
	Ledger *ledger.Ledger
	// Now is the clock, time.Now when nil.
	Now func() time.Time
}

// Source gives and renews the token of one system and tenant. It is safe for
// concurrent use.
type Source struct {
	broker Broker
	name   string
	// binding is a digest of what the token is taken with: one that was taken with
	// other credentials, or at another address, is none.
	binding string
	quota   int64
	fetch   Fetch
	owner   string

	mu      sync.Mutex
	token   *oauth2.Token
	renewAt time.Time
}

// QuotaError says that no further token may be taken today.
type QuotaError struct {
	Name  string
	Quota int64
	Until time.Time
}

// Error names the system, the quota and when it ends.
func (e *QuotaError) Error() string {
	return fmt.Sprintf("%d tokens of %s were taken today, as many as its quota allows; the next may be taken at %s: find out who keeps spoiling tokens, or raise tokensPerDay",
		e.Quota, e.Name, e.Until.UTC().Format(time.RFC3339))
}

// RefusedError is what a Fetch returns when the credentials are refused: nobody tries
// again before the rest is over.
type RefusedError struct {
	Err  error
	Rest time.Duration
}

// Error is that of the system.
func (e *RefusedError) Error() string { return e.Err.Error() }

// Unwrap gives the system's own error.
func (e *RefusedError) Unwrap() error { return e.Err }

// RestError says that credentials were refused a moment ago, by whichever process.
type RestError struct {
	Name  string
	Until time.Time
}

// Error names the system and when it is tried again.
func (e *RestError) Error() string {
	return fmt.Sprintf("the credentials of %s were refused; they are tried again at %s, not earlier: refused logins lock accounts", e.Name, e.Until.UTC().Format(time.RFC3339))
}

// Source makes the source of a name, such as "infor/ACME_PRD", that may take so many
// tokens a day. The parts of the binding are all that the token is taken with.
func (b Broker) Source(name string, quota int64, fetch Fetch, binding ...string) *Source {
	if b.Now == nil {
		b.Now = time.Now
	}
	hash := sha256.New()
	for _, part := range binding {
		fmt.Fprintf(hash, "%d %s\n", len(part), part)
	}
	return &Source{broker: b, name: name, binding: hex.EncodeToString(hash.Sum(nil)), quota: quota, fetch: fetch, owner: rand.Text()}
}

const (
	// leaseTime outlasts fetchTime: a second process must not ask at the same time.
	leaseTime = 100 * time.Second
	// fetchTime bounds a token request.
	fetchTime = 90 * time.Second
	// goodFor is how long a token must still live to serve while it cannot be renewed.
	goodFor = 2 * time.Second
	// leasePause is how often a process looks whether the one with the lease is done.
	leasePause = 50 * time.Millisecond
)

// Token gives a token that is good for a call now.
func (s *Source) Token(ctx context.Context) (*oauth2.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.token != nil && s.broker.Now().Before(s.renewAt) {
			return s.token, nil
		}
		token, err := s.next(ctx)
		if token != nil || err != nil {
			return token, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(leasePause):
		}
	}
}

// next takes the token that the ledger holds, or renews it; nil means that another
// process is renewing it. A token that is still good serves while none can be had.
func (s *Source) next(ctx context.Context) (*oauth2.Token, error) {
	stored, err := s.broker.Ledger.Token(ctx, s.name)
	if err != nil {
		return nil, err
	}
	now := s.broker.Now()
	old, err := s.open(ctx, stored)
	if err != nil {
		return nil, err
	}
	if old != nil && now.Before(stored.RenewAt) {
		s.token, s.renewAt = old, stored.RenewAt
		return old, nil
	}
	lease, err := s.broker.Ledger.LeaseToken(ctx, s.name, s.owner, stored.Fingerprint, s.quota, leaseTime)
	if err != nil {
		return nil, err
	}
	var token *oauth2.Token
	switch {
	case lease.Held:
		token, err = s.renew(ctx, old)
	case lease.Exhausted:
		err = &QuotaError{s.name, s.quota, now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)}
	case !lease.Resting.IsZero():
		err = &RestError{s.name, lease.Resting}
	}
	spoiled := stored.RenewAt.IsZero()
	if token == nil && old != nil && !spoiled && now.Before(stored.ExpiresAt.Add(-goodFor)) {
		return old, nil
	}
	return token, err
}

// renew fetches the next token. The request goes on when its caller gives up: what was
// issued is stored.
func (s *Source) renew(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
	defer cancel()
	token, err := s.fetch(ctx, previous)
	done := context.WithoutCancel(ctx)
	if err != nil {
		var refused *RefusedError
		rest := time.Duration(0)
		if errors.As(err, &refused) {
			rest = refused.Rest
		}
		unclear := ctx.Err() != nil // it may have been issued all the same
		return nil, errors.Join(err, s.broker.Ledger.ReleaseToken(done, s.name, s.owner, rest, unclear))
	}
	plain, err := json.Marshal(token)
	if err != nil {
		return nil, err
	}
	sealed, err := s.broker.Vault.Seal(PurposeData, s.place(), plain)
	if err != nil {
		return nil, err
	}
	next := ledger.Token{Name: s.name, Sealed: base64.StdEncoding.EncodeToString(sealed), Fingerprint: fingerprint(token),
		ExpiresAt: token.Expiry, RenewAt: renewalTime(token.Expiry, s.broker.Now())}
	if err := s.broker.Ledger.StoreToken(done, next, s.owner); err != nil {
		return nil, err
	}
	s.token, s.renewAt = token, next.RenewAt
	return token, nil
}

// open opens a stored token; nil where there is none, or one that was taken with
// other credentials.
func (s *Source) open(ctx context.Context, stored ledger.Token) (*oauth2.Token, error) {
	if stored.Sealed == "" {
		return nil, nil
	}
	sealed, err := base64.StdEncoding.DecodeString(stored.Sealed)
	if err != nil {
		return nil, nil // damaged: another one is taken
	}
	plain, err := s.broker.Vault.Open(ctx, PurposeData, s.place(), sealed)
	var unusable *SealError
	if errors.As(err, &unusable) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	token := &oauth2.Token{}
	return token, json.Unmarshal(plain, token)
}

func (s *Source) place() string { return "tokens/" + s.name + "/" + s.binding }

// Invalidate reports that the system refused this token; a newer one stays.
func (s *Source) Invalidate(token *oauth2.Token) {
	if token == nil {
		return
	}
	s.mu.Lock()
	if s.token != nil && s.token.AccessToken == token.AccessToken {
		s.token = nil
	}
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	// Where the ledger cannot be reached, the next call finds the token refused again.
	_ = s.broker.Ledger.SpoilToken(ctx, s.name, fingerprint(token))
}

// Revoke gives the shared token to the system's own revocation, and forgets it.
func (s *Source) Revoke(ctx context.Context, revoke func(context.Context, *oauth2.Token) error) error {
	stored, err := s.broker.Ledger.Token(ctx, s.name)
	if err != nil {
		return err
	}
	if stored.Sealed == "" {
		return fmt.Errorf("no token of %s is stored", s.name)
	}
	token, err := s.open(ctx, stored)
	if err != nil {
		return err
	}
	if token == nil {
		return fmt.Errorf("no token of %s that was taken with its present credentials is stored", s.name)
	}
	err = revoke(ctx, token)
	s.Invalidate(token)
	return err
}

// State makes sure that the token is good for a while, and tells how it stands.
func (s *Source) State(ctx context.Context) (trade.TokenState, error) {
	if _, err := s.Token(ctx); err != nil {
		return trade.TokenState{}, err
	}
	stored, err := s.broker.Ledger.Token(ctx, s.name)
	return trade.TokenState{Name: s.name, RenewedAt: stored.RenewedAt, ExpiresAt: stored.ExpiresAt, Taken: stored.Taken, Quota: s.quota}, err
}

// fingerprint tells tokens apart without telling anything of them.
func fingerprint(token *oauth2.Token) string {
	sum := sha256.Sum256([]byte(token.AccessToken))
	return hex.EncodeToString(sum[:])
}

// renewalTime is when a token counts as expired: with a fifth of its life left, at
// most five minutes and at least two seconds before its end, and a little earlier by
// chance, so that several systems do not renew at once.
func renewalTime(expiry, now time.Time) time.Time {
	early := max(min(expiry.Sub(now)/5, 5*time.Minute), 2*time.Second)
	jitter := time.Duration(mathrand.Int64N(int64(early/10) + 1))
	return expiry.Add(-early - jitter)
}
