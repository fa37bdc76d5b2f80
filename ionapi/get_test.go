package ionapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// supplier is the query of most tests.
var supplier = Query{Program: "CRS620MI", Transaction: "GetBasicData", Company: company, Input: Record{"SUNO": "A&B 1"}}

func TestGetStatesItsContextInBothSpellings(t *testing.T) {
	t.Parallel()
	var path string
	var query url.Values
	c, g := setup(t, func(w http.ResponseWriter, r *http.Request) {
		path, query = r.URL.EscapedPath(), r.URL.Query()
		respond(w, http.StatusOK, ok(`{"transaction":"GetBasicData","records":[{"SUNO":"A&B 1","SUNM":"Acme  "}]}`))
	})
	q := supplier
	q.MaxRecords, q.Columns = 500, []string{"SUNO", "SUNM"}
	records, err := c.Get(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, "Acme", records[0].Text("SUNM"))

	assert.Equal(t, testExecute+"/CRS620MI/GetBasicData;maxrecs=500;dateformat=YMD8;excludeempty=true;righttrim=true;"+
		"extendedresult=false;cono=100;divi=AAA;returncols=SUNO%2CSUNM", path)
	assert.Equal(t, url.Values{"maxrecs": {"500"}, "dateformat": {"YMD8"}, "excludeempty": {"true"}, "righttrim": {"true"},
		"extendedresult": {"false"}, "cono": {"100"}, "divi": {"AAA"}, "returncols": {"SUNO,SUNM"}, "SUNO": {"A&B 1"}}, query)

	observed := g.observed()
	require.Len(t, observed, 2)
	call := observed[1]
	assert.Equal(t, "CRS620MI/GetBasicData", call.Operation)
	assert.Equal(t, 1, call.Transactions)
	assert.Equal(t, http.StatusOK, call.Status)
	assert.Len(t, call.RequestSHA256, 64)
	assert.Equal(t, digest([]byte(ok(`{"transaction":"GetBasicData","records":[{"SUNO":"A&B 1","SUNM":"Acme  "}]}`))), call.ResponseSHA256)
}

func TestGetUnderstandsLenientAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       []Record
	}{
		{"records", ok(`{"records":[{"SUNO":"1"},{"SUNO":"2"}]}`), []Record{{"SUNO": "1"}, {"SUNO": "2"}}},
		{"booleans and counters as strings", `{"results":[{"records":[{"SUNO":"1"}],"notProcessed":"false"}],"wasTerminated":"false","nrOfFailedTransactions":"0"}`, []Record{{"SUNO": "1"}}},
		{"values that are no strings", ok(`{"records":[{"SUNO":1,"CUAM":12.50,"FLAG":true,"NAME":null}]}`), []Record{{"SUNO": "1", "CUAM": "12.50", "FLAG": "true", "NAME": ""}}},
		{"a single record without brackets", ok(`{"records":{"SUNO":"1"}}`), []Record{{"SUNO": "1"}}},
		{"a single result without brackets", `{"results":{"records":[{"SUNO":"1"}]}}`, []Record{{"SUNO": "1"}}},
		{"records that are null", ok(`{"records":null}`), nil},
		{"no result", `{"results":[],"nrOfFailedTransactions":0}`, nil},
		{"error fields that are null or blank", ok(`{"records":[{"SUNO":"1"}],"errorMessage":null,"errorCode":"   "}`), []Record{{"SUNO": "1"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := setup(t, always(http.StatusOK, test.body))
			records, err := c.Get(t.Context(), supplier)
			require.NoError(t, err)
			assert.Equal(t, test.want, records)
		})
	}
}

