package infor_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
	"tradewind/sandbox/faults"
	"tradewind/sandbox/infor"
)

type fields = map[string]string

var credentials = infor.Credentials{ClientID: "client", ClientSecret: "secret", AccessKey: "user", SecretKey: "password"}

// tenant is an M3 with one delivered and one advised order, reached over HTTP.
type tenant struct {
	*testing.T
	m3     *infor.M3
	faults *faults.Faults
	file   string
	url    string
	token  string
	order  *business.Order // delivered
	open   *business.Order // not received yet
}

func newTenant(t *testing.T) *tenant {
	w := &tenant{T: t, faults: &faults.Faults{}, file: filepath.Join(t.TempDir(), "m3.jsonl")}
	w.start()
	return w
}

func (w *tenant) start() {
	w.Helper()
	generator := business.NewGenerator(5, business.Now())
	first := func() []*business.Order {
		return append(generator.More(business.Delivered, 1), generator.More(business.Advised, 1)...)
	}
	m3, err := infor.Open(w.file, first, credentials, w.faults)
	require.NoError(w, err)
	w.m3 = m3
	m3.ValidationDelay = 5 * time.Millisecond
	m3.Orders(func(orders *[]*business.Order) { w.order, w.open = (*orders)[0], (*orders)[1] })
	server := httptest.NewServer(m3)
	w.Cleanup(func() { server.Close(); require.NoError(w, m3.Close()) })
	w.url = server.URL + "/" + infor.Tenant
	response, err := http.PostForm(w.url+"/as/token.oauth2", url.Values{"grant_type": {"password"}, "client_id": {"client"}, "client_secret": {"secret"},
		"username": {"user"}, "password": {"password"}})
	require.NoError(w, err)
	var answer struct {
		Token string `json:"access_token"`
	}
	require.NoError(w, json.NewDecoder(response.Body).Decode(&answer))
	require.NoError(w, response.Body.Close())
	w.token = answer.Token
}

// restart opens the same file again, as a new process would.
func (w *tenant) restart() {
	w.Helper()
	require.NoError(w, w.m3.Close())
	w.start()
}

type result struct {
	Records []fields
	Message string `json:"errorMessage"`
	Code    string `json:"errorCode"`
	Field   string `json:"errorField"`
	Type    string `json:"errorType"`
}

type transaction struct {
	Transaction string `json:"transaction"`
	Record      fields `json:"record"`
}

// post sends a bulk request and gives the status and the results.
func (w *tenant) post(program string, transactions ...transaction) (int, []result) {
	w.Helper()
	body, err := json.Marshal(map[string]any{"program": program, "cono": 100, "divi": "AAA", "maxReturnedRecords": 0, "transactions": transactions})
	require.NoError(w, err)
	req, err := http.NewRequestWithContext(w.Context(), http.MethodPost, w.url+"/M3/m3api-rest/v2/execute", bytes.NewReader(body))
	require.NoError(w, err)
	req.Header.Set("Authorization", "Bearer "+w.token)
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil // the connection was cut
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(w, err)
	var answer struct{ Results []result }
	require.NoError(w, json.Unmarshal(content, &answer), "%s", content)
	return response.StatusCode, answer.Results
}

func (w *tenant) call(program, name string, input fields) result {
	w.Helper()
	status, results := w.post(program, transaction{name, input})
	require.Equal(w, http.StatusOK, status)
	require.Len(w, results, 1)
	return results[0]
}

// do expects a transaction to succeed.
func (w *tenant) do(program, name string, input fields) []fields {
	w.Helper()
	r := w.call(program, name, input)
	require.Empty(w, r.Type, "%s/%s: %s", program, name, r.Message)
	return r.Records
}

// refused expects a NOK with this code and field.
func (w *tenant) refused(program, name string, input fields, code, field string) {
	w.Helper()
	r := w.call(program, name, input)
	require.NotEmpty(w, r.Type, "%s/%s should be refused", program, name)
	require.Equal(w, [2]string{code, field}, [2]string{r.Code, r.Field}, r.Message)
}

// head is that of an invoice for the whole delivered order.
func (w *tenant) head(number string, changes fields) fields {
	return with(fields{"SUNO": w.order.Head["SUNO"], "SPYN": w.order.Head["SUNO"], "SINO": number, "IVDT": business.Now().Format("20060102"),
		"CUCD": w.order.Head["CUCD"], "CUAM": total(w.order), "CORI": "c-" + number, "PUNO": w.order.Head["PUNO"]}, changes)
}

func with(f, changes fields) fields {
	out := fields{}
	for _, m := range []fields{f, changes} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

func total(o *business.Order) string {
	sum := business.Number("0")
	for _, l := range o.Lines {
		sum = sum.Add(business.Number(l["LNAM"]))
	}
	return sum.String()
}

func lines(o *business.Order) []fields {
	var out []fields
	for _, l := range o.Lines {
		out = append(out, fields{"RDTP": "1", "PUNO": l["PUNO"], "PNLI": l["PNLI"], "PNLS": "0", "ITNO": l["ITNO"], "IVQA": l["ORQA"], "PUUN": l["PUUN"],
			"NEPR": l["PUPR"], "PPUN": l["PPUN"], "PUCD": l["PUCD"], "NLAM": l["LNAM"]})
	}
	return out
}

// enter makes a batch and gives its number.
func (w *tenant) enter(head fields, lines []fields) string {
	w.Helper()
	number := w.do("APS450MI", "AddHead", head)[0]["INBN"]
	for _, line := range lines {
		w.do("APS450MI", "AddLine", with(line, fields{"INBN": number}))
	}
	return number
}

// validated submits a batch and waits until its job has ended.
func (w *tenant) validated(number string) fields {
	w.Helper()
	require.Empty(w, w.do("APS455MI", "ValidByBatchNo", fields{"INBN": number}))
	return w.settled(number)
}

func (w *tenant) settled(number string) (head fields) {
	w.Helper()
	require.Eventually(w, func() bool {
		head = w.do("APS450MI", "GetHead", fields{"INBN": number})[0]
		return head["SUPA"] != "20"
	}, 5*time.Second, 2*time.Millisecond)
	return head
}

func (w *tenant) why(number string) string {
	for _, b := range w.m3.Batches() {
		if b["INBN"] == number {
			text, _ := b["why"].(string)
			return strings.TrimSpace(text)
		}
	}
	return ""
}
