package ionapi

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Query is a read by GET.
type Query struct {
	Program     string
	Transaction string
	Company     Company
	UserCompany bool     // run in the service user's default company: for transactions whose answer no company shapes
	Input       Record   // MI input fields by name; omitted fields keep M3's defaults
	MaxRecords  int      // most records to return; 0 is unlimited. Exactly that many may mean that there are more
	Columns     []string // output fields to return; none means all
}

// miName matches the names of programs, transactions and fields.
var miName = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// Get runs a transaction that only reads. It must not be used for writes: the gateway offers every transaction as GET,
// and net/http repeats a GET on a cut reused connection.
func (c *Client) Get(ctx context.Context, q Query) ([]Record, error) {
	x := &exchange{program: q.Program, transaction: q.Transaction, transactions: 1, method: http.MethodGet}
	if err := q.check(x); err != nil {
		return nil, err
	}
	x.address = c.base + q.target()
	var records []Record
	x.understand = func(status int, body []byte) (err error) {
		records, err = x.single(status, body)
		return err
	}
	if err := c.run(ctx, x); err != nil {
		return nil, err
	}
	return records, nil
}

// List is Get for list transactions: M3's "record does not exist" (XRE0103) is an empty list.
func (c *Client) List(ctx context.Context, q Query) ([]Record, error) {
	records, err := c.Get(ctx, q)
	if e := asError(err); e != nil && e.Code == codeNoRecord {
		return nil, nil
	}
	return records, err
}

// check refuses a query that must not be sent.
func (q Query) check(x *exchange) error {
	for _, name := range append([]string{q.Program, q.Transaction}, q.Columns...) {
		if !miName.MatchString(name) {
			return x.fail(InvalidInput, "not sent: "+strconv.Quote(name)+" is no name of a program, transaction or field", nil)
		}
	}
	if q.UserCompany {
		return nil
	}
	return q.Company.check(x)
}

// check refuses a call without a company, which M3 would run in whatever company the service user defaults to.
func (c Company) check(x *exchange) error {
	if c.CONO < 1 || c.CONO > 999 || strings.TrimSpace(c.DIVI) == "" {
		return x.fail(InvalidInput, "not sent: company "+strconv.Quote(c.String())+" lacks its number or division", nil)
	}
	return nil
}

// target is the path below …/execute and its query. The context goes as matrix and as query parameters: some grids
// ignore the query spelling of maxrecs and would silently return 100 records.
func (q Query) target() string {
	parameters := callContext(q.Company, q.MaxRecords)
	if len(q.Columns) > 0 {
		parameters = append(parameters, parameter{"returncols", strings.Join(q.Columns, ",")})
	}
	var matrix strings.Builder
	query := url.Values{}
	for _, p := range parameters {
		matrix.WriteString(";" + p.name + "=" + url.PathEscape(p.value))
		query.Set(p.name, p.value)
	}
	for name, value := range q.Input {
		query.Set(name, value)
	}
	return "/" + q.Program + "/" + q.Transaction + matrix.String() + "?" + query.Encode()
}

// parameter is one setting of a call, such as cono=100.
type parameter struct{ name, value string }

// callContext are the settings that every call states, so that no default of the service user shapes its answer.
func callContext(company Company, maxRecords int) []parameter {
	parameters := []parameter{
		{"maxrecs", strconv.Itoa(maxRecords)},
		{"dateformat", "YMD8"},
		{"excludeempty", "true"},
		{"righttrim", "true"},
		{"extendedresult", "false"},
	}
	if company == (Company{}) {
		return parameters
	}
	return append(parameters, parameter{"cono", strconv.Itoa(company.CONO)}, parameter{"divi", company.DIVI})
}

// single reads the answer to one transaction.
func (x *exchange) single(status int, body []byte) ([]Record, error) {
	a, failure := x.decode(status, body)
	if failure != nil {
		return nil, failure
	}
	for _, result := range *a.Results {
		if f, failed := result.fault(); failed {
			return nil, x.refused(f, x.transaction, status)
		}
		if result.NotProcessed {
			return nil, x.fail(Unavailable, "M3 did not process the transaction", nil)
		}
	}
	switch {
	case bool(a.WasTerminated):
		return nil, x.terminated(a, status)
	case len(*a.Results) == 0:
		return nil, nil
	case len(*a.Results) > 1:
		return nil, x.notUnderstood(status)
	}
	return (*a.Results)[0].Records, nil
}
