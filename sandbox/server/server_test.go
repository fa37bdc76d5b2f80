package server_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/doc"
	"tradewind/sandbox/business"
	"tradewind/sandbox/infor"
	"tradewind/sandbox/server"
)

func start(t *testing.T, o server.Options) *server.Server {
	t.Helper()
	s, err := server.Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// ask sends a request to the inspection and gives status and JSON.
func ask[T any](t *testing.T, s *server.Server, method, path, body string) (int, T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.InforURL+"/_sandbox/"+path, strings.NewReader(body))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer response.Body.Close()
	var out T
	var raw bytes.Buffer
	_, err = raw.ReadFrom(response.Body)
	require.NoError(t, err)
	_ = json.Unmarshal(raw.Bytes(), &out) // changes answer with nothing
	return response.StatusCode, out
}

type objects = []map[string]any

func TestSupplierInvoicesWaitAtCleo(t *testing.T) {
	o := server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 5, Invoices: 60}
	s := start(t, o)
	_, made := ask[[]business.Invoice](t, s, "GET", "cleo/invoices", "")
	require.Len(t, made, 60)
	names := map[string]bool{}
	for _, f := range s.Hub.Files() {
		require.Equal(t, "inbound/edi", f.Folder)
		names[f.Name] = true
	}
	require.Len(t, names, 60)
	for _, i := range made {
		require.True(t, names[i.File])
	}
	_, vouchers := ask[objects](t, s, "GET", "infor/vouchers", "")
	require.Len(t, vouchers, 2, "what the credit notes correct")
	require.Empty(t, vouchers[0]["CORI"])

	status, more := ask[[]business.Invoice](t, s, "POST", "cleo/invoices?n=20", "")
	require.Equal(t, http.StatusOK, status)
	require.Len(t, more, 20)
	status, _ = ask[any](t, s, "POST", "cleo/invoices?n=none", "")
	require.Equal(t, http.StatusBadRequest, status)

	require.NoError(t, s.Close())
	again := start(t, o)
	_, made = ask[[]business.Invoice](t, again, "GET", "cleo/invoices", "")
	require.Len(t, made, 80, "a restart makes none")
	require.Len(t, again.Hub.Files(), 80)
	_, err := again.AddInvoices(20)
	require.NoError(t, err)
}

// TestExpectationsAgreeWithM3 books what the files say, as a faithful reader would.
func TestExpectationsAgreeWithM3(t *testing.T) {
	s := start(t, server.Options{StateDir: t.TempDir(), Seed: 3, Orders: 1})
	made, err := s.AddInvoices(60)
	require.NoError(t, err)
	divisions := map[string]string{"100": "AAA", "200": "BBB"}
	for _, i := range made {
		tree, err := edi.ReadAll(bytes.NewReader(i.Content))
		require.NoError(t, err)
		invoice, err := doc.UnmarshalInvoice(tree[0].Groups[0].Sets[0].Segments)
		require.NoError(t, err)
		head, lines := keyed(i, invoice)
		err = s.M3.Book(i.Cono, divisions[i.Cono], head, lines)
		switch i.Kind {
		case business.Trial, business.UnknownPartner: // what M3 cannot know
		case business.Early:
			require.ErrorContains(t, err, "received")
			require.NoError(t, s.M3.Receive(i.Cono, i.Order, nil))
			require.NoError(t, s.M3.Book(i.Cono, divisions[i.Cono], head, lines))
		default:
			require.Equal(t, i.Expect == "posted", err == nil, "%s: %v", i.Kind, err)
		}
		if i.Postings != nil {
			vouchers := s.M3.Vouchers()
			require.Equal(t, i.Postings, postings(t, vouchers[len(vouchers)-1]), i.Kind)
		}
	}
}

// postings gives the lines of a voucher as an invoice tells what it deserves.
func postings(t *testing.T, voucher map[string]any) []business.Posting {
	t.Helper()
	lines, ok := voucher["lines"].([]map[string]string)
	require.True(t, ok)
	var out []business.Posting
	for _, l := range lines {
		p := business.Posting{Kind: map[string]string{"1": "item", "2": "charge", "3": "vat"}[l["RDTP"]], Amount: business.Number(l["NLAM"]).StringFixed(2), Dimensions: map[string]string{}}
		for name, value := range l {
			if strings.HasPrefix(name, "AIT") && value != "" {
				p.Dimensions[name] = value
			}
		}
		out = append(out, p)
	}
	return out
}

