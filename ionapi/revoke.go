package ionapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// revokeCall names the revocation in errors and to the observer.
const revokeCall = "revoke"

// Revoke makes a token worthless: the refresh token where there is one, which ends the access token and the grant
// with it, else the access token.
func (c *Client) Revoke(ctx context.Context, token *oauth2.Token) error {
	g := c.grant
	if g.revokeURL == "" {
		return &Error{Kind: NotAvailable, Program: revokeCall, Message: `the .ionapi file names no revocation endpoint ("or")`}
	}
	form := url.Values{"token": {token.AccessToken}, "token_type_hint": {"access_token"}}
	if token.RefreshToken != "" {
		form = url.Values{"token": {token.RefreshToken}, "token_type_hint": {"refresh_token"}}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.revokeURL, strings.NewReader(form.Encode()))
	if err != nil {
		return &Error{Kind: Malformed, Program: revokeCall, Message: "the revocation endpoint is no address"}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(g.config.ClientID), url.QueryEscape(g.config.ClientSecret))
	started := g.now()
	resp, err := g.http.Do(req)
	call := Call{Operation: revokeCall, Started: started, Latency: g.now().Sub(started)}
	switch {
	case err != nil:
		call.Err = &Error{Kind: Unavailable, Program: revokeCall, Message: "the authorization server cannot be reached", Err: withoutURL(err)}
	case resp.StatusCode != http.StatusOK:
		call.Status = resp.StatusCode
		call.Err = &Error{Kind: kindOfStatus(resp.StatusCode), Program: revokeCall, Status: resp.StatusCode, Message: "the token was not revoked"}
	default:
		call.Status = resp.StatusCode
	}
	if resp != nil {
		_ = resp.Body.Close()
	}
	g.observe(ctx, call)
	return call.Err
}
