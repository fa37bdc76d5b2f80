package infor

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed catalog.json
var catalogJSON []byte

// catalog holds the inputs and outputs of the transactions that the sandbox
// knows, as "NAME*:length"; the star marks a mandatory input.
var catalog = func() map[string]map[string]interfaceOf {
	var c map[string]map[string]interfaceOf
	if err := json.Unmarshal(catalogJSON, &c); err != nil {
		panic(fmt.Sprintf("sandbox: embedded catalogue: %v", err)) // the catalogue is part of the program
	}
	return c
}()

// interfaceOf is what a transaction takes and gives.
type interfaceOf struct{ In, Out string }

// transactions gives those of a program that the tenant's build has.
func (m *M3) transactions(program string) map[string]interfaceOf {
	all := catalog[program]
	if !m.OnPremises || program != "APS450MI" {
		return all
	}
	older := maps.Clone(all)
	for _, name := range []string{"DltInvoice", "AddHeadRecode", "AddLineRecode"} {
		delete(older, name)
	}
	older["AddLine"] = interfaceOf{In: accountingObject.ReplaceAllString(all["AddLine"].In, ""), Out: all["AddLine"].Out}
	return older
}

var accountingObject = regexp.MustCompile(` AO0\d:\d+`)

type record = map[string]string

// nok is the type of error when the program itself says no.
const nok = "ServerReturnedNOK"

// miError is how M3 says no.
type miError struct {
	Message string `json:"errorMessage,omitempty"`
	Code    string `json:"errorCode,omitempty"`
	Field   string `json:"errorField,omitempty"`
	Type    string `json:"errorType,omitempty"`
}

func (e miError) result(transaction string) result {
	// M3 pads the message and repeats code and field in it.
	e.Message = fmt.Sprintf("%-60s%s%s", e.Message, e.Code, e.Field)
	return result{Transaction: transaction, Records: []record{}, miError: e}
}

type result struct {
	Transaction string   `json:"transaction"`
	Records     []record `json:"records"`
	miError
}

// reply is the answer to one request, with the server's own spelling.
type reply struct {
	Results    []result `json:"results"`
	Terminated bool     `json:"wasTerminated"`
	Reason     string   `json:"terminationReason,omitempty"`
	ErrorType  string   `json:"terminationErrorType,omitempty"`
	Succeeded  int      `json:"nrOfSuccessfullTransactions"`
	Failed     int      `json:"nrOfFailedTransactions"`
}

// call is one transaction with its context.
type call struct {
	program, transaction string
	cono, divi           string
	input                record
	columns              []string
	max                  int
}

// defaultCompany is the service user's: a call without a company reads the wrong
// one, and finds nothing.
const defaultCompany = "1"

func (m *M3) single(w http.ResponseWriter, req *http.Request, program, segment string) {
	transaction, matrix, _ := strings.Cut(segment, ";")
	c := call{program: program, transaction: transaction, cono: defaultCompany, input: record{}, max: 100}
	set := func(name, value string) {
		switch {
		case name == "cono":
			c.cono = value
		case name == "divi":
			c.divi = value
		case name == "maxrecs":
			c.max, _ = strconv.Atoi(value)
		case name == "returncols" && value != "":
			c.columns = strings.Split(value, ",")
		case strings.ToUpper(name) == name:
			c.input[name] = value
		}
	}
	for name, values := range req.URL.Query() {
		set(name, values[0])
	}
	for part := range strings.SplitSeq(matrix, ";") {
		name, value, _ := strings.Cut(part, "=")
		set(name, value)
	}
	m.respond(w, []call{c})
}

