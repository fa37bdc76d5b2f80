package ionapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// Client calls the M3 of one tenant as one service account. It is safe for use by many goroutines, which share its
// token and its connections.
type Client struct {
	base    string // {iu}/{ti}/M3/m3api-rest/v2/execute
	http    *http.Client
	tokens  TokenSource
	grant   *passwordGrant
	observe Observer
	now     func() time.Time
}

// Call is one HTTP request as the observer sees it, the repetition after a 401 and token calls included.
type Call struct {
	Operation      string        // "EXPORTMI/Select", "PPS200MI/bulk" or "token"
	Transactions   int           // MI transactions in the request; 0 for a token
	Started        time.Time     // when the request was sent
	Latency        time.Duration // until its answer was read
	Status         int           // HTTP status, 0 when there was no answer
	RequestSHA256  string        // hex, of the POST body or of the GET's address; empty for a token
	ResponseSHA256 string        // hex, of the answer's body; empty for a token and when there was no answer
	Err            error         // an *Error when the request failed as a whole
}

// Observer is told of every HTTP request after its answer was understood. It runs on the caller's goroutine.
type Observer func(ctx context.Context, call Call)

// Company is the company and division that a call runs in. Without them M3 would take the defaults of the service
// user, which for a write means posting to the wrong company.
type Company struct {
	CONO int    // company number, 1 to 999
	DIVI string // division
}

// String is the company as operators write it: 100-AAA.
func (c Company) String() string { return fmt.Sprintf("%d-%s", c.CONO, c.DIVI) }

// settings collects the options of New.
type settings struct {
	transport http.RoundTripper
	hosts     []string
	userAgent string
	suite     string
	style     oauth2.AuthStyle
	timeout   time.Duration
	maxBody   int64
	observe   Observer
	now       func() time.Time
	tokens    TokenSource
	share     func(fetch Fetch) TokenSource
}

// Option changes one setting of a Client.
type Option func(*settings)

// WithTransport sets the HTTP transport; the default is one with a connection pool of its own.
func WithTransport(transport http.RoundTripper) Option {
	return func(s *settings) { s.transport = transport }
}

// WithAllowedHosts names the only hosts that may be called, as "host" (any port) or "host:port". The default is the
// hosts of the file's iu and pu.
func WithAllowedHosts(hosts ...string) Option {
	return func(s *settings) {
		s.hosts = nil
		for _, host := range hosts {
			s.hosts = append(s.hosts, strings.ToLower(host))
		}
	}
}

// WithUserAgent sets the User-Agent header; the default is "tradewind".
func WithUserAgent(userAgent string) Option {
	return func(s *settings) { s.userAgent = userAgent }
}

// WithSuite sets the ION suite context of M3, which a tenant can rename; the default is "M3".
func WithSuite(suite string) Option {
	return func(s *settings) { s.suite = suite }
}

// WithBasicAuth sends the client id and secret of the token call in the Authorization header; by default they go in
// the body. Infor's servers take both.
func WithBasicAuth() Option {
	return func(s *settings) { s.style = oauth2.AuthStyleInHeader }
}

// WithTimeout limits one HTTP request including its answer. The default of 75 s outlasts the gateway's own 60 s, so
// that a slow call ends with the gateway's 504 and not with our guess.
func WithTimeout(timeout time.Duration) Option {
	return func(s *settings) { s.timeout = timeout }
}

// WithMaxBody limits an answer in bytes; the default is 32 MiB.
func WithMaxBody(bytes int64) Option {
	return func(s *settings) { s.maxBody = bytes }
}

// WithObserver sets the function that is told of every HTTP request.
func WithObserver(observe Observer) Option {
	return func(s *settings) { s.observe = observe }
}

// WithNow sets the clock of token expiry, latencies and Retry-After dates; the default is time.Now.
func WithNow(now func() time.Time) Option {
	return func(s *settings) { s.now = now }
}

// WithTokenSource replaces the client's own token, for processes that share one.
func WithTokenSource(tokens TokenSource) Option {
	return func(s *settings) { s.tokens = tokens }
}

// Fetch takes a token from the authorization server; previous is the one it follows, nil at first.
type Fetch func(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error)

// WithSharedTokens lets a source that several processes share keep the tokens; the client only fetches them for it.
func WithSharedTokens(share func(fetch Fetch) TokenSource) Option {
	return func(s *settings) { s.share = share }
}

// New makes a client for the tenant of file. It opens no connection.
func New(file *File, opts ...Option) (*Client, error) {
	gateway, authorization, err := file.addresses()
	if err != nil {
		return nil, err
	}
	s := settings{
		hosts:     []string{hostPort(gateway), hostPort(authorization)},
		userAgent: "tradewind",
		suite:     "M3",
		style:     oauth2.AuthStyleInParams,
		timeout:   75 * time.Second,
		maxBody:   32 << 20,
		observe:   func(context.Context, Call) {},
		now:       time.Now,
	}
	for _, opt := range opts {
		opt(&s)
	}
	for _, u := range []*url.URL{gateway, authorization} {
		if err := checkHost(u, s.hosts); err != nil {
			return nil, fmt.Errorf("the .ionapi file of tenant %q: %w; add it to the allowed hosts if it is Infor's", file.Tenant, err)
		}
	}
	return s.client(file), nil
}

// addresses parses the file's two base addresses.
func (f *File) addresses() (gateway, authorization *url.URL, err error) {
	if gateway, err = url.Parse(f.Gateway); err != nil {
		return nil, nil, fmt.Errorf(`"iu" of the .ionapi file is no URL: %w`, err)
	}
	if authorization, err = url.Parse(f.Authorization); err != nil {
		return nil, nil, fmt.Errorf(`"pu" of the .ionapi file is no URL: %w`, err)
	}
	return gateway, authorization, nil
}

// client puts the settings together.
func (s settings) client(file *File) *Client {
	if s.transport == nil {
		s.transport = defaultTransport()
	}
	c := &Client{
		base:    file.ExecuteURL(s.suite),
		http:    newHTTPClient(s.transport, s.hosts, s.userAgent, s.maxBody, s.timeout),
		tokens:  s.tokens,
		observe: s.observe,
		now:     s.now,
	}
	c.grant = newPasswordGrant(file, s.style, c.http, s.observe, s.now)
	switch {
	case c.tokens != nil:
	case s.share != nil:
		c.tokens = s.share(c.grant.fetch)
	default:
		c.tokens = &sharedToken{fetch: c.grant.fetch, now: s.now}
	}
	return c
}

// CheckToken proves that the credentials work: it takes a token, from the authorization server when none is at hand.
func (c *Client) CheckToken(ctx context.Context) error {
	_, err := c.tokens.Token(ctx)
	return err
}

// CloseIdleConnections ends connections that no call uses, when a client is replaced by one with other credentials.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }
