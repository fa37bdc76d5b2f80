package cleo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// errTooLarge says that an answer is longer than the client's limit.
var errTooLarge = errors.New("the answer is larger than the limit")

// errNotAllowed says that a request or a redirect would leave the allowed hosts or go in the clear.
var errNotAllowed = errors.New("the address is not allowed")

// defaultTransport gives each client a connection pool of its own. The dial time-out lies far below the call's, so that
// an address that does not answer is known as "never sent".
func defaultTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     30 * time.Second,
		MaxIdleConnsPerHost: 16,
		ForceAttemptHTTP2:   true,
	}
}

// newHTTPClient builds the only HTTP client of the package. It follows redirects of reads, each checked by the guard,
// and never those of a POST or a DELETE: they would repeat a write or a password elsewhere.
func newHTTPClient(next http.RoundTripper, hosts []string, userAgent string, maxBody int64, timeout time.Duration) *http.Client {
	return &http.Client{
		Transport: &guard{next: next, hosts: hosts, userAgent: userAgent, maxBody: maxBody},
		Timeout:   timeout,
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if via[0].Method != http.MethodGet || len(via) > 5 {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
}

// guard is what every request passes, redirects and token calls included: it refuses foreign hosts and hands the
// body over whole and limited, so that a cut answer is an error of the call and not of a reader further up.
type guard struct {
	next      http.RoundTripper
	hosts     []string
	userAgent string
	maxBody   int64
}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := checkHost(req.URL, g.hosts); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", g.userAgent)
	resp, err := g.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := readBody(resp, g.maxBody)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// CloseIdleConnections passes http.Client's call of that name on.
func (g *guard) CloseIdleConnections() {
	if pool, ok := g.next.(interface{ CloseIdleConnections() }); ok {
		pool.CloseIdleConnections()
	}
}

// readBody reads an answer through the limit and checks it against the announced length.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("the answer was cut: %w", err)
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("%w of %d bytes", errTooLarge, limit)
	}
	if resp.ContentLength > int64(len(body)) {
		return nil, fmt.Errorf("the answer was cut: %w", io.ErrUnexpectedEOF)
	}
	return body, nil
}

// checkHost accepts a URL whose scheme is secure and whose host is listed; an entry without a port stands for all ports.
func checkHost(u *url.URL, hosts []string) error {
	if err := secureURL(u); err != nil {
		return fmt.Errorf("%w: %w", errNotAllowed, err)
	}
	if slices.Contains(hosts, strings.ToLower(u.Hostname())) || slices.Contains(hosts, hostPort(u)) {
		return nil
	}
	return fmt.Errorf("%w: host %q is not among the allowed ones", errNotAllowed, u.Host)
}

// secureURL accepts https, and plain http to loopback addresses only.
func secureURL(u *url.URL) error {
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("the scheme must be https (plain http is for loopback addresses only), not %q", u.Scheme)
}

// isLoopback says whether a host name is this machine.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// hostPort is the host with its port, the scheme's own where none is written.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// connection watches whether a request got hold of a connection. A request that asked for one and never got it was
// certainly not sent; that proof turns an unknown outcome of a write into a harmless failure.
type connection struct{ asked, got atomic.Bool }

// watch adds the connection's hooks to ctx.
func (c *connection) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { c.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { c.got.Store(true) },
	})
}

// neverSent says that the request certainly stayed here.
func (c *connection) neverSent() bool { return c.asked.Load() && !c.got.Load() }

// newRequest builds a request that net/http can never send twice when it has a body: without GetBody and without an
// Idempotency-Key a POST is not replayable, neither on a cut reused connection nor over a redirect.
func newRequest(ctx context.Context, method, address, contentType string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil || body == nil {
		return req, err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.ContentLength = int64(len(body))
	req.Header.Set("Content-Type", contentType)
	return req, nil
}

// withoutURL takes the request's address, and with it names of files, out of a transport error.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// digest is the SHA-256 of data in hex.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
