package ionapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// answer is the body of the v2 API (BulkResponse of its Swagger document; the spelling is the server's). A single GET
// may put its error at the top level instead, so the error fields exist on both levels.
type answer struct {
	answerError
	Results              *list[answerResult] `json:"results"`
	WasTerminated        flag                `json:"wasTerminated"`
	TerminationReason    lenient             `json:"terminationReason"`
	TerminationErrorType lenient             `json:"terminationErrorType"`
	Failed               lenient             `json:"nrOfFailedTransactions"`
}

// answerResult is the outcome of one transaction.
type answerResult struct {
	answerError
	Transaction  lenient      `json:"transaction"`
	Records      list[Record] `json:"records"`
	NotProcessed flag         `json:"notProcessed"`
}

// answerError is how a failed transaction shows; all its fields are absent on success.
type answerError struct {
	Message lenient `json:"errorMessage"`
	Code    lenient `json:"errorCode"`
	Field   lenient `json:"errorField"`
	Type    lenient `json:"errorType"`
}

// fault gives M3's complaint with its padding removed, and whether there is one.
func (e answerError) fault() (fault, bool) {
	f := fault{
		errorType: strings.TrimSpace(string(e.Type)),
		code:      strings.TrimSpace(string(e.Code)),
		field:     strings.TrimSpace(string(e.Field)),
		message:   string(e.Message),
	}
	return f, f.errorType != "" || f.code != "" || strings.TrimSpace(f.message) != ""
}

// errNotM3 is the cause when a body is not an answer of the v2 API. Its text is not shown: bodies stay out of errors.
var errNotM3 = errors.New("the answer is not one of M3's REST API v2")

// decode reads the body of an answer with status 200 or 400.
func (x *exchange) decode(status int, body []byte) (*answer, *Error) {
	a := new(answer)
	if err := json.Unmarshal(body, a); err != nil {
		return nil, x.notUnderstood(status)
	}
	if f, failed := a.fault(); failed {
		return nil, x.refused(f, x.transaction, status)
	}
	if a.WasTerminated && (a.Results == nil || len(*a.Results) == 0) {
		return nil, x.terminated(a, status)
	}
	if a.Results == nil || !a.explains(status) {
		return nil, x.notUnderstood(status)
	}
	return a, nil
}

// explains says whether the results tell of every failure that the status or the counter announce: a failure that
// cannot be placed must not pass as success.
func (a *answer) explains(status int) bool {
	failures, _ := strconv.Atoi(string(a.Failed))
	if status == http.StatusOK && failures == 0 || bool(a.WasTerminated) {
		return true
	}
	return slices.ContainsFunc(*a.Results, func(r answerResult) bool {
		_, failed := r.fault()
		return failed || bool(r.NotProcessed)
	})
}

// notUnderstood is the error of a body that says nothing to us. Some tenants answer an unknown program or transaction
// by a bare 400; after a write with status 200 the outcome is open.
func (x *exchange) notUnderstood(status int) *Error {
	e := x.fail(Malformed, "the call is refused", errNotM3)
	e.Status = status
	switch {
	case status == http.StatusBadRequest:
		e.Kind, e.Message, e.Err = NotAvailable, "the call is refused without a reason; the program or transaction may not exist here", nil
	case x.writes:
		e.Kind, e.Message = OutcomeUnknown, "the outcome cannot be read"
	default:
		e.Message = "the records cannot be read"
	}
	return e
}

// refused makes the error of a transaction that M3 refuses.
func (x *exchange) refused(f fault, transaction string, status int) *Error {
	kind := f.kind()
	if kind == Unavailable {
		kind = x.uncertain()
	}
	return &Error{Kind: kind, Program: x.program, Transaction: transaction, Code: f.code, Field: f.field, Message: f.text(), Status: status}
}

// terminated makes the error of a request that M3 gave up as a whole. Only a reason that stops a request before its
// first transaction is taken as such; after any other the transactions without a result are uncertain.
func (x *exchange) terminated(a *answer, status int) *Error {
	f := fault{errorType: strings.TrimSpace(string(a.TerminationErrorType)), message: string(a.TerminationReason)}
	e := x.refused(f, x.transaction, status)
	switch {
	case e.Kind == NotAvailable || e.Kind == NotPermitted:
	case f.errorType == "MandatoryInputFieldNotFound" || f.errorType == "InputFieldTooLong":
	default:
		e.Kind = x.uncertain()
	}
	return e
}
