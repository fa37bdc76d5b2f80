package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Key is a data key, wrapped by the keeper.
type Key struct {
	ID      string
	Purpose string
	Number  int64
	Wrapped string
	Created time.Time
}

// Keys lists the keys of every purpose, oldest first.
func (l *Ledger) Keys(ctx context.Context) ([]Key, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT id, purpose, number, wrapped, created_at FROM keys ORDER BY purpose, number`)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var out []Key
	for rows.Next() {
		var k Key
		var created int64
		if err := rows.Scan(&k.ID, &k.Purpose, &k.Number, &k.Wrapped, &created); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		k.Created = instant(created)
		out = append(out, k)
	}
	return out, rows.Err()
}

// AddKey adds a key behind the newest of its purpose. It says false, and adds
// nothing, when the newest is no longer the one that the caller saw.
func (l *Ledger) AddKey(ctx context.Context, k Key) (added bool, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		var newest int64
		if err := t.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM keys WHERE purpose = $1`, k.Purpose).Scan(&newest); err != nil {
			return err
		}
		if added = newest == k.Number-1; !added {
			return nil
		}
		_, err := t.ExecContext(ctx, `INSERT INTO keys (id, purpose, number, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)`,
			k.ID, k.Purpose, k.Number, k.Wrapped, micros(t.now))
		return err
	})
	return added, err
}

// Credential is a sealed credential; Detail says what a person may see of it.
type Credential struct {
	Name    string
	Sealed  string
	Detail  string
	Updated time.Time
}

// PutCredential stores a credential in the place of an older one.
func (l *Ledger) PutCredential(ctx context.Context, c Credential) error {
	return l.inTx(ctx, func(t *tx) error {
		_, err := t.ExecContext(ctx, `INSERT INTO credentials (name, sealed, detail, updated_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, detail = excluded.detail, updated_at = excluded.updated_at`,
			c.Name, c.Sealed, c.Detail, micros(t.now))
		return err
	})
}

// Credentials lists the stored credentials by name.
func (l *Ledger) Credentials(ctx context.Context) ([]Credential, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT name, sealed, detail, updated_at FROM credentials ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var out []Credential
	for rows.Next() {
		var c Credential
		var updated int64
		if err := rows.Scan(&c.Name, &c.Sealed, &c.Detail, &updated); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		c.Updated = instant(updated)
		out = append(out, c)
	}
	return out, rows.Err()
}

// Credential gives one credential.
func (l *Ledger) Credential(ctx context.Context, name string) (Credential, error) {
	c := Credential{Name: name}
	var updated int64
	err := l.db.QueryRowContext(ctx, `SELECT sealed, detail, updated_at FROM credentials WHERE name = $1`, name).Scan(&c.Sealed, &c.Detail, &updated)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("credential %q: %w", name, ErrNotFound)
	}
	c.Updated = instant(updated)
	return c, err
}

// RemoveCredential deletes a credential and the token that was taken with it.
func (l *Ledger) RemoveCredential(ctx context.Context, name string) error {
	return l.inTx(ctx, func(t *tx) error {
		done, err := t.ExecContext(ctx, `DELETE FROM credentials WHERE name = $1`, name)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("credential %q: %w", name, ErrNotFound))
		}
		// What was taken today stays counted.
		_, err = t.ExecContext(ctx, `UPDATE tokens SET sealed = '', fingerprint = '', renew_at = 0, expires_at = 0 WHERE name = $1`, name)
		return err
	})
}

// Token is the shared token of a system and tenant.
type Token struct {
	Name        string
	Sealed      string
	Fingerprint string
	RenewAt     time.Time
	ExpiresAt   time.Time
	RenewedAt   time.Time
	Day         string
	Taken       int64
}

const tokenColumns = `name, sealed, fingerprint, renew_at, expires_at, renewed_at, day, taken`

func scanToken(row interface{ Scan(...any) error }) (Token, error) {
	var k Token
	var renew, expires, renewed int64
	err := row.Scan(&k.Name, &k.Sealed, &k.Fingerprint, &renew, &expires, &renewed, &k.Day, &k.Taken)
	k.RenewAt, k.ExpiresAt, k.RenewedAt = instant(renew), instant(expires), instant(renewed)
	return k, err
}

