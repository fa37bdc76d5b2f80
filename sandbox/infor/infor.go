// Package infor simulates M3 behind the ION API Gateway as far as purchase orders,
// supplier invoices and master data need it: the token endpoint, and MI transactions one by one and in bulk. Inputs
// are checked against the MI catalogue; what is refused is refused as M3 does.
package infor

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
)

// Tenant is the only tenant of the sandbox.
const Tenant = "ACME_TST"

// Credentials are what the .ionapi file of the sandbox holds.
type Credentials struct {
	ClientID, ClientSecret, AccessKey, SecretKey string
}

// M3 is the simulated system: an http.Handler that is safe for concurrent use.
type M3 struct {
	Credentials Credentials
	Faults      *faults.Faults
	// Count is told of each HTTP request: "EXPORTMI/Select", "PPS200MI/bulk", "token".
	Count func(operation string)
	// Ceiling cuts every list, as some grids do; 0 cuts nothing.
	Ceiling int
	// TokenLifetime is how long a token is good; two hours when 0.
	TokenLifetime time.Duration
	// TokenQuota is how many tokens may be taken; 0 is no limit.
	TokenQuota int
	// ValidationDelay is how long the job of ValidByBatchNo waits; 30 ms when 0.
	ValidationDelay time.Duration
	// LateDuplicates lets AddHead take a number that is posted already; then only
	// the validation finds it.
	LateDuplicates bool
	// PostedVanish hides a batch once it is posted, as some tenants do.
	PostedVanish bool
	// RefuseRevalidation lets no batch be validated again that ended at status 15 or 78.
	RefuseRevalidation bool
	// OnPremises leaves out what only the cloud has: DltInvoice, AddHeadRecode,
	// AddLineRecode, and AO01 to AO07.
	OnPremises bool
	// PayableLines lets LstVoucherLines give the supplier's line of a voucher too.
	PayableLines bool
	// QuietAddresses lets changes of addresses and references leave their supplier's LMTS and
	// LMDT alone.
	QuietAddresses bool

	mu        sync.Mutex
	denied    map[string]bool
	aliases   map[string]string
	orders    []*business.Order
	accounts  []record
	periods   map[string][]string // those that are closed, by company
	batches   map[string]*batch
	lastBatch int
	vouchers  []*voucher
	matching  Matching
	tokens    map[string]time.Time // when each ends
	issued    int

	suppliers  *register
	addresses  *register // of suppliers
	references *register // of suppliers
	customers  *register

	file    string
	journal *os.File
	kept    int64 // the bytes of the journal that count
	closed  bool
}

// Orders calls fn with the orders while nobody else changes them.
func (m *M3) Orders(fn func(orders *[]*business.Order)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fn(&m.orders)
}

// Deny names the programs that the service user may not run; none lets all run.
func (m *M3) Deny(programs ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.denied = map[string]bool{}
	for _, p := range programs {
		m.denied[p] = true
	}
}

// Tokens gives the access tokens that were issued and not revoked.
func (m *M3) Tokens() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Keys(m.tokens))
}

// Revoke makes every token worthless.
func (m *M3) Revoke() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.tokens)
}

// Expose lets programs also be called by other names: {"APS100MI": "APS450MI"}.
func (m *M3) Expose(aliases map[string]string) error {
	for alias, program := range aliases {
		if _, known := catalog[program]; !known || alias == "" {
			return fmt.Errorf("%q cannot stand for the program %q", alias, program)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.aliases = maps.Clone(aliases)
	return nil
}

// program gives the program behind a name, if it is known and permitted.
func (m *M3) program(name string) (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	program := m.behind(name)
	_, known := catalog[program]
	return program, known && !m.denied[name]
}

// behind resolves another name of a program.
func (m *M3) behind(name string) string { return cmp.Or(m.aliases[name], name) }

// ServeHTTP answers the token endpoint and the MI transactions.
func (m *M3) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if strings.HasPrefix(req.URL.Path, "/"+Tenant+"/as/") {
		m.serve(w, req, "token", "token", http.HandlerFunc(m.token))
		return
	}
	rest, ok := strings.CutPrefix(req.URL.Path, "/"+Tenant+"/M3/m3api-rest/v2/execute")
	if !ok {
		refuse(w, http.StatusNotFound, "no such tenant or API")
		return
	}
	if rest == "" || rest == "/" {
		m.bulk(w, req)
		return
	}
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	if len(parts) != 2 {
		refuse(w, http.StatusNotFound, "no such path")
		return
	}
	transaction, _, _ := strings.Cut(parts[1], ";")
	operation := parts[0] + "/" + transaction
	m.serve(w, req, operation, operation, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { m.single(w, req, parts[0], parts[1]) }))
}

