package cleo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// Call is one HTTP request as the observer sees it, the repetition after a 401 and logins included.
type Call struct {
	Operation      string        // "login", "list", "download", "upload", "delete", or "partners list", "get", "create" or "update"
	Transactions   int           // 1, and 0 for a login
	Started        time.Time     // when the request was sent
	Latency        time.Duration // until its answer was read
	Status         int           // HTTP status, 0 when there was no answer
	RequestSHA256  string        // hex, of the body or, without one, of the address; empty for a login
	ResponseSHA256 string        // hex, of the answer's body; empty for a login and when there was no answer
	Err            error         // an *Error when the request failed
}

// Observer is told of every HTTP request after its answer was understood. It runs on the caller's goroutine.
type Observer func(ctx context.Context, call Call)

// Paths are the addresses of the REST API below the base address.
type Paths struct {
	Login    string // the only published one
	Files    string // files of a folder; {folder} stands for its name, escaped as one segment
	Partners string // trading partners; one of them lies below, under its id
}

// DefaultPaths are the paths of the contract with Cleo.
func DefaultPaths() Paths {
	return Paths{Login: "/api/authentication", Files: "/api/folders/{folder}/files", Partners: "/api/partners"}
}

// RESTConfig is what a REST mailbox needs. Only the first three fields have no default.
type RESTConfig struct {
	BaseURL  string // such as https://tenant.cleointegration.com; plain http for loopback addresses only
	Username string
	Password string

	Paths        Paths             // empty fields take DefaultPaths
	PageSize     int               // files or partners asked for at once; 100
	AllowedHosts []string          // hosts that may be called, as "host" (any port) or "host:port"; that of BaseURL
	UserAgent    string            // "tradewind"
	Timeout      time.Duration     // of one HTTP request with its answer; 75 s
	MaxBody      int64             // bytes of an answer; 32 MiB
	Lockout      time.Duration     // how long no login is tried after two refused ones; 15 min, as Cleo's own
	Transport    http.RoundTripper // one with a connection pool of its own
	Observer     Observer          // none
	Now          func() time.Time  // clock of token expiry, lockout and Retry-After dates; time.Now
	Tokens       TokenSource       // replaces the mailbox's own login
	// Share lets a source that several processes share keep the tokens; the mailbox only fetches them for it.
	Share func(fetch Fetch) TokenSource
}

// Fetch takes a token from Cleo; previous is the one it follows, nil at first.
type Fetch func(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error)

// String names the address and the user, and shows no password.
func (c RESTConfig) String() string {
	return fmt.Sprintf("cleo REST mailbox of user %q at %q", c.Username, redacted(c.BaseURL))
}

// GoString is String: the Go syntax of a RESTConfig would show the password.
func (c RESTConfig) GoString() string { return c.String() }

// Format prints String whatever the verb, so that not even %d or %x reaches the password.
func (c RESTConfig) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, c.String()) }

// LogValue logs the address and the user only.
func (c RESTConfig) LogValue() slog.Value {
	return slog.GroupValue(slog.String("address", redacted(c.BaseURL)), slog.String("user", c.Username))
}

// redacted hides a password inside an address.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(no URL)"
	}
	return u.Redacted()
}

// REST is a Mailbox and a Directory on Cleo's REST API. It is safe for use by many goroutines, which share its token and its
// connections.
type REST struct {
	base     *url.URL
	paths    Paths
	pageSize int
	http     *http.Client
	tokens   TokenSource
	observe  Observer
	now      func() time.Time
}

var (
	_ Mailbox   = (*REST)(nil)
	_ Directory = (*REST)(nil)
)

// NewREST makes a mailbox. It opens no connection.
func NewREST(config RESTConfig) (*REST, error) {
	base, err := parseBase(config.BaseURL)
	if err != nil {
		return nil, err
	}
	if config.Tokens == nil && (config.Username == "" || config.Password == "") {
		return nil, errors.New("the user name or the password of the Cleo account is missing")
	}
	config = config.withDefaults(base)
	if err := checkHost(base, config.AllowedHosts); err != nil {
		return nil, fmt.Errorf("the address of Cleo: %w; add it to the allowed hosts if it is Cleo's", err)
	}
	if !strings.Contains(config.Paths.Files, "{folder}") {
		return nil, fmt.Errorf("the path of files %q does not say where {folder} goes", config.Paths.Files)
	}
	m := &REST{
		base:     base,
		paths:    config.Paths,
		pageSize: config.PageSize,
		http:     newHTTPClient(config.Transport, config.AllowedHosts, config.UserAgent, config.MaxBody, config.Timeout),
		tokens:   config.Tokens,
		observe:  config.Observer,
		now:      config.Now,
	}
	if m.tokens == nil {
		login := &passwordLogin{address: m.address(config.Paths.Login), username: config.Username, password: config.Password,
			lockout: config.Lockout, http: m.http, observe: m.observe, now: m.now}
		if config.Share != nil {
			m.tokens = config.Share(login.fetch)
		} else {
			m.tokens = &sharedToken{fetch: login.fetch, now: m.now}
		}
	}
	return m, nil
}

// parseBase reads the base address.
func parseBase(address string) (*url.URL, error) {
	base, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" {
		return nil, fmt.Errorf("the address of Cleo %q must look like https://host/path, without user, password and query", redacted(address))
	}
	return base, nil
}

// withDefaults fills the fields that were left out.
func (c RESTConfig) withDefaults(base *url.URL) RESTConfig {
	defaults := DefaultPaths()
	c.Paths.Login = cmp.Or(c.Paths.Login, defaults.Login)
	c.Paths.Files = cmp.Or(c.Paths.Files, defaults.Files)
	c.Paths.Partners = cmp.Or(c.Paths.Partners, defaults.Partners)
	c.PageSize = cmp.Or(c.PageSize, 100)
	c.UserAgent = cmp.Or(c.UserAgent, "tradewind")
	c.Timeout = cmp.Or(c.Timeout, 75*time.Second)
	c.MaxBody = cmp.Or(c.MaxBody, 32<<20)
	c.Lockout = cmp.Or(c.Lockout, 15*time.Minute)
	hosts := []string{hostPort(base)}
	if len(c.AllowedHosts) > 0 {
		hosts = nil
	}
	for _, host := range c.AllowedHosts {
		hosts = append(hosts, strings.ToLower(host))
	}
	c.AllowedHosts = hosts
	if c.Transport == nil {
		c.Transport = defaultTransport()
	}
	if c.Observer == nil {
		c.Observer = func(context.Context, Call) {}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// address is a path below the base address.
func (m *REST) address(path string) string {
	return m.base.String() + "/" + strings.TrimLeft(path, "/")
}

// CloseIdleConnections ends connections that no call uses, when a mailbox is replaced by one with other credentials.
func (m *REST) CloseIdleConnections() { m.http.CloseIdleConnections() }
