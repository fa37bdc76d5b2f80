package cleo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	testUser     = "svc"
	testPassword = "password-of-the-test"
	testFiles    = "/hub/api/folders/"
)

// hub is Cleo under a base path.
type hub struct {
	*httptest.Server
	logins atomic.Int64 // login requests so far; the n-th token is "token-n"
	login  func(w http.ResponseWriter, r *http.Request, n int64)
	files  http.HandlerFunc

	mu    sync.Mutex
	calls []Call
}

// newHub serves files below the base path.
func newHub(t *testing.T, files http.HandlerFunc) *hub {
	t.Helper()
	h := &hub{files: files}
	h.login = func(w http.ResponseWriter, _ *http.Request, n int64) {
		respond(w, http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","token_type":"Bearer","expires_in":3600}`, n))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hub/api/authentication", func(w http.ResponseWriter, r *http.Request) { h.login(w, r, h.logins.Add(1)) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { h.files(w, r) })
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	return h
}

// mailbox is a mailbox at the hub whose calls are kept.
func (h *hub) mailbox(t *testing.T, change ...func(*RESTConfig)) *REST {
	t.Helper()
	config := RESTConfig{BaseURL: h.URL + "/hub/", Username: testUser, Password: testPassword,
		Observer: func(_ context.Context, call Call) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.calls = append(h.calls, call)
		}}
	for _, c := range change {
		c(&config)
	}
	m, err := NewREST(config)
	require.NoError(t, err)
	t.Cleanup(m.CloseIdleConnections)
	return m
}

// observed gives the calls so far.
func (h *hub) observed() []Call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Call(nil), h.calls...)
}

// setup is a hub and a mailbox at it.
func setup(t *testing.T, files http.HandlerFunc, change ...func(*RESTConfig)) (*REST, *hub) {
	t.Helper()
	h := newHub(t, files)
	return h.mailbox(t, change...), h
}

// respond writes a JSON answer.
func respond(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// always answers every call alike.
func always(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { respond(w, status, body) }
}

// fileJSON is a file resource of the contract.
func fileJSON(folder, id, name string) string {
	self := "/hub/api/folders/" + url.PathEscape(folder) + "/files/" + id
	text, _ := json.Marshal(map[string]any{"id": id, "name": name, "size": 7, "modified": "2026-11-23T09:00:00Z",
		"_links": map[string]any{"self": map[string]string{"href": self}, "content": map[string]string{"href": self + "/content"}}})
	return string(text)
}

// oneFile is the file that fileJSON("out", "f1", "po.edi") describes.
var oneFile = File{ID: "f1", Folder: "out", Name: "po.edi", Size: 7, Modified: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
	SelfHref: "/hub/api/folders/out/files/f1", ContentHref: "/hub/api/folders/out/files/f1/content"}

// listingOf is a listing of one page.
func listingOf(files ...string) string {
	text := fmt.Sprintf(`{"totalResults":%d,"startIndex":0,"count":100,"resources":[`, len(files))
	for i, file := range files {
		if i > 0 {
			text += ","
		}
		text += file
	}
	return text + "]}"
}

// hangUp cuts the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// clock is a time that tests move.
type clock struct{ atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.Store(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.Add(int64(d)) }

// withNow sets the clock of a mailbox.
func withNow(c *clock) func(*RESTConfig) {
	return func(config *RESTConfig) { config.Now = c.now }
}

// requireError asserts the kind of err and that it shows no secret, and gives it back.
func requireError(t *testing.T, err error, kind Kind) *Error {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	requireNoSecrets(t, err.Error(), fmt.Sprintf("%v %+v %#v", err, err, err))
	require.Equal(t, kind, KindOf(err), "%v", err)
	return e
}

// requireNoSecrets asserts that no text shows a secret or a token.
func requireNoSecrets(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, secret := range []string{testPassword, "token-1", "token-2", "refresh-1"} {
			require.NotContains(t, text, secret)
		}
	}
}

// inParallel runs n goroutines to their end.
func inParallel(n int, run func()) {
	var group sync.WaitGroup
	for range n {
		group.Go(run)
	}
	group.Wait()
}
