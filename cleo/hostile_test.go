package cleo

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hostile makes a mailbox at a server that answers the login as it likes.
func hostile(t *testing.T, server *httptest.Server, change func(*RESTConfig)) *REST {
	t.Helper()
	config := RESTConfig{BaseURL: server.URL, Username: "kim", Password: "hidden"}
	if change != nil {
		change(&config)
	}
	m, err := NewREST(config)
	require.NoError(t, err)
	return m
}

func TestASelfSignedCertificateIsRefused(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	err := hostile(t, server, nil).Ping(t.Context())
	require.Equal(t, Unavailable, KindOf(err))
	require.ErrorContains(t, err, "certificate")
	require.NotContains(t, err.Error(), "hidden")
}

func TestAHugeLoginAnswerIsCutOff(t *testing.T) {
	var written atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		block := bytes.Repeat([]byte("x"), 1<<20)
		for range 100 {
			n, err := w.Write(block)
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	}))
	err := hostile(t, server, func(c *RESTConfig) { c.MaxBody = 4 << 20 }).Ping(t.Context())
	require.Equal(t, Malformed, KindOf(err))
	server.Close() // waits for the handler
	require.Less(t, written.Load(), int64(50<<20), "the rest was not read")
}

func TestALoginAnswerThatDripsEndsInTime(t *testing.T) {
	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
				if _, err := w.Write([]byte(" ")); err != nil {
					return
				}
				w.(http.Flusher).Flush()
			}
		}
	}))
	started := time.Now()
	err := hostile(t, server, func(c *RESTConfig) { c.Timeout = 300 * time.Millisecond }).Ping(t.Context())
	require.Error(t, err)
	require.Less(t, time.Since(started), 10*time.Second)
	close(stop)
	server.Close()
}