func TestGetSortsErrors(t *testing.T) {
	t.Parallel()
	nok := func(message, code, field, errorType string) string {
		return `"errorMessage":"` + message + `","errorCode":"` + code + `","errorField":"` + field + `","errorType":"` + errorType + `"`
	}
	padded := nok("Supplier number 9999 does not exist                 WSU0103SUNO", "WSU0103 ", "SUNO      ", "ServerReturnedNOK")
	inside := func(fields string) string {
		return `{"results":[{"transaction":"GetBasicData",` + fields + `,"records":[]}],"wasTerminated":false,"nrOfFailedTransactions":1}`
	}
	tests := []struct {
		name   string
		status int
		body   string
		want   Error
	}{
		{"a missing record inside a 200", 200, inside(padded), Error{Kind: RecordMissing, Code: "WSU0103", Field: "SUNO", Message: "Supplier number 9999 does not exist", Status: 200}},
		{"a missing record at the top of a 400", 400, "{" + padded + "}", Error{Kind: RecordMissing, Code: "WSU0103", Field: "SUNO", Message: "Supplier number 9999 does not exist", Status: 400}},
		{"a missing record inside a 400", 400, inside(padded), Error{Kind: RecordMissing, Code: "WSU0103", Field: "SUNO", Message: "Supplier number 9999 does not exist", Status: 400}},
		{"no records", 200, inside(nok("Record does not exist", "XRE0103", "", "ServerReturnedNOK")), Error{Kind: RecordMissing, Code: "XRE0103", Message: "Record does not exist", Status: 200}},
		{"a locked record", 200, inside(nok("Please try again later", "XO_1130", "", "ServerReturnedNOK")), Error{Kind: Locked, Code: "XO_1130", Message: "Please try again later", Status: 200}},
		{"a company without authority", 200, inside(nok("Not authorized for company 100   ", "XAU0008", "CONO", "ServerReturnedNOK")), Error{Kind: NotPermitted, Code: "XAU0008", Field: "CONO", Message: "Not authorized for company 100", Status: 200}},
		{"a program that is locked down", 200, inside(nok("Not allowed", "", "", "ServerReturnedNOK")), Error{Kind: NotPermitted, Message: "Not allowed", Status: 200}},
		{"a mandatory field", 400, "{" + nok("SUNO", "", "SUNO", "MandatoryInputFieldNotFound") + "}", Error{Kind: InvalidInput, Field: "SUNO", Message: "refused by M3 MandatoryInputFieldNotFound", Status: 400}},
		{"a long field", 200, inside(nok("Field too long", "", "SUNO", "InputFieldTooLong")), Error{Kind: InvalidInput, Field: "SUNO", Message: "Field too long", Status: 200}},
		{"another refusal", 200, inside(nok("Record already exists", "XRE0104", "", "ServerReturnedNOK")), Error{Kind: InvalidInput, Code: "XRE0104", Message: "Record already exists", Status: 200}},
		{"a refusal that speaks of not allowed", 200, inside(nok("Change is not allowed", "XPO0002", "PNLI", "ServerReturnedNOK")), Error{Kind: InvalidInput, Code: "XPO0002", Field: "PNLI", Message: "Change is not allowed", Status: 200}},
		{"an unknown transaction", 200, inside(nok("Transaction not found", "", "", "TransactionNotFound")), Error{Kind: NotAvailable, Message: "Transaction not found", Status: 200}},
		{"a terminated request", 200, `{"results":[],"wasTerminated":true,"terminationReason":"No such program","terminationErrorType":"TransactionNotFound"}`, Error{Kind: NotAvailable, Message: "No such program", Status: 200}},
		{"a request terminated for another reason", 200, `{"results":[],"wasTerminated":"true","terminationReason":"Job ended","terminationErrorType":"JobFailure"}`, Error{Kind: Unavailable, Message: "Job ended", Status: 200}},
		{"a transaction not processed", 200, `{"results":[{"notProcessed":true}]}`, Error{Kind: Unavailable, Message: "M3 did not process the transaction"}},
		{"a bare 400", 400, ``, Error{Kind: NotAvailable, Message: "the call is refused without a reason; the program or transaction may not exist here", Status: 400}},
		{"a failure that is counted and not told", 200, `{"results":[{"records":[]}],"nrOfFailedTransactions":1}`, Error{Kind: Malformed, Message: "the records cannot be read", Status: 200, Err: errNotM3}},
		{"a page of HTML", 200, `<html>secret-key-of-the-test</html>`, Error{Kind: Malformed, Message: "the records cannot be read", Status: 200, Err: errNotM3}},
		{"another kind of JSON", 200, `{"data":1}`, Error{Kind: Malformed, Message: "the records cannot be read", Status: 200, Err: errNotM3}},
		{"a gateway without authority", 403, ``, Error{Kind: NotPermitted, Message: "the gateway does not let this app call M3", Status: 403}},
		{"an unknown address", 404, ``, Error{Kind: NotAvailable, Message: "the gateway does not know this address", Status: 404}},
		{"a used up quota", 429, ``, Error{Kind: RateLimited, Message: "the quota of the gateway is used up", Status: 429}},
		{"a failing gateway", 500, ``, Error{Kind: Unavailable, Message: "the gateway failed", Status: 500}},
		{"a slow M3", 504, ``, Error{Kind: Unavailable, Message: "M3 did not answer within the gateway's time", Status: 504}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := setup(t, always(test.status, test.body))
			records, err := c.Get(t.Context(), supplier)
			assert.Nil(t, records)
			e := requireError(t, err, test.want.Kind)
			test.want.Program, test.want.Transaction = "CRS620MI", "GetBasicData"
			assert.Equal(t, test.want, *e)
		})
	}
}

