package ionapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// addLines is a request of n transactions.
func addLines(n int, writes bool) BulkRequest {
	r := BulkRequest{Program: "APS450MI", Company: company, Writes: writes}
	for i := range n {
		r.Transactions = append(r.Transactions, Transaction{Name: "AddLine", Input: Record{"INBN": "7", "TRNO": strconv.Itoa(i)}})
	}
	return r
}

// echo answers a transaction with its own line number.
func echo(transaction string, input map[string]string) string {
	return fmt.Sprintf(`{"transaction":%q,"records":[{"TRNO":%q}]}`, transaction, input["TRNO"])
}

func TestBulkSendsOneBodyAsM3WantsIt(t *testing.T) {
	t.Parallel()
	var body string
	var header http.Header
	var query url.Values
	c, g := setup(t, func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		body, header, query = string(data), r.Header, r.URL.Query()
		assert.Equal(t, testExecute, r.URL.Path)
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, int64(len(data)), r.ContentLength)
		respond(w, http.StatusOK, ok(`{"records":[]},{"records":null}`))
	})
	results, err := c.Bulk(t.Context(), BulkRequest{Program: "PPS200MI", Company: company, MaxReturnedRecords: 9, Transactions: []Transaction{
		{Name: "GetHead", Input: Record{"PUNO": "1"}, Columns: []string{"PUNO"}}, {Name: "LstLine"}}})
	require.NoError(t, err)
	assert.Len(t, results, 2)
	assert.JSONEq(t, `{"program":"PPS200MI","cono":100,"divi":"AAA","excludeEmptyValues":true,"rightTrim":true,"maxReturnedRecords":9,
		"transactions":[{"transaction":"GetHead","record":{"PUNO":"1"},"selectedColumns":["PUNO"]},{"transaction":"LstLine","record":{}}]}`, body)
	assert.Equal(t, "YMD8", query.Get("dateformat"))
	assert.Equal(t, "9", query.Get("maxrecs"))
	assert.Equal(t, "application/json", header.Get("Content-Type"))
	assert.Equal(t, "tradewind", header.Get("User-Agent"))
	assert.NotContains(t, header, "Idempotency-Key")
	assert.NotContains(t, header, "X-Idempotency-Key")

	call := g.observed()[1]
	assert.Equal(t, "PPS200MI/bulk", call.Operation)
	assert.Equal(t, 2, call.Transactions)
	assert.Equal(t, digest([]byte(body)), call.RequestSHA256)
}

func TestBulkSendsAHundredTransactionsPerPost(t *testing.T) {
	t.Parallel()
	var sizes []int
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		var results []string
		for _, one := range readPost(r).Transactions {
			results = append(results, echo(one.Transaction, one.Record))
		}
		sizes = append(sizes, len(results))
		respond(w, http.StatusOK, ok(strings.Join(results, ",")))
	})
	results, err := c.Bulk(t.Context(), addLines(250, true))
	require.NoError(t, err)
	assert.Equal(t, []int{100, 100, 50}, sizes)
	require.Len(t, results, 250)
	for i, result := range results {
		require.Nil(t, result.Err)
		require.Equal(t, strconv.Itoa(i), result.Records[0].Text("TRNO"))
	}
}

func TestBulkWithoutTransactionsSendsNothing(t *testing.T) {
	t.Parallel()
	c, g := setup(t, always(http.StatusOK, ok("")))
	results, err := c.Bulk(t.Context(), addLines(0, true))
	require.NoError(t, err)
	assert.Empty(t, results)
	assert.Empty(t, g.observed())
}

func TestBulkKeepsErrorsAtTheirPlace(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		c, _ := setup(t, always(status, `{"results":[{"transaction":"AddLine","records":[{"TRNO":"0"}]},
			{"transaction":"AddLine","errorMessage":"Numeric error   XNU0000NLAM","errorCode":"XNU0000","errorField":"NLAM","errorType":"ServerReturnedNOK"},
			{"transaction":"AddLine"}],"nrOfFailedTransactions":1}`))
		results, err := c.Bulk(t.Context(), addLines(3, true))
		require.NoError(t, err)
		assert.Nil(t, results[0].Err)
		assert.Equal(t, Error{Kind: InvalidInput, Program: "APS450MI", Transaction: "AddLine", Code: "XNU0000", Field: "NLAM",
			Message: "Numeric error", Status: status}, *results[1].Err)
		assert.Nil(t, results[2].Err)
		assert.Empty(t, results[2].Records)
	}
}

func TestBulkTellsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, says string }{
		{"a missing result", ok(`{"transaction":"AddLine","records":[]}`), "no result came back"},
		{"a transaction not processed", ok(`{"transaction":"AddLine","records":[]},{"transaction":"AddLine","notProcessed":true}`), "did not process"},
		{"the result of another transaction", ok(`{"transaction":"AddLine","records":[]},{"transaction":"AddHead","records":[]}`), `"AddHead"`},
	}
	for _, test := range tests {
		for _, writes := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, writes %v", test.name, writes), func(t *testing.T) {
				t.Parallel()
				c, _ := setup(t, always(http.StatusOK, test.body))
				results, err := c.Bulk(t.Context(), addLines(2, writes))
				require.NoError(t, err)
				assert.Nil(t, results[0].Err)
				assert.Contains(t, requireError(t, results[1].Err, uncertainKind(writes)).Message, test.says)
			})
		}
	}
}

// uncertainKind is what a lost answer means.
func uncertainKind(writes bool) Kind {
	if writes {
		return OutcomeUnknown
	}
	return Unavailable
}

func TestBulkSortsFailedPosts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		execute     http.HandlerFunc
		read, write Kind
	}{
		{"a failing gateway", always(500, ""), Unavailable, OutcomeUnknown},
		{"a busy gateway", always(503, ""), Unavailable, OutcomeUnknown},
		{"a slow M3", always(504, ""), Unavailable, OutcomeUnknown},
		{"a request time-out", always(408, ""), Unavailable, OutcomeUnknown},
		{"a cut connection", func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }, Unavailable, OutcomeUnknown},
		{"a cut answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			respond(w, http.StatusOK, `{"results":[`)
		}, Unavailable, OutcomeUnknown},
		{"an answer that is too long", always(200, strings.Repeat(" ", 5000)), Malformed, OutcomeUnknown},
		{"an answer that cannot be read", always(200, "<html>"), Malformed, OutcomeUnknown},
		{"more results than transactions", always(200, ok(`{},{},{}`)), Malformed, OutcomeUnknown},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, testExecute, http.StatusTemporaryRedirect)
		}, Malformed, OutcomeUnknown},
		{"a request terminated under way", always(200, `{"results":[],"wasTerminated":true,"terminationReason":"ended"}`), Unavailable, OutcomeUnknown},
		{"a locked down program", always(403, ""), NotPermitted, NotPermitted},
		{"an unknown program", always(200, `{"wasTerminated":true,"terminationErrorType":"ProgramNotFound"}`), NotAvailable, NotAvailable},
		{"a bare 400", always(400, ""), NotAvailable, NotAvailable},
		{"a used up quota", always(429, ""), RateLimited, RateLimited},
		{"a refused token", always(401, ""), Unauthorized, Unauthorized},
	}
	for _, test := range tests {
		for _, writes := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, writes %v", test.name, writes), func(t *testing.T) {
				t.Parallel()
				c, _ := setup(t, test.execute, WithMaxBody(4000))
				want := test.read
				if writes {
					want = test.write
				}
				results, err := c.Bulk(t.Context(), addLines(2, writes))
				requireError(t, err, want)
				require.Len(t, results, 2)
				for _, result := range results {
					requireError(t, result.Err, want)
				}
			})
		}
	}
}

func TestBulkStopsAfterAFailedPost(t *testing.T) {
	t.Parallel()
	var posts atomic.Int64
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if posts.Add(1) == 2 {
			respond(w, http.StatusGatewayTimeout, "")
			return
		}
		eachTransaction(echo)(w, r)
	})
	results, err := c.Bulk(t.Context(), addLines(250, true))
	requireError(t, err, OutcomeUnknown)
	assert.EqualValues(t, 2, posts.Load())
	require.Len(t, results, 250)
	assert.Nil(t, results[99].Err)
	requireError(t, results[100].Err, OutcomeUnknown)
	requireError(t, results[199].Err, OutcomeUnknown)
	assert.Contains(t, requireError(t, results[200].Err, Unavailable).Message, "not sent")
}

