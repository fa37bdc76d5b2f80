package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"tradewind/activities"
	"tradewind/cleo"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/internal/vault"
	"tradewind/ionapi"
)

// systems builds the clients of the outside systems from the environment or from the
// stored credentials, and builds them anew when those change.
type systems struct {
	app *App
	// broker shares tokens; ping has none, because it tries the credentials.
	broker *vault.Broker
	// configuration gives the version in use.
	configuration func(context.Context) (*config.Config, error)

	mu      sync.Mutex
	infor   map[string]built[*ionapi.Client]
	mailbox built[cleo.Mailbox]
}

// built is a client with what it was built from.
type built[T any] struct {
	client  T
	source  *vault.Source
	version string
}

func newSystems(a *App) *systems {
	s := &systems{app: a, broker: &vault.Broker{Vault: a.Vault, Ledger: a.Ledger}, infor: map[string]built[*ionapi.Client]{}}
	// The published version counts, and the folder's before any is published.
	s.configuration = func(ctx context.Context) (*config.Config, error) {
		c, err := a.Configuration(ctx, "")
		if errors.Is(err, ledger.ErrNotFound) {
			return ReadConfiguration(a.env)
		}
		return c, err
	}
	return s
}

var _ activities.Systems = (*systems)(nil)

// CleoCredential is what the vault keeps of Cleo.
type CleoCredential struct {
	URL      string `json:"url"`
	Username string `json:"username"`
	Password string `json:"password"`
}

// Infor implements activities.Systems.
func (s *systems) Infor(ctx context.Context, tenant string) (*ionapi.Client, error) {
	b, err := s.inforClient(ctx, tenant)
	return b.client, err
}

func (s *systems) inforClient(ctx context.Context, tenant string) (built[*ionapi.Client], error) {
	file, version, err := s.inforFile(ctx, tenant)
	if err != nil {
		return built[*ionapi.Client]{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.configuration(ctx)
	if err != nil {
		return built[*ionapi.Client]{}, err
	}
	from := version + fmt.Sprint(c.Infor.Limits.TokensPerDay)
	if b, ok := s.infor[tenant]; ok && b.version == from {
		return b, nil
	}
	transport, err := s.transport()
	if err != nil {
		return built[*ionapi.Client]{}, err
	}
	b := built[*ionapi.Client]{version: from}
	options := []ionapi.Option{ionapi.WithObserver(s.app.tracer().Infor), ionapi.WithTransport(transport)}
	if s.broker != nil {
		options = append(options, ionapi.WithSharedTokens(func(fetch ionapi.Fetch) ionapi.TokenSource {
			b.source = s.broker.Source(vault.Infor(tenant), c.Infor.Limits.TokensPerDay, resting(fetch, refusedRest), version)
			return b.source
		}))
	}
	if len(s.app.env.AllowHosts) > 0 {
		options = append(options, ionapi.WithAllowedHosts(s.app.env.AllowHosts...))
	}
	if b.client, err = ionapi.New(file, options...); err != nil {
		return b, err
	}
	s.infor[tenant] = b
	return b, nil
}

// inforFile gives a tenant's .ionapi file, from the environment or from the vault.
func (s *systems) inforFile(ctx context.Context, tenant string) (*ionapi.File, string, error) {
	if name := s.app.env.IonAPIFile; name != "" {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, "", fmt.Errorf("TRADEWIND_IONAPI_FILE must name the tenant's .ionapi file: %w", err)
		}
		file, err := ionapi.ParseFile(name, content)
		if err == nil && file.Tenant != tenant {
			err = fmt.Errorf("TRADEWIND_IONAPI_FILE is of tenant %s, and company.yaml names %s; correct one of them, or import several with `credentials import --ionapi`", file.Tenant, tenant)
		}
		return file, string(content), err
	}
	content, c, err := s.app.Vault.Credential(ctx, vault.Infor(tenant))
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, "", &ionapi.Error{Kind: ionapi.Unauthorized, Program: "token", Message: fmt.Sprintf(
			"there is no credential of tenant %s; import it with `credentials import --ionapi FILE`, or set TRADEWIND_IONAPI_FILE", tenant)}
	}
	if err != nil {
		return nil, "", err
	}
	file, err := ionapi.ParseFile("the stored credential of "+tenant, content)
	return file, c.Updated.String(), err
}

// Mailbox implements activities.Systems.
func (s *systems) Mailbox(ctx context.Context) (cleo.Mailbox, error) {
	b, err := s.cleoMailbox(ctx)
	return b.client, err
}