func (m *M3) bulk(w http.ResponseWriter, req *http.Request) {
	var body struct {
		Program            string `json:"program"`
		Cono               int    `json:"cono"`
		Divi               string `json:"divi"`
		MaxReturnedRecords *int   `json:"maxReturnedRecords"`
		Transactions       []struct {
			Transaction     string   `json:"transaction"`
			Record          record   `json:"record"`
			SelectedColumns []string `json:"selectedColumns"`
		} `json:"transactions"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, req.Body, 16<<20)).Decode(&body); err != nil || req.Method != http.MethodPost {
		refuse(w, http.StatusBadRequest, "not a bulk request")
		return
	}
	first := body.Program + "/bulk"
	if len(body.Transactions) > 0 {
		first = body.Program + "/" + body.Transactions[0].Transaction
	}
	m.serve(w, req, body.Program+"/bulk", first, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		limit := 100
		if body.MaxReturnedRecords != nil {
			limit = *body.MaxReturnedRecords
		}
		var calls []call
		for _, t := range body.Transactions {
			c := call{program: body.Program, transaction: t.Transaction, cono: strconv.Itoa(body.Cono), divi: body.Divi, input: t.Record, columns: t.SelectedColumns, max: limit}
			if body.Cono == 0 {
				c.cono = defaultCompany
			}
			calls = append(calls, c)
		}
		m.respond(w, calls)
	}))
}

// respond runs the transactions; each succeeds or fails alone.
func (m *M3) respond(w http.ResponseWriter, calls []call) {
	out := reply{Results: []result{}}
	for _, c := range calls {
		var permitted bool
		if c.program, permitted = m.program(c.program); !permitted {
			answer(w, http.StatusOK, reply{Results: []result{}, Terminated: true, Reason: "program " + calls[0].program + " is not available", ErrorType: "ProgramNotFound"})
			return
		}
		records, failure := m.execute(c)
		if failure != nil {
			out.Failed++
			out.Results = append(out.Results, failure.result(c.transaction))
			continue
		}
		out.Succeeded++
		out.Results = append(out.Results, result{Transaction: c.transaction, Records: records})
	}
	answer(w, http.StatusOK, out)
}

// cut shortens an answer to what was asked for, silently, as M3 does.
func (m *M3) cut(c call, records []record) []record {
	if c.max > 0 && len(records) > c.max {
		records = records[:c.max]
	}
	if m.Ceiling > 0 && len(records) > m.Ceiling {
		records = records[:m.Ceiling]
	}
	out := make([]record, len(records))
	outputs := fields(m.transactions(c.program)[c.transaction].Out)
	for i, r := range records {
		out[i] = record{}
		for _, f := range outputs {
			value, has := r[f.name]
			if !has || (len(c.columns) > 0 && !slices.Contains(c.columns, f.name)) {
				continue
			}
			if runes := []rune(value); len(runes) > f.length {
				value = string(runes[:f.length])
			}
			out[i][f.name] = value
		}
	}
	return out
}

type field struct {
	name      string
	length    int
	mandatory bool
}

func fields(text string) []field {
	var out []field
	for _, each := range strings.Fields(text) {
		name, length, _ := strings.Cut(each, ":")
		n, _ := strconv.Atoi(length)
		out = append(out, field{strings.TrimSuffix(name, "*"), n, strings.HasSuffix(name, "*")})
	}
	return out
}

// execute runs a transaction that its catalogue lets pass, and cuts the answer.
func (m *M3) execute(c call) ([]record, *miError) {
	m.mu.Lock()
	defer m.mu.Unlock()
	transaction, known := m.transactions(c.program)[c.transaction]
	if !known {
		return nil, &miError{Message: "Transaction " + c.transaction + " not found", Type: "TransactionNotFound"}
	}
	for _, f := range fields(transaction.In) {
		if value := c.input[f.name]; f.mandatory && strings.TrimSpace(value) == "" {
			return nil, &miError{Message: "Mandatory field " + f.name + " is missing", Field: f.name, Type: "MandatoryInputFieldNotFound"}
		} else if len([]rune(value)) > f.length {
			return nil, &miError{Message: "Field " + f.name + " is too long", Field: f.name, Type: "InputFieldTooLong"}
		}
	}
	records, failure := m.run(c)
	return m.cut(c, records), failure
}