func TestBulkKeepsResultsBeforeATermination(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, always(http.StatusOK, `{"results":[{"transaction":"AddLine","records":[]}],"wasTerminated":true,"terminationReason":"ended"}`))
	results, err := c.Bulk(t.Context(), addLines(2, true))
	requireError(t, err, OutcomeUnknown)
	assert.Nil(t, results[0].Err)
	requireError(t, results[1].Err, OutcomeUnknown)
}

func TestBulkRefusesACallWithoutCompany(t *testing.T) {
	t.Parallel()
	c, g := setup(t, always(http.StatusOK, ok("")))
	r := addLines(1, true)
	r.Company = Company{CONO: 100}
	_, err := c.Bulk(t.Context(), r)
	requireError(t, err, InvalidInput)
	assert.Empty(t, g.observed())
}

// A write is committed and then the reused connection is cut: net/http must not send it again, and the caller must
// learn that nobody knows.
func TestBulkNeverSendsAWriteTwice(t *testing.T) {
	t.Parallel()
	var commits atomic.Int64
	var mu sync.Mutex
	var peers []string
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		peers = append(peers, r.RemoteAddr)
		mu.Unlock()
		if r.Method == http.MethodGet {
			respond(w, http.StatusOK, timeAnswer)
			return
		}
		_ = readPost(r)
		commits.Add(1)
		hangUp(w)
	})
	require.NoError(t, ask(t, c))
	results, err := c.Bulk(t.Context(), addLines(1, true))
	requireError(t, err, OutcomeUnknown)
	requireError(t, results[0].Err, OutcomeUnknown)
	assert.EqualValues(t, 1, commits.Load())
	require.Len(t, peers, 2)
	assert.Equal(t, peers[0], peers[1], "the connection was reused")
}

func TestBulkThatFindsNoServerChangedNothing(t *testing.T) {
	t.Parallel()
	c, g := setup(t, always(http.StatusOK, timeAnswer))
	require.NoError(t, ask(t, c))
	g.Close()
	c.CloseIdleConnections()
	_, err := c.Bulk(t.Context(), addLines(1, true))
	assert.Contains(t, requireError(t, err, Unavailable).Error(), "cannot be reached")
}

func TestBulkCutByItsContextIsUnknown(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	c, _ := setup(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	_, err := c.Bulk(ctx, addLines(1, true))
	requireError(t, err, OutcomeUnknown)
	require.ErrorIs(t, err, context.Canceled)
}

func TestWriteIsRepeatedAfterARefusedToken(t *testing.T) {
	t.Parallel()
	var commits atomic.Int64
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer token-1" {
			respond(w, http.StatusUnauthorized, "")
			return
		}
		commits.Add(1)
		eachTransaction(echo)(w, r)
	})
	results, err := c.Bulk(t.Context(), addLines(1, true))
	require.NoError(t, err)
	assert.Equal(t, "0", results[0].Records[0].Text("TRNO"), "the body travels the second time as well")
	assert.EqualValues(t, 1, commits.Load())
}

func TestRedirectsStayOnAllowedHosts(t *testing.T) {
	t.Parallel()
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		assert.Fail(t, "the foreign host was called")
	}))
	t.Cleanup(foreign.Close)
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "GetServerTime"):
			http.Redirect(w, r, foreign.URL, http.StatusFound)
		case strings.Contains(r.URL.Path, "GetUserInfo"):
			http.Redirect(w, r, "http://example.com/", http.StatusFound)
		case strings.Contains(r.URL.Path, "moved"):
			assert.Equal(t, "Bearer token-1", r.Header.Get("Authorization"))
			respond(w, http.StatusOK, ok(`{"records":[{"ALPG":"1"}]}`))
		default:
			http.Redirect(w, r, testExecute+"/moved", http.StatusFound)
		}
	})
	assert.Contains(t, requireError(t, ask(t, c), Malformed).Error(), "redirect")
	_, err := c.General("GENERAL").UserInfo(t.Context())
	assert.Contains(t, requireError(t, err, Malformed).Error(), "redirect")
	allowed, err := c.Authority("AUTCHKMI").Allowed(t.Context(), company, "PPS200")
	require.NoError(t, err)
	assert.True(t, allowed)
}