// serve counts the request and runs it under the fault that its rule picks; a bulk request
// goes by the name of its first transaction too.
func (m *M3) serve(w http.ResponseWriter, req *http.Request, operation, first string, next http.Handler) {
	m.Count(operation)
	authorised := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if operation != "token" && !m.authorised(req) {
			refuse(w, http.StatusUnauthorized, "invalid or expired token")
			return
		}
		next.ServeHTTP(w, req)
	})
	if rule, hit := m.Faults.Pick("infor", operation, first); hit {
		m.Faults.Serve(w, req, first, rule, m.special(rule, first, authorised), refuse)
		return
	}
	authorised.ServeHTTP(w, req)
}

// special answers the faults that only M3 knows.
func (m *M3) special(rule faults.Rule, operation string, next http.Handler) http.Handler {
	program, transaction, _ := strings.Cut(operation, "/")
	single := func(status int, body any) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, status, body) })
	}
	failed := miError{Message: "Not allowed", Type: nok}
	switch rule.Fault {
	case "not-allowed":
		return single(http.StatusOK, reply{Results: []result{failed.result(transaction)}, Failed: 1})
	case "locked":
		return single(http.StatusOK, reply{Results: []result{miError{Message: "Please try again later", Code: "XO_1130", Type: nok}.result(transaction)}, Failed: 1})
	case "error-400":
		return single(http.StatusBadRequest, miError{Message: "Record does not exist", Code: "XRE0103", Type: nok})
	case "XRE0103":
		return single(http.StatusOK, reply{Results: []result{miError{Message: "Record does not exist", Code: "XRE0103", Type: nok}.result(transaction)}, Failed: 1})
	case "terminated":
		return single(http.StatusOK, reply{Results: []result{}, Terminated: true, Reason: "program " + program + " stopped", ErrorType: nok})
	}
	return next
}

func (m *M3) authorised(req *http.Request) bool {
	token := strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Now().Before(m.tokens[token])
}

// token serves the password grant, with the client in the body or by Basic.
func (m *M3) token(w http.ResponseWriter, req *http.Request) {
	if strings.HasSuffix(req.URL.Path, "/revoke_token.oauth2") {
		m.mu.Lock()
		delete(m.tokens, req.FormValue("token"))
		m.mu.Unlock()
		return
	}
	id, secret, basic := req.BasicAuth()
	if !basic {
		id, secret = req.PostFormValue("client_id"), req.PostFormValue("client_secret")
	}
	c := m.Credentials
	switch {
	case id != c.ClientID || secret != c.ClientSecret:
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
	case req.PostFormValue("grant_type") != "password" || req.PostFormValue("username") != c.AccessKey || req.PostFormValue("password") != c.SecretKey:
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant", "error_description": "unknown user name or bad password"})
	case !m.issue(w):
		refuse(w, http.StatusTooManyRequests, "quota exceeded")
	}
}

func (m *M3) issue(w http.ResponseWriter) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.TokenQuota > 0 && m.issued >= m.TokenQuota {
		return false
	}
	m.issued++
	token := rand.Text()
	lifetime := cmp.Or(m.TokenLifetime, 2*time.Hour)
	m.tokens[token] = time.Now().Add(lifetime)
	answer(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(lifetime.Seconds())})
	return true
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"message": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller may be gone
}