// Token gives the shared token of a name; one never taken is empty.
func (l *Ledger) Token(ctx context.Context, name string) (Token, error) {
	k, err := scanToken(l.db.QueryRowContext(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE name = $1`, name))
	if errors.Is(err, sql.ErrNoRows) {
		return Token{Name: name}, nil
	}
	return k, err
}

// Tokens lists the shared tokens by name.
func (l *Ledger) Tokens(ctx context.Context) ([]Token, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT `+tokenColumns+` FROM tokens ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var out []Token
	for rows.Next() {
		k, err := scanToken(rows)
		if err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// Lease says what came of asking for the right to renew a token.
type Lease struct {
	// Held is true for the one process that may renew now.
	Held bool
	// Resting is until when nobody may try, because the credentials were refused.
	Resting time.Time
	// Exhausted is true when the quota of the day is used up.
	Exhausted bool
	Token     Token
}

// LeaseToken asks for the right to renew a token that nobody has renewed since the
// caller saw it. A token that is stored counts against the quota of the day.
func (l *Ledger) LeaseToken(ctx context.Context, name, owner, seen string, quota int64, lasting time.Duration) (Lease, error) {
	var out Lease
	err := l.inTx(ctx, func(t *tx) error {
		out = Lease{}
		if _, err := t.ExecContext(ctx, `INSERT INTO tokens (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, name); err != nil {
			return err
		}
		var err error
		if out.Token, err = scanToken(t.QueryRowContext(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE name = $1`, name)); err != nil {
			return err
		}
		if out.Token.Fingerprint != seen && t.now.Before(out.Token.RenewAt) {
			return nil // somebody was faster
		}
		var until int64
		var holder string
		if err := t.QueryRowContext(ctx, `SELECT lease_until, lease_owner FROM tokens WHERE name = $1`, name).Scan(&until, &holder); err != nil {
			return err
		}
		if t.now.Before(instant(until)) {
			if holder == refusedOwner {
				out.Resting = instant(until)
			}
			return nil
		}
		day, taken := t.now.UTC().Format(time.DateOnly), out.Token.Taken
		if out.Token.Day != day {
			taken = 0
		}
		if out.Exhausted = taken >= quota; out.Exhausted {
			return nil
		}
		out.Held = true
		_, err = t.ExecContext(ctx, `UPDATE tokens SET lease_owner = $2, lease_until = $3, day = $4, taken = $5 WHERE name = $1`,
			name, owner, micros(t.now.Add(lasting)), day, taken)
		return err
	})
	return out, err
}

// CountToken counts a token that is taken outside the shared one, and says false when
// the quota of the day is used up.
func (l *Ledger) CountToken(ctx context.Context, name string, quota int64) (within bool, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		if _, err := t.ExecContext(ctx, `INSERT INTO tokens (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, name); err != nil {
			return err
		}
		k, err := scanToken(t.QueryRowContext(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE name = $1`, name))
		if err != nil {
			return err
		}
		day, taken := t.now.UTC().Format(time.DateOnly), k.Taken
		if k.Day != day {
			taken = 0
		}
		if within = taken < quota; !within {
			return nil
		}
		_, err = t.ExecContext(ctx, `UPDATE tokens SET day = $2, taken = $3 WHERE name = $1`, name, day, taken+1)
		return err
	})
	return within, err
}

// StoreToken stores a renewed token and ends the lease of its owner.
func (l *Ledger) StoreToken(ctx context.Context, k Token, owner string) error {
	return l.inTx(ctx, func(t *tx) error {
		_, err := t.ExecContext(ctx, `UPDATE tokens SET sealed = $2, fingerprint = $3, renew_at = $4, expires_at = $5, renewed_at = $6,
			taken = taken + 1, lease_owner = '', lease_until = 0 WHERE name = $1 AND lease_owner = $7`,
			k.Name, k.Sealed, k.Fingerprint, micros(k.RenewAt), micros(k.ExpiresAt), micros(t.now), owner)
		return err
	})
}

// refusedOwner holds the lease of a token while its credentials rest.
const refusedOwner = "refused"

// ReleaseToken ends a lease without a new token. A rest keeps every process from
// trying again for so long: refused logins lock accounts. One that may have been
// issued all the same is counted.
func (l *Ledger) ReleaseToken(ctx context.Context, name, owner string, rest time.Duration, count bool) error {
	return l.inTx(ctx, func(t *tx) error {
		next, until, more := "", int64(0), 0
		if rest > 0 {
			next, until = refusedOwner, micros(t.now.Add(rest))
		}
		if count {
			more = 1
		}
		_, err := t.ExecContext(ctx, `UPDATE tokens SET lease_owner = $3, lease_until = $4, taken = taken + $5 WHERE name = $1 AND lease_owner = $2`,
			name, owner, next, until, more)
		return err
	})
}

// SpoilToken makes the token of a fingerprint count as expired.
func (l *Ledger) SpoilToken(ctx context.Context, name, fingerprint string) error {
	_, err := l.db.ExecContext(ctx, `UPDATE tokens SET renew_at = 0 WHERE name = $1 AND fingerprint = $2`, name, fingerprint)
	return err
}

// ResealCredential replaces the sealed form of a credential that is still the same.
func (l *Ledger) ResealCredential(ctx context.Context, name, before, after string) error {
	_, err := l.db.ExecContext(ctx, `UPDATE credentials SET sealed = $3 WHERE name = $1 AND sealed = $2`, name, before, after)
	return err
}