func keyed(i business.Invoice, invoice doc.Invoice) (map[string]string, []map[string]string) {
	head := map[string]string{"SUNO": i.Supplier, "SINO": invoice.Number, "IVDT": string(invoice.Date), "CUCD": i.Currency, "CUAM": i.Total}
	var lines []map[string]string
	for _, l := range invoice.Lines {
		basis := map[string]int64{"PE": 1, "HP": 100}[l.Basis]
		amount := l.Quantity.Mul(l.Price).DivRound(decimal.NewFromInt(basis), 2)
		order := invoice.OrderNumber
		if len(l.References) > 0 {
			order = l.References[0].Value
		}
		if len(l.Packs) > 0 { // in the unit of the pack, at the price of one
			l.Quantity, l.Unit, l.Price = l.Quantity.Mul(*l.Packs[0].Inner), l.Packs[0].Unit, l.Price.Div(*l.Packs[0].Inner)
		}
		unit := map[string]string{"CA": "CS", "MR": "M", "RL": "ROL"}[l.Unit]
		lines = append(lines, map[string]string{"RDTP": "1", "PUNO": order, "PNLI": l.ID, "IVQA": l.Quantity.String(), "PUUN": cmp.Or(unit, l.Unit),
			"NEPR": l.Price.String(), "PUCD": strconv.FormatInt(basis, 10), "NLAM": amount.String()})
	}
	for _, c := range invoice.Charges {
		lines = append(lines, map[string]string{"RDTP": "2", "NLAM": c.Amount.String(), "PUNO": invoice.OrderNumber})
	}
	for _, tax := range invoice.Taxes {
		head["VTAM"] = tax.Amount.String()
		lines = append(lines, map[string]string{"RDTP": "3", "VTA1": tax.Amount.String()})
	}
	return head, lines
}

func TestKnobsShowHowTheyAreSet(t *testing.T) {
	s := start(t, server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1})
	for path, body := range map[string]string{
		"infor/profile":  `{"onPremises":true,"refuseRevalidation":true,"lateDuplicates":true,"postedVanish":true,"payableLines":true,"validationDelayMillis":7}`,
		"infor/matching": `{"failNext":3,"status":"15"}`,
	} {
		status, _ := ask[any](t, s, "PUT", path, body)
		require.Equal(t, http.StatusOK, status)
		_, shown := ask[json.RawMessage](t, s, "GET", path, "")
		require.JSONEq(t, body, string(shown))
		status, _ = ask[any](t, s, "PUT", path, `{"failNext":-1,"validationDelayMillis":-1}`)
		require.Equal(t, http.StatusBadRequest, status)
		status, _ = ask[any](t, s, "PUT", path, "")
		require.Equal(t, http.StatusOK, status)
	}
	require.Zero(t, s.M3.Profile())
	require.Equal(t, infor.Matching{Status: "78"}, s.M3.Matching())
}

func TestChangesOfAccountsPayable(t *testing.T) {
	s := start(t, server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1, Programs: map[string]string{"PPS100MI": "PPS200MI"}})
	_, numbers := ask[[]string](t, s, "POST", "infor/orders?n=1&kind=advised", "")
	for path, want := range map[string]int{
		"infor/receipts/100/" + numbers[0]: http.StatusOK,
		"infor/receipts/100/1":             http.StatusNotFound,
		"infor/accounts/1/5010":            http.StatusOK,
		"infor/accounts/1/1":               http.StatusNotFound,
		"infor/periods":                    http.StatusOK,
	} {
		status, _ := ask[any](t, s, "PUT", path, "{}")
		require.Equal(t, want, status, path)
	}
	for body, want := range map[string]int{`{"APS100MI":"APS450MI"}`: http.StatusOK, `{"X":"NOSUCHMI"}`: http.StatusBadRequest, `[`: http.StatusBadRequest} {
		status, _ := ask[any](t, s, "PUT", "infor/programs", body)
		require.Equal(t, want, status, body)
	}
	status, _ := ask[any](t, s, "PUT", "infor/receipts/100/"+numbers[0], `{"lines":{"10":"-1"}}`)
	require.Equal(t, http.StatusBadRequest, status)
	_, orders := ask[objects](t, s, "GET", "infor/orders", "")
	require.Equal(t, "75", orders[len(orders)-1]["PUSL"])
	for _, path := range []string{"infor/batches", "infor/vouchers"} {
		_, list := ask[objects](t, s, "GET", path, "")
		require.NotNil(t, list)
		require.Empty(t, list)
	}
	_, accounts := ask[objects](t, s, "GET", "infor/accounts", "")
	require.NotEmpty(t, accounts)
}
