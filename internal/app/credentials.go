package app

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"tradewind/internal/vault"
	"tradewind/ionapi"
)

// ImportInfor validates an .ionapi file, seals it and stores it as the credential of
// its tenant. It gives what a person may see of it.
func (a *App) ImportInfor(ctx context.Context, name string) (string, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	file, err := ionapi.ParseFile(name, content)
	if err != nil {
		return "", err
	}
	if _, err := ionapi.New(file); err != nil {
		return "", err
	}
	gateway, err := url.Parse(file.Gateway)
	if err != nil {
		return "", err
	}
	detail := fmt.Sprintf("tenant %s, region %s, app %s, gateway %s, token %s; the file does not expire, and each token tells its own end (two hours by default)",
		file.Tenant, Region(gateway.Hostname()), file.Application, gateway.Host, file.TokenURL())
	return detail, a.Vault.PutCredential(ctx, vault.Infor(file.Tenant), detail, content)
}

// Region reads the region out of the gateway's address, such as "eu1" in
// mingle-ionapi.eu1.inforcloudsuite.com; the first region has none in it.
func Region(host string) string {
	rest, ok := strings.CutSuffix(host, ".inforcloudsuite.com")
	if !ok {
		return "unknown (not an address of Infor's cloud)"
	}
	if _, region, found := strings.Cut(rest, "."); found {
		return region
	}
	return "us1 (none in the address)"
}

// ImportCleo seals and stores how to reach Cleo.
func (a *App) ImportCleo(ctx context.Context, c CleoCredential) (string, error) {
	base, err := url.Parse(c.URL)
	switch {
	case err != nil || base.Host == "" || (base.Scheme != "https" && !(base.Scheme == "http" && loopback(base.Hostname()))):
		return "", errors.New("the address of Cleo must look like https://tenant.example.com; plain http is for loopback only")
	case base.User != nil:
		return "", errors.New("the address of Cleo must not hold a user or a password")
	case c.Username == "" || c.Password == "":
		return "", errors.New("user name and password are needed")
	}
	content, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	detail := fmt.Sprintf("user %s at %s", c.Username, base.Host)
	return detail, a.Vault.PutCredential(ctx, vault.Cleo, detail, content)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// ReadCleoFile reads {"url","username","password"} from a file.
func ReadCleoFile(name string) (CleoCredential, error) {
	var c CleoCredential
	content, err := os.ReadFile(name)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(content, &c); err != nil {
		return c, fmt.Errorf(`%s must hold {"url": …, "username": …, "password": …}`, name)
	}
	return c, nil
}

// Shred overwrites a file and removes it. On a copy-on-write or journalling file
// system the old blocks may survive; the credential should then be renewed.
func Shred(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.Write(make([]byte, info.Size()))
	return errors.Join(err, file.Sync(), file.Close(), os.Remove(name))
}

// StoredCredential is a line of `credentials list`.
type StoredCredential struct {
	Name      string     `json:"name"`
	Detail    string     `json:"detail"`
	Key       string     `json:"key"`
	Updated   time.Time  `json:"updated"`
	RenewedAt *time.Time `json:"tokenRenewedAt,omitempty"`
	ExpiresAt *time.Time `json:"tokenExpiresAt,omitempty"`
	Taken     int64      `json:"tokensTakenToday"`
}

// ListCredentials tells what is stored, and how the tokens taken with it stand.
func (a *App) ListCredentials(ctx context.Context) ([]StoredCredential, error) {
	credentials, err := a.Ledger.Credentials(ctx)
	if err != nil {
		return nil, err
	}
	out := []StoredCredential{}
	for _, c := range credentials {
		sealed, err := base64.StdEncoding.DecodeString(c.Sealed)
		if err != nil {
			return nil, fmt.Errorf("credentials/%s is damaged: %w", c.Name, err)
		}
		s := StoredCredential{Name: c.Name, Detail: c.Detail, Key: vault.KeyID(sealed), Updated: c.Updated}
		token, err := a.Ledger.Token(ctx, c.Name)
		if err != nil {
			return nil, err
		}
		if token.Sealed != "" {
			s.RenewedAt, s.ExpiresAt = &token.RenewedAt, &token.ExpiresAt
		}
		if token.Day == time.Now().UTC().Format(time.DateOnly) {
			s.Taken = token.Taken
		}
		out = append(out, s)
	}
	return out, nil
}

// Rotation is what rotating the keys did.
type Rotation struct {
	Keys     map[string]string `json:"keys"` // newest key by purpose
	Resealed int               `json:"resealed"`
	Archived int               `json:"archived"`
}

// RotateKeys makes new data keys, which seal from now on, and then seals credentials,
// tokens and the archive anew. It may be repeated after an interruption, and run
// while workers work.
func (a *App) RotateKeys(ctx context.Context) (Rotation, error) {
	var r Rotation
	var err error
	if r.Keys, err = a.Vault.Rotate(ctx); err != nil {
		return r, err
	}
	// Workers look for new keys as often as for a new configuration; what they seal
	// with the old one until then must be there when it is sealed anew.
	pause := time.NewTimer(2 * followPause)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return r, ctx.Err()
	case <-pause.C:
	}
	if r.Resealed, err = a.Vault.Reseal(ctx); err != nil {
		return r, err
	}
	r.Archived, err = a.Archive.Reseal(ctx)
	return r, err
}

// RevokeToken makes the shared token of a tenant worthless, at the authorization
// server and here; the next call takes a new one.
func (a *App) RevokeToken(ctx context.Context, tenant string) error {
	s, ok := a.Systems.(*systems)
	if !ok {
		return errors.New("there are no clients to revoke a token with")
	}
	b, err := s.inforClient(ctx, tenant)
	if err != nil {
		return err
	}
	return b.source.Revoke(ctx, func(ctx context.Context, token *oauth2.Token) error { return b.client.Revoke(ctx, token) })
}
