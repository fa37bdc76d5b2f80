package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/converter"
)

// Endpoint is the HTTP address of a process: health, metrics, and the codec by which the
// Web UI and the temporal command line read what is sealed.
type Endpoint struct {
	// URL is its base address.
	URL string

	app      *App
	server   *http.Server
	loopback bool
	origins  atomic.Pointer[[]string]
}

// CodecURL is what --codec-endpoint takes.
func (e *Endpoint) CodecURL() string { return e.URL + "/codec" }

// AllowOrigins replaces the origins of the Web UI that may use the codec.
func (e *Endpoint) AllowOrigins(origins ...string) { e.origins.Store(&origins) }

// Serve opens the endpoint. Beyond loopback the codec needs a token, because it opens
// what everything else keeps sealed, and so do the metrics.
func (a *App) Serve(ctx context.Context, address string) (*Endpoint, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the HTTP address %s cannot be opened; set TRADEWIND_HTTP_ADDR to another one, or to off: %w", address, err)
	}
	e := &Endpoint{app: a, URL: "http://" + listener.Addr().String(), loopback: listener.Addr().(*net.TCPAddr).IP.IsLoopback()}
	e.AllowOrigins(a.env.UIOrigins...)
	if !e.loopback && a.env.HTTPToken == "" {
		return nil, errors.Join(fmt.Errorf("TRADEWIND_HTTP_ADDR %s is not a loopback address: TRADEWIND_HTTP_TOKEN must guard the codec there", address), listener.Close())
	}
	e.server = &http.Server{Handler: e.handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
	go func() { _ = e.server.Serve(listener) }() // ends with Close
	return e, nil
}

// Close ends the endpoint.
func (e *Endpoint) Close() error { return e.server.Close() }

func (e *Endpoint) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, req *http.Request) {
		if err := e.app.Ledger.Ping(req.Context()); err != nil {
			http.Error(w, "the ledger does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	codec := http.MaxBytesHandler(converter.NewPayloadCodecHTTPHandler(e.app.Vault.Codec()), 64<<20)
	mux.Handle("/codec/", e.guard("the codec", codec))
	mux.Handle("GET /metrics", e.guard("the metrics", e.app.metrics()))
	mux.HandleFunc("GET /codec/login", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(loginPage)) // the caller may be gone
	})
	mux.HandleFunc("POST /codec/login", e.login)
	return mux
}

const loginPage = `<!doctype html><title>Tradewind codec</title><form method="post"><label>Token of the codec <input name="token" type="password" autofocus></label> <button>Log in</button></form>`

// cookieName is the cookie of a browser that has shown the token: the Web UI sends
// it along, but can send no header of ours.
const cookieName = "tradewind-codec"

// login gives a browser that knows the token its cookie.
func (e *Endpoint) login(w http.ResponseWriter, req *http.Request) {
	if !e.correct(http.MaxBytesReader(w, req.Body, 4096), req) {
		http.Error(w, "this is not the token", http.StatusUnauthorized)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: e.cookie(), Path: "/codec", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: 12 * 3600,
		Secure: req.TLS != nil || req.Header.Get("X-Forwarded-Proto") == "https"})
	fmt.Fprintln(w, "The Web UI can read what is sealed now.")
}

// correct compares the form's token with ours.
func (e *Endpoint) correct(body io.ReadCloser, req *http.Request) bool {
	req.Body = body
	given, want := req.PostFormValue("token"), e.app.env.HTTPToken.Reveal()
	return want != "" && subtle.ConstantTimeCompare([]byte(given), []byte(want)) == 1
}

// cookie is made of the token, and ends with it.
func (e *Endpoint) cookie() string {
	mac := hmac.New(sha256.New, []byte(e.app.env.HTTPToken.Reveal()))
	mac.Write([]byte(cookieName))
	return hex.EncodeToString(mac.Sum(nil))
}

// guard lets only those in who may read: a page of the Web UI, or a command on this
// machine; elsewhere, who has the token.
func (e *Endpoint) guard(what string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		origin := req.Header.Get("Origin")
		if origin != "" {
			if !slices.Contains(*e.origins.Load(), origin) {
				http.Error(w, "this origin may not use "+what+"; see TRADEWIND_UI_ORIGINS", http.StatusForbidden)
				return
			}
			header := w.Header()
			header.Set("Access-Control-Allow-Origin", origin)
			header.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
			header.Set("Access-Control-Allow-Headers", "Content-Type, X-Namespace, Authorization")
			header.Set("Access-Control-Allow-Credentials", "true")
			header.Add("Vary", "Origin")
		}
		switch {
		case req.Method == http.MethodOptions:
			w.WriteHeader(http.StatusNoContent)
		case !e.local(req) && !e.authorised(req):
			http.Error(w, "the token of TRADEWIND_HTTP_TOKEN guards "+what, http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, req)
		}
	})
}

// local says whether the request needs no token: the endpoint is bound to loopback,
// and was asked by that name, not by one that a foreign page made resolve to it.
func (e *Endpoint) local(req *http.Request) bool {
	host, _, err := net.SplitHostPort(req.Host)
	if err != nil {
		host = req.Host
	}
	ip := net.ParseIP(host)
	return e.loopback && e.app.env.HTTPToken == "" && (host == "localhost" || ip != nil && ip.IsLoopback())
}

func (e *Endpoint) authorised(req *http.Request) bool {
	token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	want := e.app.env.HTTPToken.Reveal()
	if cookie, err := req.Cookie(cookieName); err == nil && want != "" && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(e.cookie())) == 1 {
		return true
	}
	return ok && want != "" && subtle.ConstantTimeCompare([]byte(token), []byte(want)) == 1
}
