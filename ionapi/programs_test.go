package ionapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// orders is an M3 with purchase orders, which counts the transactions of each POST.
type orders struct {
	mu    sync.Mutex
	posts []map[string]int
}

func (o *orders) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := readPost(r)
	count := map[string]int{}
	var results []string
	for _, t := range p.Transactions {
		count[t.Transaction]++
		results = append(results, fmt.Sprintf(`{"transaction":%q,%s}`, t.Transaction, o.run(t.Transaction, t.Record)))
	}
	o.mu.Lock()
	o.posts = append(o.posts, count)
	o.mu.Unlock()
	respond(w, http.StatusOK, ok(strings.Join(results, ",")))
}

// run answers one transaction; order 404 does not exist, order 500 has no lines, line 2 of all others has a text.
func (o *orders) run(transaction string, input map[string]string) string {
	number := input["PUNO"]
	missing := `"errorMessage":"Record does not exist","errorCode":"XRE0103","errorType":"ServerReturnedNOK"`
	if number == "404" && transaction == "GetHead" {
		return `"errorMessage":"Order 404 does not exist","errorCode":"WPU0803","errorField":"PUNO","errorType":"ServerReturnedNOK"`
	}
	if number == "404" || number == "500" && strings.HasPrefix(transaction, "LstLine") {
		return missing
	}
	switch transaction {
	case "GetHead":
		return `"records":[{"PUNO":"` + number + `","SUNO":"S1  ","PUDT":"20261123","DWDT":"0","NTAM":"1250.500000","NOLN":"  2"}]`
	case "LstLine":
		return `"records":[{"PUNO":"` + number + `","PNLI":"1","PNLS":"0","ITNO":"A","PITT":"cut here","ORQA":"10.00","TXID":"0"},
			{"PUNO":"` + number + `","PNLI":"2","PNLS":"1","ITNO":"B","PITD":"short","TXID":"4711"}]`
	case "LstLine2":
		return `"records":[{"PNLI":"2","PNLS":"1","ITDS":"long name","ORCO":"SE"},{"PNLI":"1","PNLS":"0","PITT":"cut here and then some"}]`
	case "GetAddresses":
		return `"records":[{"SNAM":"Acme","SAD1":"Street 1","STOW":"Town","SECA":"TX","SPON":"75001","SCSC":"US","VNAM":"Via","INAM":"Payer","DNAM":"Dock","DAK2":"D02"}]`
	case "LstHeadTxt":
		return `"records":[{"TXID":"9","LNCD":"GB","TXEI":"1","LINO":"1","TX60":"call before delivery"}]`
	case "LstLineTxt":
		return fmt.Sprintf(`"records":[{"LINO":"1","TX60":"text of %s/%s-%s"}]`, number, input["PNLI"], input["PNLS"])
	}
	return missing
}

