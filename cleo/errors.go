package cleo

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Kind sorts errors by what the caller has to decide.
type Kind string

// The kinds of errors, each with the decision that it asks for.
const (
	NotFound       Kind = "not found"       // there is no such folder, file or partner: correct the name, or go on without it
	Conflict       Kind = "conflict"        // the name is taken: compare what is stored there
	NotPermitted   Kind = "not permitted"   // the account may not do this: change its privileges at Cleo
	InvalidInput   Kind = "invalid input"   // Cleo refuses the request: correct the name or the content
	RateLimited    Kind = "rate limited"    // come back after RetryAfter
	Unauthorized   Kind = "unauthorized"    // the credentials are refused: stop, and correct them
	Unavailable    Kind = "unavailable"     // nothing was changed: try again later
	OutcomeUnknown Kind = "outcome unknown" // a write may or may not have happened: look before writing again
	Malformed      Kind = "malformed"       // the answer is not understood: check what answers there
)

// cures says, per kind, what to do; it ends every error text.
var cures = map[Kind]string{
	NotFound:       "check the name of the folder or file",
	Conflict:       "compare what is stored under this name",
	NotPermitted:   "give the account this privilege at Cleo",
	InvalidInput:   "correct the name or the content",
	RateLimited:    "wait before the next call",
	Unauthorized:   "check the user name and the password",
	Unavailable:    "try again later",
	OutcomeUnknown: "look in the folder whether it happened before doing it again",
	Malformed:      "check that the address and the paths are those of Cleo's REST API",
}

// partnerCures stand in place of the cures that speak of files.
var partnerCures = map[Kind]string{
	NotFound:       "read the list of partners again",
	Conflict:       "give one of the two another alias",
	InvalidInput:   "correct the partner's data",
	OutcomeUnknown: "look at the partner whether it happened before doing it again",
}

// cure says what to do about the error.
func (e *Error) cure() string {
	if cure, ok := partnerCures[e.Kind]; ok && strings.HasPrefix(e.Operation, "partners ") {
		return cure
	}
	return cures[e.Kind]
}

// Error is a failed call. It never holds a token, a password or a body.
type Error struct {
	Kind       Kind          // what the caller has to decide
	Operation  string        // as Call has it, with the folder and file or the partner it was about
	Status     int           // HTTP status, 0 when there was no answer
	Message    string        // what happened, in one line
	RetryAfter time.Duration // when to come back, 0 when not told
	Err        error         // the cause below HTTP, where there is one
}

// Error is one sentence: where, what (with the status), and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("cleo " + e.Operation + ": ")
	if e.Message == "" {
		b.WriteString(string(e.Kind))
	}
	b.WriteString(e.Message)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Status >= 300 {
		b.WriteString(" (HTTP " + strconv.Itoa(e.Status) + ")")
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, "; come back in %s", e.RetryAfter)
	} else if cure := e.cure(); cure != "" {
		b.WriteString("; " + cure)
	}
	return b.String()
}

// Unwrap gives the cause, so that a cancelled context can be recognised.
func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of err, and "" for nil and for errors that are not from this package.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) && e != nil {
		return e.Kind
	}
	return ""
}

// kindOfStatus sorts an HTTP status. Cleo documents 201, 200, 204 and 409; the others are those of the contract.
func kindOfStatus(status int) Kind {
	switch {
	case status == http.StatusUnauthorized:
		return Unauthorized
	case status == http.StatusForbidden:
		return NotPermitted
	case status == http.StatusNotFound || status == http.StatusGone:
		return NotFound
	case status == http.StatusConflict:
		return Conflict
	case status == http.StatusTooManyRequests:
		return RateLimited
	case status == http.StatusRequestTimeout || status >= 500:
		return Unavailable
	case status < 400:
		return Malformed
	}
	return InvalidInput
}

const (
	maxMessage   = 200      // characters of Cleo's message that an error shows
	maxErrorBody = 64 << 10 // bytes; what is longer is no error message
)

// serverMessage reads {"message": …} from the body of an error, the only property that Cleo's own clients read. A
// server that echoes the token must not bring it into our errors.
func serverMessage(body []byte, secret string) string {
	var content struct {
		Message lenient `json:"message"`
	}
	if len(body) > maxErrorBody || json.Unmarshal(body, &content) != nil {
		return ""
	}
	message := string(content.Message)
	if secret != "" {
		message = strings.ReplaceAll(message, secret, "…")
	}
	return shorten(message)
}

// shorten trims a foreign text to one line of bounded length.
func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage-1]) + "…"
	}
	return text
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
