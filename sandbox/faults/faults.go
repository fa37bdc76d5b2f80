// Package faults decides which requests of the sandbox go wrong, and how. Rules
// are set by tests and by the demo, and every fault that fired is counted.
package faults

import (
	"math/rand/v2"
	"net/http"
	"path"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Rule makes requests go wrong.
type Rule struct {
	System    string `json:"system"`    // infor, cleo or *
	Operation string `json:"operation"` // pattern of path.Match, such as PPS200MI/*, APS450MI/AddHead or upload
	Fault     string `json:"fault"`
	// Probability is the share of matching requests; 0 means every one.
	Probability float64 `json:"probability,omitempty"`
	// Times ends the rule after so many faults; 0 never.
	Times int `json:"times,omitempty"`
	// After lets so many matching requests through first.
	After int `json:"after,omitempty"`
	// DelayMillis is how long slow and slow-after wait.
	DelayMillis int    `json:"delayMs,omitempty"`
	RetryAfter  string `json:"retryAfter,omitempty"`
	Fired       int    `json:"fired"`

	seen int
}

// Set is what PUT /_sandbox/faults replaces.
type Set struct {
	Seed  uint64 `json:"seed"`
	Rules []Rule `json:"rules"`
}

// Faults is safe for concurrent use; the zero value lets everything through.
type Faults struct {
	mu     sync.Mutex
	set    Set
	random *rand.Rand
	held   map[string]int
}

// Replace sets new rules.
func (f *Faults) Replace(s Set) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.set, f.random = s, rand.New(rand.NewPCG(s.Seed, s.Seed))
}

// Rules gives the rules with how often each fired.
func (f *Faults) Rules() Set {
	f.mu.Lock()
	defer f.mu.Unlock()
	return Set{Seed: f.set.Seed, Rules: append([]Rule{}, f.set.Rules...)}
}

// Held counts the requests that wait in slow-after now, by operation.
func (f *Faults) Held() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[string]int{}
	for name, n := range f.held {
		if n > 0 {
			out[name] = n
		}
	}
	return out
}

// Pick gives the rule that applies to a request, if any; a request may go by several names.
func (f *Faults) Pick(system string, operations ...string) (Rule, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.set.Rules {
		r := &f.set.Rules[i]
		if !r.names(operations) || (r.System != system && r.System != "*") {
			continue
		}
		r.seen++
		if r.seen <= r.After || (r.Times > 0 && r.Fired >= r.Times) || (r.Probability > 0 && f.random.Float64() >= r.Probability) {
			continue
		}
		r.Fired++
		return *r, true
	}
	return Rule{}, false
}

func (r *Rule) names(operations []string) bool {
	return r.Operation == "*" || slices.ContainsFunc(operations, func(operation string) bool {
		match, err := path.Match(r.Operation, operation)
		return match && err == nil
	})
}

func (f *Faults) hold(name string, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held == nil {
		f.held = map[string]int{}
	}
	f.held[name] += n
}

var statuses = map[string]int{"401": 401, "403": 403, "404": 404, "429": 429, "500-before": 500, "503": 503, "504-before": 504, "500-after": 500, "504-after": 504}

// Serve runs a handler under a fault: before it, after its effect, or in place
// of its answer. The message is written by refuse in the system's own form.
func (f *Faults) Serve(w http.ResponseWriter, req *http.Request, operation string, r Rule, next http.Handler, refuse func(http.ResponseWriter, int, string)) {
	pause := time.Duration(r.DelayMillis) * time.Millisecond
	switch r.Fault {
	case "401", "403", "404", "429", "500-before", "503", "504-before":
		if r.RetryAfter != "" {
			w.Header().Set("Retry-After", r.RetryAfter)
		}
		refuse(w, statuses[r.Fault], "fault "+r.Fault)
	case "500-after", "504-after":
		next.ServeHTTP(discard{http.Header{}}, req)
		refuse(w, statuses[r.Fault], "fault "+r.Fault)
	case "cut-before":
		panic(http.ErrAbortHandler)
	case "cut-after":
		next.ServeHTTP(discard{http.Header{}}, req)
		panic(http.ErrAbortHandler)
	case "cut-middle", "short":
		recorded := &recorder{discard: discard{http.Header{}}}
		next.ServeHTTP(recorded, req)
		whole := len(recorded.body)
		recorded.body = recorded.body[:whole/2]
		if r.Fault == "cut-middle" {
			recorded.header.Set("Content-Length", strconv.Itoa(whole))
		}
		recorded.replay(w)
		if r.Fault == "cut-middle" {
			panic(http.ErrAbortHandler)
		}
	case "slow":
		wait(req, pause)
		next.ServeHTTP(w, req)
	case "slow-after":
		recorded := &recorder{discard: discard{http.Header{}}}
		next.ServeHTTP(recorded, req)
		f.hold(operation, 1)
		wait(req, pause)
		f.hold(operation, -1)
		recorded.replay(w)
	default:
		next.ServeHTTP(w, req)
	}
}

func wait(req *http.Request, pause time.Duration) {
	select {
	case <-req.Context().Done():
	case <-time.After(pause):
	}
}

// discard takes an answer that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// recorder keeps an answer until it may be given.
type recorder struct {
	discard
	status int
	body   []byte
}

func (r *recorder) Write(b []byte) (int, error) { r.body = append(r.body, b...); return len(b), nil }
func (r *recorder) WriteHeader(status int)      { r.status = status }

func (r *recorder) replay(w http.ResponseWriter) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	if r.status != 0 {
		w.WriteHeader(r.status)
	}
	_, _ = w.Write(r.body) // the caller may be gone
}

// Hostile is the rule set of the demo: every fault whose outcome can be looked up.
func Hostile(seed uint64) Set {
	rule := func(system, operation, fault string, probability float64) Rule {
		return Rule{System: system, Operation: operation, Fault: fault, Probability: probability, DelayMillis: 200}
	}
	limited := rule("*", "*", "429", 0.02)
	limited.RetryAfter = "1"
	return Set{Seed: seed, Rules: []Rule{
		rule("cleo", "upload", "500-after", 0.06), rule("cleo", "upload", "504-after", 0.06), rule("cleo", "upload", "cut-after", 0.06),
		rule("cleo", "upload", "collision", 0.05), rule("cleo", "upload", "rename", 0.05), rule("cleo", "upload", "consume", 0.1),
		rule("cleo", "upload", "500-before", 0.05), rule("cleo", "upload", "503", 0.05), limited, rule("*", "*", "429", 0.02),
		rule("cleo", "upload", "401", 0.03), rule("cleo", "list", "401", 0.03), rule("infor", "*/*", "401", 0.02), rule("infor", "*/bulk", "504-before", 0.1), rule("*", "*", "slow", 0.02),
		rule("infor", "APS45*/bulk", "500-after", 0.05), rule("infor", "APS45*/bulk", "504-after", 0.05), rule("infor", "APS45*/bulk", "cut-after", 0.05),
	}}
}
