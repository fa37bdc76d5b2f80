package app_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/app"
	"tradewind/internal/archive"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/internal/vault"
)

// endpoint serves an application on an empty ledger.
func endpoint(t *testing.T, address string, token config.Secret) (*app.App, *app.Endpoint) {
	t.Helper()
	a, err := app.OpenStores(t.Context(), config.Environment{State: t.TempDir(), LedgerURL: ledger.DefaultURL, ArchiveURL: archive.DefaultURL, Keeper: vault.DefaultKeeper,
		UIOrigins: []string{"http://localhost:8233"}, HTTPToken: token}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() }) // a test may have closed it
	e, err := a.Serve(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return a, e
}

// scrape asks for the metrics; change alters the request.
func scrape(t *testing.T, url string, change func(*http.Request)) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/metrics", nil)
	require.NoError(t, err)
	if change != nil {
		change(request)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(content)
}

// ours are the samples of our own metrics.
func ours(body string) (out []string) {
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "tradewind_") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

func TestMetricsSayWhatTheLedgerHolds(t *testing.T) {
	t.Parallel()
	a, e := endpoint(t, "127.0.0.1:0", "")
	_, body := scrape(t, e.URL, nil)
	require.Empty(t, ours(body))
	us, canada := trade.Company{Cono: "100", Divi: "AAA"}, trade.Company{Cono: "200", Divi: "BBB"}
	var records []ledger.NewReceived
	add := func(flow trade.Flow, company trade.Company, state trade.State, n int) {
		for range n {
			id := fmt.Sprint(len(records))
			records = append(records, ledger.NewReceived{ID: id, Flow: flow, Company: company, Partner: "SECRETPARTNER", Set: "850", Number: "SECRET" + id, State: state, Amount: "987654", Currency: "USD"})
		}
	}
	add(trade.OrdersOut, us, trade.StateOverdue, 3)
	add(trade.OrdersOut, us, trade.StateAcknowledged, 2)
	add(trade.OrdersOut, canada, trade.StateSent, 1)
	add(trade.InvoicesIn, us, trade.StateParked, 4)
	_, err := a.Ledger.RegisterReceived(t.Context(), records)
	require.NoError(t, err)
	for _, lane := range []string{"cleo", "infor"} {
		_, err = a.Ledger.StopLane(t.Context(), lane, "refused", time.Now().Add(time.Hour))
		require.NoError(t, err)
	}
	require.NoError(t, a.Ledger.OpenLane(t.Context(), "infor"))

	status, body := scrape(t, e.URL, nil)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, []string{
		`tradewind_answers_overdue{company="100-AAA",flow="orders-out"} 3`,
		`tradewind_answers_overdue{company="200-BBB",flow="orders-out"} 0`,
		`tradewind_lanes_stopped{lane="cleo"} 1`,
		`tradewind_lanes_stopped{lane="infor"} 0`,
		`tradewind_records{company="100-AAA",flow="invoices-in",state="parked"} 4`,
		`tradewind_records{company="100-AAA",flow="orders-out",state="acknowledged"} 2`,
		`tradewind_records{company="100-AAA",flow="orders-out",state="overdue"} 3`,
		`tradewind_records{company="200-BBB",flow="orders-out",state="sent"} 1`,
	}, ours(body))
	require.Contains(t, body, "go_goroutines ")
	require.NotContains(t, body, "SECRET")
	require.NotContains(t, body, "987654")

	for range 3 {
		_, err = a.Ledger.Transition(t.Context(), records[0].ID, ledger.Change{To: trade.StateAcknowledged, Event: "answered", Actor: "test"})
		require.NoError(t, err)
		records = records[1:]
	}
	_, body = scrape(t, e.URL, nil)
	require.Contains(t, ours(body), `tradewind_answers_overdue{company="100-AAA",flow="orders-out"} 0`, "an alert ends")
}

// TestMetricsAreGuardedAsTheCodecIs asks under a foreign name, from a foreign page, and with and
// without the token.
func TestMetricsAreGuardedAsTheCodecIs(t *testing.T) {
	t.Parallel()
	_, e := endpoint(t, "127.0.0.1:0", "")
	status := func(e *app.Endpoint, change func(*http.Request)) int {
		status, _ := scrape(t, e.URL, change)
		return status
	}
	bearer := func(token string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	}
	require.Equal(t, http.StatusOK, status(e, func(r *http.Request) { r.Host = "localhost" }))
	require.Equal(t, http.StatusUnauthorized, status(e, func(r *http.Request) { r.Host = "rebound.example" }))
	require.Equal(t, http.StatusForbidden, status(e, func(r *http.Request) { r.Header.Set("Origin", "http://rebound.example") }))
	_, guarded := endpoint(t, "127.0.0.1:0", "open-sesame")
	require.Equal(t, http.StatusUnauthorized, status(guarded, nil))
	require.Equal(t, http.StatusUnauthorized, status(guarded, bearer("open")))
	require.Equal(t, http.StatusOK, status(guarded, bearer("open-sesame")))
}

func TestAScrapeFailsWithoutALedger(t *testing.T) {
	t.Parallel()
	a, e := endpoint(t, "127.0.0.1:0", "")
	require.NoError(t, a.Ledger.Close())
	status, body := scrape(t, e.URL, nil)
	require.Equal(t, http.StatusInternalServerError, status)
	require.Contains(t, body, "the ledger does not answer")
	require.NotContains(t, body, "sql")
}

// TestAWorkerTellsOfOverdueAnswers has suppliers answer too late, and reads both what the ledger and what
// Temporal's worker counts.
func TestAWorkerTellsOfOverdueAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.Set("partners/base.yaml", "  type: SA\n", "  type: SA\n  answer: {within: 500ms, giveUp: 1h}\n")
	p := w.StartWorker()
	url := strings.TrimSuffix(p.Codec(t), "/codec")
	w.pollAll()
	w.awaitRecords("overdue", 2)
	overdue := func() (n int) {
		records, err := w.Ledger.Counts(t.Context())
		require.NoError(t, err)
		_, body := scrape(t, url, nil)
		for _, c := range records {
			if c.State == trade.StateOverdue {
				require.Contains(t, ours(body), fmt.Sprintf(`tradewind_answers_overdue{company=%q,flow="orders-out"} %d`, c.Company, c.Records))
				n += int(c.Records)
			}
		}
		return n
	}
	require.Equal(t, 2, overdue())
	_, body := scrape(t, url, nil)
	require.Contains(t, body, "temporal_workflow_completed_total{")
	require.Contains(t, body, "temporal_activity_execution_latency_seconds_bucket{")
	for _, r := range w.Records() {
		require.NotContains(t, body, r.Number)
	}
	_, err := w.Sandbox.Answer("accepted", false)
	require.NoError(t, err)
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	w.awaitRecords("acknowledged", 2)
	require.Zero(t, overdue())
	_, body = scrape(t, url, nil)
	require.Contains(t, body, `tradewind_answers_overdue{company="100-AAA",flow="orders-out"} 0`)
}
