package ionapi

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Kind sorts errors by what the caller has to decide.
type Kind string

// The kinds of errors, each with the decision that it asks for.
const (
	RecordMissing  Kind = "record missing"  // M3 has no such record: go on without it, or correct the key
	Locked         Kind = "record locked"   // somebody holds the record: try again soon
	Conflict       Kind = "conflict"        // somebody changed the record since it was read: read it again, and decide anew
	NotPermitted   Kind = "not permitted"   // the service user may not do this: change the authority in M3
	InvalidInput   Kind = "invalid input"   // M3 refuses the data: correct the named field
	NotAvailable   Kind = "not available"   // the tenant has no such program or transaction: configure another one
	RateLimited    Kind = "rate limited"    // come back after RetryAfter
	Unauthorized   Kind = "unauthorized"    // the credentials are refused: stop, and correct them
	Unavailable    Kind = "unavailable"     // nothing was changed: try again later
	OutcomeUnknown Kind = "outcome unknown" // a write may or may not have happened: look before writing again
	Malformed      Kind = "malformed"       // the answer is not understood: check what answers there
)

// cures says, per kind, what to do; it ends every error text.
var cures = map[Kind]string{
	RecordMissing:  "check the key",
	Locked:         "another user holds the record; try again later",
	Conflict:       "read the record again before changing it",
	NotPermitted:   "give the service user this authority in M3",
	InvalidInput:   "correct the value and run it again",
	NotAvailable:   "name a program and transaction that this tenant offers",
	RateLimited:    "wait before the next call",
	Unauthorized:   "check that the .ionapi file is a current Backend Service download and that its service account is active",
	Unavailable:    "try again later",
	OutcomeUnknown: "look in M3 whether it happened before sending it again",
	Malformed:      "check that the address is this tenant's ION API gateway and that the program is the one meant",
}

// Error is a failed call or transaction. It never holds a token, a secret or a body.
type Error struct {
	Kind        Kind          // what the caller has to decide
	Program     string        // MI program, or "token" for the authorization server
	Transaction string        // MI transaction, or "bulk" for a whole POST
	Code        string        // M3 message id such as WSU0103, where M3 gave one
	Field       string        // input field that M3 refuses, where M3 named one
	Message     string        // what happened, in one line
	Status      int           // HTTP status, 0 when there was no answer
	RetryAfter  time.Duration // when to come back, 0 when not told
	Err         error         // the cause below HTTP, where there is one
}

// Error is one sentence: where, what (with the code, field and status), and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(operation(e.Program, e.Transaction) + ": ")
	if e.Message == "" {
		b.WriteString(string(e.Kind))
	}
	b.WriteString(e.Message)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if details := e.details(); details != "" {
		b.WriteString(" (" + details + ")")
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, "; come back in %s", e.RetryAfter)
	} else if cure := cures[e.Kind]; cure != "" {
		b.WriteString("; " + cure)
	}
	return b.String()
}

// details are the codes that come after the plain words.
func (e *Error) details() string {
	var parts []string
	if e.Code != "" {
		parts = append(parts, e.Code)
	}
	if e.Field != "" {
		parts = append(parts, "field "+e.Field)
	}
	if e.Status >= 300 {
		parts = append(parts, "HTTP "+strconv.Itoa(e.Status))
	}
	return strings.Join(parts, ", ")
}

// Unwrap gives the cause, so that a cancelled context can be recognised.
func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of err, and "" for nil and for errors that are not from this package.
func KindOf(err error) Kind {
	if e := asError(err); e != nil {
		return e.Kind
	}
	return ""
}

// asError finds the *Error in err, or nil.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) && e != nil {
		return e
	}
	return nil
}

// operation names a call in error texts and to the observer: "EXPORTMI/Select", or "token".
func operation(program, transaction string) string {
	if transaction == "" {
		return program
	}
	return program + "/" + transaction
}

// codeNoRecord is M3's answer "record does not exist", which a list without records gives too.
const codeNoRecord = "XRE0103"

// recordChanged and recordDeleted are what M3 answers to a change of a record that somebody else was quicker with.
const (
	recordChanged = "XUP0001"
	recordDeleted = "XDE0001"
)

// takenKey matches W<field>04, M3's "… already exists" of a key field, such as WSU0104.
var takenKey = regexp.MustCompile(`^W[A-Z0-9]{4}04$`)

// AlreadyExists says whether M3 refused to add a record because it has one of that key.
func AlreadyExists(err error) bool {
	e := asError(err)
	return e != nil && (e.Code == recordExists || takenKey.MatchString(e.Code))
}

// missingKey matches W<field>03, M3's "… does not exist" of a key field, such as WSU0103 and WPN0103.
var missingKey = regexp.MustCompile(`^W[A-Z0-9]{4}03$`)

// fault is how M3 says that a transaction or a request failed.
type fault struct {
	errorType, code, field, message string
}

// kind turns M3's words into the caller's decision. Message texts come in the user's language, so codes and error types
// decide; only a locked EXPORTMI is known by its text alone, "Not allowed".
func (f fault) kind() Kind {
	switch {
	case f.code == codeNoRecord || f.code == recordDeleted || missingKey.MatchString(f.code):
		return RecordMissing
	case f.code == recordChanged:
		return Conflict
	case f.code == "XO_1130":
		return Locked
	case f.code == "XAU0008" || f.code == "" && strings.Contains(strings.ToLower(f.message), "not allowed"):
		return NotPermitted
	case strings.HasSuffix(f.errorType, "TransactionNotFound"), strings.HasSuffix(f.errorType, "ProgramNotFound"):
		return NotAvailable
	case strings.Contains(strings.ToLower(f.errorType), "timeout"):
		return Unavailable
	}
	return InvalidInput
}

// text is the message without its padding and without the code and field that M3 appends to it.
func (f fault) text() string {
	text := f.message
	if f.code != "" {
		text = strings.ReplaceAll(text, f.code, "  ")
	}
	text = strings.TrimSpace(text)
	if rest, cut := strings.CutSuffix(text, f.field); cut && (rest == "" || strings.HasSuffix(rest, "  ")) {
		text = rest
	}
	text = oneLine(text)
	if text == "" {
		text = strings.TrimSpace("refused by M3 " + f.errorType)
	}
	return text
}

// maxMessage is a little above the 240 characters that an MI program can give.
const maxMessage = 300

// oneLine trims a foreign text to one line of bounded length.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage]) + "…"
	}
	return text
}

// kindOfStatus sorts an HTTP status that came without M3's own words. The gateway's statuses are documented by Infor
// (API gateway administration guide): 401 token, 404 path, 405 method, 429 quota, 504 after 60 s without an answer.
func kindOfStatus(status int) Kind {
	switch {
	case status == http.StatusUnauthorized:
		return Unauthorized
	case status == http.StatusForbidden:
		return NotPermitted
	case status == http.StatusTooManyRequests:
		return RateLimited
	case status == http.StatusRequestTimeout || status >= 500:
		return Unavailable
	case status >= 300 && status < 400:
		return Malformed
	case status == http.StatusRequestEntityTooLarge || status == http.StatusRequestURITooLong:
		return InvalidInput
	}
	return NotAvailable
}

// retryAfter reads the header of that name, in seconds or as an HTTP date; 0 when absent, past or not understood.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(max(seconds, 0)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0).Round(time.Second)
	}
	return 0
}
