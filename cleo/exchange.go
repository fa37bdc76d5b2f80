package cleo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

// exchange is one request to Cleo and how to understand its answer.
type exchange struct {
	operation   string // "list", "download", "upload" or "delete"
	subject     string // the folder and file it is about, for error texts
	method      string
	address     string
	contentType string
	body        []byte // nil for none
	writes      bool
	// understand reads the body of an answer of status 2xx.
	understand func(body []byte) error
}

// reply is what came back: a body, or the reason why there is none.
type reply struct {
	status int
	header http.Header
	body   []byte
	err    *Error
}

// run sends the exchange, and once more with a new token when Cleo refuses the first one. A 401 means that nothing was
// done, so that even a write can be repeated.
func (m *REST) run(ctx context.Context, x *exchange) error {
	token, err := m.tokens.Token(ctx)
	if err != nil {
		return err
	}
	err = m.once(ctx, x, token)
	if KindOf(err) != Unauthorized {
		return err
	}
	m.tokens.Invalidate(token)
	if token, err = m.tokens.Token(ctx); err != nil {
		return err
	}
	return m.once(ctx, x, token)
}

// once sends the exchange with a token and tells the observer.
func (m *REST) once(ctx context.Context, x *exchange, token *oauth2.Token) error {
	started := m.now()
	got := m.send(ctx, x, token)
	err := m.judge(x, got, token)
	call := Call{
		Operation: x.operation, Transactions: 1, Started: started, Latency: m.now().Sub(started), Status: got.status,
		RequestSHA256: x.digest(), Err: err,
	}
	if got.err == nil {
		call.ResponseSHA256 = digest(got.body)
	}
	m.observe(ctx, call)
	return err
}

// digest identifies the request: by its body, or by its address when it has none.
func (x *exchange) digest() string {
	if x.body != nil {
		return digest(x.body)
	}
	return digest([]byte(x.address))
}

// send is the HTTP round trip.
func (m *REST) send(ctx context.Context, x *exchange, token *oauth2.Token) reply {
	var conn connection
	req, err := newRequest(conn.watch(ctx), x.method, x.address, x.contentType, x.body)
	if err != nil {
		return reply{err: x.fail(InvalidInput, "no request can be made of the input", withoutURL(err))}
	}
	token.SetAuthHeader(req)
	resp, err := m.http.Do(req)
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

// judge turns a reply into an error, or leaves its content where the exchange wants it.
func (m *REST) judge(x *exchange, got reply, token *oauth2.Token) error {
	if got.err != nil {
		return got.err
	}
	if got.status >= 200 && got.status < 300 {
		return x.understand(got.body)
	}
	return x.statusError(got, token.AccessToken, m.now())
}

// fail makes an error of this exchange.
func (x *exchange) fail(kind Kind, message string, cause error) *Error {
	return &Error{Kind: kind, Operation: x.operation + " of " + x.subject, Message: message, Err: cause}
}

// uncertain is the kind of a failure after which nobody knows how far Cleo came.
func (x *exchange) uncertain() Kind {
	if x.writes {
		return OutcomeUnknown
	}
	return Unavailable
}

// notUnderstood is the error of an answer of status 2xx that says nothing to us. Its text stays out of the error.
func (x *exchange) notUnderstood(message string) *Error {
	if x.writes {
		return x.fail(OutcomeUnknown, message, nil)
	}
	return x.fail(Malformed, message, nil)
}

// transportError sorts a round trip without an answer. A request that got no connection, or that the guard kept back,
// has certainly changed nothing.
func (x *exchange) transportError(err error, neverSent bool) *Error {
	switch {
	case neverSent:
		return x.fail(Unavailable, "cleo cannot be reached", err)
	case errors.Is(err, errNotAllowed):
		return x.fail(Malformed, "a redirect was not followed", err)
	case errors.Is(err, errTooLarge) && !x.writes:
		return x.fail(Malformed, "raise the limit for files of this size", err)
	}
	return x.fail(x.uncertain(), "the answer was lost", err)
}

// statusError sorts an answer that is not a success. Cleo's own message is shown where there is one.
func (x *exchange) statusError(got reply, secret string, now time.Time) *Error {
	kind := kindOfStatus(got.status)
	if x.writes && (kind == Unavailable || kind == Malformed) {
		kind = OutcomeUnknown
	}
	message := fmt.Sprintf("cleo answers %q", http.StatusText(got.status))
	if said := serverMessage(got.body, secret); said != "" {
		message = fmt.Sprintf("cleo says %q", said)
	}
	e := x.fail(kind, message, nil)
	e.Status, e.RetryAfter = got.status, retryAfter(got.header, now)
	return e
}
