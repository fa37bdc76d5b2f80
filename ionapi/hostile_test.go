package ionapi

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hostile makes a client of a server that answers the token call as it likes.
func hostile(t *testing.T, server *httptest.Server, opts ...Option) *Client {
	t.Helper()
	file, err := ParseFile("acme.ionapi", fmt.Appendf(nil, `{"ti":"ACME_TST","cn":"x","dt":"12","ci":"id","cs":"secret","iu":%q,"pu":%q,
		"oa":"a","ot":"token","or":"r","ev":"U","v":"1.0","saak":"key","sask":"hidden"}`, server.URL, server.URL+"/as/"))
	require.NoError(t, err)
	c, err := New(file, opts...)
	require.NoError(t, err)
	return c
}

func TestASelfSignedCertificateIsRefused(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	err := hostile(t, server).CheckToken(t.Context())
	require.Equal(t, Unavailable, KindOf(err))
	require.ErrorContains(t, err, "certificate")
	require.NotContains(t, err.Error(), "hidden")
}

func TestAHugeTokenAnswerIsCutOff(t *testing.T) {
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
	err := hostile(t, server, WithMaxBody(4<<20)).CheckToken(t.Context())
	require.Equal(t, Malformed, KindOf(err))
	server.Close() // waits for the handler
	require.Less(t, written.Load(), int64(50<<20), "the rest was not read")
}

func TestAnAnswerThatDripsEndsInTime(t *testing.T) {
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
	err := hostile(t, server, WithTimeout(300*time.Millisecond)).CheckToken(t.Context())
	require.Error(t, err)
	require.Less(t, time.Since(started), 10*time.Second)
	close(stop)
	server.Close()
}