func TestDetailsReadsWholeOrders(t *testing.T) {
	t.Parallel()
	m3 := new(orders)
	c, _ := setup(t, m3.ServeHTTP)
	details, err := c.PurchaseOrders("PPS200MI").Details(t.Context(), company, []OrderRequest{
		{Number: "1001", HeadText: true}, {Number: "404"}, {Number: "500"}, {Number: "1002"}})
	require.NoError(t, err)
	require.Len(t, details, 4)

	first := details[0]
	require.Nil(t, first.Err)
	assert.Equal(t, OrderHead{Number: "1001", Supplier: "S1", OrderDate: "20261123", NetAmount: "1250.5", GrossAmount: "0",
		DiscountAmount: "0", TotalCost: "0", TotalCostLocal: "0", TotalQuantity: "0", LineCount: 2}, first.Head)
	require.Len(t, first.Lines, 2)
	assert.Equal(t, LineKey{1, 0}, first.Lines[0].Key)
	assert.Equal(t, "cut here and then some", first.Lines[0].Description)
	assert.Equal(t, "10", first.Lines[0].OrderedQuantity)
	assert.Equal(t, LineKey{2, 1}, first.Lines[1].Key)
	assert.Equal(t, "long name", first.Lines[1].Name)
	assert.Equal(t, "short", first.Lines[1].OrderName, "a blank long name keeps the short one")
	assert.Equal(t, "SE", first.Lines[1].OriginCountry)
	assert.Equal(t, OrderAddress{Name: "Acme", Line1: "Street 1", Town: "Town", State: "TX", PostalCode: "75001", Country: "US"}, first.Addresses.Supplier)
	assert.Equal(t, "Via", first.Addresses.Via.Name)
	assert.Equal(t, "Payer", first.Addresses.Invoice.Name)
	assert.Equal(t, OrderAddress{Name: "Dock", Key2: "D02"}, first.Addresses.Delivery)
	assert.Equal(t, []TextLine{{TextID: "9", Language: "GB", Audience: "1", Number: 1, Text: "call before delivery"}}, first.HeadText)
	assert.Equal(t, map[LineKey][]TextLine{{2, 1}: {{Number: 1, Text: "text of 1001/2-1"}}}, first.LineTexts)

	missing := requireError(t, details[1].Err, RecordMissing)
	assert.Equal(t, "WPU0803", missing.Code)
	require.Nil(t, details[2].Err)
	assert.Empty(t, details[2].Lines)
	require.Nil(t, details[3].Err)
	assert.Equal(t, "1002", details[3].Head.Number)
	assert.Equal(t, "text of 1002/2-1", details[3].LineTexts[LineKey{2, 1}][0].Text)

	assert.Equal(t, []map[string]int{
		{"GetHead": 4, "LstLine": 4, "LstLine2": 4, "GetAddresses": 4, "LstHeadTxt": 1},
		{"LstLineTxt": 2},
	}, m3.posts)
}

func TestDetailsNeedsFewPosts(t *testing.T) {
	t.Parallel()
	m3 := new(orders)
	c, _ := setup(t, m3.ServeHTTP)
	requests := make([]OrderRequest, 100)
	for i := range requests {
		requests[i] = OrderRequest{Number: fmt.Sprint(2000 + i)}
	}
	details, err := c.PurchaseOrders("PPS200MI").Details(t.Context(), company, requests)
	require.NoError(t, err)
	for i, detail := range details {
		require.Nil(t, detail.Err)
		require.Equal(t, requests[i].Number, detail.Head.Number)
		require.Len(t, detail.LineTexts, 1)
	}
	assert.Len(t, m3.posts, 5, "400 reads of the first round and 100 line texts")
}

func TestDetailsFailsWithItsPost(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, always(http.StatusGatewayTimeout, ""))
	details, err := c.PurchaseOrders("PPS200MI").Details(t.Context(), company, []OrderRequest{{Number: "1"}})
	requireError(t, err, Unavailable)
	assert.Nil(t, details)
}

func TestDetailsReportsRecordsOfAWrongForm(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, eachTransaction(func(transaction string, _ map[string]string) string {
		return fmt.Sprintf(`{"transaction":%q,"records":[{"PUNO":"1","NTAM":"1.000,50"}]}`, transaction)
	}))
	details, err := c.PurchaseOrders("PPS200MI").Details(t.Context(), company, []OrderRequest{{Number: "1"}})
	require.NoError(t, err)
	assert.Contains(t, requireError(t, details[0].Err, Malformed).Error(), `field NTAM: "1.000,50"`)
}

func TestPlainTextPrefersALanguage(t *testing.T) {
	t.Parallel()
	lines := []TextLine{{Language: "GB", Text: "hello"}, {Language: "SE", Text: "hej"}}
	assert.Equal(t, []string{"hej"}, PlainText(lines, "SE"))
	assert.Equal(t, []string{"hello", "hej"}, PlainText(lines, "DE"))
	assert.Empty(t, PlainText(nil, "SE"))
}

func TestSearchHeadListsOrders(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "PUSL:[15 TO 35]", r.URL.Query().Get("SQRY"))
		respond(w, http.StatusOK, ok(`{"records":[{"PUNO":"1","PUSL":"20","PUST":"35","PUDT":"20261123"}]}`))
	})
	found, err := c.PurchaseOrders("PPS200MI").SearchHead(t.Context(), company, "PUSL:[15 TO 35]", 0)
	require.NoError(t, err)
	assert.Equal(t, []OrderListing{{Number: "1", LowestStatus: "20", HighestStatus: "35", OrderDate: "20261123"}}, found)
}

func TestManyReadsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, eachTransaction(func(transaction string, input map[string]string) string {
		switch key := input["PUNO"] + input["SUNO"]; key {
		case "none":
			return `{"errorMessage":"does not exist","errorCode":"WSU0103","errorType":"ServerReturnedNOK"}`
		case "empty":
			return fmt.Sprintf(`{"transaction":%q,"records":[]}`, transaction)
		default:
			return fmt.Sprintf(`{"transaction":%q,"records":[{"PUNO":%q,"SUNO":%q,"PUSL":"15","STAT":"20"}]}`, transaction, key, key)
		}
	}))
	heads, err := c.OrderStatuses("PPS001MI").Heads(t.Context(), company, []string{"1", "none", "2", "empty"})
	require.NoError(t, err)
	assert.Equal(t, OrderStatus{Number: "1", Supplier: "1", LowestStatus: "15"}, heads[0].Value)
	requireError(t, heads[1].Err, RecordMissing)
	assert.Equal(t, "2", heads[2].Value.Number)
	requireError(t, heads[3].Err, RecordMissing)

	suppliers, err := c.Suppliers("CRS620MI").BasicData(t.Context(), company, []string{"none", "S7"})
	require.NoError(t, err)
	requireError(t, suppliers[0].Err, RecordMissing)
	assert.Equal(t, Supplier{Number: "S7", Status: "20"}, suppliers[1].Value)

	_, err = c.Suppliers("CRS620MI").BasicData(t.Context(), Company{}, []string{"S7"})
	requireError(t, err, InvalidInput)
}

func TestSelectSplitsRows(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		assert.Equal(t, []string{"IAPUNO, IAPUSL, IALMDT from MPHEAD where IALMDT >= 20261101"}, query["QERY"])
		assert.Equal(t, "0", query.Get("HDRS"))
		assert.Equal(t, "|", query.Get("SEPC"))
		assert.Equal(t, "5000", query.Get("maxrecs"))
		respond(w, http.StatusOK, ok(`{"records":[{"REPL":"1001 |20|20261123   "},{"REPL":"1002|15|"}]}`))
	})
	rows, err := c.Tables("EXPORTMI").Select(t.Context(), company, "IAPUNO, IAPUSL, IALMDT from MPHEAD where IALMDT >= 20261101", 3, 5000)
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"1001", "20", "20261123"}, {"1002", "15", ""}}, rows)
}

func TestSelectSortsItsErrors(t *testing.T) {
	t.Parallel()
	refusal := func(message, code string) http.HandlerFunc {
		return always(http.StatusOK, `{"results":[{"errorMessage":"`+message+`","errorCode":"`+code+`","errorType":"ServerReturnedNOK"}]}`)
	}
	tests := []struct {
		name    string
		execute http.HandlerFunc
		query   string
		want    Kind
	}{
		{"a separator inside a value", always(200, ok(`{"records":[{"REPL":"1|2|3"}]}`)), "A, B from T", Malformed},
		{"a row that is too short", always(200, ok(`{"records":[{"REPL":"1"}]}`)), "A, B from T", Malformed},
		{"a query that is too long", refusal("must not be asked", ""), strings.Repeat("x", 983), InvalidInput},
		{"a program that is locked down", refusal("Not allowed", ""), "A, B from T", NotPermitted},
		{"no rows", refusal("Record does not exist", "XRE0103"), "A, B from T", ""},
		{"a query of the longest length", always(200, ok(`{"records":[]}`)), strings.Repeat("é", 982), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := setup(t, test.execute)
			rows, err := c.Tables("EXPORTMI").Select(t.Context(), company, test.query, 2, 0)
			assert.Empty(t, rows)
			assert.Equal(t, test.want, KindOf(err), "%v", err)
			assert.Equal(t, test.want == "", err == nil)
		})
	}
}

func TestQuoteTextDoublesQuotes(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `'4500123'`, QuoteText("4500123"))
	assert.Equal(t, `'O''Neil'' or 1=1'`, QuoteText("O'Neil' or 1=1"))
}