func (s *systems) cleoMailbox(ctx context.Context) (built[cleo.Mailbox], error) {
	credential, version, err := s.cleoCredential(ctx)
	if err != nil {
		return built[cleo.Mailbox]{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.configuration(ctx)
	if err != nil {
		return built[cleo.Mailbox]{}, err
	}
	version += fmt.Sprint(c.Cleo.Paths, c.Cleo.PageSize, c.Cleo.Lockout, c.Cleo.TokensPerDay)
	if s.mailbox.client != nil && s.mailbox.version == version {
		return s.mailbox, nil
	}
	transport, err := s.transport()
	if err != nil {
		return built[cleo.Mailbox]{}, err
	}
	b := built[cleo.Mailbox]{version: version}
	rest := cleo.RESTConfig{
		BaseURL: credential.URL, Username: credential.Username, Password: credential.Password, Observer: s.app.tracer().Cleo, Transport: transport,
		AllowedHosts: s.app.env.AllowHosts, PageSize: c.Cleo.PageSize, Lockout: c.Cleo.Lockout.Std(),
		Paths: cleo.Paths{Login: c.Cleo.Paths.Login, Files: c.Cleo.Paths.Files, Partners: c.Cleo.Paths.Partners},
	}
	if s.broker != nil {
		rest.Share = func(fetch cleo.Fetch) cleo.TokenSource {
			b.source = s.broker.Source(vault.Cleo, c.Cleo.TokensPerDay, resting(fetch, min(refusedRest, c.Cleo.Lockout.Std())), credential.URL, credential.Username, credential.Password)
			return b.source
		}
	}
	if b.client, err = cleo.NewREST(rest); err == nil {
		s.mailbox = b
	}
	return b, err
}

// cleoCredential gives how to reach Cleo, from the environment or from the vault.
func (s *systems) cleoCredential(ctx context.Context) (CleoCredential, string, error) {
	env := s.app.env
	if env.CleoURL != "" {
		c := CleoCredential{env.CleoURL, env.CleoUsername, env.CleoPassword.Reveal()}
		if c.Username == "" || c.Password == "" {
			return c, "", errors.New("TRADEWIND_CLEO_URL is set; TRADEWIND_CLEO_USERNAME and TRADEWIND_CLEO_PASSWORD are needed with it")
		}
		return c, fmt.Sprint(c), nil
	}
	content, stored, err := s.app.Vault.Credential(ctx, vault.Cleo)
	if errors.Is(err, ledger.ErrNotFound) {
		return CleoCredential{}, "", &cleo.Error{Kind: cleo.Unauthorized, Operation: "login",
			Message: "there is no credential of Cleo; import it with `credentials import cleo`, or set TRADEWIND_CLEO_URL"}
	}
	var c CleoCredential
	if err == nil {
		err = json.Unmarshal(content, &c)
	}
	return c, stored.Updated.String(), err
}

// Renew implements activities.Systems.
func (s *systems) Renew(ctx context.Context, system string) ([]trade.TokenState, error) {
	if system == vault.Cleo {
		b, err := s.cleoMailbox(ctx)
		if err != nil {
			return nil, err
		}
		state, err := b.source.State(ctx)
		return []trade.TokenState{state}, err
	}
	c, err := s.configuration(ctx)
	if err != nil {
		return nil, err
	}
	var states []trade.TokenState
	var failures []error
	for _, tenant := range tenants(c) {
		b, err := s.inforClient(ctx, tenant)
		var state trade.TokenState
		if err == nil {
			state, err = b.source.State(ctx)
		}
		if err != nil {
			failures = append(failures, err)
			continue
		}
		states = append(states, state)
	}
	return states, errors.Join(failures...)
}

// refusedRest keeps all processes together below what locks an account at Cleo: five
// refused logins within a minute.
const refusedRest = time.Minute

// resting makes refused credentials rest in every process.
func resting[F ~func(context.Context, *oauth2.Token) (*oauth2.Token, error)](fetch F, rest time.Duration) vault.Fetch {
	return func(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error) {
		token, err := fetch(ctx, previous)
		if ionapi.KindOf(err) == ionapi.Unauthorized || cleo.KindOf(err) == cleo.Unauthorized {
			return nil, &vault.RefusedError{Err: err, Rest: rest}
		}
		return token, err
	}
}

// transport trusts the system's certificates, and those of TRADEWIND_CA_FILE.
func (s *systems) transport() (*http.Transport, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost, t.IdleConnTimeout, t.ResponseHeaderTimeout = 16, 30*time.Second, 75*time.Second
	if s.app.env.CAFile == "" {
		return t, nil
	}
	pem, err := os.ReadFile(s.app.env.CAFile)
	if err != nil {
		return nil, fmt.Errorf("TRADEWIND_CA_FILE: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("TRADEWIND_CA_FILE %s holds no certificate in PEM form", s.app.env.CAFile)
	}
	t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return t, nil
}

func (a *App) tracer() activities.Tracer { return activities.Tracer{Ledger: a.Ledger, Log: a.Log} }

// tenants are those of the configuration, each once.
func tenants(c *config.Config) []string {
	var out []string
	for _, company := range c.Companies {
		if !slices.Contains(out, company.Tenant) {
			out = append(out, company.Tenant)
		}
	}
	return out
}
