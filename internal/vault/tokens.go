package vault

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
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
	quota  int64
	fetch  Fetch
	owner  string

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

// Source makes the source of a name, such as "infor/ACME_PRD", that may take so many
// tokens a day.
func (b Broker) Source(name string, quota int64, fetch Fetch) *Source {
	if b.Now == nil {
		b.Now = time.Now
	}
	return &Source{broker: b, name: name, quota: quota, fetch: fetch, owner: rand.Text()}
}

const (
	// leaseTime bounds a token request; a worker that was killed in one holds the others up for so long.
	leaseTime = 30 * time.Second
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
// process is renewing it.
func (s *Source) next(ctx context.Context) (*oauth2.Token, error) {
	stored, err := s.broker.Ledger.Token(ctx, s.name)
	if err != nil {
		return nil, err
	}
	if s.broker.Now().Before(stored.RenewAt) {
		return s.take(ctx, stored)
	}
	lease, err := s.broker.Ledger.LeaseToken(ctx, s.name, s.owner, stored.Fingerprint, s.quota, leaseTime)
	if err != nil {
		return nil, err
	}
	if lease.Exhausted {
		tomorrow := s.broker.Now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
		return nil, &QuotaError{s.name, s.quota, tomorrow}
	}
	if !lease.Held {
		return nil, nil
	}
	return s.renew(ctx, lease.Token)
}

func (s *Source) renew(ctx context.Context, stored ledger.Token) (*oauth2.Token, error) {
	var previous *oauth2.Token
	if stored.Sealed != "" {
		previous, _ = s.open(ctx, stored) // one that does not open is followed by a new login
	}
	token, err := s.fetch(ctx, previous)
	done := context.WithoutCancel(ctx)
	if err != nil {
		if releaseErr := s.broker.Ledger.ReleaseToken(done, s.name, s.owner); releaseErr != nil {
			return nil, releaseErr
		}
		return nil, err
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

// take opens the token that another process stored.
func (s *Source) take(ctx context.Context, stored ledger.Token) (*oauth2.Token, error) {
	token, err := s.open(ctx, stored)
	if err != nil {
		return nil, err
	}
	s.token, s.renewAt = token, stored.RenewAt
	return token, nil
}

func (s *Source) open(ctx context.Context, stored ledger.Token) (*oauth2.Token, error) {
	sealed, err := base64.StdEncoding.DecodeString(stored.Sealed)
	if err != nil {
		return nil, &SealError{s.place(), "it is not a sealed text"}
	}
	plain, err := s.broker.Vault.Open(ctx, PurposeData, s.place(), sealed)
	if err != nil {
		return nil, err
	}
	token := &oauth2.Token{}
	return token, json.Unmarshal(plain, token)
}

func (s *Source) place() string { return "tokens/" + s.name }

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
