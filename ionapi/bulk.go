package ionapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// MaxTransactions is the most that one POST carries. No server limit is published; public bulk loaders send 100 to 150
// (inforion: 100), and the gateway's 60 s is what really ends a larger one.
const MaxTransactions = 100

// Transaction is one MI transaction of a bulk request.
type Transaction struct {
	Name    string   `json:"transaction"`
	Input   Record   `json:"record"`                    // MI input fields by name
	Columns []string `json:"selectedColumns,omitempty"` // output fields to return; none means all
}

// BulkRequest is any number of transactions of one program.
type BulkRequest struct {
	Program            string
	Company            Company
	Transactions       []Transaction
	MaxReturnedRecords int  // most records per transaction; 0 is unlimited
	Writes             bool // at least one transaction changes M3: lost answers are OutcomeUnknown
}

// Result is the outcome of one transaction: its records, or why it failed.
type Result struct {
	Records []Record
	Err     *Error // nil on success
}

// List gives the records of a list transaction: M3's "record does not exist" (XRE0103) is an empty list.
func (r Result) List() ([]Record, *Error) {
	if r.Err != nil && r.Err.Code == codeNoRecord {
		return nil, nil
	}
	return r.Records, r.Err
}

// bulkBody is the JSON form of one POST.
type bulkBody struct {
	Program            string        `json:"program"`
	CONO               int           `json:"cono"`
	DIVI               string        `json:"divi"`
	ExcludeEmptyValues bool          `json:"excludeEmptyValues"`
	RightTrim          bool          `json:"rightTrim"`
	MaxReturnedRecords int           `json:"maxReturnedRecords"`
	Transactions       []Transaction `json:"transactions"`
}

// Bulk runs transactions in as few POSTs as possible, one after the other. The results stand in the order of the
// transactions; each transaction succeeds or fails alone. An error means that a POST failed as a whole: the results,
// still one for each transaction, then tell which were done, which failed with it, and which were never sent.
func (c *Client) Bulk(ctx context.Context, r BulkRequest) ([]Result, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	results := make([]Result, len(r.Transactions))
	for start := 0; start < len(results); start += MaxTransactions {
		end := min(start+MaxTransactions, len(results))
		if err := c.post(ctx, r, r.Transactions[start:end], results[start:end]); err != nil {
			notSent := r.exchange(0).fail(Unavailable, "not sent, because an earlier part of the request failed", nil)
			fillMissing(results[end:], notSent)
			return results, err
		}
	}
	return results, nil
}

// check refuses a request that must not be sent.
func (r BulkRequest) check() error {
	x := r.exchange(0)
	names := []string{r.Program}
	for _, t := range r.Transactions {
		names = append(append(names, t.Name), t.Columns...)
	}
	for _, name := range names {
		if !miName.MatchString(name) {
			return x.fail(InvalidInput, "not sent: "+strconv.Quote(name)+" is no name of a program, transaction or field", nil)
		}
	}
	return r.Company.check(x)
}

// exchange describes one POST of the request.
func (r BulkRequest) exchange(transactions int) *exchange {
	return &exchange{program: r.Program, transaction: "bulk", transactions: transactions, method: http.MethodPost, writes: r.Writes}
}

// post sends at most MaxTransactions and fills their results.
func (c *Client) post(ctx context.Context, r BulkRequest, transactions []Transaction, results []Result) error {
	x := r.exchange(len(transactions))
	body, err := r.encode(transactions)
	if err != nil {
		return x.fail(InvalidInput, "no request can be made of the input", err)
	}
	x.address, x.body = c.base+"?"+r.query(), body
	x.understand = func(status int, body []byte) error {
		return x.align(status, body, transactions, results)
	}
	if err := c.run(ctx, x); err != nil {
		fillMissing(results, err)
		return err
	}
	return nil
}

// encode builds the body of one POST.
func (r BulkRequest) encode(transactions []Transaction) ([]byte, error) {
	body := bulkBody{
		Program: r.Program, CONO: r.Company.CONO, DIVI: r.Company.DIVI,
		ExcludeEmptyValues: true, RightTrim: true, MaxReturnedRecords: r.MaxReturnedRecords,
		Transactions: make([]Transaction, len(transactions)),
	}
	for i, t := range transactions {
		if t.Input == nil {
			t.Input = Record{}
		}
		body.Transactions[i] = t
	}
	return json.Marshal(body)
}

// query repeats the settings of the body on the address, the only place that takes the date format.
func (r BulkRequest) query() string {
	query := url.Values{}
	for _, p := range callContext(r.Company, r.MaxReturnedRecords) {
		query.Set(p.name, p.value)
	}
	return query.Encode()
}

// fillMissing gives err to every result that has neither records nor an error yet.
func fillMissing(results []Result, err error) {
	failure := asError(err)
	if failure == nil { // a token source of somebody else
		failure = &Error{Kind: Unavailable, Program: tokenCall, Message: "no token", Err: err}
	}
	for i := range results {
		if results[i].Records == nil && results[i].Err == nil {
			results[i].Err = failure
		}
	}
}

// align reads the answer of one POST into the results of its transactions, by position.
func (x *exchange) align(status int, body []byte, transactions []Transaction, results []Result) error {
	a, failure := x.decode(status, body)
	if failure != nil {
		return failure
	}
	if len(*a.Results) > len(transactions) {
		e := x.fail(Malformed, fmt.Sprintf("%d results came back for %d transactions", len(*a.Results), len(transactions)), nil)
		if x.writes {
			e.Kind = OutcomeUnknown
		}
		return e
	}
	for i := range results {
		if i < len(*a.Results) {
			results[i] = x.result((*a.Results)[i], transactions[i], status)
		} else if !a.WasTerminated {
			results[i].Err = x.lost(transactions[i], "no result came back")
		}
	}
	if a.WasTerminated {
		return x.terminated(a, status)
	}
	return nil
}

// result reads the outcome of one transaction. A result that names another transaction is not ours.
func (x *exchange) result(r answerResult, t Transaction, status int) Result {
	if name := strings.TrimSpace(string(r.Transaction)); name != "" && name != t.Name {
		return Result{Err: x.lost(t, fmt.Sprintf("the result of %q came back in its place", oneLine(name)))}
	}
	if f, failed := r.fault(); failed {
		return Result{Err: x.refused(f, t.Name, status)}
	}
	if r.NotProcessed {
		return Result{Err: x.lost(t, "M3 did not process the transaction")}
	}
	if r.Records == nil {
		r.Records = list[Record]{}
	}
	return Result{Records: r.Records}
}

// lost is the error of a transaction whose outcome the answer does not tell.
func (x *exchange) lost(t Transaction, message string) *Error {
	return &Error{Kind: x.uncertain(), Program: x.program, Transaction: t.Name, Message: message}
}