func TestGetReadsRetryAfter(t *testing.T) {
	t.Parallel()
	clock := newClock()
	tests := []struct {
		name, header string
		want         time.Duration
	}{
		{"in seconds", "90", 90 * time.Second},
		{"as a date", clock.now().Add(time.Minute).Format(http.TimeFormat), time.Minute},
		{"as a date in the past", clock.now().Add(-time.Minute).Format(http.TimeFormat), 0},
		{"not at all", "", 0},
		{"as something else", "soon", 0},
		{"as a negative number", "-5", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := setup(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", test.header)
				respond(w, http.StatusTooManyRequests, "")
			}, WithNow(clock.now))
			_, err := c.Get(t.Context(), supplier)
			assert.Equal(t, test.want, requireError(t, err, RateLimited).RetryAfter)
		})
	}
}

func TestGetRefusesBeforeSending(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*Query)
	}{
		{"a call without company", func(q *Query) { q.Company = Company{} }},
		{"a call without division", func(q *Query) { q.Company.DIVI = " " }},
		{"a company that is none", func(q *Query) { q.Company.CONO = 1000 }},
		{"a call without program", func(q *Query) { q.Program = "" }},
		{"a transaction that changes the path", func(q *Query) { q.Transaction = "../AddHead" }},
		{"a column that changes the path", func(q *Query) { q.Columns = []string{"SUNO;divi=BBB"} }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, g := setup(t, always(http.StatusOK, ok(`{"records":[]}`)))
			q := supplier
			test.change(&q)
			_, err := c.Get(t.Context(), q)
			assert.Contains(t, requireError(t, err, InvalidInput).Message, "not sent")
			assert.Empty(t, g.observed())
		})
	}
}

func TestListTakesRecordDoesNotExistForEmpty(t *testing.T) {
	t.Parallel()
	body := `{"results":[{"errorMessage":"Record does not exist","errorCode":"XRE0103","errorType":"ServerReturnedNOK"}]}`
	c, _ := setup(t, always(http.StatusOK, body))
	records, err := c.List(t.Context(), supplier)
	require.NoError(t, err)
	assert.Empty(t, records)

	c, _ = setup(t, always(http.StatusOK, strings.Replace(body, "XRE0103", "WSU0103", 1)))
	_, err = c.List(t.Context(), supplier)
	requireError(t, err, RecordMissing)
}

func TestGetPassesTheContextOn(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	require.NoError(t, c.CheckToken(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	_, err := c.Get(ctx, supplier)
	requireError(t, err, Unavailable)
	require.ErrorIs(t, err, context.Canceled)
}
