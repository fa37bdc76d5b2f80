package cleo

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUploadSendsTheBytes(t *testing.T) {
	t.Parallel()
	content := []byte("ISA*00*~")
	m, h := setup(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		assert.Equal(t, content, body)
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, testFiles+"out%2Fedi/files", r.URL.EscapedPath())
		assert.Equal(t, url.Values{"name": {"po 1&2.edi"}}, r.URL.Query())
		assert.Equal(t, "application/edi-x12", r.Header.Get("Content-Type"))
		assert.Equal(t, int64(len(content)), r.ContentLength)
		assert.NotContains(t, r.Header, "Idempotency-Key")
		respond(w, http.StatusCreated, fileJSON("out/edi", "f1", "po 1&2-1.edi"))
	})
	stored, err := m.Upload(t.Context(), "out/edi", "po 1&2.edi", content)
	require.NoError(t, err)
	assert.Equal(t, "po 1&2-1.edi", stored.Name, "the hub may rename")
	assert.Equal(t, "out/edi", stored.Folder)
	call := h.observed()[1]
	assert.Equal(t, "upload", call.Operation)
	assert.Equal(t, digest(content), call.RequestSHA256)
}

// redirect sends the caller to the same address again.
func redirect(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), status) }
}

func TestUploadSortsErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files http.HandlerFunc
		want  Kind
	}{
		{"a taken name", always(409, `{"message":"exists"}`), Conflict},
		{"an unknown folder", always(404, ``), NotFound},
		{"a bad name", always(400, ``), InvalidInput},
		{"a file that is too large", always(413, ``), InvalidInput},
		{"a folder that is read only", always(403, ``), NotPermitted},
		{"too many calls", always(429, ``), RateLimited},
		{"a failing hub", always(500, ``), OutcomeUnknown},
		{"a busy hub", always(503, ``), OutcomeUnknown},
		{"a slow hub", always(504, ``), OutcomeUnknown},
		{"a request time-out", always(408, ``), OutcomeUnknown},
		{"a redirect", redirect(http.StatusTemporaryRedirect), OutcomeUnknown},
		{"a redirect to a page", redirect(http.StatusFound), OutcomeUnknown},
		{"a cut connection", func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }, OutcomeUnknown},
		{"an answer that is no file", always(201, `stored`), OutcomeUnknown},
		{"an answer without a name", always(201, `{"id":"f1"}`), OutcomeUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var uploads atomic.Int64
			m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
				uploads.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				test.files(w, r)
			})
			stored, err := m.Upload(t.Context(), "out", "po.edi", []byte("ISA"))
			assert.Contains(t, requireError(t, err, test.want).Error(), `"po.edi" in "out"`)
			assert.Equal(t, File{}, stored)
			assert.EqualValues(t, 1, uploads.Load())
		})
	}
}

// The upload is stored and then the reused connection is cut: net/http must not send it again, and the caller must
// learn that nobody knows.
func TestUploadIsNeverSentTwice(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var peers []string
	var stored [][]byte
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		peers = append(peers, r.RemoteAddr)
		if r.Method == http.MethodGet {
			emptyFolder(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		stored = append(stored, body)
		hangUp(w)
	})
	require.NoError(t, ask(t, m))
	_, err := m.Upload(t.Context(), "out", "po.edi", bytes.Repeat([]byte("x"), 100_000))
	requireError(t, err, OutcomeUnknown)
	mu.Lock()
	defer mu.Unlock()
	assert.Len(t, stored, 1)
	require.Len(t, peers, 2)
	assert.Equal(t, peers[0], peers[1], "the connection was reused")
}

func TestUploadThatFindsNoServerChangedNothing(t *testing.T) {
	t.Parallel()
	m, h := setup(t, emptyFolder)
	require.NoError(t, ask(t, m))
	h.Close()
	m.CloseIdleConnections()
	_, err := m.Upload(t.Context(), "out", "po.edi", []byte("ISA"))
	requireError(t, err, Unavailable)
}

func TestUploadCutByItsContextIsUnknown(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	m, _ := setup(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	_, err := m.Upload(ctx, "out", "po.edi", []byte("ISA"))
	requireError(t, err, OutcomeUnknown)
	require.ErrorIs(t, err, context.Canceled)
}

func TestUploadIsRepeatedAfterARefusedToken(t *testing.T) {
	t.Parallel()
	var stored [][]byte
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") == "Bearer token-1" {
			respond(w, http.StatusUnauthorized, "")
			return
		}
		stored = append(stored, body)
		respond(w, http.StatusCreated, fileJSON("out", "f1", "po.edi"))
	})
	file, err := m.Upload(t.Context(), "out", "po.edi", []byte("ISA"))
	require.NoError(t, err)
	assert.Equal(t, oneFile, file)
	assert.Equal(t, [][]byte{[]byte("ISA")}, stored)
}

func TestNamesAreCheckedBeforeSending(t *testing.T) {
	t.Parallel()
	m, h := setup(t, always(http.StatusCreated, fileJSON("out", "f1", "po.edi")))
	for _, name := range []string{"", ".", "..", "a/b", `a\b`, "a\nb", "a\x00b", "a\xffb", strings.Repeat("x", 256)} {
		_, err := m.Upload(t.Context(), "out", name, []byte("ISA"))
		assert.Contains(t, requireError(t, err, InvalidInput).Error(), "not sent", "%q", name)
	}
	for _, folder := range []string{"", ".", "..", "a\nb"} {
		_, err := m.Upload(t.Context(), folder, "po.edi", []byte("ISA"))
		requireError(t, err, InvalidInput)
		_, err = m.List(t.Context(), folder)
		requireError(t, err, InvalidInput)
	}
	assert.Empty(t, h.observed())
	for _, name := range []string{"po.edi", "..x", "Bestellung ä.edi", strings.Repeat("x", 255)} {
		_, err := m.Upload(t.Context(), "out", name, []byte("ISA"))
		assert.NoError(t, err, name)
	}
}

func TestDeleteRemovesAFile(t *testing.T) {
	t.Parallel()
	var deleted []string
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodDelete, r.Method)
		if deleted = append(deleted, r.URL.Path); len(deleted) == 1 {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		respond(w, http.StatusNotFound, "")
	})
	require.NoError(t, m.Delete(t.Context(), oneFile))
	requireError(t, m.Delete(t.Context(), oneFile), NotFound)
	assert.Equal(t, []string{oneFile.SelfHref, oneFile.SelfHref}, deleted)
}

func TestDeleteIsNotRedirected(t *testing.T) {
	t.Parallel()
	var deletes atomic.Int64
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		deletes.Add(1)
		redirect(http.StatusTemporaryRedirect)(w, r)
	})
	requireError(t, m.Delete(t.Context(), oneFile), OutcomeUnknown)
	assert.EqualValues(t, 1, deletes.Load())
}

func TestDeleteWithoutAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	var deletes atomic.Int64
	m, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			emptyFolder(w, r)
			return
		}
		deletes.Add(1)
		hangUp(w)
	})
	require.NoError(t, ask(t, m))
	requireError(t, m.Delete(t.Context(), oneFile), OutcomeUnknown)
	assert.EqualValues(t, 1, deletes.Load())
}