func TestProgramsAboutTheTenant(t *testing.T) {
	t.Parallel()
	c, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, testExecute+"/"), ";")
		if name != "AUTCHKMI/ChkAuthority" && name != "EXPORTMI/LstFields" {
			assert.NotContains(t, query, "cono", "%s depends on no company", name)
		}
		respond(w, http.StatusOK, ok(`{"records":[`+map[string]string{
			"MRS001MI/LstTransactions": `{"TRNM":"GetHead   "},{"TRNM":"LstLine"}`,
			"MRS001MI/LstFields":       `{"FLNM":"PUNO","TYPE":"A","LENG":"10","MAND":"1","FLDS":"` + query.Get("MINM") + query.Get("TRNM") + query.Get("TRTP") + `"}`,
			"AUTCHKMI/ChkAuthority":    `{"ALPG":"` + map[string]string{"PPS200": "1", "APS450": "0"}[query.Get("APGM")] + `"}`,
			"EXPORTMI/LstFields":       `{"FLDN":"IAPUNO","FLLE":"10","FLDP":"0","FLTY":"A"}`,
			"GENERAL/GetServerTime":    `{"DATE":"20261123","TIME":"090000","LMTS":"1795424400000"}`,
			"GENERAL/GetUserInfo":      `{"ZZUSID":"SVC","ZDCONO":"100","ZDDIVI":"AAA"}`,
		}[name]+`]}`))
	})
	names, err := c.Metadata("MRS001MI").Transactions(t.Context(), "PPS200MI")
	require.NoError(t, err)
	assert.Equal(t, []string{"GetHead", "LstLine"}, names)
	fields, err := c.Metadata("MRS001MI").Fields(t.Context(), "PPS200MI", "GetHead", DirectionIn)
	require.NoError(t, err)
	assert.Equal(t, []TransactionField{{Name: "PUNO", Description: "PPS200MIGetHeadI", Type: "A", Length: 10, Mandatory: "1"}}, fields)
	columns, err := c.Tables("EXPORTMI").Columns(t.Context(), company, "MPHEAD")
	require.NoError(t, err)
	assert.Equal(t, []TableColumn{{Name: "IAPUNO", Type: "A", Length: 10}}, columns)

	for program, want := range map[string]bool{"PPS200": true, "APS450": false} {
		allowed, err := c.Authority("AUTCHKMI").Allowed(t.Context(), company, program)
		require.NoError(t, err)
		assert.Equal(t, want, allowed, program)
	}
	now, err := c.General("GENERAL").ServerTime(t.Context())
	require.NoError(t, err)
	assert.Equal(t, time.UnixMilli(1795424400000).UTC(), now.Instant())
	user, err := c.General("GENERAL").UserInfo(t.Context())
	require.NoError(t, err)
	assert.Equal(t, UserInfo{User: "SVC", Company: 100, Division: "AAA"}, user)
}

func TestErrorIsOneSentence(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  Error
		want string
	}{
		{"with code and field", Error{Kind: RecordMissing, Program: "PPS200MI", Transaction: "GetHead", Code: "WPU0803", Field: "PUNO", Message: "order 1 does not exist", Status: 200},
			"PPS200MI/GetHead: order 1 does not exist (WPU0803, field PUNO); check the key"},
		{"with a time to come back", Error{Kind: RateLimited, Program: "token", Message: "the quota is used up", Status: 429, RetryAfter: 90 * time.Second},
			"token: the quota is used up (HTTP 429); come back in 1m30s"},
		{"with nothing but a kind", Error{Kind: OutcomeUnknown, Program: "APS450MI", Transaction: "bulk"},
			"APS450MI/bulk: outcome unknown; look in M3 whether it happened before sending it again"},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, test.err.Error(), test.name)
	}
	assert.Equal(t, Kind(""), KindOf(nil))
	assert.Equal(t, Kind(""), KindOf(http.ErrNoCookie))
	assert.Equal(t, Locked, KindOf(fmt.Errorf("while reading: %w", &Error{Kind: Locked})))
}
