package ionapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// exchange is one request to M3 and how to understand its answer.
type exchange struct {
	program      string
	transaction  string // "bulk" for a POST of many
	transactions int
	method       string
	address      string
	body         []byte // nil for a GET
	writes       bool
	// understand reads an answer of M3, of status 200 or 400.
	understand func(status int, body []byte) error
}

// reply is what came back: a body, or the reason why there is none.
type reply struct {
	status int
	header http.Header
	body   []byte
	err    *Error
}

// run sends the exchange, and once more with a new token when the gateway refuses the first one. A 401 comes before
// the gateway passes anything on, so that even a write can be repeated.
func (c *Client) run(ctx context.Context, x *exchange) error {
	token, err := c.tokens.Token(ctx)
	if err != nil {
		return err
	}
	err = c.once(ctx, x, token)
	if KindOf(err) != Unauthorized {
		return err
	}
	c.tokens.Invalidate(token)
	if token, err = c.tokens.Token(ctx); err != nil {
		return err
	}
	return c.once(ctx, x, token)
}

// once sends the exchange with a token and tells the observer.
func (c *Client) once(ctx context.Context, x *exchange, token *oauth2.Token) error {
	started := c.now()
	got := c.send(ctx, x, token)
	err := c.judge(x, got)
	call := Call{
		Operation: operation(x.program, x.transaction), Transactions: x.transactions,
		Started: started, Latency: c.now().Sub(started), Status: got.status,
		RequestSHA256: x.digest(), Err: err,
	}
	if got.err == nil {
		call.ResponseSHA256 = digest(got.body)
	}
	c.observe(ctx, call)
	return err
}

// digest identifies the request: by its body, or by the address of a GET.
func (x *exchange) digest() string {
	if x.body != nil {
		return digest(x.body)
	}
	return digest([]byte(x.address))
}

// send is the HTTP round trip.
func (c *Client) send(ctx context.Context, x *exchange, token *oauth2.Token) reply {
	var conn connection
	req, err := newRequest(conn.watch(ctx), x.method, x.address, x.body)
	if err != nil {
		return reply{err: x.fail(InvalidInput, "no request can be made of the input", withoutURL(err))}
	}
	req.Header.Set("Accept", "application/json")
	token.SetAuthHeader(req)
	resp, err := c.http.Do(req)
	if err != nil {
		return reply{err: x.transportError(withoutURL(err), conn.neverSent())}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body) // the guard has limited it
	if err != nil {
		return reply{status: resp.StatusCode, err: x.transportError(err, false)}
	}
	return reply{status: resp.StatusCode, header: resp.Header, body: body}
}

// judge turns a reply into an error, or leaves the records where the exchange wants them.
func (c *Client) judge(x *exchange, got reply) error {
	if got.err != nil {
		return got.err
	}
	if got.status == http.StatusOK || got.status == http.StatusBadRequest {
		return x.understand(got.status, got.body)
	}
	return x.statusError(got, c.now())
}

// fail makes an error of this exchange.
func (x *exchange) fail(kind Kind, message string, cause error) *Error {
	return &Error{Kind: kind, Program: x.program, Transaction: x.transaction, Message: message, Err: cause}
}

// uncertain is the kind of a failure after which nobody knows how far M3 came.
func (x *exchange) uncertain() Kind {
	if x.writes {
		return OutcomeUnknown
	}
	return Unavailable
}

// transportError sorts a round trip without an answer. A request that got no connection, or that the guard kept back,
// has certainly changed nothing.
func (x *exchange) transportError(err error, neverSent bool) *Error {
	switch {
	case neverSent:
		return x.fail(Unavailable, "the gateway cannot be reached", err)
	case errors.Is(err, errNotAllowed):
		return x.fail(Malformed, "a redirect was not followed", err)
	case errors.Is(err, errTooLarge) && !x.writes:
		return x.fail(Malformed, "read less at once, or raise the limit", err)
	}
	return x.fail(x.uncertain(), "the answer was lost", err)
}

// statusError sorts an answer that is not M3's own.
func (x *exchange) statusError(got reply, now time.Time) *Error {
	kind := kindOfStatus(got.status)
	if x.writes && (kind == Unavailable || got.status < 400) {
		kind = OutcomeUnknown
	}
	e := x.fail(kind, statusMessage(kind, got.status), nil)
	e.Status, e.RetryAfter = got.status, retryAfter(got.header, now)
	return e
}

// statusMessage says in plain words what a status of the gateway means.
func statusMessage(kind Kind, status int) string {
	switch {
	case status == http.StatusGatewayTimeout:
		return "M3 did not answer within the gateway's time"
	case status >= 500:
		return "the gateway failed"
	case kind == Unauthorized:
		return "the gateway refuses the token"
	case kind == RateLimited:
		return "the quota of the gateway is used up"
	case kind == NotPermitted:
		return "the gateway does not let this app call M3"
	case kind == NotAvailable:
		return "the gateway does not know this address"
	}
	return "the gateway gave an answer that M3 does not give: " + strings.ToLower(http.StatusText(status))
}
